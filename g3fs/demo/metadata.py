"""Puts into a JPEG what cameras and photo managers put there: capture time, keywords, caption."""

import struct
from collections.abc import Sequence
from datetime import UTC, datetime

from PIL import ExifTags, Image

APP13 = 0xED
JPEG_SEGMENT_MAX = 0xFFFF - 2
IPTC_CHARSET, IPTC_KEYWORD, IPTC_CAPTION = (1, 90), (2, 25), (2, 120)
"""Record and data set numbers; source: IPTC Information Interchange Model 4.2."""


def with_capture_time(jpeg: bytes, captured: int) -> bytes:
    """The JPEG with EXIF DateTimeOriginal (unix seconds, written as UTC: EXIF knows no zone)."""
    exif = Image.Exif()
    exif[ExifTags.Base.Make] = "g3fs"
    exif[ExifTags.Base.Model] = "Paintbrush"
    stamp = datetime.fromtimestamp(captured, UTC).strftime("%Y:%m:%d %H:%M:%S")
    exif.get_ifd(ExifTags.IFD.Exif)[ExifTags.Base.DateTimeOriginal] = stamp
    return _with_segment(jpeg, 0xE1, exif.tobytes())


def with_iptc(jpeg: bytes, keywords: Sequence[str], caption: str | None) -> bytes:
    """The JPEG with an IPTC block (APP13, Photoshop resource 0x0404) in UTF-8."""
    data = _dataset(IPTC_CHARSET, b"\x1b%G")
    for keyword in keywords:
        data += _dataset(IPTC_KEYWORD, keyword.encode())
    if caption is not None:
        data += _dataset(IPTC_CAPTION, caption.encode())
    padded = data + b"\0" * (len(data) % 2)
    resource = b"8BIM" + struct.pack(">HHI", 0x0404, 0, len(data)) + padded
    return _with_segment(jpeg, APP13, b"Photoshop 3.0\0" + resource)


def _dataset(number: tuple[int, int], value: bytes) -> bytes:
    return struct.pack(">BBBH", 0x1C, *number, len(value)) + value


def _with_segment(jpeg: bytes, marker: int, payload: bytes) -> bytes:
    """Insert a segment behind the leading APPn segments, where readers look for it."""
    if len(payload) > JPEG_SEGMENT_MAX:
        raise ValueError(f"segment of {len(payload)} bytes does not fit into a JPEG")
    at = 2
    while jpeg[at] == 0xFF and 0xE0 <= jpeg[at + 1] <= 0xEF:
        at += 2 + int.from_bytes(jpeg[at + 2 : at + 4], "big")
    segment = struct.pack(">BBH", 0xFF, marker, len(payload) + 2) + payload
    return jpeg[:at] + segment + jpeg[at:]
