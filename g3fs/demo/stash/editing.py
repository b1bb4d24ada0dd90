"""The fields that galleries, images and scenes share, and the rules of null and empty."""

import re
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import Any

from g3fs.demo.stash.context import Context
from g3fs.demo.stash.execution import Refusal
from g3fs.demo.stash.finding import number_of, row_by_id
from g3fs.demo.stash.modifiers import crash
from g3fs.demo.stash.rows import Described, Gallery, Image, Medium, Row, Scene
from g3fs.demo.stash.store import Table

Input = Mapping[str, Any]
TEXTS = ("code", "details", "photographer", "director")
PARTIAL_DATES = 30
"""Since this release a year, or year and month, is a date."""
_STAMP = re.compile(r"(\d{4}-\d\d-\d\d)[T ]\d\d:\d\d(:\d\d)?.*")
_TABLES = {Gallery: "galleries", Image: "images", Scene: "scenes"}


def edit(context: Context, row: Described, data: Input, *, bulk: bool = False) -> None:
    """Change what was sent, and `updated_at`.

    Raises:
        Refusal: a value is refused; the transaction undoes the rest.
    """
    context.store.touch(row, context.world.now())
    if "organized" in data:
        if data["organized"] is None:
            raise crash("null value not allowed in optional bool")
        row.organized = data["organized"]
    _edit_title(row, data)
    for name in TEXTS:
        if name in data:
            setattr(row, name, data[name] or "")
    if "date" in data:
        row.date = date_from(context, data["date"]) if data["date"] else None
    if "rating100" in data:
        row.rating100 = data["rating100"]
    _edit_urls(row, data, bulk=bulk)
    _edit_links(context, row, data, bulk=bulk)


def _edit_title(row: Described, data: Input) -> None:
    if "title" not in data:
        return
    title = data["title"]
    if isinstance(row, Gallery):
        if title is None:
            return
        if not title and row.kind == "hand":
            raise Refusal("title must not be empty for user-created galleries")
    row.title = title or ""


def _edit_urls(row: Described, data: Input, *, bulk: bool) -> None:
    if "url" in data:
        row.urls = [data["url"]] if data["url"] else []
    if "urls" in data:
        row.urls = _listed(row.urls, data["urls"], "values", bulk=bulk)


def _edit_links(context: Context, row: Described, data: Input, *, bulk: bool) -> None:
    store = context.store
    if "studio_id" in data:
        chosen = data["studio_id"]
        row.studio = _linked(row, store.studios, "studio", [chosen])[0] if chosen else None
    if "tag_ids" in data:
        ids = _listed(_ids(row.tags), data["tag_ids"], "ids", bulk=bulk)
        row.tags = _linked(row, store.tags, "tag", ids)
    if "performer_ids" in data:
        ids = _listed(_ids(row.performers), data["performer_ids"], "ids", bulk=bulk)
        row.performers = _linked(row, store.performers, "performer", ids)
    if "scene_ids" in data and isinstance(row, Gallery):
        ids = _listed(_ids(row.scenes), data["scene_ids"], "ids", bulk=bulk)
        _set_scenes(context, row, _linked(row, store.scenes, "scene", ids))
    if "gallery_ids" in data and isinstance(row, Medium):
        ids = _listed(_ids(row.galleries), data["gallery_ids"], "ids", bulk=bulk)
        _set_galleries(context, row, ids)
    if data.get("primary_file_id"):
        _set_primary(row, data["primary_file_id"])


def _ids(rows: Sequence[Row]) -> list[str]:
    return [str(row.id) for row in rows]


def _listed(before: list[str], given: Any, key: str, *, bulk: bool) -> list[str]:  # noqa: ANN401 - a list or, in bulk, a mode with one
    """The list that is to be: as given, or in bulk as the mode says; without doubles of ids."""
    if not bulk:
        wanted = [str(one) for one in given or ()]
        return wanted if key == "values" else list(dict.fromkeys(wanted))
    if given is None:
        return []
    named = [str(one) for one in given.get(key) or ()]
    match given["mode"]:
        case "SET":
            return list(dict.fromkeys(named))
        case "ADD":
            return list(dict.fromkeys((*before, *named)))
    return [one for one in before if one not in named]


def _linked(row: Described, table: Table[Any], name: str, ids: Sequence[str]) -> list[Any]:
    """The rows with these ids; an unknown one breaks a constraint of the database."""
    numbers = [number_of(ident, f"converting {name} ids: ") for ident in ids]
    for number in numbers:
        if number not in table.rows:
            raise _constraint(row, table.name, name, number)
    return [table.rows[number] for number in numbers]


def _constraint(row: Described, table: str, name: str, number: int) -> Refusal:
    own = _TABLES[type(row)]
    singular = "gallery" if own == "galleries" else own.removesuffix("s")
    joined = f"{table}_{own}" if name == "performer" else f"{own}_{table}"
    columns = f"({singular}_id, {name}_id)"
    return Refusal(
        f"error executing `INSERT INTO {joined} {columns} VALUES (?, ?) ON CONFLICT {columns}"  # noqa: S608 - words of the server
        f" DO NOTHING` [[{row.id} {number}]]: FOREIGN KEY constraint failed"
    )


def _set_scenes(context: Context, gallery: Gallery, scenes: Sequence[Scene]) -> None:
    for scene in list(gallery.scenes):
        if scene not in scenes:
            context.store.part(gallery, scene)
    for scene in scenes:
        context.store.join(gallery, scene)


def _set_galleries(context: Context, row: Medium, ids: Sequence[str]) -> None:
    wanted = [row_by_id(context.store.galleries, ident) for ident in ids]
    changes = [(g, context.store.part) for g in row.galleries if g not in wanted]
    changes += [(g, context.store.join) for g in wanted if g not in row.galleries]
    for gallery, change in changes:
        if isinstance(row, Image):
            name = row.title or row.files[0].basename
            must_be_hand_made(gallery, f'changing galleries of image "{name}": ')
        change(gallery, row)
        gallery.updated_at = context.world.now()


def must_be_hand_made(gallery: Gallery, prefix: str = "") -> None:
    """Refusal for a gallery of a folder or zip."""
    if gallery.kind != "hand":
        raise Refusal(
            f'{prefix}cannot change contents of {gallery.kind}-based gallery "{gallery.label}"'
        )


def _set_primary(row: Described, ident: object) -> None:
    number = number_of(ident)
    chosen = next((file for file in row.files if file.id == number), None)
    if chosen is None:
        name = type(row).__name__.lower()
        raise Refusal(f"file with id {ident} not associated with {name}")
    others = sorted((file for file in row.files if file is not chosen), key=lambda f: f.id)
    row.files = [chosen, *others]


def date_from(context: Context, text: str) -> str:
    """A date as it is stored.

    Raises:
        Refusal: it is none.
    """
    stamp = _STAMP.fullmatch(text)
    day = stamp[1] if stamp else text
    partial = context.options.release >= PARTIAL_DATES
    if partial and re.fullmatch(r"\d{4}(-(0[1-9]|1[0-2]))?", day, re.ASCII):
        return day
    try:
        return date.fromisoformat(day).isoformat()
    except ValueError:
        raise Refusal(_no_date(text, partial=partial)) from None


def _no_date(text: str, *, partial: bool) -> str:
    failed = f"ParseDateStringAsTime failed: dateString <{text}>"
    if not partial:
        return f"converting date: {failed}"
    begun = re.match(r"\d{4}(-\d\d)(.*)", text, re.ASCII)
    if begun:
        told = f'parsing time "{text}": extra text: "'
        tries = f'{told}{begun[2]}" {told}{begun[1]}{begun[2]}"'
    else:
        told = f'cannot parse "{text}" as "2006"'
        tries = (
            f'parsing time "{text}" as "2006-01": {told} parsing time "{text}" as "2006": {told}'
        )
    return f'converting date: failed to parse date "{text}": [{failed} {tries}]'


def updating(table: str) -> tuple[Callable[..., Any], Callable[..., Any], Callable[..., Any]]:
    """The resolvers of xUpdate, xsUpdate and bulkXUpdate for the rows of a table."""

    def one(_root: object, context: Context, arguments: Input) -> Described:
        return _update(context, arguments["input"])

    def several(_root: object, context: Context, arguments: Input) -> list[Described] | None:
        return [_update(context, data) for data in arguments["input"]] or None

    def bulk(_root: object, context: Context, arguments: Input) -> list[Described] | None:
        data = arguments["input"]
        known: Mapping[int, Described] = context.store.tables[table].rows
        numbers = [number_of(ident) for ident in data.get("ids") or ()]
        if not known.keys() >= set(numbers):
            raise Refusal("sql: no rows in result set")
        rows = [known[number] for number in numbers]
        for row in rows:
            edit(context, row, data, bulk=True)
        return rows or None

    def _update(context: Context, data: Input) -> Described:
        row: Described = row_by_id(context.store.tables[table], data["id"])
        edit(context, row, data)
        return row

    return one, several, bulk
