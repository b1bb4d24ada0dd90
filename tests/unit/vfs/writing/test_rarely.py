"""Orders of calls that are rare, and were wrong once."""

import os
from contextlib import asynccontextmanager

import trio
from trio.testing import wait_all_tasks_blocked

from g3fs.gallery.errors import AlreadyExists, Invalid, NoSpace, TimedOut
from g3fs.vfs.writing.sender import CutShort
from tests.unit.vfs.writing.disks import refusal
from tests.unit.vfs.writing.test_files import stored
from tests.unit.vfs.writing.test_leftovers import spool
from tests.unit.vfs.writing.test_moving import ids


async def test_an_empty_file_does_not_replace_a_photo_when_it_is_renamed_over_it(
    disk, backend, photo
):
    backend.add_media("a.jpg", photo(1))
    async with disk() as here:
        await here.close(await here.create("b.jpg"))
        assert await refusal(here.rename, "b.jpg", "a.jpg") is Invalid
        assert await here.read("a.jpg") == photo(1)
        assert await here.read("b.jpg") == b""
    async with disk() as here:
        assert await here.read("a.jpg") == photo(1)


async def test_a_queued_file_that_is_emptied_and_closed_is_the_old_file_again(
    disk, backend, photo, tmp_path
):
    backend.add_media("old.jpg", photo(1))
    async with disk(background=True, sends=False) as here:
        for name in ("new.jpg", "old.jpg"):
            await here.write(name, photo(2))
            await here.utimens(name, 10**18)
            await here.close(await here.open(name, os.O_WRONLY | os.O_TRUNC))
            await here.changes.settle()
            assert await here.read(name) == photo(2)
            assert (await here.attr(name)).mtime_ns == 10**18
    async with disk() as here:
        assert await here.read("old.jpg") == photo(2)
        await here.sent()
    assert stored(backend, "new.jpg") == stored(backend, "old.jpg") == photo(2)
    assert spool(tmp_path) == []


async def test_new_data_that_is_refused_leaves_what_was_accepted_before(
    disk, backend, photo, tmp_path
):
    backend.add_media("a.jpg", photo(1))
    async with disk(background=True, sends=False) as here:
        await here.write("a.jpg", photo(2))
        assert await refusal(here.write, "a.jpg", photo(3)[:-100]) is CutShort
        await here.changes.settle()
        assert await refusal(here.truncate, "a.jpg", 500) is CutShort
        await here.changes.settle()
        assert await here.read("a.jpg") == photo(2)
        assert await here.read(".g3fs/failed/a.jpg") == photo(2)[:500]
    async with disk(background=True) as here:
        await here.sent()
        assert await here.read(".g3fs/failed/a.jpg") == photo(2)[:500]
        assert stored(backend, "a.jpg") == photo(2)
        await here.write("a.jpg", photo(4))
        await here.sent()
        assert here.failed() == []
    assert stored(backend, "a.jpg") == photo(4)
    assert spool(tmp_path) == []


async def test_a_queued_file_that_cannot_be_written_anew_is_what_was_accepted(disk, backend, photo):
    async with disk(background=True, sends=False) as here:
        await here.write("a.jpg", photo(1))
        fh = await here.open("a.jpg", os.O_RDWR)
        await here.changes.write(fh, 0, photo(2))
        next(iter(here.changes.drafts)).fault = NoSpace("the disk is full")
        assert await refusal(here.close, fh) is NoSpace
        await here.changes.settle()
        assert await here.read("a.jpg") == photo(1)


async def test_new_data_of_a_photo_that_somebody_deletes_is_shown_until_it_is_a_new_one(
    disk, backend, photo
):
    old = backend.add_media("a.jpg", photo(1))
    async with disk(background=True, sends=False) as here:
        await here.write("a.jpg", photo(2))
        backend.remove(old.id)
        await here.refresh()
        assert await here.names() == ["a.jpg"]
        assert await here.read("a.jpg") == photo(2)
    async with disk(background=True, sends=False) as here:
        assert await here.names() == ["a.jpg"]
        await here.rename("a.jpg", "b.jpg")
    async with disk() as here:
        await here.sent()
        assert await here.names() == ["b.jpg"]
    assert stored(backend, "b.jpg") == photo(2)


async def test_a_queued_file_that_arrives_while_it_is_opened_can_be_read(disk, photo):
    async with disk(background=True, sends=False) as here, trio.open_nursery() as nursery:
        await here.write("a.jpg", photo(1))
        await here.changes.settle()
        draft = next(iter(here.changes.drafts))
        nursery.start_soon(draft.open)
        while not draft.lent:
            await trio.lowlevel.checkpoint()
        draft.note(data="")
        await wait_all_tasks_blocked()
        assert await draft.read(0, 5000) == photo(1)


async def test_a_queued_file_is_not_emptied_by_its_name_as_little_as_a_photo(disk, backend, photo):
    async with disk(background=True, sends=False) as here:
        await here.write("a.jpg", photo(1))
        assert await refusal(here.truncate, "a.jpg", 0) is Invalid
        assert await here.read("a.jpg") == photo(1)


async def test_a_photo_that_is_renamed_over_while_its_new_data_is_sent_is_not_seen_again(
    disk, backend, photo
):
    new = backend.add_media("a.jpg", photo(1))
    backend.add_media("b.jpg", photo(2))
    async with disk(background=True) as here:
        async with sending(here, backend, "b.jpg", photo(3)) as nursery:
            nursery.start_soon(here.rename, "a.jpg", "b.jpg")
        await here.sent()
    async with disk() as here:
        assert await here.names() == ["b.jpg"]
        assert await here.read("b.jpg") == photo(1)
    assert ids(backend) == {"b.jpg": new.id}


async def test_a_photo_that_is_renamed_while_its_new_data_is_sent_has_its_new_name(
    disk, backend, photo
):
    backend.add_media("a.jpg", photo(1))
    async with disk(background=True) as here:
        async with sending(here, backend, "a.jpg", photo(2)) as nursery:
            nursery.start_soon(here.rename, "a.jpg", "b.jpg")
        await here.sent()
        assert await here.names() == ["b.jpg"]
        assert await here.read("b.jpg") == photo(2)


async def test_a_photo_that_was_not_replaced_after_all_has_the_data_that_arrived_meanwhile(
    disk, backend, photo
):
    backend.add_media("a.jpg", photo(1))
    async with disk(background=True) as here:
        await here.write("a.jpg.part", photo(2)[:-100])
        async with sending(here, backend, "a.jpg", photo(3)) as nursery:
            nursery.start_soon(refusal, here.rename, "a.jpg.part", "a.jpg")
            await wait_all_tasks_blocked()
            for draft in here.changes.drafts:
                draft.upload.aborted = False  # it was too late for that
        assert await here.names() == ["a.jpg", "a.jpg.part"]
        assert await here.read("a.jpg") == photo(3)


async def test_data_cut_short_that_comes_while_the_file_is_made_does_not_replace_it(
    disk, backend, photo
):
    async with disk(background=True) as here:
        async with sending(here, backend, "a.jpg", photo(1), "create"):
            await here.write("a.jpg", photo(2)[:-100])
        await here.sent()
        assert await here.read("a.jpg") == photo(1)
        assert await here.read(".g3fs/failed/a.jpg") == photo(2)[:-100]
    assert stored(backend, "a.jpg") == photo(1)


@asynccontextmanager
async def sending(here, backend, path, data, how="replace"):
    """While the data of a photo is on its way; it arrives at the end of the block."""
    gate = backend.hold(how)
    await here.write(path, data)
    while not backend.calls[how]:
        await trio.lowlevel.checkpoint()
    async with trio.open_nursery() as nursery:
        yield nursery
        await wait_all_tasks_blocked()
        gate.set()


async def test_what_is_to_be_new_again_stands_in_the_way_of_what_would_clash_with_it(
    disk, backend, photo
):
    old = backend.add_media("a.jpg", photo(1))
    async with disk(background=True, sends=False) as here:
        await here.write("a.jpg", photo(2))
        backend.remove(old.id)
        await here.refresh()
        assert await refusal(here.create, "a.png") is AlreadyExists


async def test_a_file_that_was_found_when_it_was_renamed_leaves_no_record(
    disk, backend, photo, tmp_path
):
    backend.fail_after("create", TimedOut("no answer"))
    backend.fail_next("find", TimedOut("no answer"))
    async with disk(background=True) as here:
        await here.write("a.jpg", photo(1))
        while not backend.calls["find"]:
            await trio.lowlevel.checkpoint()
        await here.rename("a.jpg", "b.jpg")
        await here.sent()
        await here.changes.settle()
        assert here.report.facts()["waiting"] == 0
        assert await here.names() == ["b.jpg"]
    async with disk(sends=False) as here:
        assert list(here.changes.drafts) == []
    assert spool(tmp_path) == []


async def test_a_file_that_is_made_where_one_was_deleted_is_not_deleted_with_it(
    disk, backend, photo
):
    old = backend.add_media("a.jpg", photo(1))
    async with disk(hold_s=0.05) as here:
        await here.write("a.jpg.part", photo(2))
        await here.unlink("a.jpg")
        await here.write("a.jpg", photo(3))
        await here.changes.settle()
        assert await here.names() == ["a.jpg", "a.jpg.part"]
        assert await here.read("a.jpg") == photo(3)
    assert stored(backend, "a.jpg") == photo(3)
    assert old.id not in backend.items


async def test_an_album_whose_files_were_deleted_one_after_the_other_can_be_deleted(
    disk, backend, photo
):
    album = backend.add_album("album")
    backend.add_media("a.jpg", photo(1), parent=album.id)
    async with disk(hold_s=0.05) as here:
        await here.write("album/a.jpg.part", photo(2))
        await here.unlink("album/a.jpg")
        await here.unlink("album/a.jpg.part")
        await here.rmdir("album")
        assert await here.names() == []


async def test_a_photo_is_the_old_one_as_soon_as_new_data_is_refused_and_let_go(
    disk, backend, photo
):
    backend.add_media("a.jpg", photo(1))
    async with disk() as here:
        ino = await here.ino("a.jpg")
        for flags in (os.O_RDONLY, os.O_RDWR):
            assert await refusal(here.write, "a.jpg", photo(2)[:-100]) is CutShort
            fh = (await here.fs.open(ino, flags)).fh
            assert await here.fs.read(fh, 0, 10_000) == photo(1)
            await here.close(fh)
            await here.changes.settle()


async def test_a_photo_is_the_old_one_as_soon_as_data_that_did_not_fit_is_let_go(
    disk, backend, photo, tmp_path
):
    backend.add_media("a.jpg", photo(1))
    async with disk() as here:
        ino, fh = await here.ino("a.jpg"), await here.open("a.jpg", os.O_WRONLY | os.O_TRUNC)
        await here.changes.write(fh, 0, photo(2)[:1000])
        next(iter(here.changes.drafts)).fault = NoSpace("the disk is full")
        assert await refusal(here.close, fh) is NoSpace
        fh = (await here.fs.open(ino, os.O_RDONLY)).fh
        assert await here.fs.read(fh, 0, 10_000) == photo(1)
        await here.close(fh)
        await here.changes.settle()
        assert spool(tmp_path) == []
