"""What requests do, and what the server must not make them do."""

import threading
from collections.abc import Callable
from contextlib import AbstractContextManager

import pytest

from g3fs.gallery.errors import BadReply, Busy, Cancelled, ServerError, TimedOut, Unreachable
from g3fs.http.cancel import Cancel
from g3fs.http.exchange import Http
from g3fs.http.messages import Request
from g3fs.http.options import HttpOptions
from tests.ports import refused_port
from tests.unit.http.scripted import OK, Naps, Peer, always, answering, http_to, reply, serving

READ = Request(method="GET", target="/item", repeatable=True)
WRITE = Request(method="POST", target="/item", body=b"x=1")


def test_an_answer_has_status_headers_and_body():
    with (
        serving(answering(reply(404, b"[]", "Content-Type: Text/HTML; charset=x"))) as server,
        http_to(server) as http,
    ):
        answer = http.request(READ)
    assert (answer.status, answer.body, answer.media_type) == (404, b"[]", "text/html")


def test_calls_in_a_row_share_one_connection():
    with serving(always(lambda _: OK)) as server, http_to(server) as http:
        for _ in range(3):
            http.request(READ)
        assert server.connections == 1


def test_more_calls_than_connections_wait_their_turn():
    options = HttpOptions(max_connections=1, pool_timeout_s=0.01)
    with serving(always(lambda _: OK)) as server, http_to(server, options) as http:
        with http.open(READ), pytest.raises(TimedOut, match="all 1 connections"):
            http.request(READ)
        assert http.request(READ).status == 200


def test_cookies_are_not_sent_back():
    seen: list[bytes] = []

    def answer(request: bytes) -> bytes:
        seen.append(request)
        return reply(200, b"", "Set-Cookie: g3sid=abc; path=/")

    with serving(always(answer)) as server, http_to(server) as http:
        http.request(READ)
        http.request(READ)
    assert b"cookie" not in seen[1].lower()


def test_media_are_asked_for_uncompressed_and_extra_headers_go_along():
    seen: list[bytes] = []

    def answer(request: bytes) -> bytes:
        seen.append(request)
        return OK

    options = HttpOptions(headers={"X-Front": "door"}, user_agent="tester")
    with serving(always(answer)) as server, http_to(server, options) as http:
        http.request(Request(method="GET", target="/a", media=True))
        http.request(Request(method="GET", target="/a"))
    assert b"Accept-Encoding: identity\r\n" in seen[0]
    assert b"Accept-Encoding: gzip\r\n" in seen[1]
    assert b"X-Front: door\r\n" in seen[0]
    assert b"User-Agent: tester\r\n" in seen[0]


def test_a_redirect_to_the_same_origin_is_followed():
    def answer(request: bytes) -> bytes:
        if request.startswith(b"GET /item "):
            return reply(301, b"", "Location: /moved?a=1")
        return reply(200, request.split()[1])

    with serving(always(answer)) as server, http_to(server) as http:
        assert http.request(READ).body == b"/moved?a=1"


def test_a_redirect_to_another_origin_is_refused_at_once_and_not_asked():
    asked: list[bytes] = []

    with serving(always(lambda _: OK)) as other:

        def answer(request: bytes) -> bytes:
            asked.append(request)
            return reply(302, b"", f"Location: {other.url}/x")

        with serving(always(answer)) as server, http_to(server) as http:
            with pytest.raises(BadReply) as caught:
                http.request(READ)
            assert server.url in str(caught.value)
            assert other.url in str(caught.value)
        assert other.connections == 0
    assert len(asked) == 1


def test_redirects_in_circles_end():
    with (
        serving(always(lambda _: reply(302, b"", "Location: /item"))) as server,
        http_to(server, pace=Naps().pace()) as http,
        pytest.raises(BadReply, match="circles"),
    ):
        http.request(READ)


@pytest.mark.parametrize("location", ["http://[", "https://user:pw@127.0.0.1/", "ftp://x/", "//"])
def test_a_redirect_to_nonsense_is_refused(location):
    with (
        serving(always(lambda _: reply(302, b"", f"Location: {location}"))) as server,
        http_to(server, HttpOptions(attempts=1)) as http,
        pytest.raises(BadReply),
    ):
        http.request(READ)


def test_a_write_is_never_redirected():
    with (
        serving(always(lambda _: reply(307, b"", "Location: /other"))) as server,
        http_to(server) as http,
        pytest.raises(BadReply, match="redirects a POST"),
    ):
        http.request(WRITE)


def test_redirects_can_be_answers_like_others_with_a_body():
    page = reply(302, b"log in first", "Location: /login")
    with serving(always(lambda _: page)) as server:
        http = Http(server.url, HttpOptions(), redirects=0)
        for request in (READ, WRITE):
            answer = http.request(request)
            assert (answer.status, answer.body) == (302, b"log in first")
        assert server.connections == 1
        http.close()


def test_headers_that_drip_end_at_the_deadline():
    options = HttpOptions(timeout_s=0.3, attempts=1)
    with (
        serving(lambda peer: peer.drip(b"HTTP/1.1 200 OK\r\nX: " + b"x" * 10_000, 0.02)) as server,
        http_to(server, options) as http,
        pytest.raises(TimedOut),
    ):
        http.request(READ)


def test_a_whole_body_that_drips_ends_at_the_deadline():
    def script(peer: Peer) -> None:
        peer.request()
        peer.send(b"HTTP/1.1 200 OK\r\nContent-Length: 10000\r\n\r\n")
        peer.drip(b"x" * 10_000, 0.02)

    with (
        serving(script) as server,
        http_to(server, HttpOptions(timeout_s=0.3, attempts=1)) as http,
        pytest.raises(TimedOut),
    ):
        http.request(READ)


def test_a_silent_server_is_given_up():
    with (
        serving(Peer.wait_for_hang_up) as server,
        http_to(server, HttpOptions(timeout_s=0.1)) as http,
        pytest.raises(TimedOut, match="does not answer in time"),
    ):
        http.request(READ)


def test_an_answer_that_is_too_large_is_refused():
    with (
        serving(always(lambda _: reply(200, b"x" * 1001))) as server,
        http_to(server, HttpOptions(max_body_bytes=1000, attempts=1)) as http,
        pytest.raises(BadReply, match="more than 1000 bytes"),
    ):
        http.request(READ)


def test_what_is_not_http_is_a_bad_reply():
    with (
        serving(answering(b"SSH-2.0-OpenSSH\r\n\r\n")) as server,
        http_to(server, HttpOptions(attempts=1)) as http,
        pytest.raises((BadReply, ServerError)),
    ):
        http.request(READ)


@pytest.mark.parametrize("status", [429, 502, 503, 504])
def test_a_passing_failure_is_asked_again(status):
    naps = Naps()
    script = answering(reply(status), reply(status), OK)
    with serving(script) as server, http_to(server, pace=naps.pace()) as http:
        assert http.request(READ).body == b"ok"
    assert naps.taken == [0.25, 0.5]


def test_the_third_failure_is_the_answer():
    naps = Naps()
    with serving(always(lambda _: reply(502))) as server, http_to(server, pace=naps.pace()) as http:
        assert http.request(READ).status == 502
    assert len(naps.taken) == 2


def test_retry_after_is_obeyed_within_the_deadline():
    naps = Naps()
    script = answering(reply(503, b"", "Retry-After: 7"), OK)
    with serving(script) as server, http_to(server, pace=naps.pace()) as http:
        assert http.request(READ).status == 200
    assert naps.taken == [7]


@pytest.mark.parametrize("status", [429, 503])
def test_retry_after_beyond_the_deadline_is_busy(status):
    naps = Naps()
    script = always(lambda _: reply(status, b"", "Retry-After: 100"))
    with (
        serving(script) as server,
        http_to(server, pace=naps.pace()) as http,
        pytest.raises(Busy) as caught,
    ):
        http.request(READ)
    assert caught.value.retry_after_s == 100
    assert naps.taken == []


def test_a_nonsensical_retry_after_counts_as_none():
    naps = Naps()
    script = answering(reply(503, b"", f"Retry-After: Mon, 01 Jan {10**20} 00:00:00 GMT"), OK)
    with serving(script) as server, http_to(server, pace=naps.pace()) as http:
        assert http.request(READ).status == 200


@pytest.mark.parametrize("answer", [reply(502), reply(503), reply(500)])
def test_a_write_is_sent_once(answer):
    seen: list[bytes] = []

    def note(request: bytes) -> bytes:
        seen.append(request)
        return answer

    with serving(always(note)) as server, http_to(server, pace=Naps().pace()) as http:
        http.request(WRITE)
    assert len(seen) == 1


def test_a_write_that_got_no_answer_is_not_repeated():
    def script(peer: Peer) -> None:
        peer.request()

    with serving(script) as server, http_to(server, pace=Naps().pace()) as http:
        with pytest.raises(ServerError):
            http.request(WRITE)
        assert server.connections == 1


def test_a_read_that_got_no_answer_is_repeated():
    def script(peer: Peer) -> None:
        peer.request()
        if peer.number > 2:
            peer.send(OK)

    with serving(script) as server, http_to(server, pace=Naps().pace()) as http:
        assert http.request(READ).status == 200
        assert server.connections == 3


def test_a_read_on_a_connection_that_died_idle_is_repeated_at_once():
    closed = threading.Event()

    def script(peer: Peer) -> None:
        peer.request()
        peer.send(OK)
        if peer.number == 1:
            peer.request()  # read, and die without an answer: what a race looks like
            closed.set()

    naps = Naps()
    with serving(script) as server, http_to(server, pace=naps.pace()) as http:
        http.request(READ)
        assert http.request(READ).status == 200
    assert closed.is_set()
    assert naps.taken == []


def test_a_write_uses_no_connection_that_was_idle_for_long():
    naps = Naps()
    with serving(always(lambda _: OK)) as server, http_to(server, pace=naps.pace()) as http:
        http.request(READ)
        naps.now += 5
        http.request(WRITE)
        assert server.connections == 2


def test_refused_connections_are_tried_again_for_writes_too():
    naps, port = Naps(), refused_port()
    http = Http(f"http://127.0.0.1:{port}", HttpOptions(), pace=naps.pace())
    with pytest.raises(Unreachable, match=f"127.0.0.1:{port}: connection refused"):
        http.request(WRITE)
    assert len(naps.taken) == 2
    http.close()


def test_a_host_without_address_is_unreachable_and_named():
    http = Http("http://no-such-host.invalid", HttpOptions(attempts=1))
    with pytest.raises(Unreachable, match=r"no-such-host\.invalid"):
        http.request(READ)
    http.close()


def test_a_call_is_given_up_from_another_thread():
    arrived = threading.Event()

    def script(peer: Peer) -> None:
        peer.request()
        arrived.set()
        peer.wait_for_hang_up()

    cancel = Cancel()
    with serving(script) as server, http_to(server) as http:

        def give_up() -> None:
            arrived.wait()
            cancel.cancel()

        thread = threading.Thread(target=give_up)
        thread.start()
        with pytest.raises(Cancelled):
            http.open(READ, cancel)
        thread.join()


def test_a_call_that_was_given_up_beforehand_sends_nothing():
    cancel = Cancel()
    cancel.cancel()
    with serving(always(lambda _: OK)) as server, http_to(server) as http:
        with pytest.raises(Cancelled):
            http.request(READ, cancel)
        assert server.connections == 0


class _GivenUpAsTheAnswerCame(Cancel):
    """Cancelled after the headers arrived, before the answer was handed on."""

    def __init__(self) -> None:
        super().__init__()
        self._steps = 0

    def aborting(self, abort: Callable[[], None]) -> AbstractContextManager[None]:
        self._steps += 1
        if self._steps == 2:
            self.cancel()
        return super().aborting(abort)


@pytest.mark.parametrize("ask", [Http.open, Http.request])
def test_a_call_that_is_given_up_as_its_answer_comes_frees_its_connection(ask):
    options = HttpOptions(max_connections=1, pool_timeout_s=0.01)
    with serving(always(lambda _: OK)) as server, http_to(server, options) as http:
        with pytest.raises(Cancelled):
            ask(http, READ, _GivenUpAsTheAnswerCame())
        assert http.request(READ).status == 200
