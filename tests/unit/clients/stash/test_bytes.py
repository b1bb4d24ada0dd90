"""Bytes: only those of the file are taken for it."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest

from g3fs.clients import stash
from g3fs.clients.stash import ByteStream, Client, Part
from g3fs.gallery import errors
from g3fs.http.options import HttpOptions
from tests.unit.clients.stash.talking import Talk, hello, talking
from tests.unit.http.scripted import reply

JPEG = "Content-Type: image/jpeg"
Get = Callable[[Client], ByteStream]


@contextmanager
def sending(answer: bytes) -> Iterator[tuple[Client, Talk]]:
    """A client of a server that gives this for every address of bytes."""
    with (
        talking(lambda one: hello(one) if one.target == "/graphql" else answer) as server,
        stash.connect(server.url, options=HttpOptions(attempts=1)) as client,
    ):
        yield client, server


def image(client: Client) -> ByteStream:
    return client.bytes.image(7, Part(size_bytes=5))


def part(client: Client) -> ByteStream:
    return client.bytes.scene(7, Part(offset=2, end=4, size_bytes=5))


@pytest.mark.parametrize(
    ("answer", "get", "kind"),
    [
        (reply(200, b"<html>", "Content-Type: text/html"), image, errors.BadReply),
        (reply(302, b"x", "Location: https://elsewhere.example/"), image, errors.LoginRefused),
        (reply(401, b""), image, errors.LoginRefused),
        (reply(403, b"no"), image, errors.AccessDenied),
        (reply(404, b"Not Found"), image, errors.NotFound),
        (reply(405, b""), image, errors.BadReply),
        (reply(200, b"longer", JPEG), image, errors.Stale),
        (reply(200, b"less", JPEG), image, errors.Stale),
        (reply(206, b"cd", JPEG, "Content-Range: bytes 2-3/9"), part, errors.Stale),
        (reply(206, b"ab", JPEG, "Content-Range: bytes 0-1/5"), part, errors.BadReply),
        (reply(206, b"cd", JPEG), part, errors.BadReply),
        (reply(416, b"no", "Content-Range: bytes */3"), part, errors.Stale),
        (reply(416, b"no", "Content-Range: bytes */5"), part, errors.Invalid),
        (reply(500, b"open /data/x.jpg: no such file or directory"), image, errors.BytesLost),
        (reply(500, b"oops"), image, errors.ServerError),
        (
            reply(200, b"<svg>", "Content-Type: image/svg+xml"),
            lambda client: client.bytes.thumbnail(7),
            errors.NotFound,
        ),
    ],
)
def test_whatever_is_not_the_file_is_refused(answer, get, kind):
    with sending(answer) as (client, _), pytest.raises(kind) as caught:
        get(client)
    assert type(caught.value) is kind


def test_a_whole_file_is_read():
    with sending(reply(200, b"abcde", JPEG)) as (client, server), image(client) as stream:
        assert (stream.media_type, stream.size_bytes, stream.read()) == ("image/jpeg", 5, b"abcde")
        assert server.asked[-1].target == "/image/7/image"
        assert "range" not in server.asked[-1].headers


def test_a_part_is_asked_for_and_read():
    answer = reply(206, b"cd", JPEG, "Content-Range: bytes 2-3/5")
    with sending(answer) as (client, server), part(client) as stream:
        assert (stream.offset, stream.read()) == (2, b"cd")
        assert server.asked[-1].headers["range"] == "bytes=2-3"


@pytest.mark.parametrize(("offset", "end"), [(-1, None), (3, 3), (3, 2)])
def test_a_part_without_bytes_is_refused(offset, end):
    with pytest.raises(errors.Invalid):
        Part(offset=offset, end=end)


ADDRESSES = {
    "/image/7/thumbnail": lambda client: client.bytes.thumbnail(7),
    "/image/7/preview": lambda client: client.bytes.preview(7),
    "/gallery/7/cover": lambda client: client.bytes.cover(7),
    "/gallery/7/preview/2": lambda client: client.bytes.gallery_preview(7, 2),
    "/scene/7/stream": lambda client: client.bytes.scene(7),
    "/scene/7/screenshot": lambda client: client.bytes.screenshot(7),
    "/scene/7/preview": lambda client: client.bytes.scene_preview(7),
    "/tag/7/image": lambda client: client.bytes.tag_image(7),
    "/performer/7/image": lambda client: client.bytes.performer_image(7),
    "/studio/7/image": lambda client: client.bytes.studio_image(7),
}


@pytest.mark.parametrize("address", ADDRESSES)
def test_each_address_is_made_of_an_id(address):
    with sending(reply(200, b"x", JPEG)) as (client, server):
        with ADDRESSES[address](client) as stream:
            assert stream.read() == b"x"
        assert server.asked[-1].target == address
