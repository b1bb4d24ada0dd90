"""Several calls at once, whose errors come out bare."""

from functools import partial

import pytest
import trio
from trio.testing import wait_all_tasks_blocked

from g3fs.gallery.errors import NotFound
from g3fs.tasks.gather import gather


async def answer(value: int) -> int:
    await trio.lowlevel.checkpoint()
    return value


async def fail(message: str) -> int:
    raise NotFound(message)


async def test_results_come_in_the_order_of_the_calls() -> None:
    assert await gather(partial(answer, 3), partial(answer, 1), partial(answer, 2)) == [3, 1, 2]


async def test_nothing_to_do_gives_nothing() -> None:
    assert await gather() == []


async def test_the_first_error_is_raised_bare_and_ends_the_others() -> None:
    ended = False

    async def hang() -> int:
        nonlocal ended
        try:
            await trio.sleep_forever()
        finally:
            ended = True
        raise AssertionError

    with pytest.raises(NotFound, match="gone"):
        await gather(hang, partial(fail, "gone"))
    assert ended


async def test_no_more_than_the_limit_run_at_a_time(nursery: trio.Nursery) -> None:
    running = 0
    gate = trio.Event()

    async def count() -> int:
        nonlocal running
        running += 1
        await gate.wait()
        return running

    nursery.start_soon(partial(gather, *[count] * 5, limit=2))
    await wait_all_tasks_blocked()

    assert running == 2
    gate.set()
