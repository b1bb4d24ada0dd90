"""What users gave us and the server does not have yet: files, and a journal of what they are.

User data, unlike the cache. Each mount has a directory of its own.
"""

import secrets
import time
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

import trio

from g3fs.cache.database import Database, open_database
from g3fs.cache.queue import journal
from g3fs.cache.queue.record import Record
from g3fs.cache.queue.spool import Spool, SpoolFile
from g3fs.gallery.clock import WallClock
from g3fs.tasks.failpoints import reached
from g3fs.tasks.threads import Threads, in_thread


@dataclass(frozen=True, slots=True)
class Statistics:
    """What waits in the queue, whatever its stage; parked items are no files."""

    files: int
    size_bytes: int


class Queue:
    """The queue of one mount; made by `open_queue`. Calls may be concurrent.

    Errors: NoSpace (the disk is full), Busy, DatabaseFailed, QueueFailed; then nothing has changed.
    A cancelled call has happened as a whole, or not at all.
    """

    def __init__(
        self, database: Database, spool: Spool, records: dict[str, Record], clock: WallClock
    ) -> None:
        self._database = database
        self._spool = spool
        self._records = records
        self._clock = clock
        self._sequence = max((record.sequence for record in records.values()), default=0)
        self._thread = trio.CapacityLimiter(1)
        self._turn = trio.Lock()

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

    async def put(self, record: Record, durable: bool = True) -> None:
        """Add or replace a record; safe from a power cut when this returns, if `durable`.

        Safe from a crash of this process in any case. A record that is to survive a power cut
        needs its data: `SpoolFile.sync` comes first. The data file of a record that is replaced
        by one with other data stays: `discard` it.
        """
        async with self._turn:
            reached("journal.before_put")
            await in_thread(self._thread, _put, self._database, record, durable, abandon=False)
            self._records[record.id] = record
            reached("journal.after_put")

    async def remove(self, record_id: str) -> None:
        """Drop a record and its data file, durably; one that is not there is fine."""
        async with self._turn:
            record = self._records.get(record_id)
            if record is None:
                return
            reached("journal.before_remove")
            await in_thread(self._thread, _remove, self._database, record_id, abandon=False)
            del self._records[record_id]
            reached("journal.after_remove")
        if record.data:
            await self._spool.discard(record.data)

    async def create(self) -> SpoolFile:
        """A new empty file in the spool; deleted at the next opening unless a record names it."""
        return await self._spool.create()

    async def open(self, name: str) -> SpoolFile:
        """A file of the spool, by `Record.data`; NotFound when it is not there."""
        return await self._spool.open(name)

    async def discard(self, name: str) -> None:
        """Delete a file of the spool that no record names any more; missing is fine.

        Who has it open goes on reading and writing.
        """
        await self._spool.discard(name)

    def statistics(self) -> Statistics:
        """Counted now."""
        files = [record for record in self._records.values() if record.data]
        return Statistics(len(files), sum(record.size_bytes for record in files))


@asynccontextmanager
async def open_queue(
    parent: Path, threads: Threads, clock: WallClock = time.time
) -> AsyncIterator[Queue]:
    """Open a directory below `parent` that no other mount uses, made if need be.

    Raises:
        GalleryError: nothing can be kept there; the message says why.
    """
    directory = parent / "queue-1"
    (directory / "spool").mkdir(mode=0o700, parents=True, exist_ok=True)
    database = open_database(directory / "journal.db", journal.SCHEMA)
    try:
        records = {record.id: record for record in journal.all_records(database)}
        yield Queue(database, Spool(directory / "spool", threads.disk), records, clock)
    finally:
        database.close()


def _put(database: Database, record: Record, durable: bool) -> None:
    journal.put(database, [record], durable=durable)


def _remove(database: Database, record_id: str) -> None:
    journal.remove(database, [record_id])
