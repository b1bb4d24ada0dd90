"""Which directory a mount gets, and what becomes of those of other mounts."""

import shutil
import sqlite3
import subprocess
import sys
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest
import trio

from g3fs.cache.filelock import FileLock
from g3fs.cache.queue.failures import CannotLock, QueueFailed, named_errors
from g3fs.cache.queue.queue import open_queue
from g3fs.cache.queue.record import Stage
from g3fs.gallery.ids import ItemId
from g3fs.tasks.threads import Threads
from tests.unit.cache.queue.drafts import add, contents, fill, record

SAYS_WHERE = """
import sys, trio
from pathlib import Path
from g3fs.cache.queue.queue import open_queue
from g3fs.tasks.threads import Threads

async def main():
    print("ready", flush=True)
    sys.stdin.readline()
    async with open_queue(Path(sys.argv[1]), Threads()) as queue:
        print(queue.directory.name, *(it.name for it in queue.records.values()), flush=True)
        sys.stdin.readline()

trio.run(main)
"""


async def test_mounts_at_once_have_directories_of_their_own(tmp_path: Path) -> None:
    async with (
        open_queue(tmp_path, Threads()) as one,
        open_queue(tmp_path, Threads()) as other,
    ):
        await add(one, "one.jpg")
        assert one.directory != other.directory
        assert not other.records


async def test_the_next_mount_adopts_what_the_last_one_left(tmp_path: Path) -> None:
    await fill(tmp_path, ("a.jpg",))
    async with open_queue(tmp_path, Threads()) as queue:
        assert await contents(queue) == [("a.jpg", b"a.jpg")]
        assert queue.directory == tmp_path / "queue-1"


async def test_the_directory_of_a_living_mount_is_left_alone(tmp_path: Path) -> None:
    async with open_queue(tmp_path, Threads()) as living:
        await add(living, "living.jpg")
        await fill(tmp_path, ("ended.jpg",))
        async with open_queue(tmp_path, Threads()) as queue:
            assert await contents(queue) == [("ended.jpg", b"ended.jpg")]
        assert await contents(living) == [("living.jpg", b"data")]


async def test_one_with_contents_is_adopted_before_an_empty_one(tmp_path: Path) -> None:
    await fill(tmp_path, (), ("a.jpg",), ())
    async with open_queue(tmp_path, Threads()) as queue:
        assert queue.directory.name == "queue-2"


async def test_all_that_ended_mounts_left_comes_together_in_order(tmp_path: Path, caplog) -> None:
    caplog.set_level("INFO")
    await fill(tmp_path, ("a.jpg",), ("b.jpg", "c.jpg"), ("d.jpg",), ())
    async with open_queue(tmp_path, Threads()) as queue:
        assert queue.directory.name == "queue-2"
        assert [it.name for it in queue.records.values()] == ["a.jpg", "b.jpg", "c.jpg", "d.jpg"]
        assert await contents(queue) == [(it, it.encode()) for it in queue_names(queue)]
        for other in ("queue-1", "queue-3", "queue-4"):
            assert not list((tmp_path / other / "spool").iterdir())
    assert "took 1 files over from" in caplog.text
    async with open_queue(tmp_path, Threads()) as queue:
        assert queue_names(queue) == ["a.jpg", "b.jpg", "c.jpg", "d.jpg"]


def queue_names(queue) -> list[str]:
    return [it.name for it in queue.records.values()]


async def test_what_is_parked_comes_along_once(tmp_path: Path) -> None:
    parked = record(stage=Stage.PARKED, data="", size_bytes=0, item=ItemId("item:7"))
    async with open_queue(tmp_path, Threads()) as one, open_queue(tmp_path, Threads()) as other:
        await add(one, "a.jpg")
        await add(one, "b.jpg")
        await other.put(parked)
    async with open_queue(tmp_path, Threads()) as queue:
        assert queue.directory == one.directory
        assert parked in queue.records.values()
        await queue.remove(parked.id)
    async with open_queue(tmp_path, Threads()) as queue:
        assert queue_names(queue) == ["a.jpg", "b.jpg"]


async def test_what_is_parked_in_both_stays_as_it_is_in_the_adopted_one(tmp_path: Path) -> None:
    parked = record(stage=Stage.PARKED, data="", size_bytes=0, item=ItemId("item:7"))
    async with open_queue(tmp_path, Threads()) as one, open_queue(tmp_path, Threads()) as other:
        await add(one, "a.jpg")
        await one.put(replace(parked, name="here~"))
        await other.put(replace(parked, name="there~"))
    async with open_queue(tmp_path, Threads()) as queue:
        assert sorted(queue_names(queue)) == ["a.jpg", "here~"]


async def test_a_directory_of_a_newer_version_waits_with_a_warning(tmp_path: Path, caplog) -> None:
    await fill(tmp_path, ("a.jpg",))
    with closing(sqlite3.connect(tmp_path / "queue-1" / "journal.db")) as connection:
        connection.execute("PRAGMA user_version = 99")
    async with open_queue(tmp_path, Threads()) as queue:
        assert queue.directory.name == "queue-2"
        assert not queue.records
    assert len(list((tmp_path / "queue-1" / "spool").iterdir())) == 1
    assert "queue-1 wait for a later mount" in caplog.text
    assert "newer g3fs" in caplog.text


async def test_a_directory_that_cannot_be_opened_waits_with_a_warning(
    tmp_path: Path, caplog
) -> None:
    (tmp_path / "queue-1" / "lock").mkdir(parents=True)
    async with open_queue(tmp_path, Threads()) as queue:
        assert queue.directory.name == "queue-2"
    assert "queue-1 wait for a later mount" in caplog.text


async def test_foreign_names_are_left_alone(tmp_path: Path) -> None:
    for name in ("queue-x", "queue-01", "queue-1.bak", "backup"):
        (tmp_path / name).mkdir()
    (tmp_path / "queue-1").write_text("a file")
    async with open_queue(tmp_path, Threads()) as queue:
        assert queue.directory.name == "queue-2"
    assert not list((tmp_path / "queue-1.bak").iterdir())


async def test_a_directory_that_was_copied_by_hand_loses_nothing(tmp_path: Path, caplog) -> None:
    await fill(tmp_path, ("a.jpg",))
    shutil.copytree(tmp_path / "queue-1", tmp_path / "queue-2")
    async with open_queue(tmp_path, Threads()) as queue:
        assert await contents(queue) == [("a.jpg", b"a.jpg")]
    assert len(list((tmp_path / "queue-2" / "spool").iterdir())) == 1
    assert "queue-2 has files that" in caplog.text


async def test_a_place_that_cannot_be_used_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    for parent in (tmp_path / "file", tmp_path / "file" / "parent"):
        with pytest.raises(QueueFailed, match="file cannot be used: Not a directory"):
            async with open_queue(parent, Threads()):
                pass


def test_a_file_system_without_locks_is_named(tmp_path: Path) -> None:
    lock = FileLock(tmp_path / "lock")
    lock.release()  # the closed descriptor stands for a file system that refuses
    said = r"/queue-1 cannot be used: its file system has no file locks \(.*\): choose a local disk"
    with pytest.raises(CannotLock, match=said), named_errors(tmp_path / "queue-1"):
        lock.acquire_alone()


def test_a_lock_is_taken_once_without_waiting(tmp_path: Path) -> None:
    one, other = FileLock(tmp_path / "lock"), FileLock(tmp_path / "lock")
    assert one.acquire_alone()
    assert not other.acquire_alone()
    one.release()
    assert other.acquire_alone()
    other.release()


def start(parent: Path) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", SAYS_WHERE, parent],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )


@pytest.mark.parametrize("left", [(), ("a.jpg",)])
def test_processes_that_open_at_once_get_different_directories(tmp_path: Path, left) -> None:
    if left:
        trio.run(fill, tmp_path, left, ())
    processes = [start(tmp_path) for _ in range(4)]
    for process in processes:
        assert process.stdout.readline() == "ready\n"
    for process in processes:
        process.stdin.write("go\n")
        process.stdin.flush()
    said = [process.stdout.readline().split() for process in processes]
    for process in processes:
        process.communicate("done\n")
        assert process.returncode == 0
    assert len({directory for directory, *_ in said}) == 4
    assert [name for _, *names in said for name in names] == [*left]


async def test_a_killed_mount_gives_its_directory_free(tmp_path: Path) -> None:
    await fill(tmp_path, ("a.jpg",))
    process = start(tmp_path)
    process.stdin.write("go\n")
    process.stdin.flush()
    assert process.stdout.readline() == "ready\n"
    assert process.stdout.readline() == "queue-1 a.jpg\n"
    async with open_queue(tmp_path, Threads()) as queue:
        assert not queue.records
    process.kill()
    process.communicate()
    async with open_queue(tmp_path, Threads()) as queue:
        assert queue_names(queue) == ["a.jpg"]
