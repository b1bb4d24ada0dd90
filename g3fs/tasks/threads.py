"""The only module that starts threads: blocking calls run here, in limited numbers."""

import sys
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from typing import TypeVar, TypeVarTuple, Unpack, cast

import trio

from g3fs.tasks import turns

_SWITCH_S = 0.0005

T = TypeVar("T")
Ts = TypeVarTuple("Ts")


@dataclass(frozen=True, slots=True)
class Threads:
    """How many threads each kind of work may occupy, so that one cannot starve another."""

    metadata: trio.CapacityLimiter = field(default_factory=partial(trio.CapacityLimiter, 8))
    """Calls of a server that move little."""
    bulk: trio.CapacityLimiter = field(default_factory=partial(trio.CapacityLimiter, 6))
    """Bodies: waiting for the next bytes of a transfer."""
    uploads: trio.CapacityLimiter = field(default_factory=partial(trio.CapacityLimiter, 4))
    """Files on their way to a server, and nothing else: each may take long."""
    changes: trio.CapacityLimiter = field(default_factory=partial(trio.CapacityLimiter, 4))
    """Calls that change a server and move little."""
    disk: trio.CapacityLimiter = field(default_factory=partial(trio.CapacityLimiter, 2))
    """Reading and writing local files."""


def hurry_the_loop() -> None:
    """Let the event loop have the interpreter soon, when a worker thread computes; once a process.

    By default Python lets a thread go on for 5 ms, and the kernel, with whoever made the system
    call, would wait as long for answers that take 0.1 ms.
    """
    sys.setswitchinterval(_SWITCH_S)


async def in_thread(
    limiter: trio.CapacityLimiter,
    fn: Callable[[Unpack[Ts]], T],
    *args: *Ts,
    abandon: bool,
) -> T:
    """What `fn(*args)` returns or raises, run in a thread once `limiter` has room.

    Cancelled while `fn` runs: with `abandon` the caller goes on at once and the thread ends when it
    likes, unseen (it keeps its place in `limiter` until then); without, the caller waits for it.
    Abandon what only looks; never what writes. Whoever hears the turns of this call is told that it
    waits for room.
    """
    hearer = turns.hearer()
    if hearer is not None:
        # trio calls only the two methods that the wrapper has, and says so.
        limiter = cast(trio.CapacityLimiter, _Told(limiter, hearer))
    return await trio.to_thread.run_sync(fn, *args, limiter=limiter, abandon_on_cancel=abandon)


class _Told:
    """A limiter that tells of the wait for it."""

    def __init__(self, limiter: trio.CapacityLimiter, hearer: turns.Turns) -> None:
        self._limiter = limiter
        self._turns = hearer

    async def acquire_on_behalf_of(self, borrower: object) -> None:
        with self._turns.waiting():
            await self._limiter.acquire_on_behalf_of(borrower)
        self._turns.begun()

    def release_on_behalf_of(self, borrower: object) -> None:
        self._turns.ended()
        self._limiter.release_on_behalf_of(borrower)
