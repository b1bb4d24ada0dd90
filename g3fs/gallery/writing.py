"""The writing half of the port: what a backend has as well when its server takes changes.

Every method returns when the server has answered *and* what it did was verified; what comes back
is the entry as a listing would show it from now on. A failure means that nothing was changed, as
far as anybody can find out: whoever implements this looks before it believes a failure. Cancelling
a call gives up waiting, not the change; but a file whose sending was cancelled arrives only if the
server had all of it by then, and before any data that is sent for the same item later.

Errors are those of `gallery/errors.py`; any method may also raise Unreachable (nothing was sent),
TimedOut, ServerError, AccessDenied or LoginRefused.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import Enum
from pathlib import Path
from typing import Protocol, runtime_checkable

from g3fs.gallery.collections import Meaning, Operation
from g3fs.gallery.ids import ItemId, TagName
from g3fs.gallery.items import Album, Entry, Item, Link, Listing, Media

Progress = Callable[[int], None]
"""Called with the bytes sent so far, from a worker thread; while the upload waits for its turn, now
and then with 0, from trio's. May raise Cancelled to give it up."""


class Naming(Enum):
    """What a name is wanted for."""

    ALBUM = "album"
    FILE = "file"


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """A name that something is to have in an album."""

    name: str
    naming: Naming
    entry: Entry | None = None
    """What is to be renamed or moved; None: something new."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Upload:
    """A file that is to become a new item."""

    album: ItemId
    name: str
    """As the user gave it."""
    source: Path
    """Complete, and not changed while it is sent."""
    mark: str
    """From `Writer.mark`, and kept on disk before `create` is called."""


class Writer(Protocol):
    """Changes to one server. Calls that change its structure exclude each other in here."""

    def meaning(self, album: ItemId, operation: Operation) -> Meaning:
        """What the backend's matrix says of an operation in an album. Pure."""
        ...

    def takes(self, name: str) -> bool:
        """Whether a file of this name, going by its extension, could be uploaded. Pure."""
        ...

    def predicted(self, listing: Listing, wish: Wish, coming: Sequence[str]) -> str:
        """The name that the server would give. Pure: `listing` is the album as it is known.

        `coming` are names of files that are on their way into the album.

        Raises:
            AlreadyExists: another item of the album, or one on its way, stands in the way.
            BadName, NameTooLong, Invalid: nothing would be stored under such a name.
        """
        ...

    async def mark(self, album: ItemId, name: str) -> str:
        """A word by which an upload can be found again although its answer never came.

        Raises:
            AlreadyExists, BadName, NameTooLong, Invalid: as `predicted`, asked of the server.
            NotFound: no such album.
        """
        ...

    async def create(self, upload: Upload, progress: Progress) -> Entry:
        """Send a new file.

        Raises:
            AlreadyExists, BadName, NameTooLong: the name cannot be had; nothing was sent.
            Invalid: the server does not take this data.
            TooLarge: nor files of this size.
        """
        ...

    async def find(self, upload: Upload) -> Entry | None:
        """What became of an earlier `create` of this very upload, which was interrupted.

        Compares the bytes where the server has something under that mark. None: it has nothing, or
        something else.
        """
        ...

    async def replace(self, media: Media, source: Path, progress: Progress) -> Entry:
        """Put new data into an item; its id, tags, comments, title and memberships stay.

        Repeating it is harmless.

        Raises:
            NotFound: it is gone.
            Invalid, TooLarge: the server does not take this data; the old data is intact.
        """
        ...

    async def make_album(self, album: ItemId, name: str) -> Entry:
        """Make an album; errors as `predicted`."""
        ...

    async def move(self, item: Item, target: ItemId, name: str) -> Entry:
        """Rename an item, or move it into another album, or both; moves no data."""
        ...

    async def delete(self, media: Media) -> None:
        """Delete one file for good; returns as well when it is gone already."""
        ...

    async def remove_album(self, album: Album) -> None:
        """Delete an album that has nothing in it, asked from the server.

        Raises:
            NotEmpty: it has something, shown to this user or not.
        """
        ...

    def checked_fact(self, item: Item | None, name: str, value: str | None) -> None:
        """See whether `set_fact` could store this, as far as can be told without asking. Pure.

        `item` None: a file that is not uploaded yet.

        Raises:
            Invalid, ValueTooLong, BadName: the value cannot be stored.
        """
        ...

    async def set_fact(self, item: Item, name: str, value: str | None) -> Entry:
        """Set, or with None clear, an attribute whose form is FACT or TIME, by its name."""
        ...

    def checked_tags(self, tags: Sequence[TagName]) -> None:
        """See whether these could be stored. Pure; errors as `checked_fact`."""
        ...

    async def set_tags(self, item: ItemId, tags: Sequence[TagName]) -> None:
        """Let an item have these tags and no others."""
        ...

    async def change_tags(
        self, item: ItemId, *, add: Sequence[TagName] = (), remove: Sequence[TagName] = ()
    ) -> None:
        """Put tags on an item and take others off; what is so already is no error."""
        ...

    async def add_comment(self, item: ItemId, text: str) -> None:
        """Write a comment as this user."""
        ...

    async def remove_comment(self, item: ItemId, comment: str) -> None:
        """Delete one comment.

        Raises:
            NotFound: there is none of that id.
        """
        ...


@runtime_checkable
class Writes(Protocol):
    """What a backend has as well when it can change its server."""

    @property
    def writer(self) -> Writer:
        """Constant while the backend is open."""
        ...


class TagViewer(Protocol):
    """The tags of a server as directories of links, where its tree has none of its own."""

    async def tags(self) -> Sequence[TagName]:
        """All tags; a handful of requests."""
        ...

    async def tagged(self, tag: TagName) -> Sequence[Link]:
        """What carries a tag: a link to each; the last step of its path is the item itself.

        Raises:
            NotFound: no such tag.
        """
        ...

    async def make_tag(self, tag: TagName) -> None:
        """Make a tag that nothing carries; the server may forget it until something does.

        Raises:
            AlreadyExists: there is one that the server takes for the same.
        """
        ...

    async def rename_tag(self, tag: TagName, name: TagName) -> None:
        """Rename a tag on all that carries it.

        Raises:
            AlreadyExists: there is another one of that name: the two would become one.
        """
        ...

    async def delete_tag(self, tag: TagName) -> None:
        """Take a tag off everything, and forget it."""
        ...


@runtime_checkable
class HasTagViews(Protocol):
    """What a backend has as well when it can show its tags as directories."""

    @property
    def tag_viewer(self) -> TagViewer | None:
        """None where this very server has no tags."""
        ...
