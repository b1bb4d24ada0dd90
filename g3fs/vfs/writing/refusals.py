"""Files that the server refused, or that nobody wants any more: kept in failed/, and deleted."""

import logging
import time

from g3fs.cache.queue.record import Record, Stage
from g3fs.gallery.errors import GalleryError
from g3fs.vfs.nodes import DraftNode
from g3fs.vfs.writing.doubt import UNCERTAIN
from g3fs.vfs.writing.draft import Draft
from g3fs.vfs.writing.drafts import failed_before
from g3fs.vfs.writing.ground import Ground

log = logging.getLogger(__name__)


class Refusals:
    """What is in failed/, and how it goes."""

    def __init__(self, ground: Ground) -> None:
        self._ground = ground

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
        await self.replace_failed(draft)
        try:
            if draft.file is not None:
                await draft.sync()
            draft.note(stage=Stage.FAILED, accepted=False, reason=str(error))
            draft.note(refused_s=int(time.time()))
            await draft.put()
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
