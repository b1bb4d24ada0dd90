"""Two programs that change one photo, of which one has to fetch it first."""

import os
from contextlib import asynccontextmanager

import pytest
import trio

from g3fs.gallery.errors import NotFound, Stale
from g3fs.gallery.items import ORIGINAL
from tests.unit.vfs.writing.disks import refusal
from tests.unit.vfs.writing.test_files import stored
from tests.unit.vfs.writing.test_leftovers import spool


@asynccontextmanager
async def fetching(backend, item, call, *args):
    """While a call has got the first bytes of a photo; the others come at the end of the block."""
    gate = backend.delivery[item.id, ORIGINAL].gate(1000)
    async with trio.open_nursery() as nursery:
        nursery.start_soon(call, *args)
        while not backend.requests:
            await trio.lowlevel.checkpoint()
        yield
        gate.set()


async def test_what_was_written_anew_while_it_was_fetched_is_what_is_changed(
    disk, backend, photo, tmp_path
):
    item = backend.add_media("a.jpg", photo(1))
    new = photo(2, 3000)
    async with disk() as here:
        fh = await here.open("a.jpg", os.O_RDWR)
        other = await here.open("a.jpg", os.O_WRONLY)
        async with fetching(backend, item, here.changes.write, fh, 2000, b"part"):
            await here.write("a.jpg", new)
        await here.close(fh)
        await here.close(other)
        await here.changes.settle()
        wanted = new[:2000] + b"part" + new[2004:]
        assert await here.read("a.jpg") == stored(backend, "a.jpg") == wanted
    assert spool(tmp_path) == []


async def test_what_is_being_written_anew_while_it_is_fetched_is_what_is_changed(
    disk, backend, photo, tmp_path
):
    item = backend.add_media("a.jpg", photo(1))
    new = photo(2, 3000)
    async with disk() as here:
        fh = await here.open("a.jpg", os.O_RDWR)
        async with fetching(backend, item, here.changes.write, fh, 2000, b"part"):
            other = await here.open("a.jpg", os.O_WRONLY | os.O_TRUNC)
        await here.changes.write(other, 0, new[:2000])
        await here.changes.write(other, 2004, new[2004:])
        await here.close(other)
        await here.close(fh)
        await here.changes.settle()
        wanted = new[:2000] + b"part" + new[2004:]
        assert await here.read("a.jpg") == stored(backend, "a.jpg") == wanted
    assert spool(tmp_path) == []


@pytest.mark.parametrize("finished", [True, False])
async def test_nothing_is_written_into_a_file_that_took_the_place_while_it_was_fetched(
    disk, backend, photo, tmp_path, finished
):
    item = backend.add_media("a.jpg", photo(1))
    async with disk() as here:
        fh, refused = await here.open("a.jpg", os.O_RDWR), []

        async def write():
            refused.append(await refusal(here.changes.write, fh, 2000, b"part"))

        async with fetching(backend, item, write):
            new = await here.create(".a.jpg.Ab12Cd")
            await here.changes.write(new, 0, photo(2))
            if finished:
                await here.close(new)
            await here.rename(".a.jpg.Ab12Cd", "a.jpg")
        if not finished:
            await here.close(new)
        await here.close(fh)
        await here.changes.settle()
        assert refused == [Stale]
        assert await here.read("a.jpg") == stored(backend, "a.jpg") == photo(2)
    assert spool(tmp_path) == []


async def test_a_file_that_cannot_be_emptied_was_not_opened(disk, backend, photo, tmp_path):
    backend.add_media("a.jpg", photo(1))
    async with disk(background=True, sends=False) as here:
        await here.write("a.jpg", photo(2))
        (spool_directory,) = tmp_path.glob("queue/*/spool")
        away = spool_directory.rename(spool_directory.with_name("away"))
        assert await refusal(here.open, "a.jpg", os.O_WRONLY | os.O_TRUNC) is NotFound
        away.rename(spool_directory)
        await here.changes.settle()
        assert [draft.handles for draft in here.changes.drafts] == [0]
        assert await here.read("a.jpg") == photo(2)
