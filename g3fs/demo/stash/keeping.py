"""Keeps the records of a server in a file between its runs."""

import json
import os
from collections.abc import Mapping
from dataclasses import asdict, fields
from pathlib import Path
from typing import Any

from g3fs.demo.stash.disk import Disk
from g3fs.demo.stash.options import Options, Settings, Stash
from g3fs.demo.stash.rows import Row
from g3fs.demo.stash.store import Store, Table
from g3fs.demo.stash.world import World


class Keeper:
    """A server, and where it is written down; None: nowhere."""

    def __init__(self, world: World, path: Path | None) -> None:
        self.world, self._path = world, path

    def save(self) -> None:
        """Replace the file. It holds the API key: only its owner may read it."""
        if self._path is None:
            return
        with self.world.store.lock:
            data = {"settings": asdict(self.world.settings), "store": _packed(self.world.store)}
        fresh = self._path.with_suffix(".new")
        with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as out:
            json.dump(data, out)
        fresh.replace(self._path)


def restored(path: Path, options: Options, disk: Disk) -> Keeper:
    """The server that was written down."""
    data = json.loads(path.read_text())
    settings = Settings(**data["settings"])
    settings.stashes = [Stash(**one) for one in data["settings"]["stashes"]]
    settings.locked = False
    return Keeper(World(options, settings, disk, _unpacked(data["store"])), path)


def _packed(store: Store) -> dict[str, object]:
    """Tables as lists of columns; a row inside a column as ["row", table, id]."""
    tables = {table.kind: table.name for table in store.tables.values()}

    def value_of(value: Any) -> object:  # noqa: ANN401 - any column
        if isinstance(value, Row):
            return ["row", tables[type(value)], value.id]
        if isinstance(value, list | set):
            return [type(value).__name__, *(value_of(one) for one in value)]
        if isinstance(value, bytes):
            return ["bytes", value.hex()]
        return value

    return {
        name: {
            "next_id": table.next_id,
            "rows": [
                {column.name: value_of(getattr(row, column.name)) for column in fields(row)}
                for row in table
            ],
        }
        for name, table in store.tables.items()
    }


def _unpacked(data: Mapping[str, Any]) -> Store:
    """First empty rows, so that they can point at each other, then their columns."""
    store = Store()
    tables = store.tables
    for name, packed in data.items():
        table = tables[name]
        table.next_id = packed["next_id"]
        for columns in packed["rows"]:
            table.rows[columns["id"]] = object.__new__(table.kind)

    for name, packed in data.items():
        for columns in packed["rows"]:
            row = tables[name].rows[columns["id"]]
            for column, value in columns.items():
                setattr(row, column, _value_of(value, tables))
    return store


def _value_of(value: Any, tables: Mapping[str, Table[Any]]) -> object:  # noqa: ANN401 - any column
    match value:
        case ["row", table, ident]:
            return tables[table].rows[ident]
        case ["list", *items]:
            return [_value_of(one, tables) for one in items]
        case ["set", *items]:
            return {_value_of(one, tables) for one in items}
        case ["bytes", text]:
            return bytes.fromhex(text)
    return value
