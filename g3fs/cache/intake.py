"""Taking in the bytes of one file: from streams into pieces, and from there to the disk.

Plain code, and so atomic; the transfers call it (see download.Target).
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Protocol

from g3fs.cache.blockindex import Facts, Label
from g3fs.cache.download import Transfer
from g3fs.cache.pieces import Growing, Held, Pieces
from g3fs.cache.readahead import MIB
from g3fs.cache.saver import Origin, Saver
from g3fs.gallery.backend import ByteStream
from g3fs.gallery.errors import BadReply, GalleryError, Stale
from g3fs.gallery.items import ORIGINAL, Media, Rendition

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


class Listener(Protocol):
    """Who steers the transfers, and must hear what came."""

    def others(self, transfer: Transfer) -> Iterable[Transfer]:
        """The other transfers of this file."""
        ...

    def overtaken(self, growing: Growing) -> None:
        """The transfer that was to fill this is not needed."""
        ...

    def arrived(self) -> None:
        """Bytes came, or the size."""
        ...

    def size_known(self) -> None:
        """The size was not known, or believed to be another."""
        ...

    def size_untold(self) -> None:
        """The server will not tell the size: it shows at the end."""
        ...


class Intake:
    """What is here of one rendition of one media item at one version, and what is known of it."""

    listener: Listener

    def __init__(
        self, media: Media, rendition: Rendition, saver: Saver, counters: Counters
    ) -> None:
        self.media = media
        """Replaced when a newer listing shows the same bytes."""
        self.rendition = rendition
        self.told_bytes = told_bytes(media, rendition)
        self.size_bytes = self.told_bytes
        self.ranges: bool | None = None
        self.untold = False
        """The server was asked and did not tell the size."""
        self.pieces = Pieces()
        self.fault: GalleryError | None = None
        """Set once it turned out that these bytes cannot be had any more; for ever."""
        self._saver = saver
        self._counters = counters

    @property
    def label(self) -> Label:
        """Under which the blocks are stored."""
        return Label(self.media.id, self.rendition, self.media.version)

    def clip(self, end: int) -> int:
        """`end`, or the end of the file where that is known to come before."""
        return end if self.size_bytes is None else min(end, self.size_bytes)

    def has(self, start: int, end: int) -> bool:
        """Whether bytes `start` to `end` are here, as far as there are any."""
        return self.pieces.covered_to(start) >= self.clip(end)

    def next_missing(self, transfer: Transfer) -> int | None:
        at = self.pieces.covered_to(transfer.position)
        if self.size_bytes is not None and at >= self.size_bytes:
            return None
        if transfer.reach > at:
            self._overtake(transfer, at)
        before = self.pieces.before(at)
        others = isinstance(before, Growing) and before is not transfer.growing
        return None if others and before is not None and before.end == at else at

    def gap_end(self, offset: int) -> int | None:
        return self.pieces.next_start(offset)

    def answered(self, transfer: Transfer, stream: ByteStream, asked: int) -> bool:
        if stream.size_bytes is not None and stream.size_bytes != self.size_bytes:
            self._resized(stream.size_bytes)
        elif stream.size_bytes is None and self.size_bytes is None:
            self.untold = True
            self.listener.size_untold()
        if stream.offset == asked:
            self.ranges = True if asked else self.ranges
            return True
        if stream.offset != 0:
            raise BadReply(f"{self.media.id}: asked from byte {asked}, sent from {stream.offset}")
        self.ranges = False
        return not any(other.position <= asked for other in self.listener.others(transfer))

    def start(self, transfer: Transfer) -> None:
        """Mark the place from which on `transfer` brings bytes."""
        growing = Growing(transfer.position)
        if self.pieces.add(growing):
            transfer.growing = growing

    def deliver(self, transfer: Transfer, chunk: bytes) -> int:
        new, left = 0, memoryview(chunk)
        while left and not transfer.retired:
            at = transfer.position
            room = self._room_at(transfer, at)
            part, left = left[:room], left[room:]
            if (growing := transfer.growing) is not None and growing.end == at:
                growing.data += part
                new += len(part)
            transfer.position += len(part)
            if transfer.position % CELL == 0 or transfer.position == self.size_bytes:
                self.finish(transfer)
        self._counters.fetched_bytes += len(chunk)
        self.listener.arrived()
        return new

    def ended(self, transfer: Transfer, stream: ByteStream, *, more: bool) -> None:
        at = transfer.position
        if self.size_bytes is None:
            self.size_bytes = at
            self.listener.arrived()
        elif at != self.size_bytes or more:
            text = f"{self.media.id}: {at} bytes{' and more' * more} came of {self.size_bytes}"
            raise Stale(text) if stream.size_bytes is None else BadReply(text)

    async def room(self) -> None:
        await self._saver.room()

    def finish(self, transfer: Transfer) -> None:
        """Hand what a transfer has gathered to the disk."""
        growing, transfer.growing = transfer.growing, None
        if growing is None:
            return
        held = Held(growing.start, bytes(growing.data))
        if not held.data:
            self.pieces.remove(growing)
        elif self.pieces.replace(growing, held):
            self._saver.save(self.pieces, held, self._origin)

    def _room_at(self, transfer: Transfer, at: int) -> int:
        """How many bytes from `at` on belong to one piece; begins one when nobody has them."""
        ends = [at - at % CELL + CELL, self.pieces.next_start(at), self.size_bytes]
        room = min(end for end in ends if end is not None and end > at) - at
        growing = transfer.growing
        if growing is not None and growing.end == at:
            return room
        piece = self.pieces.at(at)
        if piece is not None:
            return min(room, piece.end - at)
        self._overtake(transfer, at)
        self.finish(transfer)
        self.start(transfer)
        return room

    def _overtake(self, transfer: Transfer, at: int) -> None:
        """A transfer that was to begin at `at` has no byte yet, and this one is there."""
        other = self.pieces.before(at)
        if isinstance(other, Growing) and other is not transfer.growing and other.start == at:
            self.listener.overtaken(other)

    def _origin(self) -> Origin | None:
        if self.fault is not None:
            return None
        return Origin(self.label, Facts(self.told_bytes, self.size_bytes, self.ranges))

    def _resized(self, size: int) -> None:
        """The server sends another size than was believed."""
        if self.rendition == ORIGINAL and self.size_bytes is not None:
            raise Stale(f"{self.media.id}: has {size} bytes now, was {self.size_bytes}")
        if any(piece.end > piece.start for piece in self.pieces):
            raise Stale(f"{self.media.id}: its {self.rendition} has changed")
        self.size_bytes = size
        self.listener.arrived()
        self.listener.size_known()


def told_bytes(media: Media, rendition: Rendition) -> int | None:
    """The size that the listing tells; None when it does not."""
    if rendition == ORIGINAL:
        return media.size_bytes
    facts = media.renditions.get(rendition)
    return None if facts is None else facts.size_bytes
