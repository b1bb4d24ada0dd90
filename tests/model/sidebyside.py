"""A file system and a dictionary side by side: what was done to one is done to the other."""

import copy
from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

import trio
from trio.testing import MockClock

from g3fs.cache.queue.record import Stage
from g3fs.gallery.errors import GalleryError
from g3fs.gallery.ids import ItemId
from g3fs.gallery.items import ORIGINAL, Entry, Media
from g3fs.vfs.nodes import AlbumNode, MediaNode
from g3fs.vfs.xattrs import NoSuchAttribute
from tests.fakes import ROOT, FakeBackend
from tests.model.expected import (
    File,
    Impossible,
    Model,
    album_of,
    beside,
    is_staged,
    name_of,
    spelled,
)
from tests.pictures import jpeg
from tests.unit.vfs.writing.disks import Disk

TAGS, TITLE = "user.xdg.tags", "user.g3fs.title"
SIZE = 300
HOLD_S = 600.0
"""How long a deletion is held back, by a clock that jumps when the test says so."""

Change = Callable[[Model], None]
"""What an operation does to the dictionary."""
View = tuple[dict[str, bytes], set[str], dict[tuple[ItemId, str], bytes]]
"""Files, albums, and what was refused."""


class SideBySide:
    """The two, and how they are compared."""

    def __init__(self, place: Path, *, background: bool, free: bool) -> None:
        self.backend = FakeBackend()
        self.place = place
        self.clock = MockClock(rate=1.0)
        self.free = free
        """The mount sends whenever it likes: nobody knows who has the bytes."""
        self.model = Model(background, ids={"": ROOT})
        self.here: Disk
        self.sleeping = 0
        """Deletions that wait since the clock jumped last."""
        self._prepare()

    def _prepare(self) -> None:
        """A gallery that has something to lose."""
        self.model.ids["one"] = self.backend.add_album("one").id
        self.model.albums.add("one")
        self.add("a.jpg", jpeg(90, SIZE))
        self.add("one/b.jpg", jpeg(91, SIZE))

    def add(self, path: str, data: bytes) -> None:
        """Put a photo on the server, as anybody else may."""
        media_type = "image/png" if path.endswith("png") else "image/jpeg"
        album, name = self.model.ids[album_of(path)], spelled(name_of(path))
        media = self.backend.add_media(name, data, parent=album, media_type=media_type)
        file = File(data=data, id=media.id, server=data, own=name)
        self.model.files[beside(path, name)] = file

    # What there is

    def entries(self) -> Mapping[ItemId, Entry]:
        """What the server has, by item."""
        return {each.item.id: each for inside in self.backend.children.values() for each in inside}

    def find(self, path: str) -> str | None:
        """The path of what is found under a path."""
        return self.model.find(path, self.entries())

    async def item_at(self, path: str) -> ItemId | None:
        """The item that the file system shows under a path; None: a local file, or nothing."""
        with self.calm():
            attr = await self.here.attr(path)
        node = self.here.inodes[attr.ino].node if attr is not None else None
        return node.item.id if isinstance(node, MediaNode) else None

    # Doing

    def planned(self) -> tuple[int, int]:
        """How many failures are to come: before the deed, and after it."""
        sooner = sum(map(len, self.backend.errors.values()))
        return sooner, sum(map(len, self.backend.late_errors.values()))

    @contextmanager
    def calm(self) -> Iterator[None]:
        """No failures for a while."""
        kept = [(each, dict(each)) for each in (self.backend.errors, self.backend.late_errors)]
        for planned, _ in kept:
            planned.clear()
        try:
            yield
        finally:
            for planned, before in kept:
                planned.clear()
                planned.update(before)

    async def attempt(
        self,
        call: Awaitable[object],
        change: Change,
        *,
        must: bool = False,
        partly: Sequence[Change] = (),
        oddly: Sequence[Change] = (),
    ) -> bool:
        """Do something; whether it succeeded, and then `change` is what has happened.

        What failed has not happened; but where the server failed, it may have happened `partly`,
        and what succeeded `oddly`. What `must` succeed only fails when the server does.
        """
        planned, before = self.planned(), self.model
        error: GalleryError | None = None
        try:
            await call
        except GalleryError as caught:
            error = caught
        await self.settle()
        hit = planned != self.planned()
        if error is None:
            changes = [change, *(oddly if hit else ())]
        else:
            assert hit or not must, f"refused: {error!r}"
            changes = [_nothing, *partly, *((change,) if hit else ())]
        models = [model for each in changes if (model := _changed(before, each)) is not None]
        assert models, "what has happened is impossible"
        self.model = models[0] if len(models) == 1 else await self.chosen(models)
        if error is not None and planned[1] != self.planned()[1]:
            for file in self.model.files.values():  # what is seen does not tell what was done
                file.tags = file.title = file.mtime_ns = None
        await self.learn()
        return error is None

    async def settle(self) -> None:
        """Wait for what goes on behind, but for the deletions that are held back."""
        errands = self.here.changes._ground.errands
        while errands._running > self.sleeping:
            await errands._done.wait()

    async def chosen(self, models: Sequence[Model]) -> Model:
        """The one that looks like the file system."""
        with self.calm():
            for album in ("", *sorted(models[0].albums | models[-1].albums)):
                if await self.here.attr(album) is not None:
                    await self.here.refresh(album)
        seen = await self.seen()
        for model in models:
            if self._looks(model, seen):
                return model
        texts = "\n".join(brief(view(model)) for model in models)
        raise AssertionError(f"seen:\n{brief(seen)}\nis none of:\n{texts}")

    async def learn(self) -> None:
        """The ids of what has become an item."""
        for path, file in self.model.files.items():
            if file.id is None and file.data and not file.waits and not is_staged(path):
                file.id = await self.item_at(path)

    # Comparing

    async def seen(self) -> View:
        """What a user sees: files, albums, and what was refused."""
        files, albums, failed = {}, set(), {}
        todo = [""]
        with self.calm():
            while todo:
                album = todo.pop()
                for name in await self.here.names(album):
                    path = f"{album}/{name}" if album else name
                    attr = await self.here.attr(path)
                    if isinstance(self.here.inodes[attr.ino].node, AlbumNode):
                        albums.add(path)
                        todo.append(path)
                    else:
                        files[path] = await self.here.read(path)
            for child in self.here.report.failed():
                record = self.here.changes.drafts.get(child.node.draft).record
                data = await self.here.read(f".g3fs/failed/{child.name}")
                failed[record.album, record.name] = data
        return files, albums, failed

    def _looks(self, model: Model, seen: View) -> bool:
        files, albums, failed = view(model)
        return (files, albums) == seen[:2] and (self.free or failed == seen[2])

    async def compare(self) -> None:
        """What a user sees is what the dictionary says."""
        seen, expected = await self.seen(), view(self.model)
        equal = self._looks(self.model, seen)
        assert equal, f"seen:\n{brief(seen)}\nexpected:\n{brief(expected)}"
        if not self.free:
            for path, file in self.model.files.items():
                await self._compare_file(path, file)

    async def _compare_file(self, path: str, file: File) -> None:
        item = await self.item_at(path)
        if item is not None or not (file.waits or file.dirty or file.heir_of):
            assert item == file.id, f"{path} is {item} instead of {file.id}"
        if not file.heir_of:
            for name, value in ((TAGS, file.tags), (TITLE, file.title)):
                assert value in (None, await self._attribute(path, name)), (path, name, value)
        if file.mtime_ns is not None:
            assert (await self.here.attr(path)).mtime_ns == file.mtime_ns, path

    async def _attribute(self, path: str, name: str) -> str:
        try:
            with self.calm():
                return await self.here.get(path, name)
        except NoSuchAttribute:
            return ""

    def compare_server(self) -> None:
        """The server has everything but what is staged, each once, and nothing else."""
        stored = {
            item.id: self.backend.bytes[item.id, ORIGINAL, item.version]
            for item in self.backend.items.values()
            if isinstance(item, Media)
        }
        files = self.model.files
        if self.free:
            held = list(stored.values())
            for path, file in files.items():
                if file.data and not is_staged(path):
                    held.remove(file.data)
            assert all(data in [f.data for p, f in files.items() if is_staged(p)] for data in held)
            return
        expected = {
            file.id: path
            for path, file in files.items()
            if file.data and (file.id is not None or not is_staged(path))
        }
        # An item whose successor is empty yet: nobody deletes it before that has data.
        left = {file.id for file in files.values() if file.id is not None and not file.data}
        known = stored.keys()
        assert expected.keys() <= known <= expected.keys() | left, (expected, self.entries())
        for item, path in expected.items():
            assert stored[item] == files[path].data, path
            assert self.backend.parent_of(item) == self.model.ids[album_of(path)], path

    def compare_journal(self) -> None:
        """Nothing is left over of what is finished."""
        queue, drafts = self.here.changes._ground.queue, self.here.changes.drafts
        spool = {path.name for path in (queue.directory / "spool").iterdir()}
        named = {each.data for each in queue.records.values() if each.data}
        assert spool == named, f"left over: {spool - named}, missing: {named - spool}"
        for draft in drafts:
            assert draft.record == queue.records.get(draft.id), draft.record
            assert draft.record.stage in {Stage.STAGED, Stage.FAILED, Stage.QUEUED}, draft.record
            assert draft.file is None, "it is open"
            assert not draft.handles
        for record in queue.records.values():
            assert drafts.get(record.id) is not None or record.stage is Stage.PARKED, record
            assert record.stage is not Stage.QUEUED or self.model.background, record
        assert not drafts._held
        assert not drafts._held_items


def _changed(before: Model, change: Change) -> Model | None:
    model = copy.deepcopy(before)
    try:
        change(model)
    except Impossible:
        return None
    return model


def view(model: Model) -> View:
    """What a dictionary shows."""
    return {path: file.data for path, file in model.files.items()}, model.albums, model.failed


def brief(seen: View) -> str:
    """For people."""
    files, albums, failed = seen
    shown = {path: _picture(data) for path, data in sorted(files.items())}
    refused = {"/".join(place): _picture(data) for place, data in sorted(failed.items())}
    return f"{shown} {sorted(albums)} failed: {refused}"


def _picture(data: bytes) -> str:
    """Which one it is, and what was done to it."""
    number = data[14 : data.find(b"\xff\xda")].decode("ascii", "replace")
    return f"{number}:{len(data)}:{hash(data) % 1000}" if data else "-"


def _nothing(model: Model) -> None:
    """What failed has not happened."""


__all__ = ["HOLD_S", "SIZE", "TAGS", "TITLE", "Change", "SideBySide", "trio"]
