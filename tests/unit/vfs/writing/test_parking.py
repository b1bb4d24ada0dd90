"""Photos under names that no gallery takes: what others may do with the names that they had."""

import os

import trio
import trio.testing

from g3fs.gallery.errors import NotPermitted, ServerError, Stale
from tests.unit.vfs.writing.disks import refusal
from tests.unit.vfs.writing.test_files import stored
from tests.unit.vfs.writing.test_moving import ids


async def rename_as_the_kernel_does(here, old, new):
    """Again after ESTALE, once."""
    if await refusal(here.rename, old, new) is Stale:
        await here.rename(old, new)


async def test_a_photo_can_have_the_name_of_one_that_was_renamed_away(disk, backend, photo):
    old, new = backend.add_media("a.jpg", photo(1)), backend.add_media("b.jpg", photo(2))
    async with disk() as here:
        await here.rename("a.jpg", "a.jpg~")
        await here.rename("b.jpg", "a.jpg")
        assert await here.names() == ["a.jpg", "a.jpg~"]
    async with disk() as here:
        assert await here.names() == ["a.jpg", "a.jpg~"]
        assert await here.read("a.jpg") == photo(2)
        assert await here.read("a.jpg~") == photo(1)
        await here.unlink("a.jpg~")
    assert ids(backend) == {"a.jpg": new.id}
    assert old.id not in ids(backend).values()


async def test_two_photos_change_names_by_way_of_a_third(disk, backend, photo):
    a, b = backend.add_media("a.jpg", photo(1)), backend.add_media("b.jpg", photo(2))
    async with disk() as here:
        await here.rename("a.jpg", "x.tmp")
        await here.rename("b.jpg", "a.jpg")
        await here.rename("x.tmp", "b.jpg")
        await here.rename("a.jpg", "x.tmp")
        await here.rename("b.jpg", "y.tmp")
        await here.rename("x.tmp", "b.jpg")
        await here.rename("y.tmp", "a.jpg")
        assert await here.names() == ["a.jpg", "b.jpg"]
        assert await here.read("a.jpg") == photo(1)
    assert ids(backend) == {"a.jpg": a.id, "b.jpg": b.id}


async def test_a_photo_that_cannot_be_renamed_back_stays_where_it_is_shown(disk, backend, photo):
    backend.add_media("a.jpg", photo(1))
    async with disk() as here:
        await here.rename("a.jpg", "x.tmp")
        backend.fail_next("move", ServerError("oops"))
        assert await refusal(here.rename, "x.tmp", "b.jpg") is ServerError
        assert await here.names() == ["x.tmp"]
        await here.rename("x.tmp", "b.jpg")
        assert await here.names() == ["b.jpg"]


async def test_a_photo_written_while_it_is_renamed_away_is_written_there(disk, backend, photo):
    item = backend.add_media("a.jpg", photo(1))
    for early in (True, False):
        async with disk() as here:
            fh = await here.open("a.jpg", os.O_RDWR)
            if early:
                await here.changes.write(fh, 0, photo(2)[:100])
            await here.rename("a.jpg", "x.tmp")
            await here.changes.write(fh, 0, photo(2))
            await here.close(fh)
            await here.changes.settle()
            assert await here.names() == ["x.tmp"]
            assert await here.read("x.tmp") == photo(2)
            await here.rename("x.tmp", "a.jpg")
            assert await here.names() == ["a.jpg"]
            assert await here.read("a.jpg") == photo(2)
        assert ids(backend) == {"a.jpg": item.id}
        assert stored(backend, "a.jpg") == photo(2)


async def test_a_photo_changed_under_the_other_name_is_still_that_after_a_remount(
    disk, backend, photo
):
    backend.add_media("a.jpg", photo(1))
    async with disk(background=True, sends=False) as here:
        await here.rename("a.jpg", "x.tmp")
        await here.write("x.tmp", photo(2))
        assert await here.read("x.tmp") == photo(2)
    async with disk() as here:
        assert await here.names() == ["x.tmp"]
        assert await here.read("x.tmp") == photo(2)
        await here.sent()
        assert await here.names() == ["x.tmp"]
    assert stored(backend, "a.jpg") == photo(2)


async def test_the_kernel_forgets_what_a_name_was_that_a_photo_was_renamed_to(disk, backend, photo):
    backend.add_media("a.jpg", photo(1))
    async with disk() as here:
        top = await here.ino("")
        before = await here.ino("a.jpg")
        await here.rename("a.jpg", "a.jpg~")
        assert ("entry", top, "a.jpg~") in here.notices.told
        here.notices.told.clear()
        await here.write("a.jpg", photo(2))
        assert ("entry", top, "a.jpg~") in here.notices.told
        assert await here.ino("a.jpg~") != before


async def test_with_delete_denied_a_photo_is_not_renamed_away_to_be_replaced(disk, backend, photo):
    backend.add_media("a.jpg", photo(1))
    async with disk() as here:
        await here.rename("a.jpg", "a.jpg~")
    async with disk(may_delete=False) as here:
        await here.rename("a.jpg~", "b.jpg.bak")
        await here.rename("b.jpg.bak", "a.jpg")
        assert await refusal(here.rename, "a.jpg", "a.jpg~") is NotPermitted
        assert await here.names() == ["a.jpg"]


async def test_the_old_version_keeps_the_times_that_were_set(disk, backend, photo):
    stamp = 1_500_000_000_123_456_789
    backend.add_media("a.jpg", photo(1))
    async with disk() as here:
        await here.utimens("a.jpg", stamp)
        await here.rename("a.jpg", "a.jpg~")
        await here.write("a.jpg", photo(2))
        assert (await here.attr("a.jpg~")).mtime_ns == stamp
    async with disk() as here:
        assert (await here.attr("a.jpg~")).mtime_ns == stamp


async def test_a_changed_photo_that_is_deleted_is_read_on_by_who_has_it_open(disk, backend, photo):
    backend.add_media("a.jpg", photo(1))
    new = photo(2, 5000)
    async with disk() as here:
        ino = await here.ino("a.jpg")
        fh = await here.open("a.jpg", os.O_RDWR)
        await here.changes.write(fh, 0, new)
        await here.unlink("a.jpg")
        assert here.fs.getattr(ino).size_bytes == len(new)
        assert await here.fs.read(fh, 0, 10_000) == new
        await here.close(fh)
        await here.changes.settle()
        assert list(here.changes.drafts) == []
    assert ids(backend) == {}
    assert backend.calls["replace"] == 0


async def test_a_photo_changed_and_deleted_under_the_other_name_is_gone(disk, backend, photo):
    backend.add_media("a.jpg", photo(1))
    async with disk() as here:
        await here.rename("a.jpg", "x.tmp")
        fh = await here.open("x.tmp", os.O_RDWR)
        await here.changes.write(fh, 0, photo(2))
        await here.unlink("x.tmp")
        assert await here.names() == []
        await here.close(fh)
        await here.changes.settle()
        assert await here.names() == []
    assert ids(backend) == {}


async def test_a_photo_renamed_over_one_whose_deletion_is_held_back_takes_its_place(
    disk, backend, photo
):
    backend.add_media("a.jpg", photo(1))
    b = backend.add_media("b.jpg", photo(2))
    async with disk(hold_s=1) as here:
        await here.write("a.jpg.part", photo(3))
        await here.unlink("a.jpg")
        await here.rename("b.jpg", "a.jpg")
        assert await here.names() == ["a.jpg", "a.jpg.part"]
        assert await here.read("a.jpg") == photo(2)
        await here.unlink("a.jpg.part")
    assert ids(backend) == {"a.jpg": b.id}


async def test_a_photo_renamed_back_while_its_successor_is_sent_leaves_no_backup(
    disk, backend, photo
):
    backend.add_media("a.jpg", photo(1))
    gate = backend.hold("open")
    async with disk(background=True) as here, trio.open_nursery() as nursery:
        await here.rename("a.jpg", "a.jpg~")
        await here.write("a.jpg", photo(2))
        while not backend.calls["open"]:
            await trio.lowlevel.checkpoint()
        nursery.start_soon(rename_as_the_kernel_does, here, "a.jpg~", "a.jpg")
        await trio.testing.wait_all_tasks_blocked()
        gate.set()
    async with disk() as here:
        assert await here.names() == ["a.jpg"]
        assert await here.read("a.jpg") == photo(1)
        await here.sent()
    assert stored(backend, "a.jpg") == photo(1)
