"""Object filters: which records a query means."""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from typing import Any

from g3fs.demo.stash.execution import Refusal
from g3fs.demo.stash.modifiers import Criterion, ids_test, number_test, text_test
from g3fs.demo.stash.rows import File, Folder, Gallery, Image, Performer, Row, Scene, Studio, Tag
from g3fs.demo.stash.store import Store
from g3fs.demo.stash.times import time_text
from g3fs.demo.stash.uses import using

Test = Callable[[Any], bool]
Filter = Mapping[str, Any]
TEXTS = frozenset(
    {
        *("title", "code", "details", "photographer", "director", "name", "sort_name"),
        *("description", "basename"),
    }
)
NUMBERS: Mapping[str, Callable[[Any], int | None]] = {
    "id": lambda row: row.id,
    "rating100": lambda row: row.rating100,
    "o_counter": lambda row: row.o_counter,
    "file_count": lambda row: len(row.files),
    "tag_count": lambda row: len(row.tags),
    "performer_count": lambda row: len(row.performers),
}
_COLUMNS: Mapping[str, Callable[[Any], Iterable[Row]]] = {
    "galleries": lambda row: row.galleries,
    "scenes": lambda row: row.scenes,
    "performers": lambda row: row.performers,
    "tags": lambda row: row.tags,
    "studios": lambda row: [row.studio] if row.studio else [],
    "zip_file": lambda row: [row.zip_file] if row.zip_file else [],
    "images": lambda row: row.images,
    "files": lambda row: row.files,
    "folders": lambda row: [row.folder] if row.folder else [],
}
MISSING: Mapping[str, Callable[[Any], object]] = {
    "url": lambda row: row.urls,
    "cover": lambda row: row.images if isinstance(row, Gallery) else True,
    **{
        name: lambda row, column=name: getattr(row, column)  # type: ignore[misc]  # mypy cannot type a default
        for name in (
            *("title", "details", "date", "tags", "performers", "studio", "galleries"),
            *("photographer", "code", "scenes", "rating100", "description"),
        )
    },
}


def _parents(row: Row) -> list[Row]:
    if isinstance(row, Tag):
        return list(row.parents)
    assert isinstance(row, Studio | Performer)
    return [row.parent_studio] if isinstance(row, Studio) and row.parent_studio else []


def _above(row: Row) -> list[Row]:
    folder = row.folder if isinstance(row, Gallery) else row
    above = getattr(folder, "parent_folder", None)
    return [above] if above else []


CONNECTED: Mapping[str, Callable[[Any], Iterable[Row]]] = {
    **_COLUMNS,
    "parents": _parents,
    "parent_folder": _above,
}


def filter_of(store: Store, data: Filter | None, zone_minutes: int) -> Test:
    """The test that the filter describes.

    Raises:
        Refusal: it is one that the server refuses, or crashes on.
    """
    return _Filters(store, zone_minutes).test(data or {})


class _Filters:
    def __init__(self, store: Store, zone_minutes: int) -> None:
        self._store, self._zone = store, zone_minutes

    def test(self, data: Filter) -> Test:
        tests = [
            self._criterion(name, value)
            for name, value in data.items()
            if name not in ("AND", "OR", "NOT") and value is not None
        ]
        joined = [name for name in ("AND", "OR", "NOT") if data.get(name) is not None]
        if len(joined) > 1:
            raise Refusal(f"cannot have {joined[0]} and {joined[1]} in the same filter")
        if not joined:
            return lambda row: all(test(row) for test in tests)
        other = self.test(data[joined[0]])
        match joined[0]:
            case "AND":
                return lambda row: all(test(row) for test in tests) and other(row)
            case "NOT":
                return lambda row: all(test(row) for test in tests) and not other(row)
        if not tests:
            return other
        return lambda row: all(test(row) for test in tests) or other(row)

    def _criterion(self, name: str, value: Any) -> Test:  # noqa: ANN401 - what GraphQL let through
        known = COLUMNS.get(name)
        if known is not None:
            return known(value)
        if name in ("created_at", "updated_at", "mod_time"):
            return self._time(name, value)
        if name.endswith("_filter"):
            return self._sub(name.removesuffix("_filter"), value)
        if name.endswith("_count"):
            return self._uses(name.removesuffix("_count"), value)
        if name == "children":
            judge = ids_test(value)
            return lambda row: judge({str(t.id) for t in self._store.tags if row in t.parents})
        return self._connected(name, value)

    def _time(self, name: str, value: Criterion) -> Test:
        """As text, in the zone of the server."""
        judge = number_test(value, "timestamp")
        zone = self._zone

        def test(row: Any) -> bool:  # noqa: ANN401 - any row
            moment = getattr(row, name)
            return judge(None if moment is None else time_text(moment, zone))

        return test

    def _sub(self, name: str, value: Filter) -> Test:
        if name == "folders" and (value.get("parent_folder") or {}).get("depth"):
            raise _no_such_table(value["parent_folder"])
        test, get = self.test(value), CONNECTED[name]
        return lambda row: any(test(other) for other in get(row))

    def _uses(self, name: str, value: Criterion) -> Test:
        judge = number_test(value)
        if name == "image":
            return lambda row: judge(
                len(row.images) if isinstance(row, Gallery) else len(using(self._store, row, name))
            )
        return lambda row: judge(len(using(self._store, row, name)))

    def _connected(self, name: str, value: Criterion) -> Test:
        expand = {
            "tags": lambda ident, depth: self._below(self._store.tags, "parents", ident, depth),
            "studios": lambda ident, depth: self._below(
                self._store.studios, "parent_studio", ident, depth
            ),
            "parent_folder": lambda ident, depth: self._below(
                self._store.folders, "parent_folder", ident, depth
            ),
        }.get(name)
        judge, get = ids_test(value, expand=expand, habit=name), CONNECTED[name]
        return lambda row: judge({str(other.id) for other in get(row)})

    def _below(
        self, table: Iterable[Tag | Studio | Folder], link: str, ident: str, depth: int
    ) -> Collection[str]:
        """The id with those below it; a negative depth: all."""
        found, level = {ident}, {ident}
        while level and depth:
            depth -= 1
            level = {str(row.id) for row in table if level & _links(row, link)} - found
            found |= level
        return found


def _links(row: Row, link: str) -> set[str]:
    value = getattr(row, link)
    rows = value if isinstance(value, list) else [value] if value else []
    return {str(one.id) for one in rows}


def _paths(row: Row) -> list[str]:
    if isinstance(row, File | Folder):
        return [row.path]
    if isinstance(row, Gallery) and row.folder is not None:
        return [row.folder.path]
    assert isinstance(row, Image | Scene | Gallery)
    return [file.path for file in row.files]


def _text(get: Callable[[Any], Sequence[str]]) -> Callable[[Criterion], Test]:
    def criterion(value: Criterion) -> Test:
        judge = text_test(value)
        return lambda row: judge(get(row))

    return criterion


def _column(name: str) -> Callable[[Criterion], Test]:
    return _text(lambda row: [getattr(row, name) or ""])


def _number(get: Callable[[Any], object], kind: str = "int") -> Callable[[Criterion], Test]:
    def criterion(value: Criterion) -> Test:
        judge = number_test(value, kind)
        return lambda row: judge(get(row))

    return criterion


def _flag(get: Callable[[Any], bool]) -> Callable[[Any], Test]:
    return lambda value: lambda row: get(row) is value


def _hash(kind: str) -> Callable[[Criterion], Test]:
    return _text(lambda row: [file.hashes.get(kind, "") for file in row.files])


def _missing(name: str) -> Test:
    get = MISSING.get(name)
    if get is None:
        raise Refusal(f"error executing `SELECT ...` []: no such column: {name}")
    return lambda row: not get(row)


COLUMNS: Mapping[str, Callable[[Any], Test]] = {
    **{name: _column(name) for name in TEXTS},
    **{name: _number(get) for name, get in NUMBERS.items()},
    "organized": _flag(lambda row: row.organized),
    "favorite": _flag(lambda row: row.favorite),
    "is_zip": _flag(lambda row: row.kind == "zip"),
    "has_chapters": lambda value: lambda row: bool(row.chapters) is (value == "true"),
    "path": _text(_paths),
    "dir": _text(lambda row: [row.parent_folder.path]),
    "aliases": _text(lambda row: row.alias_list if isinstance(row, Performer) else row.aliases),
    "checksum": _hash("md5"),
    "oshash": _hash("oshash"),
    "url": _text(lambda row: row.urls),
    "date": _number(lambda row: row.date and (row.date + "-01-01")[:10], "date"),
    "is_missing": _missing,
}
"""Criteria that look at the row alone."""


NO_SUCH_TABLE = (
    "failed to get hierarchical values: error executing `WITH RECURSIVE items AS (\n"
    "SELECT id as root_id, id as item_id, 0 as depth FROM gallery_folder\n"
    "WHERE id in (?)\n\nUNION SELECT p.root_id, c.id, depth + 1 FROM gallery_folder as c\n"
    "INNER JOIN items as p ON c.parent_folder_id = p.item_id\n \n)\n SELECT 'VALUES' || "
    "GROUP_CONCAT('(' || root_id || ', ' || item_id || ')') AS val FROM items` "
)


def _no_such_table(criterion: Criterion) -> Refusal:
    ids = " ".join(criterion["value"])
    return Refusal(f"{NO_SUCH_TABLE}[[{ids}]]: no such table: gallery_folder")
