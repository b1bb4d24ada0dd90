"""The block cache as tasks see it: its calls run in threads, one at a time for the index."""

from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import TypeVar

import trio

from g3fs.cache.blockfiles import BlockFiles, BlockMissing
from g3fs.cache.blockindex import Block, Facts, Label, Remembered, Totals
from g3fs.cache.blockstore import BlockStore, Piece, StoreOptions
from g3fs.cache.pieces import Stored
from g3fs.gallery.ids import ItemId
from g3fs.gallery.items import Rendition
from g3fs.tasks.threads import in_thread

T = TypeVar("T")

TOUCHED_AT_ONCE = 64
"""Uses are noted in the index this many at a time."""


class Blocks:
    """Blocks on disk. No method raises but for `read`: without a disk nothing is cached."""

    def __init__(self, options: StoreOptions, disk: trio.CapacityLimiter) -> None:
        self._store = BlockStore(options)
        self._turn = trio.CapacityLimiter(1)
        self._files = BlockFiles(self._store.path, disk)
        self._touched: dict[int, None] = {}

    def close(self) -> None:
        """Close all files; what was used last is not noted any more."""
        self._files.close()
        self._store.close()

    async def remembered(self, item: ItemId, rendition: Rendition) -> list[Remembered]:
        """See BlockStore; so are the following."""
        return await in_thread(self._turn, self._store.remembered, item, rendition, abandon=False)

    async def put(self, label: Label, facts: Facts, start: int, data: bytes) -> Block | None:
        blocks = await self.put_all(label, facts, [(start, data)])
        return blocks[0] if blocks else None

    async def put_all(self, label: Label, facts: Facts, pieces: Sequence[Piece]) -> list[Block]:
        return await self._storing(partial(self._store.put_all, label, facts, pieces))

    async def take(self, label: Label, facts: Facts, path: Path) -> Block | None:
        return await self._storing(partial(self._store.take, label, facts, path))

    async def _storing(self, store: Callable[[], T]) -> T:
        stored = await in_thread(self._turn, store, abandon=False)
        for number in self._store.take_evicted():
            self._files.forget(number)  # an open file takes its room on disk although it is gone
        return stored

    async def relabel(self, before: Label, now: Label) -> None:
        await in_thread(self._turn, self._store.relabel, before, now, abandon=False)

    async def drop(self, label: Label) -> None:
        await in_thread(self._turn, self._store.drop, label, abandon=False)

    async def drop_item(self, item: ItemId) -> None:
        await in_thread(self._turn, self._store.drop_item, item, abandon=False)

    @property
    def totals_seen(self) -> Totals:
        """What all blocks took when the store was last changed or swept by this process."""
        return self._store.totals_seen

    async def sweep(self) -> None:
        await in_thread(self._turn, self._store.sweep, abandon=False)

    def read_now(self, stored: Stored, offset: int, length: int) -> bytes | None:
        """See BlockFiles."""
        return self._files.read_now(stored, offset, length)

    async def read(self, stored: Stored, offset: int, length: int) -> bytes:
        """See BlockFiles; a block that cannot be used is removed.

        Raises:
            BlockMissing: the block cannot be used any more.
        """
        number = stored.block.number
        self._touched[number] = None
        try:
            data = await self._files.read(stored, offset, length)
        except BlockMissing:
            self._touched.pop(number, None)
            await in_thread(self._turn, self._store.remove, number, abandon=False)
            raise
        if len(self._touched) >= TOUCHED_AT_ONCE:
            await self.note_uses()
        return data

    async def note_uses(self) -> None:
        """Tell the index what was read since the last time."""
        if self._touched:
            touched = list(self._touched)
            self._touched.clear()
            await in_thread(self._turn, self._store.touch, touched, abandon=False)
