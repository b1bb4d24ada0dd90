"""Writers that change the tree, and readers that make the server compute paths, exclude each other.

Gallery 3 has no protection of its own: parallel structural writes answer 201 and leave photos under
wrong paths, and a read that computes paths during one stores wrong ones.
"""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import Protocol

from g3fs.gallery.errors import TimedOut

Beat = Callable[[], None]
"""Called every second by a thread that waits for its turn; returns at once, and may raise."""

BEAT_S = 1.0


class Structure(Protocol):
    """The lock; pass an own implementation to exclude other processes too.

    The thread that writes may take it again, for reading or writing: it verifies what it wrote.
    """

    def reading(self) -> AbstractContextManager[None]:
        """Others may read, nobody writes."""
        ...

    def writing(self, beat: Beat | None = None) -> AbstractContextManager[None]:
        """Nobody else reads or writes."""
        ...


class ThreadStructure:
    """For the threads of one process.

    Nobody starves: a writer that waits goes before readers that come later, and readers that waited
    for a writer go before the next one.
    """

    def __init__(self, wait_s: float = 30.0) -> None:
        """`wait_s`: when the lock has not changed hands for so long, who waits gets TimedOut."""
        self._wait_s = wait_s
        self._changed = threading.Condition()
        self._readers = 0
        self._writer: int | None = None
        self._writers_waiting = 0
        self._readers_waiting = 0
        self._due = 0
        """Readers that waited for the last writer, and go before the next."""
        self._turns = 0
        """How often the lock was given back by a writer."""
        self._hands = 0
        """How often it was given back by anybody."""

    @contextmanager
    def reading(self) -> Iterator[None]:
        if self.is_writer:
            yield
            return
        with self._changed:
            self._enter_reader()
        try:
            yield
        finally:
            with self._changed:
                self._readers -= 1
                self._passed_on()

    @contextmanager
    def writing(self, beat: Beat | None = None) -> Iterator[None]:
        if self.is_writer:
            yield
            return
        with self._changed:
            self._writers_waiting += 1
            try:
                self._wait(self._may_write, beat)
            finally:
                self._writers_waiting -= 1
                self._changed.notify_all()
            self._writer = threading.get_ident()
        try:
            yield
        finally:
            with self._changed:
                self._writer = None
                self._turns += 1
                self._due = self._readers_waiting
                self._passed_on()

    @property
    def is_writer(self) -> bool:
        """Whether this thread writes."""
        return self._writer == threading.get_ident()

    @property
    def writer_waits(self) -> bool:
        """Whether a writer is waiting for its turn."""
        return self._writers_waiting > 0

    @property
    def reader_waits(self) -> bool:
        """Whether a reader is waiting for its turn."""
        return self._readers_waiting > 0

    def _enter_reader(self) -> None:
        came = self._turns
        self._readers_waiting += 1
        try:
            self._wait(lambda: self._may_read(came), None)
            self._readers += 1
        finally:
            self._readers_waiting -= 1
            if self._turns != came:
                self._due -= 1
            self._changed.notify_all()

    def _passed_on(self) -> None:
        self._hands += 1
        self._changed.notify_all()

    def _wait(self, may: Callable[[], bool], beat: Beat | None) -> None:
        hands, give_up = self._hands, time.monotonic() + self._wait_s
        while not may():
            if hands != self._hands:
                hands, give_up = self._hands, time.monotonic() + self._wait_s
            left_s = give_up - time.monotonic()
            if left_s <= 0:
                raise TimedOut("another change of the gallery takes too long")
            self._changed.wait(min(left_s, BEAT_S))
            if beat is not None:
                beat()

    def _may_read(self, came: int) -> bool:
        return self._writer is None and (not self._writers_waiting or self._turns != came)

    def _may_write(self) -> bool:
        return self._writer is None and not self._readers and not self._due
