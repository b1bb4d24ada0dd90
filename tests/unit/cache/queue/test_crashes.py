"""Killed at every step of the journal, the spool and a merge: nothing is lost, nothing is twice."""

import os
import signal
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest
import trio

from g3fs.cache.filelock import FileLock
from g3fs.cache.queue.queue import open_queue
from g3fs.tasks.failpoints import VARIABLE
from g3fs.tasks.threads import Threads
from tests.unit.cache.queue.drafts import add, contents, fill

TOP = Path(__file__).parents[4]

# Eight steps, each acknowledged by a line: puts and renames in turn, then two removals.
USES_A_QUEUE = """
import sys, trio
from dataclasses import replace
from pathlib import Path
from g3fs.cache.queue.queue import open_queue
from g3fs.tasks.threads import Threads
from tests.unit.cache.queue.drafts import add

async def main():
    async with open_queue(Path(sys.argv[1]), Threads()) as queue:
        for name in "abc":
            added = await add(queue, name, name.encode())
            print("put", flush=True)
            await queue.put(replace(added, name=name.upper()), durable=False)
            print("renamed", flush=True)
        for record in list(queue.records.values())[:2]:
            await queue.remove(record.id)
            print("removed", flush=True)

trio.run(main)
"""
AFTER_STEP = ["", "a", "A", "Ab", "AB", "ABc", "ABC", "BC", "C"]

ONLY_OPENS = """
import sys, trio
from pathlib import Path
from g3fs.cache.queue.queue import open_queue
from g3fs.tasks.threads import Threads

async def main():
    async with open_queue(Path(sys.argv[1]), Threads()):
        print("open", flush=True)

trio.run(main)
"""

LEFT = [("a.jpg", b"a.jpg"), ("b.jpg", b"b.jpg"), ("c.jpg", b"c.jpg"), ("d.jpg", b"d.jpg")]


def run(program: str, parent: Path, failpoint: str) -> tuple[int, bool]:
    """How many lines it printed, and whether it was killed."""
    done = subprocess.run(
        [sys.executable, "-c", program, parent],
        env=os.environ | {VARIABLE: failpoint, "PYTHONPATH": str(TOP)},
        stdout=subprocess.PIPE,
        text=True,
        check=False,
    )
    assert done.returncode in (0, -signal.SIGKILL)
    return len(done.stdout.splitlines()), done.returncode != 0


async def left_in(parent: Path) -> list[tuple[str, bytes]]:
    async with open_queue(parent, Threads()) as queue:
        return await contents(queue)


@pytest.mark.parametrize(
    ("failpoint", "times", "happened"),
    [
        ("spool.after_sync", 3, 0),
        ("journal.before_put", 6, 0),
        ("journal.after_put", 6, 1),
        ("journal.before_remove", 2, 0),
        ("journal.after_remove", 2, 1),
    ],
)
def test_a_step_has_happened_as_a_whole_or_not_at_all(
    tmp_path: Path, failpoint: str, times: int, happened: int
) -> None:
    for number in range(1, times + 2):
        parent = tmp_path / str(number)
        acknowledged, killed = run(USES_A_QUEUE, parent, f"{failpoint}:{number}")
        assert killed == (number <= times)
        names = AFTER_STEP[acknowledged + happened if killed else -1]
        assert trio.run(left_in, parent) == [(it, it.lower().encode()) for it in names]


def interrupted_merges(tmp_path: Path, failpoint: str, times: int) -> list[Path]:
    """Directories after a merge of LEFT was killed at each of the times that it comes there."""
    parents = []
    for number in range(1, times + 1):
        parent = tmp_path / str(number)
        trio.run(fill, parent, ("a.jpg", "c.jpg"), ("b.jpg",), ("d.jpg",))
        assert run(ONLY_OPENS, parent, f"{failpoint}:{number}") == (0, True)
        parents.append(parent)
    trio.run(fill, tmp_path / "last", ("a.jpg", "c.jpg"), ("b.jpg",), ("d.jpg",))
    assert run(ONLY_OPENS, tmp_path / "last", f"{failpoint}:{times + 1}") == (1, False)
    return parents


MERGES = pytest.mark.parametrize(
    ("failpoint", "times"), [("queue.after_merge_insert", 2), ("queue.after_merge_move", 2)]
)


@MERGES
def test_a_merge_that_was_killed_is_finished_by_the_next_mount(
    tmp_path: Path, caplog, failpoint: str, times: int
) -> None:
    for parent in interrupted_merges(tmp_path, failpoint, times):
        assert trio.run(left_in, parent) == LEFT
        assert len([*parent.glob("*/spool/*")]) == len(LEFT)
    assert not caplog.records


@MERGES
def test_a_merge_that_is_killed_again_and_again_loses_nothing(
    tmp_path: Path, caplog, failpoint: str, times: int
) -> None:
    for parent in interrupted_merges(tmp_path, failpoint, times):
        for _ in range(3):
            run(ONLY_OPENS, parent, f"{failpoint}:1")
        assert trio.run(left_in, parent) == LEFT
    assert not caplog.records


@MERGES
def test_after_a_killed_merge_each_file_belongs_to_one_directory_only(
    tmp_path: Path, caplog, failpoint: str, times: int
) -> None:
    for parent in interrupted_merges(tmp_path, failpoint, times):
        directories = [parent / f"queue-{number}" for number in (1, 2, 3)]
        found = []
        for adopted in directories:
            locks = [FileLock(it / "lock") for it in directories if it != adopted]
            assert all(lock.acquire_alone() for lock in locks)  # as by mounts that live
            found += trio.run(left_in, parent)
            for lock in locks:
                lock.release()
        assert sorted(found) == LEFT
    assert not caplog.records


async def fill_with_doubt(parent: Path) -> None:
    """A directory of two files, and one with a file that was written anew since it was sent."""
    async with open_queue(parent, Threads()) as one, open_queue(parent, Threads()) as other:
        for name in ("a.jpg", "b.jpg"):
            await add(one, name)
        sent, now = await add(other, "sent", b"sent"), await add(other, "now.jpg", b"now")
        await other.put(replace(now, carried=sent.data, mark="m"), instead_of=sent.id)


@pytest.mark.parametrize("failpoint", ["queue.after_merge_insert", "queue.after_merge_move", None])
def test_data_that_may_have_arrived_moves_with_what_was_written_since(
    tmp_path: Path, caplog, failpoint: str | None
) -> None:
    trio.run(fill_with_doubt, tmp_path)
    if failpoint is not None:
        assert run(ONLY_OPENS, tmp_path, f"{failpoint}:1") == (0, True)

    async def look() -> None:
        async with open_queue(tmp_path, Threads()) as queue:
            assert queue.directory.name == "queue-1"
            assert ("now.jpg", b"now") in await contents(queue)
            (found,) = (record for record in queue.records.values() if record.carried)
            assert queue.path(found.carried).read_bytes() == b"sent"

    trio.run(look)
    assert len([*tmp_path.glob("*/spool/*")]) == 4
    assert not caplog.records
