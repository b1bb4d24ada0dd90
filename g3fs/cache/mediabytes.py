"""The bytes of one rendition of one media item at one version: what is here, what is on its way.

All readers of a file share one MediaBytes. Everything but `read`, `size` and `room` is plain code
and so atomic; the tasks are those of the transfers, in the nursery of Content.
"""

import logging
from dataclasses import dataclass, field

import trio

from g3fs.cache.blockfiles import BlockMissing
from g3fs.cache.blockindex import Facts, Label
from g3fs.cache.blocks import Blocks
from g3fs.cache.download import Pace, Transfer
from g3fs.cache.pieces import Growing, Held, Piece, Pieces, Stored
from g3fs.cache.readahead import GRAIN, MIB, NEAR, Limits, Pattern, Window, ahead, window
from g3fs.cache.saver import Origin, Saver
from g3fs.gallery.backend import Backend, ByteStream
from g3fs.gallery.errors import BadReply, GalleryError, Stale
from g3fs.gallery.items import ORIGINAL, Media, Rendition

log = logging.getLogger(__name__)

CELL = MIB
"""Blocks end at multiples of this."""


@dataclass(slots=True)
class Counters:
    """What happened since the start, over all files."""

    hits: int = 0
    """Reads that needed nothing of the server."""
    misses: int = 0
    fetched_bytes: int = 0
    transfers: int = 0
    """Running now, paused ones too."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Means:
    """What every file needs, shared by all."""

    backend: Backend
    blocks: Blocks
    saver: Saver
    nursery: trio.Nursery
    pace: Pace
    cache_bytes: int
    transfers_per_file: int
    counters: Counters = field(default_factory=Counters)


@dataclass(slots=True, eq=False)
class _Want:
    """A reader that waits for bytes `start` to `end`, or (both None) for the size."""

    start: int
    end: int | None
    plan: Window
    done: trio.Event = field(default_factory=trio.Event)
    transfer: Transfer | None = None
    error: Exception | None = None


class MediaBytes:
    """See above; `media` is replaced when a newer listing shows the same bytes."""

    def __init__(self, media: Media, rendition: Rendition, means: Means) -> None:
        self.media = media
        self.rendition = rendition
        self.told_bytes = told_bytes(media, rendition)
        self.size_bytes = self.told_bytes
        self.ranges: bool | None = None
        self.pieces = Pieces()
        self.fault: GalleryError | None = None
        """Set once it turned out that these bytes cannot be had any more; for ever."""
        self.readers = 0
        """Kept by Content."""
        self._means = means
        self._transfers: list[Transfer] = []
        self._wants: list[_Want] = []

    @property
    def label(self) -> Label:
        """Under which its blocks are stored."""
        return Label(self.media.id, self.rendition, self.media.version)

    @property
    def transfers(self) -> int:
        """How many run, paused ones too."""
        return len(self._transfers)

    def fetched_last(self, size: int | None, *, ranges: bool | None) -> None:
        """Take over what the index remembers."""
        if size is not None:
            self.size_bytes = size
        self.ranges = ranges

    # Readers

    def read_now(self, offset: int, length: int) -> bytes | None:
        """What `read` would return, if that needs no waiting at all; else None."""
        if self._transfers:
            return None
        piece = self.pieces.at(offset)
        if not isinstance(piece, Stored):
            return None
        end = offset + length
        if end > piece.end:
            if self.size_bytes != piece.end:
                return None
            end = piece.end
        data = self._means.blocks.read_now(piece, offset, end - offset)
        self._means.counters.hits += data is not None
        return data

    async def read(self, pattern: Pattern, offset: int, length: int) -> bytes:
        """Bytes from `offset` on: `length` of them, fewer only at the end of the file.

        `pattern` already has this read in it.
        """
        parts: list[bytes] = []
        at, missed = offset, False
        while at < (end := self._clip(offset + length)):
            piece = self.pieces.at(at)
            if piece is None:
                missed = True
                await self._bring(pattern, at, end)
            elif part := await self._part(piece, at, end):
                parts.append(part)
                at += len(part)
        self._means.counters.hits += not missed
        self._means.counters.misses += missed
        self._push(pattern, at)
        return parts[0] if len(parts) == 1 else b"".join(parts)

    async def size(self) -> int:
        """The size in bytes, exact; starts a transfer when nobody has told it."""
        while self.size_bytes is None:
            await self._wait(_Want(0, None, window(Pattern(), 0, 0, self._limits())))
        return self.size_bytes

    def release(self) -> None:
        """Nobody reads any more: end all transfers; what has come of a block is stored."""
        for transfer in list(self._transfers):
            self._retire(transfer)

    # Transfers: see download.Target

    def next_missing(self, transfer: Transfer) -> int | None:
        at = self.pieces.covered_to(transfer.position)
        if self.size_bytes is not None and at >= self.size_bytes:
            return None
        before = self.pieces.before(at)
        others = isinstance(before, Growing) and before is not transfer.growing
        return None if others and before is not None and before.end == at else at

    def gap_end(self, offset: int) -> int | None:
        return self.pieces.next_start(offset)

    def answered(self, transfer: Transfer, stream: ByteStream, asked: int) -> bool:
        if stream.size_bytes is not None and stream.size_bytes != self.size_bytes:
            self._resized(stream.size_bytes)
        if stream.offset == asked:
            self.ranges = True if asked else self.ranges
            return True
        if stream.offset != 0:
            raise BadReply(f"{self.media.id}: asked from byte {asked}, sent from {stream.offset}")
        self.ranges = False
        return not any(t.position <= asked for t in self._transfers if t is not transfer)

    def deliver(self, transfer: Transfer, chunk: bytes) -> int:
        if transfer not in self._transfers:
            return 0
        new, left = 0, memoryview(chunk)
        while left:
            at = transfer.position
            room = self._room_at(transfer, at)
            part, left = left[:room], left[room:]
            if (growing := transfer.growing) is not None and growing.end == at:
                growing.data += part
                new += len(part)
            transfer.position += len(part)
            if transfer.position % CELL == 0 or transfer.position == self.size_bytes:
                self._finish(transfer)
        self._means.counters.fetched_bytes += len(chunk)
        self._wake()
        return new

    def ended(self, transfer: Transfer, stream: ByteStream, *, more: bool) -> None:
        at = transfer.position
        if self.size_bytes is None:
            self.size_bytes = at
            self._wake()
        elif at != self.size_bytes or more:
            text = f"{self.media.id}: {at} bytes{' and more' * more} came of {self.size_bytes}"
            raise Stale(text) if stream.size_bytes is None else BadReply(text)

    async def room(self) -> None:
        await self._means.saver.room()

    def _limits(self) -> Limits:
        ranges = self.media.seekable if self.ranges is None else self.ranges
        return Limits(
            size_bytes=self.size_bytes, ranges=ranges, cache_bytes=self._means.cache_bytes
        )

    def _clip(self, end: int) -> int:
        return end if self.size_bytes is None else min(end, self.size_bytes)

    async def _part(self, piece: Piece, at: int, end: int) -> bytes:
        """Bytes of a piece; none when it is lost, and then it is not here any more."""
        end = min(end, piece.end)
        if not isinstance(piece, Stored):
            return bytes(memoryview(piece.data)[at - piece.start : end - piece.start])
        data = self._means.blocks.read_now(piece, at, end - at)
        if data is not None:
            return data
        try:
            return await self._means.blocks.read(piece, at, end - at)
        except BlockMissing as exc:
            log.debug("%s: %s", self.media.id, exc)
            self.pieces.remove(piece)
            return b""

    async def _bring(self, pattern: Pattern, at: int, end: int) -> None:
        """Wait until the bytes from `at` on are here, up to `end` or the next piece."""
        plan = window(pattern, at, end, self._limits())
        await self._wait(_Want(at, min(end, self.pieces.next_start(at) or end), plan))

    async def _wait(self, want: _Want) -> None:
        if self.fault is not None:
            raise self.fault
        self._wants.append(want)
        try:
            self._steer(want)
            await want.done.wait()
        finally:
            self._wants.remove(want)
            self._settle()
        if want.error is not None:
            raise want.error

    def _push(self, pattern: Pattern, end: int) -> None:
        """Let the transfer that runs ahead of this reader keep its distance."""
        if self._transfers:
            front = self.pieces.covered_to(end)
            for transfer in self._transfers:
                if transfer.position == front:
                    transfer.go_on(ahead(pattern, end, self._limits()))

    def _steer(self, want: _Want) -> None:
        """Let a transfer bring what is wanted; without one that is free, the want waits."""
        want.transfer = self._serving(want.start) or self._begin(want)
        if want.transfer is not None:
            want.transfer.go_on(want.plan)

    def _settle(self) -> None:
        for want in self._wants:
            if want.transfer is None and not want.done.is_set():
                self._steer(want)

    def _serving(self, start: int) -> Transfer | None:
        """The transfer that brings byte `start` soonest, if a new one would not be better."""
        behind = [t for t in self._transfers if t.position <= start and self._soon(t, start)]
        return max(behind, key=lambda t: t.position, default=None)

    def _soon(self, transfer: Transfer, start: int) -> bool:
        distance = start - transfer.position
        if not self._limits().ranges:
            return True
        if transfer.reach == transfer.position:  # no stream is open
            return distance < GRAIN
        return start < transfer.reach and distance <= NEAR

    def _begin(self, want: _Want) -> Transfer | None:
        busy = {w.transfer for w in self._wants}
        if len(self._transfers) >= self._means.transfers_per_file:
            free = [t for t in self._transfers if t not in busy]
            if not free:
                return None
            self._retire(free[0])
        start = 0 if self.ranges is False else self._start(want.start)
        means = self._means
        transfer = Transfer(self, means.backend, means.pace, start=start)
        growing = Growing(start)
        if self.pieces.add(growing):
            transfer.growing = growing
        self._transfers.append(transfer)
        means.nursery.start_soon(self._run, transfer)
        return transfer

    def _start(self, wanted: int) -> int:
        """A little before what is wanted, but not where bytes are here or under way."""
        before = self.pieces.before(wanted)
        coming = [int(t.reach) for t in self._transfers if t.position <= wanted >= t.reach]
        return max(wanted - wanted % GRAIN, before.end if before else 0, *coming, 0)

    async def _run(self, transfer: Transfer) -> None:
        error: Exception | None = None
        self._means.counters.transfers += 1
        try:
            with transfer.scope:
                await transfer.run()
        except GalleryError as exc:
            log.debug("%s: transfer ended at %d: %s", self.media.id, transfer.position, exc)
            error = exc
        except Exception as exc:
            log.exception("%s: transfer failed", self.media.id)
            error = exc
        finally:
            self._means.counters.transfers -= 1
            self._over(transfer, error)

    def _over(self, transfer: Transfer, error: Exception | None) -> None:
        if isinstance(error, Stale):
            self.fault = error
        self._finish(transfer)
        if transfer in self._transfers:
            self._transfers.remove(transfer)
        for want in self._wants:
            if want.transfer is transfer or self.fault is not None:
                want.transfer = None
                if error is not None:
                    want.error = error
                    want.done.set()
        self._wake()
        self._settle()

    def _retire(self, transfer: Transfer) -> None:
        self._transfers.remove(transfer)
        self._finish(transfer)
        transfer.retire()

    # Below: taking bytes in

    def _room_at(self, transfer: Transfer, at: int) -> int:
        """How many bytes from `at` on belong to one piece; makes one when nobody has them."""
        ends = [at - at % CELL + CELL, self.pieces.next_start(at), self.size_bytes]
        room = min(end for end in ends if end is not None and end > at) - at
        growing = transfer.growing
        if growing is not None and growing.end == at:
            return room
        piece = self.pieces.at(at)
        if piece is not None:
            return min(room, piece.end - at)
        self._finish(transfer)
        growing = Growing(at)
        if self.pieces.add(growing):
            transfer.growing = growing
        return room

    def _finish(self, transfer: Transfer) -> None:
        """Hand what a transfer has gathered to the disk."""
        growing, transfer.growing = transfer.growing, None
        if growing is None:
            return
        held = Held(growing.start, bytes(growing.data))
        if not held.data:
            self.pieces.remove(growing)
        elif self.pieces.replace(growing, held):
            self._means.saver.save(self.pieces, held, self._origin)

    def _origin(self) -> Origin | None:
        if self.fault is not None:
            return None
        return Origin(self.label, Facts(self.told_bytes, self.size_bytes, self.ranges))

    def _wake(self) -> None:
        for want in self._wants:
            if want.end is None:
                here = self.size_bytes is not None
            else:
                here = self.pieces.covered_to(want.start) >= self._clip(want.end)
            if here:
                want.done.set()

    def _resized(self, size: int) -> None:
        """The server sends another size than was believed."""
        if self.rendition == ORIGINAL and self.size_bytes is not None:
            raise Stale(f"{self.media.id}: has {size} bytes now, was {self.size_bytes}")
        if any(piece.end > piece.start for piece in self.pieces):
            raise Stale(f"{self.media.id}: its {self.rendition} has changed")
        self.size_bytes = size
        self._wake()


def told_bytes(media: Media, rendition: Rendition) -> int | None:
    """The size that the listing tells; None when it does not."""
    if rendition == ORIGINAL:
        return media.size_bytes
    facts = media.renditions.get(rendition)
    return None if facts is None else facts.size_bytes
