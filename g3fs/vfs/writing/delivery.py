"""When files are sent, and what becomes of those that the server refuses.

close(2) waits for the verdict, or, with `upload=background`, for the journal. What was accepted is
sent until the server has it, or refuses it for good; what was refused is never sent by itself.
"""

import logging
import math
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

import trio

from g3fs.cache.queue.comparing import NO_ALBUM
from g3fs.cache.queue.record import Record, Stage
from g3fs.gallery.errors import Cancelled, GalleryError, Invalid
from g3fs.vfs.writing.draft import Draft
from g3fs.vfs.writing.ground import Ground
from g3fs.vfs.writing.making import Maker
from g3fs.vfs.writing.sender import Sender
from g3fs.vfs.writing.verdicts import Verdicts

log = logging.getLogger(__name__)


@dataclass(slots=True)
class _Job:
    """An upload that somebody may cease to wait for, when the journal has it."""

    kept: trio.Event = field(default_factory=trio.Event)
    done: trio.Event = field(default_factory=trio.Event)
    error: GalleryError | None = None
    answered: bool = False
    """Whoever waited was told that it is accepted."""


class Delivery:
    """Sends drafts, at once or behind."""

    def __init__(self, ground: Ground, sender: Sender, maker: Maker) -> None:
        self._ground = ground
        self._sender = sender
        self._maker = maker
        self._verdicts = Verdicts(ground)
        self._wake = trio.Event()
        self.sent = trio.Event()
        """Set, and replaced, whenever an accepted file has arrived, was refused, or was deleted."""

    # For system calls

    async def close(self, draft: Draft) -> None:
        """Send a file whose new data is complete, or let the journal have it.

        Raises:
            GalleryError: it is refused, and is in failed/ from now on; what the journal has had of
                it, and has promised, is still to be sent.
        """
        if draft.refused is not None and draft.is_refused:
            raise draft.refused[1]
        promised = self.promised(draft)
        if draft.accepted and promised is not None and promised.data == draft.record.data:
            return
        try:
            if self._ground.policy.background:
                await self._accept(draft)
                return
            while not await self._is_brought(draft):
                pass
        except GalleryError as error:
            await self._refuse(draft, error)
            raise

    async def _is_brought(self, draft: Draft) -> bool:
        """Send a file; False: somebody has stopped that, and comes first, to move or delete it."""
        async with self.holding(draft):
            draft.upload.aborted = False
            try:
                if draft.dirty and draft.linked:
                    await self._bring(draft)
            except Cancelled:
                if not draft.upload.aborted:
                    raise
                return False
        return True

    def promised(self, draft: Draft) -> Record | None:
        """What the journal has of a draft and brings to the server, be it older than the draft."""
        record = self._ground.queue.records.get(draft.id)
        if record is None or not record.data or record.stage is not Stage.QUEUED:
            return None
        return record if record.accepted or record.data == draft.upload.answered else None

    async def stage(self, draft: Draft) -> None:
        """What close(2) of a file does whose name no gallery takes: the journal has it."""
        await draft.sync()
        draft.note(stage=Stage.STAGED, sequence=self._ground.queue.next_sequence())
        await draft.put()
        draft.sent = draft.journaled

    async def synced(self, draft: Draft) -> None:
        """What fsync(2) does: after a crash the data is in failed/, unless it is closed first."""
        if draft.dirty and draft.fault is None and draft.record.stage is not Stage.QUEUED:
            await draft.sync()
            await draft.put()

    async def renamed(self, draft: Draft, earlier: Draft | None) -> None:
        """What rename(2) of a finished file to a name that a gallery takes does.

        From now on the journal has it, and not what had the name until now, `earlier`.
        Waits a short while for the verdict; a longer upload goes on behind.

        Raises:
            GalleryError: it is refused; the caller gives it its old name back.
        """
        if self._ground.policy.background:
            async with self.holding(draft):  # else it would be sent, and let go, meanwhile
                await self._accept(draft, earlier)
            return
        job = _Job()
        self._ground.errands.start_soon(self._work_off, job, draft, earlier)
        with trio.move_on_after(self._ground.policy.verdict_s):
            await job.done.wait()
        await job.kept.wait()
        if not job.done.is_set():
            job.answered = True
            draft.upload.answered = draft.note(accepted=True).data
            return
        if job.error is not None:
            raise job.error

    def finish(self, draft: Draft) -> None:
        """Bring what was written after the last close(2) to the server (mmap), behind."""
        self._ground.errands.start_soon(self._finish, draft)

    @asynccontextmanager
    async def holding(self, draft: Draft) -> AsyncIterator[None]:
        """Let nobody else send a draft; what runs behind looks at it again afterwards."""
        try:
            async with draft.committing:
                yield
        finally:
            self.wake()

    async def look(self, draft: Draft) -> None:
        """Find out what became of an upload whose answer was lost; the caller is `holding` it."""
        await self._sender.look(draft)
        if draft.record.item is not None and not draft.record.data:
            self.wake()  # what is left to be done for it

    # Verdicts

    async def retry(self, draft: Draft) -> None:
        """Send a refused file again; it has its name at once, and the verdict comes later.

        Raises:
            Invalid: nobody knows any more where it was to be.
        """
        record = draft.record
        if record.album == NO_ALBUM:
            raise Invalid(f"{record.name} has lost its album: export it, and copy it there")
        draft.refused, draft.upload.attempts, draft.upload.due_s = None, 0, 0.0
        draft.note(stage=Stage.QUEUED, accepted=True, reason="")
        draft.note(sequence=self._ground.queue.next_sequence())
        await draft.put()
        self._show(draft)
        self.wake()

    async def drop(self, draft: Draft | None, record: Record) -> None:
        """Delete a local file for good."""
        await self._verdicts.drop(draft, record)
        self._tell()

    async def _bring(self, draft: Draft) -> None:
        earlier = self.promised(draft)
        if earlier is not None:
            await self._supersede(draft, earlier)
            return
        if draft.record.data:
            await self._sender.look(draft)  # for the data that it had before
        await self._journal(draft, accepted=False)
        await self._send(draft)

    async def _supersede(self, draft: Draft, earlier: Record) -> None:
        """Send new data of a file that waits; when the server is away, that is what waits now.

        Raises:
            GalleryError: it is refused; what waited waits on, unless it was found to have arrived.
        """
        draft.lent.append(earlier.data)
        try:
            await self._journal(draft, accepted=True)
            try:
                await self._send(draft)
            except GalleryError as error:
                draft.upload.attempts = 1  # of this data
                if not self._verdicts.is_passing(draft, error):
                    await self._restore(draft, earlier)
                    raise
                self._verdicts.put_off(draft, error)
                if not draft.handles:
                    draft.close()
        finally:
            draft.lent.remove(earlier.data)
            await draft.spare(earlier.data)

    async def _restore(self, draft: Draft, earlier: Record) -> None:
        """Let the journal have the data again that it had before."""
        if earlier.item is None and draft.record.item is not None:
            return  # that has arrived
        await draft.forgo(earlier)
        await draft.put()

    async def _refuse(self, draft: Draft, error: GalleryError) -> None:
        """Put the data that was closed into failed/, be it that of the draft or a copy."""
        promised = self.promised(draft)
        is_same = promised is not None and promised.data == draft.record.data
        if promised is None or (is_same and draft.journaled == draft.written):
            await self._verdicts.refuse(draft, error)
            return
        draft.refused = (draft.written, error)
        await self._verdicts.refuse(await self._maker.twin(draft), error)
        await draft.forgo(promised)

    # Behind

    def wake(self) -> None:
        """There is something to send."""
        self._wake.set()
        self._wake = trio.Event()

    def hurry(self) -> None:
        """The server answers again: what waits for that is tried at once."""
        self._verdicts.pause_until_s = 0.0
        for draft in self.waiting:
            draft.upload.due_s = 0.0
        self.wake()

    @property
    def waiting(self) -> list[Draft]:
        """Accepted files that the server does not have, in their order."""
        queued = [draft for draft in self._ground.drafts if _is_waiting(draft)]
        return sorted(queued, key=lambda draft: draft.record.sequence)

    async def run(self) -> None:
        """Send accepted files one after the other; runs until it is cancelled."""
        while True:
            wake = self._wake
            draft, wait_s = self._next()
            if draft is not None:
                await self._attempt_safely(draft)
                continue
            with trio.move_on_after(wait_s):
                await wake.wait()

    def _next(self) -> tuple[Draft | None, float]:
        now = trio.current_time()
        free = [draft for draft in self.waiting if not draft.committing.locked()]
        if not free:
            return None, math.inf
        if now < self._verdicts.pause_until_s:
            return None, self._verdicts.pause_until_s - now
        due = [draft for draft in free if draft.upload.due_s <= now]
        if due:
            return due[0], 0.0
        return None, min(draft.upload.due_s for draft in free) - now

    async def _attempt_safely(self, draft: Draft) -> None:
        try:
            await self._attempt(draft)
        except Exception:  # whatever it is, the mount and the other files must live on
            log.exception("%s: a defect in g3fs", draft.record.name)
            draft.upload.due_s = trio.current_time() + self._ground.policy.longest_pause_s

    async def _attempt(self, draft: Draft) -> None:
        async with draft.committing:
            if not _is_waiting(draft):
                return
            draft.upload.aborted = False
            data = draft.record.data
            try:
                await self._send(draft)
            except GalleryError as error:
                await self._verdicts.failed(draft, data, error)
        self._tell()

    def _tell(self) -> None:
        self.sent.set()
        self.sent = trio.Event()

    async def _accept(self, draft: Draft, earlier: Draft | None = None) -> None:
        """Answer for a file: from now on the journal has it."""
        await self._journal(draft, earlier, accepted=True)
        self._show(draft)
        if not draft.handles:
            draft.close()
        self.wake()

    def _show(self, draft: Draft) -> None:
        """Let a file be seen again that was refused before."""
        drafts, record = self._ground.drafts, draft.record
        if record.item is not None and not drafts.is_named(draft):
            drafts.attach(draft, record.item)
        elif drafts.named(record.album, record.name) is None:
            drafts.name(draft)

    async def _journal(self, draft: Draft, earlier: Draft | None = None, *, accepted: bool) -> None:
        await draft.sync()
        # From here on it is not changed in its place: what is checked is what is sent.
        draft.note(stage=Stage.QUEUED, accepted=False, reason="")
        await self._sender.check(draft)
        if not accepted:
            await self._sender.mark(draft)
        draft.note(accepted=accepted, sequence=self._ground.queue.next_sequence())
        await draft.put(instead_of=None if earlier is None else earlier.id)
        draft.upload.due_s = 0.0

    async def _send(self, draft: Draft) -> None:
        await self._sender.send(draft)
        await self._verdicts.replace_failed(draft)
        draft.upload.attempts = 0
        if not draft.dirty:  # else there is newer data, and that is refused still
            draft.refused = None
        if not draft.handles and not draft.dirty:
            self._ground.drafts.drop(draft)
            await self._sender.let_go(draft)

    async def _work_off(self, job: _Job, draft: Draft, earlier: Draft | None) -> None:
        async with self.holding(draft):
            data = ""
            try:
                await self._journal(draft, earlier, accepted=False)
                job.kept.set()
                data = draft.record.data
                await self._send(draft)
            except GalleryError as error:
                job.error = error
                if job.answered:
                    await self._verdicts.failed(draft, data, error)
            finally:
                job.done.set()
                job.kept.set()

    async def _finish(self, draft: Draft) -> None:
        try:
            await self.close(draft)
        except GalleryError as error:
            log.warning("%s: what was written after close: %s", draft.record.name, error)


def _is_waiting(draft: Draft) -> bool:
    record = draft.record
    return record.stage is Stage.QUEUED and record.accepted and draft.linked
