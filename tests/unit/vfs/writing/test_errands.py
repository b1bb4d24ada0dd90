"""What goes on after its caller was answered."""

import trio

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
