"""The bytes of one file as its readers see them: from memory, from the disk, or awaited."""

import logging

from g3fs.cache.blockfiles import BlockMissing
from g3fs.cache.blockindex import Block, Remembered
from g3fs.cache.blocks import Blocks
from g3fs.cache.intake import Intake
from g3fs.cache.pieces import Piece, Stored
from g3fs.cache.readahead import Pattern
from g3fs.cache.saver import Saver
from g3fs.cache.steering import Crew, Steering
from g3fs.gallery.items import Media, Rendition

log = logging.getLogger(__name__)


class MediaBytes:
    """One rendition of one media item at one version, shared by all who read it."""

    def __init__(
        self, media: Media, rendition: Rendition, crew: Crew, blocks: Blocks, saver: Saver
    ) -> None:
        self.intake = Intake(media, rendition, saver, crew.counters)
        self.readers = 0
        """Kept by Content."""
        self._steering = Steering(self.intake, crew)
        self.intake.listener = self._steering
        self._counters = crew.counters
        self._blocks = blocks

    def remember(self, known: Remembered) -> None:
        """Take over what the index tells of these bytes."""
        if known.facts.size is not None:
            self.intake.size_bytes = known.facts.size
        self.intake.ranges = known.facts.ranges
        for block in known.blocks:
            self.intake.pieces.add(Stored(block))

    def adopt(self, block: Block) -> None:
        """Take over a block that somebody else has stored; unless a transfer is at work there."""
        if self.intake.pieces.add(Stored(block)):
            self._steering.arrived()

    def read_now(self, offset: int, length: int) -> bytes | None:
        """What `read` would return, if that needs no waiting and nothing is on its way."""
        piece = self.intake.pieces.at(offset)
        if not isinstance(piece, Stored) or self._steering.busy:
            return None
        end = self.intake.clip(offset + length)
        if end > piece.end:
            return None
        data = self._blocks.read_now(piece, offset, end - offset)
        self._counters.hits += data is not None
        return data

    async def read(self, pattern: Pattern, offset: int, length: int) -> bytes:
        """Bytes from `offset` on: `length` of them, fewer only at the end of the file.

        `pattern` already has this read in it.
        """
        parts: list[bytes] = []
        at, missed = offset, False
        while at < (end := self.intake.clip(offset + length)):
            piece = self.intake.pieces.at(at)
            if piece is None:
                missed = True
                await self._steering.wait_bytes(pattern, at, end)
            elif part := await self._part(piece, at, end):
                parts.append(part)
                at += len(part)
        self._counters.hits += not missed
        self._counters.misses += missed
        self._steering.push(pattern, at)
        return parts[0] if len(parts) == 1 else b"".join(parts)

    async def size(self) -> int:
        """The size in bytes, exact; starts a transfer when nobody has told it."""
        while self.intake.size_bytes is None:
            await self._steering.wait_size()
        return self.intake.size_bytes

    def release(self) -> None:
        """Nobody reads any more: end all transfers; what has come of a block is stored."""
        self._steering.stop()

    async def _part(self, piece: Piece, at: int, end: int) -> bytes:
        """Bytes of a piece; none when it is lost, and then it is not here any more."""
        end = min(end, piece.end)
        if not isinstance(piece, Stored):
            return bytes(memoryview(piece.data)[at - piece.start : end - piece.start])
        data = self._blocks.read_now(piece, at, end - at)
        if data is not None:
            return data
        try:
            return await self._blocks.read(piece, at, end - at)
        except BlockMissing as exc:
            log.debug("%s: %s", self.intake.media.id, exc)
            self.intake.pieces.remove(piece)
            return b""
