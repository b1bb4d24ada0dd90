"""How long a call may take, and whether the server is worth asking: for all calls of one server."""

import math
from collections.abc import Awaitable, Callable
from typing import TypeVar

import trio

from g3fs.backends.breaker import Breaker
from g3fs.gallery.errors import GalleryError, TimedOut
from g3fs.gallery.writing import Progress
from g3fs.tasks.turns import Turns, heard

T = TypeVar("T")


class Guard:
    """Puts a deadline around calls, and tells the breaker how they ended.

    A call that waits for its turn behind others has not come to the server, whose fault it is not.
    """

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
        return await self._noted(lambda _turns: in_time(self._deadline_s + more_s, call, late))

    async def while_moving(
        self, missed: str, call: Callable[[Progress], Awaitable[T]], progress: Progress
    ) -> T:
        """The same for a call that is judged by its progress, which is passed on to `progress`.

        It waits for its turn as long as need be: those before it end by their own deadlines.
        """
        return await self._noted(lambda turns: self._moving(missed, call, progress, turns))

    async def _moving(
        self,
        missed: str,
        call: Callable[[Progress], Awaitable[T]],
        progress: Progress,
        turns: Turns,
    ) -> T:
        token = trio.lowlevel.current_trio_token()
        with trio.move_on_after(self._deadline_s) as scope:

            def moved() -> None:
                wait_s = math.inf if turns.is_waiting else self._deadline_s
                scope.deadline = trio.current_time() + wait_s

            def passed_on(sent_bytes: int) -> None:
                token.run_sync_soon(moved, idempotent=True)  # this is a worker thread
                progress(sent_bytes)

            turns.changed = moved
            return await call(passed_on)
        raise TimedOut(self._late(missed))

    def _late(self, missed: str, more_s: float = 0.0) -> str:
        return f"{self._place} did not {missed} within {self._deadline_s + more_s:g} s"

    async def _noted(self, call: Callable[[Turns], Awaitable[T]]) -> T:
        self._breaker.check()
        with heard() as turns:
            try:
                result = await call(turns)
            except TimedOut as exc:
                if turns.is_waiting:
                    late = f"{self._place} was not asked: other calls took too long"
                    raise TimedOut(late) from None
                self._breaker.noted(exc)
                raise
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
