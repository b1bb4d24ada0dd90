"""The port over the client of PhotoPrism."""

from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from functools import partial

from g3fs.backends.calls import Calls
from g3fs.backends.photoprism.archive import Archive
from g3fs.backends.photoprism.bytes import Originals
from g3fs.backends.photoprism.convert import Converter
from g3fs.backends.photoprism.details import DetailReader
from g3fs.backends.photoprism.disk import Disk
from g3fs.backends.photoprism.finding import Finder
from g3fs.backends.photoprism.folders import Folders
from g3fs.backends.photoprism.ids import ROOT, place_of, unknown
from g3fs.backends.photoprism.places import Places
from g3fs.backends.photoprism.pulse import felt
from g3fs.backends.transfer import Transfer
from g3fs.clients.photoprism.client import Client
from g3fs.gallery.backend import Backend, Capabilities, Extent, Pulsed
from g3fs.gallery.clock import Clock
from g3fs.gallery.ids import ItemId, Version
from g3fs.gallery.items import Album, Details, Group, Item, Listing, Media, Rendition
from g3fs.tasks.threads import Threads


class PhotoPrismBackend:
    """One PhotoPrism, seen by one user."""

    def __init__(
        self,
        client: Client,
        capabilities: Capabilities,
        convert: Converter,
        *,
        threads: Threads,
        clock: Clock,
    ) -> None:
        self._client = client
        self._capabilities = capabilities
        self._ask = ask = Calls(threads)
        disk = Disk(client, webdav=client.facts.webdav)
        archive = Archive(client, ask, clock)
        folders = Folders(client, convert, ask, disk=disk, archive=archive, clock=clock)
        self._places = Places(client, convert, ask, clock, folders=folders, archive=archive)
        self._finder = Finder(client, convert, ask)
        self._details = DetailReader(client, ask, clock)
        self._originals = Originals(client, self._finder, ask, threads.bulk)

    @property
    def capabilities(self) -> Capabilities:
        return self._capabilities

    async def root(self) -> Album:
        """Nothing of it is on the server; but whoever asks wants to know whether that answers."""
        await self._ask(self._client.status)
        return self._places.fixed(ROOT)

    async def list(self, album: ItemId) -> Listing:
        place = place_of(album)
        if place is None:
            raise unknown(album)
        listing = await self._places.list(place)
        self._details.learn(listing)
        return listing

    async def stat(self, item: ItemId) -> Item:
        place = place_of(item)
        if place is not None:
            return await self._places.describe(place)
        media = await self._finder.media(item)
        self._details.learn_one(media)
        return media

    async def details(self, group: Group, items: Sequence[ItemId]) -> Mapping[ItemId, Details]:
        return await self._details.read(group, items)

    async def pulse(self) -> str:
        return await self._ask(partial(felt, self._client))

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
        """The version is the hash of the bytes."""
        return media.version == before


_conforms: type[Backend] = PhotoPrismBackend
_has_a_pulse: type[Pulsed] = PhotoPrismBackend
