"""Files that were sent, put into the cache as if they had been fetched: nobody need fetch them."""

import logging
import os
from collections.abc import Callable
from pathlib import Path
from typing import BinaryIO

import trio

from g3fs.cache.blockindex import Block, Facts, Label
from g3fs.cache.blocks import Blocks
from g3fs.cache.intake import CELL
from g3fs.cache.mediabytes import MediaBytes
from g3fs.gallery.items import ORIGINAL, Media
from g3fs.tasks.threads import in_thread

log = logging.getLogger(__name__)

SHARE = 4
"""A file larger than this part of the cache is not worth what would have to go for it."""

Known = Callable[[Label], MediaBytes | None]
"""The file of that label, as far as it is in memory."""


class Adoptions:
    """Copies files into blocks, a piece at a time, so that others have their turns in between."""

    def __init__(
        self, blocks: Blocks, disk: trio.CapacityLimiter, limit_bytes: int, known: Known
    ) -> None:
        self._blocks = blocks
        self._disk = disk
        self._most_bytes = limit_bytes // SHARE
        self._known = known
        self._under_way: dict[Label, list[Block]] = {}

    def so_far(self, label: Label) -> list[Block]:
        """What an adoption under way has stored; who looked at the disk before has missed it."""
        return self._under_way.get(label, [])

    async def adopt(self, media: Media, path: Path) -> None:
        """Take `path` for the original of `media`, if it has the size that the server tells.

        The file may be deleted, but not be changed, before this returns. What does not fit, or
        cannot be read or stored, is left out in silence: it can be fetched.
        """
        size, label = media.size_bytes, Label(media.id, ORIGINAL, media.version)
        if size is None or not 0 < size <= self._most_bytes or label in self._under_way:
            return
        self._under_way[label] = []
        try:
            file = await in_thread(self._disk, _opened, path, size, abandon=False)
            if file is not None:
                with file:
                    await self._copy(label, file, size)
        finally:
            del self._under_way[label]

    async def _copy(self, label: Label, file: BinaryIO, size: int) -> None:
        facts = Facts(told=size, size=size)
        for start in range(0, size, CELL):
            length = min(CELL, size - start)
            known = self._known(label)
            if known is not None and known.intake.has(start, start + length):
                continue
            data = await in_thread(self._disk, _piece, file, start, length, abandon=False)
            if len(data) != length:
                return
            block = await self._blocks.put(label, facts, start, data)
            if block is None:
                return
            self._under_way[label].append(block)
            if (known := self._known(label)) is not None:
                known.adopt(block)


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


def _piece(file: BinaryIO, start: int, length: int) -> bytes:
    """Less than `length` when the disk or the file is not what it was."""
    try:
        return os.pread(file.fileno(), length, start)
    except OSError as error:
        log.debug("%s: not taken into the cache: %s", file.name, error)
        return b""
