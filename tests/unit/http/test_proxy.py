"""Through a proxy."""

import errno

import pytest
import urllib3

from g3fs.gallery.errors import LoginRefused, ServerError, Unreachable
from g3fs.http.exchange import Http
from g3fs.http.failures import failure
from g3fs.http.messages import Request
from g3fs.http.options import HttpOptions
from g3fs.http.origin import origin_of
from tests.ports import refused_port
from tests.unit.http.scripted import OK, Naps, Peer, always, reply, serving

READ = Request(method="GET", target="/item", repeatable=True)


def ask(url: str, proxy: str) -> int:
    http = Http(url, HttpOptions(proxy=proxy), pace=Naps().pace())
    try:
        return http.request(READ).status
    finally:
        http.close()


def test_requests_go_to_the_proxy_with_its_login():
    seen: list[bytes] = []

    def answer(request: bytes) -> bytes:
        seen.append(request)
        return OK

    with serving(always(answer)) as proxy:
        assert ask("http://photos.invalid", f"http://me:word@127.0.0.1:{proxy.port}") == 200
    assert seen[0].startswith(b"GET http://photos.invalid/item HTTP/1.1\r\n")
    assert b"Proxy-Authorization: Basic bWU6d29yZA==\r\n" in seen[0]


def test_a_proxy_that_is_not_there_is_named_without_its_login():
    with pytest.raises(Unreachable, match="through the proxy: connection refused"):
        ask("http://photos.invalid", f"http://me:word@127.0.0.1:{refused_port()}")


def test_digits_in_an_address_are_no_answer_of_a_proxy():
    cause = ConnectionResetError(errno.ECONNRESET, "reset by 127.0.0.1:34071")
    error = failure(
        urllib3.exceptions.ProxyError("http://127.0.0.1:40700", cause),
        origin_of("http://photos.invalid"),
        asked=False,
    )
    assert isinstance(error, Unreachable)


def test_a_write_that_got_no_answer_through_a_proxy_is_not_repeated():
    def script(peer: Peer) -> None:
        peer.request()

    write = Request(method="POST", target="/item", body=b"x=1")
    with serving(script) as proxy:
        http = Http("http://photos.invalid", HttpOptions(proxy=proxy.url), pace=Naps().pace())
        with pytest.raises(ServerError, match="without an answer"):
            http.request(write)
        assert proxy.connections == 1
        http.close()


def test_a_proxy_that_wants_a_login_says_so():
    with (
        serving(always(lambda _: reply(407))) as proxy,
        pytest.raises(LoginRefused, match="the proxy asks for a login"),
    ):
        ask("https://photos.invalid", f"http://127.0.0.1:{proxy.port}")
