"""A local file that is to become an item of the server, or to replace the data of one."""

import time
from collections.abc import AsyncIterator
from dataclasses import dataclass, field, replace

import trio

from g3fs.cache.queue.queue import Queue
from g3fs.cache.queue.record import Record, Stage
from g3fs.cache.queue.spool import SpoolFile
from g3fs.gallery.errors import Cancelled, GalleryError, Stale
from g3fs.vfs.nodes import Ino

NEVER = -1
"""A value that `Draft.written` never has."""


@dataclass(slots=True)
class UploadState:
    """How the attempts to send a draft stand."""

    doubtful: bool
    """It may be on the server already: an answer was lost, or the mount ended."""
    resumed_s: float | None = None
    """By trio's clock: when it was taken over from a mount that ended."""
    running: bool = False
    sending: str = ""
    """The data of the attempt under way, by the name of its file."""
    answered: str = ""
    """Data that was accepted when the journal had it already, by the name of its file: so there it
    is not said, and need not be, because the next mount takes all that is queued for accepted."""
    whole: str = ""
    """Data that may replace an item's, by the name of its file."""
    sent_bytes: int = 0
    """Of the attempt under way."""
    attempts: int = 0
    """That failed."""
    due_s: float = 0.0
    """By trio's clock: not to be tried again before."""
    aborted: bool = False
    """Whoever sends it shall stop: it was moved, replaced or deleted meanwhile."""
    given: set[str] = field(default_factory=set)
    """Data files that arrived, and are the cache's now: they must never change."""


class Draft:
    """One record of the journal, alive: its data, who has it open, and how much of it was sent.

    The data changes through the methods only; the other attributes are set, without `await`, by the
    modules beside this one.
    """

    def __init__(self, record: Record, ino: Ino, queue: Queue, file: SpoolFile | None) -> None:
        self.record = (
            replace(record, carried=record.carried or record.data) if record.mark else record
        )
        """What is on disk of it, or will be at the next `Queue.put`."""
        self.ino = ino
        """Its own inode number; while it is the data of an item, that item's is used."""
        self.file = file
        """Its data; None while nobody has it open."""
        self.linked = True
        """It still has a name; without one it goes with its last handle."""
        self.handles = 0
        self.writers = 0
        """Handles that may write."""
        self.written = 0
        """Counts the changes of the data."""
        self.sent = 0
        """The value of `written` that the server has, or that need not be sent."""
        self.journaled = 0
        """The value of `written` whose data the record on disk names."""
        self.refused: tuple[int, GalleryError] | None = None
        """The value of `written` that was refused last, and why."""
        self.fault: GalleryError | None = None
        """A write failed: the data is not what the writer meant, and is never sent."""
        self.changed_ns = record.created_s * 10**9
        """The last change of the data."""
        self.committing = trio.Lock()
        """Held while the data is on its way to the server."""
        self.upload = UploadState(doubtful=bool(record.mark))
        self.lent: list[str] = []
        """Data files that somebody opens, or reads at leisure: they must not change meanwhile."""
        self._queue = queue
        self._data = trio.Lock()

    @property
    def id(self) -> str:
        return self.record.id

    @property
    def dirty(self) -> bool:
        """Whether there is data that neither the server has, nor staging keeps."""
        return self.written != self.sent

    @property
    def accepted(self) -> bool:
        """Whether the journal has all of the data, and brings it to the server."""
        return self.record.stage is Stage.QUEUED and self.journaled == self.written

    @property
    def is_refused(self) -> bool:
        """Whether the present data was refused."""
        return self.refused is not None and self.refused[0] == self.written

    @property
    def size_bytes(self) -> int:
        """Of the data."""
        return self.record.size_bytes if self.file is None else self.file.size_bytes

    @property
    def mtime_ns(self) -> int:
        """What utimensat(2) was given since the last change of the data, else the time of that."""
        return self.record.times_ns[1] if self.record.times_ns else self.changed_ns

    @property
    def atime_ns(self) -> int:
        """Likewise."""
        return self.record.times_ns[0] if self.record.times_ns else self.changed_ns

    async def open(self) -> None:
        """Have the data at hand, also if it arrives meanwhile."""
        name = self.record.data
        self.lent.append(name)
        try:
            async with self._data:
                if self.file is None:
                    self.file = await self._queue.open(name)
        finally:
            self.lent.remove(name)

    async def read(self, offset: int, length: int) -> bytes:
        """What is there; short only at the end."""
        async with self._data:
            return await self._opened().read(offset, length)

    async def write(self, offset: int, data: bytes) -> None:
        """Put data; after a failure the draft is at fault."""
        async with self._data:
            try:
                await self._detached()
                await self._opened().write(offset, data)
            except GalleryError as error:
                self.fault = error
                raise
            self._changed()

    async def truncate(self, size_bytes: int) -> None:
        """Cut, or lengthen with zeros; empty is a new beginning after a fault."""
        async with self._data:
            if size_bytes == 0 and self._is_kept():
                await self._use(await self._queue.create())
            else:
                await self._detached()
                await self._opened().truncate(size_bytes)
            if size_bytes == 0:
                self.fault = None
            self._changed()

    async def fill(self, pieces: AsyncIterator[bytes]) -> None:
        """Begin with these bytes; no change of the data."""
        async with self._data:
            offset = 0
            async for piece in pieces:
                await self._opened().write(offset, piece)
                offset += len(piece)

    async def sync(self) -> None:
        """Bring the data to the disk, and let the record name it; the caller puts the record."""
        async with self._data:
            if self.file is None or self._is_synced():
                return
            await self.file.sync()
            self.journaled = self.written
            self.note(data=self.file.name, size_bytes=self.file.size_bytes)

    async def go_back(self, record: Record) -> None:
        """Have the data that the journal has, as `record`, and no other."""
        async with self._data:
            names = {self.record.data, self.file.name if self.file is not None else ""}
            self.close()
            self.written += 1
            self.journaled = self.written
            self.fault = self.refused = None
            self.note(data=record.data, size_bytes=record.size_bytes, stage=record.stage)
            self.note(times_ns=record.times_ns)
            for name in names:
                await self.spare(name)

    async def forgo(self, record: Record) -> None:
        """Let the record name what the journal has promised; newer data is in the open file only.

        `record`: what that was.
        """
        name = self.record.data
        self.note(data=record.data, size_bytes=record.size_bytes, stage=record.stage)
        self.note(accepted=True)
        self.journaled = NEVER
        await self.spare(name)

    async def copy(self) -> SpoolFile:
        """The present data in a file of its own."""
        async with self._data:
            return await self._opened().copy()

    async def discard(self) -> None:
        """Delete the data, but for what somebody reads at leisure, who deletes it then."""
        async with self._data:
            names = self.record.files | ({self.file.name} if self.file is not None else set())
            self.close()
            self.unmark()
            self.note(data="")
            for name in names:
                await self.spare(name)

    async def put(
        self, *, durable: bool = True, instead_of: str | None = None, beside: Record | None = None
    ) -> None:
        """Let the journal have the record, as `Queue.put`; data that it no longer names goes."""
        put = self._queue.put
        before = await put(self.record, durable, instead_of=instead_of, beside=beside)
        for name in before.files if before is not None else ():
            await self.spare(name)

    async def spare(self, name: str) -> None:
        """Delete a data file, if nothing needs it: for whoever needed it until now."""
        if not name or name in self.lent or name in self.record.files | {self.upload.sending}:
            return
        open_here = self.file is not None and self.file.name == name
        if not open_here and not self._queue.is_named(name):
            await self._queue.discard(name)

    def close(self) -> None:
        """Let go of the data file; it stays on disk."""
        file, self.file = self.file, None
        if file is not None:
            file.close()

    def note(self, **changes: object) -> Record:
        """Change fields of the record, which the caller puts on disk."""
        self.record = replace(self.record, **changes)  # type: ignore[arg-type]  # fields by name
        return self.record

    def unmark(self) -> None:
        """It is known what became of an upload, or nobody is to look any more."""
        self.upload.doubtful = False
        self.note(mark="", carried="")

    def progressed(self, sent_bytes: int) -> None:
        """Told by whoever sends it, from a thread."""
        self.upload.sent_bytes = sent_bytes
        if self.upload.aborted:
            raise Cancelled(f"{self.record.name} was moved or deleted meanwhile")

    def _changed(self) -> None:
        self.written += 1
        self.changed_ns = time.time_ns()
        if self.record.times_ns is not None:
            self.note(times_ns=None)

    def _opened(self) -> SpoolFile:
        if self.file is None:
            raise Stale(f"{self.record.name} was given up")
        return self.file

    def _is_synced(self) -> bool:
        """Whether the data was on the disk before, and is the same."""
        return self.journaled == self.written and self.record.data == self._opened().name

    def _is_kept(self) -> bool:
        """Whether the present data was accepted, and so must stay as it is until it was sent."""
        name = self._opened().name
        queued = self.record.stage is Stage.QUEUED and self.record.data == name
        lent = name in self.lent or name in self.upload.given or name == self.record.carried
        return queued or self.upload.running or lent

    async def _detached(self) -> None:
        """Go on in a copy, where the present data must stay as it is."""
        if self._is_kept():
            await self._use(await self._opened().copy())

    async def _use(self, file: SpoolFile) -> None:
        old = self._opened()
        self.file = file
        old.close()
        await self.spare(old.name)
