"""Calls of the synchronous client, made from trio."""

from collections.abc import Callable
from typing import TypeVar

import trio

from g3fs.tasks.singleflight import SingleFlight
from g3fs.tasks.threads import Threads, in_thread

T = TypeVar("T")


class Calls:
    """Runs calls in threads; all of them only read, so that a cancelled one may be abandoned."""

    def __init__(self, threads: Threads) -> None:
        self._limiter = threads.metadata

    async def __call__(self, call: Callable[[], T]) -> T:
        """What `call` returns or raises."""
        return await in_thread(self._limiter, call, abandon=True)


class ChangingCalls:
    """Runs calls that change something: a cancelled caller leaves, and the call is finished."""

    def __init__(self, nursery: trio.Nursery, limiter: trio.CapacityLimiter) -> None:
        """`nursery`: whoever closes it waits for calls that run; those that wait are given up."""
        self._nursery = nursery
        self._limiter = limiter

    async def __call__(self, call: Callable[[], T]) -> T:
        """What `call` returns or raises."""
        return await SingleFlight[None, T](self._nursery).do(None, lambda: self._run(call))

    async def _run(self, call: Callable[[], T]) -> T:
        return await in_thread(self._limiter, call, abandon=False)
