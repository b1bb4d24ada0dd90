"""What the kernel remembers of names and inodes stays right without asking for them by name."""

import os

import pytest
import trio

from g3fs.gallery.errors import Invalid, ServerError
from g3fs.vfs.writing.changes import NewTimes
from tests.unit.vfs.writing.disks import refusal
from tests.unit.vfs.writing.test_files import stored


async def test_a_photo_changed_in_its_place_is_read_back_by_its_number(disk, backend, photo):
    backend.add_media("a.jpg", photo(1))
    new, stamp = photo(2, 3000), 1_500_000_000_123_456_789
    async with disk() as here:
        ino = await here.ino("a.jpg")
        assert await here.read("a.jpg") == photo(1)
        fh = (await here.fs.open(ino, os.O_WRONLY | os.O_TRUNC)).fh
        await here.changes.write(fh, 0, new)
        await here.utimens("a.jpg", stamp)
        await here.fs.flush(fh)
        here.fs.release(fh)
        await here.changes.settle()
        attr = here.fs.getattr(ino)
        assert (attr.size_bytes, attr.mtime_ns) == (len(new), stamp)
        fh = (await here.fs.open(ino, os.O_RDONLY)).fh
        assert await here.fs.read(fh, 0, 10_000) == new
        here.fs.release(fh)


async def test_a_file_written_on_after_it_was_refused_has_its_name_when_it_is_closed(
    disk, backend, photo
):
    backend.fail_next("create", Invalid("no picture"))
    async with disk(background=True) as here:
        fh = await here.create("a.jpg")
        await here.changes.write(fh, 0, photo(1)[:100])
        await here.fs.flush(fh)
        await here.sent()
        assert here.failed() == ["a.jpg"]
        gate = backend.hold("create")
        await here.changes.write(fh, 0, photo(1))
        await here.close(fh)
        assert await here.read("a.jpg") == photo(1)
        assert here.failed() == []
        gate.set()
        await here.sent()
        assert await here.names() == ["a.jpg"]


async def test_both_times_of_a_file_that_waits_are_shown(disk, photo):
    async with disk(background=True, sends=False) as here:
        await here.write("a.jpg", photo(1))
        await here.changes.setattr(await here.ino("a.jpg"), None, NewTimes(mtime_ns=5, atime_ns=7))
        attr = await here.attr("a.jpg")
        assert (attr.mtime_ns, attr.atime_ns) == (5, 7)


@pytest.mark.parametrize("closed_first", [True, False])
async def test_a_refusal_of_what_was_written_before_is_none_of_what_is_written_now(
    disk, backend, photo, closed_first
):
    gate = backend.hold("create")
    backend.fail_next("create", Invalid("no picture"))
    async with disk(background=True) as here:
        fh = await here.create("a.jpg")
        await here.changes.write(fh, 0, photo(1)[:100])
        await here.fs.flush(fh)
        while not backend.calls["create"]:
            await trio.lowlevel.checkpoint()
        await here.changes.write(fh, 0, photo(1))
        if closed_first:
            await here.fs.flush(fh)
        gate.set()
        while backend.errors["create"]:
            await trio.lowlevel.checkpoint()
        assert await here.names() == ["a.jpg"]
        await here.close(fh)
        assert await here.names() == ["a.jpg"]
        await here.sent()
        assert await here.read("a.jpg") == photo(1)
        assert here.failed() == []
    assert stored(backend, "a.jpg") == photo(1)


@pytest.mark.parametrize("background", [False, True])
async def test_the_kernel_is_not_told_to_forget_the_names_that_it_changed_itself(
    disk, backend, photo, background
):
    """It takes such a notice under the lock of the directory, which the next call may hold."""
    album = backend.add_album("album")
    for name in ("a.jpg", "b.jpg", "c.jpg"):
        backend.add_media(name, photo(1), parent=album.id)
    async with disk(background=background) as here:
        await here.names("album")
        await here.write("album/new.jpg", photo(2))
        await here.sent()
        await here.rename("album/a.jpg", "album/x.jpg")
        await here.rename("album/b.jpg", "b.jpg")
        await here.rename("album/x.jpg", "album/c.jpg")
        await here.write("album/c.jpg", photo(3))
        await here.sent()
        await here.unlink("album/c.jpg")
        await here.mkdir("album/m")
        assert await here.names("album") == ["m", "new.jpg"]
        await here.changes.settle()
        assert [notice for notice in here.notices.told if notice[0] == "entry"] == []
        # What others do it is told.
        (new,) = [each.item for each in backend.children[album.id] if each.name == "new.jpg"]
        backend.remove(new.id)
        await here.fs.getxattr(await here.ino("album"), "user.g3fs.do.refresh")
        names = [notice[2] for notice in here.notices.told if notice[0] == "entry"]
        assert names == ["new.jpg"]


async def test_an_album_that_could_not_be_made_is_told_when_somebody_else_makes_it(disk, backend):
    async with disk() as here:
        await here.names()
        backend.fail_next("make_album", ServerError("oops"))
        assert await refusal(here.mkdir, "m") is ServerError
        backend.add_album("m")
        await here.fs.getxattr(await here.ino(""), "user.g3fs.do.refresh")
        names = [notice[2] for notice in here.notices.told if notice[0] == "entry"]
        assert names == ["m"]
