"""Numbers of a Gallery 3 as the port's opaque ids and versions, and back."""

import re

from g3fs.gallery.errors import NotFound
from g3fs.gallery.ids import ItemId, Version

_VERSION = re.compile(r"(\?|\d{1,19})-(\d{1,19})", re.ASCII)
_MAX_ID = 2**63 - 1


def item_id(number: int) -> ItemId:
    """The id of an item is its number, in decimal."""
    return ItemId(str(number))


def number_of(item: ItemId) -> int:
    """The number in an id; NotFound when this server cannot have such an item."""
    if not item.isascii() or not item.isdigit() or not 0 < int(item[:20]) <= _MAX_ID:
        raise NotFound(f"there is no item {item!r}")
    return int(item)


def version_of(size_bytes: int | None, updated_s: int) -> Version:
    """Size and time of the last change of anything: the server has no checksum."""
    return Version(f"{'?' if size_bytes is None else size_bytes}-{updated_s}")


def parts_of(version: Version) -> tuple[int | None, int] | None:
    """Size in bytes, and seconds since 1970, that a version was made of; None: it is not ours."""
    found = _VERSION.fullmatch(version)
    if found is None:
        return None
    return (None if found[1] == "?" else int(found[1])), int(found[2])
