"""The tables of the state database, commented column by column, and the blocking calls on them.

Texts are stored as BLOBs in UTF-8: names and keys come from servers and may hold lone surrogates
(bytes that are not UTF-8, odd JSON), which SQLite's TEXT does not take.
"""

import sqlite3
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from g3fs.cache.database import Database, Schema

FIRST_INODE = 1024
"""Below: 1 is the root, the others belong to the control directory."""

_INODES = """
CREATE TABLE inodes (
  ino INTEGER PRIMARY KEY AUTOINCREMENT,
      -- st_ino. AUTOINCREMENT: a number is never given out twice, not even after its row was
      -- deleted, because kernels, NFS clients and backup programs may remember the old one.
  key BLOB NOT NULL UNIQUE
      -- What has this number: an item id, or what vfs/ makes of one (a rendition, a tag view).
)
"""

_FIRST_NUMBER = "INSERT INTO sqlite_sequence (name, seq) VALUES ('inodes', 1023)"
"""The next one is FIRST_INODE."""

_NAMES = """
CREATE TABLE names (
  album BLOB NOT NULL,       -- The directory in which the name stands; a key as in inodes.
  item BLOB NOT NULL,        -- Id of the item that has it.
  server_name BLOB NOT NULL, -- What the server called it then; another one frees the pin.
  shown BLOB NOT NULL,       -- The name in the directory; no newcomer takes it away.
  PRIMARY KEY (album, item)
) WITHOUT ROWID
"""

_FIRST_ALIASES = """
CREATE TABLE aliases (
  album BLOB NOT NULL,
  name BLOB NOT NULL,
  item BLOB NOT NULL,
  PRIMARY KEY (album, name)
) WITHOUT ROWID
"""
"""Never filled: the version that had it could not write."""

_ALIASES = """
CREATE TABLE aliases (
  album BLOB NOT NULL,       -- The directory in which the user gave the name; as in names.
  item BLOB NOT NULL,        -- Id of the item that has it.
  name BLOB NOT NULL,        -- The name as the user gave it; the server spells it otherwise.
  server_name BLOB NOT NULL, -- What the server called it then; another one makes it void.
  PRIMARY KEY (album, item)
) WITHOUT ROWID
"""

_TIMES = """
CREATE TABLE times (
  key BLOB PRIMARY KEY,      -- As in inodes.
  version BLOB NOT NULL,     -- Of the data for which the times hold; others make them void.
  atime_ns INTEGER NOT NULL, -- What utimensat(2) was given, nanoseconds since 1970 UTC.
  mtime_ns INTEGER NOT NULL
) WITHOUT ROWID
"""

_WANTED = """
CREATE TEMP TABLE wanted (
  position INTEGER PRIMARY KEY, -- In the caller's order.
  key BLOB NOT NULL             -- Asked for in bulk: one join instead of thousands of SELECTs.
)
"""

SCHEMA = Schema(
    application_id=0x67336673,  # "g3fs"
    migrations=(
        (_INODES, _FIRST_NUMBER, _NAMES, _FIRST_ALIASES, _TIMES),
        ("DROP TABLE aliases", _ALIASES),
    ),
    per_connection=(_WANTED,),
)

# CROSS: from the few that are wanted to the table, never the other way round.
_PINS = (
    "SELECT item, server_name, shown FROM names WHERE album = ?",
    "SELECT item, server_name, shown FROM wanted CROSS JOIN names ON item = key AND album = ?",
)
_ALIASES_SET = (
    "SELECT item, name, server_name FROM aliases WHERE album = ?",
    "SELECT item, name, server_name FROM wanted CROSS JOIN aliases ON item = key AND album = ?",
)

_INT64_MAX = 2**63 - 1


@dataclass(frozen=True, slots=True)
class PinnedName:
    """A name that was shown once, and for what."""

    server_name: str
    shown: str


@dataclass(frozen=True, slots=True)
class Alias:
    """A name that a user gave, and how the server spells it."""

    name: str
    server_name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RememberedTimes:
    """What utimensat(2) was given for an inode; holds while its data is at `version`."""

    version: str
    atime_ns: int
    mtime_ns: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """What the state has for a directory that is being built."""

    pins: Mapping[str, PinnedName]
    aliases: Mapping[str, Alias]
    """Both by item id."""
    inodes: Mapping[str, int]
    times: Mapping[str, RememberedTimes]
    """Both by the keys of those that have any."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """What is asked for a directory that is being built."""

    album: str
    """The place of the names; a key as in inodes."""
    aliased: str
    """The place of the aliases."""
    items: Collection[str] | None
    """Whose names and aliases; None: of all."""
    keys: Sequence[str]
    """Of what inode numbers and times are wanted."""


def look(database: Database, question: Question) -> Known:
    """All at once: each way to a thread and back costs more than an answer."""
    return Known(
        pins=pinned_names(database, question.album, question.items),
        aliases=aliases(database, question.aliased, question.items),
        inodes=known_inodes(database, question.keys),
        times=times(database, question.keys),
    )


def enter(
    database: Database, album: str, pins: Mapping[str, PinnedName], keys: Sequence[str]
) -> dict[str, int]:
    """Add or replace `pins`; the numbers of all `keys`, as by `new_inodes`. All or nothing."""
    with database.writing() as connection:
        _pin(connection, album, pins)
        _number(connection, keys)
    return known_inodes(database, keys)


def known_inodes(database: Database, keys: Sequence[str]) -> dict[str, int]:
    """The numbers of those of `keys` that have one."""
    with database.reading() as connection:
        _want(connection, keys)
        rows = connection.execute("SELECT key, ino FROM wanted JOIN inodes USING (key)")
        return {_text(key): ino for key, ino in rows}


def new_inodes(database: Database, keys: Sequence[str]) -> dict[str, int]:
    """The numbers of all `keys`; those without one get the next, in the order of `keys`."""
    with database.writing() as connection:
        _number(connection, keys)
    return known_inodes(database, keys)


def pinned_names(
    database: Database, album: str, items: Collection[str] | None
) -> dict[str, PinnedName]:
    """The pins of an album by item id; of all, or of those of `items` that have one."""
    rows = _of_album(database, _PINS, album, items)
    return {item: PinnedName(server_name, shown) for item, server_name, shown in rows}


def pin_names(
    database: Database, album: str, pins: Mapping[str, PinnedName], gone: Collection[str]
) -> None:
    """Add or replace `pins`, drop those of the items `gone`."""
    place = _blob(album)
    with database.writing() as connection:
        connection.executemany(
            "DELETE FROM names WHERE album = ? AND item = ?",
            ((place, _blob(item)) for item in gone),
        )
        _pin(connection, album, pins)


def times(database: Database, keys: Sequence[str]) -> dict[str, RememberedTimes]:
    """What is remembered of `keys`."""
    with database.reading() as connection:
        if connection.execute("SELECT 1 FROM times LIMIT 1").fetchone() is None:
            return {}  # who only reads pictures pays nothing
        _want(connection, keys)
        rows = connection.execute(
            "SELECT key, version, atime_ns, mtime_ns FROM wanted JOIN times USING (key)"
        )
        return {
            _text(key): RememberedTimes(version=_text(version), atime_ns=atime, mtime_ns=mtime)
            for key, version, atime, mtime in rows
        }


def remember_times(database: Database, by_key: Mapping[str, RememberedTimes]) -> None:
    """Add or replace; what a 64-bit number cannot hold becomes the nearest that it can."""
    with database.writing() as connection:
        connection.executemany(
            "INSERT OR REPLACE INTO times (key, version, atime_ns, mtime_ns) VALUES (?, ?, ?, ?)",
            (
                (_blob(key), _blob(it.version), _clamped(it.atime_ns), _clamped(it.mtime_ns))
                for key, it in by_key.items()
            ),
        )


def judge_times(
    database: Database,
    judged: Mapping[str, RememberedTimes],
    versions: Mapping[str, str],
) -> None:
    """Let those of `judged` in `versions` hold for that version, and drop the others.

    What was set anew since it was judged stays.
    """
    rows = {
        key: (_blob(key), _blob(it.version), it.atime_ns, it.mtime_ns) for key, it in judged.items()
    }
    with database.writing() as connection:
        connection.executemany(
            "UPDATE times SET version = ? WHERE (key, version, atime_ns, mtime_ns) = (?, ?, ?, ?)",
            ((_blob(version), *rows[key]) for key, version in versions.items()),
        )
        connection.executemany(
            "DELETE FROM times WHERE (key, version, atime_ns, mtime_ns) = (?, ?, ?, ?)",
            (row for key, row in rows.items() if key not in versions),
        )


def aliases(database: Database, album: str, items: Collection[str] | None) -> dict[str, Alias]:
    """The aliases in an album by item id; of all, or of those of `items` that have one."""
    rows = _of_album(database, _ALIASES_SET, album, items)
    return {item: Alias(name, server_name) for item, name, server_name in rows}


def set_alias(database: Database, album: str, item: str, alias: Alias) -> None:
    """Add or replace; on disk when this returns, because no server can tell it again."""
    with database.writing(durable=True) as connection:
        connection.execute(
            "INSERT OR REPLACE INTO aliases (album, item, name, server_name) VALUES (?, ?, ?, ?)",
            (_blob(album), _blob(item), _blob(alias.name), _blob(alias.server_name)),
        )


def remove_alias(database: Database, album: str, item: str) -> None:
    """Drop it, if it is there."""
    with database.writing(durable=True) as connection:
        connection.execute(
            "DELETE FROM aliases WHERE album = ? AND item = ?", (_blob(album), _blob(item))
        )


def forget(database: Database, item: str, albums: Collection[str], keys: Collection[str]) -> None:
    """Drop the pins and aliases of `item` in `albums`, and the times of `keys`."""
    places = [(_blob(album), _blob(item)) for album in albums]
    with database.writing() as connection:
        connection.executemany("DELETE FROM names WHERE album = ? AND item = ?", places)
        connection.executemany("DELETE FROM aliases WHERE album = ? AND item = ?", places)
        connection.executemany("DELETE FROM times WHERE key = ?", ((_blob(key),) for key in keys))


def _number(connection: sqlite3.Connection, keys: Sequence[str]) -> None:
    _want(connection, keys)
    # Another process may have numbered some of them a moment ago.
    connection.execute(
        "INSERT INTO inodes (key) SELECT key FROM wanted"
        " WHERE key NOT IN (SELECT key FROM inodes) ORDER BY position"
    )


def _pin(connection: sqlite3.Connection, album: str, pins: Mapping[str, PinnedName]) -> None:
    place = _blob(album)
    connection.executemany(
        "INSERT OR REPLACE INTO names (album, item, server_name, shown) VALUES (?, ?, ?, ?)",
        (
            (place, _blob(item), _blob(pin.server_name), _blob(pin.shown))
            for item, pin in pins.items()
        ),
    )


def _of_album(
    database: Database, queries: tuple[str, str], album: str, items: Collection[str] | None
) -> list[tuple[str, str, str]]:
    """Rows of a table whose key is (album, item): by the first query all, by the other a few."""
    every, wanted = queries
    with database.reading() as connection:
        if items is not None:
            _want(connection, items)
        rows = connection.execute(every if items is None else wanted, (_blob(album),))
        return [(_text(item), _text(one), _text(other)) for item, one, other in rows]


def _want(connection: sqlite3.Connection, keys: Iterable[str]) -> None:
    connection.execute("DELETE FROM wanted")
    connection.executemany(
        "INSERT INTO wanted (key) VALUES (?)", ((_blob(key),) for key in dict.fromkeys(keys))
    )


def _blob(text: str) -> bytes:
    return text.encode("utf-8", "surrogatepass")


def _text(blob: bytes) -> str:
    return blob.decode("utf-8", "surrogatepass")


def _clamped(time_ns: int) -> int:
    return max(-_INT64_MAX, min(time_ns, _INT64_MAX))
