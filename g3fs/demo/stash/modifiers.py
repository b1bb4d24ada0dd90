"""How one criterion of a filter judges a value: the server's rules with all their oddities."""

import re
from collections.abc import Callable, Collection, Mapping, Sequence
from functools import lru_cache
from typing import Any

from g3fs.demo.stash.execution import Refusal

Criterion = Mapping[str, Any]
_WORDS = re.compile(r'"([^"]*)"|(\S+)')


def crash(message: str) -> Refusal:
    """What is left of a crash inside the server."""
    return Refusal(f"Internal system error. Error <{message}>")


@lru_cache(maxsize=256)
def _like(pattern: str) -> re.Pattern[str]:
    """SQL's LIKE: `%` and `_` are wildcards, ASCII letters have no case."""
    parts = (".*" if c == "%" else "." if c == "_" else re.escape(c) for c in pattern)
    return re.compile("".join(parts), re.DOTALL | re.IGNORECASE | re.ASCII)


def like(pattern: str, text: str) -> bool:
    """Whether the text is LIKE the pattern."""
    return _like(pattern).fullmatch(text) is not None


def words_of(text: str) -> list[str]:
    """What is separated by blanks; double quotes keep together."""
    return [quoted or word for quoted, word in _WORDS.findall(text)]


def _regex(pattern: str) -> re.Pattern[str]:
    try:
        return re.compile(pattern)
    except re.error as exc:
        if "unterminated character set" in exc.msg:
            raise Refusal(
                f"error parsing regexp: missing closing ]: `{pattern[exc.pos or 0 :]}`"
            ) from exc
        raise Refusal(f"error parsing regexp: {exc.msg}: `{pattern}`") from exc


def text_test(criterion: Criterion) -> Callable[[Sequence[str]], bool]:
    """Judges the texts of a record: each file has one, other columns are one or none."""
    value, modifier = str(criterion["value"]), criterion["modifier"]
    if modifier == "IS_NULL":
        return lambda texts: not any(texts)
    if modifier == "NOT_NULL":
        return any
    if modifier == "NOT_MATCHES_REGEX":
        search = _regex(value).search
        return lambda texts: not any(texts) or any(text and not search(text) for text in texts)
    empty_too = modifier in ("EQUALS", "INCLUDES")
    test = _one_text(value, modifier)
    return lambda texts: any((text or empty_too) and test(text) for text in texts)


def _one_text(value: str, modifier: str) -> Callable[[str], bool]:
    patterns = [_like(f"%{word}%") for word in words_of(value) or [value]]
    match modifier:
        case "EQUALS":
            return lambda text: like(value, text)
        case "NOT_EQUALS":
            return lambda text: not like(value, text)
        case "INCLUDES":
            return lambda text: any(p.fullmatch(text) for p in patterns)
        case "EXCLUDES":
            return lambda text: not any(p.fullmatch(text) for p in patterns)
        case "MATCHES_REGEX":
            search = _regex(value).search
            return lambda text: search(text) is not None
    raise crash("unsupported string filter modifier")


def number_test(criterion: Criterion, kind: str = "int") -> Callable[[Any], bool]:
    """Judges a number, or a date or time as text; records without a value fit IS_NULL only."""
    low, high, modifier = criterion["value"], criterion.get("value2"), criterion["modifier"]
    test: Callable[[Any], bool]
    match modifier:
        case "IS_NULL":
            return lambda value: value is None
        case "NOT_NULL":
            return lambda value: value is not None
        case "EQUALS":
            test = low.__eq__
        case "NOT_EQUALS":
            test = low.__ne__
        case "GREATER_THAN":
            test = low.__lt__
        case "LESS_THAN":
            test = low.__gt__
        case "BETWEEN" | "NOT_BETWEEN":
            top = low if high is None else high
            within = modifier == "BETWEEN"
            return lambda value: value is not None and (low <= value <= top) is within
        case _:
            raise crash(f"unsupported {kind} modifier type")
    return lambda value: value is not None and test(value)


def ids_test(
    criterion: Criterion,
    *,
    expand: Callable[[str, int], Collection[str]] | None = None,
    habit: str = "",
) -> Callable[[Collection[str]], bool]:
    """Judges the ids that a record is connected with.

    `expand` gives an id and those below it, to a depth. `habit` is the criterion's own way:
    `galleries` ignores `excludes`, `tags` refuses NOT_EQUALS, `parent_folder` takes EQUALS for
    INCLUDES, `zip_file` never excludes what has none.
    """
    modifier = criterion["modifier"]
    if modifier in ("IS_NULL", "NOT_NULL"):
        return lambda ids: (not ids) is (modifier == "IS_NULL")
    if habit == "parent_folder":
        modifier = {"EQUALS": "INCLUDES", "NOT_EQUALS": "EXCLUDES"}.get(modifier, modifier)
    if habit == "tags" and modifier in ("NOT_EQUALS", "BETWEEN", "NOT_BETWEEN"):
        raise Refusal(f"invalid modifier {modifier}")
    depth = criterion.get("depth") or 0
    wanted = [_expanded(str(one), depth, expand) for one in criterion.get("value") or ()]
    unwanted = [_expanded(str(one), depth, expand) for one in criterion.get("excludes") or ()]
    if habit == "galleries" and modifier.startswith("INCLUDES"):
        unwanted = []
    judge = _judge(modifier, wanted, needs_some=habit == "zip_file")
    return lambda ids: judge(ids) and all(group.isdisjoint(ids) for group in unwanted)


def _expanded(
    ident: str, depth: int, expand: Callable[[str, int], Collection[str]] | None
) -> frozenset[str]:
    return frozenset(expand(ident, depth)) if expand and depth else frozenset((ident,))


def _judge(
    modifier: str, wanted: list[frozenset[str]], *, needs_some: bool
) -> Callable[[Collection[str]], bool]:
    """An empty list is no condition; nor is a modifier that is not known here."""
    if not wanted:
        return lambda _ids: True
    match modifier:
        case "INCLUDES":
            return lambda ids: any(not group.isdisjoint(ids) for group in wanted)
        case "INCLUDES_ALL":
            return lambda ids: all(not group.isdisjoint(ids) for group in wanted)
        case "EXCLUDES":
            return lambda ids: (
                (bool(ids) or not needs_some) and all(group.isdisjoint(ids) for group in wanted)
            )
    return lambda _ids: True
