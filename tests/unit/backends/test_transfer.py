"""Transfers check that what was promised arrives, whatever the client lets through."""

import pytest
import trio

from g3fs.backends.transfer import Transfer
from g3fs.gallery.errors import BadReply


class Source:
    """What the client gives: bytes from an offset on."""

    def __init__(self, data: bytes, offset: int = 0) -> None:
        self.offset = offset
        self.media_type = "image/jpeg"
        self.closed = False
        self._data = data

    def read1(self, max_bytes: int) -> bytes:
        piece, self._data = self._data[:max_bytes], self._data[max_bytes:]
        return piece

    def close(self) -> None:
        self.closed = True


def transfer(source: Source, *, end: int | None, size_bytes: int | None) -> Transfer:
    return Transfer(source, trio.CapacityLimiter(1), end=end, size_bytes=size_bytes)


async def test_what_was_promised_is_handed_on():
    stream = transfer(Source(b"0123456789"), end=10, size_bytes=10)

    assert [await stream.read_some(6) for _ in range(3)] == [b"012345", b"6789", b""]


async def test_a_range_that_ends_before_what_was_asked_for_is_no_answer():
    source = Source(b"01234", offset=100)
    stream = transfer(source, end=110, size_bytes=1000)

    assert await stream.read_some(100) == b"01234"
    with pytest.raises(BadReply, match="105 bytes of a file of 1000"):
        await stream.read_some(100)
    assert source.closed


async def test_more_bytes_than_the_file_has_are_no_answer():
    stream = transfer(Source(b"0123456789"), end=5, size_bytes=5)

    with pytest.raises(BadReply):
        await stream.read_some(100)


async def test_a_range_may_go_on_behind_what_was_asked_for():
    stream = transfer(Source(b"0123456789", offset=0), end=5, size_bytes=10)

    assert await stream.read_some(100) == b"0123456789"
    assert await stream.read_some(100) == b""


async def test_a_body_of_unknown_size_ends_where_it_ends():
    stream = transfer(Source(b"0123"), end=None, size_bytes=None)

    assert await stream.read_some(100) == b"0123"
    assert await stream.read_some(100) == b""
