"""A full disk under the queue: an error at once, nothing broken, and the queue can still shrink."""

import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

import pytest

from g3fs.cache.queue import spoolcalls
from g3fs.cache.queue.queue import open_queue
from g3fs.cache.queue.record import Record
from g3fs.cache.queue.spool import SpoolFile
from g3fs.gallery.errors import NoSpace
from g3fs.tasks.threads import Threads
from tests.unit.cache.queue.drafts import add, contents

KIB = 1024


@pytest.fixture
def small(tmp_path: Path) -> Iterator[Path]:
    """A disk of 2 MiB."""
    if os.geteuid():
        pytest.skip("only root may mount a small disk")
    mount = ["mount", "-t", "tmpfs", "-o", "size=2m", "g3fs-test", tmp_path]
    done = subprocess.run(mount, check=False, capture_output=True, text=True)
    if done.returncode:
        pytest.skip(f"no small disk can be mounted here: {done.stderr}")
    yield tmp_path
    subprocess.run(["umount", "-l", tmp_path], check=True)


async def fill_up(file: SpoolFile) -> None:
    """Let it take all the room there is, to the page."""
    for size in (64 * KIB, 4 * KIB):
        with suppress(NoSpace):
            while True:
                await file.write(file.size_bytes, b"x" * size)
        assert file.size_bytes == file.path.stat().st_size


async def test_a_write_fails_and_what_was_there_stays(small: Path) -> None:
    async with open_queue(small, Threads()) as queue:
        await add(queue, "old.jpg", b"old")
        file = await queue.create()
        await fill_up(file)
        size = file.size_bytes
        with pytest.raises(NoSpace, match="cannot grow: the disk is full"):
            await file.write(size - 2, b"abcd")
        assert file.size_bytes == file.path.stat().st_size == size
        assert len(await file.read(0, size + 1)) == size
        await file.write(0, b"inside of the file there is room")
        await add(queue, "empty.jpg", b"")
        file.close()
        await queue.discard(file.name)
        await add(queue, "new.jpg", b"new")
        assert await contents(queue) == [
            ("empty.jpg", b""),
            ("new.jpg", b"new"),
            ("old.jpg", b"old"),
        ]


async def test_a_copy_fails_and_leaves_nothing(small: Path) -> None:
    async with open_queue(small, Threads()) as queue:
        file = await queue.create()
        await file.write(0, b"x" * (1024 * KIB))
        with pytest.raises(NoSpace):
            await file.copy()
        assert list(spoolcalls.sizes(file.path.parent)) == [file.name]
        file.close()


async def test_a_queue_can_shrink_while_somebody_else_takes_all_the_room(small: Path) -> None:
    async with open_queue(small, Threads()) as queue:
        queued = [await add(queue, f"{number}.jpg", b"x" * KIB) for number in range(100)]
        filling = await queue.create()
        await fill_up(filling)
        for record in queued:
            await queue.put(replace(record, mark=f"a-slug-{record.name}"))
            await queue.remove(record.id)
            await fill_up(filling)
        assert not queue.records
        filling.close()


@pytest.mark.parametrize("free_pages", [12, 20, 40, 80])
async def test_a_queue_on_a_disk_that_is_almost_full_can_be_emptied(
    small: Path, free_pages: int
) -> None:
    queued = await queue_on_a_full_disk(small, free_pages)
    async with open_queue(small, Threads()) as queue:
        assert [*queue.records.values()] == queued
        for record in queued:
            await queue.remove(record.id)
        assert not queue.records


@pytest.mark.parametrize("free_pages", [0, 1, 5])
async def test_a_disk_without_any_room_is_named_and_nothing_is_lost(
    small: Path, free_pages: int
) -> None:
    queued = await queue_on_a_full_disk(small, free_pages)
    for _ in range(3):
        with pytest.raises(NoSpace, match=r"queue-1/journal\.db cannot grow: the disk is full"):
            async with open_queue(small, Threads()):
                pass
    (small / "foreign").unlink()
    async with open_queue(small, Threads()) as queue:
        assert [*queue.records.values()] == queued


async def queue_on_a_full_disk(disk: Path, free_pages: int) -> list[Record]:
    """Records that an ended mount left, and somebody else's file in nearly all the room."""
    async with open_queue(disk, Threads()) as queue:
        queued = [await add(queue, f"{number}.jpg", b"x" * 8 * KIB) for number in range(100)]
    foreign = shutil.disk_usage(disk).free - free_pages * 4 * KIB
    (disk / "foreign").write_bytes(b"x" * foreign)
    return queued
