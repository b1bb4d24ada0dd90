"""An answer whose body is read as it arrives."""

import re
import threading
from collections.abc import Callable
from types import TracebackType
from typing import Self, cast

import requests
from requests.structures import CaseInsensitiveDict
from urllib3 import HTTPResponse

from g3fs.gallery.errors import BadReply, Cancelled, GalleryError
from g3fs.http.failures import TRANSPORT_ERRORS, cut_short, failure
from g3fs.http.messages import media_type_of
from g3fs.http.origin import Origin
from g3fs.http.session import Slot

_DRAIN_BYTES = 256 * 1024
"""A remainder of this size is read, if it is already there, to keep the connection."""

_NO_BODY = (204, 304)
_LENGTH = re.compile(r"\d{1,18}", re.ASCII)


class StreamedReply:
    """Status and headers are there, the body is on its way.

    One thread reads; `close` may come from any thread and ends a blocked read promptly. Whoever got
    it must close it, or read it to the end: until then it occupies a connection.
    """

    def __init__(
        self, response: requests.Response, slot: Slot, origin: Origin, done: Callable[[Slot], None]
    ) -> None:
        self.status = response.status_code
        self.headers = CaseInsensitiveDict(response.headers)
        self.received_bytes = 0
        self._response = response
        # `stream=True` makes it an urllib3 response; the stubs of requests say Any.
        self._raw = cast(HTTPResponse, response.raw)
        self._slot = slot
        self._origin = origin
        self._done = done
        self._lock = threading.Lock()
        self._reading = False
        self._closed = False
        self._finished = False
        self._decode = "Content-Encoding" in self.headers
        self.length_bytes = self._promised()

    @property
    def media_type(self) -> str:
        """The Content-Type without parameters, lower case; empty when there is none."""
        return media_type_of(self.headers)

    def read1(self, max_bytes: int) -> bytes:
        """What has arrived, at least one byte; b"" at the end.

        Raises:
            BadReply: the body is shorter or longer than promised.
            TimedOut: no byte came for `read_timeout_s`.
            Cancelled: `close` was called.
        """
        if not self._begin():
            return b""
        finished, clean = True, False
        try:
            data = self._next(max_bytes)
            finished = not data or self.received_bytes == self.length_bytes
            self._check_length(finished)
            clean = True
        except TRANSPORT_ERRORS as exc:
            if self._closed:
                raise Cancelled("closed while it was read") from None
            raise failure(exc, self._origin, answering=True) from None
        finally:
            self._end(finished=finished, clean=clean)
        if self._closed:
            raise Cancelled("closed while it was read")
        return data

    def unbound(self) -> None:
        """From here on the body is judged by progress, not by the deadline of the call."""
        with self._lock:
            if not (self._closed or self._finished):  # else the slot is somebody else's
                self._slot.watch.deadline = None

    def read_all(self, max_bytes: int) -> bytes:
        """The rest of the body; BadReply when it is larger than `max_bytes`."""
        parts: list[bytes] = []
        size = 0
        while piece := self.read1(max_bytes + 1 - size):
            parts.append(piece)
            size += len(piece)
            if size > max_bytes:
                self.close()
                raise BadReply(f"{self._origin.place} sent more than {max_bytes} bytes")
        return b"".join(parts)

    def close(self) -> None:
        """Stop the transfer; may be called again, and from another thread."""
        with self._lock:
            if self._closed or self._finished:
                return
            self._closed = True
            if self._reading:
                # Under the lock: the reader cannot give the connection to somebody else meanwhile.
                self._slot.watch.abort()
                return
            self._finished = True
        self._give_back(clean=self._drain())

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        exc: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def _begin(self) -> bool:
        with self._lock:
            if self._closed:
                raise Cancelled("already closed")
            self._reading = not self._finished
            return self._reading

    def _end(self, *, finished: bool, clean: bool) -> None:
        with self._lock:
            self._reading = False
            self._finished = finished or self._closed
        if self._finished:
            self._give_back(clean=clean and not self._closed)

    def _next(self, max_bytes: int) -> bytes:
        while True:
            data = self._raw.read1(max_bytes, decode_content=self._decode)
            self.received_bytes += len(data or b"")
            # A decoder may have taken bytes in and given none out yet.
            if data or self._raw.closed or not self._decode:
                return data or b""

    def _check_length(self, finished: bool) -> None:
        promised = self.length_bytes
        if not finished or promised is None:
            return
        received = self.received_bytes + self._slot.watch.surplus_bytes
        if received != promised:
            raise cut_short(self._origin, received=received, promised=promised)

    def _promised(self) -> int | None:
        if self.status in _NO_BODY or self._response.request.method == "HEAD":
            return 0
        length = self.headers.get("Content-Length", "")
        chunked = "chunked" in self.headers.get("Transfer-Encoding", "").lower()
        if self._decode or chunked or not _LENGTH.fullmatch(length):
            return None
        return int(length)

    def _drain(self) -> bool:
        """Read a small remainder that is already there; whether nothing is left."""
        left = None if self.length_bytes is None else self.length_bytes - self.received_bytes
        if left is None or left > _DRAIN_BYTES:
            return False
        self._slot.watch.read_s = 0
        try:
            while piece := self._raw.read1(_DRAIN_BYTES, decode_content=False):
                left -= len(piece)
        except (*TRANSPORT_ERRORS, GalleryError):
            return False
        return left == 0

    def _give_back(self, *, clean: bool) -> None:
        """`clean`: the connection stands at the end of the answer, and can be used again."""
        self._response.close()
        if not clean:
            self._slot.session.close()
        self._done(self._slot)
