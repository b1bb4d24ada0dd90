"""What the next mount makes of a journal, wherever the last one ended."""

import trio.testing

from g3fs.cache.queue.queue import open_queue
from g3fs.cache.queue.record import Record, Stage
from g3fs.gallery.errors import Unreachable
from g3fs.tasks.threads import Threads
from tests.fakes import ROOT
from tests.unit.vfs.writing.test_files import stored


async def put(place, record, data=b""):
    """Let the journal have a record, with its data, as a mount that ended there left it."""
    async with open_queue(place / "queue", Threads()) as queue:
        if data:
            file = await queue.create()
            await file.write(0, data)
            file.close()
            record = Record(**{**_fields(record), "data": file.name, "size_bytes": len(data)})
        await queue.put(record)


async def records(place):
    """What the journal has."""
    async with open_queue(place / "queue", Threads()) as queue:
        return [(record.stage, record.name) for record in queue.records.values()]


async def until(holds):
    """Wait for what threads bring about."""
    with trio.fail_after(5):
        while not holds():
            await trio.testing.wait_all_tasks_blocked()


def _fields(record):
    return {name: getattr(record, name) for name in record.__dataclass_fields__}


async def test_a_backup_whose_mount_ended_at_once_is_not_made_twice(disk, backend, photo, tmp_path):
    old = backend.add_media("a.jpg", photo(1))
    parked = Record(id="1", sequence=1, stage=Stage.PARKED, album=ROOT, name="a.jpg~", item=old.id)
    await put(tmp_path, parked)
    new = Record(id="2", sequence=2, stage=Stage.QUEUED, album=ROOT, name="a.jpg", item=old.id)
    await put(tmp_path, new, photo(2))
    backup = Record(id="3", sequence=3, stage=Stage.STAGED, album=ROOT, name="a.jpg~")
    await put(tmp_path, backup, photo(1))
    async with disk() as here:
        await here.sent()
        assert await here.names() == ["a.jpg", "a.jpg~"]
        assert await here.read("a.jpg") == photo(2)
        assert await here.read("a.jpg~") == photo(1)
    assert stored(backend, "a.jpg") == photo(2)
    assert await records(tmp_path) == [(Stage.STAGED, "a.jpg~")]


async def test_a_backup_that_is_deleted_while_it_is_made_is_gone(disk, backend, photo, tmp_path):
    backend.add_media("a.jpg", photo(1))
    async with disk(background=True) as here:
        await here.rename("a.jpg", "a.jpg~")
        gate = backend.hold("open")
        await here.write("a.jpg", photo(2))
        await until(lambda: backend.calls["open"])
        await here.unlink("a.jpg~")
        gate.set()
        await here.sent()
        assert await here.names() == ["a.jpg"]
    assert stored(backend, "a.jpg") == photo(2)
    assert await records(tmp_path) == []


async def test_a_backup_that_is_renamed_while_it_is_made_has_its_new_name(
    disk, backend, photo, tmp_path
):
    backend.add_media("a.jpg", photo(1))
    async with disk(background=True) as here:
        await here.rename("a.jpg", "a.jpg~")
        gate = backend.hold("open")
        await here.write("a.jpg", photo(2))
        await until(lambda: backend.calls["open"])
        await here.rename("a.jpg~", "a.jpg.bak")
        gate.set()
        await here.sent()
        assert await here.names() == ["a.jpg", "a.jpg.bak"]
        assert await here.read("a.jpg.bak") == photo(1)
    assert stored(backend, "a.jpg") == photo(2)
    assert await records(tmp_path) == [(Stage.STAGED, "a.jpg.bak")]


async def test_a_rename_that_was_answered_before_it_failed_is_tried_again(disk, backend, photo):
    async with disk(verdict_s=0, first_pause_s=0) as here:
        await here.write(".a.jpg.Ab12Cd", photo(1))
        gate = backend.hold("create")
        backend.fail_next("create", Unreachable("down"))
        await here.rename(".a.jpg.Ab12Cd", "a.jpg")
        gate.set()
        await here.sent()
    assert stored(backend, "a.jpg") == photo(1)
