"""The gallery of the fake backend: dictionaries, and what a test does to them behind its back."""

from collections import Counter, defaultdict
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from typing import TypeVar

import trio

from g3fs.gallery.attributes import Attribute, Form, On
from g3fs.gallery.backend import Capabilities
from g3fs.gallery.collections import Collection, Holds, Meaning, Operation
from g3fs.gallery.errors import NotFound
from g3fs.gallery.ids import ItemId, Version
from g3fs.gallery.items import (
    ORIGINAL,
    Album,
    Details,
    Entry,
    Group,
    Item,
    Link,
    Media,
    Rendition,
    RenditionFacts,
    Step,
    Times,
)
from tests.fakestreams import Delivery, Request

ROOT = ItemId("album-1")
MADE_S = 1_600_000_000
"""When everything was created; the nth change of a gallery happens n seconds later."""

TITLE = "user.g3fs.title"
COMMENT = "user.xdg.comment"
ATTRIBUTES = (
    Attribute(
        name="user.xdg.tags",
        on=On.ALL,
        group=Group.TAGS,
        form=Form.TAG_LIST,
        writable=True,
        listed=True,
        meaning="tags",
    ),
    Attribute(
        name=TITLE, on=On.ALL, group=Group.LISTING, writable=True, listed=True, meaning="title"
    ),
    Attribute(
        name=COMMENT, on=On.ALL, group=Group.LISTING, writable=True, listed=True, meaning="caption"
    ),
    Attribute(
        name="user.g3fs.comments",
        on=On.MEDIA,
        group=Group.COMMENTS,
        form=Form.COMMENTS_JSON,
        meaning="comments",
    ),
)
CELLS = {
    Operation.CREATE: Meaning.UPLOAD,
    Operation.UNLINK: Meaning.DELETE,
    Operation.RENAME_WITHIN: Meaning.MOVE,
    Operation.RENAME_IN: Meaning.MOVE,
    Operation.RENAME_OUT: Meaning.MOVE,
    Operation.RENAME_OVER: Meaning.REPLACE,
    Operation.MKDIR: Meaning.NEW_ALBUM,
    Operation.RMDIR: Meaning.DELETE_EMPTY,
}

ItemT = TypeVar("ItemT", Album, Media, Link)


class FakeGallery:
    """What the fake server has, how it behaves, and what it was asked."""

    def __init__(self) -> None:
        self.capabilities = Capabilities(
            server="Fake 1.0",
            url="fake://gallery",
            user="tester",
            collections=(
                Collection(path="/", content="everything", holds=Holds.LIVES, cells=CELLS),
            ),
            attributes=ATTRIBUTES,
            renditions=(Rendition("thumb"),),
            archive=False,
        )
        self.items: dict[ItemId, Item] = {}
        self.children: dict[ItemId, list[Entry]] = {}
        self.bytes: dict[tuple[ItemId, Rendition, Version], bytes] = {}
        self.details_of: dict[tuple[ItemId, Group], Details] = {}
        self.delivery: dict[tuple[ItemId, Rendition], Delivery] = defaultdict(Delivery)
        self.calls: Counter[str] = Counter()
        """How often each method of the port was called, failures too."""
        self.asked: list[tuple[str, ItemId]] = []
        """Every call that names an item, in order."""
        self.requests: list[Request] = []
        self.errors: dict[str, list[Exception | None]] = defaultdict(list)
        """What the next calls of a method raise, before they do anything; None: nothing."""
        self.late_errors: dict[str, list[Exception | None]] = defaultdict(list)
        """What the next changes of a method raise, when they are done."""
        self.down: Exception | None = None
        """While set, every call raises it."""
        self.gates: dict[str, trio.Event] = {}
        """A call of this method waits here before it looks at anything."""
        self._changes = 0
        self.add_root()

    # Arranging

    def add_root(self) -> Album:
        """The album that is always there."""
        root = Album(id=ROOT, title="Gallery", times=self.times_now(), can_edit=True, can_add=True)
        self.items[ROOT] = root
        self.children[ROOT] = []
        return root

    def add_album(self, title: str, *, parent: ItemId = ROOT) -> Album:
        album = Album(
            id=self.new_id("album"),
            title=title,
            times=self.times_now(),
            can_edit=True,
            can_add=True,
        )
        self.children[album.id] = []
        return self.add(album, parent, title)

    def add_media(
        self,
        name: str,
        data: bytes = b"",
        *,
        parent: ItemId = ROOT,
        thumb: bytes | None = None,
        size_known: bool = True,
        media_type: str = "image/jpeg",
    ) -> Media:
        facts = RenditionFacts(
            size_bytes=len(thumb) if thumb is not None and size_known else None,
            media_type="image/jpeg",
        )
        media = Media(
            id=self.new_id("media"),
            title=name,
            media_type=media_type,
            size_bytes=len(data) if size_known else None,
            version=Version("v1"),
            times=self.times_now(),
            can_edit=True,
            seekable=True,
            renditions={} if thumb is None else {Rendition("thumb"): facts},
        )
        self.bytes[media.id, ORIGINAL, media.version] = data
        if thumb is not None:
            self.bytes[media.id, Rendition("thumb"), media.version] = thumb
        return self.add(media, parent, name)

    def add_link(self, name: str, *path: Step, depth: int = 0, parent: ItemId = ROOT) -> Link:
        link = Link(
            id=self.new_id("link"), title=name, depth=depth, path=path, times=self.times_now()
        )
        return self.add(link, parent, name)

    def place(self, item: ItemId, parent: ItemId, *, name: str) -> None:
        """Let an item stand in a further album, or under a further name."""
        self.children[parent].append(Entry(name=name, item=self.items[item]))

    def change(self, item: ItemT) -> ItemT:
        """Put `item` in the place of the one with its id, changed now."""
        times = replace(item.times, updated_s=self.now())
        changed = replace(item, times=times)
        self.items[item.id] = changed
        for entries in self.children.values():
            entries[:] = [
                replace(entry, item=changed) if entry.item.id == item.id else entry
                for entry in entries
            ]
        return changed

    def rename(self, item: ItemId, name: str) -> None:
        """Give an item another name, wherever it stands."""
        for entries in self.children.values():
            entries[:] = [
                replace(entry, name=name) if entry.item.id == item else entry for entry in entries
            ]

    def new_version(self, media: Media, data: bytes) -> Media:
        """Replace the original; with the same data only the version differs (a new title, say)."""
        version = Version(f"v{int(media.version[1:]) + 1}")
        for (item, rendition, before), old in list(self.bytes.items()):
            if (item, before) == (media.id, media.version):
                self.bytes[item, rendition, version] = old
        self.bytes[media.id, ORIGINAL, version] = data
        return self.change(replace(media, version=version, size_bytes=len(data)))

    def remove(self, item: ItemId) -> None:
        """Delete an item from the server, with what is below it."""
        for entry in self.children.pop(item, []):
            self.remove(entry.item.id)
        self.items.pop(item, None)
        for entries in self.children.values():
            entries[:] = [entry for entry in entries if entry.item.id != item]

    def fail_next(self, method: str, *errors: Exception) -> None:
        """Let the next calls of `method` (of the port, its writer or its tag viewer) raise these.

        Nothing is done by them.
        """
        self.errors[method].extend(errors)

    def fail_after(self, method: str, *errors: Exception | None) -> None:
        """Let the next changes of `method` be done, and raise these all the same; None: nothing."""
        self.late_errors[method].extend(errors)

    def hold(self, method: str) -> trio.Event:
        """Let calls of `method` wait until the event is set."""
        self.gates[method] = trio.Event()
        return self.gates[method]

    def sent_bytes(self, media: ItemId | None = None) -> int:
        """Bytes that were read from streams, all or of one item."""
        return sum(r.sent_bytes for r in self.requests if media in (None, r.media))

    # For the port

    async def called(self, method: str, item: ItemId) -> None:
        """What comes before each call: it is counted, held up, or fails."""
        self.calls[method] += 1
        self.asked.append((method, item))
        await trio.lowlevel.checkpoint()
        if method in self.gates:
            await self.gates[method].wait()
        if self.down is not None:
            raise self.down
        if self.errors[method]:
            error = self.errors[method].pop(0)
            if error is not None:
                raise error

    @asynccontextmanager
    async def changing(self, method: str, item: ItemId) -> AsyncIterator[None]:
        """The same around a change, which may fail after it was done."""
        await self.called(method, item)
        yield
        if self.late_errors[method]:
            error = self.late_errors[method].pop(0)
            if error is not None:
                raise error

    def add(self, item: ItemT, parent: ItemId, name: str) -> ItemT:
        self.items[item.id] = item
        self.children[parent].append(Entry(name=name, item=item))
        return item

    def new_id(self, kind: str) -> ItemId:
        return ItemId(f"{kind}-{self.now() - MADE_S + 1}")

    def now(self) -> int:
        self._changes += 1
        return MADE_S + self._changes

    def parent_of(self, item: ItemId) -> ItemId:
        """The first album in which an item stands.

        Raises:
            NotFound: there is none.
        """
        for album, entries in self.children.items():
            if any(entry.item.id == item for entry in entries):
                return album
        raise NotFound(f"no item {item}")

    def entry_of(self, item: ItemId) -> Entry:
        """An item as the first album that has it shows it."""
        entries = self.children[self.parent_of(item)]
        return next(entry for entry in entries if entry.item.id == item)

    def times_now(self) -> Times:
        return Times(created_s=MADE_S, updated_s=MADE_S)
