"""A local file that gets the name of another one, which was accepted and is not sent yet."""

from g3fs.gallery.errors import TimedOut, Unreachable
from g3fs.vfs.writing.sender import CutShort
from tests.unit.vfs.writing.disks import refusal
from tests.unit.vfs.writing.test_files import stored
from tests.unit.vfs.writing.test_moving import ids


async def test_when_the_successor_is_refused_the_accepted_file_is_there_again(disk, backend, photo):
    backend.add_media("a.jpg", photo(1))
    async with disk(background=True, first_pause_s=0.01) as here:
        await here.names()
        backend.down = Unreachable("down")
        await here.write("a.jpg", photo(2))
        await here.write(".a.jpg.Ab12Cd", photo(3)[:-50])
        assert await refusal(here.rename, ".a.jpg.Ab12Cd", "a.jpg") is CutShort
        assert await here.read("a.jpg") == photo(2)
        assert await here.names() == [".a.jpg.Ab12Cd", "a.jpg"]
        backend.down = None
        await here.sent()
    assert stored(backend, "a.jpg") == photo(2)


async def test_what_has_arrived_without_an_answer_is_replaced(disk, backend, photo):
    async with disk(background=True, first_pause_s=0.01) as here:
        backend.fail_after("create", TimedOut("no answer"))
        backend.fail_next("find", Unreachable("down"))
        await here.write("a.jpg", photo(1))
        await here.changes.delivery.sent.wait()
        (item,) = ids(backend).values()
        await here.write(".a.jpg.Ab12Cd", photo(2))
        backend.errors["find"].clear()
        await here.rename(".a.jpg.Ab12Cd", "a.jpg")
        assert await here.read("a.jpg") == photo(2)
        await here.sent()
        assert await here.names() == ["a.jpg"]
    assert ids(backend) == {"a.jpg": item}
    assert stored(backend, "a.jpg") == photo(2)


async def test_a_file_that_is_still_written_is_given_up(disk, backend, photo):
    async with disk() as here:
        fh = await here.create("a.jpg")
        await here.changes.write(fh, 0, photo(1))
        await here.write(".a.jpg.Ab12Cd", photo(2))
        await here.rename(".a.jpg.Ab12Cd", "a.jpg")
        await here.close(fh)
        await here.sent()
        assert await here.names() == ["a.jpg"]
        assert here.failed() == []
    assert stored(backend, "a.jpg") == photo(2)
    assert len(ids(backend)) == 1
