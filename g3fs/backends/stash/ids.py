"""Files and places of a Stash as the port's opaque ids, and back.

A file has its number: the same in all places, whichever image or scene it is part of. A directory
is a place: a word and a number, or only a word where a server has but one. A link stands in a
place and leads to a gallery.
"""

import re
from dataclasses import dataclass
from enum import Enum

from g3fs.gallery.errors import NotFound
from g3fs.gallery.ids import ItemId


class Kind(Enum):
    """The kinds of directories; the values are the beginnings of their ids."""

    ROOT = "root"
    GALLERIES = "galleries"
    GALLERY = "gallery"
    FOLDERS = "folders"
    FOLDER = "folder"
    TAGS = "tags"
    TAG = "tag"
    PERFORMERS = "performers"
    PERFORMER = "performer"
    STUDIOS = "studios"
    STUDIO = "studio"

    @property
    def single(self) -> bool:
        """Whether a server has exactly one of them."""
        return self not in _MANY


_MANY = frozenset({Kind.GALLERY, Kind.FOLDER, Kind.TAG, Kind.PERFORMER, Kind.STUDIO})
_LINKING = _MANY - {Kind.GALLERY, Kind.FOLDER}


@dataclass(frozen=True, slots=True)
class Place:
    """One directory."""

    kind: Kind
    number: int = 0
    """The server's; 0 where there is but one."""

    @property
    def id(self) -> ItemId:
        return ItemId(f"{self.kind.value}:{self.number}" if self.number else self.kind.value)


ROOT = Place(Kind.ROOT)

_SINGLE = {kind.value: Place(kind) for kind in Kind if kind.single}
_NUMBER = re.compile(r"[1-9]\d{0,17}", re.ASCII)
_NUMBERED = re.compile(
    rf"({'|'.join(sorted(kind.value for kind in _MANY))}):([1-9]\d{{0,17}})", re.ASCII
)


def place_of(item: ItemId) -> Place | None:
    """The directory of an id; None when it is that of something else, or of nothing."""
    found = _NUMBERED.fullmatch(item)
    return Place(Kind(found[1]), int(found[2])) if found else _SINGLE.get(item)


def file_id(number: int) -> ItemId:
    """The id of a file."""
    return ItemId(str(number))


def file_of(item: ItemId) -> int:
    """The number of a file; NotFound when this server can have none of this id."""
    if not _NUMBER.fullmatch(item):
        raise unknown(item)
    return int(item)


def link_id(place: Place, gallery: int) -> ItemId:
    """The id of the link to a gallery that stands in a place."""
    return ItemId(f"{place.id}/{Place(Kind.GALLERY, gallery).id}")


def link_of(item: ItemId) -> tuple[Place, int] | None:
    """Place and gallery of a link; None for other ids."""
    left, slash, right = item.partition("/")
    place, gallery = place_of(ItemId(left)), place_of(ItemId(right))
    if not slash or place is None or gallery is None:
        return None
    linked = place.kind in _LINKING and gallery.kind is Kind.GALLERY
    return (place, gallery.number) if linked else None


def unknown(item: ItemId) -> NotFound:
    """The error for what this server does not have."""
    return NotFound(f"there is no item {item!r}")
