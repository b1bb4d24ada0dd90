"""Files and places of a PhotoPrism as the port's opaque ids, and back.

A file has the server's uid, one for all places where it stands; a file that the server's index does
not know has its path on the disk. A directory is a place: what kind it is of, and which one.
"""

import re
from dataclasses import dataclass
from enum import Enum

from g3fs.gallery.errors import NotFound
from g3fs.gallery.ids import ItemId


class Kind(Enum):
    """The kinds of directories; the values are the beginnings of their ids."""

    ROOT = "root"
    ALBUMS = "albums"
    ALBUM = "album"
    FOLDERS = "folders"
    FOLDER = "folder"
    CALENDAR = "calendar"
    YEAR = "year"
    MONTH = "month"
    MOMENTS = "moments"
    MOMENT = "moment"
    STATES = "states"
    STATE = "state"
    PEOPLE = "people"
    PERSON = "person"
    LABELS = "labels"
    LABEL = "label"
    FAVORITES = "favorites"
    PRIVATE = "private"
    REVIEW = "review"
    ARCHIVE = "archive"


@dataclass(frozen=True, slots=True)
class Place:
    """One directory."""

    kind: Kind
    key: str = ""
    """A uid, a path or a year; "" where there is but one."""

    @property
    def id(self) -> ItemId:
        return ItemId(f"{self.kind.value}:{self.key}" if self.key else self.kind.value)


ROOT = Place(Kind.ROOT)

_KINDS = {kind.value: kind for kind in Kind}
_KEYS = {
    Kind.FOLDER: re.compile(r"(?!/)[^\0]+(?<!/)", re.DOTALL),
    Kind.YEAR: re.compile(r"\d{4}", re.ASCII),
    Kind.ALBUM: (_UID := re.compile(r"[0-9a-z]{8,32}", re.ASCII)),
    Kind.MONTH: _UID,
    Kind.MOMENT: _UID,
    Kind.STATE: _UID,
    Kind.PERSON: _UID,
    Kind.LABEL: _UID,
}
_FILE = re.compile(r"f[0-9a-z]{15}", re.ASCII)
_DISK = "disk:"


def folder(path: str) -> Place:
    """The directory of originals at `path`; "" is all of them."""
    return Place(Kind.FOLDER, path) if path else Place(Kind.FOLDERS)


def place_of(item: ItemId) -> Place | None:
    """The directory of an id; None when it is that of a file, or of nothing."""
    name, _, key = item.partition(":")
    kind = _KINDS.get(name)
    pattern = _KEYS.get(kind) if kind else None
    if kind is None or (not pattern.fullmatch(key) if pattern else item != name):
        return None
    return Place(kind, key)


def is_file(item: ItemId) -> bool:
    """Whether it is the uid of a file that the index knows."""
    return _FILE.fullmatch(item) is not None


def on_disk(path: str) -> ItemId:
    """The id of a file that the index does not know."""
    return ItemId(_DISK + path)


def path_on_disk(item: ItemId) -> str | None:
    """The path of such a file; None for other ids."""
    path = item.removeprefix(_DISK)
    return path if path != item and path.strip("/") == path and path and "\0" not in path else None


def unknown(item: ItemId) -> NotFound:
    """The error for an id that this server cannot have."""
    return NotFound(f"there is no item {item!r}")
