"""Work that nobody waits for: done by few workers, so that what is waited for goes first."""

import logging
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Hashable

import trio

log = logging.getLogger(__name__)

Work = Callable[[], Awaitable[None]]


class Behind:
    """A queue of jobs, one per key, and at most so many tasks that work it off.

    A mount whose every album is stale must not put hundreds of requests ahead of the one that a
    user waits for.
    """

    def __init__(self, nursery: trio.Nursery, max_workers: int) -> None:
        """Start workers in `nursery` when there is work; they end with the queue."""
        self._nursery = nursery
        self._max_workers = max_workers
        self._workers = 0
        self._waiting: OrderedDict[Hashable, Work] = OrderedDict()
        self._running: set[Hashable] = set()

    def soon(self, key: Hashable, work: Work) -> None:
        """Have `work` done, unless `key` is waiting or running already."""
        if key in self._waiting or key in self._running:
            return
        self._waiting[key] = work
        if self._workers < self._max_workers:
            self._workers += 1
            self._nursery.start_soon(self._work_off)

    def __len__(self) -> int:
        """Jobs that wait or run."""
        return len(self._waiting) + len(self._running)

    async def _work_off(self) -> None:
        try:
            while self._waiting:
                key, work = self._waiting.popitem(last=False)
                self._running.add(key)
                try:
                    await work()
                except Exception:
                    # A bug in one refresh must not end the mount, whose nursery this is.
                    log.exception("work behind the scenes failed: %s", key)
                finally:
                    self._running.discard(key)
        finally:
            self._workers -= 1
