"""How long a call may take, and whether the server is worth asking: for all calls of one server."""

from collections.abc import Awaitable, Callable
from typing import TypeVar

import trio

from g3fs.backends.breaker import Breaker
from g3fs.gallery.errors import GalleryError, TimedOut
from g3fs.gallery.writing import Progress

T = TypeVar("T")


class Guard:
    """Puts a deadline around calls, and tells the breaker how they ended."""

    def __init__(self, place: str, breaker: Breaker, deadline_s: float) -> None:
        """`place`: the server, for people."""
        self._place = place
        self._breaker = breaker
        self._deadline_s = deadline_s

    async def in_time(
        self, missed: str, call: Callable[[], Awaitable[T]], *, more_s: float = 0.0
    ) -> T:
        """What `call` returns, within the deadline and `more_s`; `missed` says what did not happen.

        Raises:
            Unreachable: the breaker is open; `call` was not made.
            TimedOut: the deadline passed; `call` was cancelled.
        """
        late = self._late(missed, more_s)
        return await self._noted(lambda: in_time(self._deadline_s + more_s, call, late))

    async def while_moving(
        self, missed: str, call: Callable[[Progress], Awaitable[T]], progress: Progress
    ) -> T:
        """The same for a call that is judged by its progress, which is passed on to `progress`."""
        return await self._noted(lambda: self._moving(missed, call, progress))

    async def _moving(
        self, missed: str, call: Callable[[Progress], Awaitable[T]], progress: Progress
    ) -> T:
        token = trio.lowlevel.current_trio_token()
        with trio.move_on_after(self._deadline_s) as scope:

            def moved() -> None:
                scope.deadline = trio.current_time() + self._deadline_s

            def passed_on(sent_bytes: int) -> None:
                token.run_sync_soon(moved, idempotent=True)  # this is a worker thread
                progress(sent_bytes)

            return await call(passed_on)
        raise TimedOut(self._late(missed))

    def _late(self, missed: str, more_s: float = 0.0) -> str:
        return f"{self._place} did not {missed} within {self._deadline_s + more_s:g} s"

    async def _noted(self, call: Callable[[], Awaitable[T]]) -> T:
        self._breaker.check()
        try:
            result = await call()
        except GalleryError as exc:
            self._breaker.noted(exc)
            raise
        self._breaker.answered()
        return result


async def in_time(deadline_s: float, call: Callable[[], Awaitable[T]], late: str) -> T:
    """What `call` returns; TimedOut, saying `late`, when that takes longer."""
    with trio.move_on_after(deadline_s):
        return await call()
    raise TimedOut(late)
