"""Files that are made and changed: create, write, truncate, close, and what closing comes to."""

import logging
import os
from collections.abc import Sequence

from g3fs.cache.queue.record import Stage
from g3fs.gallery.errors import (
    AccessDenied,
    GalleryError,
    Invalid,
    NotPermitted,
    Stale,
)
from g3fs.gallery.ids import ItemId
from g3fs.gallery.items import ORIGINAL, Media, Readable
from g3fs.gallery.writing import Naming, Wish
from g3fs.vfs.directory import Directory
from g3fs.vfs.handles import FileHandle
from g3fs.vfs.inodes import Inode
from g3fs.vfs.nodes import AlbumNode, DraftNode, MediaNode
from g3fs.vfs.writing.delivery import Delivery
from g3fs.vfs.writing.draft import Draft
from g3fs.vfs.writing.drafts import failed_before
from g3fs.vfs.writing.errands import Caller
from g3fs.vfs.writing.ground import Ground
from g3fs.vfs.writing.making import Maker
from g3fs.vfs.writing.names import is_staging

log = logging.getLogger(__name__)


class Files:
    """What is written, and when it is sent."""

    def __init__(self, ground: Ground, maker: Maker, delivery: Delivery) -> None:
        self._ground = ground
        self._drafts = ground.drafts
        self._maker = maker
        self._delivery = delivery

    # Names

    async def make(self, directory: Directory, name: str) -> Draft:
        """A new file under a name that nothing has.

        Raises:
            AccessDenied: this user may not add here.
            Invalid, BadName, NameTooLong, AlreadyExists: the name cannot be had.
        """
        album = directory.node.item
        if is_staging(name):
            draft = await self._maker.new(album.id, name)
        else:
            if not album.can_add:
                raise AccessDenied(f"this user may not add to {album.title!r}")
            successor = self.succeeded(directory, name)
            if successor is None:
                self.check_new(directory, name)
            else:
                self.check_replaceable(successor)
            item = None if successor is None else successor.id
            draft = await self._maker.new(album.id, name, item)
            self._inherit_doubt(draft)
        draft.written += 1  # that there is no data yet is news
        self._drafts.name(draft)
        return draft

    def _inherit_doubt(self, draft: Draft) -> None:
        """An earlier file of this name was refused; the server may have stored it all the same."""
        for record in failed_before(self._ground.queue, draft.record):
            if record.mark and record.item is None:
                draft.note(mark=record.mark, carried=record.carried or record.data)
                draft.upload.doubtful = True

    def succeeded(self, directory: Directory, name: str) -> Media | None:
        """The item that had a name until it was renamed away or held back: it is written anew."""
        held = self._drafts.held(directory.node.item.id, name)
        if held is not None:
            return held.media
        child = directory.find(name)
        if child is None or not isinstance(child.node, MediaNode):
            return None
        media = child.node.item
        return media if self._drafts.parked_as(media.id) is not None else None

    def check_new(self, directory: Directory, name: str, *, but: Draft | None = None) -> None:
        """See whether the server would take a new file of that name; `but` is that very file."""
        writer = self._ground.writer
        if not writer.takes(name):
            raise Invalid(f"{name}: this gallery takes no files of this kind")
        wish = Wish(name=name, naming=Naming.FILE)
        writer.predicted(directory.listing, wish, self.coming(directory, but))

    def coming(self, directory: Directory, but: Draft | None = None) -> Sequence[str]:
        """Names of files that are on their way into a directory, or will be."""
        return [
            draft.record.name
            for draft in self._drafts.in_album(directory.node.item.id)
            if draft is not but
            and (draft.record.item is None or directory.of_item(draft.record.item) is None)
            and not is_staging(draft.record.name)
        ]

    def check_replaceable(self, media: Media) -> None:
        """See whether the data of an item may be replaced."""
        if not media.can_edit:
            raise AccessDenied(f"this user may not change {media.title!r}")
        if not self._ground.policy.may_delete:
            raise NotPermitted(f"{media.title!r} is not replaced: delete=deny")

    # Data

    async def opened(self, inode: Inode, flags: int) -> FileHandle:
        """A handle that may write, for an item or a local file."""
        if isinstance(inode.node, MediaNode):
            if inode.node.view != ORIGINAL:
                raise NotPermitted("smaller pictures are made by the server")
            self.check_replaceable(inode.node.item)
        handle = FileHandle(inode, writes=True)
        if flags & os.O_TRUNC:
            draft = await self._draft_of(inode, empty=True)
            await self.use(handle)
            try:
                if draft.size_bytes or draft.written == 0:
                    await draft.truncate(0)
            except BaseException:
                self.released(handle)
                raise
        await self.use(handle)
        return handle

    async def use(self, handle: FileHandle) -> None:
        """Count a handle of a local file."""
        draft = self._drafts.of(handle.inode.node)
        if draft is None or handle.draft is not None:
            return
        # Counted before anything is awaited: else whoever closes it at this moment would forget it.
        handle.draft = draft
        draft.handles += 1
        draft.writers += handle.writes
        try:
            await draft.open()
        except BaseException:
            self.released(handle)
            raise

    async def read(self, handle: FileHandle, offset: int, length: int) -> bytes:
        """What a local file holds, or what an item is about to hold."""
        await self.use(handle)
        assert handle.draft is not None  # the caller looked
        return await handle.draft.read(offset, length)

    async def write(self, handle: FileHandle, offset: int, data: bytes) -> int:
        """Put data into a file; an item's is fetched first."""
        if not handle.writes:
            raise Invalid("the file is not open for writing")
        _check_same(handle)
        draft = handle.draft or await self._draft_of(handle.inode, empty=False)
        if handle.is_old:  # since a moment ago
            await self._unused(draft)
        _check_same(handle)
        await self.use(handle)
        await draft.write(offset, data)
        return len(data)

    async def truncate(self, inode: Inode, handle: FileHandle | None, size_bytes: int) -> None:
        """Cut or lengthen a file; without a handle (truncate(2)) it is sent at once.

        Raises:
            Invalid: to nothing, and nobody has it open to write it anew.
        """
        if isinstance(inode.node, MediaNode):
            self.check_replaceable(inode.node.item)
        if handle is not None:
            _check_same(handle)
        known = self._drafts.of(inode.node)
        alone = handle is None and (known is None or known.writers == 0)
        promised = known is not None and self._delivery.promised(known) is not None
        if alone and size_bytes == 0 and (promised or isinstance(inode.node, MediaNode)):
            raise Invalid(f"{self._ground.inodes.path(inode.ino)}: a photo cannot be empty")
        draft = await self._draft_of(inode, empty=size_bytes == 0)
        if handle is not None:
            await self.use(handle)
            await draft.truncate(size_bytes)
            return

        async def cut(caller: Caller) -> None:
            caller.check()
            used = FileHandle(inode, writes=True)
            await self.use(used)
            try:
                await draft.truncate(size_bytes)
                if alone:
                    await self.closed(draft)
            finally:
                self._release(used)
                await self._unused(draft)

        await self._ground.errands.see_through(cut, f"{draft.record.name}, cut")

    async def closed(self, draft: Draft) -> None:
        """What close(2) of a handle that may write does.

        Raises:
            GalleryError: the data is refused.
        """
        if draft.fault is not None:
            raise draft.fault
        if not draft.dirty or not draft.linked or draft.size_bytes == 0:
            return
        if self._stays_here(draft):
            await self._delivery.stage(draft)
        else:
            await self._delivery.close(draft)

    async def synced(self, draft: Draft) -> None:
        """What fsync(2) does."""
        if draft.fault is not None:
            raise draft.fault
        await self._delivery.synced(draft)

    def released(self, handle: FileHandle) -> None:
        """The last reference to a handle is gone; what is left to be done is done behind."""
        draft = self._release(handle)
        if draft is None or draft.handles:
            return
        is_bad = draft.fault is not None or draft.record.stage is Stage.FAILED
        if is_bad and self._delivery.promised(draft) is None:  # nobody is to see it from now on
            self._show_server_data(draft)
        self._ground.errands.start_soon(self._unused, draft)

    def _release(self, handle: FileHandle) -> Draft | None:
        draft, handle.draft = handle.draft, None
        if draft is not None:
            draft.handles -= 1
            draft.writers -= handle.writes
        return draft

    async def _unused(self, draft: Draft) -> None:
        """Nobody has a draft open any more."""
        async with self._delivery.holding(draft):
            if draft.handles or self._drafts.get(draft.id) is not draft:
                return
            try:
                await self._settle(draft)
            except GalleryError as error:
                log.warning("%s: %s", draft.record.name, error)

    async def _settle(self, draft: Draft) -> None:
        if draft.fault is not None and draft.linked:
            log.warning("%s is given up: %s", draft.record.name, draft.fault)
        if not draft.linked:
            await self._forget(draft)
        elif draft.fault is not None or draft.is_refused:
            await self._go_back(draft)
        elif draft.dirty and not draft.accepted:
            await self._settle_dirty(draft)
        elif draft.record.stage in {Stage.QUEUED, Stage.STAGED, Stage.FAILED}:
            draft.close()
        else:
            await self._forget(draft)

    async def _settle_dirty(self, draft: Draft) -> None:
        """Nobody closed it after the last write (mmap), or nobody wrote anything."""
        if draft.size_bytes == 0:
            await self._settle_empty(draft)
        elif self._stays_here(draft):
            await self._delivery.stage(draft)
            self._close(draft)
        else:
            self._delivery.finish(draft)

    def _close(self, draft: Draft) -> None:
        """Unless it was opened again meanwhile."""
        if not draft.handles:
            draft.close()

    async def _settle_empty(self, draft: Draft) -> None:
        """Closed without any data: an item is what it was, a new name waits for its data."""
        if self._drafts.is_named(draft) and self._delivery.promised(draft) is None:
            await self._delivery.stage(draft)
            self._close(draft)
            return
        log.warning("%s was emptied and not written: it is the old file again", draft.record.name)
        await self._go_back(draft)

    async def _go_back(self, draft: Draft) -> None:
        """Show what there was before, if it is not on the server: what was accepted earlier."""
        promised = self._delivery.promised(draft)
        if promised is not None:
            await draft.go_back(promised)
            for ino in {draft.ino, *(each.ino for each in self._inodes_of(draft))}:
                self._ground.notifier.forget_content(ino)
        elif draft.record.stage is Stage.FAILED and draft.fault is None:
            self._show_server_data(draft)
            draft.close()
        else:
            await self._forget(draft)

    async def _forget(self, draft: Draft) -> None:
        self._show_server_data(draft)
        self._drafts.drop(draft)
        await self._ground.queue.remove(draft.id)
        await draft.discard()

    def _show_server_data(self, draft: Draft) -> None:
        """The kernel may have pages, and a size, that are not the item's."""
        item = draft.record.item
        if item is None or self._drafts.of_item(item) is not draft:
            return
        self._drafts.detach(draft)
        if draft.dirty:
            for inode in self._inodes_of(draft):
                self._ground.notifier.forget_content(inode.ino)

    def _inodes_of(self, draft: Draft) -> Sequence[Inode]:
        item = draft.record.item
        return () if item is None else self._ground.inodes.of_item(item)

    def _stays_here(self, draft: Draft) -> bool:
        return self._drafts.is_named(draft) and is_staging(draft.record.name)

    async def _draft_of(self, inode: Inode, *, empty: bool) -> Draft:
        """The draft whose data an inode shows; an item gets one when it is first changed."""
        known = self._drafts.of(inode.node)
        if known is not None:
            return known
        if not isinstance(inode.node, MediaNode):
            what = "given up" if isinstance(inode.node, DraftNode) else "no file"
            raise Invalid(f"{self._ground.inodes.path(inode.ino)} is {what}")
        media = inode.node.item
        if media.readable is not Readable.YES and not empty:
            raise AccessDenied(f"{inode.name}: its data cannot be read, so no part can be changed")
        return await self._maker.edit(media, self._album_of(inode, media), inode.name, empty=empty)

    def _album_of(self, inode: Inode, media: Media) -> ItemId:
        """Where an item is that somebody has open; its listing may not be remembered any more."""
        album = self._ground.catalog.album_of(media.id)
        above = self._ground.inodes.get(inode.parent) if inode.parent is not None else None
        if album is None and above is not None and isinstance(above.node, AlbumNode):
            album = above.node.item.id
        if album is None:
            raise Stale(f"{inode.name} is in no album any more")
        return album


def _check_same(handle: FileHandle) -> None:
    """The file that a handle was opened on is gone when another one has taken its inode."""
    if handle.is_old:
        raise Stale(f"{handle.inode.name} was replaced while it was open")
