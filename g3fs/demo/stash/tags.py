"""Mutations of tags. Names and aliases are unique together, as LIKE sees them."""

import base64
import binascii
from collections.abc import Mapping, Sequence
from typing import Any

from g3fs.demo.stash.context import Context
from g3fs.demo.stash.execution import Refusal, Resolver
from g3fs.demo.stash.finding import number_of, row_by_id
from g3fs.demo.stash.modifiers import like
from g3fs.demo.stash.rows import Described, Tag

Arguments = Mapping[str, Any]
PLAIN = ("sort_name", "description", "ignore_auto_tag", "favorite")


def _create(_root: object, context: Context, arguments: Arguments) -> Tag:
    data = arguments["input"]
    row = Tag(name=_name(data["name"]))
    _check(context, row, row.name)
    context.store.tags.add(row, context.world.now())
    _edit(context, row, {k: v for k, v in data.items() if k != "name" and v is not None})
    return row


def _update(_root: object, context: Context, arguments: Arguments) -> Tag:
    data = arguments["input"]
    row: Tag = row_by_id(context.store.tags, data["id"])
    _edit(context, row, data)
    return row


def _name(given: str | None) -> str:
    name = (given or "").strip()
    if not name:
        raise Refusal("tag name must not be blank")
    return name


def _check(context: Context, row: Tag, name: str) -> None:
    """Refusal if another tag has the name, or something like it, as name or alias."""
    others = [tag for tag in context.store.tags if tag is not row]
    if any(like(name, tag.name) for tag in others):
        raise Refusal(f"tag with name '{name}' already exists")
    for tag in others:
        if any(like(name, alias) for alias in tag.aliases):
            raise Refusal(f"name '{name}' is used as alias for '{tag.name}'")


def _edit(context: Context, row: Tag, data: Arguments) -> None:
    context.store.touch(row, context.world.now())
    if "name" in data:
        row.name = _name(data["name"])
        _check(context, row, row.name)
    for name in PLAIN:
        if name in data:
            setattr(row, name, data[name] if data[name] is not None else type(getattr(row, name))())
    _edit_aliases(context, row, data)
    if "parent_ids" in data:
        row.parents = _tags(context, data["parent_ids"] or ())
    for child in _tags(context, data.get("child_ids") or ()):
        context.store.touch(child)
        child.parents.append(row)
    if "image" in data:
        row.picture = _picture(data["image"] or "")


def _edit_aliases(context: Context, row: Tag, data: Arguments) -> None:
    if "aliases" in data:
        row.aliases = list(dict.fromkeys(data["aliases"] or ()))
        for alias in row.aliases:
            _check(context, row, alias)


def _picture(address: str) -> bytes:
    """The bytes of a data URL; other addresses are not fetched here."""
    try:
        return base64.b64decode(address.partition("base64,")[2])
    except binascii.Error:
        raise Refusal("illegal base64 data") from None


def _tags(context: Context, ids: Sequence[object]) -> list[Tag]:
    rows = []
    for ident in dict.fromkeys(ids):
        row = context.store.tags.get(number_of(ident))
        if row is None:
            raise Refusal(f"id {ident} does not exist in tags")
        rows.append(row)
    return rows


def _bulk(_root: object, context: Context, arguments: Arguments) -> list[Tag] | None:
    data = dict(arguments["input"])
    rows = _tags(context, data.pop("ids", None) or ())
    for row in rows:
        changed = dict(data)
        lists = {"aliases": row.aliases, "parent_ids": [str(tag.id) for tag in row.parents]}
        for name, before in lists.items():
            if isinstance(data.get(name), dict):
                changed[name] = _changed(before, data[name])
        _edit(context, row, changed)
    return rows or None


def _changed(before: list[str], how: Arguments) -> list[str]:
    named = how.get("values") or how.get("ids") or []
    if how["mode"] == "SET":
        return list(named)
    if how["mode"] == "ADD":
        return [*before, *named]
    return [one for one in before if one not in named]


def _destroy(_root: object, context: Context, arguments: Arguments) -> bool:
    data = arguments.get("input") or arguments
    ids = [data["id"]] if "id" in data else data["ids"]
    for row in _tags(context, ids):
        _replace(context, row, None)
    return True


def _merge(_root: object, context: Context, arguments: Arguments) -> Tag:
    data = arguments["input"]
    if data["destination"] in data["source"]:
        raise Refusal("cannot merge where source == destination")
    sources = _tags(context, data["source"])
    (target,) = _tags(context, [data["destination"]])
    context.store.touch(target, context.world.now())
    for row in sources:
        target.aliases += [row.name, *row.aliases]
        _replace(context, row, target)
    return target


def _replace(context: Context, row: Tag, other: Tag | None) -> None:
    """Take the tag away everywhere, and put the other one there. No `updated_at` moves."""
    store = context.store
    users: list[Described] = [*store.images, *store.scenes, *store.galleries]
    for user in users:
        if row in user.tags:
            store.touch(user)
            kept = [tag for tag in user.tags if tag is not row]
            user.tags = kept if other is None or other in kept else [*kept, other]
    for tag in store.tags:
        if row in tag.parents:
            store.touch(tag)
            tag.parents.remove(row)
    store.tags.drop(row)


TAGS: Mapping[str, Resolver] = {
    "tagCreate": _create,
    "tagUpdate": _update,
    "bulkTagUpdate": _bulk,
    "tagDestroy": _destroy,
    "tagsDestroy": _destroy,
    "tagsMerge": _merge,
}
