"""All records of the server, and transactions over them."""

import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import fields
from typing import Any, Generic, TypeVar

from g3fs.demo.stash.execution import Refusal
from g3fs.demo.stash.rows import (
    Chapter,
    File,
    Folder,
    Gallery,
    Image,
    Medium,
    Performer,
    Row,
    Scene,
    Studio,
    Tag,
)

RowT = TypeVar("RowT", bound=Row)


class Journal:
    """What to undo, while a transaction runs."""

    def __init__(self) -> None:
        self.active = False
        self.steps: list[tuple[Any, ...]] = []

    def note(self, *step: Any) -> None:  # noqa: ANN401 - three shapes, told apart in `_undo`
        """Remember a step."""
        if self.active:
            self.steps.append(step)


class Table(Generic[RowT]):
    """Rows by id. Ids grow and are not used again."""

    def __init__(self, name: str, kind: type[RowT], journal: Journal) -> None:
        self.name, self.kind, self._journal = name, kind, journal
        self.rows: dict[int, RowT] = {}
        self.next_id = 1

    def __iter__(self) -> Iterator[RowT]:
        return iter(self.rows.values())

    def __len__(self) -> int:
        return len(self.rows)

    def get(self, ident: int) -> RowT | None:
        """The row, or None."""
        return self.rows.get(ident)

    def add(self, row: RowT, now: int) -> RowT:
        """Give it an id and keep it."""
        row.id, self.next_id = self.next_id, self.next_id + 1
        row.created_at = row.updated_at = now
        self.rows[row.id] = row
        self._journal.note("added", self, row)
        return row

    def drop(self, row: RowT) -> None:
        """Forget it; whatever points to it is the caller's business."""
        del self.rows[row.id]
        self._journal.note("dropped", self, row)


class Store:
    """The tables. Whoever reads or writes holds `lock`."""

    def __init__(self) -> None:
        self.lock = threading.RLock()
        self._journal = Journal()
        self.folders = Table("folders", Folder, self._journal)
        self.files = Table("files", File, self._journal)
        self.images = Table("images", Image, self._journal)
        self.scenes = Table("scenes", Scene, self._journal)
        self.galleries = Table("galleries", Gallery, self._journal)
        self.chapters = Table("chapters", Chapter, self._journal)
        self.tags = Table("tags", Tag, self._journal)
        self.performers = Table("performers", Performer, self._journal)
        self.studios = Table("studios", Studio, self._journal)

    @property
    def tables(self) -> Mapping[str, Table[Any]]:
        """All of them by name."""
        return {value.name: value for value in vars(self).values() if isinstance(value, Table)}

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """Undo everything that was changed inside if it ends with a refusal."""
        with self.lock:
            self._journal.active = True
            try:
                yield
            except Refusal:
                while self._journal.steps:
                    _undo(self._journal.steps.pop())
                raise
            finally:
                self._journal.steps.clear()
                self._journal.active = False

    def touch(self, row: Row, now: int | None = None) -> None:
        """Remember how the row was; it is about to change. With `now` its `updated_at` moves."""
        if self._journal.active:
            self._journal.note("touched", row, _columns(row))
        if now is not None:
            row.updated_at = now

    def join(self, gallery: Gallery, medium: Medium) -> None:
        """Put an image or scene into a gallery, unless it is there."""
        if gallery in medium.galleries:
            return
        self.touch(gallery)
        self.touch(medium)
        medium.galleries = sorted([*medium.galleries, gallery], key=lambda g: g.id)
        if isinstance(medium, Image):
            gallery.images.add(medium)
        elif isinstance(medium, Scene):
            gallery.scenes.append(medium)

    def part(self, gallery: Gallery, medium: Medium) -> None:
        """Take an image or scene out of a gallery, if it is there."""
        if gallery not in medium.galleries:
            return
        self.touch(gallery)
        self.touch(medium)
        medium.galleries.remove(gallery)
        if isinstance(medium, Image):
            gallery.images.discard(medium)
            if gallery.chosen_cover is medium:
                gallery.chosen_cover = None
        elif isinstance(medium, Scene):
            gallery.scenes.remove(medium)

    def folder_at(self, path: str) -> Folder | None:
        """The folder with this path."""
        return next((row for row in self.folders if row.path == path), None)


def _columns(row: Row) -> dict[str, object]:
    values = ((column.name, getattr(row, column.name)) for column in fields(row))
    return {
        name: value.copy() if isinstance(value, list | set | dict) else value
        for name, value in values
    }


def _undo(step: tuple[Any, ...]) -> None:
    match step:
        case ("added", table, row):
            del table.rows[row.id]
            table.next_id = row.id
        case ("dropped", table, row):
            table.rows[row.id] = row
            table.rows = dict(sorted(table.rows.items()))
        case ("touched", row, before):
            for name, value in before.items():
                setattr(row, name, value)
