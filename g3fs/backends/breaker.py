"""Whether a server is worth asking: opens when it does not answer, closes when it does again."""

import logging
from dataclasses import dataclass
from datetime import datetime
from enum import Enum

import trio

from g3fs.gallery.clock import WallClock
from g3fs.gallery.errors import Cancelled, GalleryError, TimedOut, Unreachable

log = logging.getLogger(__name__)


class State(Enum):
    """What is known of the server; the values are shown by `status`."""

    ANSWERING = "answering"
    """The breaker is closed: calls go through."""
    SILENT = "not answering"
    """The breaker is open: calls fail at once."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BreakerStatistics:
    """For `status`."""

    state: State
    since_s: float
    """When this state began, seconds since 1970 UTC."""
    failures: int
    """Calls and probes in a row that got no answer."""
    last_error: str | None
    """What the last of them said; None: there was none yet."""


class Breaker:
    """Counts what gets no answer. No I/O: whoever owns it probes, and calls `close`."""

    def __init__(self, place: str, *, unreachable_limit: int, wall_clock: WallClock) -> None:
        """Begin closed.

        One TimedOut opens it, since each costs its caller the whole deadline; of Unreachable, which
        comes fast and may be a matter of one connection, `unreachable_limit` in a row.
        """
        self._place = place
        self._unreachable_limit = unreachable_limit
        self._wall_clock = wall_clock
        self._state = State.ANSWERING
        self._since_s = wall_clock()
        self._failures = 0
        self._last_error: GalleryError | None = None
        self._opened = trio.Event()
        self._closed = trio.Event()

    @property
    def opened_by_waiting(self) -> bool:
        """Whether the last failure was a deadline: perhaps only one call is slow."""
        return isinstance(self._last_error, TimedOut)

    def statistics(self) -> BreakerStatistics:
        """A snapshot."""
        return BreakerStatistics(
            state=self._state,
            since_s=self._since_s,
            failures=self._failures,
            last_error=None if self._last_error is None else str(self._last_error),
        )

    def check(self) -> None:
        """Raise Unreachable when open."""
        if self._state is State.SILENT:
            since = datetime.fromtimestamp(self._since_s).astimezone().strftime("%H:%M")
            raise Unreachable(f"{self._place} is not answering since {since}")

    def answered(self) -> None:
        """Note that a call was answered."""
        # While open only the probe decides: this answer may belong to a call from before.
        if self._state is State.ANSWERING:
            self._failures = 0

    def noted(self, error: GalleryError) -> None:
        """Note how a call ended; a refusal is an answer, and giving up a call says nothing."""
        match error:
            case TimedOut() | Unreachable():
                self._failed(error)
            case Cancelled():
                pass
            case _:
                self.answered()

    def close(self) -> None:
        """Note that a probe was answered: calls go through again."""
        if self._state is State.SILENT:
            silent_s = self._wall_clock() - self._since_s
            self._turn(State.ANSWERING)
            self._failures = 0
            self._opened = trio.Event()
            self._closed.set()
            self._closed = trio.Event()
            log.info("%s answers again, after %.0f s", self._place, silent_s)

    async def wait_opened(self) -> None:
        """Return when it is open."""
        await self._opened.wait()

    async def wait_closed(self) -> None:
        """Return when it closes the next time."""
        await self._closed.wait()

    def _failed(self, error: TimedOut | Unreachable) -> None:
        self._failures += 1
        self._last_error = error
        enough = isinstance(error, TimedOut) or self._failures >= self._unreachable_limit
        if enough and self._state is State.ANSWERING:
            self._turn(State.SILENT)
            log.warning("%s does not answer (%s); trying again by itself", self._place, error)
            self._opened.set()

    def _turn(self, state: State) -> None:
        self._state = state
        self._since_s = self._wall_clock()
