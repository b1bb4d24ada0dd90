"""Two programs exclude each other by a file."""

import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from g3fs.clients.gallery3.processlock import ProcessStructure
from g3fs.gallery.errors import GalleryError, TimedOut

HOLDER = """
import sys
from pathlib import Path
from g3fs.clients.gallery3.processlock import ProcessStructure
lock = ProcessStructure(Path(sys.argv[1]), 10)
with getattr(lock, sys.argv[2])():
    print("held", flush=True)
    sys.stdin.readline()
print("given back", flush=True)
sys.stdin.readline()
"""


class Holder:
    """Another program that holds the lock until it is told to go on."""

    def __init__(self, path: Path, how: str) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-c", HOLDER, str(path), how],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def wait(self) -> str:
        assert self._process.stdout is not None
        return self._process.stdout.readline().strip()

    def go_on(self) -> None:
        assert self._process.stdin is not None
        self._process.stdin.write("\n")
        self._process.stdin.flush()

    def kill(self) -> None:
        self._process.kill()
        self._process.communicate()


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "locks" / "gallery"


@pytest.fixture
def reader(path: Path) -> Iterator[Holder]:
    holder = Holder(path, "reading")
    assert holder.wait() == "held"
    yield holder
    holder.kill()


@pytest.fixture
def writer(path: Path) -> Iterator[Holder]:
    holder = Holder(path, "writing")
    assert holder.wait() == "held"
    yield holder
    holder.kill()


def test_a_writer_elsewhere_keeps_everybody_out(path: Path, writer: Holder) -> None:
    lock = ProcessStructure(path, 0.05)
    with pytest.raises(TimedOut, match="another program"), lock.reading():
        pass
    with pytest.raises(TimedOut, match="another program"), lock.writing():
        pass
    writer.go_on()
    assert writer.wait() == "given back"
    with lock.writing(), lock.reading(), lock.writing():
        pass


def test_a_reader_elsewhere_keeps_writers_out_only(path: Path, reader: Holder) -> None:
    lock = ProcessStructure(path, 0.05)
    with lock.reading(), lock.reading():
        pass
    with pytest.raises(TimedOut), lock.writing():
        pass
    reader.go_on()
    assert reader.wait() == "given back"
    with lock.writing():
        pass


def test_a_program_that_was_killed_holds_nothing(path: Path, writer: Holder) -> None:
    writer.kill()
    with ProcessStructure(path, 5).writing():
        pass


def test_who_waits_tells_so_and_gets_it(path: Path, writer: Holder) -> None:
    lock = ProcessStructure(path, 20)
    beats: list[str] = []

    def beat() -> None:
        if not beats:
            writer.go_on()
        beats.append("waiting")

    with lock.writing(beat):
        assert beats


def test_a_beat_may_end_the_wait(path: Path, writer: Holder) -> None:
    lock = ProcessStructure(path, 20)

    def beat() -> None:
        raise KeyError

    with pytest.raises(KeyError), lock.writing(beat):
        pass
    writer.go_on()
    assert writer.wait() == "given back"
    with lock.writing():
        pass


def test_new_readers_let_a_writer_elsewhere_go_first(path: Path) -> None:
    """So that readers who overlap without end do not keep it out."""
    lock = ProcessStructure(path, 20)
    order: list[str] = []

    def read() -> None:
        with lock.reading():
            order.append("read")

    with ExitStack() as holds:
        first = holds.enter_context(ExitStack())
        first.enter_context(lock.reading())
        other = Holder(path, "writing")
        holds.callback(other.kill)
        while not _turn_is_taken(path):
            pass
        late = threading.Thread(target=read)
        late.start()
        first.close()
        order.append(other.wait())
        other.go_on()
        late.join()
    assert order == ["held", "read"]


def test_a_lock_file_that_cannot_be_made_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(GalleryError, match="lock file"):
        ProcessStructure(tmp_path / "file" / "lock")


def _turn_is_taken(path: Path) -> bool:
    probe = ProcessStructure(path, 0.001)
    try:
        with probe.reading():
            return False
    except TimedOut:
        return True
    finally:
        probe.close()
