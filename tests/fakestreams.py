"""Bytes on their way from the fake backend, which come in the way that a test wants."""

from collections import defaultdict
from dataclasses import dataclass, field

import trio

from g3fs.gallery.backend import Extent
from g3fs.gallery.ids import ItemId
from g3fs.gallery.items import Rendition


@dataclass
class Delivery:
    """How the bytes of one (item, rendition) come; may be changed at any time."""

    ranges: bool = True
    """Whether the server obeys ranges; else it sends everything from byte 0."""
    chunk_bytes: int = 64 * 1024
    """The most that one read_some gives."""
    announced: bool = True
    """Whether the server tells the size."""
    cut_at: int | None = None
    """The server ends every body here, as if the file were so long."""
    gates: dict[int, trio.Event] = field(default_factory=dict)
    """A stream that has sent the bytes before this position waits there."""
    breaks: dict[int, list[Exception]] = field(default_factory=lambda: defaultdict(list))
    """At this position the stream raises these, one a time, then goes on."""

    def gate(self, position: int) -> trio.Event:
        """Hold streams at `position` until the event is set."""
        return self.gates.setdefault(position, trio.Event())

    def stop_before(self, position: int, end: int) -> int:
        """The first position in (position, end] at which something is to happen, else `end`."""
        marks = [*self.gates, *self.breaks]
        return min((mark for mark in marks if position < mark < end), default=end)


@dataclass
class Request:
    """One call of open that was answered."""

    media: ItemId
    rendition: Rendition
    extent: Extent
    sent: list[tuple[int, int]] = field(default_factory=list)
    """What was read of it: (offset, length), in order."""
    closed: bool = False

    @property
    def sent_bytes(self) -> int:
        return sum(length for _, length in self.sent)


class FakeStream:
    """The bytes of one answer."""

    def __init__(self, data: bytes, delivery: Delivery, request: Request) -> None:
        self._delivery = delivery
        self._request = request
        self._data = data if delivery.cut_at is None else data[: delivery.cut_at]
        extent = request.extent if delivery.ranges else Extent(0)
        self._position = extent.offset
        end = len(self._data) if extent.length is None else extent.offset + extent.length
        self._end = min(end, len(self._data))
        self.offset = extent.offset
        self.size_bytes = len(self._data) if delivery.announced else None
        self.media_type = "image/jpeg"

    async def read_some(self, max_bytes: int) -> bytes:
        assert max_bytes > 0
        await trio.lowlevel.checkpoint()
        position, delivery = self._position, self._delivery
        if position in delivery.gates:
            await delivery.gates[position].wait()
        if delivery.breaks.get(position):
            raise delivery.breaks[position].pop(0)
        end = min(self._end, position + min(max_bytes, delivery.chunk_bytes))
        chunk = self._data[position : delivery.stop_before(position, end)]
        if chunk:
            self._request.sent.append((position, len(chunk)))
        self._position += len(chunk)
        return chunk
