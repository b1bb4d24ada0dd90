"""In which directories calls are being answered: the kernel keeps these locked meanwhile."""

from collections import Counter
from collections.abc import Callable, Coroutine, Iterator
from contextlib import contextmanager
from functools import wraps
from typing import Any, Concatenate, ParamSpec, Protocol, TypeVar

import trio
from pyfuse3 import InodeT

P = ParamSpec("P")
T = TypeVar("T")


class BusyDirectories:
    """Counts the calls under way.

    The kernel takes a notice of a name under the lock of its directory, and whoever gives it waits
    for that lock in a way that no signal ends. Killed with SIGKILL meanwhile, the mount would live
    on in that thread, and with it the call whose answer never comes: so nobody is to wait there.
    """

    def __init__(self) -> None:
        self._calls: Counter[InodeT] = Counter()
        self._less = trio.Event()

    @contextmanager
    def answering(self, *directories: InodeT) -> Iterator[None]:
        """A call that the kernel makes with these locked."""
        self._calls.update(directories)
        try:
            yield
        finally:
            self._calls.subtract(directories)
            self._calls += Counter()  # without zeros
            self._less.set()
            self._less = trio.Event()

    async def idle(self, directory: InodeT) -> None:
        """Wait until no call is under way there; another one may come at any time."""
        while self._calls[directory]:
            await self._less.wait()


class HasBusyDirectories(Protocol):
    """Whose handlers are counted."""

    @property
    def busy(self) -> BusyDirectories:
        """Where they are."""
        ...


S = TypeVar("S", bound=HasBusyDirectories)

Handler = Callable[Concatenate[S, InodeT, P], Coroutine[Any, Any, T]]


def in_directory(handler: Handler[S, P, T]) -> Handler[S, P, T]:
    """For handlers whose first argument is a directory that the kernel has locked."""

    @wraps(handler)
    async def counted(self: S, directory: InodeT, /, *args: P.args, **kwargs: P.kwargs) -> T:
        with self.busy.answering(directory):
            return await handler(self, directory, *args, **kwargs)

    return counted
