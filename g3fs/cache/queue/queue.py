"""What users gave us and the server does not have yet: files, and a journal of what they are.

User data, unlike the cache. Each mount has a directory of its own.
"""

import logging
import secrets
import time
from collections.abc import AsyncIterator, Callable, Iterable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

import trio

from g3fs.cache.queue import journal
from g3fs.cache.queue.directories import Home
from g3fs.cache.queue.record import Record
from g3fs.cache.queue.spool import Spool, SpoolFile
from g3fs.cache.queue.takeover import adopt
from g3fs.gallery.clock import WallClock
from g3fs.gallery.errors import GalleryError, NoSpace
from g3fs.tasks.failpoints import reached
from g3fs.tasks.threads import Threads, in_thread

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Statistics:
    """What waits in the queue, whatever its stage; parked items are no files."""

    files: int
    size_bytes: int


class Queue:
    """The queue of one mount; made by `open_queue`. Calls may be concurrent.

    Errors: NoSpace (the disk is full), Busy, DatabaseFailed, QueueFailed; then nothing has changed.
    A cancelled call waits for its thread: it has happened as a whole, or not at all.
    """

    def __init__(self, home: Home, threads: Threads, clock: WallClock) -> None:
        self.directory = home.directory
        """Where all of it is; the lock and the journal are open."""
        self._home = home
        self._records = {record.id: record for record in home.records}
        self._sequence = max((record.sequence for record in home.records), default=0)
        self._clock = clock
        self._spool = Spool(home.spool, threads.disk)
        self._thread = trio.CapacityLimiter(1)
        self._turn = trio.Lock()
        self._over: set[str] = set()
        """Rows of files that have arrived, which could not be removed."""

    @property
    def records(self) -> Mapping[str, Record]:
        """All records by id, as they are on disk; a live view."""
        return MappingProxyType(self._records)

    def new_record_id(self) -> str:
        """An id that no record of any queue ever had."""
        return secrets.token_hex(16)

    def next_sequence(self) -> int:
        """A number above all that this queue gave or has: microseconds since 1970, or one more.

        So records of several directories, brought together, are in the order of acceptance.
        """
        self._sequence = max(self._sequence + 1, int(self._clock() * 1_000_000))
        return self._sequence

    async def put(
        self,
        record: Record,
        durable: bool = True,
        *,
        instead_of: str | None = None,
        beside: Record | None = None,
    ) -> Record | None:
        """Add or replace a record; safe from a power cut when this returns, if `durable`.

        What it replaced is returned.
        Safe from a crash of this process in any case. What a durable record says of its data must
        be true: `SpoolFile.sync` comes first. When the record that is replaced named other data,
        that file stays: `discard` it. The record `instead_of` goes at once with it, but its data;
        the one `beside` it is put at once with it.
        """
        coming = [each for each in (record, beside) if each is not None]
        async with self._turn:
            gone = {*self._over, *([] if instead_of is None else [instead_of])}
            gone -= {each.id for each in coming}
            reached("journal.before_put")
            await in_thread(self._thread, _put, self._home, coming, gone, durable, abandon=False)
            before = self._records.get(record.id)
            self._records |= {each.id: each for each in coming}
            for record_id in gone:
                self._records.pop(record_id, None)
            self._over.clear()
            reached("journal.after_put")
            return before

    async def remove(self, record_id: str) -> None:
        """Drop a record, durably, and what it alone names; one that is not there is fine."""
        async with self._turn:  # so it is the record that was put last
            record = self._records.get(record_id)
            if record is not None:
                await self._drop(record, _remove)

    async def finish(self, record: Record) -> None:
        """Drop the record of a file that has arrived; its data stays, for `discard`.

        Unless another one was put for the file meanwhile. Not durable, because after a power cut
        it is looked for: what has arrived is not sent again. A journal that cannot be written is no
        reason to say that it has not: the row then goes with the next one that is put, and without
        its data it means nothing.
        """
        async with self._turn:
            if self._records.get(record.id) is not record:
                return
            try:
                await self._drop(record, _finish)
            except GalleryError as error:
                log.warning("%s has arrived: %s", record.name, error)
                self._over.add(record.id)
                del self._records[record.id]

    async def create(self) -> SpoolFile:
        """A new empty file in the spool; deleted at the next opening unless a record names it."""
        return await self._spool.create()

    async def open(self, name: str) -> SpoolFile:
        """A file of the spool, by `Record.data`; NotFound when it is not there."""
        return await self._spool.open(name)

    def path(self, name: str) -> Path:
        """Where a file of the spool is, if it is."""
        return self._spool.path(name)

    def is_named(self, name: str) -> bool:
        """Whether a record, as it is on disk, needs a file of the spool."""
        return any(name in record.files for record in self._records.values())

    async def discard(self, name: str) -> None:
        """Delete a file of the spool that no record names any more; missing is fine.

        Who has it open goes on reading and writing.
        """
        await self._spool.discard(name)

    async def _drop(self, record: Record, how: Callable[[Home, str, set[str]], None]) -> None:
        others = (each for each in self._records.values() if each.id != record.id)
        own = record.files.difference(*(other.files for other in others))
        await in_thread(self._thread, how, self._home, record.id, own, abandon=False)
        del self._records[record.id]

    def statistics(self) -> Statistics:
        """Counted now."""
        files = [record for record in self._records.values() if record.data]
        return Statistics(len(files), sum(record.size_bytes for record in files))


@asynccontextmanager
async def open_queue(
    parent: Path, threads: Threads, clock: WallClock = time.time
) -> AsyncIterator[Queue]:
    """Open a directory below `parent` that no other mount uses, made if need be.

    It has all that ended mounts left in any such directory. What was still being written is FAILED;
    files that no record names, and records whose data is missing, are gone.

    Raises:
        GalleryError: nothing can be kept there; the message says why.
    """
    # Not abandoned: somebody must close what was opened.
    home = await in_thread(threads.disk, adopt, parent, int(clock()), abandon=False)
    try:
        yield Queue(home, threads, clock)
    finally:
        with trio.CancelScope(shield=True):  # short: no call is under way
            await in_thread(threads.disk, home.close, abandon=False)


def _put(home: Home, coming: Sequence[Record], gone: Iterable[str], durable: bool) -> None:
    journal.put(home.database, coming, gone, durable=durable)


def _remove(home: Home, record_id: str, own: set[str]) -> None:
    _remove_row(home, record_id, own, durable=True)
    _delete(home.spool, own)


def _finish(home: Home, record_id: str, own: set[str]) -> None:
    try:
        _remove_row(home, record_id, own, durable=False)
    except GalleryError:
        _delete(home.spool, own)
        raise


def _remove_row(home: Home, record_id: str, own: set[str], *, durable: bool) -> None:
    """`own`: the files that no other record names."""
    reached("journal.before_remove")
    try:
        journal.remove(home.database, [record_id], durable=durable)
    except NoSpace:
        if not own:
            raise
        # What fills the disk must be able to go. A row without data is dropped when it is opened.
        _delete(home.spool, own)
        journal.remove(home.database, [record_id], durable=durable)
    reached("journal.after_remove")


def _delete(spool: Path, names: set[str]) -> None:
    for path in (spool / name for name in names):
        try:
            path.unlink(missing_ok=True)
        except OSError as exc:
            log.warning("%s cannot be deleted; the next mount tries again: %s", path, exc.strerror)
