"""Local files that hold what users write until the server has it; sparse, one per draft."""

import os
import secrets
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar, TypeVarTuple

import trio

from g3fs.cache.queue.failures import named_errors
from g3fs.tasks.failpoints import reached
from g3fs.tasks.threads import in_thread

T = TypeVar("T")
Ts = TypeVarTuple("Ts")


class SpoolFile:
    """An open file of the spool. Writing calls one at a time: the caller sees to their order.

    Errors: NoSpace, TooLarge, QueueFailed. A cancelled call waits for its thread first.
    """

    def __init__(self, spool: "Spool", name: str, fd: int, size_bytes: int) -> None:
        """Take over `fd`, open for reading and writing; made by `Spool`."""
        self.name = name
        self.path = spool.path(name)
        self.size_bytes = size_bytes
        """As of opening, and as this object changed it."""
        self._spool = spool
        self._fd = fd
        self._closed = False

    async def read(self, offset: int, length: int) -> bytes:
        """The bytes from `offset`; fewer than `length` only at the end of the file."""
        return await self._spool.run(self.path, _read, self._fd, offset, length)

    async def write(self, offset: int, data: bytes) -> None:
        """Put `data` at `offset`; what lies between the end and it is zeros.

        After an error the size is as before, and bytes inside of it may be old or new.
        """
        await self._spool.run(self.path, _write, self._fd, offset, data, self.size_bytes)
        self.size_bytes = max(self.size_bytes, offset + len(data)) if data else self.size_bytes

    async def truncate(self, size_bytes: int) -> None:
        """Cut the file, or let it grow with zeros that take no room."""
        await self._spool.run(self.path, os.ftruncate, self._fd, size_bytes)
        self.size_bytes = size_bytes

    async def sync(self) -> None:
        """Data, size and name are safe from a power cut when this returns.

        To be called before a durable `Queue.put` of a record that names this file.
        """
        await self._spool.run(self.path, _sync, self._fd, self.path.parent)
        reached("spool.after_sync")

    async def copy(self) -> "SpoolFile":
        """The same bytes in a new file, which this one's later changes do not touch."""
        twin = await self._spool.create()
        await twin.write(0, await self.read(0, self.size_bytes))
        return twin

    def close(self) -> None:
        """Give the descriptor back; nothing is called after this but `close`."""
        if not self._closed:
            self._closed = True
            os.close(self._fd)


class Spool:
    """The files of one directory."""

    def __init__(self, directory: Path, limiter: trio.CapacityLimiter) -> None:
        self._directory = directory
        self._limiter = limiter

    def path(self, name: str) -> Path:
        """Where a file is, if it is."""
        return self._directory / name

    async def create(self) -> SpoolFile:
        """A new file, empty, under a name that no other file ever has."""
        name = secrets.token_hex(16)
        path = self.path(name)
        return await self.run(path, _open, self, name, os.O_CREAT | os.O_EXCL)

    async def open(self, name: str) -> SpoolFile:
        """A file that is there; NotFound when it is not."""
        return await self.run(self.path(name), _open, self, name, 0)

    async def discard(self, name: str) -> None:
        """Delete a file, if it is there; those who have it open keep its bytes."""
        await self.run(self.path(name), _unlink, self.path(name))

    async def run(self, path: Path, work: Callable[[*Ts], T], *args: *Ts) -> T:
        """`work(*args)` in the disk's thread; what the system says of `path` in gallery terms."""

        def named() -> T:
            with named_errors(path):
                return work(*args)

        return await in_thread(self._limiter, named, abandon=False)


def _open(spool: Spool, name: str, flags: int) -> SpoolFile:
    fd = os.open(spool.path(name), os.O_RDWR | os.O_CLOEXEC | os.O_NOFOLLOW | flags, 0o600)
    return SpoolFile(spool, name, fd, os.fstat(fd).st_size)


def _read(fd: int, offset: int, length: int) -> bytes:
    return os.pread(fd, length, offset)


def _write(fd: int, offset: int, data: bytes, size_bytes: int) -> None:
    view = memoryview(data)
    try:
        while view:
            done = os.pwrite(fd, view, offset)
            view, offset = view[done:], offset + done
    except OSError:
        os.ftruncate(fd, size_bytes)
        raise


def _sync(fd: int, directory: Path) -> None:
    os.fdatasync(fd)
    directory_fd = os.open(directory, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.fsync(directory_fd)
    finally:
        os.close(directory_fd)


def _unlink(path: Path) -> None:
    path.unlink(missing_ok=True)
