"""Bytes from memory to the block cache, behind the transfers; bounded in memory."""

import logging
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass

import trio

from g3fs.cache.blockindex import Facts, Label
from g3fs.cache.blocks import Blocks
from g3fs.cache.pieces import Held, Pieces, Stored

log = logging.getLogger(__name__)

PENDING_MOST = 6
"""Blocks on their way to the disk; more, and transfers wait."""

UNSAVED_BYTES = 32 * 1024 * 1024
"""Kept in memory of what could not be stored, so that reading goes on without a disk."""


@dataclass(frozen=True, slots=True)
class Origin:
    """Whose bytes they are."""

    label: Label
    facts: Facts


class Saver:
    """Stores pieces one after the other, in tasks of the nursery that it is given."""

    def __init__(
        self, blocks: Blocks, nursery: trio.Nursery, *, unsaved_bytes: int = UNSAVED_BYTES
    ) -> None:
        self._blocks = blocks
        self._nursery = nursery
        self._pending = 0
        self._changed = trio.Event()
        self._unsaved: OrderedDict[Held, Pieces] = OrderedDict()
        self._unsaved_bytes = 0
        self._unsaved_most = unsaved_bytes

    def save(self, pieces: Pieces, held: Held, origin: Callable[[], Origin | None]) -> None:
        """Store `held` and put a stored piece in its place; stays as it is when that fails.

        `origin` is asked late: the version may get another name meanwhile. None: do not store.
        """
        self._pending += 1
        self._nursery.start_soon(self._save, pieces, held, origin)

    async def room(self) -> None:
        """Wait while too much is on its way."""
        while self._pending >= PENDING_MOST:
            await self._changed.wait()

    async def idle(self) -> None:
        """Wait until nothing is on its way."""
        while self._pending:
            await self._changed.wait()

    def forget(self, pieces: Pieces) -> None:
        """Let go of what could not be stored of one file."""
        for held in [held for held, owner in self._unsaved.items() if owner is pieces]:
            self._let_go(held)

    async def _save(self, pieces: Pieces, held: Held, origin: Callable[[], Origin | None]) -> None:
        try:
            block = None
            if (whose := origin()) is not None:
                block = await self._blocks.put(whose.label, whose.facts, held.start, held.data)
            if block is not None:
                pieces.replace(held, Stored(block))
            else:
                self._keep(pieces, held)
        except Exception:
            log.exception("a block was not stored")
            self._keep(pieces, held)
        finally:
            self._pending -= 1
            self._changed.set()
            self._changed = trio.Event()

    def _keep(self, pieces: Pieces, held: Held) -> None:
        self._unsaved[held] = pieces
        self._unsaved_bytes += len(held.data)
        while self._unsaved_bytes > self._unsaved_most:
            self._let_go(next(iter(self._unsaved)))

    def _let_go(self, held: Held) -> None:
        self._unsaved.pop(held).remove(held)
        self._unsaved_bytes -= len(held.data)
