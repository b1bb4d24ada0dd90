"""rename(2) of files that are on this machine only."""

from dataclasses import dataclass
from functools import partial

from g3fs.cache.queue.record import Record, Stage
from g3fs.gallery.errors import (
    AccessDenied,
    AlreadyExists,
    GalleryError,
    Invalid,
    NotFound,
    NotPermitted,
    Stale,
)
from g3fs.gallery.ids import ItemId
from g3fs.gallery.items import Media
from g3fs.vfs.directory import Directory
from g3fs.vfs.nodes import AlbumNode, Child, DraftNode, MediaNode
from g3fs.vfs.writing.delivery import Delivery
from g3fs.vfs.writing.draft import NEVER, Draft
from g3fs.vfs.writing.errands import Caller
from g3fs.vfs.writing.files import Files
from g3fs.vfs.writing.ground import Ground
from g3fs.vfs.writing.names import is_staging
from g3fs.vfs.writing.places import Places


@dataclass(frozen=True, slots=True, kw_only=True)
class Move:
    """One rename: what, from where, to where, and what is there."""

    source: Child
    old: Directory
    new: Directory
    name: str
    target: Child | None


class LocalMoves:
    """Renames local files: to another name that no gallery takes, or to one that is sent."""

    def __init__(self, ground: Ground, files: Files, places: Places, delivery: Delivery) -> None:
        self._ground = ground
        self._drafts = ground.drafts
        self._files = files
        self._places = places
        self._delivery = delivery

    async def rename(self, move: Move) -> None:
        """Let a local file have the name of the target, and be in its directory."""
        draft = self._drafts.of(move.source.node)
        if draft is None:
            raise NotFound(f"{move.source.name} is gone")
        if isinstance(move.target.node if move.target else None, AlbumNode):
            raise AlreadyExists(f"{move.name} is a directory")
        rename = partial(self._rename_local, move, draft)
        await self._ground.errands.see_through(rename, f"rename of {move.source.name}")

    async def _rename_local(self, move: Move, draft: Draft, caller: Caller) -> None:
        """To the end, once it is begun: made, or taken back, whatever the caller was answered."""
        try:
            if is_staging(move.name):
                await self._restage(move, draft, caller)
            else:
                await self._unstage(move, draft, caller)
        finally:
            if caller.gone:  # the kernel believes that nothing has changed
                self._ground.notifier.forget_entry(move.old.ino, move.source.name)
                self._ground.notifier.forget_entry(move.new.ino, move.name)

    async def _unstage(self, move: Move, draft: Draft, caller: Caller) -> None:
        earlier = self._earlier(move, draft)
        async with self._places.stopped(earlier):
            async with self._places.stopped(draft):
                caller.check()
                self._check_source(move, draft)
                item = self._check_wanted(move, draft, earlier)
                before = draft.record
                self._take_name(move, draft, item)
            await self._commit(draft, before, earlier)

    def _check_source(self, move: Move, draft: Draft) -> None:
        if not self._drafts.is_named(draft):
            raise Stale(f"{move.source.name} has arrived; look again")

    def _earlier(self, move: Move, draft: Draft) -> Draft | None:
        """The other local file whose data the new name shows until now."""
        earlier = None if move.target is None else self._drafts.of(move.target.node)
        held = self._drafts.held(move.new.node.item.id, move.name)
        if earlier is None and held is not None:
            earlier = self._drafts.of_item(held.media.id)
        return None if earlier is draft else earlier

    def _check_wanted(self, move: Move, draft: Draft, earlier: Draft | None) -> ItemId | None:
        """See whether a local file can have the name; the item that it replaces."""
        if not self._ground.writer.takes(move.name):
            raise Invalid(f"{move.name}: this gallery takes no files of this kind")
        target = move.target.node if move.target is not None else None
        media = target.item if isinstance(target, MediaNode) else None
        media = media or self._files.succeeded(move.new, move.name)
        there = media is not None and self._drafts.parked_as(media.id) is None
        there = there or (earlier is not None and earlier.accepted)
        if there and not (draft.size_bytes or draft.writers):
            raise Invalid(f"{move.name} is not replaced by nothing: a photo cannot be empty")
        item = media.id if media is not None else None
        if earlier is not None and earlier.record.item is not None:
            item = earlier.record.item
            known = self._ground.catalog.item(item)
            media = known if isinstance(known, Media) else None
        if media is not None:
            self._files.check_replaceable(media)
        if item is not None:
            return item
        if not move.new.node.item.can_add:
            raise AccessDenied(f"this user may not add to {move.new.node.item.title!r}")
        if target is None:
            self._files.check_new(move.new, move.name, but=draft)
        return None

    def _take_name(self, move: Move, draft: Draft, item: ItemId | None) -> None:
        """From now on the draft is what the new name shows."""
        drafts = self._drafts
        held = drafts.held(move.new.node.item.id, move.name)
        if held is not None:
            drafts.release(held)
        drafts.unname(draft)
        draft.unmark()
        draft.note(album=move.new.node.item.id, name=move.name, item=item)
        draft.refused = None
        self._show(draft)
        if item is not None and drafts.of_item(item) is draft:
            self._ground.inodes.take_over(item)

    def _show(self, draft: Draft) -> None:
        item = draft.record.item
        if item is not None and self._drafts.parked_as(item) is None:
            self._drafts.attach(draft, item)
        else:
            self._drafts.name(draft)

    async def _commit(self, draft: Draft, before: Record, earlier: Draft | None) -> None:
        """Send a finished file; one that is still written is sent when it is closed."""
        if earlier is not None and self._has_arrived(earlier):
            earlier = None  # it is what is replaced
        if draft.writers or draft.size_bytes == 0:
            if draft.id in self._ground.queue.records:
                stage = Stage.OPEN if draft.writers else Stage.STAGED
                draft.note(stage=stage)
                await draft.put(instead_of=None if earlier is None else earlier.id)
            draft.sent = NEVER if draft.size_bytes else draft.sent
        else:
            try:
                with self._places.doubting(draft.record.album):
                    await self._delivery.renamed(draft, earlier)
            except GalleryError:
                await self._take_back(draft, before, earlier)
                raise
        if earlier is not None:
            await self._delivery.drop(earlier, earlier.record)

    def _has_arrived(self, draft: Draft) -> bool:
        waits = draft.record.stage is not Stage.QUEUED or bool(draft.record.data)
        return self._drafts.get(draft.id) is not draft or not waits

    async def _take_back(self, draft: Draft, before: Record, earlier: Draft | None) -> None:
        """The server refuses it: it has its old name again, and what had the new one, that."""
        self._drafts.detach(draft)
        self._drafts.unname(draft)
        draft.unmark()
        draft.note(album=before.album, name=before.name, item=before.item, stage=before.stage)
        draft.note(accepted=before.accepted, data=draft.record.data or before.data)
        draft.sent = draft.journaled
        self._drafts.name(draft)
        if earlier is not None:
            self._show(earlier)
        waits = earlier is not None and earlier.record.data
        await draft.put(beside=earlier.record if earlier is not None and waits else None)
        if not draft.handles:
            draft.close()

    async def _restage(self, move: Move, draft: Draft, caller: Caller) -> None:
        """A local file gets another name that no gallery takes."""
        async with self._places.stopped(draft):
            caller.check()
            self._check_source(move, draft)
            if move.target is not None:
                await self.overwrite(move.target)
            self._drafts.unname(draft)
            draft.unmark()
            draft.note(album=move.new.node.item.id, name=move.name, item=None)
            self._drafts.name(draft)
            if draft.id in self._ground.queue.records:
                draft.note(stage=Stage.STAGED, accepted=False)
                await draft.put()
                draft.sent = draft.journaled

    async def overwrite(self, target: Child) -> None:
        """Delete a local file whose name something else gets."""
        if not isinstance(target.node, DraftNode):
            raise NotPermitted(f"{target.name} is a photo of the gallery: rename that first")
        await self._places.unlink_draft(target)
