"""The directories of the queues: one for each mount, under a lock of its own. Blocking calls.

queue-1/lock         never deleted: two who lock different files would both be let in
queue-1/journal.db   what the files are
queue-1/spool/       their bytes
"""

import errno
import logging
import os
import re
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from itertools import count
from pathlib import Path

from g3fs.cache.database import Database, open_database
from g3fs.cache.filelock import FileLock
from g3fs.cache.queue import journal, spoolcalls
from g3fs.cache.queue.comparing import compare
from g3fs.cache.queue.failures import CannotLock, named_errors
from g3fs.cache.queue.record import Record
from g3fs.gallery.errors import GalleryError, NoSpace

log = logging.getLogger(__name__)

_SPOOL = "spool"

_NUMBERED = re.compile(r"queue-([1-9][0-9]*)")


@dataclass(frozen=True, slots=True, eq=False)
class Home:
    """A directory that is ours until `close`, with its journal open."""

    directory: Path
    lock: FileLock
    database: Database
    records: list[Record]
    """As of opening."""

    @property
    def spool(self) -> Path:
        return self.directory / _SPOOL

    def close(self) -> None:
        try:
            self.database.close()
        finally:
            self.lock.release()


@dataclass(frozen=True, slots=True)
class Kept:
    """What lies in the spool of a queue."""

    directory: Path
    """Of the queue."""
    files: int
    size_bytes: int


def kept_below(home: Path) -> list[Kept]:
    """Of every queue of all galleries, by their directories; asks no lock and no journal.

    `home` has a directory for each gallery. What cannot be read is left out.
    """
    parents = sorted(path for path in _listed(home) if path.is_dir())
    directories = [path for parent in parents for path in _queues(_listed(parent))]
    return [kept for kept in map(_kept, directories) if kept.files]


def free_homes(parent: Path, now_s: int) -> Iterator[Home]:
    """The directories that no mount uses, the lowest number first; each one opened when it is due.

    One that cannot be used (a newer version's, another user's) is left alone, with a warning.

    Raises:
        CannotLock, NoSpace: another directory would be no better.
    """
    for directory in _queues(parent.iterdir()):
        try:
            home = _opened(directory, now_s)
        except (CannotLock, NoSpace):
            raise
        except GalleryError as exc:
            log.warning("the files in %s wait for a later mount: %s", directory, exc)
        else:
            if home is not None:
                yield home


def new_home(parent: Path, now_s: int) -> Home:
    """A directory that was not there before.

    Raises:
        GalleryError: nothing can be kept there.
    """
    for number in count(1):
        directory = parent / f"queue-{number}"
        if not os.path.lexists(directory):
            make_private(directory)
            home = _opened(directory, now_s)
            if home is not None:  # else another mount was quicker
                return home
    raise AssertionError("numbers do not end")


def make_private(directory: Path) -> None:
    """Make a directory, and those above it, for its owner alone; on disk when this returns.

    Raises:
        GalleryError: it cannot be made.
    """
    with named_errors(directory):
        if not directory.is_dir():
            if os.path.lexists(directory):
                raise NotADirectoryError(errno.ENOTDIR, os.strerror(errno.ENOTDIR))
            make_private(directory.parent)
            directory.mkdir(mode=0o700, exist_ok=True)
            spoolcalls.sync_directory(directory.parent)


def _kept(directory: Path) -> Kept:
    sizes: list[int] = []
    for path in _listed(directory / _SPOOL):
        with suppress(FileNotFoundError):  # sent just now
            sizes.append(path.stat().st_size)
    return Kept(directory, len(sizes), sum(sizes))


def _listed(directory: Path) -> list[Path]:
    try:
        return list(directory.iterdir())
    except OSError:
        return []


def _queues(paths: Iterable[Path]) -> list[Path]:
    """The queues, the lowest number first."""
    numbered = [
        (int(match[1]), path)
        for path in paths
        if (match := _NUMBERED.fullmatch(path.name)) and path.is_dir()
    ]
    return [path for _, path in sorted(numbered)]


def _opened(directory: Path, now_s: int) -> Home | None:
    """None: another mount uses it."""
    with named_errors(directory):
        lock = FileLock(directory / "lock")
        try:
            home = _opened_under(lock, directory, now_s) if lock.acquire_alone() else None
        except BaseException:
            lock.release()
            raise
        if home is None:
            lock.release()
        return home


def _opened_under(lock: FileLock, directory: Path, now_s: int) -> Home:
    spool = directory / _SPOOL
    make_private(spool)
    database = open_database(directory / "journal.db", journal.SCHEMA)
    try:
        records = compare(database, spool, now_s)
        journal.make_room(database)
        spoolcalls.sync_directory(directory)
    except BaseException:
        database.close()
        raise
    return Home(directory, lock, database, records)
