"""Changes that fail although the server made them: it is asked what became of them."""

import pytest
import trio

from g3fs.gallery.errors import NotEmpty, NotFound, ServerError, TimedOut
from tests.unit.vfs.writing.disks import refusal

LIMIT_S = 10.0
"""Far below the time for which listings are believed."""

SET = {
    "user.g3fs.title": ("set_fact", "The sea"),
    "user.xdg.tags": ("set_tags", "sea,sun"),
}


@pytest.mark.parametrize("name", SET)
@pytest.mark.parametrize("error", [TimedOut, ServerError])
async def test_an_attribute_that_was_set_all_the_same_is_shown(disk, backend, photo, name, error):
    backend.add_media("a.jpg", photo(1))
    method, value = SET[name]
    async with disk() as here:
        await here.set("a.jpg", name, "before")
        assert await here.get("a.jpg", name) == "before"
        backend.fail_after(method, error("oops"))
        assert await refusal(here.set, "a.jpg", name, value) is error
        with trio.fail_after(LIMIT_S):
            while await here.get("a.jpg", name) != value:
                await here.names()
                await trio.lowlevel.checkpoint()


async def test_a_name_that_was_changed_all_the_same_is_shown(disk, backend, photo):
    backend.add_media("a.jpg", photo(1))
    async with disk() as here:
        assert await here.names() == ["a.jpg"]
        backend.fail_after("move", TimedOut("oops"))
        assert await refusal(here.rename, "a.jpg", "b.jpg") is TimedOut
        with trio.fail_after(LIMIT_S):
            while await here.names() != ["b.jpg"]:
                await trio.lowlevel.checkpoint()


async def test_a_directory_in_doubt_is_asked_for_although_nobody_looks(disk, backend, photo):
    backend.add_media("a.jpg", photo(1))
    async with disk() as here:
        await here.names()
        asked = backend.calls["list"]
        backend.fail_after("move", TimedOut("oops"))
        await refusal(here.rename, "a.jpg", "b.jpg")
        with trio.fail_after(LIMIT_S):
            while backend.calls["list"] == asked:
                await trio.lowlevel.checkpoint()


async def test_data_that_arrived_all_the_same_is_shown(disk, backend, photo):
    backend.add_media("a.jpg", photo(1))
    async with disk() as here:
        assert await here.read("a.jpg") == photo(1)
        await here.write("a.jpg.part", photo(2, 3000))
        backend.fail_after("replace", ServerError("oops"))
        assert await refusal(here.rename, "a.jpg.part", "a.jpg") is ServerError
        with trio.fail_after(LIMIT_S):
            while await here.read("a.jpg") != photo(2, 3000):
                await trio.lowlevel.checkpoint()
        assert await here.names() == ["a.jpg", "a.jpg.part"]


async def test_what_somebody_else_deleted_is_shown_no_more(disk, backend, photo):
    old = backend.add_media("a.jpg", photo(1))
    async with disk() as here:
        await here.names()
        ino = await here.ino("a.jpg")
        backend.remove(old.id)
        title = ("user.g3fs.title", b"Dusk")
        assert await refusal(here.changes.setxattr, ino, *title) is NotFound
        with trio.fail_after(LIMIT_S):
            while await here.names():
                await trio.lowlevel.checkpoint()


async def test_what_becomes_a_new_item_has_the_name_of_the_old_one(disk, backend, photo):
    old = backend.add_media("a.jpg", photo(1))
    async with disk() as here:
        await here.names()
        backend.remove(old.id)
        await here.write("a.jpg", photo(2))
        assert await here.names() == ["a.jpg"]
        assert await here.read("a.jpg") == photo(2)


async def test_an_album_that_is_not_empty_shows_why(disk, backend, photo):
    album = backend.add_album("album")
    async with disk() as here:
        assert await here.names("album") == []
        backend.add_media("a.jpg", photo(1), parent=album.id)
        assert await refusal(here.rmdir, "album") is NotEmpty
        with trio.fail_after(LIMIT_S):
            while await here.names("album") != ["a.jpg"]:
                await trio.lowlevel.checkpoint()


async def test_a_refusal_leaves_no_doubt(disk, backend, photo):
    backend.add_media("a.jpg", photo(1))
    async with disk() as here:
        await here.names()
        asked = backend.calls["list"]
        await refusal(here.set, "a.jpg", "user.g3fs.nothing", "x")
        assert await here.names() == ["a.jpg"]
    assert backend.calls["list"] == asked
