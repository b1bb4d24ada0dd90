"""System calls that are answered ETIMEDOUT while they are on their way: no file is in limbo."""

from contextlib import asynccontextmanager

import pytest
import trio
from trio.testing import wait_all_tasks_blocked

from g3fs.cache.queue.record import Stage
from g3fs.gallery.errors import Invalid, TimedOut, Unreachable
from tests.unit.vfs.writing.disks import refusal
from tests.unit.vfs.writing.test_files import stored
from tests.unit.vfs.writing.test_leftovers import spool
from tests.unit.vfs.writing.test_resuming import until

TEMPORARY = ".a.jpg.Ab12Cd"


@asynccontextmanager
async def given_up(backend, method, call, *args):
    """A call whose answer is given up while the server is asked; it answers after the block."""
    gate = backend.hold(method)
    before = backend.calls[method]
    async with trio.open_nursery() as nursery:
        nursery.start_soon(refusal, call, *args)
        await until(lambda: backend.calls[method] > before)
        nursery.cancel_scope.cancel()
    yield
    backend.gates.clear()
    gate.set()


def stages(here):
    return [(draft.record.name, draft.record.stage) for draft in here.changes.drafts]


async def test_a_rename_that_fails_after_its_answer_is_taken_back(disk, backend, photo, tmp_path):
    async with disk() as here:
        await here.write(TEMPORARY, photo(2))
        async with given_up(backend, "mark", here.rename, TEMPORARY, "a.jpg"):
            backend.fail_next("mark", TimedOut("no answer"))
        await here.changes.settle()
        assert await here.names() == [TEMPORARY]
        assert stages(here) == [(TEMPORARY, Stage.STAGED)]
    async with disk() as here:
        assert await here.names() == [TEMPORARY]
        await here.rename(TEMPORARY, "a.jpg")
    assert stored(backend, "a.jpg") == photo(2)
    assert spool(tmp_path) == []


@pytest.mark.parametrize("error", [Invalid("no picture"), Unreachable("down")])
async def test_a_replacement_that_fails_after_its_answer_is_taken_back(disk, backend, photo, error):
    backend.add_media("a.jpg", photo(1))
    async with disk(verdict_s=3600) as here:
        await here.write(TEMPORARY, photo(2))
        async with given_up(backend, "replace", here.rename, TEMPORARY, "a.jpg"):
            backend.fail_next("replace", error)
        await here.changes.settle()
        assert await here.names() == [TEMPORARY, "a.jpg"]
        assert await here.read("a.jpg") == photo(1)
        assert await here.read(TEMPORARY) == photo(2)
        assert stages(here) == [(TEMPORARY, Stage.STAGED)]


@pytest.mark.parametrize("method", ["mark", "create"])
async def test_a_rename_that_goes_well_after_its_answer_is_made(disk, backend, photo, method):
    async with disk() as here:
        await here.write(TEMPORARY, photo(2))
        async with given_up(backend, method, here.rename, TEMPORARY, "a.jpg"):
            pass
        await here.changes.settle()
        assert await here.names() == ["a.jpg"]
        assert list(here.changes.drafts) == []
    assert stored(backend, "a.jpg") == photo(2)


async def test_the_kernel_looks_again_at_the_names_of_a_rename_that_was_made_after_its_answer(
    disk, backend, photo
):
    old = backend.add_media("a.jpg", photo(1))
    async with disk() as here:
        root, ino = await here.ino(""), await here.ino("a.jpg")
        await here.write(TEMPORARY, photo(2))
        async with given_up(backend, "replace", here.rename, TEMPORARY, "a.jpg"):
            here.notices.told.clear()
        await here.changes.settle()
        assert {("entry", root, name) for name in (TEMPORARY, "a.jpg")} <= set(here.notices.told)
        assert await here.ino("a.jpg") == ino
    assert backend.entry_of(old.id).name == "a.jpg"


async def test_a_rename_that_did_not_begin_before_its_answer_is_not_made(disk, backend, photo):
    async with disk(background=True) as here:
        await here.write("a.jpg", photo(1))
        await until(lambda: backend.calls["create"])
        await here.sent()
        await here.write(TEMPORARY, photo(3))
        async with (
            given_up(backend, "replace", here.write, "a.jpg", photo(2)),
            trio.open_nursery() as nursery,
        ):
            nursery.start_soon(here.rename, TEMPORARY, "a.jpg")
            await wait_all_tasks_blocked()
            nursery.cancel_scope.cancel()
        await here.sent()
        assert await here.names() == [TEMPORARY, "a.jpg"]
    assert stored(backend, "a.jpg") == photo(2)


@pytest.mark.parametrize("error", [None, Unreachable("down")])
async def test_a_file_that_is_cut_by_its_name_is_sent_or_refused_after_the_answer(
    disk, backend, photo, error
):
    whole = photo(1) + bytes(500)
    backend.add_media("a.jpg", whole)
    async with disk() as here:
        async with given_up(backend, "replace", here.truncate, "a.jpg", len(photo(1))):
            if error is not None:
                backend.fail_next("replace", error)
        await here.changes.settle()
        assert await here.read("a.jpg") == (whole if error is not None else photo(1))
        assert here.failed() == (["a.jpg"] if error is not None else [])
        assert here.changes.delivery.waiting == []
