"""Blocking calls run in limited numbers of threads."""

import threading
from functools import partial

import pytest
import trio

from g3fs.gallery.errors import NotFound
from g3fs.tasks.gather import gather
from g3fs.tasks.threads import Threads, in_thread


async def test_a_call_runs_in_another_thread() -> None:
    assert await in_thread(Threads().disk, threading.get_ident, abandon=False) != (
        threading.get_ident()
    )


async def test_an_error_comes_out_bare() -> None:
    def fail(message: str) -> None:
        raise NotFound(message)

    with pytest.raises(NotFound, match="gone"):
        await in_thread(Threads().metadata, fail, "gone", abandon=True)


async def test_an_abandoned_call_does_not_hold_up_its_caller() -> None:
    done = threading.Event()
    started = threading.Event()
    limiter = trio.CapacityLimiter(1)

    def block() -> None:
        started.set()
        done.wait()

    async with trio.open_nursery() as nursery:
        nursery.start_soon(partial(in_thread, limiter, block, abandon=True))
        await trio.to_thread.run_sync(started.wait)
        nursery.cancel_scope.cancel()

    assert limiter.borrowed_tokens == 1
    done.set()


async def test_a_limiter_bounds_the_threads_at_work() -> None:
    limiter = trio.CapacityLimiter(2)
    lock = threading.Lock()
    barrier = threading.Barrier(2)
    running = most = 0

    def work() -> None:
        nonlocal running, most
        with lock:
            running += 1
            most = max(most, running)
        barrier.wait()
        with lock:
            running -= 1

    await gather(*[partial(in_thread, limiter, work, abandon=False)] * 6)
    assert most == 2
