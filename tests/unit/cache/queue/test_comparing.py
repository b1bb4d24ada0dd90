"""At opening: what the journal says and what is in the spool are made to agree."""

import os
from dataclasses import replace
from pathlib import Path

import pytest

from g3fs.cache.queue import spoolcalls
from g3fs.cache.queue.comparing import NO_ALBUM, settle
from g3fs.cache.queue.queue import open_queue
from g3fs.cache.queue.record import Record, Stage
from g3fs.tasks.threads import Threads
from tests.unit.cache.queue.drafts import NOW_S, add, contents, record

CUT_OFF = "was still being written when the mount ended"


def failed(before: Record, reason: str, size_bytes: int) -> Record:
    return replace(
        before, stage=Stage.FAILED, reason=reason, refused_s=NOW_S, size_bytes=size_bytes
    )


@pytest.mark.parametrize(
    ("before", "size", "after"),
    [
        (record(stage=Stage.QUEUED), 4, record(stage=Stage.QUEUED)),
        (record(stage=Stage.QUEUED, size_bytes=0), 0, record(stage=Stage.QUEUED, size_bytes=0)),
        (record(stage=Stage.QUEUED), None, None),
        (
            record(stage=Stage.QUEUED),
            3,
            failed(record(), "has 3 bytes instead of 4 since the mount ended", 3),
        ),
        (record(stage=Stage.OPEN), 4, failed(record(), CUT_OFF, 4)),
        (record(stage=Stage.OPEN), 9, failed(record(), CUT_OFF, 9)),
        (record(stage=Stage.OPEN, size_bytes=0), 5, failed(record(), CUT_OFF, 5)),
        (record(stage=Stage.OPEN), 0, None),
        (record(stage=Stage.OPEN), None, None),
        (record(stage=Stage.STAGED), 4, record(stage=Stage.STAGED)),
        (record(stage=Stage.STAGED), 9, record(stage=Stage.STAGED, size_bytes=9)),
        (record(stage=Stage.STAGED), 0, record(stage=Stage.STAGED, size_bytes=0)),
        (record(stage=Stage.STAGED), None, None),
        (record(stage=Stage.FAILED), 4, record(stage=Stage.FAILED)),
        (record(stage=Stage.FAILED), None, None),
        (record(stage=Stage.PARKED, data=""), None, record(stage=Stage.PARKED, data="")),
        (record(stage=Stage.QUEUED, data=""), None, record(stage=Stage.QUEUED, data="")),
        (record(stage=Stage.OPEN, data=""), None, None),
    ],
)
def test_what_becomes_of_a_record_when_its_mount_has_ended(before, size, after) -> None:
    assert settle(before, size, NOW_S) == after


async def test_what_waits_for_its_attributes_only_stays(tmp_path: Path) -> None:
    async with open_queue(tmp_path, Threads()) as queue:
        sent = await add(queue, "sent.jpg", stage=Stage.QUEUED)
        sent = replace(sent, data="", attributes={"user.xdg.tags": "beach"})
        await queue.put(sent)
    async with open_queue(tmp_path, Threads()) as queue:
        assert [*queue.records.values()] == [sent]
        assert not spoolcalls.sizes(queue.directory / "spool")


async def test_what_was_settled_is_on_disk(tmp_path: Path) -> None:
    async with open_queue(tmp_path, Threads()) as queue:
        opened = await add(queue, "open.jpg", stage=Stage.OPEN)
    async with open_queue(tmp_path, Threads(), lambda: NOW_S) as queue:
        assert [*queue.records.values()] == [failed(opened, CUT_OFF, 4)]
    async with open_queue(tmp_path, Threads(), lambda: NOW_S + 1) as queue:
        assert [*queue.records.values()] == [failed(opened, CUT_OFF, 4)]


async def test_files_that_were_never_put_are_deleted(tmp_path: Path) -> None:
    async with open_queue(tmp_path, Threads()) as queue:
        await add(queue, "a.jpg")
        file = await queue.create()
        await file.write(0, b"nobody said that this is to be kept")
        file.close()
        await add(queue, "empty.jpg", b"", stage=Stage.OPEN)
    async with open_queue(tmp_path, Threads()) as queue:
        assert await contents(queue) == [("a.jpg", b"data")]


async def test_a_record_without_its_data_is_dropped_and_told(tmp_path: Path, caplog) -> None:
    async with open_queue(tmp_path, Threads()) as queue:
        lost = await add(queue, "lost.jpg")
        await add(queue, "a.jpg")
        await queue.discard(lost.data)
    async with open_queue(tmp_path, Threads()) as queue:
        assert await contents(queue) == [("a.jpg", b"data")]
    assert [it.levelname for it in caplog.records] == ["ERROR"]
    assert f"{lost.data} is missing: lost.jpg is lost" in caplog.text


async def test_data_that_is_missing_may_have_been_sent_if_it_was_on_its_way(
    tmp_path: Path, caplog
) -> None:
    async with open_queue(tmp_path, Threads()) as queue:
        sent = await add(queue, "sent.jpg", mark="sent")
        await queue.discard(sent.data)
    async with open_queue(tmp_path, Threads()) as queue:
        assert not queue.records
    assert [it.levelname for it in caplog.records] == ["WARNING"]
    assert f"{sent.data} is missing: sent.jpg was on its way" in caplog.text


async def test_after_a_damaged_journal_every_file_has_failed_and_none_is_deleted(
    tmp_path: Path, caplog
) -> None:
    async with open_queue(tmp_path, Threads()) as queue:
        one, other = await add(queue, "a.jpg", b"first"), await add(queue, "b.jpg", b"second")
        await add(queue, "empty.jpg", b"")
        os.utime(queue.directory / "spool" / one.data, (5.5, 5.5))
        os.utime(queue.directory / "spool" / other.data, (6.5, 6.5))
    (queue.directory / "journal.db").write_bytes(b"no database, but long enough to tell" * 100)
    names = [f"recovered-{it.data[:8]}" for it in (one, other)]
    for _ in range(2):
        async with open_queue(tmp_path, Threads()) as queue:
            first = next(iter(queue.records.values()))
            assert await contents(queue) == sorted(zip(names, [b"first", b"second"], strict=True))
    assert first == Record(
        id=one.data,
        sequence=5_500_000,
        stage=Stage.FAILED,
        album=NO_ALBUM,
        name=names[0],
        data=one.data,
        size_bytes=5,
        refused_s=5,
        reason="the journal was damaged",
        created_s=5,
    )
    assert (queue.directory / "journal.db.damaged-1").exists()
    assert "is damaged" in caplog.text
    assert "2 files are in failed/, their names are lost" in caplog.text


async def test_a_journal_that_was_deleted_loses_no_file_either(tmp_path: Path, caplog) -> None:
    async with open_queue(tmp_path, Threads()) as queue:
        await add(queue, "a.jpg", b"first")
    (queue.directory / "journal.db").unlink()
    async with open_queue(tmp_path, Threads()) as queue:
        assert [it.reason for it in queue.records.values()] == ["the journal was damaged"]
    assert "their names are lost" in caplog.text


async def test_a_damaged_journal_in_a_directory_that_is_taken_over_loses_no_file(
    tmp_path: Path, caplog
) -> None:
    async with open_queue(tmp_path, Threads()) as one, open_queue(tmp_path, Threads()) as other:
        await add(one, "a.jpg")
        await add(one, "b.jpg")
        lost = await add(other, "c.jpg", b"no name")
    (other.directory / "journal.db").write_bytes(b"no database, but long enough to tell" * 100)
    async with open_queue(tmp_path, Threads()) as queue:
        assert queue.directory == one.directory
        assert (f"recovered-{lost.data[:8]}", b"no name") in await contents(queue)
        assert len(queue.records) == 3
    assert "is damaged" in caplog.text


async def test_data_that_may_have_arrived_stays_beside_what_was_written_since(
    tmp_path: Path,
) -> None:
    async with open_queue(tmp_path, Threads()) as queue:
        sent, now = await add(queue, "sent.jpg"), await add(queue, "now.jpg", b"later")
        sent = replace(sent, data=now.data, size_bytes=5, carried=sent.data, mark="m")
        await queue.put(sent, instead_of=now.id)
    for _ in range(2):
        async with open_queue(tmp_path, Threads()) as queue:
            assert [*queue.records.values()] == [sent]
            assert queue.path(sent.carried).read_bytes() == b"data"
    async with open_queue(tmp_path, Threads()) as queue:
        await queue.remove(sent.id)
        assert not spoolcalls.sizes(queue.directory / "spool")


async def test_data_that_may_have_arrived_and_is_missing_is_not_looked_for(tmp_path: Path) -> None:
    async with open_queue(tmp_path, Threads()) as queue:
        sent = await add(queue, "sent.jpg", mark="m", carried="f" * 32)
    async with open_queue(tmp_path, Threads()) as queue:
        assert [*queue.records.values()] == [replace(sent, carried="")]


async def test_data_that_two_records_name_stays_until_both_are_gone(tmp_path: Path) -> None:
    async with open_queue(tmp_path, Threads()) as queue:
        one = await add(queue, "a.jpg", stage=Stage.FAILED)
        other = await add(queue, "a.jpg", b"new", carried=one.data, mark="m")
        await queue.remove(one.id)
        assert queue.path(one.data).read_bytes() == b"data"
        await queue.remove(other.id)
        assert not spoolcalls.sizes(queue.directory / "spool")
