"""What happens on the site, told to whoever listens."""

import queue
import threading
from collections.abc import Iterator
from contextlib import contextmanager

Event = dict[str, object]


class Events:
    """Hands every event to all listeners; there is no replay."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._listeners: list[queue.SimpleQueue[Event | None]] = []

    def tell(self, name: str, **data: object) -> None:
        """Publish one event."""
        self._send({"event": name, "data": data})

    def close(self) -> None:
        """Let all listeners end."""
        self._send(None)

    @contextmanager
    def listening(self) -> Iterator["queue.SimpleQueue[Event | None]"]:
        """A queue of what happens from now on; None: it is over."""
        inbox: queue.SimpleQueue[Event | None] = queue.SimpleQueue()
        with self._lock:
            self._listeners.append(inbox)
        try:
            yield inbox
        finally:
            with self._lock:
                self._listeners.remove(inbox)

    def _send(self, event: Event | None) -> None:
        with self._lock:
            for inbox in self._listeners:
                inbox.put(event)
