"""The lock over a gallery's structure, between the processes of one machine as well."""

import fcntl
import os
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from g3fs.clients.gallery3.lock import BEAT_S, Beat, Structure, ThreadStructure
from g3fs.gallery.errors import GalleryError, TimedOut

_POLL_S = 0.005
"""flock(2) can only wait without end; a look costs a microsecond."""
_COUNT_BYTES = 8


class ProcessStructure:
    """For all who use one lock file; between the threads of each as ThreadStructure.

    The kernel releases what a process held when it ends, however it ends.
    """

    def __init__(self, path: Path, wait_s: float = 30.0) -> None:
        """`path`: made if need be, with another one beside it; they stay.

        `wait_s`: when the lock has not changed hands for so long, who waits gets TimedOut.

        Raises:
            GalleryError: the files cannot be made.
        """
        self._threads = ThreadStructure(wait_s)
        self._files = _Files(path, wait_s)

    @contextmanager
    def reading(self) -> Iterator[None]:
        with self._threads.reading():
            if self._threads.is_writer:
                yield
                return
            self._files.share()
            try:
                yield
            finally:
                self._files.unshare()

    @contextmanager
    def writing(self, beat: Beat | None = None) -> Iterator[None]:
        if self._threads.is_writer:
            yield
            return
        with self._threads.writing(beat):
            self._files.take(beat)
            try:
                yield
            finally:
                self._files.give()

    def close(self) -> None:
        """Close the files; nothing may be held."""
        self._files.close()


class _Files:
    """What one process holds: nothing, a share for all its readers, or everything for one writer.

    Two locks: whoever wants the gallery takes the turn first, and keeps it until the gallery is
    his. So nobody overtakes who waits, whichever process is the busier one.
    """

    def __init__(self, path: Path, wait_s: float) -> None:
        self._wait_s = wait_s
        self._gallery = _opened(path)
        try:
            self._turn = _opened(path.with_name(f"{path.name}.turn"))
        except GalleryError:
            os.close(self._gallery)
            raise
        self._entering = threading.Lock()
        """Held by the one reader that takes the turn for this process."""
        self._counting = threading.Lock()
        self._readers = 0

    def share(self) -> None:
        self._wait(lambda: self._entering.acquire(timeout=_POLL_S), None)
        try:
            with self._our_turn(fcntl.LOCK_SH, None):
                self._wait(self._joined, None)
        finally:
            self._entering.release()

    def unshare(self) -> None:
        with self._counting:
            self._readers -= 1
            if not self._readers:
                fcntl.flock(self._gallery, fcntl.LOCK_UN)

    def take(self, beat: Beat | None) -> None:
        with self._our_turn(fcntl.LOCK_EX, beat):
            self._wait(lambda: _locked(self._gallery, fcntl.LOCK_EX), beat)
        self._count_up()

    def give(self) -> None:
        try:
            self._count_up()
        finally:
            fcntl.flock(self._gallery, fcntl.LOCK_UN)

    def close(self) -> None:
        os.close(self._gallery)
        os.close(self._turn)

    @contextmanager
    def _our_turn(self, kind: int, beat: Beat | None) -> Iterator[None]:
        self._wait(lambda: _locked(self._turn, kind), beat)
        try:
            yield
        finally:
            fcntl.flock(self._turn, fcntl.LOCK_UN)

    def _joined(self) -> bool:
        """Whether there is one reader more."""
        with self._counting:
            if self._readers or _locked(self._gallery, fcntl.LOCK_SH):
                self._readers += 1
                return True
            return False

    def _wait(self, attempt: Callable[[], bool], beat: Beat | None) -> None:
        if attempt():
            return
        now = time.monotonic()
        count, give_up, next_beat = self._count(), now + self._wait_s, now + BEAT_S
        while not attempt():
            time.sleep(_POLL_S)
            now = time.monotonic()
            if count != (latest := self._count()):
                count, give_up = latest, now + self._wait_s
            if now >= give_up:
                raise TimedOut("a change of the gallery by another program takes too long")
            if beat is not None and now >= next_beat:
                next_beat = now + BEAT_S
                beat()

    def _count(self) -> int:
        """How often a writer, of any process, took the gallery or gave it back."""
        return int.from_bytes(os.pread(self._gallery, _COUNT_BYTES, 0), "little")

    def _count_up(self) -> None:
        count = (self._count() + 1) % (1 << 8 * _COUNT_BYTES)
        os.pwrite(self._gallery, count.to_bytes(_COUNT_BYTES, "little"), 0)


def _opened(path: Path) -> int:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        file = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    except OSError as exc:
        raise _unusable(path, exc) from None
    try:
        if _locked(file, fcntl.LOCK_SH):
            fcntl.flock(file, fcntl.LOCK_UN)
        if os.fstat(file).st_size < _COUNT_BYTES:
            os.pwrite(file, bytes(_COUNT_BYTES), 0)  # later the disk may be full
    except OSError as exc:
        os.close(file)
        raise _unusable(path, exc) from None
    return file


def _unusable(path: Path, exc: OSError) -> GalleryError:
    return GalleryError(f"the lock file {path} cannot be used: {exc.strerror}")


def _locked(file: int, kind: int) -> bool:
    try:
        fcntl.flock(file, kind | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


_conforms: type[Structure] = ProcessStructure
