"""What goes on after its caller was answered, so that the end of a mount can wait for it."""

import logging
from collections.abc import Awaitable, Callable
from typing import TypeVarTuple

import trio

log = logging.getLogger(__name__)

Ts = TypeVarTuple("Ts")


class Errands:
    """Tasks that handle their own errors; what nobody foresaw is logged."""

    def __init__(self, nursery: trio.Nursery) -> None:
        self._nursery = nursery
        self._running = 0
        self._done = trio.Event()

    def start_soon(self, errand: Callable[[*Ts], Awaitable[object]], *args: *Ts) -> None:
        """Run it in the background."""
        self._running += 1
        self._nursery.start_soon(self._run, errand, args)

    async def idle(self) -> None:
        """Wait until nothing runs."""
        while self._running:
            await self._done.wait()

    async def _run(self, errand: Callable[[*Ts], Awaitable[object]], args: tuple[*Ts]) -> None:
        try:
            await errand(*args)
        except Exception:  # whatever it is, the mount must live on
            log.exception("a defect in g3fs")
        finally:
            self._running -= 1
            self._done.set()
            self._done = trio.Event()
