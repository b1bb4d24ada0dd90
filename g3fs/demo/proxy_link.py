"""What a network does to bytes: conditions that can be switched, a clock, a budget, counters."""

import asyncio
from dataclasses import dataclass, field

from g3fs.demo.proxy_heads import SeenRequest

# A late wake-up may be made good with a burst of this length, so that the mean rate is exact.
_BURST_S = 0.01
_LARGEST_PIECE = 64 * 1024
# TCP's windows: ten segments at first, then one byte more for each that was taken; up to what
# Linux allows by default, and to a router's queue beyond what the rate can carry.
_FIRST_WINDOW = 16 * 1024
_LARGEST_WINDOW = 4 * 1024 * 1024
_ROUTER_QUEUE = 128 * 1024


@dataclass(frozen=True, slots=True)
class Conditions:
    """The state of the network; rates hold for all connections together, None is unlimited."""

    round_trip_s: float = 0.03
    down_bytes_per_s: float | None = None
    up_bytes_per_s: float | None = None
    black_hole: bool = False  # connections are accepted, bytes go nowhere
    refuse: bool = False  # nobody listens; what was connected is reset
    cut_after: int | None = None  # a body longer than this is reset after so many bytes


@dataclass(frozen=True, slots=True)
class Counters:
    """What went through since the last reset; bytes down are those taken from the server."""

    connections: int
    requests: tuple[SeenRequest, ...]
    bytes_up: int
    bytes_down: int


@dataclass(slots=True)
class Tally:
    """The running counters."""

    connections: int = 0
    requests: list[SeenRequest] = field(default_factory=list)
    bytes_up: int = 0
    bytes_down: int = 0

    def snapshot(self) -> Counters:
        return Counters(self.connections, tuple(self.requests), self.bytes_up, self.bytes_down)


class Link:
    """The conditions in force, seen from the event loop; every wait ends when they change."""

    def __init__(self, conditions: Conditions) -> None:
        self.conditions = conditions
        self.tally = Tally()
        self._changed = asyncio.Event()

    def change(self, conditions: Conditions) -> None:
        self.conditions = conditions
        self._changed.set()
        self._changed = asyncio.Event()

    async def until(self, moment: float) -> None:
        """Waits for a moment of the loop's clock, whatever the conditions become."""
        delay = moment - asyncio.get_running_loop().time()
        if delay > 0:
            await asyncio.sleep(delay)

    async def until_or_change(self, moment: float) -> bool:
        """As `until`, but returns False as soon as the conditions change."""
        delay = moment - asyncio.get_running_loop().time()
        if delay <= 0:
            return True
        try:
            await asyncio.wait_for(self._changed.wait(), delay)
        except TimeoutError:
            return True
        return False

    async def open(self) -> None:
        """Waits while the network is a black hole."""
        while self.conditions.black_hole:
            await self._changed.wait()


class Lane:
    """One direction of the link: its rate, shared by all connections."""

    def __init__(self, link: Link, *, down: bool) -> None:
        self._link = link
        self._down = down
        self._free_at = 0.0

    @property
    def rate(self) -> float | None:
        conditions = self._link.conditions
        return conditions.down_bytes_per_s if self._down else conditions.up_bytes_per_s

    def piece(self) -> int:
        """How many bytes to pass at a time, so that connections share the lane fairly."""
        if self.rate is None:
            return _LARGEST_PIECE
        return max(1, min(_LARGEST_PIECE, int(self.rate * _BURST_S / 2)))

    def window(self, delivered: int) -> int:
        """How many bytes a connection may have under way, having delivered so many.

        Half of TCP's window: the other half of a round trip belongs to the acknowledgements.
        """
        ceiling = _LARGEST_WINDOW
        if self.rate is not None:
            carried = int(self.rate * self._link.conditions.round_trip_s)
            ceiling = min(ceiling, _ROUTER_QUEUE + carried)
        return min(ceiling, _FIRST_WINDOW + delivered) // 2

    async def pay(self, size: int) -> None:
        """Waits until so many bytes may pass; a change of conditions lets them pass at once."""
        if self.rate is None:
            return
        now = asyncio.get_running_loop().time()
        self._free_at = max(self._free_at, now - _BURST_S) + size / self.rate
        if not await self._link.until_or_change(self._free_at):
            self._free_at = 0.0
