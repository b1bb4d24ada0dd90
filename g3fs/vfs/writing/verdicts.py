"""What it means that a file was not sent: that it is tried again, or that it is in failed/."""

import logging
import time

import trio

from g3fs.cache.queue.record import Record, Stage
from g3fs.gallery.errors import (
    Busy,
    Cancelled,
    GalleryError,
    LoginRefused,
    ServerError,
    TimedOut,
    Unreachable,
)
from g3fs.vfs.nodes import DraftNode
from g3fs.vfs.writing.doubt import UNCERTAIN
from g3fs.vfs.writing.draft import Draft
from g3fs.vfs.writing.drafts import failed_before
from g3fs.vfs.writing.ground import Ground
from g3fs.vfs.writing.sender import CutShort

log = logging.getLogger(__name__)

PASSING = (Unreachable, TimedOut, Busy, LoginRefused, Cancelled)
"""After these an accepted file is sent again, however often."""


class Verdicts:
    """Decides it; and deletes what is in failed/."""

    def __init__(self, ground: Ground) -> None:
        self._ground = ground
        self.pause_until_s = 0.0
        """By trio's clock: the server is away, so nothing is tried before."""

    async def failed(self, draft: Draft, data: str, error: GalleryError) -> None:
        """Try again later, or never; `data` is what was sent."""
        if not draft.linked or draft.record.stage is not Stage.QUEUED:
            return
        draft.upload.attempts += 1
        if self.is_passing(draft, error):
            self.put_off(draft, error)
        elif await self._goes_on(draft, data):
            log.info("%s is written on, and was refused as it was: %s", draft.record.name, error)
        else:
            log.warning("%s was accepted and is refused now: %s", draft.record.name, error)
            await self.refuse(draft, error)
            self._ground.notifier.forget_attributes(draft.ino)

    def is_passing(self, draft: Draft, error: GalleryError) -> bool:
        """Whether an attempt that failed is to be repeated."""
        return isinstance(error, PASSING) or (
            isinstance(error, ServerError)
            and not isinstance(error, CutShort)
            and draft.upload.attempts < self._ground.policy.attempts
        )

    def put_off(self, draft: Draft, error: GalleryError) -> None:
        """Let a file wait until it is its turn again."""
        policy = self._ground.policy
        pause_s = min(
            policy.first_pause_s * 2 ** (draft.upload.attempts - 1), policy.longest_pause_s
        )
        if isinstance(error, Cancelled):
            pause_s = 0.0
        draft.upload.due_s = trio.current_time() + pause_s
        if isinstance(error, Unreachable | TimedOut | LoginRefused):
            self.pause_until_s = draft.upload.due_s
        draft.note(reason=str(error))
        log.info("%s: %s; again in %.0f s", draft.record.name, error, pause_s)

    async def _goes_on(self, draft: Draft, data: str) -> bool:
        """Whether there is newer data than what was refused; that is judged when it is sent."""
        if draft.record.data != data:
            draft.upload.attempts, draft.upload.due_s = 0, 0.0
            return True
        if draft.writers and draft.written != draft.journaled:
            draft.note(stage=Stage.OPEN, accepted=False)
            await draft.put()
            return True
        return False

    async def refuse(self, draft: Draft, error: GalleryError) -> None:
        """Put a draft into failed/; the newest of a name stays."""
        ground = self._ground
        log.info("%s is kept in .g3fs/failed: %s", draft.record.name, error)
        draft.refused = (draft.written, error)
        ground.drafts.unname(draft)
        inode = ground.inodes.get(draft.ino)
        if inode is not None:  # it shows the item, if an earlier close made it one
            inode.node = DraftNode(draft.id)
        if not draft.handles:
            ground.drafts.detach(draft)
        try:
            if draft.file is not None:
                await draft.sync()
            draft.note(stage=Stage.FAILED, accepted=False, reason=str(error))
            draft.note(refused_s=int(time.time()))
            await draft.put()
            await self.replace_failed(draft)  # which may be the data that is looked for
        except GalleryError as failure:
            log.error("%s was refused and cannot be kept: %s", draft.record.name, failure)  # noqa: TRY400 - one line for people
        if isinstance(error, UNCERTAIN):
            ground.catalog.doubt(draft.record.album)  # it may have been stored all the same
        if not draft.handles:
            draft.close()

    async def drop(self, draft: Draft | None, record: Record) -> None:
        """Delete a local file for good."""
        if draft is not None:
            draft.linked = False
            draft.upload.aborted = True
            self._ground.drafts.unname(draft)
            self._ground.drafts.detach(draft)
        await self._ground.queue.remove(record.id)
        if draft is not None and not draft.handles:
            self._ground.drafts.drop(draft)
            await draft.discard()

    async def replace_failed(self, draft: Draft) -> None:
        """Of the refused files of one name, the newest is kept; none, when one arrives."""
        for record in failed_before(self._ground.queue, draft.record):
            await self.drop(self._ground.drafts.get(record.id), record)
