"""A whole gallery in memory, behind the port; it can be slow, break, and change on command.

Nothing in here sleeps: what is to be slow waits for a gate that the test opens.
"""

from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager

from g3fs.gallery.backend import Backend, Extent
from g3fs.gallery.errors import AccessDenied, BytesLost, NotFound, Stale
from g3fs.gallery.ids import ItemId, Version
from g3fs.gallery.items import (
    ORIGINAL,
    Album,
    Details,
    Group,
    Item,
    Listing,
    Media,
    Readable,
    Rendition,
)
from g3fs.gallery.writing import HasTagViews, Writes
from tests.fakegallery import MADE_S, ROOT, FakeGallery
from tests.fakestreams import Delivery, FakeStream, Request
from tests.faketags import FakeTagViewer
from tests.fakewriting import FakeWriter

__all__ = ["MADE_S", "ROOT", "Delivery", "FakeBackend", "FakeStream", "FakeWriter", "Request"]


class FakeBackend(FakeGallery):
    """The port over dictionaries; passes the contract suites of the real backends."""

    def __init__(self) -> None:
        super().__init__()
        self.writer = FakeWriter(self)
        self.tag_viewer = FakeTagViewer(self)

    async def root(self) -> Album:
        await self.called("root", ROOT)
        root = self.items[ROOT]
        assert isinstance(root, Album)
        return root

    async def list(self, album: ItemId) -> Listing:
        await self.called("list", album)
        found = self.items.get(album)
        if not isinstance(found, Album):
            raise NotFound(f"no album {album}")
        return Listing(album=found, entries=tuple(self.children[album]))

    async def stat(self, item: ItemId) -> Item:
        await self.called("stat", item)
        if item not in self.items:
            raise NotFound(f"no item {item}")
        return self.items[item]

    async def details(self, group: Group, items: Sequence[ItemId]) -> Mapping[ItemId, Details]:
        assert items, "the port promises that somebody is asked for"
        await self.called("details", items[0])
        return {
            item: self.details_of.get((item, group), Details())
            for item in items
            if item in self.items
        }

    @asynccontextmanager
    async def open(
        self, media: Media, rendition: Rendition, extent: Extent
    ) -> AsyncIterator[FakeStream]:
        await self.called("open", media.id)
        data = self._bytes_now(media, rendition)
        request = Request(media.id, rendition, extent)
        self.requests.append(request)
        try:
            yield FakeStream(data, self.delivery[media.id, rendition], request)
        finally:
            request.closed = True

    async def same_bytes(self, media: Media, before: Version) -> bool:
        await self.called("same_bytes", media.id)
        old = self.bytes.get((media.id, ORIGINAL, before))
        return old is not None and old == self.bytes[media.id, ORIGINAL, media.version]

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


_conforms: type[Backend] = FakeBackend
_writes: type[Writes] = FakeBackend
_has_tag_views: type[HasTagViews] = FakeBackend
