"""Calls behind the guard that wait for a thread: the server is not to blame for that."""

import threading
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

import pytest
import trio
from trio.testing import MockClock, wait_all_tasks_blocked

from g3fs.backends.breaker import State
from g3fs.backends.guarded import Guarded, GuardOptions
from g3fs.gallery.errors import GalleryError, TimedOut
from g3fs.gallery.ids import ItemId
from g3fs.gallery.items import Entry
from g3fs.gallery.writing import Progress, Upload, Writer
from g3fs.tasks.threads import in_thread
from tests.fakes import ROOT, FakeBackend, FakeWriter

DEADLINE_S = 30.0


class ThreadedWriter(FakeWriter):
    """Needs a thread for each call; there is one, and the call holds it until it is let go."""

    def __init__(self, backend: FakeBackend) -> None:
        super().__init__(backend)
        self.limiter = trio.CapacityLimiter(1)
        self.let_go = threading.Event()

    async def create(self, upload: Upload, progress: Progress) -> Entry:
        await in_thread(self.limiter, self.let_go.wait, abandon=True)
        return await super().create(upload, progress)

    async def mark(self, album: ItemId, name: str) -> str:
        await in_thread(self.limiter, self.let_go.wait, abandon=True)
        return await super().mark(album, name)


@dataclass(kw_only=True)
class Scene:
    """A guarded backend whose only thread is taken, or not."""

    writer: Writer
    threaded: ThreadedWriter
    guarded: Guarded
    errors: list[GalleryError] = field(default_factory=list)
    made: list[object] = field(default_factory=list)

    @property
    def state(self) -> State:
        return self.guarded.statistics().state

    async def pass_time(self, seconds: float) -> None:
        await wait_all_tasks_blocked()
        clock = trio.lowlevel.current_clock()
        assert isinstance(clock, MockClock)
        clock.jump(seconds)
        await wait_all_tasks_blocked()

    async def create(self, upload: Upload) -> None:
        try:
            self.made.append(await self.writer.create(upload, lambda _sent_bytes: None))
        except GalleryError as error:
            self.errors.append(error)

    async def mark(self) -> None:
        try:
            self.made.append(await self.writer.mark(ROOT, "a.jpg"))
        except GalleryError as error:
            self.errors.append(error)

    @asynccontextmanager
    async def thread_taken(self) -> AsyncIterator[None]:
        borrower = object()
        await self.threaded.limiter.acquire_on_behalf_of(borrower)
        yield
        self.threaded.limiter.release_on_behalf_of(borrower)


@pytest.fixture
def scene() -> Iterator[Scene]:
    backend = FakeBackend()
    threaded = backend.writer = ThreadedWriter(backend)
    guarded = Guarded(backend, GuardOptions(deadline_s=DEADLINE_S, wall_clock=lambda: 0.0))
    assert guarded.writer is not None
    yield Scene(writer=guarded.writer, threaded=threaded, guarded=guarded)
    threaded.let_go.set()


@pytest.fixture
def upload(tmp_path) -> Upload:
    path = tmp_path / "data"
    path.write_bytes(b"data")
    return Upload(album=ROOT, name="new.jpg", source=path, mark="mark-1")


async def test_an_upload_waits_for_its_turn_as_long_as_need_be(
    scene: Scene, upload: Upload, nursery: trio.Nursery, mock_clock: MockClock
) -> None:
    async with scene.thread_taken():
        nursery.start_soon(scene.create, upload)
        await scene.pass_time(10 * DEADLINE_S)
        assert (scene.errors, scene.made) == ([], [])
    scene.threaded.let_go.set()
    while not scene.made:
        await trio.lowlevel.checkpoint()
    assert scene.errors == []


async def test_the_time_of_an_upload_runs_from_its_turn(
    scene: Scene, upload: Upload, nursery: trio.Nursery, mock_clock: MockClock
) -> None:
    async with scene.thread_taken():
        nursery.start_soon(scene.create, upload)
        await scene.pass_time(10 * DEADLINE_S)
    await scene.pass_time(DEADLINE_S - 1)
    assert scene.errors == []
    await scene.pass_time(2)
    (error,) = scene.errors
    assert isinstance(error, TimedOut)
    assert scene.state is State.SILENT


async def test_a_call_that_did_not_get_its_turn_in_time_says_nothing_of_the_server(
    scene: Scene, nursery: trio.Nursery, mock_clock: MockClock
) -> None:
    async with scene.thread_taken():
        nursery.start_soon(scene.mark)
        await scene.pass_time(DEADLINE_S + 1)
    (error,) = scene.errors
    assert isinstance(error, TimedOut)
    assert str(error) == "gallery was not asked: other calls took too long"
    assert scene.state is State.ANSWERING


async def test_a_call_that_got_its_turn_and_no_answer_does(
    scene: Scene, nursery: trio.Nursery, mock_clock: MockClock
) -> None:
    nursery.start_soon(scene.mark)
    await scene.pass_time(DEADLINE_S + 1)
    (error,) = scene.errors
    assert isinstance(error, TimedOut)
    assert scene.state is State.SILENT
