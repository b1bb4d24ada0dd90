"""When a call is tried again, and after how long."""

import random
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from g3fs.gallery.clock import Clock, WallClock
from g3fs.gallery.errors import Busy, GalleryError, ServerError, TimedOut, TlsFailed, Unreachable

TOO_MANY = 429
UNAVAILABLE = 503
PASSING = frozenset({TOO_MANY, 502, UNAVAILABLE, 504})
"""Statuses of proxies and overloaded servers, which may be gone at the next attempt."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Pace:
    """Time, waiting and chance; arguments, so that tests need neither time nor luck."""

    clock: Clock = time.monotonic
    wall_clock: WallClock = time.time
    sleep: Callable[[float], None] = time.sleep
    chance: Callable[[], float] = random.random
    first_delay_s: float = 0.25
    longest_delay_s: float = 5.0

    def delay_s(self, attempt: int) -> float:
        """Before attempt number `attempt` (the second is 2): doubling, half of it chance."""
        full = min(self.first_delay_s * float(2 ** (attempt - 2)), self.longest_delay_s)
        return float(full * (0.5 + 0.5 * self.chance()))


def may_repeat(exc: GalleryError, *, repeatable: bool) -> bool:
    """Whether a failed call may be sent once more."""
    if isinstance(exc, TlsFailed):
        return False
    if isinstance(exc, Unreachable):
        return True  # nothing was sent
    return repeatable and isinstance(exc, ServerError | TimedOut)


def retry_after_s(value: str | None, wall_clock: WallClock) -> float | None:
    """The seconds of a Retry-After header (a number or a date); None when there is none."""
    if value is None:
        return None
    text = value.strip()
    if text.isascii() and text.isdigit():
        return float(text[:9])
    try:
        moment = parsedate_to_datetime(text)
    except (ValueError, OverflowError):
        return None
    aware = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return max(0.0, (aware - datetime.fromtimestamp(wall_clock(), UTC)).total_seconds())


def too_busy(place: str, wait_s: float | None) -> Busy:
    """The error for a server that asks to come back later than we may wait."""
    later = "later" if wait_s is None else f"in {wait_s:.0f} s"
    return Busy(f"{place} is overloaded and asks to come back {later}", retry_after_s=wait_s)
