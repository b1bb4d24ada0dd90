"""A whole gallery in memory, behind the port; it can be slow, break, and change on command.

Nothing in here sleeps: what is to be slow waits for a gate that the test opens.
"""

from collections import Counter, defaultdict
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from typing import TypeVar

import trio

from g3fs.gallery.backend import Backend, Capabilities, Extent
from g3fs.gallery.collections import Collection, Holds
from g3fs.gallery.errors import AccessDenied, BytesLost, NotFound, Stale
from g3fs.gallery.ids import ItemId, Version
from g3fs.gallery.items import (
    ORIGINAL,
    Album,
    Details,
    Entry,
    Group,
    Item,
    Link,
    Listing,
    Media,
    Readable,
    Rendition,
    RenditionFacts,
    Step,
    Times,
)

ROOT = ItemId("album-1")
MADE_S = 1_600_000_000
"""When everything was created; the nth change of a gallery happens n seconds later."""

ItemT = TypeVar("ItemT", Album, Media, Link)


@dataclass
class Delivery:
    """How the bytes of one (item, rendition) come; may be changed at any time."""

    ranges: bool = True
    """Whether the server obeys ranges; else it sends everything from byte 0."""
    chunk_bytes: int = 64 * 1024
    """The most that one read_some gives."""
    announced: bool = True
    """Whether the server tells the size."""
    cut_at: int | None = None
    """The server ends every body here, as if the file were so long."""
    gates: dict[int, trio.Event] = field(default_factory=dict)
    """A stream that has sent the bytes before this position waits there."""
    breaks: dict[int, list[Exception]] = field(default_factory=lambda: defaultdict(list))
    """At this position the stream raises these, one a time, then goes on."""

    def gate(self, position: int) -> trio.Event:
        """Hold streams at `position` until the event is set."""
        return self.gates.setdefault(position, trio.Event())

    def stop_before(self, position: int, end: int) -> int:
        """The first position in (position, end] at which something is to happen, else `end`."""
        marks = [*self.gates, *self.breaks]
        return min((mark for mark in marks if position < mark < end), default=end)


@dataclass
class Request:
    """One call of open that was answered."""

    media: ItemId
    rendition: Rendition
    extent: Extent
    sent: list[tuple[int, int]] = field(default_factory=list)
    """What was read of it: (offset, length), in order."""
    closed: bool = False

    @property
    def sent_bytes(self) -> int:
        return sum(length for _, length in self.sent)


class FakeStream:
    """The bytes of one answer."""

    def __init__(self, data: bytes, delivery: Delivery, request: Request) -> None:
        self._delivery = delivery
        self._request = request
        self._data = data if delivery.cut_at is None else data[: delivery.cut_at]
        extent = request.extent if delivery.ranges else Extent(0)
        self._position = extent.offset
        end = len(self._data) if extent.length is None else extent.offset + extent.length
        self._end = min(end, len(self._data))
        self.offset = extent.offset
        self.size_bytes = len(self._data) if delivery.announced else None
        self.media_type = "image/jpeg"

    async def read_some(self, max_bytes: int) -> bytes:
        assert max_bytes > 0
        await trio.lowlevel.checkpoint()
        position, delivery = self._position, self._delivery
        if position in delivery.gates:
            await delivery.gates[position].wait()
        if delivery.breaks.get(position):
            raise delivery.breaks[position].pop(0)
        end = min(self._end, position + min(max_bytes, delivery.chunk_bytes))
        chunk = self._data[position : delivery.stop_before(position, end)]
        if chunk:
            self._request.sent.append((position, len(chunk)))
        self._position += len(chunk)
        return chunk


class FakeBackend:
    """The port over dictionaries; passes the contract suite of the real backends."""

    def __init__(self) -> None:
        self.capabilities = Capabilities(
            server="Fake 1.0",
            url="fake://gallery",
            user="tester",
            collections=(Collection(path="/", content="everything", holds=Holds.LIVES),),
            attributes=(),
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
        self.errors: dict[str, list[Exception]] = defaultdict(list)
        """What the next calls of a method raise."""
        self.down: Exception | None = None
        """While set, every call raises it."""
        self.gates: dict[str, trio.Event] = {}
        """A call of this method waits here before it looks at anything."""
        self._changes = 0
        self.add_root()

    # Arranging

    def add_root(self) -> Album:
        """The album that is always there."""
        root = Album(id=ROOT, title="Gallery", times=self._times(), can_edit=True, can_add=True)
        self.items[ROOT] = root
        self.children[ROOT] = []
        return root

    def add_album(self, title: str, *, parent: ItemId = ROOT) -> Album:
        album = Album(
            id=self._new_id("album"), title=title, times=self._times(), can_edit=True, can_add=True
        )
        self.children[album.id] = []
        return self._add(album, parent, title)

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
            id=self._new_id("media"),
            title=name,
            media_type=media_type,
            size_bytes=len(data) if size_known else None,
            version=Version("v1"),
            times=self._times(),
            can_edit=True,
            seekable=True,
            renditions={} if thumb is None else {Rendition("thumb"): facts},
        )
        self.bytes[media.id, ORIGINAL, media.version] = data
        if thumb is not None:
            self.bytes[media.id, Rendition("thumb"), media.version] = thumb
        return self._add(media, parent, name)

    def add_link(self, name: str, *path: Step, depth: int = 0, parent: ItemId = ROOT) -> Link:
        link = Link(
            id=self._new_id("link"), title=name, depth=depth, path=path, times=self._times()
        )
        return self._add(link, parent, name)

    def place(self, item: ItemId, parent: ItemId, *, name: str) -> None:
        """Let an item stand in a further album, or under a further name."""
        self.children[parent].append(Entry(name=name, item=self.items[item]))

    def change(self, item: ItemT) -> ItemT:
        """Put `item` in the place of the one with its id, changed now."""
        times = replace(item.times, updated_s=self._now())
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
        """Let the next calls of `method` (list, stat, details, open, same_bytes) raise these."""
        self.errors[method].extend(errors)

    def hold(self, method: str) -> trio.Event:
        """Let calls of `method` wait until the event is set."""
        self.gates[method] = trio.Event()
        return self.gates[method]

    def sent_bytes(self, media: ItemId | None = None) -> int:
        """Bytes that were read from streams, all or of one item."""
        return sum(r.sent_bytes for r in self.requests if media in (None, r.media))

    # The port

    async def root(self) -> Album:
        await self._called("root", ROOT)
        root = self.items[ROOT]
        assert isinstance(root, Album)
        return root

    async def list(self, album: ItemId) -> Listing:
        await self._called("list", album)
        found = self.items.get(album)
        if not isinstance(found, Album):
            raise NotFound(f"no album {album}")
        return Listing(album=found, entries=tuple(self.children[album]))

    async def stat(self, item: ItemId) -> Item:
        await self._called("stat", item)
        if item not in self.items:
            raise NotFound(f"no item {item}")
        return self.items[item]

    async def details(self, group: Group, items: Sequence[ItemId]) -> Mapping[ItemId, Details]:
        assert items, "the port promises that somebody is asked for"
        await self._called("details", items[0])
        return {
            item: self.details_of.get((item, group), Details())
            for item in items
            if item in self.items
        }

    @asynccontextmanager
    async def open(
        self, media: Media, rendition: Rendition, extent: Extent
    ) -> AsyncIterator[FakeStream]:
        await self._called("open", media.id)
        data = self._bytes_now(media, rendition)
        request = Request(media.id, rendition, extent)
        self.requests.append(request)
        try:
            yield FakeStream(data, self.delivery[media.id, rendition], request)
        finally:
            request.closed = True

    async def same_bytes(self, media: Media, before: Version) -> bool:
        await self._called("same_bytes", media.id)
        old = self.bytes.get((media.id, ORIGINAL, before))
        return old is not None and old == self.bytes[media.id, ORIGINAL, media.version]

    # Below

    def _bytes_now(self, media: Media, rendition: Rendition) -> bytes:
        now = self.items.get(media.id)
        if not isinstance(now, Media):
            raise NotFound(f"no item {media.id}")
        if rendition == ORIGINAL and now.readable is Readable.FORBIDDEN:
            raise AccessDenied(f"{media.id}: only smaller pictures")
        if rendition == ORIGINAL and now.readable is Readable.LOST:
            raise BytesLost(f"{media.id}: the file is gone")
        asked = self.bytes.get((media.id, rendition, media.version))
        current = self.bytes.get((media.id, rendition, now.version))
        if current is None:
            raise NotFound(f"{media.id} has no {rendition}")
        if asked != current:
            raise Stale(f"{media.id} is at {now.version}")
        return current

    async def _called(self, method: str, item: ItemId) -> None:
        self.calls[method] += 1
        self.asked.append((method, item))
        await trio.lowlevel.checkpoint()
        if method in self.gates:
            await self.gates[method].wait()
        if self.down is not None:
            raise self.down
        if self.errors[method]:
            raise self.errors[method].pop(0)

    def _add(self, item: ItemT, parent: ItemId, name: str) -> ItemT:
        self.items[item.id] = item
        self.children[parent].append(Entry(name=name, item=item))
        return item

    def _new_id(self, kind: str) -> ItemId:
        return ItemId(f"{kind}-{self._now() - MADE_S + 1}")

    def _now(self) -> int:
        self._changes += 1
        return MADE_S + self._changes

    def _times(self) -> Times:
        return Times(created_s=MADE_S, updated_s=MADE_S)


_conforms: type[Backend] = FakeBackend
