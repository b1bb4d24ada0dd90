"""Files on their way to the server, and whether anybody still waits for them."""

from collections.abc import Callable, Hashable
from functools import partial
from typing import Generic, TypeVar

import trio

from g3fs.gallery.errors import Cancelled, GalleryError
from g3fs.tasks import turns
from g3fs.tasks.singleflight import SingleFlight
from g3fs.tasks.threads import in_thread

_BEAT_S = 1.0

T = TypeVar("T")


class Wanted:
    """Whether somebody waits for one upload."""

    def __init__(self) -> None:
        self.turn = trio.CancelScope()
        """Around the wait for a thread."""
        self.begun = False
        """It has a thread."""
        self._given_up = False

    @property
    def waits(self) -> bool:
        """Whether it will have its turn."""
        return not self.begun and not self._given_up

    def give_up(self) -> None:
        """Nobody waits for it any more, for good."""
        self._given_up = True
        self.turn.cancel()

    def check(self) -> None:
        """Raise Cancelled when it was given up; from any thread."""
        if self._given_up:
            raise Cancelled("nobody waits for this upload any more")


class Underway(Generic[T]):
    """Runs uploads in threads, of each key one at a time.

    A caller who leaves gives his upload up. It does not begin any more, and `Wanted.check` tells
    its thread, which must not send the last byte then: what was refused would arrive all the same,
    perhaps after what was sent instead, and its file may be written to again. Who comes with the
    same key waits for the thread to end: when it has sent all, the server decides what becomes of
    it, and decides before it is asked for the next.
    """

    def __init__(self, nursery: trio.Nursery, limiter: trio.CapacityLimiter) -> None:
        """`nursery`: whoever closes it waits for threads that run."""
        self._nursery = nursery
        self._flights: SingleFlight[Hashable, T] = SingleFlight(nursery)
        self._limiter = limiter

    async def send(self, key: Hashable, call: Callable[[Wanted], T], beat: Callable[[], None]) -> T:
        """What `call` returns or raises, called in a thread.

        `beat`: called every second while it waits for that, and may raise Cancelled to give it up.
        """
        await self.ended(key)
        wanted = Wanted()
        try:
            return await self._flights.do(key, partial(self._run, call, wanted, beat))
        finally:
            wanted.give_up()

    async def ended(self, key: Hashable) -> None:
        """Return when nothing of this key is under way."""
        if self._flights.in_flight(key):
            with turns.waiting():
                await self._flights.landed(key)

    async def _run(
        self, call: Callable[[Wanted], T], wanted: Wanted, beat: Callable[[], None]
    ) -> T:
        if not self._limiter.available_tokens:
            self._nursery.start_soon(_beat, wanted, beat)
        with wanted.turn:
            return await in_thread(self._limiter, _begin, call, wanted, abandon=False)
        raise Cancelled("nobody waited any more when its turn came")


def _begin(call: Callable[[Wanted], T], wanted: Wanted) -> T:
    wanted.begun = True
    wanted.check()
    return call(wanted)


async def _beat(wanted: Wanted, beat: Callable[[], None]) -> None:
    await trio.sleep(_BEAT_S)
    while wanted.waits:
        try:
            beat()
        except GalleryError:
            wanted.give_up()
        await trio.sleep(_BEAT_S)
