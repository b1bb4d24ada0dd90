"""Local files that hold what users write until the server has it; sparse, one per draft."""

import os
import secrets
from collections.abc import Callable
from pathlib import Path
from typing import Concatenate, ParamSpec, TypeVar

import trio

from g3fs.cache.queue import spoolcalls as calls
from g3fs.cache.queue.failures import QueueFailed, named_errors
from g3fs.tasks.failpoints import reached
from g3fs.tasks.threads import in_thread

T = TypeVar("T")
P = ParamSpec("P")


class SpoolFile:
    """An open file of the spool; made by `Spool`.

    Calls may be concurrent, but the caller sees to the order of `write`, `truncate` and `copy`. All
    work is done in threads of `Threads.disk`, because a disk may block for long even when it only
    takes bytes into memory. A cancelled call waits for its thread: it has happened, or not at all.
    Errors: NoSpace, TooLarge, QueueFailed.
    """

    def __init__(self, spool: "Spool", name: str, fd: int, size_bytes: int) -> None:
        """Take over `fd`, open for reading and writing."""
        self.name = name
        self.path = spool.path(name)
        self.size_bytes = size_bytes
        """As of opening, and as this object changed it since."""
        self._spool = spool
        self._fd = fd
        self._under_way = 0
        self._closed = False
        self._entry_synced = False
        self._sync_failed = False

    async def read(self, offset: int, length: int) -> bytes:
        """The bytes from `offset`; fewer than `length` only at the end of the file."""
        return await self._run(calls.read, offset, length)

    async def write(self, offset: int, data: bytes) -> None:
        """Put `data` at `offset`; what lies between the old end and it reads as zeros.

        After an error the size is as before, and bytes inside of it may be old or new.
        """
        if data:
            await self._run(calls.write, offset, data, self.size_bytes)
            self.size_bytes = max(self.size_bytes, offset + len(data))

    async def truncate(self, size_bytes: int) -> None:
        """Cut the file, or let it grow with zeros that take no room."""
        await self._run(calls.truncate, size_bytes)
        self.size_bytes = size_bytes

    async def sync(self) -> None:
        """Data, size and name are safe from a power cut when this returns.

        To be called before a durable `Queue.put` of a record that names this file. Once it failed,
        it always fails: the kernel forgets pages that the disk did not take (fsync(2)), and would
        answer the next call with success.
        """
        if self._sync_failed:
            raise QueueFailed(f"{self.path} is not safe: the disk failed to take it before")
        try:
            await self._run(calls.sync, None if self._entry_synced else self.path.parent)
        except Exception:
            self._sync_failed = True
            raise
        self._entry_synced = True
        reached("spool.after_sync")

    async def copy(self) -> "SpoolFile":
        """The same bytes in a new file, which later changes of this one do not touch."""
        twin = await self._spool.create()
        try:
            offset = 0
            while offset < self.size_bytes:
                offset = await self._run(calls.copy_some, twin.fileno(), offset, self.size_bytes)
            await twin.truncate(self.size_bytes)
        except BaseException:
            twin.close()
            twin.path.unlink(missing_ok=True)  # no await here: a cancelled task could not pass it
            raise
        return twin

    def fileno(self) -> int:
        """The descriptor, open for reading and writing."""
        return self._fd

    def close(self) -> None:
        """Give the descriptor back, when the calls under way have ended; again is fine."""
        self._closed = True
        self._close_when_idle()

    async def _run(
        self, work: Callable[Concatenate[int, P], T], *args: P.args, **kwargs: P.kwargs
    ) -> T:
        if self._closed:
            raise QueueFailed(f"{self.path} is closed")
        self._under_way += 1
        try:
            return await self._spool.run(self.path, lambda: work(self._fd, *args, **kwargs))
        finally:
            self._under_way -= 1
            self._close_when_idle()

    def _close_when_idle(self) -> None:
        # Never under a call: its thread would write into whatever file gets the number next.
        if self._closed and not self._under_way and self._fd >= 0:
            os.close(self._fd)
            self._fd = -1


class Spool:
    """The files of one directory."""

    def __init__(self, directory: Path, limiter: trio.CapacityLimiter) -> None:
        self._directory = directory
        self._limiter = limiter

    def path(self, name: str) -> Path:
        """Where a file is, if it is."""
        return self._directory / name

    async def create(self) -> SpoolFile:
        """A new file, empty, under a name that no file of any spool ever has again."""
        name = secrets.token_hex(calls.NAME_BYTES)
        return await self._opened(name, os.O_CREAT | os.O_EXCL)

    async def open(self, name: str) -> SpoolFile:
        """A file that is there; NotFound when it is not."""
        return await self._opened(name, 0)

    async def discard(self, name: str) -> None:
        """Delete a file, if it is there; who has it open keeps its bytes."""
        path = self.path(name)
        await self.run(path, lambda: path.unlink(missing_ok=True))

    async def run(self, path: Path, work: Callable[[], T]) -> T:
        """`work()` in a thread; what the system says of `path` comes out in gallery terms."""

        def named() -> T:
            with named_errors(path):
                return work()

        return await in_thread(self._limiter, named, abandon=False)

    async def _opened(self, name: str, flags: int) -> SpoolFile:
        path = self.path(name)
        fd, size_bytes = await self.run(path, lambda: calls.open_file(path, flags))
        return SpoolFile(self, name, fd, size_bytes)
