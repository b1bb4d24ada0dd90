"""Names that are made and taken away: mkdir, rmdir, unlink."""

import logging
from collections.abc import AsyncIterator
from contextlib import AbstractContextManager, asynccontextmanager

import trio

from g3fs.cache.queue.record import Record, Stage
from g3fs.gallery.errors import (
    AccessDenied,
    GalleryError,
    Invalid,
    NotEmpty,
    NotFound,
    NotPermitted,
    Stale,
)
from g3fs.gallery.ids import ItemId
from g3fs.gallery.items import Entry, Media
from g3fs.gallery.writing import Naming, Wish
from g3fs.vfs.directory import Directory
from g3fs.vfs.nodes import AlbumNode, Child, DraftNode, MediaNode
from g3fs.vfs.writing.delivery import Delivery
from g3fs.vfs.writing.doubt import doubting
from g3fs.vfs.writing.draft import Draft
from g3fs.vfs.writing.drafts import Held
from g3fs.vfs.writing.files import Files
from g3fs.vfs.writing.ground import Ground
from g3fs.vfs.writing.names import refused_directory, successor_of

log = logging.getLogger(__name__)


class Places:
    """Changes of one name in one directory."""

    def __init__(self, ground: Ground, files: Files, delivery: Delivery) -> None:
        self._ground = ground
        self._drafts = ground.drafts
        self._files = files
        self._delivery = delivery

    async def make_album(self, directory: Directory, name: str) -> Entry:
        """Make a directory.

        Raises:
            NotPermitted: a bin for deleted files. AccessDenied: this user may not add here.
            BadName, NameTooLong, Invalid, AlreadyExists: the name cannot be had.
        """
        ground, album = self._ground, directory.node.item
        if refused_directory(name):
            raise NotPermitted(f"{name}: a gallery has no bin; delete for good")
        if not album.can_add:
            raise AccessDenied(f"this user may not add to {album.title!r}")
        wish = Wish(name=name, naming=Naming.ALBUM)
        ground.writer.predicted(directory.listing, wish, self._files.coming(directory))
        with self.doubting(album.id):
            entry = await ground.writer.make_album(album.id, name)
        await self.note_alias(album.id, name, entry)
        ground.tree.expect_in(album.id, name)
        ground.catalog.made(album.id, entry)
        return entry

    async def remove_album(self, directory: Directory, child: Child) -> None:
        """Delete a directory in which nothing is, here and on the server."""
        ground, node = self._ground, child.node
        if not isinstance(node, AlbumNode):
            raise Invalid(f"{child.name} is no directory")
        if not node.item.can_edit:
            raise AccessDenied(f"this user may not delete {child.name}")
        if self._drafts.in_album(node.item.id) or self._drafts.parked_in(node.item.id):
            raise NotEmpty(f"{child.name} has files that are on this machine only")
        for held in self._drafts.held_in(node.item.id):
            await self._delete_held(held)
        with self.doubting(directory.node.item.id):
            try:
                await ground.writer.remove_album(node.item)
            except NotEmpty:
                self._doubt_if_empty(node.item.id)
                raise
        ground.catalog.removed(directory.node.item.id, node.item.id)

    async def unlink(self, directory: Directory, child: Child) -> None:
        """Delete a file: a local one, or an item of the server as `delete=` says."""
        match child.node:
            case DraftNode():
                await self.unlink_draft(child)
            case MediaNode(item=media):
                await self._unlink_item(directory, child.name, media)
            case AlbumNode():
                raise Invalid(f"{child.name} is a directory")
            case _:
                raise NotPermitted(f"{child.name} cannot be deleted")

    async def unlink_draft(self, child: Child) -> None:
        """Delete a local file; one that is on its way is stopped, or deleted where it arrived."""
        draft = self._drafts.of(child.node)
        if draft is None:
            raise NotFound(f"{child.name} is gone")
        if draft.record.item is not None and self._drafts.parked_as(draft.record.item) is None:
            self.check_deletable(draft.record.name, can_edit=True)
        async with self.stopped(draft):
            if not self._drafts.is_named(draft):
                raise Stale(f"{child.name} has arrived; look again")
            await self._delivery.drop(draft, draft.record)

    async def delete(self, album: ItemId, media: Media) -> None:
        """Delete an item of the server for good, with what is on its way to replace its data."""
        async with self.stopped(self._drafts.of_item(media.id)) as draft:
            await self.delete_with(draft, album, media)

    async def delete_with(self, draft: Draft | None, album: ItemId, media: Media) -> None:
        """The same for who has stopped what is on its way."""
        await self._delete(album, media)
        if draft is None:
            return
        await self._delivery.drop(draft, draft.record)
        if draft.handles:
            self._drafts.attach(draft, media.id)  # whoever has it open goes on with this data

    @asynccontextmanager
    async def stopped(self, draft: Draft | None) -> AsyncIterator[Draft | None]:
        """Nobody sends a draft meanwhile; what was on its way has arrived, or has not."""
        if draft is None:
            yield None
            return
        draft.upload.aborted = True
        async with self._delivery.holding(draft):
            draft.upload.aborted = False
            await self._delivery.look(draft)
            yield draft

    def check_deletable(self, name: str, *, can_edit: bool) -> None:
        """See whether the user may delete."""
        if not can_edit:
            raise AccessDenied(f"this user may not delete {name}")
        if not self._ground.policy.may_delete:
            raise NotPermitted(f"{name} is not deleted: delete=deny")

    async def note_alias(self, album: ItemId, asked: str, entry: Entry) -> None:
        """Remember the name that was asked for, where the server spells it otherwise."""
        if entry.name != asked:
            log.info("%s: the server calls it %s", asked, entry.name)
        await self._ground.tree.set_alias(album, entry, asked)

    def doubting(self, *albums: ItemId) -> AbstractContextManager[None]:
        """When a change fails so that it is open what became of it, believe the albums no more."""
        return doubting(self._ground.catalog, *albums)

    def _doubt_if_empty(self, album: ItemId) -> None:
        """The server has something in it: somebody else's, if nothing is shown."""
        known = self._ground.catalog.known(album)
        if known is not None and not known.entries:
            self._ground.catalog.doubt(album)

    async def _unlink_item(self, directory: Directory, name: str, media: Media) -> None:
        self.check_deletable(name, can_edit=media.can_edit)
        parked = self._drafts.parked_as(media.id)
        if parked is not None:
            await self._unlink_parked(directory, parked, media)
            return
        finished = (
            draft.record.name
            for draft in self._drafts.in_album(directory.node.item.id)
            if draft.record.stage is Stage.STAGED and draft.size_bytes
        )
        if successor_of(name, finished) is not None:
            held = Held(directory.node.item.id, name, media)
            self._drafts.hold(held)
            self._ground.errands.start_soon(self._delete_later, held)
            return
        await self.delete(directory.node.item.id, media)

    async def _unlink_parked(self, directory: Directory, parked: Record, media: Media) -> None:
        """The old version goes; if its first name was written anew, the item lives on there."""
        successor, own = self._drafts.successor(media.id), self._drafts.of_item(media.id)
        if successor is None:
            await self.delete(directory.node.item.id, media)
        elif own is not None:
            own.upload.aborted = True
            async with self._delivery.holding(own):
                await self._delivery.drop(own, own.record)
        self._drafts.unpark(parked)
        if successor is not None and self._drafts.is_named(successor):
            self._drafts.unname(successor)
            self._drafts.attach(successor, media.id)
            self._ground.inodes.take_over(media.id)
        await self._ground.queue.remove(parked.id)

    async def delete_held(self, directory: Directory, name: str) -> bool:
        """Do what was held back, if it was: the name is made anew, so no rename follows."""
        held = self._drafts.held(directory.node.item.id, name)
        if held is not None:
            await self._delete_held(held)
        return held is not None

    async def _delete_held(self, held: Held) -> None:
        try:
            await self.delete(held.album, held.media)
        finally:
            self._drafts.release(held)

    async def _delete_later(self, held: Held) -> None:
        await trio.sleep(self._ground.policy.hold_s)
        if self._drafts.held(held.album, held.name) is not held:
            return
        try:
            await self._delete_held(held)
        except GalleryError as error:
            log.warning("%s was not deleted: %s", held.name, error)

    async def _delete(self, album: ItemId, media: Media) -> None:
        with self.doubting(album):
            await self._ground.writer.delete(media)
        directory = self._ground.tree.built(album)
        child = None if directory is None else directory.of_item(media.id)
        if child is not None:
            self._ground.tree.expect_in(album, child.name)
        self._ground.catalog.removed(album, media.id)
