"""The port over the client of Gallery 3."""

from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace
from functools import partial

from g3fs.backends.calls import Calls
from g3fs.backends.gallery3.addresses import Addresses
from g3fs.backends.gallery3.bytes import Originals
from g3fs.backends.gallery3.comments import CommentReader
from g3fs.backends.gallery3.convert import Converter
from g3fs.backends.gallery3.ids import item_id, number_of
from g3fs.backends.gallery3.tags import TagReader
from g3fs.backends.gallery3.webpages import WebPageReader
from g3fs.backends.transfer import Transfer
from g3fs.clients.gallery3.api import ROOT_ID
from g3fs.clients.gallery3.client import Client
from g3fs.clients.gallery3.wire import LISTING_FIELDS, SAFE_FIELDS, WireItem
from g3fs.gallery.backend import Backend, Capabilities, Extent
from g3fs.gallery.clock import Clock
from g3fs.gallery.errors import NotFound, ServerError
from g3fs.gallery.ids import ItemId, Version
from g3fs.gallery.items import Album, Details, Group, Item, Listing, Media, Rendition
from g3fs.tasks.threads import Threads


class Gallery3Backend:
    """One Gallery 3, seen by one user."""

    def __init__(
        self, client: Client, capabilities: Capabilities, *, threads: Threads, clock: Clock
    ) -> None:
        self._client = client
        self._capabilities = capabilities
        self._ask = ask = Calls(threads)
        self._addresses = Addresses()
        self._convert = Converter(lambda: self._addresses.trusted)
        self._originals = Originals(client, self._addresses, ask, threads.bulk)
        self._tags = TagReader(client, ask, clock)
        self._comments = CommentReader(client, ask, clock)
        self._web_pages = WebPageReader(client, ask)
        self._groups = {attribute.group for attribute in capabilities.attributes}
        self._parents: dict[int, int] = {}
        """Of every album that was listed; shows when an album is said to lie in itself."""

    @property
    def capabilities(self) -> Capabilities:
        return self._capabilities

    async def root(self) -> Album:
        return self._convert.album(await self._one(ROOT_ID))

    async def list(self, album: ItemId) -> Listing:
        number = number_of(album)
        wires, listing = await self._ask(partial(self._listing, number, self._ancestors(number)))
        self._addresses.learn(wires)
        for entry in listing.entries:
            if isinstance(entry.item, Album):
                self._parents[number_of(entry.item.id)] = number
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
                return await self._web_pages.read(numbers)
            case Group.LISTING:
                return dict.fromkeys(numbers, Details())

    async def _one(self, number: int) -> WireItem:
        """One item; marked as lost when the server cannot tell more than that it is there."""
        try:
            return await self._ask(partial(self._client.tree.one, number, LISTING_FIELDS))
        except (NotFound, ServerError):
            wire = await self._ask(partial(self._client.tree.one, number, SAFE_FIELDS))
            return wire if wire.kind == "album" else replace(wire, lost=frozenset({"full"}))

    def _ancestors(self, number: int) -> frozenset[int]:
        """The albums in which an album lies, as far as they were listed."""
        found: set[int] = set()
        while (parent := self._parents.get(number)) is not None and parent not in found:
            found.add(parent)
            number = parent
        return frozenset(found)


_conforms: type[Backend] = Gallery3Backend
