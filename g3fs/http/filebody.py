"""A file as the body of a request, streamed in constant memory, with an exact size."""

from collections.abc import Iterator
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path
from typing import BinaryIO

from g3fs.gallery.errors import Invalid

_PIECE_BYTES = 256 * 1024
"""As much as a call costs little beside; who watches the progress sees it in steps of this."""


class FileBody:
    """A path, or an open binary file that can seek, from where it stands; may be sent again.

    Raises:
        Invalid: the file cannot be read, or became shorter while it was sent.
    """

    def __init__(self, source: Path | BinaryIO) -> None:
        self._source = source
        self._start, self._size = _extent(source)

    def __len__(self) -> int:
        return self._size

    def __iter__(self) -> Iterator[bytes]:
        left = self._size
        try:
            with self._opened() as source:
                source.seek(self._start)
                while left:
                    piece = source.read(min(left, _PIECE_BYTES))
                    if not piece:
                        raise Invalid(f"the file became {left} bytes shorter while it was sent")
                    left -= len(piece)
                    yield piece
        except OSError as exc:
            raise _unreadable(exc) from None

    def _opened(self) -> AbstractContextManager[BinaryIO]:
        if isinstance(self._source, Path):
            return self._source.open("rb")
        return nullcontext(self._source)


def _extent(source: Path | BinaryIO) -> tuple[int, int]:
    """Where the file begins, and how many bytes it has."""
    try:
        if isinstance(source, Path):
            return 0, source.stat().st_size
        start = source.tell()
        end = source.seek(0, 2)
        source.seek(start)
    except OSError as exc:
        raise _unreadable(exc) from None
    return start, end - start


def _unreadable(exc: OSError) -> Invalid:
    return Invalid(f"the file to send cannot be read: {(exc.strerror or 'it cannot seek').lower()}")
