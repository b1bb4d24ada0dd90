"""Giving up a call that another thread is waiting in."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from g3fs.gallery.errors import Cancelled


class Cancel:
    """Handed to a call, and used from another thread to end it promptly; for one call only."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._event = threading.Event()
        self._abort: Callable[[], None] | None = None

    @property
    def cancelled(self) -> bool:
        return self._event.is_set()

    def cancel(self) -> None:
        """End the call, now or when it begins; it raises Cancelled. May be called again."""
        with self._lock:
            self._event.set()
            if self._abort is not None:
                self._abort()

    def check(self) -> None:
        """Raise Cancelled if it was."""
        if self._event.is_set():
            raise Cancelled("given up")

    @contextmanager
    def aborting(self, abort: Callable[[], None]) -> Iterator[None]:
        """Within it, `cancel` also calls `abort`, which must not block or raise.

        Cancelled before, it calls `abort` at once, and raises Cancelled.
        """
        with self._lock:
            if self.cancelled:
                abort()
            self.check()
            self._abort = abort
        try:
            yield
        finally:
            with self._lock:
                self._abort = None
