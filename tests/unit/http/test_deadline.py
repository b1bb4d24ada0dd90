"""Sockets whose waits are bounded, by a clock that the test moves."""

import socket
import ssl
from typing import cast

import pytest

from g3fs.gallery.errors import TimedOut
from g3fs.http.deadline import Watch
from g3fs.http.exchange import Http
from g3fs.http.messages import Request
from g3fs.http.options import HttpOptions


class SlowSocket:
    """Takes a few bytes of each piece, and time for them."""

    def __init__(self, clock: list[float], *, bytes_each: int, seconds_each: float) -> None:
        self._clock = clock
        self._bytes_each = bytes_each
        self._seconds_each = seconds_each
        self._allowed_s = 0.0
        self.taken = b""

    def settimeout(self, timeout: float) -> None:
        self._allowed_s = timeout

    def send(self, data: memoryview) -> int:
        if self._seconds_each > self._allowed_s:
            raise TimeoutError
        self._clock[0] += self._seconds_each
        part = bytes(data[: self._bytes_each])
        self.taken += part
        return len(part)


class EndedSocket(SlowSocket):
    """The other side has ended a secure connection."""

    def __init__(self, error: type[ssl.SSLError]) -> None:
        super().__init__([100.0], bytes_each=1, seconds_each=1)
        self._error = error

    def send(self, data: memoryview) -> int:
        if len(self.taken) == 3:
            raise self._error
        return super().send(data)


@pytest.mark.parametrize("error", [ssl.SSLEOFError, ssl.SSLZeroReturnError])
def test_the_end_of_a_secure_connection_is_a_broken_pipe_for_who_sends(error):
    """After which urllib3 looks for an early answer, such as 413."""
    watch = Watch(lambda: 100.0)
    watched = watch.adopt(cast(socket.socket, EndedSocket(error)))
    watch.start(deadline=None, read_s=5, write_s=5)
    with pytest.raises(BrokenPipeError):
        watched.sendall(b"0123456789")
    assert watch.sent_bytes == 3


def sending(seconds_each: float) -> bytes:
    """What arrives of ten bytes, of which so many seconds pass between each."""
    clock = [100.0]
    slow = SlowSocket(clock, bytes_each=1, seconds_each=seconds_each)
    watch = Watch(lambda: clock[0])
    watched = watch.adopt(cast(socket.socket, slow))
    watch.start(deadline=None, read_s=5, write_s=5, reply_s=20)
    watched.sendall(b"0123456789")
    assert watch.deadline == clock[0] + 20
    return slow.taken


def test_a_piece_may_take_long_as_long_as_bytes_move():
    assert sending(seconds_each=4) == b"0123456789"


def test_a_piece_of_which_nothing_moves_in_time_is_given_up():
    with pytest.raises(TimeoutError):
        sending(seconds_each=6)


def test_what_counts_as_sent_has_nearly_left():
    """A system that takes megabytes at once makes a slow line look like one that stands still."""
    taken = 0

    def body():
        nonlocal taken
        while True:
            taken += 1 << 14
            yield bytes(1 << 14)

    with socket.socket() as nobody:
        nobody.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1 << 16)
        nobody.bind(("127.0.0.1", 0))
        nobody.listen()
        options = HttpOptions(write_timeout_s=0.2)
        http = Http(f"http://127.0.0.1:{nobody.getsockname()[1]}", options)
        with pytest.raises(TimedOut):
            http.request(Request(method="POST", target="/", body=body()))
        http.close()
    assert taken < 1 << 20
