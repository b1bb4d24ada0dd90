"""rename(2) in all its forms."""

import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
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
from g3fs.gallery.items import Album, Entry, Item, Listing, Media
from g3fs.gallery.writing import Naming, Wish
from g3fs.vfs.directory import Directory
from g3fs.vfs.names import folded, numbered
from g3fs.vfs.nodes import AlbumNode, Child, DraftNode, MediaNode
from g3fs.vfs.writing.delivery import Delivery
from g3fs.vfs.writing.draft import NEVER, Draft
from g3fs.vfs.writing.files import Files
from g3fs.vfs.writing.ground import Ground
from g3fs.vfs.writing.names import is_staging, refused_directory
from g3fs.vfs.writing.overwriting import Overwriting, Successor
from g3fs.vfs.writing.places import Places

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Move:
    """One rename: what, from where, to where, and what is there."""

    source: Child
    old: Directory
    new: Directory
    name: str
    target: Child | None


class Moving:
    """Renames local files, items and albums."""

    def __init__(self, ground: Ground, files: Files, places: Places, delivery: Delivery) -> None:
        self._ground = ground
        self._drafts = ground.drafts
        self._files = files
        self._places = places
        self._delivery = delivery
        self._overwriting = Overwriting(ground, places)

    async def rename(self, move: Move) -> None:
        """Let the source have the name of the target, and be in its directory."""
        match move.source.node:
            case DraftNode():
                await self._rename_draft(move)
            case MediaNode(item=media):
                await self._rename_item(move, media)
            case AlbumNode(item=album):
                await self._rename_album(move, album)
            case _:
                raise NotPermitted(f"{move.source.name} cannot be renamed")

    # Local files

    async def _rename_draft(self, move: Move) -> None:
        draft = self._drafts.of(move.source.node)
        if draft is None:
            raise NotFound(f"{move.source.name} is gone")
        if isinstance(move.target.node if move.target else None, AlbumNode):
            raise AlreadyExists(f"{move.name} is a directory")
        if is_staging(move.name):
            async with self._places.stopped(draft):
                self._check_source(move, draft)
                await self._restage(move, draft)
            return
        earlier = self._earlier(move, draft)
        async with self._places.stopped(earlier):
            async with self._places.stopped(draft):
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
                await self._take_back(draft, before)
                if earlier is not None:
                    self._show(earlier)
                if earlier is not None and earlier.record.data:
                    await earlier.put()
                raise
        if earlier is not None:
            await self._delivery.drop(earlier, earlier.record)

    def _has_arrived(self, draft: Draft) -> bool:
        waits = draft.record.stage is not Stage.QUEUED or bool(draft.record.data)
        return self._drafts.get(draft.id) is not draft or not waits

    async def _take_back(self, draft: Draft, before: Record) -> None:
        """The server refuses it: it has its old name again."""
        self._drafts.detach(draft)
        self._drafts.unname(draft)
        draft.unmark()
        draft.note(album=before.album, name=before.name, item=before.item, stage=before.stage)
        draft.note(accepted=before.accepted, data=draft.record.data or before.data)
        draft.sent = draft.journaled
        self._drafts.name(draft)
        await draft.put()
        if not draft.handles:
            draft.close()

    async def _restage(self, move: Move, draft: Draft) -> None:
        """A local file gets another name that no gallery takes."""
        if move.target is not None:
            await self._overwrite_local(move.target)
        self._drafts.unname(draft)
        draft.unmark()
        draft.note(album=move.new.node.item.id, name=move.name, item=None)
        self._drafts.name(draft)
        if draft.id in self._ground.queue.records:
            draft.note(stage=Stage.STAGED, accepted=False)
            await draft.put()
            draft.sent = draft.journaled

    async def _overwrite_local(self, target: Child) -> None:
        if not isinstance(target.node, DraftNode):
            raise NotPermitted(f"{target.name} is a photo of the gallery: rename that first")
        await self._places.unlink_draft(target)

    # Items

    async def _rename_item(self, move: Move, media: Media) -> None:
        if not media.can_edit:
            raise AccessDenied(f"this user may not rename {move.source.name}")
        parked = self._drafts.parked_as(media.id)
        if is_staging(move.name):
            await self._park(move, media, parked)
            return
        if not self._ground.writer.takes(move.name):
            raise Invalid(f"{move.name}: this gallery takes no files of this kind")
        if parked is not None and _is_own_name(move, media):
            await self._unpark(move, media, parked)
            await self._follow(move, media)
            return
        async with self._places.stopped(self._drafts.of_item(media.id)), self._alone(media):
            await self._rename_photo(move, media)
        if parked is not None:
            self._drafts.unpark(parked)
            await self._ground.queue.remove(parked.id)
        await self._follow(move, media)

    async def _rename_photo(self, move: Move, media: Media) -> None:
        move = self._not_held_back(move)
        self._check_target(move, move.new.node.item)
        await self._make_way(move)
        match move.target.node if move.target is not None else None:
            case MediaNode(item=other):
                rename = partial(self._move, move, media, Naming.FILE)
                successor = Successor(rename=rename, has_name=partial(_was_made, move, media))
                await self._overwriting.replace(move.new, move.name, other, successor)
            case DraftNode():
                assert move.target is not None
                await self._places.unlink_draft(move.target)
                await self._move(replace(move, target=None), media, Naming.FILE)
            case _:
                await self._move(move, media, Naming.FILE)

    @asynccontextmanager
    async def _alone(self, media: Media) -> AsyncIterator[None]:
        """Let a photo go away: the file that was to succeed it under its name is a new one."""
        successor = self._drafts.successor(media.id)
        if successor is None:
            yield
            return
        successor.note(item=None)
        try:
            yield
        except BaseException:
            successor.note(item=media.id)
            raise
        if successor.id in self._ground.queue.records:
            await successor.put()

    async def _park(self, move: Move, media: Media, parked: Record | None) -> None:
        """Show an item under a name that no gallery takes; the server is not told."""
        if move.new.node.item.id != move.old.node.item.id:
            raise Invalid(f"{move.name}: no gallery takes this name")
        if (
            parked is None and not self._ground.policy.may_delete
        ):  # what comes in its place could not
            raise NotPermitted(f"{move.source.name} is not renamed to be replaced: delete=deny")
        if move.target is not None:
            await self._overwrite_local(move.target)
        queue = self._ground.queue
        record = Record(
            id=queue.new_record_id(),
            sequence=queue.next_sequence(),
            stage=Stage.PARKED,
            album=move.new.node.item.id,
            name=move.name,
            item=media.id,
        )
        await queue.put(record)
        if parked is not None:
            self._drafts.unpark(parked)
            await queue.remove(parked.id)
        self._drafts.park(record)
        await self._follow(move, media)
        # What the kernel remembers of the old name it remembers of this one, too.
        self._ground.notifier.forget_entry(move.new.ino, move.name)

    async def _follow(self, move: Move, media: Media) -> None:
        """New data of an item that is renamed is new data of the new name."""
        draft = self._drafts.of_item(media.id)
        if draft is None:
            return
        draft.note(album=move.new.node.item.id, name=move.name)
        if draft.id in self._ground.queue.records:
            await draft.put()

    async def _unpark(self, move: Move, media: Media, parked: Record) -> None:
        """Let a parked item be under the server's name again; a local file in its place goes."""
        if move.target is not None and isinstance(move.target.node, DraftNode):
            await self._places.unlink_draft(move.target)
        if self._drafts.parked_as(media.id) is not parked:
            raise Stale(f"{move.source.name} is a file of its own by now; look again")
        entry, shown = _entry(move.new.listing, media), move.new.of_item(media.id)
        if entry is not None and shown is not None and folded(shown.name) != folded(move.name):
            await self._places.note_alias(move.new.node.item.id, move.name, entry)
        self._drafts.unpark(parked)
        await self._ground.queue.remove(parked.id)

    def _not_held_back(self, move: Move) -> Move:
        """What has the name and was about to be deleted, is replaced."""
        held = self._drafts.held(move.new.node.item.id, move.name)
        if held is None:
            return move
        self._drafts.release(held)
        return replace(move, target=move.target or move.new.find(move.name))

    async def _make_way(self, move: Move) -> None:
        """What is shown under another name, and has this one on the server, gets a third there."""
        holder, album = self._files.succeeded(move.new, move.name), move.new.node.item.id
        if holder is None:
            return
        with self._places.doubting(album):
            name = numbered(move.name, f"renamed {holder.id}")
            entry = await self._ground.writer.move(holder, album, name)
        if isinstance(entry.item, Media):
            await self._ground.tree.rewritten(holder, entry.item, same_bytes=True)
        self._ground.catalog.wrote(album, entry)

    def _check_target(self, move: Move, album: Album) -> None:
        if move.new.node.item.id != move.old.node.item.id and not album.can_edit:
            raise AccessDenied(f"this user may not move anything into {album.title!r}")
        match move.target.node if move.target is not None else None:
            case MediaNode(item=other):
                self._places.check_deletable(move.name, can_edit=other.can_edit)
            case AlbumNode():
                raise AlreadyExists(f"{move.name} is a directory")

    async def _move(self, move: Move, item: Media | Album, naming: Naming) -> None:
        ground, album = self._ground, move.new.node.item
        wish = Wish(name=move.name, naming=naming, entry=_entry(move.old.listing, item))
        listing = ground.catalog.known(album.id) or move.new.listing
        if move.target is None:
            ground.writer.predicted(listing, wish, self._files.coming(move.new))
        with self._places.doubting(album.id, move.old.node.item.id):
            entry = await ground.writer.move(item, album.id, move.name)
        await self._places.note_alias(album.id, move.name, entry)
        if isinstance(item, Media) and isinstance(entry.item, Media):
            await ground.tree.rewritten(item, entry.item, same_bytes=True)
        ground.catalog.wrote(album.id, entry)
        if album.id != move.old.node.item.id:
            ground.catalog.removed(move.old.node.item.id, item.id)

    # Albums

    async def _rename_album(self, move: Move, album: Album) -> None:
        if not album.can_edit:
            raise AccessDenied(f"this user may not rename {move.source.name}")
        if refused_directory(move.name):
            raise NotPermitted(f"{move.name}: a gallery has no bin; delete for good")
        if move.new.node.item.id != move.old.node.item.id and not move.new.node.item.can_edit:
            raise AccessDenied(f"this user may not move into {move.new.node.item.title!r}")
        if move.target is not None:
            if not isinstance(move.target.node, AlbumNode):
                raise AlreadyExists(f"{move.name} is no directory")
            await self._places.remove_album(move.new, move.target)
        self._ground.tree.expect(move.new.ino, move.name)
        await self._move(move, album, Naming.ALBUM)


def _was_made(move: Move, media: Media, listing: Listing) -> bool:
    """Whether a listing of the new directory shows that an item was renamed."""
    before = _entry(move.old.listing, media)
    now = _entry(listing, media)
    across = move.new.node.item.id != move.old.node.item.id
    return now is not None and (across or before is None or now.name != before.name)


def _entry(listing: Listing, item: Item) -> Entry | None:
    return next((entry for entry in listing.entries if entry.item.id == item.id), None)


def _is_own_name(move: Move, media: Media) -> bool:
    """Whether an item has that name already, by the server's listing."""
    own = move.new.find(move.name)
    return own is not None and isinstance(own.node, MediaNode) and own.node.item.id == media.id
