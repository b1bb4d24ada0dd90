"""The journal: one row per record, in a database of its own. Blocking calls, one at a time.

Texts that come from users and servers are BLOBs in UTF-8, because they may hold lone surrogates
(bytes that are not UTF-8, odd JSON), which SQLite's TEXT does not take.
"""

import json
import sqlite3
from collections.abc import Iterable, Mapping
from contextlib import suppress
from types import MappingProxyType

from g3fs.cache.database import Database, Schema
from g3fs.cache.queue.record import Record, Stage
from g3fs.gallery.errors import NoSpace
from g3fs.gallery.ids import ItemId

_RECORDS = """
CREATE TABLE records (
  id TEXT PRIMARY KEY,         -- 32 hex digits; the same record never has another one.
  sequence INTEGER NOT NULL,   -- The order in which files were accepted.
  stage TEXT NOT NULL,         -- How far it has come: record.Stage.
  album BLOB NOT NULL,         -- Id of the album in which the user put it.
  name BLOB NOT NULL,          -- Its name there.
  data TEXT NOT NULL,          -- Name of its file in spool/; '' when it has none.
  size_bytes INTEGER NOT NULL, -- Of that file.
  item BLOB,                   -- Id of the server's item that it replaces, was made of it, or is
                               -- parked; NULL: none.
  mark BLOB NOT NULL,          -- By which its upload can be found on the server; '' before it.
  attributes BLOB NOT NULL,    -- A JSON object, name to text or null (removed): to be set after
                               -- the upload.
  atime_ns INTEGER,            -- What utimensat(2) was given, nanoseconds since 1970 UTC;
  mtime_ns INTEGER,            -- NULL, both: nothing.
  accepted INTEGER NOT NULL,   -- 1: the user was told that it is safe.
  refused_s INTEGER NOT NULL,  -- When the server refused it, seconds since 1970 UTC; 0: it did not.
  reason BLOB NOT NULL,        -- Why, or why the last attempt failed.
  created_s INTEGER NOT NULL   -- When the file was made, seconds since 1970 UTC.
) WITHOUT ROWID
"""

_CARRIED = "ALTER TABLE records ADD COLUMN carried TEXT NOT NULL DEFAULT ''"
"""Name of the file in spool/ whose upload was begun under the mark; '' that is `data`, or none."""

_COMPARED = """
CREATE TABLE compared (
  at_s INTEGER NOT NULL        -- When this journal was first compared with the files of spool/,
                               -- seconds since 1970 UTC. No row: never. A file that no record names
                               -- may then be data whose record was in a damaged journal.
)
"""

_ROOM = """
CREATE TABLE room (
  written INTEGER NOT NULL     -- One row that counts; see make_room.
)
"""

SCHEMA = Schema(
    application_id=0x67336671,  # "g3fq"
    migrations=(
        (_RECORDS, _COMPARED, _ROOM, "INSERT INTO room VALUES (0)"),
        (_CARRIED,),
    ),
)

ROOM_PAGES = 64
"""Of 4 KiB, in the write-ahead log: a dozen uploads, of which the first gives room for more."""

_PUT = """
INSERT OR REPLACE INTO records VALUES (
  :id, :sequence, :stage, :album, :name, :data, :size_bytes, :item, :mark, :attributes,
  :atime_ns, :mtime_ns, :accepted, :refused_s, :reason, :created_s,
  :carried
)
"""

_REMOVE = "DELETE FROM records WHERE id = ?"

_INT64_MAX = 2**63 - 1

Value = str | bytes | int | None


def all_records(database: Database) -> list[Record]:
    """Every record, the one accepted first first."""
    with database.reading() as connection:
        cursor = connection.cursor()
        cursor.row_factory = sqlite3.Row
        cursor.execute("SELECT * FROM records ORDER BY sequence, id")
        return [_record(row) for row in cursor]


def put(
    database: Database, records: Iterable[Record], gone: Iterable[str] = (), *, durable: bool
) -> None:
    """Add or replace, and drop what is `gone`, all or nothing; on disk then, if `durable`."""
    with database.writing(durable=durable) as connection:
        connection.executemany(_PUT, map(_values, records))
        connection.executemany(_REMOVE, ((record_id,) for record_id in gone))


def remove(database: Database, record_ids: Iterable[str], *, durable: bool = True) -> None:
    """Drop those that are there, all or nothing; on disk when this returns, if `durable`."""
    with database.writing(durable=durable) as connection:
        connection.executemany(_REMOVE, ((record_id,) for record_id in record_ids))


def was_compared(database: Database) -> bool:
    """Whether every file of the spool that is to be kept has a record in this journal."""
    with database.reading() as connection:
        return connection.execute("SELECT 1 FROM compared").fetchone() is not None


def settle(database: Database, changed: Iterable[Record], gone: Iterable[str], now_s: int) -> None:
    """Put and remove, in one durable transaction after which the journal counts as compared."""
    with database.writing(durable=True) as connection:
        connection.executemany(_PUT, map(_values, changed))
        connection.executemany(_REMOVE, ((record_id,) for record_id in gone))
        connection.execute(
            "INSERT INTO compared SELECT ? WHERE NOT EXISTS (SELECT 1 FROM compared)", (now_s,)
        )


def make_room(database: Database) -> None:
    """Take room on the disk for the hour when it is full. To be called once for each opening.

    A queue that fills the disk must be able to shrink: what was sent is noted and removed by
    transactions, and these need room in the write-ahead log. SQLite keeps the file of the log while
    it is open, and writes it from its beginning again when everything in it is in the database.
    """
    with suppress(NoSpace):  # full already: then the first transaction will say so
        for _ in range(ROOM_PAGES):
            with database.writing() as connection:  # one page of the log
                connection.execute("UPDATE room SET written = written + 1")
    with database.reading() as connection:
        connection.execute(f"PRAGMA wal_autocheckpoint = {ROOM_PAGES // 2}")


def _values(record: Record) -> dict[str, Value]:
    atime_ns, mtime_ns = record.times_ns or (None, None)
    return {
        "id": record.id,
        "sequence": record.sequence,
        "stage": record.stage.value,
        "album": _blob(record.album),
        "name": _blob(record.name),
        "data": record.data,
        "size_bytes": record.size_bytes,
        "item": None if record.item is None else _blob(record.item),
        "mark": _blob(record.mark),
        # Not escaped: two halves of a pair, escaped, would come back as one character.
        "attributes": _blob(json.dumps(dict(record.attributes), ensure_ascii=False)),
        "atime_ns": _clamped(atime_ns),
        "mtime_ns": _clamped(mtime_ns),
        "accepted": record.accepted,
        "refused_s": record.refused_s,
        "reason": _blob(record.reason),
        "created_s": record.created_s,
        "carried": record.carried,
    }


def _record(row: sqlite3.Row) -> Record:
    return Record(
        id=row["id"],
        sequence=row["sequence"],
        stage=Stage(row["stage"]),
        album=ItemId(_text(row["album"])),
        name=_text(row["name"]),
        data=row["data"],
        size_bytes=row["size_bytes"],
        item=None if row["item"] is None else ItemId(_text(row["item"])),
        mark=_text(row["mark"]),
        attributes=_attributes(row["attributes"]),
        times_ns=None if row["atime_ns"] is None else (row["atime_ns"], row["mtime_ns"]),
        accepted=bool(row["accepted"]),
        refused_s=row["refused_s"],
        reason=_text(row["reason"]),
        created_s=row["created_s"],
        carried=row["carried"],
    )


def _attributes(blob: bytes) -> Mapping[str, str | None]:
    return MappingProxyType(json.loads(_text(blob)))


def _blob(text: str) -> bytes:
    return text.encode("utf-8", "surrogatepass")


def _text(blob: bytes) -> str:
    return blob.decode("utf-8", "surrogatepass")


def _clamped(time_ns: int | None) -> int | None:
    return None if time_ns is None else max(-_INT64_MAX, min(time_ns, _INT64_MAX))
