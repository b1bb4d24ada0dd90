"""How bodies travel between a client and a demo server: counted, throttled, cut, or never."""

import io
import select
import socket
import sys
from collections.abc import Callable
from dataclasses import dataclass
from typing import BinaryIO, cast

from g3fs.demo.requestlog import LoggedRequest

PIECE = 64 * 1024
"""Largest write to the socket."""
PIECES_PER_SECOND = 20
"""How smoothly bytes flow at a rate."""
DRAIN_MAX = 256 * 1024 * 1024
"""So much of a body that nobody read is read away, so that the client sees the answer to it."""


class HangUp(Exception):
    """The connection ends now: with a reset, or with an orderly close."""

    def __init__(self, *, reset: bool) -> None:
        super().__init__("reset" if reset else "close")
        self.reset = reset


class Stop:
    """Says that the server stops, to threads that wait for time to pass or a client to leave."""

    def __init__(self) -> None:
        self._asleep, self._alarm = socket.socketpair()

    def set(self) -> None:
        """Wake all waiters, now and in future."""
        self._alarm.shutdown(socket.SHUT_WR)

    def wait(self, seconds: float | None, client: socket.socket | None = None) -> bool:
        """Sleep; False when the server stops or the client hangs up before the time is over.

        That a client hung up is not seen while more than the connection holds is unread.
        """
        ready = self._ready(seconds, client, select.POLLIN | select.POLLRDHUP)
        if client is not None and ready == {client.fileno()} and _has_data(client):
            ready = self._ready(seconds, client, select.POLLRDHUP)
        return not ready

    def _ready(
        self, seconds: float | None, client: socket.socket | None, events: int
    ) -> frozenset[int]:
        poll = select.poll()
        poll.register(self._asleep, select.POLLIN)
        if client is not None:
            poll.register(client, events)
        return frozenset(fd for fd, _ in poll.poll(None if seconds is None else seconds * 1000))

    def close(self) -> None:
        """Give the sockets back."""
        self._asleep.close()
        self._alarm.close()


def _has_data(client: socket.socket) -> bool:
    try:
        return bool(client.recv(1, socket.MSG_PEEK))
    except ConnectionError:
        return False


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """How the body of an answer travels."""

    rate: int | None = None
    """Bytes per second; None: as fast as it goes."""
    pieces_per_second: int = PIECES_PER_SECOND
    cut_after: int | None = None
    """Bytes after which `ending` happens; None: never."""
    ending: str = "close"
    """`reset`, `close` or `stall`."""
    extra: bytes = b""
    """Sent behind the body, uncounted in Content-Length."""


class RequestBody(io.RawIOBase):
    """The body of one request: ends where it ends, counts, and notices a client that left."""

    def __init__(
        self,
        source: BinaryIO,
        length: int | None,
        entry: LoggedRequest,
        wait: Callable[[float], bool],
    ) -> None:
        """`wait` sleeps for seconds; False when there is no client any more."""
        super().__init__()
        self._source, self._left, self._entry, self._wait = source, length, entry, wait
        self.rate: int | None = None
        """Bytes per second that are taken; None: as fast as they come."""
        self.forsaken = False
        """Nobody will read what is left: the connection ends with the answer."""

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]  # typeshed asks for Buffer, RawIOBase passes memoryviews
        wanted = len(buffer) if self._left is None else min(len(buffer), self._left)
        if not wanted:
            return 0
        if self.rate is not None:
            wanted = min(wanted, max(1, self.rate // PIECES_PER_SECOND))
            if not self._wait(wanted / self.rate):
                raise HangUp(reset=True)
        if self._left is None:
            data = self._source.read(wanted)
        else:
            # What is there now, so that the log shows how far a slow upload has come.
            data = cast("io.BufferedReader", self._source).read1(wanted)
            if not data:
                raise ConnectionError("the client left in the middle of its body")
            self._left -= len(data)
        self._entry.received += len(data)
        buffer[: len(data)] = data
        return len(data)

    def skip(self, size: int) -> None:
        """Read away so many bytes, or what there is."""
        while size > 0 and (data := self.read(min(size, PIECE))):
            size -= len(data)

    def drain(self) -> bool:
        """Read away what is left; False when that is too much to wait for."""
        if self.forsaken or (self._left is not None and self._left > DRAIN_MAX):
            return False
        self.skip(sys.maxsize)
        return True


class Wire:
    """Sends one answer as its delivery says. After `HangUp` the connection is of no use."""

    def __init__(
        self, client: socket.socket, stop: Stop, entry: LoggedRequest, delivery: Delivery
    ) -> None:
        self._client, self._stop, self._entry, self._delivery = client, stop, entry, delivery
        self._head = b""
        self._promised = 0
        self._extra = delivery.extra
        rate = delivery.rate
        self._step = PIECE if rate is None else max(1, rate // delivery.pieces_per_second)

    def begin(self, head: bytes, promised: int = 0) -> None:
        """The status line and headers; they leave together with the first bytes of the body.

        What is sent behind a body leaves together with the last of its `promised` bytes: a client
        that has read those has the rest, too, and no test depends on which came first.
        """
        self._head, self._promised = head, promised

    def send(self, data: bytes) -> None:
        """Part of the body."""
        step = min(self._step, PIECE)
        for at in range(0, len(data), step):
            self._piece(data[at : at + step])

    def finish(self) -> None:
        """The body is over."""
        if self._head:
            self._flush(b"")
        if self._delivery.cut_after is not None:
            self._end()
        if self._extra:
            self._flush(self._extra)

    def _piece(self, data: bytes) -> None:
        cut = self._delivery.cut_after
        if cut is not None and self._entry.sent + len(data) >= cut:
            self._flush(data[: cut - self._entry.sent])
            self._end()
        self._flush(data)
        rate = self._delivery.rate
        if rate is not None and not self._stop.wait(len(data) / rate):
            raise HangUp(reset=True)

    def _flush(self, data: bytes) -> None:
        if self._extra and 0 < self._promised == self._entry.sent + len(data):
            data, self._extra = data + self._extra, b""
        self._client.sendall(self._head + data)
        self._head = b""
        self._entry.sent += len(data)

    def _end(self) -> None:
        if self._delivery.ending == "stall":
            self._stop.wait(None, self._client)
        raise HangUp(reset=self._delivery.ending == "reset")
