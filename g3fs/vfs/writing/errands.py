"""What goes on after its caller was answered, so that the end of a mount can wait for it."""

import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import TypeVarTuple

import trio

from g3fs.gallery.errors import Cancelled, GalleryError

log = logging.getLogger(__name__)

Ts = TypeVarTuple("Ts")


@dataclass(slots=True)
class Caller:
    """Whoever waits for an errand."""

    gone: bool = False
    """He was answered that it takes too long."""

    def check(self) -> None:
        """To be called in the stretch in which the errand begins to change something.

        Raises:
            Cancelled: he is gone, so nothing is to be begun.
        """
        if self.gone:
            raise Cancelled("it was not begun in time")


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

    async def see_through(self, errand: Callable[[Caller], Awaitable[None]], what: str) -> None:
        """Wait for an errand that goes on to its end when the caller is cancelled.

        What it is refused with then is logged, as of `what`.
        """
        caller, done = Caller(), trio.Event()
        failure: Exception | None = Cancelled("closing")  # unless it comes to its end

        async def run() -> None:
            nonlocal failure
            try:
                await errand(caller)
                failure = None
            except Exception as error:
                failure = error
                if caller.gone and isinstance(error, GalleryError):
                    log.warning("%s: %s", what, error)
                elif caller.gone:
                    raise
            finally:
                done.set()

        self.start_soon(run)
        try:
            await done.wait()
        except trio.Cancelled:
            caller.gone = True
            raise
        if failure is not None:
            raise failure

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
