"""The last lines of the log, for /.g3fs/log and `status`; and repeats told once."""

import logging
from collections import deque

from g3fs.gallery.clock import Clock

FOLDED_FOR_S = 30.0
"""A line that comes again within this time is only counted."""

MAX_FOLDED = 500
"""Different lines that are remembered; beyond, the oldest are told anew."""


class Folding(logging.Filter):
    """Lets a line through once in a while, with the number of those that were like it."""

    def __init__(self, clock: Clock) -> None:
        super().__init__()
        self._clock = clock
        self._told: dict[tuple[str, int, str], tuple[float, int]] = {}

    def filter(self, record: logging.LogRecord) -> bool:
        """Whether the line is told; with a traceback it always is."""
        if record.exc_info:
            return True
        now, line = self._clock(), record.getMessage()
        key = (record.name, record.levelno, line)
        told_at, repeats = self._told.pop(key, (None, 0))
        if told_at is not None and now - told_at < FOLDED_FOR_S:
            self._told[key] = (told_at, repeats + 1)
            return False
        if len(self._told) >= MAX_FOLDED:
            del self._told[next(iter(self._told))]
        self._told[key] = (now, 0)
        if repeats:
            record.msg, record.args = f"{line} ({repeats} times more before)", ()
        return True


class Logbook(logging.Handler):
    """Keeps the last lines, and apart from them the last errors."""

    def __init__(self, *, lines: int = 1000, errors: int = 10) -> None:
        super().__init__()
        self._lines = deque[str](maxlen=lines)
        self._errors = deque[str](maxlen=errors)
        self.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(message)s"))

    def emit(self, record: logging.LogRecord) -> None:
        """Remember a line."""
        line = self.format(record)
        self._lines.append(line)
        if record.levelno >= logging.WARNING:
            self._errors.append(line)

    def text(self) -> bytes:
        """All lines that are kept, as a file."""
        return "".join(f"{line}\n" for line in self._lines).encode("utf-8", "replace")

    @property
    def errors(self) -> tuple[str, ...]:
        """The last warnings and errors, the newest last."""
        return tuple(self._errors)
