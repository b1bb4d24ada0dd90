"""Keeps the index of a site with real files in one JSON file beside them."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict
from pathlib import Path

from g3fs.demo.photoprism.albuming import take_snapshot
from g3fs.demo.photoprism.rows import (
    Album,
    Details,
    Entry,
    File,
    Folder,
    Label,
    Link,
    Photo,
    PhotoLabel,
    Subject,
)
from g3fs.demo.photoprism.state import State

NAME = "index.json"
Row = Photo | File | Album | Label | Subject | Folder | Link


def save(state: State, data: Path) -> None:
    """Write everything that no index would find again. Callers hold the lock."""
    catalog = state.catalog
    tables: dict[str, Iterable[Row]] = {
        "photos": catalog.photos.values(),
        "files": catalog.files.values(),
        "albums": catalog.albums.values(),
        "labels": catalog.labels.values(),
        "subjects": catalog.subjects.values(),
        "folders": catalog.folders.values(),
        "links": catalog.links.values(),
    }
    kept: dict[str, object] = {name: [asdict(row) for row in rows] for name, rows in tables.items()}
    kept["entries"] = [asdict(e) for rows in catalog.entries.values() for e in rows.values()]
    kept["duplicates"] = catalog.duplicates
    kept["last_number"] = catalog.number()
    kept["users"] = [
        {"name": u.name, "uid": u.uid, "key": state.accounts[u.name].api_key}
        for u in state.accounts.users.values()
    ]
    fresh = data / f"{NAME}.new"
    fresh.write_text(json.dumps(kept), encoding="utf-8")
    fresh.replace(data / NAME)


def load(state: State, data: Path) -> bool:
    """Read it back; False: there is nothing yet."""
    try:
        kept = json.loads((data / NAME).read_text(encoding="utf-8"))
    except FileNotFoundError:
        return False
    catalog = state.catalog
    for row in kept["photos"]:
        catalog.put_photo(_photo(row))
    for row in kept["files"]:
        if row["root"] == "/":
            catalog.put_file(File(**row))
    catalog.labels = {row["id"]: Label(**row) for row in kept["labels"]}
    catalog.subjects = {row["uid"]: Subject(**row) for row in kept["subjects"]}
    catalog.links = {row["uid"]: Link(**row) for row in kept["links"]}
    catalog.folders = {f"{row['root']}:{row['path']}": Folder(**row) for row in kept["folders"]}
    for row in kept["albums"]:
        catalog.albums[row["uid"]] = Album(**row)
        take_snapshot(catalog, catalog.albums[row["uid"]])
    for row in kept["entries"]:
        catalog.entries[row["album_uid"]][row["photo_uid"]] = Entry(**row)
    catalog.duplicates = kept["duplicates"]
    catalog.reserve(kept["last_number"])
    for user in kept["users"]:
        state.accounts.restore(user["name"], user["uid"], user["key"])
    return True


def _photo(row: Mapping[str, object]) -> Photo:
    details, labels = row["details"], row["labels"]
    assert isinstance(details, dict)
    assert isinstance(labels, dict)
    made = {int(number): PhotoLabel(**label) for number, label in labels.items()}
    return Photo(**{**row, "details": Details(**details), "labels": made})  # type: ignore[arg-type]  # as `save` wrote it
