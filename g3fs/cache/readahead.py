"""Pure policy: the reads so far and where the source is -> how far to fetch ahead.

A sniff must stay cheap: file managers read the first 64 KiB of every picture, and the kernel's own
read-ahead turns that into reads up to byte 245,760 (16, 32, 64, 128 KiB when the program reads in
small steps). So nothing beyond what is asked, but for a first request of 128 KiB, until 256 KiB
were read in a row; then the window is as large as what was read already, and so doubles.
"""

from dataclasses import dataclass

KIB = 1024
MIB = 1024 * KIB

GRAIN = 64 * KIB
"""A transfer after a seek starts at a multiple of this: programs that seek step back a little."""

FIRST = 128 * KIB
"""The least that one request asks for: what the kernel reads ahead, and a round trip's worth."""

SEQUENTIAL = 256 * KIB
"""Read in a row, this is no sniff any more."""

COMMITTED = MIB
"""Read in a row, the rest is worth having when a pause would mean to start again from byte 0."""

LARGEST = 32 * MIB
"""The window grows to this: two seconds at 100 Mbit/s."""

OUT_OF_ORDER = 256 * KIB
"""The kernel has two reads of 128 KiB under way, and they arrive in any order."""

NEAR = 512 * KIB
"""What a running stream brings sooner than a new request would: 80 ms at 50 Mbit/s."""


@dataclass(frozen=True, slots=True)
class Pattern:
    """How one handle has read so far."""

    next_offset: int = 0
    """Where a sequential reader would go on."""
    run_bytes: int = 0
    """Read in a row up to there."""


@dataclass(frozen=True, slots=True)
class Window:
    """How far a transfer should go."""

    until: int
    """Fetch up to this byte, then pause."""
    open_ended: bool
    """Ask the server for everything that is missing, rather than up to `until` only."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """What bounds the window, whatever the pattern."""

    size_bytes: int | None
    """Of the file, where it is known."""
    ranges: bool
    """Whether the server can go on in the middle, as far as is known."""
    cache_bytes: int
    """What the cache may hold: more ahead than it keeps would be fetched in vain."""


def follow(before: Pattern, offset: int, length: int) -> Pattern:
    """The pattern after one more read."""
    end = offset + length
    if abs(offset - before.next_offset) > OUT_OF_ORDER:
        return Pattern(end, length)
    ahead = max(end - before.next_offset, 0)
    return Pattern(max(end, before.next_offset), before.run_bytes + ahead)


def window(pattern: Pattern, offset: int, end: int, limits: Limits) -> Window:
    """How far to fetch when bytes `offset` to `end` are missing."""
    size = limits.size_bytes
    if size is not None and size - offset <= SEQUENTIAL:
        # Small, or the tail: one request, and the connection is free again.
        return Window(size, open_ended=True)
    onward = ahead(pattern, end, limits)
    return Window(max(onward.until, offset + FIRST), onward.open_ended or size is None)


def ahead(pattern: Pattern, end: int, limits: Limits) -> Window:
    """How far to be ahead of a reader that has all bytes up to `end`."""
    run = pattern.run_bytes
    if run < SEQUENTIAL:
        return Window(end, open_ended=False)
    most = min(run, LARGEST, limits.cache_bytes // 4)
    if not limits.ranges and run >= COMMITTED:
        most = limits.cache_bytes // 2
    return Window(end + most, open_ended=True)
