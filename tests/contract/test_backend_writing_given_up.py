"""Files whose caller gave up: they arrive whole before that, or never, whoever was asked for."""

import threading
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, replace
from hashlib import sha256
from pathlib import Path

import pytest
import trio
from trio.testing import wait_all_tasks_blocked

from g3fs.backends.registry import open_backend
from g3fs.demo.server import DemoServer
from g3fs.gallery.backend import Backend
from g3fs.gallery.errors import Cancelled
from g3fs.gallery.items import Album, Media
from g3fs.gallery.writing import Progress, Upload, Writer, Writes
from g3fs.tasks.threads import Threads
from tests.contract.backend_subjects import credentials_of, small_library
from tests.contract.gallery3_servers import picture
from tests.contract.writing_subjects import album, media, nobody

LARGE = 2_000_000
"""A file of several pieces, beside the one before it and the one behind; a small file is one."""
MIDDLE = 2
ALL_BUT_THE_LAST, ALL = 2, 3
"""Of a small file."""
PLACES = 2
LIMIT_S = 20.0
PATH = "holidays/sea.jpg"


class Gate:
    """A progress that holds an upload up, after so many pieces, until it is opened."""

    def __init__(self, pieces: int) -> None:
        self.reached = trio.Event()
        self._pieces = pieces
        self._seen: set[int] = set()
        self._token = trio.lowlevel.current_trio_token()
        self._opened = threading.Event()

    def __call__(self, sent_bytes: int) -> None:
        self._seen.add(sent_bytes)
        if len(self._seen) >= self._pieces:
            self._token.run_sync_soon(self.reached.set)
            self._opened.wait()

    def open(self) -> None:
        self._opened.set()


@dataclass(frozen=True, kw_only=True)
class Scene:
    """A gallery with a photo, and files to be sent."""

    server: DemoServer
    backend: Backend
    writer: Writer
    album: Album
    sea: Media
    files: Path
    turns: trio.CapacityLimiter

    def file(self, colour: int, more_bytes: int = 0) -> Path:
        path = self.files / f"{colour}.jpg"
        path.write_bytes(picture(40 + colour, 30, colour=colour).getvalue() + bytes(more_bytes))
        return path

    async def upload(self, name: str, source: Path) -> Upload:
        mark = await self.writer.mark(self.album.id, name)
        return Upload(album=self.album.id, name=name, source=source, mark=mark)

    @contextmanager
    def gate(self, pieces: int) -> Iterator[Gate]:
        gate = Gate(pieces)
        try:
            yield gate
        finally:
            gate.open()  # else a failing test would wait for its thread

    async def give_up(self, source: Path, progress: Progress, when: trio.Event) -> None:
        """Replace the photo, and leave when something has happened."""
        async with trio.open_nursery() as nursery:
            nursery.start_soon(self.writer.replace, self.sea, source, progress)
            await when.wait()
            nursery.cancel_scope.cancel()

    async def settle(self) -> None:
        """Return when no thread sends anything any more."""
        for place in range(PLACES):
            await self.turns.acquire_on_behalf_of(place)

    def held(self) -> dict[str, str | None]:
        return {path: item.sha256 for path, item in self.server.site.snapshot().items()}

    def whole_bodies(self) -> int:
        """How many files the gallery was sent from beginning to end."""
        sent = [entry for entry in self.server.requests.entries() if entry.resource == "item"]
        return sum(
            entry.verb in ("POST", "PUT")
            and "multipart" in entry.headers.get("content-type", "")
            and entry.received == int(entry.headers["content-length"])
            for entry in sent
        )


def digest(path: Path) -> str:
    return sha256(path.read_bytes()).hexdigest()


@asynccontextmanager
async def opened(server: DemoServer, files: Path) -> AsyncIterator[Scene]:
    """Leaving it waits for what is still being sent; to close the backend would stop it."""
    threads = Threads(uploads=trio.CapacityLimiter(PLACES))
    options = replace(credentials_of(server), threads=threads)
    async with open_backend(options) as backend:
        assert isinstance(backend, Writes)
        root = await backend.root()
        holidays = album((await backend.list(root.id)).entries[0])
        entries = (await backend.list(holidays.id)).entries
        scene = Scene(
            server=server,
            backend=backend,
            writer=backend.writer,
            album=holidays,
            sea=media(next(entry for entry in entries if entry.name == "sea.jpg")),
            files=files,
            turns=threads.uploads,
        )
        with trio.fail_after(LIMIT_S):
            yield scene
            await scene.settle()


@pytest.fixture
def server() -> Iterator[DemoServer]:
    with DemoServer(kind="gallery3", library=small_library()) as running:
        yield running


@pytest.mark.parametrize(("pieces", "more_bytes"), [(MIDDLE, LARGE), (ALL_BUT_THE_LAST, 0)])
async def test_a_replacement_that_was_given_up_before_its_last_byte_never_lands(
    server: DemoServer, tmp_path: Path, pieces: int, more_bytes: int
) -> None:
    async with opened(server, tmp_path) as scene:
        older, newer = scene.file(1, more_bytes), scene.file(2)
        with scene.gate(pieces) as gate:
            await scene.give_up(older, gate, gate.reached)
        await scene.writer.replace(scene.sea, newer, nobody)
    assert scene.held()[PATH] == digest(newer)
    assert scene.whole_bodies() == 1


async def test_an_upload_that_was_given_up_before_its_turn_never_begins(
    server: DemoServer, tmp_path: Path
) -> None:
    async with opened(server, tmp_path) as scene:
        ahead = [await scene.upload(f"{n}.jpg", scene.file(n, LARGE)) for n in (1, 2)]
        waiting = await scene.upload("waiting.jpg", scene.file(3))
        newer = scene.file(4)
        async with trio.open_nursery() as nursery:
            with scene.gate(MIDDLE) as gate:
                for upload in ahead:
                    nursery.start_soon(scene.writer.create, upload, gate)
                await wait_all_tasks_blocked()
                async with trio.open_nursery() as leaving:
                    leaving.start_soon(scene.writer.create, waiting, nobody)
                    leaving.start_soon(scene.writer.replace, scene.sea, scene.file(5), nobody)
                    await wait_all_tasks_blocked()
                    leaving.cancel_scope.cancel()
                assert await scene.writer.find(waiting) is None
                nursery.start_soon(scene.writer.replace, scene.sea, newer, nobody)
                await wait_all_tasks_blocked()
    assert scene.held()[PATH] == digest(newer)
    assert "holidays/waiting.jpg" not in scene.held()
    assert scene.whole_bodies() == 3


async def test_a_new_file_that_was_given_up_in_the_middle_can_be_sent_again(
    server: DemoServer, tmp_path: Path
) -> None:
    async with opened(server, tmp_path) as scene:
        upload = await scene.upload("new.jpg", scene.file(1, LARGE))
        with scene.gate(MIDDLE) as gate:
            async with trio.open_nursery() as nursery:
                nursery.start_soon(scene.writer.create, upload, gate)
                await gate.reached.wait()
                nursery.cancel_scope.cancel()
        assert await scene.writer.find(upload) is None
        await scene.writer.create(upload, nobody)
    assert scene.held()["holidays/new.jpg"] == digest(upload.source)
    assert scene.whole_bodies() == 1


async def test_what_was_sent_whole_before_its_caller_left_is_found_by_its_mark(
    server: DemoServer, tmp_path: Path
) -> None:
    async with opened(server, tmp_path) as scene:
        upload = await scene.upload("new.jpg", scene.file(1))
        with scene.gate(ALL) as gate:
            async with trio.open_nursery() as nursery:
                nursery.start_soon(scene.writer.create, upload, gate)
                await gate.reached.wait()
                nursery.cancel_scope.cancel()
        found = await scene.writer.find(upload)
        assert found is not None
        assert found.name == "new.jpg"
    assert scene.whole_bodies() == 1


async def test_a_replacement_that_was_sent_whole_lands_before_the_next_is_begun(
    server: DemoServer, tmp_path: Path
) -> None:
    async with opened(server, tmp_path) as scene:
        older, newer = scene.file(1), scene.file(2)
        with scene.gate(ALL) as gate:
            await scene.give_up(older, gate, gate.reached)
            async with trio.open_nursery() as nursery:
                nursery.start_soon(scene.writer.replace, scene.sea, newer, nobody)
                await wait_all_tasks_blocked()
                assert scene.turns.borrowed_tokens == 1
                gate.open()
    assert scene.held()[PATH] == digest(newer)
    assert scene.whole_bodies() == 2


async def test_who_only_asks_does_not_wait_for_files_on_their_way(
    server: DemoServer, tmp_path: Path
) -> None:
    async with opened(server, tmp_path) as scene, trio.open_nursery() as nursery:
        with scene.gate(MIDDLE) as gate:
            for number in range(PLACES):
                upload = await scene.upload(f"{number}.jpg", scene.file(number))
                nursery.start_soon(scene.writer.create, upload, gate)
            await wait_all_tasks_blocked()
            other = await scene.upload("other.jpg", scene.file(9))
            assert await scene.writer.find(other) is None
            assert scene.turns.borrowed_tokens == PLACES


async def test_an_upload_can_be_given_up_by_its_progress_before_its_turn(
    server: DemoServer, tmp_path: Path
) -> None:
    def leave(_sent_bytes: int) -> None:
        raise Cancelled("it was deleted meanwhile")

    async with opened(server, tmp_path) as scene, trio.open_nursery() as nursery:
        with scene.gate(MIDDLE) as gate:
            for number in range(PLACES):
                upload = await scene.upload(f"{number}.jpg", scene.file(number))
                nursery.start_soon(scene.writer.create, upload, gate)
            await wait_all_tasks_blocked()
            with pytest.raises(Cancelled):
                await scene.writer.replace(scene.sea, scene.file(9), leave)
            assert scene.turns.borrowed_tokens == PLACES
