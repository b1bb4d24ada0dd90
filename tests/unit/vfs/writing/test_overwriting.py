"""One photo renamed over another, on a server that has no call for that."""

import trio

from g3fs.gallery.errors import AlreadyExists, ServerError
from g3fs.vfs.writing.changes import NOREPLACE
from tests.unit.vfs.writing.disks import refusal
from tests.unit.vfs.writing.test_moving import ids


async def test_a_photo_renamed_over_another_takes_its_place(disk, backend, photo):
    new = backend.add_media("a.jpg", photo(1))
    backend.add_media("b.jpg", photo(2))
    async with disk() as here:
        assert await refusal(here.rename, "a.jpg", "b.jpg", NOREPLACE) is AlreadyExists
        await here.rename("a.jpg", "b.jpg")
        assert await here.names() == ["b.jpg"]
        assert await here.read("b.jpg") == photo(1)
    assert ids(backend) == {"b.jpg": new.id}


async def test_a_photo_that_is_renamed_over_is_not_seen_any_more(disk, backend, photo):
    backend.add_media("a.jpg", photo(1))
    backend.add_media("b.jpg", photo(2))
    gate = backend.hold("delete")
    async with disk() as here, trio.open_nursery() as nursery:
        await here.names()
        nursery.start_soon(here.rename, "a.jpg", "b.jpg")
        while not backend.calls["delete"]:
            await trio.lowlevel.checkpoint()
        assert await here.names() == ["b.jpg"]
        assert await here.read("b.jpg") == photo(1)
        gate.set()
    async with disk() as here:
        assert await here.names() == ["b.jpg"]


async def test_a_rename_over_another_photo_that_fails_at_first_leaves_no_trace(
    disk, backend, photo
):
    backend.add_media("a.jpg", photo(1))
    backend.add_media("b.jpg", photo(2))
    async with disk() as here:
        backend.fail_after("move", ServerError("oops"))
        assert await refusal(here.rename, "a.jpg", "b.jpg") is ServerError
        await here.refresh()
        assert await here.names() == ["a.jpg", "b.jpg"]
        assert await here.read("b.jpg") == photo(2)
        backend.errors["delete"][:] = [ServerError("oops")]
        await here.rename("a.jpg", "b.jpg")
        assert await here.names() == ["b.jpg"]
        assert await here.read("b.jpg") == photo(1)
    assert len(ids(backend)) == 1


async def test_a_rename_over_another_photo_that_was_made_all_the_same_counts(disk, backend, photo):
    new = backend.add_media("a.jpg", photo(1))
    backend.add_media("b.jpg", photo(2))
    async with disk() as here:
        backend.fail_after("move", None, ServerError("oops"))
        await here.rename("a.jpg", "b.jpg")
        assert await here.names() == ["b.jpg"]
    assert ids(backend) == {"b.jpg": new.id}


async def test_a_rename_over_another_photo_goes_on_when_nobody_waits(disk, backend, photo):
    new = backend.add_media("a.jpg", photo(1))
    backend.add_media("b.jpg", photo(2))
    gate = backend.hold("move")
    async with disk() as here:
        async with trio.open_nursery() as nursery:
            nursery.start_soon(here.rename, "a.jpg", "b.jpg")
            while not backend.calls["move"]:
                await trio.lowlevel.checkpoint()
            nursery.cancel_scope.cancel()
        gate.set()
        with trio.fail_after(10):
            while ids(backend) != {"b.jpg": new.id}:
                await trio.lowlevel.checkpoint()


async def test_the_name_of_a_photo_is_always_listed_while_another_is_renamed_over_it(
    disk, backend, photo
):
    backend.add_media("a.jpg", photo(1))
    backend.add_media("b.jpg", photo(2))
    done = trio.Event()

    async def rename(here):
        await here.rename("a.jpg", "b.jpg")
        done.set()

    async with disk() as here, trio.open_nursery() as nursery:
        nursery.start_soon(rename, here)
        seen = set()
        with trio.fail_after(5):
            while not done.is_set():
                seen.add(tuple(await here.names()))
                await trio.lowlevel.checkpoint()
        assert {names for names in seen if "b.jpg" not in names} == set()
        assert await here.read("b.jpg") == photo(1)


async def test_a_failed_rename_over_another_photo_loses_neither(disk, backend, photo):
    for method in ("move", "delete"):
        for call in (0, 1):
            a = backend.add_media("a.jpg", photo(1))
            b = backend.add_media("b.jpg", photo(2))
            errors = [ServerError("oops")] if call == 0 else [None, ServerError("oops")]
            backend.errors[method][:] = errors
            async with disk() as here:
                await refusal(here.rename, "a.jpg", "b.jpg")
                names = await here.names()
                contents = {await here.read(name) for name in names}
            backend.errors[method].clear()
            assert photo(1) in contents
            left = set(ids(backend).values())
            assert a.id in left
            assert b.id in left or "b.jpg" in ids(backend)
            for item in (a.id, b.id):
                backend.remove(item)
