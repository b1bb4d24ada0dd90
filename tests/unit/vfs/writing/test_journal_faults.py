"""The journal, or the disk under it, fails or is overtaken at a bad moment."""

import os
import sqlite3
from contextlib import asynccontextmanager, closing

import pytest
import trio
from trio.testing import wait_all_tasks_blocked

from g3fs.gallery.errors import Invalid, NotFound
from g3fs.vfs.writing.changes import NewTimes
from g3fs.vfs.writing.sender import CutShort
from tests.unit.vfs.writing.disks import refusal
from tests.unit.vfs.writing.test_files import stored
from tests.unit.vfs.writing.test_leftovers import spool
from tests.unit.vfs.writing.test_resuming import records, until

REFUSES_IT = """
CREATE TRIGGER refuses BEFORE INSERT ON records WHEN NEW.id = '{}'
BEGIN SELECT RAISE(ABORT, 'killed here'); END
"""


def journal_of(here):
    return closing(sqlite3.connect(here.changes.directory / "journal.db", isolation_level=None))


async def test_an_accepted_file_is_put_back_with_what_was_refused_in_its_place_or_not_at_all(
    disk, backend, photo
):
    async with disk(background=True, sends=False) as here:
        await here.write("a.jpg", photo(1))
        (earlier,) = here.changes.drafts
    async with disk(sends=False) as here, trio.open_nursery() as nursery:
        await here.write(".a.jpg.Ab12Cd", photo(2))
        gate = backend.hold("create")
        backend.fail_next("create", Invalid("no picture"))
        nursery.start_soon(refusal, here.rename, ".a.jpg.Ab12Cd", "a.jpg")
        await until(lambda: backend.calls["create"])
        with journal_of(here) as journal:
            journal.execute(REFUSES_IT.format(earlier.id))
        gate.set()
        await here.changes.settle()
        with journal_of(here) as journal:
            journal.execute("DROP TRIGGER refuses")
    async with disk(settling_s=0) as here:
        await here.sent()
    assert stored(backend, "a.jpg") in (photo(1), photo(2))


@pytest.mark.parametrize("is_there", [False, True])
async def test_a_file_that_has_arrived_is_not_refused_because_of_the_journal(
    disk, backend, photo, tmp_path, is_there
):
    if is_there:
        backend.add_media("a.jpg", photo(9))
    async with disk() as here, trio.open_nursery() as nursery:
        gate = backend.hold("replace" if is_there else "create")
        ends = []

        async def write():
            ends.append(await refusal(here.write, "a.jpg", photo(1)))

        nursery.start_soon(write)
        await until(lambda: backend.calls["replace" if is_there else "create"])
        with journal_of(here) as journal:
            journal.execute("ALTER TABLE records RENAME TO elsewhere")
            gate.set()
            await until(lambda: ends)
            await here.changes.settle()
            journal.execute("ALTER TABLE elsewhere RENAME TO records")
        assert ends == [None]
        assert here.failed() == []
        await here.write("b.jpg", photo(2))  # what was over is gone with it
        await here.changes.settle()
        with journal_of(here) as journal:
            assert journal.execute("SELECT * FROM records").fetchall() == []
    assert stored(backend, "a.jpg") == photo(1)
    assert await records(tmp_path) == []
    assert spool(tmp_path) == []


@asynccontextmanager
async def one_thread_at_a_time(here):
    """Nothing is done on the disk before the end of the block; then each in its turn."""
    limiter = here.threads.disk
    total, limiter.total_tokens = limiter.total_tokens, 1
    await limiter.acquire()
    async with trio.open_nursery() as nursery:
        try:
            yield nursery
        finally:
            limiter.release()
    limiter.total_tokens = total


async def test_what_is_cut_short_by_another_while_it_is_closed_replaces_nothing(
    disk, backend, photo
):
    backend.add_media("a.jpg", photo(1))
    async with disk() as here:
        fh, other = [await here.open("a.jpg", os.O_RDWR) for _ in range(2)]
        await here.changes.write(fh, 0, photo(2))
        await here.changes.write(other, 0, photo(2)[:10])
        ino = await here.ino("a.jpg")
        async with one_thread_at_a_time(here) as nursery:
            nursery.start_soon(refusal, here.fs.flush, fh)
            await wait_all_tasks_blocked()
            nursery.start_soon(here.changes.setattr, ino, other, NewTimes(size_bytes=500))
            await wait_all_tasks_blocked()
        assert stored(backend, "a.jpg") in (photo(1), photo(2))
        assert await refusal(here.close, other) is CutShort
        here.fs.release(fh)
        await here.changes.settle()
    assert stored(backend, "a.jpg") in (photo(1), photo(2))


async def test_data_that_has_vanished_from_the_disk_is_named(disk, backend, photo):
    backend.add_media("a.jpg", photo(1))
    async with disk() as here:
        fh = await here.open("a.jpg", os.O_WRONLY | os.O_TRUNC)
        await here.changes.write(fh, 0, photo(2))
        for path in (here.changes.directory / "spool").iterdir():
            path.unlink()
        assert await refusal(here.close, fh) is NotFound
        await here.changes.settle()
        assert await here.read("a.jpg") == photo(1)
    assert backend.calls["create"] == 0
