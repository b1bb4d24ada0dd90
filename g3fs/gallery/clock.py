"""Time is an argument: whoever needs it takes one of these."""

from collections.abc import Callable

Clock = Callable[[], float]
"""Seconds from an arbitrary start; never goes back (time.monotonic, trio.current_time)."""

WallClock = Callable[[], float]
"""Seconds since 1970 UTC (time.time)."""
