"""A SQLite file that several processes share: opened, checked, migrated, locked, its errors named.

Plain blocking calls, for one thread at a time; `cache/state.py` gives them a worker thread.
"""

import logging
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from g3fs.cache.filelock import FileLock
from g3fs.gallery.errors import Busy, GalleryError, NoSpace

log = logging.getLogger(__name__)

BUSY_TIMEOUT_S = 5.0
"""How long one of our short transactions waits for another process's; far below any deadline."""

_DAMAGED_CODES = (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB)
_BUSY_CODES = (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED)
_SHARED_MEMORY_HAS_NO_ROOM = sqlite3.SQLITE_IOERR_SHMSIZE


class DatabaseFailed(GalleryError):
    """A database of our own cannot be used; the message names the file and says what to do."""


class _Damaged(DatabaseFailed):
    """What is in the file is no sound database."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Schema:
    """What a database of one kind looks like, and how it came to look so."""

    application_id: int
    """Tells our file from somebody else's SQLite file; `PRAGMA application_id`."""
    migrations: tuple[tuple[str, ...], ...]
    """Statements that lead from version 0 (an empty file) to 1, from 1 to 2, and so on."""
    per_connection: tuple[str, ...] = ()
    """Statements for each new connection: temporary tables."""

    @property
    def version(self) -> int:
        """What `PRAGMA user_version` says of a file that is up to date."""
        return len(self.migrations)


class Database:
    """An open file with its lock; several in one process and in many may have the same file."""

    def __init__(self, path: Path, connection: sqlite3.Connection, lock: FileLock) -> None:
        self._path = path
        self._connection = connection
        self._lock = lock

    @contextmanager
    def reading(self) -> Iterator[sqlite3.Connection]:
        """The connection, for SELECT and for temporary tables; errors become gallery errors."""
        with _named_errors(self._path):
            yield self._connection

    @contextmanager
    def writing(self, *, durable: bool = False) -> Iterator[sqlite3.Connection]:
        """One transaction: all of it happens, or nothing.

        After a crash of the process it is there; after a power cut it may be missing as a whole,
        unless it is `durable` (one fsync).

        Raises:
            NoSpace: the disk is full.
            Busy: another process kept the file locked for BUSY_TIMEOUT_S.
            DatabaseFailed: anything else.
        """
        with _named_errors(self._path):
            self._connection.execute(f"PRAGMA synchronous = {'FULL' if durable else 'NORMAL'}")
            with _transaction(self._connection):
                yield self._connection

    def close(self) -> None:
        """Give the file back. Nothing is pending: each transaction was complete when it ended."""
        try:
            self._connection.close()
        finally:
            self._lock.release()


def open_database(path: Path, schema: Schema) -> Database:
    """Open the file, made or migrated as needed, or raise and leave it as it was.

    A damaged file is moved aside and begun anew, with a warning; unless another process uses it.

    Raises:
        DatabaseFailed: it cannot be opened, belongs to a newer version, is not ours, or is damaged
            and in use.
    """
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        lock = FileLock(path.with_name(path.name + ".lock"))
        alone = lock.acquire_alone_or_shared(BUSY_TIMEOUT_S)
    except OSError as exc:
        raise DatabaseFailed(f"{path} cannot be opened: {exc.strerror or exc}") from exc
    try:
        connection = _connect_alone(path, schema) if alone else _connect_beside(path, schema)
        lock.share()
    except BaseException:
        lock.release()
        raise
    return Database(path, connection, lock)


def _connect_alone(path: Path, schema: Schema) -> sqlite3.Connection:
    """Nobody else has the file open: it may be checked, repaired and migrated."""
    try:
        return _connect(path, schema, may_change=True)
    except _Damaged as exc:
        aside = _move_aside(path)
        log.warning("%s; moved to %s and begun anew", exc, aside)
        return _connect(path, schema, may_change=True)


def _connect_beside(path: Path, schema: Schema) -> sqlite3.Connection:
    try:
        return _connect(path, schema, may_change=False)
    except _Damaged as exc:
        # Its user would delete the new file's write-ahead log by name when it closes.
        raise DatabaseFailed(f"{exc}, and another mount uses it: unmount that first") from exc


def _connect(path: Path, schema: Schema, *, may_change: bool) -> sqlite3.Connection:
    """A connection to a file that is sound and up to date."""
    with _named_errors(path):
        path.touch(mode=0o600)  # SQLite gives its side files the same mode
        connection = sqlite3.connect(
            path, timeout=BUSY_TIMEOUT_S, isolation_level=None, check_same_thread=False
        )
        try:
            _prepare(connection, path, schema, may_change=may_change)
        except BaseException:
            connection.close()
            raise
        return connection


def _prepare(
    connection: sqlite3.Connection, path: Path, schema: Schema, *, may_change: bool
) -> None:
    version = _version(connection, path, schema)
    connection.execute("PRAGMA temp_store = MEMORY")  # no temporary file on a full disk
    if may_change:
        _check(connection, path)
        connection.execute("PRAGMA journal_mode = WAL")
        with _transaction(connection):
            _migrate(connection, schema, version)
    elif version < schema.version:
        raise DatabaseFailed(f"{path} is in use by an older g3fs: unmount that first")
    for statement in schema.per_connection:
        connection.execute(statement)


def _version(connection: sqlite3.Connection, path: Path, schema: Schema) -> int:
    """The version of the file; 0 for a new one."""
    version: int = connection.execute("PRAGMA user_version").fetchone()[0]
    owner: int = connection.execute("PRAGMA application_id").fetchone()[0]
    tables: int = connection.execute("SELECT count(*) FROM sqlite_master").fetchone()[0]
    if owner != schema.application_id and (owner or version or tables):
        raise DatabaseFailed(f"{path} is a database of another program; it is left alone")
    if version > schema.version:
        raise DatabaseFailed(
            f"{path} was written by a newer g3fs (format {version}, this one reads up to"
            f" {schema.version}); it is left alone: install that version, or move the file away"
        )
    return version


def _check(connection: sqlite3.Connection, path: Path) -> None:
    verdict: str = connection.execute("PRAGMA quick_check(1)").fetchone()[0]
    if verdict != "ok":
        raise _Damaged(f"{path} is damaged ({' '.join(verdict.split())})")


def _migrate(connection: sqlite3.Connection, schema: Schema, version: int) -> None:
    for statements in schema.migrations[version:]:
        for statement in statements:
            connection.execute(statement)
    connection.execute(f"PRAGMA application_id = {schema.application_id}")
    connection.execute(f"PRAGMA user_version = {schema.version}")


def _move_aside(path: Path) -> Path:
    """Rename the file and its side files; nothing is deleted."""
    number = 1
    while (aside := path.with_name(f"{path.name}.damaged-{number}")).exists():
        number += 1
    for suffix in ("-wal", "-shm", ""):
        part = path.with_name(path.name + suffix)
        if part.exists():
            part.rename(aside.with_name(aside.name + suffix))
    return aside


@contextmanager
def _transaction(connection: sqlite3.Connection) -> Iterator[None]:
    connection.execute("BEGIN IMMEDIATE")  # a lock taken later could not be waited for
    try:
        yield
        connection.execute("COMMIT")
    except BaseException:
        if connection.in_transaction:  # some errors have rolled back already
            connection.execute("ROLLBACK")
        raise


@contextmanager
def _named_errors(path: Path) -> Iterator[None]:
    """Only gallery errors come out."""
    try:
        yield
    except sqlite3.Error as exc:
        extended = getattr(exc, "sqlite_errorcode", sqlite3.SQLITE_ERROR)
        code = extended & 0xFF  # the primary code
        if code in _DAMAGED_CODES:
            raise _Damaged(f"{path} is damaged ({exc})") from exc
        if code == sqlite3.SQLITE_FULL or extended == _SHARED_MEMORY_HAS_NO_ROOM:
            raise NoSpace(f"{path} cannot grow: the disk is full") from exc
        if code in _BUSY_CODES:
            raise Busy(f"{path} is kept locked by another process") from exc
        raise DatabaseFailed(f"{path} cannot be used: {exc}") from exc
    except OSError as exc:
        raise DatabaseFailed(f"{path} cannot be opened: {exc.strerror or exc}") from exc
