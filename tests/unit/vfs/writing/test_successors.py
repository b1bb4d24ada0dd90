"""A photo renamed away, its name written anew, and what else may be done to either meanwhile."""

import os

from g3fs.gallery.errors import Stale
from tests.fakes import ROOT
from tests.unit.vfs.writing.disks import refusal
from tests.unit.vfs.writing.test_files import stored
from tests.unit.vfs.writing.test_moving import ids


async def test_new_data_of_a_photo_that_is_renamed_away_stays_here_when_its_name_is_written_anew(
    disk, backend, photo
):
    old = backend.add_media("a.jpg", photo(1))
    async with disk(background=True, sends=False) as here:
        await here.write("a.jpg", photo(2))
        await here.rename("a.jpg", "a.jpg~")
        await here.write("a.jpg", photo(3))
    async with disk() as here:
        await here.sent()
        assert await here.read("a.jpg~") == photo(2)
        assert await here.read("a.jpg") == photo(3)
    assert ids(backend) == {"a.jpg": old.id}
    assert stored(backend, "a.jpg") == photo(3)


async def test_a_temporary_file_takes_the_name_and_leaves_the_new_data_of_what_had_it(
    disk, backend, photo
):
    backend.add_media("a.jpg", photo(1))
    async with disk(background=True, sends=False) as here:
        await here.write("a.jpg", photo(2))
        await here.rename("a.jpg", "a.jpg~")
        await here.write("a.jpg.part", photo(3))
        await here.rename("a.jpg.part", "a.jpg")
        assert await here.read("a.jpg~") == photo(2)
    async with disk() as here:
        await here.sent()
        assert await here.read("a.jpg~") == photo(2)
    assert stored(backend, "a.jpg") == photo(3)


async def test_a_photo_that_was_renamed_away_and_goes_elsewhere_is_not_written_over(
    disk, backend, photo
):
    old = backend.add_media("a.jpg", photo(1))
    async with disk(background=True, sends=False) as here:
        await here.rename("a.jpg", "a.jpg~")
        await here.write("a.jpg", photo(2))
        await here.rename("a.jpg~", "b.jpg")
        assert await here.names() == ["a.jpg", "b.jpg"]
    async with disk() as here:
        await here.sent()
        assert await here.read("a.jpg") == photo(2)
        assert await here.read("b.jpg") == photo(1)
    assert ids(backend)["b.jpg"] == old.id


async def test_a_photo_is_gone_when_it_and_the_file_that_was_to_succeed_it_are_deleted(
    disk, backend, photo
):
    backend.add_media("a.jpg", photo(1))
    async with disk(background=True, sends=False) as here:
        await here.rename("a.jpg", "a.jpg~")
        await here.write("a.jpg", photo(2))
        await here.unlink("a.jpg~")
        await here.unlink("a.jpg")
        assert await here.names() == []
    assert ids(backend) == {}


async def test_what_a_deleted_backup_had_waiting_is_not_sent(disk, backend, photo):
    old = backend.add_media("a.jpg", photo(1))
    async with disk(background=True, sends=False) as here:
        await here.write("a.jpg", photo(2))
        await here.rename("a.jpg", "a.jpg~")
        await here.write("a.jpg", photo(3))
        await here.unlink("a.jpg~")
        await here.rename("a.jpg", "b.jpg")
    async with disk() as here:
        assert await here.names() == ["b.jpg"]
        await here.sent()
        assert await here.read("b.jpg") == photo(3)
    assert ids(backend) == {"b.jpg": old.id}


async def test_a_backup_that_is_renamed_once_more_is_known_after_a_remount(disk, backend, photo):
    backend.add_media("a.jpg", photo(1))
    async with disk(background=True, sends=False) as here:
        await here.rename("a.jpg", "a.jpg~")
        await here.write("a.jpg", photo(2))
        await here.rename("a.jpg~", "b.jpg~")
    async with disk() as here:
        assert await here.read("a.jpg") == photo(2)
        assert await here.read("b.jpg~") == photo(1)


async def test_a_name_that_is_written_anew_is_spelled_as_it_was_written_last(disk, backend, photo):
    async with disk() as here:
        await here.write("a__b.jpg", photo(1))
        await here.rename("a__b.jpg", "a__b.jpg~")
        await here.write("a_b.jpg", photo(2))
        assert await here.names() == ["a__b.jpg~", "a_b.jpg"]
    assert list(ids(backend, ROOT)) == ["a_b.jpg"]


async def test_a_backup_gets_the_name_back_that_it_is_given(disk, backend, photo):
    async with disk() as here:
        await here.write("a__b.jpg", photo(1))
        await here.rename("a__b.jpg", "b~")
        await here.rename("b~", "a_b.jpg")
        assert await here.names() == ["a_b.jpg"]
    assert backend.calls["move"] == 0


async def test_who_has_a_replaced_file_open_does_not_write_into_the_new_one(disk, backend, photo):
    backend.add_media("a.jpg", photo(1))
    async with disk() as here:
        fh = await here.open("a.jpg", os.O_RDWR)
        await here.changes.write(fh, 0, photo(2))
        await here.write("a.jpg.part", photo(3))
        await here.rename("a.jpg.part", "a.jpg")
        await here.changes.write(fh, 100, b"!")
        await here.close(fh)
        await here.changes.settle()
        assert await here.read("a.jpg") == photo(3)
        assert list(here.changes.drafts) == []
    assert stored(backend, "a.jpg") == photo(3)


async def test_who_had_a_photo_open_before_it_was_replaced_does_not_write_into_the_new_one(
    disk, backend, photo
):
    for name in ("a.jpg", "b.jpg", "c.jpg"):
        backend.add_media(name, photo(1))
    async with disk() as here:
        handles = [await here.open(name, os.O_RDWR) for name in ("a.jpg", "b.jpg", "c.jpg")]
        await here.write("a.jpg.part", photo(2))
        await here.rename("a.jpg.part", "a.jpg")
        for name in ("b.jpg", "c.jpg"):
            await here.rename(name, f"{name}~")
            await here.write(name, photo(2))
        await here.unlink("b.jpg~")
        for fh in handles:
            assert await refusal(here.changes.write, fh, 100, b"!") is Stale
            await here.close(fh)
        for name in ("a.jpg", "b.jpg", "c.jpg"):
            assert stored(backend, name) == photo(2)


async def test_a_queued_photo_is_not_written_by_who_had_the_one_before_it_open(
    disk, backend, photo
):
    backend.add_media("a.jpg", photo(1))
    async with disk(background=True, sends=False) as here:
        fh = await here.open("a.jpg", os.O_RDWR)
        await here.rename("a.jpg", "a.jpg~")
        await here.write("a.jpg", photo(2))
        await here.unlink("a.jpg~")
        assert await refusal(here.changes.write, fh, 100, b"!") is Stale
        await here.close(fh)
        assert await here.read("a.jpg") == photo(2)
