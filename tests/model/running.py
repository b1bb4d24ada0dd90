"""Sequences of operations: what users do, what others do to the server, and what goes wrong."""

import logging
import shutil
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import trio

from g3fs.gallery.errors import GalleryError
from tests.model.expected import File, album_of, beside, is_staged, name_of, spelled, stem
from tests.model.movers import Movers
from tests.model.sidebyside import HOLD_S, SIZE
from tests.pictures import jpeg
from tests.unit.vfs.writing.disks import open_disk

TMPFS = Path("/dev/shm")


class Run(Movers):
    """One sequence."""

    async def go(self, sequence: Sequence[tuple]) -> None:
        todo = list(sequence)
        while True:
            async with open_disk(
                self.backend,
                self.place,
                ttl_s=1e9,
                sends=self.free or not self.model.background,
                background=self.model.background,
                verdict_s=1e6,
                hold_s=HOLD_S,
                first_pause_s=0.0,
                attempts=1000,
            ) as self.here:
                try:
                    await self.compare()
                    while todo and (operation := todo.pop(0)) != ("restart",):
                        await self.step(*operation)
                    await self.end(last=not todo)
                finally:
                    self.clock.jump(HOLD_S)  # nobody waits for what is held back
            if not todo:
                return

    async def step(self, what: str, *args) -> None:
        if any(self.planned()) and what != "fault":
            await self.shut_all()
        if self.free:  # nobody can tell whether it is called so already
            args = [arg.replace("c_d", "b") if isinstance(arg, str) else arg for arg in args]
        await getattr(self, what.replace(" ", "_"))(*args)

    async def end(self, *, last: bool) -> None:
        """Close what is open, and see that everything is where it should be."""
        await self.shut_all()
        await self.wait()
        if last or self.free:
            await self.send()
        self.backend.errors.clear()
        self.backend.late_errors.clear()
        await self.compare()
        await self.settle()
        self.compare_journal()
        if last:
            self.compare_server()

    # What others do

    async def remote_add(self, path: str, number: int) -> None:
        if is_staged(path) or not self.fits(path):
            return
        inside = self.backend.children[self.model.ids[album_of(path)]]
        if stem(name_of(path)) not in {stem(entry.name) for entry in inside}:
            self.add(path, jpeg(number, SIZE))
            await self.refresh(path)

    async def remote_delete(self, path: str) -> None:
        file = await self._remote(path)
        if file is None:
            return
        self.backend.remove(file.id)
        file.id, file.server, file.tags, file.title = None, b"", None, None
        if not file.waits:
            self.model.removed(self.model.path_of(file))
        await self.refresh(path)

    async def remote_replace(self, path: str, number: int) -> None:
        file = await self._remote(path)
        if file is None:
            return
        file.server = jpeg(number, SIZE)
        self.backend.new_version(self.backend.items[file.id], file.server)
        if not file.waits:
            file.data, file.mtime_ns = file.server, None
        await self.refresh(path)

    async def remote_rename(self, path: str, name: str) -> None:
        file, new = await self._remote(path), beside(path, spelled(name))
        if file is None or file.waits or is_staged(name) or is_staged(path):
            return
        if not self.fits(new, file):
            return
        if new in self.model.files or not name.endswith(("a.jpg", "b.jpg")):
            return  # an alias, or a type, is not what this is about
        self.backend.rename(file.id, name_of(new))
        del self.model.files[self.model.path_of(file)]
        self.model._put(new, file)
        await self.refresh(path)

    async def remote_rmdir(self, path: str) -> None:
        await self.shut_all()
        if path not in self.model.albums:
            return
        self.backend.remove(self.model.ids[path])
        self.model.removed_album(path)
        await self.refresh(path)

    async def _remote(self, path: str) -> File | None:
        """A photo that somebody else may change; what is open here, or held back, is left alone."""
        shown = self.find(path)
        await self.shut_all()
        file = self.model.files.get(shown)
        if file is None or file.id is None or any(f.heir_of for f in self.model.files.values()):
            return None
        return file

    async def refresh(self, path: str) -> None:
        """See what was done to the album of a path."""
        with self.calm():
            await self.here.refresh(album_of(path))

    # What goes wrong, or on

    async def fault(self, method: str, error: type[GalleryError], late: bool) -> None:
        plan = self.backend.fail_after if late else self.backend.fail_next
        plan(method, error("as planned"))

    async def send(self) -> None:
        """Let what waits be sent."""
        if not self.model.background:
            return
        planned, model, delivery = self.planned(), self.model, self.here.changes.delivery
        while self.free and delivery.waiting:
            await delivery.sent.wait()
        while not self.free and (draft := delivery._next()[0]) is not None:
            await delivery._attempt(draft)
        await self.settle()
        _, _, failed = await self.seen()
        waiting = [path for path, file in model.files.items() if file.waits]
        for path in sorted(waiting, key=lambda path: model.files[path].heir_of is not None):
            if self.free or failed.get(model.key(path)) != model.files[path].data:
                model.arrived(path)
            else:
                assert planned != self.planned(), f"{path} was refused"
                self._refused(path)
        model.failed.update(model.orphans)
        model.orphans.clear()
        await self.learn()

    def _refused(self, path: str) -> None:
        """What was accepted is refused; what it was to succeed is a file here now, and itself."""
        old = self.model.files[path].heir_of
        self.model.refused(path)
        if old is not None:
            self.model.unparked(beside(path, old.own), self.model.path_of(old))


def run(sequence: Sequence[tuple], *, background: bool = False, free: bool = False) -> None:
    """Do it; whatever is not as it should be is an AssertionError."""
    above = TMPFS if TMPFS.is_dir() else None
    place = Path(tempfile.mkdtemp(prefix="g3fs-model-", dir=above))
    try:
        with no_defects():
            doing = Run(place, background=background, free=free)
            trio.run(doing.go, sequence, clock=doing.clock)
    finally:
        shutil.rmtree(place)


@contextmanager
def no_defects() -> Iterator[None]:
    """Raise what was caught, and told to the log only, because a mount must live on."""
    caught = Defects()
    logger = logging.getLogger("g3fs")
    level = logger.level
    logger.setLevel(logging.ERROR)  # all else costs a part of the time
    logger.addHandler(caught)
    try:
        yield
    finally:
        logger.removeHandler(caught)
        logger.setLevel(level)
    for error in caught.errors:
        raise error


class Defects(logging.Handler):
    """Keeps the errors that are in the log."""

    def __init__(self) -> None:
        super().__init__(logging.ERROR)
        self.errors: list[BaseException] = []

    def emit(self, record: logging.LogRecord) -> None:
        if record.exc_info and record.exc_info[1] is not None:
            self.errors.append(record.exc_info[1])
