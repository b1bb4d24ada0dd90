"""Files that were sent, put into the cache as if they had been fetched: nobody need fetch them.

A photo becomes a block as it is, by a second name: nothing is read but for the checksum, and
nothing written. What is large, or on another disk, is copied.
"""

import logging
import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

import trio

from g3fs.cache.blockindex import Block, Facts, Label
from g3fs.cache.blocks import Blocks
from g3fs.cache.blockstore import Piece
from g3fs.cache.intake import CELL
from g3fs.cache.mediabytes import MediaBytes
from g3fs.gallery.items import ORIGINAL, Media
from g3fs.tasks.threads import in_thread

log = logging.getLogger(__name__)

SHARE = 4
"""A file larger than this part of the cache is not worth what would have to go for it."""

AT_ONCE = 8 * CELL
"""Bytes that are copied before others have their turn: each turn costs more than a cell does."""

Known = Callable[[Label], MediaBytes | None]
"""The file of that label, as far as it is in memory."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """In bytes."""

    cache_bytes: int
    block_bytes: int
    """What is larger becomes several blocks, by copying."""


class Adoptions:
    """Takes files over; copies a piece at a time, so that others have their turns in between."""

    def __init__(
        self, blocks: Blocks, disk: trio.CapacityLimiter, limits: Limits, known: Known
    ) -> None:
        self._blocks = blocks
        self._disk = disk
        self._most_bytes = limits.cache_bytes // SHARE
        self._largest_block = limits.block_bytes
        self._known = known
        self._under_way: dict[Label, list[Block]] = {}

    def so_far(self, label: Label) -> list[Block]:
        """What an adoption under way has stored; who looked at the disk before has missed it."""
        return self._under_way.get(label, [])

    async def adopt(self, media: Media, path: Path) -> bool:
        """Take `path` for the original of `media`, if it has the size that the server tells.

        The file may be deleted, but not be changed, before this returns; nor after it, if True:
        then it was not copied. What does not fit, or cannot be read or stored, is left out in
        silence: it can be fetched.
        """
        size, label = media.size_bytes, Label(media.id, ORIGINAL, media.version)
        if size is None or not 0 < size <= self._most_bytes or label in self._under_way:
            return False
        self._under_way[label] = []
        try:
            if await self._take(label, path, size):
                return True
            file = await in_thread(self._disk, _opened, path, size, abandon=False)
            if file is not None:
                with file:
                    await self._copy(label, file, size)
            return False
        finally:
            del self._under_way[label]

    async def _take(self, label: Label, path: Path, size: int) -> bool:
        """Make the file itself a block, if it is not too large for one."""
        known = self._known(label)
        if size > self._largest_block or (known is not None and len(known.intake.pieces)):
            return False
        block = await self._blocks.take(label, Facts(told=size, size=size), path)
        if block is None:
            return False
        self._stored(label, block)
        return True

    def _stored(self, label: Label, block: Block) -> None:
        self._under_way[label].append(block)
        if (known := self._known(label)) is not None:
            known.adopt(block)

    async def _copy(self, label: Label, file: BinaryIO, size: int) -> None:
        facts = Facts(told=size, size=size)
        for begin in range(0, size, AT_ONCE):
            missing = self._missing(label, begin, min(begin + AT_ONCE, size))
            if not missing:
                continue
            pieces = await in_thread(self._disk, _pieces, file, missing, abandon=False)
            blocks = await self._blocks.put_all(label, facts, pieces)
            for block in blocks:
                self._stored(label, block)
            if len(blocks) < len(missing):
                return

    def _missing(self, label: Label, begin: int, end: int) -> list[tuple[int, int]]:
        """Where the cells that nobody has yet start and end."""
        known = self._known(label)
        cells = ((start, min(start + CELL, end)) for start in range(begin, end, CELL))
        return [cell for cell in cells if known is None or not known.intake.has(*cell)]


def _opened(path: Path, size: int) -> BinaryIO | None:
    """The file, if it has this size: what the server turned has another."""
    try:
        file = path.open("rb", buffering=0)
    except OSError as error:
        log.debug("%s: not taken into the cache: %s", path, error)
        return None
    if os.fstat(file.fileno()).st_size == size:
        return file
    file.close()
    return None


def _pieces(file: BinaryIO, cells: Sequence[tuple[int, int]]) -> list[Piece]:
    """Fewer when the disk or the file is not what it was."""
    pieces = []
    try:
        for start, end in cells:
            data = os.pread(file.fileno(), end - start, start)
            if len(data) != end - start:
                break
            pieces.append((start, data))
    except OSError as error:
        log.debug("%s: not taken into the cache: %s", file.name, error)
    return pieces
