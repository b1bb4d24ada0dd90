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


async def test_no_file_stays_of_data_that_was_written_anew_through_two_handles(
    disk, backend, photo, tmp_path
):
    async with disk() as here:
        for number in range(20):
            fh = await here.create("a.jpg")
            await here.changes.write(fh, 0, photo(number))
            await here.write("a.jpg", photo(number + 1))
            await here.write("a.jpg", photo(number + 2))
            await here.close(fh)
            await here.unlink("a.jpg")
        await here.changes.settle()
        assert spool(tmp_path) == []


async def test_data_stays_as_long_as_the_journal_names_it(disk, photo, tmp_path):
    async with disk(background=True, sends=False) as here:
        await here.write("a.jpg", photo(1))
        await here.changes.settle()
        (draft,) = here.changes.drafts
        data = draft.record.data
        draft.note(data="")  # as it is between a step and the note of it
        await draft.spare(data)
        assert spool(tmp_path) == [data]
        await draft.put()
        assert spool(tmp_path) == []
