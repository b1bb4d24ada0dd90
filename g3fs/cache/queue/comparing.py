"""At opening: what the journal says and what is in the spool are made to agree. Blocking calls."""

import logging
from collections.abc import Iterable, Mapping
from dataclasses import replace
from pathlib import Path

from g3fs.cache.database import Database
from g3fs.cache.queue import journal, spoolcalls
from g3fs.cache.queue.record import Record, Stage
from g3fs.gallery.ids import ItemId

log = logging.getLogger(__name__)

NO_ALBUM = ItemId("")
"""The album of a file whose record was lost."""


def compare(database: Database, spool: Path, now_s: int) -> list[Record]:
    """The records that are left, in order, each with its data; and no other file is left either.

    But when the journal is new although files are there, the last one was damaged: each file gets a
    record that failed, so that no byte is lost. Killed at any point, the next call finishes it.
    """
    records = journal.all_records(database)
    sizes = spoolcalls.sizes(spool)
    settled = {
        record.id: settle(_without_lost(record, sizes), sizes.get(record.data), now_s)
        for record in records
    }
    gone = [record for record in records if settled[record.id] is None]
    left = [record for record in settled.values() if record is not None]
    is_new = not journal.was_compared(database)
    if is_new:
        named = {name for record in records for name in record.files}
        left += _found(spool, (name for name in sizes.keys() - named if sizes[name]))
    _tell_missing(spool, (record for record in gone if record.data not in sizes))
    if is_new or gone or left != records:
        journal.settle(database, left, [record.id for record in gone], now_s)
    for name in sizes.keys() - {name for record in left for name in record.files}:
        (spool / name).unlink(missing_ok=True)
    return sorted(left, key=lambda record: record.sequence)


def settle(record: Record, size_bytes: int | None, now_s: int) -> Record | None:
    """What becomes of a record after its mount has ended, however it did; None: it is dropped.

    `size_bytes` is that of its data; None: there is none. A record that names no data misses none:
    what is parked, or what the server has but for its attributes.
    """
    if not record.data and record.stage is not Stage.OPEN:
        return record
    if size_bytes is None or (record.stage is Stage.OPEN and size_bytes == 0):
        return None
    now = replace(record, size_bytes=size_bytes)
    if record.stage is Stage.OPEN:
        reason = "was still being written when the mount ended"
        return replace(now, stage=Stage.FAILED, refused_s=now_s, reason=reason)
    if record.stage is Stage.QUEUED and now != record:
        reason = f"has {size_bytes} bytes instead of {record.size_bytes} since the mount ended"
        return replace(now, stage=Stage.FAILED, refused_s=now_s, reason=reason)
    return now


def _without_lost(record: Record, sizes: Mapping[str, int]) -> Record:
    """What cannot be compared any more is not looked for."""
    return replace(record, carried=record.carried if record.carried in sizes else "")


def _found(spool: Path, names: Iterable[str]) -> list[Record]:
    """Records for files of which nothing is known any more but their bytes."""
    found = [_record_of(spool / name) for name in names]
    if found:
        log.warning("%s: %d files are in failed/, their names are lost", spool, len(found))
    return found


def _record_of(path: Path) -> Record:
    facts = path.stat()
    changed_s = int(facts.st_mtime)
    return Record(
        id=path.name,  # the same when a merge was killed and is done again
        sequence=facts.st_mtime_ns // 1000,
        stage=Stage.FAILED,
        album=NO_ALBUM,
        name=f"recovered-{path.name[:8]}",
        data=path.name,
        size_bytes=facts.st_size,
        refused_s=changed_s,
        reason="the journal was damaged",
        created_s=changed_s,
    )


def _tell_missing(spool: Path, records: Iterable[Record]) -> None:
    for record in records:
        # A merge that was killed leaves rows in two directories, and the data in one of them.
        if any(spool.parent.parent.glob(f"*/{spool.name}/{record.data}")):
            continue
        if record.mark or record.item is not None:  # `Queue.finish` was undone by a power cut?
            text = "%s/%s is missing: %s was on its way; see whether it has arrived"
            log.warning(text, spool, record.data, record.name)
        else:
            log.error("%s/%s is missing: %s is lost", spool, record.data, record.name)
