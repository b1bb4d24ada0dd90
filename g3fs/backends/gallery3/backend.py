"""The port over the client of Gallery 3."""

from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace
from functools import partial

import trio

from g3fs.backends.calls import Calls, ChangingCalls
from g3fs.backends.gallery3.addresses import Addresses
from g3fs.backends.gallery3.bytes import Originals
from g3fs.backends.gallery3.comments import CommentReader
from g3fs.backends.gallery3.convert import Converter
from g3fs.backends.gallery3.details import DetailsReader
from g3fs.backends.gallery3.ids import item_id, number_of
from g3fs.backends.gallery3.lines import Lines
from g3fs.backends.gallery3.tags import TagReader
from g3fs.backends.gallery3.tagviews import Gallery3TagViewer
from g3fs.backends.gallery3.writing.writer import Gallery3Writer, Known
from g3fs.backends.transfer import Transfer
from g3fs.clients.gallery3.api import ROOT_ID
from g3fs.clients.gallery3.client import Client
from g3fs.clients.gallery3.wire import LISTING_FIELDS, SAFE_FIELDS, WireItem
from g3fs.gallery.backend import Backend, Capabilities, Extent
from g3fs.gallery.clock import Clock
from g3fs.gallery.errors import NotFound, ServerError
from g3fs.gallery.ids import ItemId, Version
from g3fs.gallery.items import Album, Details, Group, Item, Listing, Media, Rendition
from g3fs.gallery.writing import HasTagViews, TagViewer, Writes
from g3fs.tasks.threads import Threads


class Gallery3Backend:
    """One Gallery 3, seen by one user."""

    def __init__(
        self,
        client: Client,
        capabilities: Capabilities,
        *,
        threads: Threads,
        clock: Clock,
        nursery: trio.Nursery,
    ) -> None:
        """`nursery`: whoever closes it waits for what is being changed."""
        self._client = client
        self._capabilities = capabilities
        self._ask = ask = Calls(threads)
        self._addresses = Addresses()
        self._convert = Converter(lambda: self._addresses.trusted)
        self._originals = Originals(client, self._addresses, ask, threads.bulk)
        self._tags = TagReader(client, ask, clock)
        self._comments = CommentReader(client, ask, clock)
        self._further = DetailsReader(client, ask)
        self._groups = {attribute.group for attribute in capabilities.attributes}
        self._lines = Lines()
        known = Known(
            addresses=self._addresses,
            convert=self._convert,
            lines=self._lines,
            tags=self._tags,
            comments=self._comments,
        )
        self._writer = Gallery3Writer(client, known, threads, nursery, clock)
        change = ChangingCalls(nursery, threads.changes)
        self._tag_viewer = Gallery3TagViewer(client, self._tags, self._convert, ask, change)

    @property
    def capabilities(self) -> Capabilities:
        return self._capabilities

    @property
    def writer(self) -> Gallery3Writer:
        """Whether this user may change anything shows in the items' rights."""
        return self._writer

    @property
    def tag_viewer(self) -> TagViewer | None:
        return self._tag_viewer if Group.TAGS in self._groups else None

    async def root(self) -> Album:
        return self._convert.album(await self._one(ROOT_ID))

    async def list(self, album: ItemId) -> Listing:
        number = number_of(album)
        ancestors = self._lines.ancestors(number)
        wires, listing = await self._ask(partial(self._listing, number, ancestors))
        self._addresses.learn(wires)
        self._lines.learn(listing)
        return listing

    async def stat(self, item: ItemId) -> Item:
        wire = await self._one(number_of(item))
        self._addresses.learn([wire])
        return self._convert.item(wire)

    async def details(self, group: Group, items: Sequence[ItemId]) -> Mapping[ItemId, Details]:
        numbers = [number_of(item) for item in items]
        if group not in self._groups:
            return {item: Details() for item in items}
        found = await self._details(group, numbers)
        return {item_id(number): details for number, details in found.items()}

    @asynccontextmanager
    async def open(
        self, media: Media, rendition: Rendition, extent: Extent
    ) -> AsyncIterator[Transfer]:
        transfer = await self._originals.open(media, rendition, extent)
        try:
            yield transfer
        finally:
            transfer.close()

    async def same_bytes(self, media: Media, before: Version) -> bool:
        return await self._originals.same_bytes(media, before)

    def _listing(
        self, number: int, ancestors: frozenset[int]
    ) -> tuple[Sequence[WireItem], Listing]:
        """For a thread: a thousand items take 20 ms to convert, too long for the event loop."""
        wires = self._client.tree.listing(number)
        return wires, self._convert.listing(wires, ancestors)

    async def _details(self, group: Group, numbers: Sequence[int]) -> dict[int, Details]:
        match group:
            case Group.TAGS:
                return await self._tags.read(numbers)
            case Group.COMMENTS:
                return await self._comments.read(numbers)
            case Group.DETAILS:
                return await self._further.read(numbers)
            case Group.LISTING:
                return dict.fromkeys(numbers, Details())

    async def _one(self, number: int) -> WireItem:
        """One item; marked as lost when the server cannot tell more than that it is there."""
        try:
            return await self._ask(partial(self._client.tree.one, number, LISTING_FIELDS))
        except (NotFound, ServerError):
            wire = await self._ask(partial(self._client.tree.one, number, SAFE_FIELDS))
            return wire if wire.kind == "album" else replace(wire, lost=frozenset({"full"}))


_conforms: type[Backend] = Gallery3Backend
_writes: type[Writes] = Gallery3Backend
_has_tag_views: type[HasTagViews] = Gallery3Backend
