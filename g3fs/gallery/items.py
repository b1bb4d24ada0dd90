"""What a gallery has, as frozen values: albums, media, links, and the listings they stand in."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum
from types import MappingProxyType
from typing import NewType

from g3fs.gallery.ids import ItemId, TagName, Version

Rendition = NewType("Rendition", str)
"""Which bytes of a media item: the original, or one of the server's smaller pictures by name."""

ORIGINAL = Rendition("original")
"""The file as it was uploaded, byte for byte."""

NO_FACTS: Mapping[str, str] = MappingProxyType({})


class Readable(Enum):
    """Whether the original of a media item can be had."""

    YES = "yes"
    FORBIDDEN = "forbidden"
    """This user may see the item, but not its original."""
    LOST = "lost"
    """The server has the item, but not its file."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Times:
    """The server's times of an item, whole seconds since 1970 UTC; always positive."""

    created_s: int
    """When the item came into the gallery."""
    updated_s: int
    """The last change of anything about it; becomes st_ctime."""
    captured_s: int | None = None
    """When the picture was taken. None: the server does not know."""
    data_changed_s: int | None = None
    """When its bytes were replaced after it was created. None: never, or not known."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RenditionFacts:
    """What the listing tells of one smaller picture."""

    size_bytes: int | None
    """None when the server does not say; it is 0 to stat(2) until it was fetched once."""
    media_type: str
    """What is expected, `image/jpeg`; gives the extension, checked when read."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Album:
    """A container; becomes a directory. Its id differs in every place where it is shown."""

    id: ItemId
    title: str
    times: Times
    can_edit: bool
    """Whether this user may rename, move or delete what is in it."""
    can_add: bool
    """Whether this user may create something in it."""
    facts: Mapping[str, str] = field(default_factory=lambda: NO_FACTS)
    """Extended attributes that come with the listing, by name, as text."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Media:
    """A photo or movie, one file of it; becomes a regular file."""

    id: ItemId
    title: str
    media_type: str
    """The type of the original, `image/jpeg`; its name gets a fitting extension."""
    size_bytes: int | None
    """Of the original, exact. None when the server does not say: 0 to stat(2), and read directly
    (without the kernel's page cache) until it is known."""
    version: Version
    times: Times
    can_edit: bool
    readable: Readable = Readable.YES
    seekable: bool = False
    """A hint that the server can send the original from any byte; what it does shows when read."""
    shared: bool = False
    """The file may stand in several albums: then st_nlink is at least 2."""
    renditions: Mapping[Rendition, RenditionFacts] = field(
        default_factory=lambda: MappingProxyType({})
    )
    facts: Mapping[str, str] = field(default_factory=lambda: NO_FACTS)


@dataclass(frozen=True, slots=True)
class Step:
    """One name on the way to an item, as the server tells it; the shown one is made of it."""

    name: str
    id: ItemId | None = None
    """Tells apart what has the same name; None where only one can have it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """A pointer to an album of the same tree; becomes a relative symbolic link."""

    id: ItemId
    title: str
    depth: int
    """How many directories lie between the gallery's root and the link: 2 in `/tags/sea/`."""
    path: tuple[Step, ...]
    """The way to the album from the gallery's root."""
    times: Times


Item = Album | Media | Link


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One line of a listing: the name that the server gives an item in this place, and the item."""

    name: str
    """Hostile input: may be empty, too long, hold slashes, or stand in the listing twice."""
    item: Item


@dataclass(frozen=True, slots=True, kw_only=True)
class Listing:
    """The children of one album, all of them, as they were at one moment."""

    album: Album
    entries: tuple[Entry, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Comment:
    """What a person wrote under an item."""

    id: str
    author: str
    """The name that the server tells, or its number of the user."""
    created_s: int
    state: str
    """`published`, or why it is not shown to visitors."""
    text: str


class Group(Enum):
    """Where facts come from, and so what they cost."""

    LISTING = "listing"
    """They come with the listing of the album: free."""
    TAGS = "tags"
    COMMENTS = "comments"
    DETAILS = "details"
    """They are asked for item by item, or in bulk where the server can."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Details:
    """What one group told of one item; fields of the other groups are empty."""

    tags: tuple[TagName, ...] = ()
    comments: tuple[Comment, ...] = ()
    facts: Mapping[str, str] = field(default_factory=lambda: NO_FACTS)
