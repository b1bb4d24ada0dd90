"""One change at a time of one photo or album: the server loses parallel ones, with 200.

It reads a whole row, changes it and writes it back, and locks nothing.
"""

import threading
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import Protocol

from g3fs.gallery.errors import TimedOut

ALBUMS = "albums"
"""Creating: whether an album is new shows only in what was there before."""


class Changes(Protocol):
    """The locks; pass an own implementation to exclude other processes too."""

    def of(self, key: str) -> AbstractContextManager[None]:
        """Nobody else changes what `key` names: a uid, or the word above."""
        ...


class ThreadChanges:
    """For the threads of one process."""

    def __init__(self, wait_s: float = 30.0) -> None:
        """`wait_s`: after so long a call gives up with TimedOut."""
        self._wait_s = wait_s
        self._changed = threading.Condition()
        self._held: set[str] = set()

    @contextmanager
    def of(self, key: str) -> Iterator[None]:
        with self._changed:
            if not self._changed.wait_for(lambda: key not in self._held, self._wait_s):
                raise TimedOut(f"another change of {key} takes too long")
            self._held.add(key)
        try:
            yield
        finally:
            with self._changed:
                self._held.discard(key)
                self._changed.notify_all()
