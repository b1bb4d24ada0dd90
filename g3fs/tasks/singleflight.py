"""Concurrent loads of one key become one."""

from collections.abc import Awaitable, Callable, Hashable
from types import TracebackType
from typing import Generic, TypeVar

import trio

from g3fs.gallery.errors import Cancelled

K = TypeVar("K", bound=Hashable)
V = TypeVar("V")


class _Flight(Generic[V]):
    """One load on its way; what it brings is for all who wait."""

    def __init__(self) -> None:
        self.landed = trio.Event()
        self.values: list[V] = []
        self._error: Exception | None = None
        self._traceback: TracebackType | None = None

    def fail(self, error: Exception) -> None:
        self._error = error
        self._traceback = error.__traceback__

    def unload(self) -> V:
        if self._error is not None:
            # One object for all who wait: without this, every raise would lengthen its traceback.
            raise self._error.with_traceback(self._traceback)
        return self.values[0]


class SingleFlight(Generic[K, V]):
    """At most one load per key is in flight; later callers wait for the one that runs.

    The load runs in the nursery of whoever made this object, so that no caller's cancellation ends
    it: it goes on when all have left, because what it brings will be wanted again. Nothing is
    remembered once it has landed.
    """

    def __init__(self, nursery: trio.Nursery) -> None:
        self._nursery = nursery
        self._flights: dict[K, _Flight[V]] = {}

    def in_flight(self, key: K) -> bool:
        """Whether a load of `key` runs now."""
        return key in self._flights

    def statistics(self) -> int:
        """Number of loads that run now."""
        return len(self._flights)

    async def do(self, key: K, load: Callable[[], Awaitable[V]]) -> V:
        """What `load` returns; if one of `key` runs already, what that one returns.

        Raises:
            Cancelled: the nursery is being closed.
            Whatever `load` raised, bare, to every caller.
        """
        flight = self._flights.get(key)
        if flight is None:
            flight = self._start(key, load)
        await flight.landed.wait()
        return flight.unload()

    async def landed(self, key: K) -> None:
        """Return when no load of `key` runs, whatever became of the last one."""
        while (flight := self._flights.get(key)) is not None:
            await flight.landed.wait()

    def _start(self, key: K, load: Callable[[], Awaitable[V]]) -> _Flight[V]:
        flight = _Flight[V]()
        try:
            self._nursery.start_soon(self._fly, key, flight, load)
        except RuntimeError as exc:  # the nursery has ended
            raise Cancelled("closing") from exc
        self._flights[key] = flight
        return flight

    async def _fly(self, key: K, flight: _Flight[V], load: Callable[[], Awaitable[V]]) -> None:
        try:
            flight.values.append(await load())
        except Exception as exc:  # noqa: BLE001 - handed to the callers, all of them
            flight.fail(exc)
        except BaseException:
            flight.fail(Cancelled("closing"))
            raise
        finally:  # no await in here: a cancelled task could not get past it
            del self._flights[key]
            flight.landed.set()
