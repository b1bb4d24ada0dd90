"""A file that was accepted, and waits because the server is away, is written anew and closed."""

import os
import sqlite3
from contextlib import asynccontextmanager, closing

import pytest

from g3fs.cache.database import DatabaseFailed
from g3fs.gallery.errors import Invalid, NotFound, Unreachable
from tests.unit.vfs.writing.disks import refusal
from tests.unit.vfs.writing.test_files import stored
from tests.unit.vfs.writing.test_leftovers import spool

FIRST, SECOND, THIRD = 1, 2, 3

BOTH = pytest.mark.parametrize("is_there", [False, True])
"""Whether the gallery has a photo of that name already."""


@pytest.fixture
def waiting(disk, backend, photo):
    """A mount where a.jpg waits: it was renamed, which was answered, and then not sent."""

    @asynccontextmanager
    async def opened(is_there):
        if is_there:
            backend.add_media("a.jpg", photo(9))
        async with disk(verdict_s=0, first_pause_s=3600) as here:
            await here.names()
            await here.write(".a.jpg.Ab12Cd", photo(FIRST))
            method = "replace" if is_there else "create"
            gate = backend.hold(method)
            backend.fail_next(method, Unreachable("down"))
            await here.rename(".a.jpg.Ab12Cd", "a.jpg")
            gate.set()
            await here.changes.settle()
            assert len(here.changes.delivery.waiting) == 1
            yield here

    return opened


@BOTH
async def test_when_the_new_data_is_refused_the_accepted_one_waits_on(
    waiting, backend, photo, tmp_path, is_there
):
    async with waiting(is_there) as here:
        backend.fail_next("replace" if is_there else "create", Invalid("no picture"))
        assert await refusal(here.write, "a.jpg", photo(SECOND)) is Invalid
        await here.changes.settle()
        assert await here.read("a.jpg") == photo(FIRST)
        assert await here.read(".g3fs/failed/a.jpg") == photo(SECOND)
        assert [draft.record.name for draft in here.changes.delivery.waiting] == ["a.jpg"]
        here.changes.delivery.hurry()
        await here.sent()
        assert stored(backend, "a.jpg") == photo(FIRST)
        assert await here.read(".g3fs/failed/a.jpg") == photo(SECOND)
        await here.write("a.jpg", photo(THIRD))
        assert here.failed() == []
        assert await here.names() == ["a.jpg"]
    assert stored(backend, "a.jpg") == photo(THIRD)
    assert spool(tmp_path) == []


async def test_new_data_of_what_waits_replaces_what_was_refused_before_it(waiting, backend, photo):
    async with waiting(is_there=False) as here:
        backend.fail_next("create", Invalid("no picture"))
        await refusal(here.write, "a.jpg", photo(SECOND))
        await here.write("a.jpg", photo(THIRD))
        assert here.failed() == []
    assert stored(backend, "a.jpg") == photo(THIRD)


async def test_what_was_accepted_and_what_was_refused_in_its_place_are_both_kept(
    waiting, backend, photo
):
    async with waiting(is_there=False) as here:
        backend.fail_next("create", *[Invalid("no picture")] * 2)
        await refusal(here.write, "a.jpg", photo(SECOND))
        await here.changes.settle()
        here.changes.delivery.hurry()
        await here.sent()
        kept = {await here.read(f".g3fs/failed/{name}") for name in here.failed()}
        assert kept == {photo(FIRST), photo(SECOND)}


@BOTH
async def test_what_was_accepted_is_there_after_a_remount_when_the_new_data_was_refused(
    waiting, disk, backend, photo, is_there
):
    async with waiting(is_there) as here:
        backend.fail_next("replace" if is_there else "create", Invalid("no picture"))
        await refusal(here.write, "a.jpg", photo(SECOND))
    async with disk(sends=False) as here:
        assert await here.read("a.jpg") == photo(FIRST)
        assert await here.read(".g3fs/failed/a.jpg") == photo(SECOND)


@BOTH
async def test_while_the_server_is_away_the_new_data_waits_in_the_place_of_the_old(
    waiting, backend, photo, tmp_path, is_there
):
    async with waiting(is_there) as here:
        backend.down = Unreachable("down")
        await here.write("a.jpg", photo(SECOND))
        await here.changes.settle()
        assert await here.read("a.jpg") == photo(SECOND)
        backend.down = None
        here.changes.delivery.hurry()
        await here.sent()
        assert here.failed() == []
    assert stored(backend, "a.jpg") == photo(SECOND)
    assert spool(tmp_path) == []


@BOTH
async def test_when_the_server_is_there_again_the_new_data_has_arrived_when_it_is_closed(
    waiting, backend, photo, is_there
):
    async with waiting(is_there) as here:
        await here.write("a.jpg", photo(SECOND))
        assert here.changes.delivery.waiting == []
        assert stored(backend, "a.jpg") == photo(SECOND)


@BOTH
async def test_what_was_refused_is_not_sent_when_the_accepted_data_arrives_before_it_is_let_go(
    waiting, backend, photo, is_there
):
    async with waiting(is_there) as here:
        backend.fail_next("replace" if is_there else "create", Invalid("no picture"))
        fh = await here.open("a.jpg", os.O_WRONLY | os.O_TRUNC)
        await here.changes.write(fh, 0, photo(SECOND))
        assert await refusal(here.fs.flush, fh) is Invalid
        here.changes.delivery.hurry()
        while here.changes.delivery.waiting:
            await here.changes.delivery.sent.wait()
        assert stored(backend, "a.jpg") == photo(FIRST)
        here.fs.release(fh)
        await here.sent()
        assert await here.read("a.jpg") == photo(FIRST)
    assert stored(backend, "a.jpg") == photo(FIRST)


async def test_what_was_accepted_and_arrived_after_all_is_not_sent_again(waiting, backend, photo):
    async with waiting(is_there=False) as here:
        item = backend.add_media("a.jpg", photo(FIRST))
        backend.writer.marks["mark-1"] = item.id
        backend.fail_next("replace", Invalid("no picture"))
        assert await refusal(here.write, "a.jpg", photo(SECOND)) is Invalid
        await here.sent()
        assert await here.read("a.jpg") == photo(FIRST)
        assert await here.read(".g3fs/failed/a.jpg") == photo(SECOND)
    assert backend.calls["create"] == 1


async def test_when_what_it_was_to_replace_is_gone_the_accepted_data_becomes_a_new_item(
    waiting, backend, photo
):
    async with waiting(is_there=True) as here:
        backend.fail_next("replace", NotFound("gone"))
        backend.fail_next("create", Invalid("no picture"))
        (entry,) = backend.children["album-1"]
        backend.remove(entry.item.id)
        assert await refusal(here.write, "a.jpg", photo(SECOND)) is Invalid
        here.changes.delivery.hurry()
        await here.sent()
    assert stored(backend, "a.jpg") == photo(FIRST)


async def test_new_data_that_the_journal_does_not_take_leaves_what_it_has(
    waiting, disk, backend, photo
):
    async with waiting(is_there=False) as here:
        with closing(sqlite3.connect(here.changes.directory / "journal.db")) as journal:
            journal.execute("ALTER TABLE records RENAME TO elsewhere")
            assert await refusal(here.write, "a.jpg", photo(SECOND)) is DatabaseFailed
            await here.changes.settle()
            journal.execute("ALTER TABLE elsewhere RENAME TO records")
        assert await here.read("a.jpg") == photo(FIRST)
    async with disk(settling_s=0) as here:
        await here.sent()
    assert stored(backend, "a.jpg") == photo(FIRST)
