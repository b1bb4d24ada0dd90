"""The port over the client of Stash."""

from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from functools import partial

from g3fs.backends.calls import Calls
from g3fs.backends.stash.bytes import Originals
from g3fs.backends.stash.convert import Converter
from g3fs.backends.stash.details import DetailReader
from g3fs.backends.stash.finding import Finder
from g3fs.backends.stash.ids import Kind, file_of, link_of, place_of, unknown
from g3fs.backends.stash.places import Places
from g3fs.backends.stash.pulse import felt
from g3fs.backends.stash.scanning import Scanner
from g3fs.backends.transfer import Transfer
from g3fs.clients.stash.client import Client
from g3fs.gallery.backend import Backend, Capabilities, Extent, Pulsed, Scan, Scans
from g3fs.gallery.ids import ItemId, Version
from g3fs.gallery.items import Album, Details, Group, Item, Listing, Media, Rendition
from g3fs.tasks.threads import Threads


class StashBackend:
    """One Stash, seen by its user."""

    def __init__(self, client: Client, capabilities: Capabilities, *, threads: Threads) -> None:
        self._client = client
        self._capabilities = capabilities
        self._ask = ask = Calls(threads)
        convert = Converter()
        self._finder = finder = Finder(client, convert)
        self._places = Places(client, convert, finder, ask)
        self._details = DetailReader(client, finder, ask)
        self._originals = Originals(client, convert, finder, ask, threads.bulk)
        self._scanner = Scanner(client, ask)

    @property
    def capabilities(self) -> Capabilities:
        return self._capabilities

    async def root(self) -> Album:
        """Nothing of it is on the server; but whoever asks wants to know whether that answers."""
        await self._ask(self._client.server.version)
        return self._places.fixed(Kind.ROOT)

    async def list(self, album: ItemId) -> Listing:
        place = place_of(album)
        if place is None:
            raise unknown(album)
        return await self._places.list(place)

    async def stat(self, item: ItemId) -> Item:
        place, link = place_of(item), link_of(item)
        if place is not None:
            return await self._places.describe(place)
        if link is not None:
            return await self._places.link(item, *link)
        file_of(item)
        return await self._ask(partial(self._finder.media, item))

    async def details(self, group: Group, items: Sequence[ItemId]) -> Mapping[ItemId, Details]:
        return await self._details.read(group, items)

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
        """The version is a hash of the bytes, or their size and time."""
        return media.version == before

    async def pulse(self) -> str:
        return await self._ask(partial(felt, self._client))

    async def scan(self, album: ItemId) -> Scan:
        return await self._scanner.scan(album)

    async def scanned(self, scan: str) -> Scan:
        return await self._scanner.scanned(scan)


_conforms: type[Backend] = StashBackend
_scans: type[Scans] = StashBackend
_has_a_pulse: type[Pulsed] = StashBackend
