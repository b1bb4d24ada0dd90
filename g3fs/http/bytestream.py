"""Bytes of media on their way, and which part of the whole they are."""

import re
from email.utils import parsedate_to_datetime
from types import TracebackType
from typing import Self

from g3fs.gallery.errors import BadReply
from g3fs.http.stream import StreamedReply

PARTIAL = 206
_RANGE = re.compile(r"bytes (\d{1,18})-(\d{1,18})/(\d{1,18}|\*)", re.ASCII)


class ByteStream:
    """One thread reads, any thread may `close`. Close it, or use `with`."""

    def __init__(self, reply: StreamedReply) -> None:
        """Take over a successful answer; BadReply when a part does not say which it is."""
        self._reply = reply
        self.offset, self.size_bytes = _extent(reply)
        """Where the first byte lies, and the size of the whole; None: the server did not say."""

    @property
    def media_type(self) -> str:
        """What the server says these bytes are."""
        return self._reply.media_type

    @property
    def modified_s(self) -> int | None:
        """Last-Modified, seconds since 1970 UTC; None when the server does not say."""
        return http_time_s(self._reply.headers.get("Last-Modified"))

    def read1(self, max_bytes: int) -> bytes:
        """What has arrived, at least one byte; b"" at the end.

        Raises:
            BadReply: fewer or more bytes came than were promised.
            TimedOut: no byte came for the read timeout.
            Cancelled: it was closed.
        """
        return self._reply.read1(max_bytes)

    def read(self, max_bytes: int = 1 << 30) -> bytes:
        """All the rest; BadReply when that is more than `max_bytes`."""
        return self._reply.read_all(max_bytes)

    def close(self) -> None:
        """Stop the transfer; also from another thread."""
        self._reply.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        exc: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()


def http_time_s(text: str | None) -> int | None:
    """A date of HTTP as seconds since 1970 UTC; None for what is none."""
    try:
        return int(parsedate_to_datetime(text).timestamp()) if text else None
    except (ValueError, OverflowError):
        return None


def _extent(reply: StreamedReply) -> tuple[int, int | None]:
    if reply.status != PARTIAL:
        return 0, reply.length_bytes
    found = _RANGE.match(reply.headers.get("Content-Range", ""))
    if found is None:
        reply.close()
        raise BadReply("a partial answer does not say which part it is")
    return int(found[1]), None if found[3] == "*" else int(found[3])
