"""At opening: one directory for this mount, with all that ended mounts left. Blocking calls.

While a record moves, its row may stand in two journals; it belongs where its data is. So the row is
written to the new one first, then the data is renamed, which happens at once or not at all, then
the old row goes. Killed in between, the row without the data is dropped by `compare`. What a record
names beside its data has a second name in the new directory before that.
"""

import logging
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path

from g3fs.cache.queue import journal, spoolcalls
from g3fs.cache.queue.comparing import compare
from g3fs.cache.queue.directories import Home, free_homes, make_private, new_home
from g3fs.cache.queue.failures import named_errors
from g3fs.gallery.errors import GalleryError
from g3fs.tasks.failpoints import reached

log = logging.getLogger(__name__)


def adopt(parent: Path, now_s: int) -> Home:
    """The fullest of the directories that no mount uses, or a new one.

    What the other free ones hold is moved into it; those of living mounts are left alone.

    Raises:
        GalleryError: nothing can be kept below `parent`.
    """
    make_private(parent)
    with named_errors(parent):
        homes = _all_free(parent, now_s) or [new_home(parent, now_s)]
    chosen = max(homes, key=lambda home: len(home.records))
    others = [home for home in homes if home is not chosen]
    try:
        for other in others:
            _take_over(other, chosen)
        records = compare(chosen.database, chosen.spool, now_s) if others else chosen.records
    except BaseException:
        chosen.close()
        raise
    finally:
        for other in others:
            other.close()
    return replace(chosen, records=records)


def _all_free(parent: Path, now_s: int) -> list[Home]:
    with ExitStack() as on_error:
        homes = []
        for home in free_homes(parent, now_s):
            on_error.callback(home.close)
            homes.append(home)
        on_error.pop_all()
    return homes


def _take_over(source: Home, target: Home) -> None:
    try:
        moved = _move(source, target)
    except (GalleryError, OSError) as exc:
        log.warning("the files in %s wait for a later mount: %s", source.directory, exc)
    else:
        if moved:
            log.info("took %d files over from %s", moved, source.directory)


def _move(source: Home, target: Home) -> int:
    moving = [record for record in source.records if not (target.spool / record.data).is_file()]
    if len(moving) < len(source.records):  # somebody copied a directory, to be on the safe side
        log.warning("%s has files that %s has, too", source.directory, target.directory)
    known = {record.id for record in target.records}
    # A row without data has nothing that tells where it belongs: the one that is there stays.
    wanted = [record for record in moving if record.data or record.id not in known]
    journal.put(target.database, wanted, durable=True)
    reached("queue.after_merge_insert")
    for record in moving:
        if record.carried not in {"", record.data}:
            _copy(record.carried, source, target)
        if record.data:
            (source.spool / record.data).rename(target.spool / record.data)
            reached("queue.after_merge_move")
    for record in moving:
        if record.carried:
            (source.spool / record.carried).unlink(missing_ok=True)
    for spool in (target.spool, source.spool):
        spoolcalls.sync_directory(spool)
    journal.remove(source.database, [record.id for record in moving])
    return len(moving)


def _copy(name: str, source: Home, target: Home) -> None:
    """Give a file a second name."""
    path, there = source.spool / name, target.spool / name
    if there.exists() or not path.exists():  # another record named it as well
        return
    try:
        there.hardlink_to(path)
    except OSError as exc:  # a file system that has no second names
        log.debug("%s: %s", path, exc)
        path.rename(there)
