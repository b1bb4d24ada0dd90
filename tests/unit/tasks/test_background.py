"""A nursery for tasks that serve a block of code and end with it."""

import pytest
import trio
from trio.testing import wait_all_tasks_blocked

from g3fs.gallery.errors import NotFound
from g3fs.tasks.background import open_background


async def test_its_tasks_end_with_the_block() -> None:
    ended = trio.Event()

    async def serve() -> None:
        try:
            await trio.sleep_forever()
        finally:
            ended.set()

    async with open_background() as nursery:
        nursery.start_soon(serve)
        await wait_all_tasks_blocked()

    assert ended.is_set()


async def test_an_error_of_the_block_comes_out_bare() -> None:
    async def fail() -> None:
        async with open_background() as nursery:
            nursery.start_soon(trio.sleep_forever)
            raise NotFound("gone")

    with pytest.raises(NotFound, match="gone"):
        await fail()


async def test_cancelling_the_block_cancels_what_is_around_it() -> None:
    with trio.CancelScope() as scope:
        async with open_background() as nursery:
            nursery.start_soon(trio.sleep_forever)
            scope.cancel()
            await trio.lowlevel.checkpoint()

    assert scope.cancelled_caught
