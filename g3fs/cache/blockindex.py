"""The SQLite index of the block cache: which block is whose, how old, how much they take.

Plain blocking calls, one at a time. Several processes may use one index: every change is one
short transaction that begins by taking the write lock.
"""

import secrets
import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from g3fs.gallery.ids import ItemId, Version
from g3fs.gallery.items import Rendition

BUSY_TIMEOUT_S = 5.0
"""How long one of our short transactions waits for another process's; far below any deadline."""

PAGE_BYTES = 4096
"""Disks give space in units of this: a thumbnail of 5,000 bytes takes two."""

SCHEMA = """
PRAGMA journal_mode = WAL;
PRAGMA synchronous = NORMAL;
PRAGMA foreign_keys = ON;
BEGIN IMMEDIATE;
-- One rendition of one media item at one version.
CREATE TABLE IF NOT EXISTS file (
  id INTEGER PRIMARY KEY,
  item TEXT NOT NULL,       -- the backend's key
  rendition TEXT NOT NULL,
  version TEXT NOT NULL,
  told INTEGER,             -- size in bytes that the listing gave; NULL: none
  size INTEGER,             -- size in bytes that the server sent; NULL: not known yet
  ranges INTEGER,           -- 1: the server obeyed a range, 0: it did not; NULL: not tried
  UNIQUE (item, rendition, version)
);
-- Bytes of a file in a file of their own. Normally a whole cell of the block grid; shorter at the
-- end of the file and where a transfer began or ended inside of a cell.
CREATE TABLE IF NOT EXISTS block (
  number INTEGER PRIMARY KEY AUTOINCREMENT,  -- names the file on disk; never used a second time
  file INTEGER NOT NULL REFERENCES file (id) ON DELETE CASCADE,
  start INTEGER NOT NULL,
  length INTEGER NOT NULL,
  crc INTEGER NOT NULL,     -- zlib.crc32
  taken INTEGER NOT NULL,   -- bytes on disk, in whole pages
  used INTEGER NOT NULL,    -- grows with each use: the smallest was not used for longest
  ready INTEGER NOT NULL    -- 0: reserved, being written
);
CREATE INDEX IF NOT EXISTS block_of_file ON block (file, start);
CREATE INDEX IF NOT EXISTS block_by_use ON block (used);
-- The sums over block, one row, kept by triggers: adding up 10,000 rows for each block is slow.
CREATE TABLE IF NOT EXISTS total (one INTEGER PRIMARY KEY CHECK (one = 1), blocks, taken);
INSERT OR IGNORE INTO total VALUES (1, 0, 0);
CREATE TRIGGER IF NOT EXISTS block_added AFTER INSERT ON block BEGIN
  UPDATE total SET blocks = blocks + 1, taken = taken + NEW.taken;
END;
CREATE TRIGGER IF NOT EXISTS block_gone AFTER DELETE ON block BEGIN
  UPDATE total SET blocks = blocks - 1, taken = taken - OLD.taken;
END;
"""


@dataclass(frozen=True, slots=True)
class Label:
    """Which bytes: one rendition of one item at one version."""

    item: ItemId
    rendition: Rendition
    version: Version


@dataclass(frozen=True, slots=True)
class Facts:
    """What is known of a file besides its bytes; None where it is not."""

    told: int | None = None
    """The size that the listing gave when the bytes were fetched."""
    size: int | None = None
    """The size that the server then sent."""
    ranges: bool | None = None
    """Whether the server obeyed a range."""


@dataclass(frozen=True, slots=True)
class Block:
    """Bytes `start` to `start + length` of a file, in a file of their own."""

    number: int
    start: int
    length: int
    crc: int


@dataclass(frozen=True, slots=True)
class Remembered:
    """A file in the index, with the blocks that are complete."""

    label: Label
    facts: Facts
    blocks: tuple[Block, ...]


@dataclass(frozen=True, slots=True)
class Totals:
    """Over all files of all processes; blocks being written count."""

    blocks: int
    taken_bytes: int


def taken_bytes(length: int) -> int:
    """What a file of `length` bytes takes on disk."""
    return max(-(-length // PAGE_BYTES), 1) * PAGE_BYTES


class BlockIndex:
    """An open index. Every method may raise sqlite3.Error."""

    def __init__(self, path: Path) -> None:
        self._db = sqlite3.connect(
            path, timeout=BUSY_TIMEOUT_S, isolation_level=None, check_same_thread=False
        )
        try:
            self._create()
        except sqlite3.Error:
            self._db.close()
            raise

    def close(self) -> None:
        self._db.close()

    @contextmanager
    def changing(self) -> Iterator[None]:
        """Other processes wait until the end; on an error nothing has changed."""
        self._db.execute("BEGIN IMMEDIATE")
        try:
            yield
        except BaseException:
            self._db.execute("ROLLBACK")
            raise
        self._db.execute("COMMIT")

    def remembered(self, item: ItemId, rendition: Rendition) -> list[Remembered]:
        """All versions of a file, the one stored last first."""
        rows = self._db.execute(
            "SELECT id, version, told, size, ranges FROM file"
            " WHERE item = ? AND rendition = ? ORDER BY id DESC",
            (item, rendition),
        ).fetchall()
        return [
            Remembered(
                Label(item, rendition, Version(version)),
                Facts(told, size, None if ranges is None else bool(ranges)),
                self._blocks(file),
            )
            for file, version, told, size, ranges in rows
        ]

    def totals(self) -> Totals:
        """What all blocks take."""
        return Totals(*self._db.execute("SELECT blocks, taken FROM total").fetchone())

    def add(self, label: Label, facts: Facts, block: Block) -> int:
        """Reserve the space of a block whose bytes are still to be written: its number."""
        (file,) = self._db.execute(
            "INSERT INTO file (item, rendition, version, told, size, ranges)"
            " VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT (item, rendition, version) DO UPDATE"
            " SET told = excluded.told, size = coalesce(excluded.size, size),"
            " ranges = coalesce(excluded.ranges, ranges) RETURNING id",
            (label.item, label.rendition, label.version, facts.told, facts.size, facts.ranges),
        ).fetchone()
        values = (file, block.start, block.length, block.crc, taken_bytes(block.length))
        (number,) = self._db.execute(
            "INSERT INTO block (file, start, length, crc, taken, used, ready)"
            " VALUES (?, ?, ?, ?, ?, ?, 0) RETURNING number",
            (*values, self._tick()),
        ).fetchone()
        return int(number)

    def finish(self, number: int) -> bool:
        """Mark a block as written; False when it was evicted meanwhile."""
        done = self._db.execute("UPDATE block SET ready = 1 WHERE number = ?", (number,))
        return done.rowcount == 1

    def oldest(self, count: int) -> list[tuple[int, int]]:
        """Numbers, and bytes on disk, of the blocks not used for longest."""
        return self._db.execute(
            "SELECT number, taken FROM block ORDER BY used, number LIMIT ?", (count,)
        ).fetchall()

    def remove(self, numbers: Iterable[int]) -> None:
        """Forget blocks, and files that have none left."""
        for number in numbers:
            row = self._db.execute(
                "DELETE FROM block WHERE number = ? RETURNING file", (number,)
            ).fetchone()
            if row is not None:
                self._db.execute(
                    "DELETE FROM file WHERE id = ?1"
                    " AND NOT EXISTS (SELECT 1 FROM block WHERE file = ?1)",
                    row,
                )

    def numbers_of(self, label: Label) -> list[int]:
        """All blocks of one version of a file, those being written too."""
        rows = self._db.execute(
            "SELECT number FROM block JOIN file ON file.id = block.file"
            " WHERE item = ? AND rendition = ? AND version = ?",
            (label.item, label.rendition, label.version),
        )
        return [number for (number,) in rows]

    def numbers_of_item(self, item: ItemId) -> list[int]:
        """All blocks of an item, whatever rendition and version."""
        rows = self._db.execute(
            "SELECT number FROM block JOIN file ON file.id = block.file WHERE item = ?", (item,)
        )
        return [number for (number,) in rows]

    def all_numbers(self) -> set[int]:
        """Every block there is, those being written too."""
        return {number for (number,) in self._db.execute("SELECT number FROM block")}

    def relabel(self, before: Label, now: Label) -> None:
        """The bytes of `before` are those of `now`, too: from here on they go by that version."""
        self._db.execute(
            "UPDATE OR IGNORE file SET version = ?"
            " WHERE item = ? AND rendition = ? AND version = ?",
            (now.version, before.item, before.rendition, before.version),
        )

    def touch(self, numbers: Iterable[int]) -> None:
        """Note that blocks were used now, the last one last."""
        tick = self._tick()
        for number in numbers:
            self._db.execute("UPDATE block SET used = ? WHERE number = ?", (tick, number))
            tick += 1

    def _tick(self) -> int:
        (tick,) = self._db.execute("SELECT coalesce(max(used), 0) + 1 FROM block").fetchone()
        return int(tick)

    def _blocks(self, file: int) -> tuple[Block, ...]:
        rows = self._db.execute(
            "SELECT number, start, length, crc FROM block WHERE file = ? AND ready = 1"
            " ORDER BY start, length DESC",
            (file,),
        )
        return tuple(Block(*row) for row in rows)

    def _create(self) -> None:
        self._db.executescript(SCHEMA)
        # Numbers start anywhere: when the directory was deleted and made again, a number that a
        # process still remembers must not name another block.
        self._db.execute(
            "INSERT INTO sqlite_sequence (name, seq) SELECT 'block', ?"
            " WHERE NOT EXISTS (SELECT 1 FROM sqlite_sequence WHERE name = 'block')",
            (secrets.randbits(48),),
        )
        self._db.execute("COMMIT")
