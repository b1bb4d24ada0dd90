"""Extended attributes that come with a listing: what is empty is left out."""

from collections.abc import Mapping
from sys import intern

from g3fs.backends.facts import Facts
from g3fs.backends.gallery3 import attributes
from g3fs.clients.gallery3.names import album_name, file_name
from g3fs.clients.gallery3.wire import WireItem

_COMMON = (
    attributes.COMMENT,
    attributes.TITLE,
    attributes.SLUG,
    attributes.OWNER,
    attributes.VIEWS,
)
_OF_ALBUMS = (*_COMMON, attributes.SORT, attributes.COVER)
_OF_MEDIA = (*_COMMON, attributes.WIDTH, attributes.HEIGHT)


def album_facts(wire: WireItem, names: Mapping[int, str]) -> Facts:
    """Those of an album; `names` of its children, by id, as far as they are known."""
    sort = intern(f"{wire.sort_column} {wire.sort_order}") if wire.sort_column else None
    return Facts(_OF_ALBUMS, (*_common(wire), sort, _cover(wire, names)))


def media_facts(wire: WireItem) -> Facts:
    """Those of a photo or movie; movies without ffmpeg on the server have 0 by 0 pixels."""
    size = (_number(wire.width or None), _number(wire.height or None))
    return Facts(_OF_MEDIA, (*_common(wire), *size))


def _common(wire: WireItem) -> tuple[str | None, ...]:
    return (
        wire.description,
        wire.title if _title_was_set(wire) else None,
        wire.slug,
        _number(wire.owner_id),
        _number(wire.view_count),
    )


def _number(number: int | None) -> str | None:
    """As text, which is shared: thousands of photos have the same few widths and owners."""
    return None if number is None else intern(str(number))


def _title_was_set(wire: WireItem) -> bool:
    """Whether a person chose the title: the server's own choice is the name, as it was sent."""
    name, title = wire.name or "", wire.title
    stem, _, extension = name.rpartition(".")
    if title in (name, stem):
        return False
    if wire.kind == "album":
        return album_name(title) != name
    return file_name(title, extension, wire.kind) != name


def _cover(wire: WireItem, names: Mapping[int, str]) -> str | None:
    if wire.cover_id is None:
        return None
    return names.get(wire.cover_id) or f"id:{wire.cover_id}"
