"""Reading blocks: the files last used stay open, so that a warm read is one system call."""

import errno
import os
import zlib
from collections import OrderedDict
from collections.abc import Callable
from pathlib import Path

import trio

from g3fs.cache.pieces import Stored
from g3fs.tasks.threads import in_thread

MOST_OPEN = 64
"""Files kept open: several movies' worth, and far below the usual limit of 1024."""

LARGEST_READ = 1024 * 1024
"""Bytes that fit the scratch buffer; the kernel asks for no more than this at a time."""


class BlockMissing(Exception):
    """A block's file is gone, or is not what was written."""


class BlockFiles:
    """The open files of blocks, of one process. Not for two threads."""

    def __init__(
        self,
        path: Callable[[int], Path],
        limiter: trio.CapacityLimiter,
        *,
        most_open: int = MOST_OPEN,
    ) -> None:
        self._path = path
        self._limiter = limiter
        self._most_open = most_open
        self._fds: OrderedDict[int, int] = OrderedDict()
        self._scratch = memoryview(bytearray(LARGEST_READ))
        self._flags = os.RWF_NOWAIT

    def close(self) -> None:
        """Close every file."""
        while self._fds:
            os.close(self._fds.popitem()[1])

    def read_now(self, stored: Stored, offset: int, length: int) -> bytes | None:
        """Bytes of a block from file offset `offset`, if that needs no waiting; else None.

        Plain: no thread, no checkpoint. 128 KiB take 10 µs.
        """
        fd = self._fds.get(stored.block.number)
        if fd is None or length > LARGEST_READ:
            return None
        self._fds.move_to_end(stored.block.number)
        try:
            got = os.preadv(fd, [self._scratch[:length]], offset - stored.start, self._flags)
        except BlockingIOError:
            return None
        except OSError as exc:
            if exc.errno != errno.EOPNOTSUPP:
                return None
            self._flags = 0  # tmpfs: it is in memory in any case
            return self.read_now(stored, offset, length)
        return bytes(self._scratch[:length]) if got == length else None

    async def read(self, stored: Stored, offset: int, length: int) -> bytes:
        """The same, however long it takes.

        Raises:
            BlockMissing: the block cannot be used any more.
        """
        number = stored.block.number
        fd = self._fds.pop(number, None)
        if fd is None:
            data = await self._open_and_read(stored, offset - stored.start, length)
        else:
            # Out of the table while the thread reads: nobody may close it to make room.
            try:
                data = await in_thread(
                    self._limiter, _read, fd, offset - stored.start, length, abandon=False
                )
            finally:
                self._keep(number, fd)
        if len(data) != length:
            self.forget(number)
            raise BlockMissing(f"block {number:x} is short")
        return data

    def forget(self, number: int) -> None:
        """Close a block's file, if it is open."""
        fd = self._fds.pop(number, None)
        if fd is not None:
            os.close(fd)

    async def _open_and_read(self, stored: Stored, offset: int, length: int) -> bytes:
        block = stored.block
        fd, data = await in_thread(
            self._limiter, _open, self._path(block.number), stored, (offset, length), abandon=False
        )
        stored.verified = True
        self._keep(block.number, fd)
        return data

    def _keep(self, number: int, fd: int) -> None:
        self.forget(number)  # two readers may have opened it at the same time
        self._fds[number] = fd
        if len(self._fds) > self._most_open:
            os.close(self._fds.popitem(last=False)[1])


def _read(fd: int, offset: int, length: int) -> bytes:
    try:
        return os.pread(fd, length, offset)
    except OSError:
        return b""  # a damaged disk: as if it were missing


def _open(path: Path, stored: Stored, wanted: tuple[int, int]) -> tuple[int, bytes]:
    """The open file, checked once in this process, and what is wanted of it: offset, length."""
    try:
        fd = os.open(path, os.O_RDONLY | os.O_CLOEXEC | os.O_NOFOLLOW)
    except OSError as exc:
        raise BlockMissing(str(exc)) from exc
    try:
        return fd, _checked(fd, stored, *wanted)
    except BlockMissing:
        os.close(fd)
        raise


def _checked(fd: int, stored: Stored, offset: int, length: int) -> bytes:
    if stored.verified:
        return _read(fd, offset, length)
    data = _read(fd, 0, stored.block.length + 1)
    if len(data) != stored.block.length or zlib.crc32(data) != stored.block.crc:
        raise BlockMissing(f"block {stored.block.number:x} is damaged")
    return data[offset : offset + length]
