"""Writers that change the tree, and readers that make the server compute paths, exclude each other.

Gallery 3 has no protection of its own: parallel structural writes answer 201 and leave photos under
wrong paths, and a read that computes paths during one stores wrong ones.
"""

import threading
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import Protocol

from g3fs.gallery.errors import TimedOut


class Structure(Protocol):
    """The lock; pass an own implementation to exclude other processes too.

    The thread that writes may take it again, for reading or writing: it verifies what it wrote.
    """

    def reading(self) -> AbstractContextManager[None]:
        """Others may read, nobody writes."""
        ...

    def writing(self) -> AbstractContextManager[None]:
        """Nobody else reads or writes."""
        ...


class ThreadStructure:
    """For the threads of one process; writers that wait go before new readers."""

    def __init__(self, wait_s: float = 30.0) -> None:
        """`wait_s`: after so long a call gives up with TimedOut."""
        self._wait_s = wait_s
        self._changed = threading.Condition()
        self._readers = 0
        self._writer: int | None = None
        self._writers_waiting = 0

    @contextmanager
    def reading(self) -> Iterator[None]:
        if self._writer == threading.get_ident():
            yield
            return
        with self._changed:
            if not self._changed.wait_for(self._may_read, self._wait_s):
                raise TimedOut("another change of the gallery takes too long")
            self._readers += 1
        try:
            yield
        finally:
            with self._changed:
                self._readers -= 1
                self._changed.notify_all()

    @contextmanager
    def writing(self) -> Iterator[None]:
        if self._writer == threading.get_ident():
            yield
            return
        with self._changed:
            self._writers_waiting += 1
            try:
                if not self._changed.wait_for(self._may_write, self._wait_s):
                    raise TimedOut("another change of the gallery takes too long")
            finally:
                self._writers_waiting -= 1
                self._changed.notify_all()
            self._writer = threading.get_ident()
        try:
            yield
        finally:
            with self._changed:
                self._writer = None
                self._changed.notify_all()

    @property
    def writer_waits(self) -> bool:
        """Whether a writer is waiting for readers to end."""
        return self._writers_waiting > 0

    def _may_read(self) -> bool:
        return self._writer is None and not self._writers_waiting

    def _may_write(self) -> bool:
        return self._writer is None and not self._readers
