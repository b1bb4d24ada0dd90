"""What the next mount makes of a journal, wherever the last one ended."""

from dataclasses import replace

import pytest
import trio.testing

from g3fs.cache.queue.queue import open_queue
from g3fs.cache.queue.record import Record, Stage
from g3fs.gallery.errors import TimedOut, Unreachable
from g3fs.gallery.items import Group
from g3fs.tasks.threads import Threads
from tests.fakes import ROOT
from tests.unit.vfs.writing.disks import refusal
from tests.unit.vfs.writing.test_files import stored
from tests.unit.vfs.writing.test_leftovers import spool
from tests.unit.vfs.writing.test_moving import ids


async def put(place, record, data=b""):
    """Let the journal have a record, with its data, as a mount that ended there left it."""
    async with open_queue(place / "queue", Threads()) as queue:
        if data:
            file = await queue.create()
            await file.write(0, data)
            file.close()
            record = replace(record, data=file.name, size_bytes=len(data))
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


async def arrived_unseen(backend, place, data):
    """A mount ended after the server had a.jpg, and before the journal knew; the item's id."""
    record = Record(id="1", sequence=1, stage=Stage.QUEUED, album=ROOT, name="a.jpg", mark="m")
    await put(place, record, data)
    item = backend.add_media("a.jpg", data)
    backend.writer.marks["m"] = item.id
    return item.id


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


async def test_a_file_written_anew_before_it_is_known_that_it_arrived_replaces_the_item(
    disk, backend, photo, tmp_path
):
    here_before = await arrived_unseen(backend, tmp_path, photo(1))
    backend.fail_next("find", Unreachable("down"))
    async with disk() as here:
        await until(lambda: backend.calls["find"])
        await here.write("a.jpg", photo(2))
        assert await here.read("a.jpg") == photo(2)
        await here.sent()
    assert ids(backend) == {"a.jpg": here_before}
    assert stored(backend, "a.jpg") == photo(2)
    assert await records(tmp_path) == []


async def test_a_file_accepted_anew_before_it_is_known_that_it_arrived_replaces_the_item(
    disk, backend, photo, tmp_path
):
    here_before = await arrived_unseen(backend, tmp_path, photo(1))
    backend.fail_next("find", Unreachable("down"))
    async with disk(background=True, first_pause_s=0.01) as here:
        await until(lambda: backend.calls["find"])
        await here.write("a.jpg", photo(2))
        await here.sent()
    assert ids(backend) == {"a.jpg": here_before}
    assert stored(backend, "a.jpg") == photo(2)


async def test_what_the_server_is_still_at_work_on_is_not_sent_again(
    disk, backend, photo, tmp_path
):
    record = Record(id="1", sequence=1, stage=Stage.QUEUED, album=ROOT, name="a.jpg", mark="m")
    await put(tmp_path, record, photo(1))
    async with disk(settling_s=3600) as here:
        await until(lambda: backend.calls["find"])
        assert await here.read("a.jpg") == photo(1)
        item = backend.add_media("a.jpg", photo(1))
        backend.writer.marks["m"] = item.id
        await here.sent()
        assert await here.read("a.jpg") == photo(1)
    assert ids(backend) == {"a.jpg": item.id}
    assert backend.calls["create"] == 0
    assert await records(tmp_path) == []


async def test_what_the_server_does_not_know_after_a_while_is_sent(disk, backend, photo, tmp_path):
    record = Record(id="1", sequence=1, stage=Stage.QUEUED, album=ROOT, name="a.jpg", mark="m")
    await put(tmp_path, record, photo(1))
    async with disk(settling_s=0) as here:
        await here.sent()
    assert stored(backend, "a.jpg") == photo(1)


@pytest.mark.parametrize("known", [(), ("well done",)])
async def test_a_comment_is_written_once(disk, backend, photo, tmp_path, known):
    item = backend.add_media("a.jpg", photo(1))
    for text in known:
        await backend.writer.add_comment(item.id, text)
    noted = {"user.g3fs.comment.new": "well done", "user.g3fs.title": "A"}
    record = Record(id="1", sequence=1, stage=Stage.QUEUED, album=ROOT, name="a.jpg", item=item.id)
    await put(tmp_path, replace(record, attributes=noted))
    async with disk() as here:
        await here.sent()
        assert await here.get("a.jpg", "user.g3fs.title") == "A"
    (comment,) = backend.details_of[item.id, Group.COMMENTS].comments
    assert comment.text == "well done"


async def test_an_item_whose_attributes_are_not_sent_yet_can_be_read(
    disk, backend, photo, tmp_path
):
    item = backend.add_media("a.jpg", photo(1))
    noted = {"user.g3fs.title": "A"}
    record = Record(id="1", sequence=1, stage=Stage.QUEUED, album=ROOT, name="a.jpg", item=item.id)
    await put(tmp_path, replace(record, attributes=noted))
    backend.fail_next("set_fact", Unreachable("down"))
    async with disk() as here:
        await until(lambda: backend.calls["set_fact"])
        assert await here.read("a.jpg") == photo(1)
    assert await records(tmp_path) == [(Stage.QUEUED, "a.jpg")]


async def test_what_was_refused_and_arrived_is_replaced_by_what_is_written_then(
    disk, backend, photo
):
    async with disk() as here:
        backend.fail_after("create", TimedOut("no answer"))
        assert await refusal(here.write, "a.jpg", photo(1)) is TimedOut
        (item,) = ids(backend).values()
        backend.fail_next("list", *[Unreachable("down")] * 3)
        await here.write("a.jpg", photo(2))
        assert await here.read("a.jpg") == photo(2)
        assert here.failed() == []
    assert ids(backend) == {"a.jpg": item}
    assert stored(backend, "a.jpg") == photo(2)


async def test_a_file_whose_answer_was_lost_and_that_was_written_anew_is_one_item_after_a_remount(
    disk, backend, photo, tmp_path
):
    async with disk(background=True, first_pause_s=3600) as here:
        backend.fail_after("create", TimedOut("no answer"))
        await here.write("a.jpg", photo(1))
        await until(lambda: any(each.upload.attempts for each in here.changes.delivery.waiting))
        (item,) = ids(backend).values()
        await here.write("a.jpg", photo(2))
        await here.write("a.jpg", photo(3))
    for _ in range(2):  # as little when the doubt outlives one more mount
        async with disk(background=True, sends=False) as here:
            assert await here.read("a.jpg") == photo(3)
    async with disk(background=True, settling_s=0) as here:
        await here.sent()
        assert here.failed() == []
        assert await here.names() == ["a.jpg"]
    assert ids(backend) == {"a.jpg": item}
    assert stored(backend, "a.jpg") == photo(3)
    assert await records(tmp_path) == []
    assert spool(tmp_path) == []


async def test_a_refused_file_in_doubt_can_be_dropped_while_its_name_is_written_anew(
    disk, backend, photo
):
    async with disk() as here:
        backend.fail_next("create", TimedOut("no answer"))
        assert await refusal(here.write, "a.jpg", photo(1)) is TimedOut
        (refused,) = here.changes.failed()
        fh = await here.create("a.jpg")
        await here.changes.write(fh, 0, photo(2))
        await here.changes.drop(refused.id)
        await here.close(fh)
    assert stored(backend, "a.jpg") == photo(2)
