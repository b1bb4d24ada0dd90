"""Conditions of searches, with what the server does behind one's back said or refused here.

An empty list of ids is no condition for it (everything matches), a modifier that a criterion does
not know is often ignored, EQUALS is LIKE, and INCLUDES takes any of the words.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from g3fs.clients.stash.wire.fields import Stamp
from g3fs.gallery.errors import Invalid

Json = Mapping[str, object]

TextModifier = Literal[
    "EQUALS",
    "NOT_EQUALS",
    "INCLUDES",
    "EXCLUDES",
    "MATCHES_REGEX",
    "NOT_MATCHES_REGEX",
    "IS_NULL",
    "NOT_NULL",
]
NumberModifier = Literal[
    "EQUALS",
    "NOT_EQUALS",
    "GREATER_THAN",
    "LESS_THAN",
    "BETWEEN",
    "NOT_BETWEEN",
    "IS_NULL",
    "NOT_NULL",
]
ListModifier = Literal["INCLUDES", "INCLUDES_ALL", "EXCLUDES", "IS_NULL", "NOT_NULL"]

_TEXT = frozenset(TextModifier.__args__)  # type: ignore[attr-defined]  # a Literal has them
_NUMBER = frozenset(NumberModifier.__args__)  # type: ignore[attr-defined]  # a Literal has them
_LIST = frozenset(ListModifier.__args__)  # type: ignore[attr-defined]  # a Literal has them
_EXISTENCE = ("IS_NULL", "NOT_NULL")
_RANGES = ("BETWEEN", "NOT_BETWEEN")
_LIKE = ("EQUALS", "INCLUDES")
_NOT_LIKE = ("NOT_EQUALS", "EXCLUDES")
_WILDCARDS = re.compile(r"[%_]")
_LOOSE = re.compile(r'[%_"]')
_QUOTED = re.compile(r'[\s"]')
_DOUBTFUL = re.compile(r'[%_"\s]')
_DATE = re.compile(r"\d{4}(-\d\d(-\d\d)?)?", re.ASCII)
_LOWER = str.maketrans({chr(code): chr(code + 32) for code in range(ord("A"), ord("Z") + 1)})


@dataclass(frozen=True, slots=True)
class Text:
    """A condition on a text; upper and lower case of ASCII letters are the same.

    EQUALS is the whole text, INCLUDES a part of it (one part, blanks and all). NOT_EQUALS and
    EXCLUDES leave out what has no text.

    Raises:
        Invalid: `%` and `_` cannot be excluded literally: the server knows no escape.
    """

    value: str = ""
    modifier: TextModifier = "EQUALS"

    def __post_init__(self) -> None:
        _check_modifier(self.modifier, _TEXT, "a text")
        if self.modifier in _NOT_LIKE and _WILDCARDS.search(self.value):
            raise Invalid("% and _ are wildcards to the server and cannot be excluded literally")
        if self.modifier not in _EXISTENCE and not self.value and self.modifier != "EQUALS":
            raise Invalid(f"{self.modifier} of an empty text would match everything")

    @property
    def loose(self) -> bool:
        """Whether the server also finds what does not fit."""
        return self.modifier in _LIKE and bool(_LOOSE.search(self.value))

    @property
    def doubtful(self) -> bool:
        """Whether to compare again, with `fits`: loose ones, and all with blanks."""
        return self.modifier in _LIKE and bool(_DOUBTFUL.search(self.value))

    def fits(self, *texts: str) -> bool:
        """Whether one of the texts of a record is what was meant."""
        wanted = _folded(self.value)
        found = (_folded(text) for text in texts)
        if self.modifier == "EQUALS":
            return any(text == wanted for text in found)
        return any(wanted in text for text in found)

    def json(self) -> Json:
        value = self.value
        if self.modifier in ("INCLUDES", "EXCLUDES") and _QUOTED.search(value):
            # Else it is taken for several words.
            value = f'"{value}"'
        return {"value": value, "modifier": self.modifier}


@dataclass(frozen=True, slots=True)
class Number:
    """A condition on a number. NOT_EQUALS and NOT_BETWEEN leave out what has no number."""

    value: int = 0
    modifier: NumberModifier = "EQUALS"
    upper: int | None = None
    """The other end of BETWEEN and NOT_BETWEEN, inclusive."""

    def __post_init__(self) -> None:
        _check_modifier(self.modifier, _NUMBER, "a number")
        _check_range(self.modifier, self.upper)

    def json(self) -> Json:
        return _ranged(self.value, self.upper, self.modifier)


@dataclass(frozen=True, slots=True)
class Date:
    """A condition on the date that people gave: `YYYY-MM-DD`, or from v0.30 a month or year."""

    value: str = ""
    modifier: NumberModifier = "EQUALS"
    upper: str | None = None
    """The other end of BETWEEN and NOT_BETWEEN, inclusive."""

    def __post_init__(self) -> None:
        _check_modifier(self.modifier, _NUMBER, "a date")
        _check_range(self.modifier, self.upper)
        for text in (self.value, self.upper):
            if self.modifier not in _EXISTENCE and text is not None:
                check_date(text)

    def json(self) -> Json:
        return _ranged(self.value, self.upper, self.modifier)


@dataclass(frozen=True, slots=True)
class Moment:
    """A condition on `created`, `updated` or a file's time, which are compared as texts.

    So it takes only what the server itself wrote: another zone, or another form, finds something
    else without an error. GREATER_THAN is strict, and the texts have whole seconds: to see all
    changes since a listing, ask for those after the second before its latest.
    """

    value: Stamp
    modifier: Literal["EQUALS", "NOT_EQUALS", "GREATER_THAN", "LESS_THAN", "BETWEEN"] = (
        "GREATER_THAN"
    )
    upper: Stamp | None = None
    """The other end of BETWEEN, inclusive."""

    def __post_init__(self) -> None:
        known = _NUMBER.difference(_EXISTENCE, ("NOT_BETWEEN",))
        _check_modifier(self.modifier, known, "a time")
        _check_range(self.modifier, self.upper)

    def json(self) -> Json:
        upper = None if self.upper is None else self.upper.text
        return _ranged(self.value.text, upper, self.modifier)


@dataclass(frozen=True, slots=True)
class Ids:
    """A condition on what a record belongs to: INCLUDES is any, INCLUDES_ALL all of the ids."""

    ids: tuple[int, ...] = ()
    modifier: ListModifier = "INCLUDES"

    def __post_init__(self) -> None:
        _check_ids(self.ids, self.modifier)

    def json(self) -> Json:
        return _listed(self.ids, self.modifier)


@dataclass(frozen=True, slots=True)
class TreeIds:
    """The same for what has a hierarchy: tags, studios, folders."""

    ids: tuple[int, ...] = ()
    modifier: ListModifier = "INCLUDES"
    depth: int = 0
    """How many levels below count as well; -1: all."""

    def __post_init__(self) -> None:
        _check_ids(self.ids, self.modifier)

    def json(self) -> Json:
        return {**_listed(self.ids, self.modifier), "depth": self.depth}


Criterion = Text | Number | Date | Moment | Ids | TreeIds


def check_date(text: str) -> str:
    """A date that the server stores.

    Raises:
        Invalid: it is none.
    """
    if not _DATE.fullmatch(text):
        raise Invalid(f"{text!r} is no date: it must look like 2024-05-06, 2024-05 or 2024")
    return text


def same_text(one: str, other: str) -> bool:
    """Whether the server takes two names for the same: ASCII case does not count."""
    return _folded(one) == _folded(other)


def _folded(text: str) -> str:
    return text.translate(_LOWER)


def _check_modifier(modifier: str, known: frozenset[str], what: str) -> None:
    if modifier not in known:
        raise Invalid(f"{modifier} is no condition for {what} ({', '.join(sorted(known))})")


def _check_range(modifier: str, upper: object) -> None:
    if (modifier in _RANGES) != (upper is not None):
        raise Invalid(f"{modifier}: `upper` belongs to BETWEEN and NOT_BETWEEN, and only there")


def _check_ids(ids: tuple[int, ...], modifier: str) -> None:
    _check_modifier(modifier, _LIST, "a list of ids")
    if modifier in _EXISTENCE and ids:
        raise Invalid(f"{modifier} takes no ids")
    if modifier not in _EXISTENCE and not ids:
        raise Invalid("an empty list of ids would match everything")


def _ranged(value: object, upper: object, modifier: str) -> Json:
    more = {} if upper is None else {"value2": upper}
    return {"value": value, "modifier": modifier, **more}


def _listed(ids: tuple[int, ...], modifier: str) -> Json:
    value = {"value": [str(number) for number in ids]} if ids else {}
    return {**value, "modifier": modifier}
