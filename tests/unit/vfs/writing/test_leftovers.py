"""Nothing is left of what is finished: no file of the spool, no record, no draft."""

from tests.unit.vfs.writing.disks import refusal


def spool(place):
    """The files that the queues below a directory have."""
    return [path.name for path in place.glob("queue/*/spool/*")]


async def test_no_file_stays_when_a_refused_one_of_its_name_is_dropped_meanwhile(
    disk, backend, photo, tmp_path
):
    backend.add_media("a.jpg", photo(1))
    async with disk() as here:
        await refusal(here.write, "a.jpg", photo(2)[:-100])
        await here.write(".a.jpg.Ab12Cd", photo(3))
        await here.rename(".a.jpg.Ab12Cd", "a.jpg")
        await here.changes.settle()
        assert here.failed() == []
        assert spool(tmp_path) == []
