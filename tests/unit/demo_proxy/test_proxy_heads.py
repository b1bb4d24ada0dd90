"""The proxy follows HTTP just enough to count requests and to measure bodies."""

import pytest

from g3fs.demo.proxy_heads import BodyMeter, RequestFinder, SeenRequest

_GET = b"GET /a?b=c HTTP/1.1\r\nHost: x\r\n\r\n"
_POST = b"POST /p HTTP/1.1\r\nContent-Length: 18\r\n\r\nGET / HTTP/1.1\r\n\r\n"
_CHUNKED = (
    b"PUT /u HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n"
    b"12;x=y\r\nGET / HTTP/1.1\r\n\r\n\r\n3\r\nabc\r\n0\r\n\r\n"
)
_ANSWER = b"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n0123456789"


@pytest.mark.parametrize("step", [1, 2, 7, 10_000])
def test_requests_are_found_however_the_stream_is_split(step: int) -> None:
    stream = _GET + _POST + _CHUNKED + _GET
    finder = RequestFinder()

    found = [
        request
        for start in range(0, len(stream), step)
        for request in finder.feed(stream[start : start + step])
    ]

    assert [(x.method, x.target) for x in found] == [
        ("GET", "/a?b=c"),
        ("POST", "/p"),
        ("PUT", "/u"),
        ("GET", "/a?b=c"),
    ]


def test_the_path_of_a_request_is_its_target_without_the_query() -> None:
    assert SeenRequest("GET", "/a?b=c").path == "/a"


@pytest.mark.parametrize("garbage", [b"\x16\x03\x01\r\n\r\n", b"x" * 70_000])
def test_what_is_not_http_is_left_alone(garbage: bytes) -> None:
    finder = RequestFinder()
    assert finder.feed(garbage) == []
    assert finder.feed(_GET) == []


@pytest.mark.parametrize("step", [1, 3, 1000])
@pytest.mark.parametrize("limit", [0, 4, 10])
def test_a_body_may_pass_up_to_its_limit_and_heads_are_free(step: int, limit: int) -> None:
    meter = BodyMeter()
    stream = b"HTTP/1.1 100 Continue\r\n\r\n" + _ANSWER
    for _ in range(2):
        meter.expect_answer()
        passed = b""
        for start in range(0, len(stream), step):
            part = stream[start : start + step]
            passed += part[: meter.allowed(part, limit)]
        assert passed == stream[: len(stream) - 10 + limit]
