"""Metadata calls of the synchronous client, made from trio."""

from collections.abc import Callable
from typing import TypeVar

from g3fs.tasks.threads import Threads, in_thread

T = TypeVar("T")


class Calls:
    """Runs calls in threads; all of them only read, so that a cancelled one may be abandoned."""

    def __init__(self, threads: Threads) -> None:
        self._limiter = threads.metadata

    async def __call__(self, call: Callable[[], T]) -> T:
        """What `call` returns or raises."""
        return await in_thread(self._limiter, call, abandon=True)
