"""How many streams of a server may be open at once, over all files.

A stream that is paused keeps its connection; when there are no more, the one that has paused
longest is closed (it asks again when it is wanted), so that nobody waits behind an idle one.
"""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Protocol

import trio


class Holder(Protocol):
    """Who has a stream open."""

    def give_way(self) -> None:
        """Close the stream if it is paused; must not wait."""
        ...


class Slots:
    """A number of places, handed out in the order of asking."""

    def __init__(self, count: int) -> None:
        self._free = trio.Semaphore(count)
        self._paused: dict[Holder, None] = {}

    @property
    def waited_for(self) -> bool:
        """Whether somebody waits for a place now."""
        return self._free.statistics().tasks_waiting > 0

    @asynccontextmanager
    async def place(self) -> AsyncIterator[None]:
        """Hold a place; waits for one."""
        if self._free.value == 0 and self._paused:
            next(iter(self._paused)).give_way()
        async with self._free:
            yield

    def pause(self, holder: Holder) -> None:
        """From now on `holder` may be asked to give way."""
        self._paused[holder] = None

    def resume(self, holder: Holder) -> None:
        """No more."""
        self._paused.pop(holder, None)
