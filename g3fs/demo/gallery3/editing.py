"""Changes of an item: fields, name, place, data, order of an album's members."""

from collections.abc import Mapping
from dataclasses import replace

from g3fs.demo.gallery3.checks import Wanted, check
from g3fs.demo.gallery3.covers import choose_cover, refresh_covers
from g3fs.demo.gallery3.creating import facts_of
from g3fs.demo.gallery3.damage import after_upload
from g3fs.demo.gallery3.gallery import Gallery
from g3fs.demo.gallery3.incoming import Call, Upload, decoded, text_of
from g3fs.demo.gallery3.media import Facts
from g3fs.demo.gallery3.moving import relocate
from g3fs.demo.gallery3.names import album_name, extension_of, file_name
from g3fs.demo.gallery3.numbers import column_value, time_value
from g3fs.demo.gallery3.rows import ROOT_ID, Item
from g3fs.demo.gallery3.shelving import make_pictures

TEXTS = ("title", "description", "sort_column", "sort_order")
SILENT = ("view_count", "thumb_width", "thumb_height", "resize_width", "resize_height")
"""Writable columns that leave `updated` alone."""
LOUD = ("width", "height", "mime_type", "rand_key")
"""Writable columns that only mislead."""
KNOWN = frozenset({*TEXTS, *LOUD, "name", "slug", "parent", "captured", "album_cover"})
"""Fields whose mention alone sets `updated`."""


def change(call: Call, item: Item) -> None:
    """Carry out a PUT.

    Raises:
        Refusal: 400 or 404, nothing changed (404 for a member: the rest was changed).
        PathTooLong: the row was changed, the files were not.
    """
    gallery = call.gallery
    fields = call.fields_to_change()
    target = _target(call, item, fields)
    cover = call.resolve_item(fields["album_cover"]) if "album_cover" in fields else None
    upload = None if "drop_put_file" in call.damage or item.is_album else call.upload
    facts = None if upload is None else facts_of(item.type, upload)
    wanted = replace(
        _wanted(item, target, fields, facts),
        name_error=None if upload is None else _data_error(upload, facts),
        parent_error=_bad_parent(gallery, item, target),
        cover_error=_bad_cover(item, cover),
    )
    check(wanted)
    columns = _columns(wanted, fields)
    if wanted.name is not None or wanted.slug is not None or target.id != item.parent_id:
        relocate(call, item, target, (wanted.name, wanted.slug))
    for name, value in columns.items():
        setattr(item, name, value)
    if cover is not None:
        choose_cover(gallery, item, cover)
    if upload is not None and facts is not None:
        _replace_data(gallery, item, upload, facts)
        after_upload(gallery, item, upload, call.damage)
    if fields.keys() & KNOWN or upload is not None:
        item.updated = gallery.now()
    gallery.items.put(item)
    if "members" in call.params:
        _reorder(call, item)


def _target(call: Call, item: Item, fields: Mapping[str, object]) -> Item:
    """The album in which the item will be; the item itself for the root."""
    if "parent" not in fields:
        return call.gallery.parent(item) or item
    target = call.resolve_item(fields["parent"])
    if target.id != item.parent_id:
        call.viewer.demand("edit", target)
    return target


def _wanted(item: Item, target: Item, fields: Mapping[str, object], facts: Facts | None) -> Wanted:
    name = _wanted_name(item, fields, facts)
    moved = target.id != item.parent_id and item.id != ROOT_ID
    slug = text_of(fields["slug"]) if "slug" in fields else None
    if slug is None and moved:
        slug = item.slug
    description = fields.get("description")
    return Wanted(
        kind=item.type,
        parent_id=target.id,
        name=name,
        slug=slug,
        title=text_of(fields["title"]) if "title" in fields else None,
        description=None if description is None else text_of(description),
        sort_column=text_of(fields["sort_column"]) if "sort_column" in fields else None,
        sort_order=text_of(fields["sort_order"]) if "sort_order" in fields else None,
    )


def _wanted_name(item: Item, fields: Mapping[str, object], facts: Facts | None) -> str | None:
    """The stored name after the change; new data of another type change the extension."""
    if "name" not in fields and facts is None:
        return None
    name = text_of(fields["name"]) if "name" in fields else item.name or ""
    if item.is_album:
        return album_name(name)
    extension = extension_of(item.name or "") if facts is None else facts.extension
    return file_name(name, extension, item.type)


def _bad_cover(item: Item, cover: Item | None) -> bool:
    """Only albums have a cover, and it is no album; the root is not checked."""
    return cover is not None and item.id != ROOT_ID and (not item.is_album or cover.is_album)


def _bad_parent(gallery: Gallery, item: Item, target: Item) -> bool:
    inside = item.id == target.id or item in gallery.ancestors(target)
    return item.id != ROOT_ID and (not target.is_album or inside)


def _data_error(upload: Upload, facts: Facts | None) -> str | None:
    if upload.size == 0:
        return "empty_data_file"
    return "invalid_data_file" if facts is None else None


def _columns(wanted: Wanted, fields: Mapping[str, object]) -> dict[str, object]:
    """Columns and their new values; ServerError for a value that the database does not take."""
    values: dict[str, object] = {
        name: getattr(wanted, name) for name in TEXTS if getattr(wanted, name) is not None
    }
    if "description" in fields:
        values["description"] = wanted.description
    if "captured" in fields:
        values["captured"] = time_value(fields["captured"])
    numbers = (name for name in (*SILENT, "width", "height") if name in fields)
    values |= {name: column_value(fields[name]) for name in numbers}
    texts = (name for name in ("mime_type", "rand_key") if name in fields)
    return values | {name: text_of(fields[name]) for name in texts}


def _replace_data(gallery: Gallery, item: Item, upload: Upload, facts: Facts) -> None:
    """New bytes; what the old ones told is told anew, but tags stay as they are."""
    path = gallery.stored_path(item)
    upload.source.seek(0)
    opener = gallery.files.receive(path, upload.source, gallery.now())
    item.mime_type = facts.mime_type
    item.width, item.height = facts.width, facts.height
    if facts.captured is not None:
        item.captured = facts.captured
    make_pictures(gallery, item, opener)
    refresh_covers(gallery, item)


def _reorder(call: Call, album: Item) -> None:
    """Number the listed children of an album that is sorted by hand; others use up a number."""
    if album.sort_column != "weight":
        return
    urls = decoded(call.params["members"])
    for weight, url in enumerate(urls if isinstance(urls, list) else []):
        member = call.resolve_item(url)
        if member.parent_id == album.id and member.weight != weight:
            member.weight = weight
            member.updated = call.gallery.now()
            call.gallery.items.put(member)
