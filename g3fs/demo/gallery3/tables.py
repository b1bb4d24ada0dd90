"""Tables of rows by id, and the SQLite file under them when the gallery is to be kept."""

import json
import sqlite3
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, is_dataclass
from pathlib import Path
from typing import Generic, Protocol, TypeVar


class Row(Protocol):
    """Anything with an integer id."""

    @property
    def id(self) -> int: ...


R = TypeVar("R", bound=Row)


class Table(Generic[R]):
    """Rows by id, in the order of creation; remembers which ones a keeper has to write."""

    def __init__(self, name: str, make: Callable[..., R]) -> None:
        self.name = name
        self._make = make
        self._rows: dict[int, R] = {}
        self._touched: set[int] = set()
        self._last_id = 0

    def next_id(self) -> int:
        """A number that no row has or had."""
        self._last_id += 1
        return self._last_id

    def put(self, row: R) -> R:
        """Store a new or changed row."""
        self._rows[row.id] = row
        self._last_id = max(self._last_id, row.id)
        self._touched.add(row.id)
        return row

    def drop(self, row_id: int) -> None:
        """Remove a row; harmless if it is gone."""
        self._rows.pop(row_id, None)
        self._touched.add(row_id)

    def get(self, row_id: int) -> R | None:
        """The row, or None."""
        return self._rows.get(row_id)

    def __getitem__(self, row_id: int) -> R:
        """The row that must be there."""
        return self._rows[row_id]

    def __iter__(self) -> Iterator[R]:
        """All rows; do not change the table meanwhile."""
        return iter(self._rows.values())

    def __len__(self) -> int:
        """How many rows there are."""
        return len(self._rows)

    def changes(self) -> list[tuple[int, str | None]]:
        """Ids touched since the last call, with the row as JSON, or None if it is gone."""
        touched, self._touched = self._touched, set()
        return [(row_id, _json(self._rows.get(row_id))) for row_id in sorted(touched)]

    def load(self, rows: Iterator[tuple[int, str]]) -> None:
        """Fill the table from what a keeper wrote."""
        for row_id, text in rows:
            self._rows[row_id] = self._make(**json.loads(text))
            self._last_id = max(self._last_id, row_id)


def _json(row: object) -> str | None:
    if not is_dataclass(row) or isinstance(row, type):
        return None
    return json.dumps(asdict(row))


class Keeper:
    """Writes changed rows to a SQLite file. Calls must not overlap."""

    def __init__(self, path: Path) -> None:
        self._db = sqlite3.connect(path, check_same_thread=False, isolation_level=None)
        self._db.execute("PRAGMA journal_mode=WAL")
        self._db.execute("PRAGMA synchronous=NORMAL")
        self._db.execute(
            "CREATE TABLE IF NOT EXISTS rows"
            " (kind TEXT, id INTEGER, body TEXT NOT NULL, PRIMARY KEY (kind, id)) WITHOUT ROWID"
        )

    def load(self, tables: Sequence[Table[R]]) -> None:
        """Fill the tables."""
        for table in tables:
            query = "SELECT id, body FROM rows WHERE kind = ? ORDER BY id"
            table.load(self._db.execute(query, (table.name,)))

    def save(self, tables: Sequence[Table[R]]) -> None:
        """Write what changed, all or nothing."""
        changes = [(table.name, *change) for table in tables for change in table.changes()]
        if not changes:
            return
        self._db.execute("BEGIN")
        for kind, row_id, body in changes:
            if body is None:
                self._db.execute("DELETE FROM rows WHERE kind = ? AND id = ?", (kind, row_id))
            else:
                self._db.execute("REPLACE INTO rows VALUES (?, ?, ?)", (kind, row_id, body))
        self._db.execute("COMMIT")

    def close(self) -> None:
        """Give the file back."""
        self._db.close()
