"""Changes behind the guard: deadlines, progress and the breaker, on trio's own clock."""

from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest
import trio
from trio.testing import MockClock, wait_all_tasks_blocked

from g3fs.backends.breaker import State
from g3fs.backends.guarded import Guarded, GuardOptions
from g3fs.gallery.backend import Backend
from g3fs.gallery.errors import AlreadyExists, TimedOut, Unreachable
from g3fs.gallery.ids import TagName
from g3fs.gallery.items import Entry
from g3fs.gallery.writing import Progress, Upload, Writer
from tests.fakes import ROOT, FakeBackend, FakeWriter

TAG = TagName("tag")


class SlowWriter(FakeWriter):
    """Reports progress whenever the test says so."""

    def __init__(self, backend: FakeBackend) -> None:
        super().__init__(backend)
        self.progress: Progress | None = None

    async def create(self, upload: Upload, progress: Progress) -> Entry:
        self.progress = progress
        return await super().create(upload, progress)


@pytest.fixture
def backend() -> FakeBackend:
    made = FakeBackend()
    made.writer = SlowWriter(made)
    return made


@pytest.fixture
async def guarded(backend: FakeBackend) -> Guarded:
    options = GuardOptions(deadline_s=30, wall_clock=trio.current_time)
    return Guarded(backend, options)


@pytest.fixture
async def writer(guarded: Guarded) -> Writer:
    assert guarded.writer is not None
    return guarded.writer


@pytest.fixture
def upload(tmp_path: Path) -> Upload:
    path = tmp_path / "data"
    path.write_bytes(b"data")
    return Upload(album=ROOT, name="new.jpg", source=path, mark="mark-1")


def nobody(_sent_bytes: int) -> None:
    pass


METHODS = (
    *("mark", "create", "find", "replace", "make_album", "move", "delete", "remove_album"),
    *("set_fact", "set_tags", "change_tags", "add_comment", "remove_comment"),
    *("tags", "tagged", "make_tag", "rename_tag", "delete_tag"),
)


def calls_of(
    backend: FakeBackend, guarded: Guarded, upload: Upload
) -> dict[str, Callable[[], Awaitable[object]]]:
    media, album = backend.add_media("a.jpg", b"data"), backend.add_album("sub")
    writer, viewer = guarded.writer, guarded.tag_viewer
    assert writer is not None
    assert viewer is not None
    return {
        "mark": lambda: writer.mark(ROOT, "x.jpg"),
        "create": lambda: writer.create(upload, nobody),
        "find": lambda: writer.find(upload),
        "replace": lambda: writer.replace(media, upload.source, nobody),
        "make_album": lambda: writer.make_album(ROOT, "x"),
        "move": lambda: writer.move(media, ROOT, "x.jpg"),
        "delete": lambda: writer.delete(media),
        "remove_album": lambda: writer.remove_album(album),
        "set_fact": lambda: writer.set_fact(media, "user.g3fs.title", "x"),
        "set_tags": lambda: writer.set_tags(media.id, [TAG]),
        "change_tags": lambda: writer.change_tags(media.id, add=[TAG]),
        "add_comment": lambda: writer.add_comment(media.id, "x"),
        "remove_comment": lambda: writer.remove_comment(media.id, "x"),
        "tags": viewer.tags,
        "tagged": lambda: viewer.tagged(TAG),
        "make_tag": lambda: viewer.make_tag(TAG),
        "rename_tag": lambda: viewer.rename_tag(TAG, TAG),
        "delete_tag": lambda: viewer.delete_tag(TAG),
    }


@pytest.mark.parametrize("method", METHODS)
async def test_every_change_ends_at_its_deadline(
    method: str, backend: FakeBackend, guarded: Guarded, upload: Upload, autojump_clock: MockClock
) -> None:
    call = calls_of(backend, guarded, upload)[method]
    backend.hold(method)

    with pytest.raises(TimedOut, match=r"gallery did not .* within 30 s"):
        await call()

    assert trio.current_time() == pytest.approx(30, abs=0.1)
    assert guarded.statistics().state is State.SILENT


@pytest.mark.parametrize("method", METHODS)
async def test_an_open_breaker_fails_every_change_at_once(
    method: str, backend: FakeBackend, guarded: Guarded, upload: Upload
) -> None:
    call = calls_of(backend, guarded, upload)[method]
    backend.down = Unreachable("refused")
    for _ in range(2):
        with pytest.raises(Unreachable):
            await call()
    backend.calls.clear()

    with pytest.raises(Unreachable, match="not answering"):
        await call()

    assert not backend.calls


async def test_a_refusal_is_an_answer(backend: FakeBackend, writer: Writer) -> None:
    backend.add_media("a.jpg", b"data")
    for _ in range(3):
        with pytest.raises(AlreadyExists):
            await writer.mark(ROOT, "a.jpg")


async def test_an_upload_may_take_long_while_something_moves(
    backend: FakeBackend, writer: Writer, upload: Upload, autojump_clock: MockClock
) -> None:
    gate = backend.hold("create")
    slow = backend.writer
    assert isinstance(slow, SlowWriter)
    passed_on: list[int] = []
    made: list[Entry] = []

    async def create() -> None:
        made.append(await writer.create(upload, passed_on.append))

    async with trio.open_nursery() as nursery:
        nursery.start_soon(create)
        for _ in range(5):
            await trio.sleep(25)
            assert slow.progress is not None
            # As while it waits for its turn: no byte more, and yet it goes on.
            slow.progress(0)
            await wait_all_tasks_blocked()
        gate.set()

    assert [entry.name for entry in made] == ["new.jpg"]
    assert trio.current_time() == pytest.approx(125, abs=0.1)
    assert passed_on[:5] == [0] * 5


async def test_an_upload_that_stands_still_ends(
    backend: FakeBackend, writer: Writer, upload: Upload, autojump_clock: MockClock
) -> None:
    backend.hold("create")
    slow = backend.writer
    assert isinstance(slow, SlowWriter)

    async def move_once() -> None:
        await trio.sleep(20)
        assert slow.progress is not None
        slow.progress(10)

    async with trio.open_nursery() as nursery:
        nursery.start_soon(move_once)
        with pytest.raises(TimedOut, match=r"did not take 'new\.jpg' within 30 s"):
            await writer.create(upload, nobody)

    assert trio.current_time() == pytest.approx(50, abs=0.1)


async def test_comparing_a_large_file_may_take_longer(
    backend: FakeBackend, writer: Writer, upload: Upload, autojump_clock: MockClock
) -> None:
    with upload.source.open("r+b") as file:
        file.truncate(100_000_000)
    backend.hold("find")
    with pytest.raises(TimedOut, match="within 1030 s"):
        await writer.find(upload)


async def test_a_backend_that_only_reads_has_no_writer(backend: FakeBackend) -> None:
    class Reader:
        """A backend without a writing half."""

        def __getattr__(self, name: str) -> object:
            if name in ("writer", "tag_viewer", "scan", "scanned", "pulse"):
                raise AttributeError(name)
            return getattr(backend, name)

    reader: Backend = Reader()  # type: ignore[assignment]  # by __getattr__
    guarded = Guarded(reader, GuardOptions())
    assert guarded.writer is None
    assert guarded.tag_viewer is None
