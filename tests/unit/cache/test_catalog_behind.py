"""Work behind the answers: each subject once, few at a time, and no bug ends the mount."""

import trio

from g3fs.cache.behind import Behind
from tests.unit.cache.catalogs import settled


async def test_a_subject_that_waits_or_runs_is_not_taken_twice():
    gate, done = trio.Event(), []

    async def work():
        await gate.wait()
        done.append("work")

    async with trio.open_nursery() as nursery:
        behind = Behind(nursery, max_workers=1)
        for _ in range(3):
            behind.soon("running", work)
            behind.soon("waiting", work)
            await settled()
        assert len(behind) == 2
        gate.set()
    assert done == ["work", "work"]
    assert len(behind) == 0


async def test_workers_end_with_the_queue_and_come_back_with_it():
    done = []

    async def work():
        await trio.lowlevel.checkpoint()
        done.append("work")

    async with trio.open_nursery() as nursery:
        behind = Behind(nursery, max_workers=2)
        for number in range(10):
            behind.soon(number, work)
        await settled()
        assert len(done) == 10
        assert not nursery.child_tasks
        behind.soon(0, work)
    assert len(done) == 11


async def test_a_bug_in_one_job_is_logged_and_the_others_are_done(caplog):
    done = []

    async def bug():
        raise ZeroDivisionError

    async def work():
        done.append("work")

    async with trio.open_nursery() as nursery:
        behind = Behind(nursery, max_workers=1)
        behind.soon("bug", bug)
        behind.soon("work", work)
    assert done == ["work"]
    assert "ZeroDivisionError" in caplog.text
