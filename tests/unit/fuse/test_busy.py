"""Notices of names wait until nothing is being answered in their directory."""

import pytest
import trio
import trio.testing
from pyfuse3 import InodeT

from g3fs.fuse.busy import BusyDirectories, in_directory

HERE, THERE = InodeT(1), InodeT(2)


class Handlers:
    """One handler, which is answered when the gate is opened."""

    def __init__(self):
        self.busy = BusyDirectories()
        self.gate = trio.Event()

    @in_directory
    async def lookup(self, parent, name):
        await self.gate.wait()
        return name


async def test_a_directory_is_idle_when_its_last_call_is_answered():
    handlers, busy = Handlers(), []
    async with trio.open_nursery() as nursery:
        nursery.start_soon(handlers.lookup, HERE, "a")
        nursery.start_soon(handlers.lookup, HERE, "b")

        async def wait():
            await handlers.busy.idle(HERE)
            busy.append(handlers.gate.is_set())

        await trio.testing.wait_all_tasks_blocked()
        nursery.start_soon(wait)
        await trio.testing.wait_all_tasks_blocked()
        await handlers.busy.idle(THERE)
        assert busy == []
        handlers.gate.set()
    assert busy == [True]


async def test_a_call_that_fails_is_over():
    directories = BusyDirectories()
    with pytest.raises(ValueError, match="no number"), directories.answering(HERE, HERE):
        int("no number")
    await directories.idle(HERE)
