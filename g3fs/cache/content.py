"""Media bytes, remembered: readers over what is on disk and what is on its way.

What lies below: `mediabytes` (one file), `download` (one transfer), `blocks` (the disk).
"""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import trio

from g3fs.cache.adoption import Adoptions, Limits
from g3fs.cache.blockindex import Label, Remembered
from g3fs.cache.blocks import Blocks
from g3fs.cache.blockstore import StoreOptions
from g3fs.cache.download import Means, Pace
from g3fs.cache.intake import Counters, told_bytes
from g3fs.cache.mediabytes import MediaBytes
from g3fs.cache.readahead import MIB, Pattern, follow
from g3fs.cache.saver import Saver
from g3fs.cache.slots import Slots
from g3fs.cache.steering import Crew
from g3fs.gallery.backend import Backend
from g3fs.gallery.errors import Cancelled
from g3fs.gallery.ids import ItemId
from g3fs.gallery.items import Media, Rendition
from g3fs.tasks.background import open_background
from g3fs.tasks.singleflight import SingleFlight
from g3fs.tasks.threads import Threads

GIB = 1024 * 1024 * 1024

IDLE_MOST = 256
"""Files that nobody reads, of which we remember what is on disk: their next open is free."""

CLOSING_S = 5.0
"""What a clean end may cost: blocks in memory are brought to the disk."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ContentOptions:
    """Where bytes are kept, and the bounds of everything."""

    directory: Path
    """Of this server and user; shared by all their mounts, may be deleted at any time."""
    limit_bytes: int = 10 * GIB
    spare_share: float = 0.05
    """This part of the disk stays free."""
    progress_timeout_s: float = 30.0
    """A reader that waits so long without any byte coming gets TimedOut."""
    pause_s: float = 20.0
    """A stream that nobody reads is closed after this."""
    transfers_per_file: int = 3
    """More than one when a reader seeks far ahead and the server can follow."""
    block_bytes: int = 16 * MIB
    """What was sent becomes one block if it is not larger: who opens a block checks all of it."""
    streams: int = 6
    """Open at once over all files; each needs a connection and, while it moves, a thread."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ContentStatistics:
    """For `status`."""

    blocks: int
    size_bytes: int
    """What the blocks take on disk, those of other mounts included, as of the last change."""
    limit_bytes: int
    hits: int
    """Reads that needed nothing of the server."""
    misses: int
    transfers: int
    """Running now, paused ones too."""
    fetched_bytes: int
    """Since the start."""


class Content:
    """All files of one mount. Made by `open_content`."""

    def __init__(
        self,
        crew: Crew,
        blocks: Blocks,
        saver: Saver,
        limits: Limits,
        disk: trio.CapacityLimiter,
    ) -> None:
        self._crew = crew
        self._blocks = blocks
        self._saver = saver
        self._flights = SingleFlight[Label, MediaBytes](crew.nursery)
        self._files: dict[Label, MediaBytes] = {}
        """Used last is last; those without readers are the first to go."""
        self._adoptions = Adoptions(blocks, disk, limits, self._files.get)

    def open(self, media: Media, rendition: Rendition) -> "Reader":
        """A reader of `media` as this listing shows it; nothing is asked or read yet."""
        return Reader(self, media, rendition)

    async def adopt(self, media: Media, path: Path) -> bool:
        """Take a file that was sent for the original of `media`, so that nobody fetches it.

        Not if the server tells another size, or the file takes more than a quarter of the cache.
        The file must not be changed before this returns, and after True never: it was not copied.
        """
        return await self._adoptions.adopt(media, path)

    async def drop(self, item: ItemId) -> None:
        """Free the blocks of an item that is gone, unless somebody reads it."""
        for label in [label for label in self._files if label.item == item]:
            if self._files[label].readers:
                return
            del self._files[label]
        await self._blocks.drop_item(item)

    def statistics(self) -> ContentStatistics:
        """What happens and happened."""
        counters, totals = self._crew.counters, self._blocks.totals_seen
        return ContentStatistics(
            blocks=totals.blocks,
            size_bytes=totals.taken_bytes,
            limit_bytes=self._crew.cache_bytes,
            hits=counters.hits,
            misses=counters.misses,
            transfers=counters.transfers,
            fetched_bytes=counters.fetched_bytes,
        )

    async def attach(self, media: Media, rendition: Rendition) -> MediaBytes:
        """The bytes that all readers of this version share, counted as read once more."""
        label = Label(media.id, rendition, media.version)
        file = self._files.get(label)
        while file is None or file.intake.fault is not None:
            file = await self._flights.do(label, partial(self._load, media, rendition))
        file.readers += 1
        return file

    def detach(self, file: MediaBytes) -> None:
        """One reader less; the last one ends what is on its way."""
        file.readers -= 1
        if file.readers:
            return
        file.release()
        if self._files.pop(file.intake.label, None) is file:
            self._files[file.intake.label] = file
        self._trim()

    async def close(self) -> None:
        """End all transfers, and bring what has come to the disk."""
        for file in self._files.values():
            file.release()
        with trio.move_on_after(CLOSING_S, shield=True):
            await self._saver.idle()
            await self._blocks.note_uses()

    async def _load(self, media: Media, rendition: Rendition) -> MediaBytes:
        label = Label(media.id, rendition, media.version)
        blocks = self._blocks
        if (faulty := self._files.pop(label, None)) is not None and not faulty.readers:
            await blocks.drop(label)  # they may be what is wrong: a picture of another size
        known = await blocks.remembered(media.id, rendition)
        valid = await self._valid(media, rendition, known)
        for other in known:
            if other is not valid and not self._is_read(other.label):
                self._files.pop(other.label, None)
                await blocks.drop(other.label)
        file = None
        if valid is not None and valid.label != label:
            await blocks.relabel(valid.label, label)
            file = self._files.pop(valid.label, None)
        if file is None:
            file = MediaBytes(media, rendition, self._crew, blocks, self._saver)
            if valid is not None:
                file.remember(valid)
            for block in self._adoptions.so_far(label):
                file.adopt(block)
        file.intake.media = media
        self._files[label] = file
        return file

    async def _valid(
        self, media: Media, rendition: Rendition, known: list[Remembered]
    ) -> Remembered | None:
        """What is known whose bytes are those of `media` as it is now."""
        told = told_bytes(media, rendition)
        fitting = [one for one in known if one.facts.told == told]
        for one in fitting:
            if one.label.version == media.version:
                return one
        if fitting and await self._crew.means.backend.same_bytes(media, fitting[0].label.version):
            return fitting[0]
        return None

    def _is_read(self, label: Label) -> bool:
        file = self._files.get(label)
        return file is not None and file.readers > 0

    def _trim(self) -> None:
        idle = [label for label, file in self._files.items() if not file.readers]
        for label in idle[: max(len(idle) - IDLE_MOST, 0)]:
            self._saver.forget(self._files.pop(label).intake.pieces)


class Reader:
    """One open(2) of a file. Not for use after `close`."""

    def __init__(self, content: Content, media: Media, rendition: Rendition) -> None:
        self.media = media
        self.rendition = rendition
        self._content = content
        self._file: MediaBytes | None = None
        self._closed = False
        self._pattern = Pattern()

    async def size(self) -> int:
        """The size in bytes, exact; may have to ask the server, by starting to read.

        Raises: as `read`.
        """
        told = told_bytes(self.media, self.rendition)
        if told is not None and self._file is None:
            return told
        return await (self._file or await self._attached()).size()

    async def read(self, offset: int, length: int) -> bytes:
        """The bytes that are there: `length` of them from `offset`, fewer only at the end.

        May be called concurrently. What is on disk, and was read before, comes without a
        checkpoint.

        Raises:
            Stale: this version is gone, and these bytes of it are not remembered.
            BytesLost, NotFound, AccessDenied: they cannot be had.
            BadReply, ServerError, Busy, Unreachable: the server does not deliver.
            TimedOut: no byte moved for the deadline.
            Cancelled: closed meanwhile.
        """
        file = self._file or await self._attached()
        self._pattern = follow(self._pattern, offset, length)
        data = file.read_now(offset, length)
        return data if data is not None else await file.read(self._pattern, offset, length)

    async def fetch(self) -> None:
        """Bring what is missing of the file to the disk, from its beginning to its end.

        Raises: as `read`.
        """
        size = await self.size()
        file = self._file or await self._attached()
        for offset in range(0, size, MIB):
            if not file.intake.has(offset, min(offset + MIB, size)):
                await self.read(offset, MIB)

    def close(self) -> None:
        """Nobody reads by this any more. May be called again."""
        self._closed = True
        file, self._file = self._file, None
        if file is not None:
            self._content.detach(file)

    async def _attached(self) -> MediaBytes:
        file = await self._content.attach(self.media, self.rendition)
        if self._file is not None or self._closed:
            self._content.detach(file)
        else:
            self._file = file
        if self._file is None:
            raise Cancelled(f"{self.media.id}: closed")
        return self._file  # by a read at the same time, perhaps


@asynccontextmanager
async def open_content(
    backend: Backend, options: ContentOptions, threads: Threads
) -> AsyncIterator[Content]:
    """The bytes of one mount; at the end all transfers are over."""
    store = StoreOptions(
        directory=options.directory,
        limit_bytes=options.limit_bytes,
        spare_share=options.spare_share,
    )
    blocks = Blocks(store, threads.disk)
    pace = Pace(progress_timeout_s=options.progress_timeout_s, pause_s=options.pause_s)
    try:
        async with open_background() as nursery:
            crew = Crew(
                nursery=nursery,
                means=Means(backend=backend, slots=Slots(options.streams), pace=pace),
                counters=Counters(),
                cache_bytes=options.limit_bytes,
                transfers_per_file=options.transfers_per_file,
            )
            limits = Limits(cache_bytes=options.limit_bytes, block_bytes=options.block_bytes)
            content = Content(crew, blocks, Saver(blocks, nursery), limits, threads.disk)
            nursery.start_soon(blocks.sweep)
            try:
                yield content
            finally:
                await content.close()
    finally:
        blocks.close()
