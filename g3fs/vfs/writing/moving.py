"""rename(2) in all its forms."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from functools import partial

from g3fs.cache.queue.record import Record, Stage
from g3fs.gallery.errors import AccessDenied, AlreadyExists, Invalid, NotPermitted, Stale
from g3fs.gallery.items import Album, Entry, Item, Listing, Media
from g3fs.gallery.writing import Naming, Wish
from g3fs.vfs.names import folded, numbered
from g3fs.vfs.nodes import AlbumNode, DraftNode, MediaNode
from g3fs.vfs.writing.delivery import Delivery
from g3fs.vfs.writing.files import Files
from g3fs.vfs.writing.ground import Ground
from g3fs.vfs.writing.localmoves import LocalMoves, Move
from g3fs.vfs.writing.names import is_staging, refused_directory
from g3fs.vfs.writing.overwriting import Overwriting, Successor
from g3fs.vfs.writing.places import Places


class Moving:
    """Renames local files, items and albums."""

    def __init__(self, ground: Ground, files: Files, places: Places, delivery: Delivery) -> None:
        self._ground = ground
        self._drafts = ground.drafts
        self._files = files
        self._places = places
        self._local = LocalMoves(ground, files, places, delivery)
        self._overwriting = Overwriting(ground, places)

    async def rename(self, move: Move) -> None:
        """Let the source have the name of the target, and be in its directory."""
        match move.source.node:
            case DraftNode():
                await self._local.rename(move)
            case MediaNode(item=media):
                await self._rename_item(move, media)
            case AlbumNode(item=album):
                await self._rename_album(move, album)
            case _:
                raise NotPermitted(f"{move.source.name} cannot be renamed")

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
            await self._local.overwrite(move.target)
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
        ground.tree.expect_in(move.old.node.item.id, move.source.name)
        ground.tree.expect_in(album.id, move.name)
        replaced = None if move.target is None else move.target.node
        if isinstance(replaced, MediaNode):  # shown until now, so that its name is always listed
            ground.catalog.removed(album.id, replaced.item.id)
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
