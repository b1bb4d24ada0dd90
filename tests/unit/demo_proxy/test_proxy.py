"""What the delay proxy does to connections, bytes and counters."""

import socket
import threading
import time
from collections.abc import Callable, Iterator

import pytest

from g3fs.demo.proxy import DelayProxy
from g3fs.demo.proxy_heads import SeenRequest
from g3fs.demo.proxy_link import Conditions
from tests.unit.demo_proxy.support import (
    BIG,
    PATIENCE_S,
    Origin,
    answer,
    ask,
    connected,
    first_bytes_of_body,
    running_origin,
    send,
)

_NEAR = Conditions(round_trip_s=0.0)


@pytest.fixture
def origin() -> Iterator[Origin]:
    with running_origin() as origin:
        yield origin


@pytest.fixture
def proxy(origin: Origin) -> Iterator[DelayProxy]:
    with DelayProxy("127.0.0.1", origin.port, _NEAR) as proxy:
        yield proxy


def test_bytes_pass_unchanged_in_both_directions(proxy: DelayProxy) -> None:
    body = bytes(range(256)) * 4096
    with connected(proxy.port) as client:
        assert ask(client, "POST", "/echo", body) == body


def test_bytes_pass_unchanged_over_a_long_way(proxy: DelayProxy) -> None:
    proxy.set(Conditions(round_trip_s=0.01))
    body = bytes(range(256)) * 4096
    with connected(proxy.port) as client:
        assert ask(client, "POST", "/echo", body) == body


def test_connections_requests_and_bytes_are_counted(proxy: DelayProxy) -> None:
    with connected(proxy.port) as client:
        ask(client, "GET", "/a?x=1")
        ask(client, "POST", "/b", b"GET /not-a-request HTTP/1.1\r\n\r\n")
    with connected(proxy.port) as client:
        ask(client, "GET", "/big")

    counters = proxy.counters()
    assert counters.connections == 2
    assert counters.requests == (
        SeenRequest("GET", "/a?x=1"),
        SeenRequest("POST", "/b"),
        SeenRequest("GET", "/big"),
    )
    assert BIG < counters.bytes_down < BIG + 4096
    assert 100 < counters.bytes_up < 1000


def test_a_reset_of_the_counters_leaves_connections_open(proxy: DelayProxy) -> None:
    with connected(proxy.port) as client:
        ask(client, "GET", "/a")
        proxy.reset_counters()
        ask(client, "GET", "/b")
    counters = proxy.counters()
    assert counters.connections == 0
    assert [x.path for x in counters.requests] == ["/b"]


def test_a_first_answer_takes_two_round_trips_and_the_next_one(proxy: DelayProxy) -> None:
    proxy.set(Conditions(round_trip_s=0.05))
    with connected(proxy.port) as client:
        start = time.monotonic()
        ask(client, "GET", "/")
        first = time.monotonic()
        ask(client, "GET", "/")
        second = time.monotonic()
    # Lower bounds only: a busy machine may take longer, never less.
    assert first - start >= 0.099
    assert second - first >= 0.049


def test_a_rate_is_not_exceeded(proxy: DelayProxy) -> None:
    proxy.set(Conditions(round_trip_s=0.0, down_bytes_per_s=20 * BIG))
    with connected(proxy.port) as client:
        start = time.monotonic()
        ask(client, "GET", "/big")
        assert time.monotonic() - start >= 0.05 - 0.011


def test_a_rate_is_shared_by_all_connections(proxy: DelayProxy) -> None:
    proxy.set(Conditions(round_trip_s=0.0, down_bytes_per_s=20 * BIG))
    with connected(proxy.port) as one, connected(proxy.port) as other:
        start = time.monotonic()
        send(one, "GET", "/big")
        thread = threading.Thread(target=ask, args=(other, "GET", "/big"))
        thread.start()
        answer(one)
        thread.join()
        assert time.monotonic() - start >= 0.1 - 0.011


def test_a_drip_delivers_a_byte_at_a_time(proxy: DelayProxy) -> None:
    with connected(proxy.port) as client:
        ask(client, "GET", "/")
        proxy.drip(100)
        send(client, "GET", "/")
        assert client.recv(65536) == b"H"
        proxy.heal()
        assert answer(client) == b"hello"


def test_a_client_that_closes_early_takes_little_more_from_the_server_than_it_read(
    proxy: DelayProxy,
) -> None:
    wanted, kernel_buffer = 64 * 1024, 64 * 1024
    proxy.set(Conditions(round_trip_s=0.02))
    with connected(proxy.port, receive_buffer=kernel_buffer // 2) as client:
        send(client, "GET", "/big")
        body = first_bytes_of_body(client)[1]
        while len(body) < wanted:
            body += client.recv(wanted - len(body))
    # What was read and what the two kernels held, and half as much under way.
    taken = wanted + 2 * kernel_buffer
    assert len(body) <= proxy.counters().bytes_down <= taken * 3 // 2 + 16 * 1024


def test_a_client_that_stops_reading_stops_the_server(proxy: DelayProxy, origin: Origin) -> None:
    with connected(proxy.port, receive_buffer=32 * 1024) as client:
        send(client, "GET", "/big")
        first_bytes_of_body(client)
        settled = _settled(lambda: proxy.counters().bytes_down)
        assert settled < BIG // 8


def test_a_black_hole_accepts_and_never_answers_and_healing_delivers(
    proxy: DelayProxy, origin: Origin
) -> None:
    proxy.black_hole()
    with connected(proxy.port) as client:
        send(client, "GET", "/late")
        client.settimeout(0.1)
        with pytest.raises(TimeoutError):
            client.recv(1)
        assert origin.heads == []
        assert [x.path for x in proxy.counters().requests] == ["/late"]
        proxy.heal()
        client.settimeout(PATIENCE_S)
        assert answer(client) == b"hello"


def test_a_black_hole_swallows_connections_that_are_open(proxy: DelayProxy, origin: Origin) -> None:
    with connected(proxy.port) as client:
        ask(client, "GET", "/")
        proxy.black_hole()
        send(client, "GET", "/lost")
        client.settimeout(0.1)
        with pytest.raises(TimeoutError):
            client.recv(1)
    _wait_until(lambda: proxy.open_connections == 0)
    proxy.heal()
    with connected(proxy.port) as client:
        ask(client, "GET", "/after")
    assert origin.heads == ["GET /", "GET /after"]


def test_refusing_resets_what_is_open_and_healing_listens_on_the_same_port(
    proxy: DelayProxy,
) -> None:
    port = proxy.port
    with connected(port) as client:
        ask(client, "GET", "/")
        proxy.refuse()
        with pytest.raises(ConnectionResetError):
            client.recv(1)
    with pytest.raises(ConnectionRefusedError), connected(port):
        pass
    proxy.heal()
    with connected(proxy.port) as client:
        assert ask(client, "GET", "/") == b"hello"
    assert proxy.port == port


def test_a_body_is_cut_after_its_limit_and_shorter_ones_pass(proxy: DelayProxy) -> None:
    proxy.cut_after(100_000)
    with connected(proxy.port) as client:
        assert ask(client, "GET", "/small") == b"hello"
        send(client, "GET", "/big")
        body = first_bytes_of_body(client)[1]
        with pytest.raises(ConnectionResetError):
            _read_to_the_end(client, body)
        assert proxy.counters().bytes_down >= 100_000


def _read_to_the_end(client: socket.socket, body: bytes) -> None:
    while more := client.recv(65536):
        body += more
        assert len(body) <= 100_000


def test_a_server_that_is_gone_is_a_reset(origin: Origin) -> None:
    with socket.socket() as nobody:
        nobody.bind(("127.0.0.1", 0))
        port = nobody.getsockname()[1]
        with (
            DelayProxy("127.0.0.1", port, _NEAR) as proxy,
            pytest.raises(ConnectionResetError),  # maybe before it is connected at all
            connected(proxy.port) as client,
        ):
            client.recv(1)


def test_the_end_of_the_proxy_leaves_no_thread_and_no_listener(origin: Origin) -> None:
    before = threading.active_count()
    with DelayProxy("127.0.0.1", origin.port, _NEAR) as proxy, connected(proxy.port) as client:
        ask(client, "GET", "/")
        during = threading.active_count()
    assert during > before
    with pytest.raises(ConnectionRefusedError), connected(proxy.port):
        pass
    assert "delay-proxy" not in [x.name for x in threading.enumerate()]


def _wait_until(holds: Callable[[], bool]) -> None:
    pause, deadline = threading.Event(), time.monotonic() + PATIENCE_S
    while not holds():
        assert time.monotonic() < deadline, "it did not come to pass"
        pause.wait(0.005)


def _settled(measure: Callable[[], int]) -> int:
    """The value of a measure once it has been the same for a while."""
    last, quiet = -1, 0
    pause = threading.Event()
    while quiet < 10:
        pause.wait(0.01)
        now = measure()
        quiet = quiet + 1 if now == last else 0
        last = now
    return last
