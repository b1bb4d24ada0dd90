"""Concurrent loads of one key become one."""

import pytest
import trio
from trio.testing import wait_all_tasks_blocked

from g3fs.gallery.errors import Cancelled, NotFound
from g3fs.tasks.gather import gather
from g3fs.tasks.singleflight import SingleFlight


class Loader:
    """A load that waits for its gate."""

    def __init__(self, error: Exception | None = None) -> None:
        self.gate = trio.Event()
        self.calls = 0
        self.error = error

    async def __call__(self) -> str:
        self.calls += 1
        await self.gate.wait()
        if self.error is not None:
            raise self.error
        return f"load {self.calls}"


async def test_concurrent_callers_share_one_load(nursery: trio.Nursery) -> None:
    flight = SingleFlight[str, str](nursery)
    load = Loader()
    load.gate.set()

    results = await gather(*[lambda: flight.do("key", load)] * 5)

    assert results == ["load 1"] * 5
    assert load.calls == 1


async def test_a_later_caller_loads_again(nursery: trio.Nursery) -> None:
    flight = SingleFlight[str, str](nursery)
    load = Loader()
    load.gate.set()

    assert [await flight.do("key", load), await flight.do("key", load)] == ["load 1", "load 2"]


async def test_different_keys_load_at_the_same_time(nursery: trio.Nursery) -> None:
    flight = SingleFlight[str, str](nursery)
    first, second = Loader(), Loader()
    nursery.start_soon(flight.do, "first", first)
    nursery.start_soon(flight.do, "second", second)
    await wait_all_tasks_blocked()

    assert (first.calls, second.calls) == (1, 1)
    first.gate.set()
    second.gate.set()


async def test_cancelling_the_first_caller_does_not_fail_the_second(nursery: trio.Nursery) -> None:
    flight = SingleFlight[str, str](nursery)
    load = Loader()
    scope = trio.CancelScope()

    async def first() -> None:
        with scope:
            await flight.do("key", load)

    async def second() -> str:
        await wait_all_tasks_blocked()
        scope.cancel()
        load.gate.set()
        return await flight.do("key", load)

    nursery.start_soon(first)
    assert await second() == "load 1"
    assert load.calls == 1


async def test_an_error_reaches_every_caller_bare(nursery: trio.Nursery) -> None:
    flight = SingleFlight[str, str](nursery)
    load = Loader(NotFound("gone"))
    load.gate.set()
    caught: list[Exception] = []

    async def caller() -> None:
        try:
            await flight.do("key", load)
        except NotFound as exc:
            caught.append(exc)

    async with trio.open_nursery() as callers:
        callers.start_soon(caller)
        callers.start_soon(caller)

    assert [str(exc) for exc in caught] == ["gone", "gone"]
    assert not flight.in_flight("key")


async def test_closing_the_nursery_ends_the_load_and_tells_the_callers() -> None:
    caught: list[Exception] = []

    async def caller(flight: SingleFlight[str, str]) -> None:
        try:
            await flight.do("key", Loader())
        except Cancelled as exc:
            caught.append(exc)

    async with trio.open_nursery() as callers, trio.open_nursery() as loads:
        callers.start_soon(caller, SingleFlight[str, str](loads))
        await wait_all_tasks_blocked()
        loads.cancel_scope.cancel()

    assert len(caught) == 1


async def test_after_the_nursery_has_ended_a_load_is_refused() -> None:
    async with trio.open_nursery() as loads:
        flight = SingleFlight[str, str](loads)

    with pytest.raises(Cancelled):
        await flight.do("key", Loader())
    assert flight.statistics() == 0


async def test_who_only_waits_gets_neither_value_nor_error() -> None:
    loader = Loader(NotFound("gone"))
    over = trio.Event()

    async def wait(flight: SingleFlight[str, str]) -> None:
        await flight.landed("key")
        over.set()

    async def load(flight: SingleFlight[str, str]) -> None:
        with pytest.raises(NotFound):
            await flight.do("key", loader)

    async with trio.open_nursery() as loads:
        flight = SingleFlight[str, str](loads)
        await flight.landed("key")
        loads.start_soon(load, flight)
        await wait_all_tasks_blocked()
        loads.start_soon(wait, flight)
        await wait_all_tasks_blocked()
        assert not over.is_set()
        loader.gate.set()
    assert over.is_set()
    assert loader.calls == 1
