"""Bringing what the journal has of one file to the server, step by step; each may be repeated.

The journal is written before each step whose answer could be lost, so that whoever goes on after a
crash knows what to look for.
"""

import logging
from collections.abc import Sequence
from dataclasses import replace
from os import SEEK_END
from pathlib import Path

import trio

from g3fs.cache.queue.failures import named_errors
from g3fs.cache.queue.record import Record, Stage
from g3fs.gallery.errors import (
    AccessDenied,
    GalleryError,
    Invalid,
    NotFound,
    NotPermitted,
    NotSupported,
    ServerError,
)
from g3fs.gallery.ids import ItemId
from g3fs.gallery.items import Entry, Group, Item, Media
from g3fs.gallery.wholeness import cut_short
from g3fs.gallery.writing import Upload
from g3fs.tasks.failpoints import reached
from g3fs.tasks.threads import in_thread
from g3fs.vfs.inodes import Inode
from g3fs.vfs.nodes import Ino, MediaNode
from g3fs.vfs.writing.draft import Draft
from g3fs.vfs.writing.facts import Facts, is_new_comment
from g3fs.vfs.writing.ground import Ground
from g3fs.vfs.writing.making import Maker

log = logging.getLogger(__name__)


LOOK_AGAIN_S = 0.5


class CutShort(ServerError):
    """Data that visibly ends too early; it never replaces anything."""


class Sender:
    """Sends the drafts that it is given; several may be on their way at once."""

    def __init__(self, ground: Ground, facts: Facts, maker: Maker) -> None:
        self._ground = ground
        self._facts = facts
        self._maker = maker

    async def check(self, draft: Draft) -> None:
        """See that data which is visibly cut short replaces nothing; it must not change any more.

        Raises:
            CutShort: it is.
        """
        data = draft.record.data
        if draft.record.item is None or draft.upload.whole == data:
            return
        path = self._ground.queue.path(data)
        reason = await in_thread(self._ground.disk, _cut_short, path, abandon=False)
        if reason is not None:
            raise CutShort(f"the new data is not complete ({reason}), so it replaces nothing")
        draft.upload.whole = data

    async def mark(self, draft: Draft) -> None:
        """Give a new file the mark by which its upload will be found again."""
        record = draft.record
        if record.item is None and not draft.upload.doubtful:
            mark = record.mark or await self._ground.writer.mark(record.album, record.name)
            draft.note(mark=mark, carried=record.data)

    async def look(self, draft: Draft) -> None:
        """Find out whether a file whose answer was lost has arrived; then it is an item.

        What arrived may be data that was written anew since.
        """
        record, upload = draft.record, draft.upload
        if not (upload.doubtful and record.mark and record.item is None):
            return
        journaled = draft.journaled
        found = await self._found(draft, await self._there(record.data, record.carried))
        upload.doubtful = False
        if found is None:
            draft.unmark()  # its file goes when the journal says so, too
        else:
            name, entry = found
            sent = journaled if name == record.data else draft.sent
            await self._took(draft, replace(record, data=name), sent, entry)
            await draft.spare(record.carried)

    async def send(self, draft: Draft) -> None:
        """Do what is left to be done for a QUEUED draft; then the journal has it no more.

        Unless it was written and queued again meanwhile: then that is left.

        Raises:
            GalleryError: a step failed; what was done before is noted.
        """
        upload, data = draft.upload, draft.record.data
        upload.running, upload.sending, upload.sent_bytes = True, data, 0
        try:
            if data:
                await self._send_data(draft)
        finally:
            upload.running, upload.sending = False, ""
            await draft.spare(data)
        await self._send_attributes(draft)
        await self._finish(draft)

    async def _finish(self, draft: Draft) -> None:
        records = self._ground.queue.records
        while not draft.record.data and not draft.record.attributes:
            known = records.get(draft.id)
            if known is None:
                draft.note(stage=Stage.OPEN)
                return
            await self._ground.queue.finish(known)  # unless there is something to be done again
            for name in known.files:
                await draft.spare(name)

    async def _send_data(self, draft: Draft) -> None:
        await self.look(draft)
        record, journaled = draft.record, draft.journaled
        if not record.data:
            return  # it has arrived
        if record.item is None:
            entry = await self._create(draft, record.data)
        else:
            entry = await self._replace(draft)
        await self._took(draft, record, journaled, entry)

    async def _took(self, draft: Draft, record: Record, sent: int, entry: Entry) -> None:
        """The server has the data of `record`; `sent`: as `draft.written` counted it."""
        await self._note_alias(draft, record, entry)
        if record.item is None:
            self._ground.tree.expect_in(record.album, record.name)
        album = self._wrote(record, entry)
        while True:
            times_ns = draft.record.times_ns
            await self._remember_times(draft, entry.item)
            await self._ground.tree.catch_up(album)  # while the draft still stands before the item
            if draft.record.times_ns == times_ns:  # and no others were set meanwhile
                break
        self._arrived(draft, record, entry)
        draft.sent = sent
        if draft.record.data or draft.record.attributes:
            await self._note(draft)
        reached("upload.after_note")
        draft.lent.append(record.data)
        self._ground.errands.start_soon(self._keep_bytes, draft, record.data, entry.item)

    async def _note(self, draft: Draft) -> None:
        """Let the journal know what has been done; without that it is found out after a crash."""
        try:
            await draft.put(durable=False)
        except GalleryError as error:
            log.warning("%s: %s", draft.record.name, error)

    async def _create(self, draft: Draft, data: str) -> Entry:
        queue = self._ground.queue
        await self.mark(draft)
        draft.note(carried=data)
        if queue.records.get(draft.id) != draft.record:
            await draft.put()
        reached("upload.after_mark")
        draft.upload.doubtful = True
        reached("upload.before_send")
        entry = await self._ground.writer.create(self._upload(draft, data), draft.progressed)
        reached("upload.after_send")
        draft.upload.doubtful = False
        return entry

    async def _found(self, draft: Draft, names: Sequence[str]) -> tuple[str, Entry] | None:
        """What the server has of an upload whose answer was lost: which data, and its item.

        After a mount that ended, the server may be at work on it still: then it is looked for until
        that would be strange.
        """
        uploads = {name: self._upload(draft, name) for name in names}
        while True:
            may_come = self._may_come(draft)
            for name, upload in uploads.items():
                found = await self._ground.writer.find(upload)
                if found is not None:
                    return name, found
            if not may_come:
                return None
            await trio.sleep(LOOK_AGAIN_S)

    async def _there(self, *names: str) -> Sequence[str]:
        """Those that are in the spool: what was refused may have been deleted meanwhile."""
        paths = {name: self._ground.queue.path(name) for name in names if name}

        def look() -> Sequence[str]:
            return [name for name, path in paths.items() if path.exists()]

        return await in_thread(self._ground.disk, look, abandon=False)

    def _may_come(self, draft: Draft) -> bool:
        resumed_s = draft.upload.resumed_s
        if resumed_s is None:
            return False
        return trio.current_time() < resumed_s + self._ground.policy.settling_s

    async def _replace(self, draft: Draft) -> Entry:
        ground, record = self._ground, draft.record
        assert record.item is not None  # the caller looked
        await self.check(draft)  # it may have been a new file when it was written
        try:
            media = await self._item(record.item)
            if not isinstance(media, Media):
                raise Invalid(f"{record.name} is an album now")
            while ground.drafts.of_item(media.id) is not draft:
                parked = ground.drafts.parked_as(media.id)
                if parked is None:
                    break
                await self._maker.backup(parked, media)
            source = ground.queue.path(record.data)
            entry = await ground.writer.replace(media, source, draft.progressed)
        except NotFound:
            log.info("%s: what it was to replace is gone; it becomes a new item", record.name)
            ground.drafts.detach(draft)
            ground.catalog.removed(record.album, record.item)  # its name is for the new one
            draft.note(item=None)
            return await self._create(draft, record.data)
        reached("replace.after_send")
        if isinstance(entry.item, Media):
            await ground.tree.rewritten(media, entry.item, same_bytes=False)
        return entry

    def _wrote(self, record: Record, entry: Entry) -> ItemId:
        """Let the catalog know what the server has now; the album that it is in."""
        catalog = self._ground.catalog
        album = catalog.album_of(entry.item.id) if record.item is not None else None
        catalog.wrote(album or record.album, entry)
        return album or record.album

    def _arrived(self, draft: Draft, record: Record, entry: Entry) -> None:
        """The server has the data: from now on the item is shown. In one stretch."""
        ground, item = self._ground, entry.item
        ground.drafts.unname(draft)
        superseded = draft.record.data != record.data
        data = draft.record.data if superseded else ""
        draft.note(item=item.id, mark="", carried="", data=data)
        if draft.handles or superseded:
            ground.drafts.attach(draft, item.id)
        else:
            ground.drafts.detach(draft)
        if draft.record.attributes:
            ground.drafts.trail(draft, item.id)
        inode = ground.inodes.get(draft.ino)
        if inode is not None and isinstance(item, Media):
            inode.node = MediaNode(item)
            directory = ground.tree.built(ground.catalog.album_of(item.id) or record.album)
            child = None if directory is None else directory.of_item(item.id)
            inode.times = None if child is None else child.times

    async def _note_alias(self, draft: Draft, record: Record, entry: Entry) -> None:
        """Remember the name that was asked for, where the server spells it otherwise."""
        anew = record.item is not None and self._ground.drafts.is_named(draft)
        if not anew and entry.name in {record.name, self._server_name(record.item)}:
            return
        if entry.name != record.name:
            log.info("%s: the server calls it %s", record.name, entry.name)
        await self._ground.tree.set_alias(record.album, entry, record.name)

    def _server_name(self, item: ItemId | None) -> str | None:
        """What the server called an item until now."""
        album = None if item is None else self._ground.catalog.album_of(item)
        listing = None if album is None else self._ground.catalog.known(album)
        if listing is None:
            return None
        return next((entry.name for entry in listing.entries if entry.item.id == item), None)

    async def _keep_bytes(self, draft: Draft, data: str, item: Item) -> None:
        """What was sent need not be fetched; its file goes, unless somebody writes on in it."""
        queue = self._ground.queue
        try:
            if isinstance(item, Media) and await self._ground.content.adopt(item, queue.path(data)):
                draft.upload.given.add(data)
        except GalleryError as error:
            log.debug("%s: not kept in the cache: %s", draft.record.name, error)
        finally:
            draft.lent.remove(data)
            await draft.spare(data)

    async def let_go(self, draft: Draft) -> None:
        """Close the data of a draft that was sent; it goes when nobody reads it any more."""
        file = draft.file
        draft.close()
        if file is not None:
            await draft.spare(file.name)

    async def _send_attributes(self, draft: Draft) -> None:
        assert draft.record.item is not None  # it was sent
        if not draft.record.attributes:
            return
        while draft.record.attributes:
            name, value = next(iter(draft.record.attributes.items()))
            try:
                await self._set(draft, await self._item(draft.record.item), name, value)
            except (Invalid, NotPermitted, NotSupported, AccessDenied, NotFound) as error:
                log.warning("%s: %s was not taken: %s", draft.record.name, name, error)
            reached("attributes.after_apply")
            rest = dict(draft.record.attributes)
            if rest.get(name) == value:
                del rest[name]
            draft.note(attributes=rest)
            await self._note(draft)

    async def _set(self, draft: Draft, item: Item, name: str, value: str | None) -> None:
        """Set an attribute; a comment that the server has from an earlier mount is not repeated."""
        if is_new_comment(name) and draft.upload.resumed_s is not None:
            details = await self._ground.catalog.details(Group.COMMENTS, item.id)
            if any(comment.text == value for comment in details.comments):
                return
        await self._facts.apply(item, name, value)

    async def _remember_times(self, draft: Draft, item: Item) -> None:
        """What utimensat(2) was told of the file holds for the item, at its version now."""
        if not isinstance(item, Media) or draft.record.times_ns is None:
            return
        inode = Inode(Ino(0), MediaNode(item))  # what counts is its node
        await self._ground.tree.remember_times(inode, *draft.record.times_ns)

    async def _item(self, item: ItemId) -> Item:
        return self._ground.catalog.item(item) or await self._ground.stat(item)

    def _upload(self, draft: Draft, data: str) -> Upload:
        record = draft.record
        return Upload(
            album=record.album,
            name=record.name,
            source=self._ground.queue.path(data),
            mark=record.mark,
        )


def _cut_short(path: Path) -> str | None:
    with named_errors(path), path.open("rb") as file:
        size = file.seek(0, SEEK_END)

        def read(offset: int, length: int) -> bytes:
            file.seek(offset)
            return file.read(length)

        return cut_short(read, size)
