"""What goes on after its caller was answered."""

import pytest
import trio

from g3fs.gallery.errors import Cancelled
from g3fs.vfs.writing.errands import Errands


async def test_a_defect_in_an_errand_ends_nothing_else(caplog):
    done = []

    async def stumble():
        raise AssertionError("unforeseen")

    async def work():
        await trio.lowlevel.checkpoint()
        done.append(True)

    async with trio.open_nursery() as nursery:
        errands = Errands(nursery)
        errands.start_soon(stumble)
        errands.start_soon(work)
        await errands.idle()
    assert done == [True]
    assert "a defect in g3fs" in caplog.text


async def test_a_defect_in_an_errand_that_is_waited_for_is_the_callers():
    async def stumble(caller):
        await trio.lowlevel.checkpoint()
        raise AssertionError("unforeseen")

    async with trio.open_nursery() as nursery:
        with pytest.raises(AssertionError, match="unforeseen"):
            await Errands(nursery).see_through(stumble, "it")


async def test_a_defect_in_an_errand_whose_caller_is_gone_is_told(caplog):
    gate = trio.Event()

    async def stumble(caller):
        await gate.wait()
        assert not caller.gone, "unforeseen"

    async with trio.open_nursery() as nursery:
        errands = Errands(nursery)
        with trio.CancelScope() as scope:
            scope.cancel()
            await errands.see_through(stumble, "it")
        gate.set()
        await errands.idle()
    assert "a defect in g3fs" in caplog.text


async def test_an_errand_that_is_not_brought_to_its_end_is_no_success():
    async def never(caller):
        await trio.sleep_forever()

    async with trio.open_nursery() as nursery:
        errands = Errands(nursery)
        nursery.cancel_scope.cancel()
        with trio.CancelScope(shield=True), pytest.raises(Cancelled):
            await errands.see_through(never, "it")
