"""The port: what the file system needs of a server, whichever it is.

The core asks for capabilities, never for a kind. Every method may be called concurrently and, being
a read, again. Errors are those of `gallery/errors.py`; any of them may also be Unreachable,
TimedOut, ServerError or LoginRefused. Cancelling a call gives it up promptly.
"""

from collections.abc import Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from typing import Protocol, runtime_checkable

from g3fs.gallery.attributes import Attribute
from g3fs.gallery.collections import Collection
from g3fs.gallery.ids import ItemId, Version
from g3fs.gallery.items import Album, Details, Group, Item, Listing, Media, Rendition


@dataclass(frozen=True, slots=True, kw_only=True)
class Capabilities:
    """What a server, and this user on it, can do; known when the backend is opened."""

    server: str
    """For people: `Gallery 3 (REST API 3.0)`."""
    url: str
    """The address that the user gave, without credentials."""
    user: str | None
    """Whose rights apply; None for a guest."""
    collections: tuple[Collection, ...]
    attributes: tuple[Attribute, ...]
    renditions: tuple[Rendition, ...]
    """Smaller pictures that can be asked for, besides the original."""
    archive: bool
    """Whether deleting can be taken back (`delete=trash`)."""


@dataclass(frozen=True, slots=True)
class Extent:
    """A byte range; `length` None reaches to the end."""

    offset: int
    length: int | None = None


class ByteStream(Protocol):
    """Bytes on their way from the server; one reader at a time."""

    @property
    def offset(self) -> int:
        """Where the first byte lies: what was asked for, or 0 when the server ignores ranges."""
        ...

    @property
    def size_bytes(self) -> int | None:
        """Of the whole file, not of what is left; None when the server does not say."""
        ...

    @property
    def media_type(self) -> str:
        """What the server says these bytes are."""
        ...

    async def read_some(self, max_bytes: int) -> bytes:
        """What has arrived, at least one byte; b"" at the end.

        Raises:
            BadReply: fewer or more bytes came than were promised.
            TimedOut: no byte moved for the deadline.
        """
        ...


class Backend(Protocol):
    """One server, seen by one user."""

    @property
    def capabilities(self) -> Capabilities:
        """Constant while the backend is open."""
        ...

    async def root(self) -> Album:
        """The album that becomes the root directory."""
        ...

    async def list(self, album: ItemId) -> Listing:
        """All children of one album, in one request or as few as the server needs; no deeper.

        An item whose file is lost, or that the server cannot describe in full, is in it all the
        same, marked so. The entries are in the server's order.

        Raises:
            NotFound: no such album, or hidden.
        """
        ...

    async def stat(self, item: ItemId) -> Item:
        """One item as it is now.

        Raises:
            NotFound: no such item, or hidden.
        """
        ...

    async def details(self, group: Group, items: Sequence[ItemId]) -> Mapping[ItemId, Details]:
        """What `group` tells of items of one album.

        Answers for the first of `items` (never empty), and for as many of the others as come with
        few requests. Items that are gone are missing in the answer.
        """
        ...

    def open(
        self, media: Media, rendition: Rendition, extent: Extent
    ) -> AbstractAsyncContextManager[ByteStream]:
        """Start to fetch bytes of `media`, which is as a listing or `stat` gave it.

        The server may send from byte 0 although more was skipped: see ByteStream.offset.
        Leaving the context stops the transfer.

        Raises (on entering):
            Stale: the bytes are no longer those of `media.version`.
            BytesLost, AccessDenied, NotFound: they cannot be had.
            BadReply: what came is not of the media's type (a web page, a picture of an error).
        """
        ...

    async def same_bytes(self, media: Media, before: Version) -> bool:
        """Whether the original of `media` still is what it was at version `before`.

        Asked before cached bytes are dropped for a change that may have been of a title; may cost
        a request. False when it cannot be told.
        """
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Scan:
    """How far a server is with looking at its disk."""

    id: str
    over: bool
    progress: float | None
    """0 to 1; None: the server does not say."""
    text: str
    """What it is doing, for people."""
    error: str = ""
    """Why it ended before it was done; "": it did not."""


@runtime_checkable
class Pulsed(Protocol):
    """What a backend has as well when its server tells cheaply that something has changed."""

    async def pulse(self) -> str:
        """A token that differs when the server's own counters and dates do; a few milliseconds.

        Not every change moves it: listings are asked for again after their time to live all the
        same.
        """
        ...


@runtime_checkable
class Scans(Protocol):
    """What a backend has as well when its server can be asked to look at its disk."""

    async def scan(self, album: ItemId) -> Scan:
        """Let the server look at the place of `album` on its disk, from now on; does not wait.

        Raises:
            Invalid: it has no place there.
            NotFound: no such album.
        """
        ...

    async def scanned(self, scan: str) -> Scan:
        """How far a scan is; over as well when the server has forgotten it."""
        ...
