"""Bodies of uploads: form fields and one file, streamed in constant memory, with an exact size."""

import secrets
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from g3fs.http.filebody import FileBody


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
        self._file = FileBody(file.source)
        self.file_bytes = len(self._file)
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
        yield from self._file
        yield self._tail


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
