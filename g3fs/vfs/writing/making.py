"""How local files begin: empty, as a copy of what is edited, or as the journal has them."""

import time
from collections.abc import AsyncIterator
from dataclasses import replace
from functools import partial

from g3fs.cache.queue.record import Record, Stage
from g3fs.gallery.ids import ItemId
from g3fs.gallery.items import ORIGINAL, Media
from g3fs.tasks.failpoints import reached
from g3fs.tasks.singleflight import SingleFlight
from g3fs.vfs.nodes import Ino
from g3fs.vfs.writing.draft import Draft
from g3fs.vfs.writing.ground import Ground

PIECE_BYTES = 1024 * 1024


class Maker:
    """Makes drafts; who gets one gives it a name."""

    def __init__(self, ground: Ground) -> None:
        self._ground = ground
        self._edits = SingleFlight[tuple[ItemId, bool], Draft](ground.nursery)

    async def new(self, album: ItemId, name: str, item: ItemId | None = None) -> Draft:
        """An empty file; `item`: the one whose data it is to replace."""
        queue = self._ground.queue
        record = Record(
            id=queue.new_record_id(),
            sequence=queue.next_sequence(),
            stage=Stage.OPEN,
            album=album,
            name=name,
            item=item,
            created_s=int(time.time()),
        )
        draft = Draft(record, await self._ino(record), queue, await queue.create())
        self._ground.drafts.add(draft)
        return draft

    async def edit(self, media: Media, album: ItemId, name: str, *, empty: bool) -> Draft:
        """The draft of an item that is about to be changed in place; with its data, or `empty`."""
        known = self._ground.drafts.of_item(media.id)
        if known is not None:
            await known.open()
            return known
        return await self._edits.do(
            (media.id, empty), partial(self._edit, media, album, name, empty)
        )

    async def backup(self, parked: Record, media: Media) -> None:
        """Let what an item holds now live on under the name that it is parked under.

        Unless it is parked no more, or under another name, when its data is here.
        """
        drafts, queue = self._ground.drafts, self._ground.queue
        own = drafts.of_item(media.id)
        if own is not None:
            await self._keep_here(parked, own)
            return
        draft = await self.new(parked.album, parked.name)
        await self._fill(draft, media)
        await draft.sync()
        draft.note(stage=Stage.STAGED, times_ns=self._times_of(parked.album, media))
        if drafts.parked_as(media.id) is parked:
            await draft.put()
            reached("replace.after_backup")
        draft.close()
        if drafts.parked_as(media.id) is parked:
            drafts.unpark(parked)
            drafts.name(draft)
            self._ground.inodes.take_over(media.id)
            for inode in self._ground.inodes.of_album(parked.album):
                self._ground.notifier.forget_entry(inode.ino, parked.name)
            await queue.remove(parked.id)
        else:
            drafts.drop(draft)
            await queue.remove(draft.id)
            await draft.discard()

    async def _keep_here(self, parked: Record, own: Draft) -> None:
        """What is on its way to be the data of a parked item stays here, under that name."""
        drafts, item = self._ground.drafts, own.record.item
        own.upload.aborted = True
        async with own.committing:
            own.upload.aborted = False
            if item is None or drafts.of_item(item) is not own:
                return
            if own.dirty:
                await own.sync()
            drafts.detach(own)
            own.note(album=parked.album, name=parked.name, item=None, stage=Stage.STAGED)
            drafts.unpark(parked)
            drafts.name(own)
            self._ground.inodes.take_over(item)
            own.sent = own.journaled
            own.note(accepted=False)
            await own.put(instead_of=parked.id)

    async def twin(self, draft: Draft) -> Draft:
        """A copy of a draft as it is now, with no name."""
        queue = self._ground.queue
        record = replace(
            draft.record,
            id=queue.new_record_id(),
            sequence=queue.next_sequence(),
            stage=Stage.OPEN,
            accepted=False,
            data="",
            mark="",
            carried="",
        )
        twin = Draft(record, await self._ino(record), queue, await draft.copy())
        self._ground.drafts.add(twin)
        return twin

    async def load(self, record: Record) -> Draft:
        """What the journal has."""
        numbers = await self._ground.state.inodes([_key(record)])
        draft = Draft(record, Ino(numbers[_key(record)]), self._ground.queue, None)
        self._ground.drafts.add(draft)
        return draft

    async def _edit(self, media: Media, album: ItemId, name: str, empty: bool) -> Draft:
        drafts = self._ground.drafts
        while True:
            draft = await self.new(album, name, media.id)
            if not empty:
                await self._fill(draft, media)
            known, now = drafts.of_item(media.id), self._ground.catalog.item(media.id)
            is_newest = not isinstance(now, Media) or now.version == media.version
            if known is None and (empty or is_newest):
                drafts.attach(draft, media.id)
                return draft
            drafts.drop(draft)  # somebody else was quicker, and that is what is changed now
            await draft.discard()
            if known is not None:
                await known.open()
                return known
            media = now if isinstance(now, Media) else media

    def _times_of(self, album: ItemId, media: Media) -> tuple[int, int] | None:
        """What utimensat(2) was told of an item, where that still holds."""
        directory = self._ground.tree.built(album)
        child = None if directory is None else directory.of_item(media.id)
        if child is None or child.times is None:
            return None
        return child.times.atime_ns, child.times.mtime_ns

    async def _fill(self, draft: Draft, media: Media) -> None:
        try:
            await draft.fill(self._pieces(media))
        except BaseException:
            self._ground.drafts.drop(draft)
            self._ground.errands.start_soon(draft.discard)
            raise

    async def _pieces(self, media: Media) -> AsyncIterator[bytes]:
        reader = self._ground.content.open(media, ORIGINAL)
        try:
            size = await reader.size()
            for offset in range(0, size, PIECE_BYTES):
                yield await reader.read(offset, PIECE_BYTES)
        finally:
            reader.close()

    async def _ino(self, record: Record) -> Ino:
        """The number of a new record."""
        return Ino(await self._ground.state.new_inode(_key(record)))


def _key(record: Record) -> str:
    """Of its inode number in the state."""
    return f"draft/{record.id}"
