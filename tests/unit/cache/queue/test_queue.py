"""The queue of one mount: what was put is there, in memory and after the next opening."""

import sqlite3
import stat
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest
import trio
import trio.testing
from hypothesis import given, settings
from hypothesis import strategies as st

from g3fs.cache.database import DatabaseFailed, open_database
from g3fs.cache.queue import spoolcalls
from g3fs.cache.queue.journal import SCHEMA
from g3fs.cache.queue.queue import Statistics, open_queue
from g3fs.cache.queue.record import Record, Stage
from g3fs.gallery.errors import NotFound
from g3fs.gallery.ids import ItemId
from g3fs.tasks.threads import Threads
from tests.unit.cache.queue.drafts import NOW_S, add, contents, record

TEXTS = st.sampled_from(["", "a\0b", "\udcff", "\ud800\udc00", "é", "🏖"]) | st.text(
    st.characters(), max_size=5
)


async def test_what_was_put_is_there_after_the_next_opening(tmp_path: Path) -> None:
    async with open_queue(tmp_path, Threads()) as queue:
        one = await add(queue, "one.jpg", b"first")
        other = await add(queue, "other.jpg", b"second", stage=Stage.STAGED)
        assert queue.records == {one.id: one, other.id: other}
    async with open_queue(tmp_path, Threads()) as queue:
        assert queue.records == {one.id: one, other.id: other}
        assert await contents(queue) == [("one.jpg", b"first"), ("other.jpg", b"second")]


async def test_records_come_back_in_the_order_of_acceptance(tmp_path: Path) -> None:
    async with open_queue(tmp_path, Threads()) as queue:
        added = [await add(queue, f"{number}.jpg") for number in range(10)]
        await queue.put(added[0])
    async with open_queue(tmp_path, Threads()) as queue:
        assert list(queue.records.values()) == added


async def test_a_record_is_replaced_as_a_whole(tmp_path: Path) -> None:
    async with open_queue(tmp_path, Threads()) as queue:
        before = await add(queue, "before.jpg")
        after = record(id=before.id, name="after.jpg", data=before.data, mark="slug")
        await queue.put(after, durable=False)
        assert queue.records == {before.id: after}
    async with open_queue(tmp_path, Threads()) as queue:
        assert queue.records == {before.id: after}


async def test_a_removed_record_takes_its_data_along(tmp_path: Path) -> None:
    async with open_queue(tmp_path, Threads()) as queue:
        gone = await add(queue, "gone.jpg")
        left = await add(queue, "left.jpg")
        await queue.remove(gone.id)
        await queue.remove(gone.id)
        await queue.remove("never there")
        assert await contents(queue) == [("left.jpg", b"data")]
        with pytest.raises(NotFound):
            await queue.open(gone.data)
    async with open_queue(tmp_path, Threads()) as queue:
        assert queue.records == {left.id: left}


async def test_a_record_takes_the_place_of_another_in_one_step(tmp_path: Path) -> None:
    async with open_queue(tmp_path, Threads()) as queue:
        earlier = await add(queue, "a.jpg", b"earlier")
        later = await add(queue, "b.jpg", b"later")
        now = replace(later, name="a.jpg")
        await queue.put(now, instead_of=earlier.id)
        assert queue.records == {now.id: now}
        assert queue.path(earlier.data).read_bytes() == b"earlier"
        await queue.put(now, instead_of="never there")
    async with open_queue(tmp_path, Threads()) as queue:
        assert queue.records == {now.id: now}


async def test_a_record_that_was_put_anew_is_not_finished(tmp_path: Path) -> None:
    async with open_queue(tmp_path, Threads()) as queue:
        sent = await add(queue, "a.jpg", b"sent")
        newer = replace(sent, data=(await add(queue, "b.jpg", b"newer")).data)
        await queue.put(newer)
        await queue.finish(sent)
        assert queue.records[sent.id] == newer
        await queue.finish(newer)
        assert sent.id not in queue.records


async def test_the_data_of_a_finished_record_stays_until_it_is_discarded(tmp_path: Path) -> None:
    async with open_queue(tmp_path, Threads()) as queue:
        sent = await add(queue, "sent.jpg")
        await queue.finish(sent)
        await queue.finish(sent)
        assert not queue.records
        assert queue.path(sent.data).read_bytes() == b"data"
        await queue.discard(sent.data)
        assert not queue.path(sent.data).exists()
    async with open_queue(tmp_path, Threads()) as queue:
        assert not queue.records


async def test_a_record_whose_data_was_discarded_can_be_removed(tmp_path: Path) -> None:
    async with open_queue(tmp_path, Threads()) as queue:
        gone = await add(queue, "gone.jpg")
        await queue.discard(gone.data)
        await queue.remove(gone.id)
        assert not queue.records


async def test_a_parked_item_needs_no_data(tmp_path: Path) -> None:
    parked = record(stage=Stage.PARKED, data="", size_bytes=0, item=ItemId("item:7"))
    async with open_queue(tmp_path, Threads()) as queue:
        await queue.put(parked)
        assert queue.statistics() == Statistics(0, 0)
    async with open_queue(tmp_path, Threads()) as queue:
        assert queue.records == {parked.id: parked}
        await queue.remove(parked.id)
    async with open_queue(tmp_path, Threads()) as queue:
        assert not queue.records


async def test_files_and_bytes_are_counted(tmp_path: Path) -> None:
    async with open_queue(tmp_path, Threads()) as queue:
        assert queue.statistics() == Statistics(0, 0)
        await add(queue, "a.jpg", b"12345")
        await add(queue, "b.jpg", b"123", stage=Stage.FAILED)
        assert queue.statistics() == Statistics(2, 8)


async def test_sequences_only_grow_whatever_the_clock_does(tmp_path: Path) -> None:
    times = iter([5.0, 100.0, 100.0, 50.0, 200.0])
    async with open_queue(tmp_path, Threads(), lambda: next(times)) as queue:
        sequences = [queue.next_sequence() for _ in range(4)]
        assert sequences == [100_000_000, 100_000_001, 100_000_002, 200_000_000]
        await add(queue, "a.jpg", sequence=sequences[-1])
    async with open_queue(tmp_path, Threads(), lambda: 7.0) as queue:
        assert queue.next_sequence() == 200_000_001


async def test_record_ids_are_not_used_twice(tmp_path: Path) -> None:
    async with open_queue(tmp_path, Threads()) as queue:
        ids = {queue.new_record_id() for _ in range(1000)}
    assert len(ids) == 1000
    assert {len(it) for it in ids} == {32}


async def test_memory_and_disk_agree_when_one_record_is_put_many_times_at_once(
    tmp_path: Path,
) -> None:
    async with open_queue(tmp_path, Threads()) as queue:
        first = await add(queue, "a.jpg")
        async with trio.open_nursery() as nursery:
            for number in range(20):
                it = record(id=first.id, data=first.data, reason=str(number))
                nursery.start_soon(queue.put, it, number % 2 == 0)
        last = queue.records[first.id]
    async with open_queue(tmp_path, Threads()) as queue:
        assert queue.records == {first.id: last}


async def test_a_record_that_is_being_replaced_is_removed_with_its_new_data(tmp_path: Path) -> None:
    async with open_queue(tmp_path, Threads()) as queue:
        one, new = await add(queue, "one.jpg"), await queue.create()
        new.close()
        async with trio.open_nursery() as nursery:
            nursery.start_soon(queue.put, replace(one, data=new.name))
            await trio.testing.wait_all_tasks_blocked()
            nursery.start_soon(queue.remove, one.id)
        assert not queue.records
        assert list(spoolcalls.sizes(queue.directory / "spool")) == [one.data]


async def test_memory_and_disk_agree_when_calls_are_cancelled(tmp_path: Path) -> None:
    parked = record(stage=Stage.PARKED, data="", size_bytes=0)
    async with open_queue(tmp_path, Threads()) as queue:
        one, other = await add(queue, "one.jpg"), await add(queue, "other.jpg")
        async with trio.open_nursery() as nursery:
            nursery.start_soon(queue.put, record(id=one.id, data=one.data, name="new.jpg"))
            nursery.start_soon(queue.remove, other.id)
            nursery.start_soon(queue.put, parked)
            await trio.testing.wait_all_tasks_blocked()
            nursery.cancel_scope.cancel()
        known = dict(queue.records)
    async with open_queue(tmp_path, Threads()) as queue:
        assert queue.records == known


async def test_only_its_owner_may_read_a_directory(tmp_path: Path) -> None:
    async with open_queue(tmp_path / "new" / "parent", Threads()) as queue:
        await add(queue, "a.jpg")
        found = [tmp_path / "new", tmp_path / "new" / "parent", queue.directory]
        modes = {path: path.stat().st_mode for path in [*found, *queue.directory.rglob("*")]}
    assert {"lock", "spool", "journal.db", "journal.db-wal"} < {path.name for path in modes}
    for path, mode in modes.items():
        assert stat.S_IMODE(mode) == (0o700 if stat.S_ISDIR(mode) else 0o600), path


@settings(deadline=None)  # the disk may be busy
@given(
    text=TEXTS,
    attributes=st.dictionaries(TEXTS, st.none() | TEXTS, max_size=3),
    times=st.none() | st.tuples(st.integers(), st.integers()),
)
async def test_any_text_survives(text, attributes, times, tmp_path_factory) -> None:
    parent = tmp_path_factory.mktemp("queue")
    async with open_queue(parent, Threads()) as queue:
        odd = await add(
            queue,
            text,
            album=ItemId(text),
            item=ItemId(text),
            mark=text,
            reason=text,
            attributes=attributes,
            times_ns=times,
            accepted=True,
            refused_s=NOW_S,
            created_s=NOW_S,
        )
    async with open_queue(parent, Threads()) as queue:
        assert queue.records == {odd.id: clamped(odd)}


def clamped(it: Record) -> Record:
    """Times as 64 bits hold them."""
    most = 2**63 - 1
    times = it.times_ns and tuple(max(-most, min(time, most)) for time in it.times_ns)
    return replace(it, times_ns=times)


async def test_a_journal_of_an_older_version_is_read(tmp_path: Path) -> None:
    spool = tmp_path / "queue-1" / "spool"
    spool.mkdir(parents=True)
    waiting = record(mark="m")
    (spool / waiting.data).write_bytes(b"data")
    older = replace(SCHEMA, migrations=SCHEMA.migrations[:1])
    database = open_database(tmp_path / "queue-1" / "journal.db", older)
    with database.writing() as connection:
        connection.execute(
            "INSERT INTO records VALUES"
            " ('00', 1, 'queued', x'616c62756d', x'612e6a7067', ?, 4, NULL, x'6d', x'7b7d',"
            " NULL, NULL, 0, 0, x'', 0)",
            [waiting.data],
        )
    database.close()
    for _ in range(2):
        async with open_queue(tmp_path, Threads()) as queue:
            assert [*queue.records.values()] == [waiting]


async def test_a_record_beside_another_is_put_at_once_with_it_or_not_at_all(tmp_path: Path) -> None:
    async with open_queue(tmp_path, Threads()) as queue:
        one, other = await add(queue, "one.jpg"), await add(queue, "other.jpg")
        both = [replace(each, reason="both") for each in (one, other)]
        with closing(sqlite3.connect(queue.directory / "journal.db")) as journal:
            journal.execute(
                f"CREATE TRIGGER refuses BEFORE INSERT ON records WHEN NEW.id = '{other.id}'"
                " BEGIN SELECT RAISE(ABORT, 'no'); END"
            )
            with pytest.raises(DatabaseFailed):
                await queue.put(both[0], beside=both[1])
            assert [*queue.records.values()] == [one, other]
            journal.execute("DROP TRIGGER refuses")
        await queue.put(both[0], beside=both[1])
        assert [*queue.records.values()] == both
    async with open_queue(tmp_path, Threads()) as queue:
        assert [*queue.records.values()] == both


async def test_what_has_arrived_is_over_although_the_journal_cannot_be_written(
    tmp_path: Path, caplog
) -> None:
    async with open_queue(tmp_path, Threads()) as queue:
        arrived, again = await add(queue, "arrived.jpg"), await add(queue, "again.jpg")
        with closing(sqlite3.connect(queue.directory / "journal.db")) as journal:
            journal.execute("ALTER TABLE records RENAME TO elsewhere")
            await queue.finish(arrived)
            await queue.finish(again)
            journal.execute("ALTER TABLE elsewhere RENAME TO records")
        assert not queue.records
        assert not spoolcalls.sizes(queue.directory / "spool")
        assert "arrived.jpg has arrived" in caplog.text
        file = await queue.create()
        file.close()
        again = replace(again, data=file.name, size_bytes=0)
        await queue.put(again)
    async with open_queue(tmp_path, Threads()) as queue:
        assert [*queue.records.values()] == [again]
    assert "is lost" not in caplog.text
