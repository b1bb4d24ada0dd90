"""Downloads of the synchronous client, seen from trio: opened, read and given up promptly."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Generic, Protocol, TypeVar

import trio

from g3fs.gallery.errors import BadReply, Cancelled
from g3fs.http.cancel import Cancel
from g3fs.tasks.threads import in_thread


class Source(Protocol):
    """A download of a client; blocking."""

    @property
    def offset(self) -> int: ...
    @property
    def media_type(self) -> str: ...
    def read1(self, max_bytes: int) -> bytes: ...
    def close(self) -> None:
        """Stop it; also from another thread."""
        ...


SourceT = TypeVar("SourceT", bound=Source)
Open = Callable[[Cancel], SourceT]


class Nothing:
    """What lies behind the end of a file; servers call it an error."""

    def __init__(self, offset: int, media_type: str) -> None:
        self.offset = offset
        self.media_type = media_type

    def read1(self, _max_bytes: int) -> bytes:
        return b""

    def close(self) -> None:
        pass


class Transfer:
    """Bytes on their way; conforms to the port's ByteStream."""

    def __init__(
        self,
        source: Source,
        limiter: trio.CapacityLimiter,
        *,
        end: int | None,
        size_bytes: int | None,
    ) -> None:
        """`end`: where the bytes must not end before; None when nobody knows their number."""
        self._source = source
        self._limiter = limiter
        self._position = source.offset
        self._end = end
        self.offset = source.offset
        self.size_bytes = size_bytes
        self.media_type = source.media_type

    async def read_some(self, max_bytes: int) -> bytes:
        try:
            data = await in_thread(self._limiter, self._source.read1, max_bytes, abandon=True)
        except trio.Cancelled:
            self._source.close()  # ends the abandoned thread, too
            raise
        self._position += len(data)
        self._check(at_end=not data)
        return data

    def close(self) -> None:
        """Stop the transfer."""
        self._source.close()

    def _check(self, *, at_end: bool) -> None:
        short = at_end and self._end is not None and self._position < self._end
        surplus = self.size_bytes is not None and self._position > self.size_bytes
        if short or surplus:
            self.close()
            raise BadReply(f"the server sent {self._position} bytes of a file of {self.size_bytes}")


class _Opening(Generic[SourceT]):
    """One attempt to open; whoever gives it up need not wait for the thread that does it."""

    def __init__(self, opener: Open[SourceT]) -> None:
        self._opener = opener
        self._cancel = Cancel()
        self._lock = threading.Lock()
        self._given_up = False
        self._stream: SourceT | None = None

    def run(self) -> SourceT:
        stream = self._opener(self._cancel)
        with self._lock:
            self._stream = stream
            given_up = self._given_up
        if given_up:
            stream.close()
            raise Cancelled("nobody waits for it any more")
        return stream

    def give_up(self) -> None:
        self._cancel.cancel()
        with self._lock:
            self._given_up = True
            stream = self._stream
        if stream is not None:
            stream.close()


async def opened(limiter: trio.CapacityLimiter, opener: Open[SourceT]) -> SourceT:
    """What `opener` returns, run in a thread; cancelled, it leaves no connection behind."""
    opening = _Opening(opener)
    try:
        return await in_thread(limiter, opening.run, abandon=True)
    except trio.Cancelled:
        opening.give_up()
        raise


@contextmanager
def closing_on_failure(source: Source) -> Iterator[None]:
    """Close `source` when what is done with it fails."""
    try:
        yield
    except BaseException:
        source.close()
        raise
