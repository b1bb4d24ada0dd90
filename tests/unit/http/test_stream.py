"""Bodies that are read as they arrive."""

import threading

import pytest

from g3fs.gallery.errors import BadReply, Cancelled, TimedOut
from g3fs.http.messages import Request
from g3fs.http.options import HttpOptions
from tests.unit.http.scripted import Peer, always, answering, http_to, reply, serving

MEDIA = Request(method="GET", target="/data", repeatable=True, media=True)


def test_what_has_arrived_is_given_out_before_the_rest_comes():
    more = threading.Event()

    def script(peer: Peer) -> None:
        peer.request()
        peer.send(b"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nfirst")
        more.wait(10)
        peer.send(b"after")

    with serving(script) as server, http_to(server) as http, http.open(MEDIA) as stream:
        assert stream.length_bytes == 10
        assert stream.read1(100) == b"first"
        more.set()
        assert stream.read_all(100) == b"after"
        assert stream.read1(100) == b""


def test_a_body_that_drips_but_moves_is_read_past_the_deadline():
    def script(peer: Peer) -> None:
        peer.request()
        peer.send(b"HTTP/1.1 200 OK\r\nContent-Length: 40\r\n\r\n")
        peer.drip(b"x" * 40, 0.01)

    options = HttpOptions(timeout_s=0.2)
    with serving(script) as server, http_to(server, options) as http, http.open(MEDIA) as stream:
        assert stream.read_all(100) == b"x" * 40


def test_a_body_that_stands_still_times_out():
    def script(peer: Peer) -> None:
        peer.request()
        peer.send(b"HTTP/1.1 200 OK\r\nContent-Length: 40\r\n\r\nabc")
        peer.wait_for_hang_up()

    options = HttpOptions(read_timeout_s=0.1)
    with serving(script) as server, http_to(server, options) as http, http.open(MEDIA) as stream:
        assert stream.read1(100) == b"abc"
        with pytest.raises(TimedOut):
            stream.read1(100)


def test_a_short_body_names_what_was_promised_and_what_came():
    answer = b"HTTP/1.1 200 OK\r\nContent-Length: 40\r\n\r\nabc"
    with (
        serving(answering(answer)) as server,
        http_to(server) as http,
        http.open(MEDIA) as stream,
        pytest.raises(BadReply, match="promised 40 bytes and sent only 3"),
    ):
        stream.read_all(100)


def test_a_long_body_names_what_was_promised_and_what_came():
    answer = b"HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nabcdefgh"
    with (
        serving(answering(answer)) as server,
        http_to(server) as http,
        http.open(MEDIA) as stream,
        pytest.raises(BadReply, match="promised 4 bytes and sent at least 8"),
    ):
        stream.read_all(100)


def test_a_connection_with_bytes_too_many_is_not_used_again():
    def script(peer: Peer) -> None:
        peer.request()
        peer.send(b"HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nabcdHTTP/1.1 500 Smuggled\r\n\r\n")
        peer.wait_for_hang_up()

    with serving(script) as server, http_to(server) as http:
        for _ in range(2):
            with http.open(MEDIA) as stream, pytest.raises(BadReply):
                stream.read_all(100)
        assert server.connections == 2


@pytest.mark.parametrize("length", ["-1", "abc", "1e3", "٣", "9" * 5000])
def test_an_odd_length_counts_as_none(length):
    answer = f"HTTP/1.1 200 OK\r\nContent-Length: {length}\r\n\r\nabc".encode()
    with serving(answering(answer)) as server, http_to(server) as http, http.open(MEDIA) as stream:
        assert stream.length_bytes is None
        assert stream.read_all(100) == b"abc"


def test_a_chunked_body_that_breaks_off_is_a_bad_reply():
    answer = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nabc"
    with serving(answering(answer)) as server, http_to(server) as http, http.open(MEDIA) as stream:
        assert stream.length_bytes is None
        with pytest.raises(BadReply):
            stream.read_all(100)


def test_closing_from_another_thread_ends_a_blocked_read():
    def script(peer: Peer) -> None:
        peer.request()
        peer.send(b"HTTP/1.1 200 OK\r\nContent-Length: 40\r\n\r\nabc")
        peer.wait_for_hang_up()

    with serving(script) as server, http_to(server) as http:
        stream = http.open(MEDIA)
        assert stream.read1(100) == b"abc"
        errors: list[BaseException] = []

        def read() -> None:
            try:
                stream.read1(100)
            except Cancelled as exc:
                errors.append(exc)

        reader = threading.Thread(target=read)
        reader.start()
        stream.close()
        reader.join()
        assert [type(exc) for exc in errors] == [Cancelled]
        with pytest.raises(Cancelled):
            stream.read1(1)


def test_a_small_remainder_keeps_the_connection():
    with serving(always(lambda _: reply(200, b"x" * 1000))) as server, http_to(server) as http:
        with http.open(MEDIA) as stream:
            stream.read1(10)
        with http.open(MEDIA) as stream:
            assert len(stream.read_all(2000)) == 1000
        assert server.connections == 1


def test_a_large_remainder_costs_the_connection():
    with serving(always(lambda _: reply(200, b"x" * 3_000_000))) as server, http_to(server) as http:
        with http.open(MEDIA) as stream:
            stream.read1(10)
        http.open(MEDIA).close()
        assert server.connections == 2


def test_an_answer_without_body_ends_at_once():
    answer = b"HTTP/1.1 304 Not Modified\r\nContent-Length: 20821\r\n\r\n"
    with serving(answering(answer)) as server, http_to(server) as http, http.open(MEDIA) as stream:
        assert stream.length_bytes == 0
        assert stream.read1(10) == b""
