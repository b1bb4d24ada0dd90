"""Bodies of uploads: form fields and one file, streamed in constant memory, with an exact size."""

import secrets
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from g3fs.gallery.errors import Invalid

_PIECE_BYTES = 64 * 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class FilePart:
    """The file of an upload."""

    field: str
    filename: str
    """What the server is told; not necessarily a name on this machine."""
    media_type: str
    source: Path | BinaryIO
    """A path, or an open binary file that can seek; it is sent from where it stands now."""


class Multipart:
    """A `multipart/form-data` body; may be sent again from the beginning.

    `before_last` is called just before the last piece is sent: from then on the server acts.
    `progress` gets the number of bytes that were sent so far. Both may raise to stop the upload.

    Raises:
        Invalid: the file cannot be read, or changed its size while it was sent.
    """

    def __init__(
        self,
        fields: Mapping[str, str],
        file: FilePart,
        *,
        before_last: Callable[[], None] | None = None,
        progress: Callable[[int], None] | None = None,
    ) -> None:
        boundary = secrets.token_hex(16)
        self.content_type = f"multipart/form-data; boundary={boundary}"
        self._head = _head(fields, file, boundary)
        self._tail = f"\r\n--{boundary}--\r\n".encode("ascii")
        self._source = file.source
        self._start, self.file_bytes = _extent(file.source)
        self._before_last = before_last
        self._progress = progress

    def __len__(self) -> int:
        return len(self._head) + self.file_bytes + len(self._tail)

    def __iter__(self) -> Iterator[bytes]:
        sent = 0
        for piece in self._pieces():
            if sent + len(piece) == len(self) and self._before_last is not None:
                self._before_last()
            yield piece
            sent += len(piece)
            if self._progress is not None:
                self._progress(sent)

    def _pieces(self) -> Iterator[bytes]:
        yield self._head
        left = self.file_bytes
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
        yield self._tail

    def _opened(self) -> AbstractContextManager[BinaryIO]:
        if isinstance(self._source, Path):
            return self._source.open("rb")
        return nullcontext(self._source)


def _head(fields: Mapping[str, str], file: FilePart, boundary: str) -> bytes:
    parts = [
        f'--{boundary}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'
        for name, value in fields.items()
    ]
    parts.append(
        f'--{boundary}\r\nContent-Disposition: form-data; name="{file.field}"; '
        f'filename="{_quoted(file.filename)}"\r\nContent-Type: {file.media_type}\r\n\r\n'
    )
    return "".join(parts).encode("utf-8")


def _quoted(filename: str) -> str:
    """As browsers write it (WHATWG, multipart/form-data encoding algorithm)."""
    return filename.replace('"', "%22").replace("\r", "%0D").replace("\n", "%0A")


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
