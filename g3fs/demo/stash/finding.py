"""Lists: ids, filter, search, order and page of a find query."""

import random
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from g3fs.demo.stash.execution import Refusal
from g3fs.demo.stash.filters import filter_of
from g3fs.demo.stash.modifiers import like, words_of
from g3fs.demo.stash.rows import File, Folder, Gallery, Image, Row
from g3fs.demo.stash.store import Store, Table
from g3fs.demo.stash.uses import using

PER_PAGE = 25
_DIGITS = re.compile(r"(\d+)", re.ASCII)
_SEED = re.compile(r"random_(\d+)", re.ASCII)
Arguments = Mapping[str, Any]
Key = Callable[[Any], Any]


@dataclass(frozen=True, slots=True)
class Found:
    """What a find query means: all matches, and those on the page."""

    all: Sequence[Any]
    page: Sequence[Any]

    @property
    def count(self) -> int:
        """Of all matches."""
        return len(self.all)


def natural(text: str) -> list[tuple[int, int, str]]:
    """Key for an order in which 2 comes before 10 and case does not count."""
    parts = _DIGITS.split(text.lower())
    return [(0, int(p), "") if n % 2 else (1, 0, p) for n, p in enumerate(parts) if p]


def number_of(ident: object, prefix: str = "") -> int:
    """An id as a number; Refusal in the words of the server's language."""
    try:
        return int(str(ident))
    except ValueError:
        raise Refusal(f'{prefix}strconv.Atoi: parsing "{ident}": invalid syntax') from None


def find(
    store: Store, table: Table[Any], arguments: Arguments, criteria: str, zone_minutes: int
) -> Found:
    """Rows by `ids`, or by the filter named `criteria` with search, order and page.

    Raises:
        Refusal: an unknown or double id, an unknown order, a filter that the server refuses.
    """
    older = [name for name in ("image_ids", "scene_ids", "performer_ids") if arguments.get(name)]
    ids = arguments.get(older[0]) if older else arguments.get("ids")
    if ids:
        rows = by_ids(table, ids)
        return Found(rows, rows)
    test = filter_of(store, arguments.get(criteria), zone_minutes)
    options = arguments.get("filter") or {}
    sort = _sorting(store, table, options.get("sort"))
    rows = [row for row in table if test(row)]
    if options.get("q"):
        rows = [row for row in rows if _searched(options["q"], _haystack(row))]
    rows = sort(rows)
    if options.get("direction") == "DESC":
        rows.reverse()
    return Found(rows, _page(rows, options))


def by_ids(table: Table[Any], ids: Sequence[object]) -> list[Any]:
    """The rows in the order asked for."""
    seen: set[int] = set()
    rows = []
    for ident in ids:
        number = number_of(ident)
        if number in seen:
            raise Refusal(f"validating ids: duplicate id found: {number}")
        seen.add(number)
        rows.append(row_by_id(table, ident))
    return rows


def row_by_id(table: Table[Any], ident: object) -> Any:  # noqa: ANN401 - a row of that table
    """The row; Refusal when there is none."""
    row = table.get(number_of(ident))
    if row is None:
        name = {"galleries": "gallery", "chapters": "gallery chapter"}.get(table.name)
        raise Refusal(f"{name or table.name.removesuffix('s')} with id {ident} not found")
    return row


def _page(rows: list[Any], options: Arguments) -> list[Any]:
    size = options.get("per_page")
    size = PER_PAGE if size is None else size
    if size < 0:
        return rows
    start = (max(1, options.get("page") or 1) - 1) * size
    return rows[start : start + size]


# Order.


def _path(row: Row) -> str:
    if isinstance(row, File | Folder):
        return row.path
    if isinstance(row, Gallery) and row.folder is not None:
        return row.folder.path
    files: list[File] = getattr(row, "files", [])
    if not files:
        return ""
    if isinstance(row, Image):
        # Corrected after the real server: it puts folder and file name together without a slash.
        folder, _, name = files[0].path.rpartition("/")
        return folder + name
    return files[0].path


def _label(row: Any) -> str:  # noqa: ANN401 - a row with a title
    if row.title or isinstance(row, Gallery):
        return str(row.title) or row.label
    return row.files[0].basename if row.files else ""


_KEYS: Mapping[str, Key] = {
    "id": lambda row: row.id,
    "path": lambda row: natural(_path(row)),
    "title": lambda row: natural(_label(row)),
    "name": lambda row: natural(row.name),
    "created_at": lambda row: row.created_at,
    "updated_at": lambda row: row.updated_at,
    "date": lambda row: row.date or "",
    "rating": lambda row: row.rating100 or 0,
    "file_mod_time": lambda row: row.files[0].mod_time if row.files else 0,
    "mod_time": lambda row: row.mod_time or 0,
    "filesize": lambda row: sum(file.size for file in row.files),
    "file_count": lambda row: len(row.files),
    "tag_count": lambda row: len(row.tags),
    "performer_count": lambda row: len(row.performers),
    "o_counter": lambda row: row.o_counter,
    "resolution": lambda row: min((f.width * f.height for f in row.files), default=0),
    "duration": lambda row: max((f.duration for f in row.files), default=0),
}
_MEDIA = (
    *("path", "title", "id", "created_at", "updated_at", "date", "rating", "file_mod_time"),
    *("filesize", "file_count", "tag_count", "performer_count", "o_counter", "resolution"),
)
_NAMED = ("id", "created_at", "updated_at", "name")
_USED = ("images_count", "galleries_count", "scenes_count", "performers_count")
SORTS: Mapping[str, Sequence[str]] = {
    "images": _MEDIA,
    "scenes": (*_MEDIA, "duration"),
    "galleries": (
        *(n for n in _MEDIA if n not in ("filesize", "o_counter", "resolution")),
        _USED[0],
    ),
    "tags": (*_NAMED, *_USED),
    "studios": (*_NAMED, *_USED, "rating"),
    "performers": (*_NAMED, *_USED, "rating"),
    "files": ("id", "path", "created_at", "updated_at", "mod_time"),
    "folders": ("id", "path", "created_at", "updated_at", "mod_time"),
}


def _sorting(store: Store, table: Table[Any], sort: str | None) -> Callable[[list[Any]], list[Any]]:
    if not sort:
        # No order is promised; galleries came by kind from the real server.
        rank = {"zip": 0, "hand": 1, "folder": 2}
        if table.name == "galleries":
            return lambda rows: sorted(rows, key=lambda row: (rank[row.kind], row.id))
        return lambda rows: sorted(rows, key=lambda row: row.id)
    seed = _SEED.fullmatch(sort)
    if seed or sort == "random":
        dice = random.Random(seed[1] if seed else None)  # noqa: S311 - an order, not a secret
        return lambda rows: dice.sample(sorted(rows, key=lambda row: row.id), len(rows))
    if sort not in SORTS[table.name]:
        raise Refusal(f"invalid sort: {sort}")
    key = _KEYS.get(sort) or _use_key(store, sort)
    return lambda rows: sorted(rows, key=lambda row: (key(row), row.id))


def _use_key(store: Store, sort: str) -> Key:
    kind = sort.removesuffix("_count").removesuffix("s").replace("gallerie", "gallery")
    return lambda row: len(using(store, row, kind))


# Search.


def _haystack(row: Row) -> list[str]:
    texts = [getattr(row, name, None) for name in ("title", "details", "name")]
    texts += getattr(row, "aliases", None) or getattr(row, "alias_list", None) or []
    if isinstance(row, File | Folder | Gallery):
        texts.append(_path(row))
    for file in getattr(row, "files", []):
        texts += [file.path, *file.hashes.values()]
    return [text for text in texts if text]


def _searched(query: str, texts: Iterable[str]) -> bool:
    """All words are needed, `-word` must not be there, `a or b` needs one of the two."""
    known = list(texts)
    words = words_of(query)
    wanted: list[list[str]] = []
    join = False
    for word in words:
        if word.lower() in ("or", "|"):
            join = bool(wanted)
        elif word.startswith("-") and len(word) > 1:
            if _has(word[1:], known):
                return False
        elif join:
            wanted[-1].append(word)
            join = False
        else:
            wanted.append([word])
    return all(any(_has(word, known) for word in group) for group in wanted)


def _has(word: str, texts: Iterable[str]) -> bool:
    return any(like(f"%{word}%", text) for text in texts)
