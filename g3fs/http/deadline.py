"""Sockets whose every wait is bounded, counted, and ended at once from another thread.

The time limit of `requests` is per step: a server that drips a byte a second never meets it,
neither in the headers nor in the body. So each connection that urllib3 makes is wrapped here, and
asks the `Watch` of its call before each wait how long it may be.
"""

import contextlib
import errno
import io
import socket
from typing import cast

from g3fs.gallery.clock import Clock
from g3fs.http.cancel import Cancel
from g3fs.http.failures import TLS_ENDED

_LEAST_WAIT_S = 0.001
"""A timeout of 0 would make the socket non-blocking."""


class Watch:
    """What one call allows its connection, and what it saw. One call at a time."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._socket: socket.socket | None = None
        self.reader: socket.SocketIO | None = None
        """Of the connection made last; holds it open until it is closed."""
        self.start(deadline=None, read_s=0, write_s=0)

    def start(
        self, *, deadline: float | None, read_s: float, write_s: float, reply_s: float | None = None
    ) -> None:
        """Begin a call.

        `deadline` is a time of the clock, None for a call that is judged by progress only.
        `reply_s`: each piece that is sent moves the deadline that far away (uploads).
        """
        self.deadline = deadline
        self.read_s = read_s
        self._write_s = write_s
        self._reply_s = reply_s
        self.connected = False
        """Whether this call made a connection; False: it uses one that was kept alive."""
        self.sent_bytes = 0
        """Of the request; proxies and handshakes do not count."""
        self.received_bytes = 0
        self.surplus_bytes = 0
        """What came after the end of the answer, though nothing was asked."""
        self.cancel: Cancel | None = None

    def adopt(self, sock: socket.socket) -> socket.socket:
        """Wrap a new connection, and remember it as the one to abort."""
        self._socket = sock
        self.connected = True
        # urllib3 and http.client use only the methods that the wrapper has.
        return cast(socket.socket, _Watched(sock, self))

    def abort(self) -> None:
        """End every wait on the connection, from any thread; it cannot be used again."""
        if self._socket is not None:
            with contextlib.suppress(OSError):
                # Not the method of an SSLSocket: that would send the rest unencrypted.
                socket.socket.shutdown(self._socket, socket.SHUT_RDWR)

    def drop(self) -> None:
        """Close the connection after a failure; whoever uses it next makes another.

        urllib3 leaves the reader of an answer that broke off to the garbage collector, and with it
        the socket.
        """
        if self.reader is not None:
            self.reader.close()
        if self._socket is not None:
            self._socket.close()

    def read_wait_s(self) -> float:
        return self._wait_s(self.read_s)

    def write_wait_s(self) -> float:
        return self._wait_s(self._write_s)

    def sent(self, count: int) -> None:
        """A piece of so many bytes went out."""
        self.sent_bytes += count
        if self._reply_s is not None:
            self.deadline = self._clock() + self._reply_s

    def _wait_s(self, step_s: float) -> float:
        if self.cancel is not None:
            self.cancel.check()
        if self.deadline is not None:
            left_s = self.deadline - self._clock()
            if left_s <= 0:
                raise TimeoutError("deadline")
            step_s = min(step_s, left_s)
        return max(step_s, _LEAST_WAIT_S)


class _Watched:
    """The part of a socket that http.client and urllib3 use once it is connected."""

    def __init__(self, sock: socket.socket, watch: Watch) -> None:
        self._sock = sock
        self._watch = watch

    def sendall(self, data: bytes) -> None:
        # Not the socket's own: its limit would be for all of the data, however slow the network is.
        left = memoryview(data)
        while left:
            self._sock.settimeout(self._watch.write_wait_s())
            try:
                count = self._sock.send(left)
            except TLS_ENDED:
                # After this one urllib3 looks for an early answer, as it does without TLS.
                raise BrokenPipeError(errno.EPIPE, "closed while it was sent") from None
            left = left[count:]
            self._watch.sent(count)

    def makefile(self, mode: str) -> io.BufferedReader:
        assert mode == "rb"
        return _Reader(_Raw(self._sock, self._watch), self._watch)

    def fileno(self) -> int:
        return self._sock.fileno()

    def settimeout(self, _timeout: float | None) -> None:
        """Ignored: the watch decides before each wait."""

    def close(self) -> None:
        self._sock.close()


class _Raw(io.RawIOBase):
    def __init__(self, sock: socket.socket, watch: Watch) -> None:
        self._sock = sock
        self._inner = watch.reader = sock.makefile("rb", buffering=0)
        self._watch = watch
        self.count = 0

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: memoryview) -> int | None:  # type: ignore[override]  # typeshed: Buffer
        self._sock.settimeout(self._watch.read_wait_s())
        count = self._inner.readinto(buffer)
        if count:
            self.count += count
            self._watch.received_bytes += count
        return count

    def tell(self) -> int:
        """How much came in; with it the reader can say how much of that it gave out."""
        return self.count

    def close(self) -> None:
        self._inner.close()
        super().close()


class _Reader(io.BufferedReader):
    def __init__(self, raw: _Raw, watch: Watch) -> None:
        super().__init__(raw)
        self._source = raw
        self._watch = watch

    def close(self) -> None:
        if not self.closed:
            self._watch.surplus_bytes = self._source.count - self.tell()
        super().close()
