"""What kind of data a file holds: the server hides photos whose extension does not fit."""

import hashlib
from pathlib import Path
from typing import BinaryIO

from g3fs.gallery.errors import BadName, Invalid

Source = Path | BinaryIO
"""A path, or a binary file that can seek; it counts from where it stands."""

_HEAD_BYTES = 16
_PIECE_BYTES = 1 << 20
_JPEG = frozenset({"jpg", "jpeg", "jpe", "jfif", "thm", "mpo", "insp"})
_BOXES: dict[bytes, frozenset[str]] = {
    b"heic": frozenset({"heic", "heif", "hif"}),
    b"heix": frozenset({"heic", "heif", "hif"}),
    b"mif1": frozenset({"heic", "heif", "hif", "avif"}),
    b"avif": frozenset({"avif"}),
    b"qt  ": frozenset({"mov", "qt", "mp4", "m4v"}),
}
_BY_START: tuple[tuple[bytes, frozenset[str]], ...] = (
    (b"\xff\xd8\xff", _JPEG),
    (b"\x89PNG\r\n\x1a\n", frozenset({"png", "apng"})),
    (b"GIF8", frozenset({"gif"})),
    (b"BM", frozenset({"bmp", "dib"})),
)


def fitting(head: bytes) -> frozenset[str] | None:
    """The extensions for data that begins so; None: not known, or there are too many."""
    for start, extensions in _BY_START:
        if head.startswith(start):
            return extensions
    if head[:4] == b"RIFF" and head[8:12] == b"WEBP":
        return frozenset({"webp"})
    if head[4:8] == b"ftyp":
        return _BOXES.get(head[8:12])
    return None


def check_extension(name: str, source: Source) -> None:
    """See that the extension of a name fits the data.

    Raises:
        BadName: it does not; the server would store the photo and show it nowhere.
        Invalid: the file cannot be read.
    """
    extensions = fitting(_head(source))
    given = name.rpartition(".")[2].lower()
    if extensions is not None and given not in extensions:
        right = min(extensions, key=lambda one: (len(one), one))
        raise BadName(f"{name!r} holds other data than its name says: it needs .{right}")


def digest(source: Source) -> tuple[str, int]:
    """SHA-1 of the content, lower-case hex, which the server finds files by; and the size.

    Raises:
        Invalid: the file cannot be read.
    """
    total = hashlib.sha1(usedforsecurity=False)
    size = 0
    try:
        if isinstance(source, Path):
            with source.open("rb") as file:
                return digest(file)
        start = source.tell()
        while piece := source.read(_PIECE_BYTES):
            total.update(piece)
            size += len(piece)
        source.seek(start)
    except OSError as exc:
        raise _unreadable(exc) from None
    return total.hexdigest(), size


def _head(source: Source) -> bytes:
    try:
        if isinstance(source, Path):
            with source.open("rb") as file:
                return file.read(_HEAD_BYTES)
        start = source.tell()
        head = source.read(_HEAD_BYTES)
        source.seek(start)
    except OSError as exc:
        raise _unreadable(exc) from None
    return head


def _unreadable(exc: OSError) -> Invalid:
    return Invalid(f"the file to send cannot be read: {(exc.strerror or 'it cannot seek').lower()}")
