"""Waits for a turn, told to whoever bounds a call by a deadline: they are nobody's silence.

A call is made layers above the thread that carries it, and may share it with others; so this goes
by the context of the call, which tasks and threads that it starts inherit.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar


class Turns:
    """Whether one call waits for its turn; for the trio thread."""

    def __init__(self) -> None:
        self.changed: Callable[[], None] = _ignore
        """Called when it begins or ceases to wait."""
        self._waiting = 0
        self._running = 0

    @property
    def is_waiting(self) -> bool:
        """Whether nothing is done for the call before its turn, or was when it was cancelled."""
        return self._waiting > 0 and not self._running

    @contextmanager
    def waiting(self) -> Iterator[None]:
        """The call waits within it."""
        self._waiting += 1
        self.changed()
        yield
        self._waiting -= 1  # but not for who was cancelled: that is asked for afterwards
        self.changed()

    def begun(self) -> None:
        """Something is done for the call."""
        self._running += 1

    def ended(self) -> None:
        """It is done."""
        self._running -= 1


_heard: ContextVar[Turns | None] = ContextVar("turns", default=None)


@contextmanager
def heard() -> Iterator[Turns]:
    """The turns of the call that is made within it."""
    turns = Turns()
    token = _heard.set(turns)
    try:
        yield turns
    finally:
        _heard.reset(token)


def hearer() -> Turns | None:
    """Where to tell how this call waits; None: nobody hears it."""
    return _heard.get()


@contextmanager
def waiting() -> Iterator[None]:
    """This call waits within it."""
    turns = hearer()
    if turns is None:
        yield
        return
    with turns.waiting():
        yield


def _ignore() -> None:
    """Nobody wants to know."""
