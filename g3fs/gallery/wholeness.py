"""Whether the data of a photo or movie is visibly cut short; pure, and for any data at all.

What is damaged in other ways, or of a kind that is not known here, counts as whole: a file is only
held back for what it says itself.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

Read = Callable[[int, int], bytes]
"""Bytes from an offset on, of a length; fewer only where the data ends."""

PNG_HEAD_BYTES = 8
PNG_END = b"\0\0\0\0IEND\xaeB`\x82"
JPEG_END = b"\xff\xd9"
JPEG_BARE = frozenset({0x01, *range(0xD0, 0xD9)})
"""Markers without a length: TEM, the restart markers, SOI."""
JPEG_LAST = frozenset({0xD9, 0xDA})
"""Markers of the end, and of a scan: compressed data follows it."""
GIF_IMAGE, GIF_EXTENSION, GIF_TRAILER = b"\x2c", b"\x21", b"\x3b"
STILL_BRANDS = re.compile(rb"mif1|msf1|heic|heix|hevc|avif|avis")
"""Pictures in a movie's clothing (HEIF); their index is not a movie's."""
BOXES = frozenset(
    {b"ftyp", b"moov", b"mdat", b"free", b"skip", b"wide", b"pnot", b"PICT", b"uuid", b"meta"}
    | {b"moof", b"mfra", b"sidx", b"ssix", b"styp", b"emsg", b"pdin", b"prft", b"udta"}
)
"""What stands at the top of a movie; ISO/IEC 14496-12, QuickTime File Format."""

HEAD_BYTES = 16
WINDOW = 4096
SWEEP = 1024 * 1024
STEPS_MAX = 500_000
"""Parts of a file that are looked at before it is believed; a made-up one can have any number."""


def cut_short(read: Read, size: int) -> str | None:
    """Why data of `size` bytes is visibly cut short, in words; None: it is whole, or not known.

    Reads at most 1 MiB at once, and a JPEG or a GIF to its end at worst: call it in a thread.
    Raises nothing but what `read` raises.
    """
    data = _Data(read, size)
    head = data.at(0, HEAD_BYTES)
    try:
        return next((check(data) for start, check in _CHECKS if start.match(head)), None)
    except _TooManyParts:
        return None


class _TooManyParts(Exception):
    """No file of a person looks so."""


class _Data:
    """Bytes by their place, read in windows."""

    def __init__(self, read: Read, size: int) -> None:
        self.size = size
        self._read = read
        self._start = 0
        self._window = b""
        self._steps = STEPS_MAX

    def step(self) -> None:
        self._steps -= 1
        if self._steps < 0:
            raise _TooManyParts

    def at(self, offset: int, length: int) -> bytes:
        """At most a window's length; fewer bytes than asked for only at the end."""
        begin = offset - self._start
        if begin < 0 or begin + length > len(self._window):
            self._start, begin = offset, 0
            room = max(0, self.size - offset)
            self._window = self._read(offset, min(WINDOW, room)) if room else b""
        return self._window[begin : begin + length]

    def number(self, offset: int, length: int) -> int | None:
        """Big-endian; None where the data ends before it does."""
        raw = self.at(offset, length)
        return int.from_bytes(raw, "big") if len(raw) == length else None

    def find(self, wanted: bytes, offset: int) -> int:
        """Where `wanted` is for the first time from `offset` on; -1: nowhere."""
        while offset < self.size:
            window = self._read(offset, min(SWEEP, self.size - offset))
            place = window.find(wanted)
            if place >= 0:
                return offset + place
            if len(window) < len(wanted):
                return -1
            offset += len(window) - len(wanted) + 1
        return -1


def _jpeg(data: _Data) -> str | None:
    """Segments are passed over as a whole: the thumbnail in one of them has an end marker too.

    Source: ITU-T T.81, annex B.
    """
    offset = 2
    while (marker := data.number(offset, 2)) is not None:
        data.step()
        code = marker - 0xFF00
        if code <= 0 or code == 0xFF:
            offset += 1  # Decoders look for the next marker (libjpeg, jdmarker.c, next_marker).
        elif code in JPEG_BARE:
            offset += 2
        elif code in JPEG_LAST:
            return None if _has_end(data, offset) else "the JPEG has no end marker"
        else:
            offset += 2 + (data.number(offset + 2, 2) or 0)
    return "the JPEG ends before its picture begins"


def _has_end(data: _Data, offset: int) -> bool:
    # In compressed data 00 or a restart marker follows each FF: from the first scan on, this can
    # only be the end of the picture. Most files end with it; more can follow.
    last = data.size - len(JPEG_END)
    return data.at(max(offset, last), 2) == JPEG_END or data.find(JPEG_END, offset) >= 0


def _png(data: _Data) -> str | None:
    """Source: PNG specification (third edition), section 5."""
    if data.at(max(0, data.size - len(PNG_END)), len(PNG_END)) == PNG_END:
        return None
    offset = PNG_HEAD_BYTES
    while (length := data.number(offset, 4)) is not None:
        data.step()
        if data.at(offset + 4, 4) == b"IEND":
            # Its checksum can be missing without loss.
            return None
        offset += 12 + length
    return "the PNG has no end chunk (IEND)"


def _gif(data: _Data) -> str | None:
    """The trailer alone can be missing: such files are about, and every program shows them.

    Source: GIF89a specification, appendix B.
    """
    offset = 13 + _colours(data, 10)
    pictures = 0
    while (kind := data.at(offset, 1)) and kind != GIF_TRAILER:
        if kind == GIF_IMAGE:
            offset += 10 + _colours(data, offset + 9) + 1
            pictures += 1
        elif kind == GIF_EXTENSION:
            offset += 2
        else:
            return None  # No block: damaged, but it cannot be told where.
        offset = _behind_blocks(data, offset)
    return None if kind or (pictures and offset == data.size) else "the GIF ends within a block"


def _colours(data: _Data, offset: int) -> int:
    """The size of the colour table that the flags at `offset` announce."""
    flags = data.number(offset, 1) or 0
    return 3 << ((flags & 7) + 1) if flags & 0x80 else 0


def _behind_blocks(data: _Data, offset: int) -> int:
    while length := data.number(offset, 1):
        data.step()
        offset += 1 + length
    return offset + 1


def _webp(data: _Data) -> str | None:
    """Source: RFC 9649, section 2.4."""
    told = 8 + int.from_bytes(data.at(4, 4), "little")
    # Some writers count the padding of the last chunk and do not write it.
    if told > data.size + 1:
        return f"the WebP tells of {told} bytes, and only {data.size} are there"
    return None


@dataclass(frozen=True, slots=True)
class _Box:
    kind: bytes
    end: int


def _movie(data: _Data) -> str | None:
    """Source: ISO/IEC 14496-12, section 4.2."""
    seen: set[bytes] = set()
    for box in _boxes(data):
        if box.end > data.size and box.kind in BOXES:
            part = box.kind.decode()
            return f"the part {part} ends at byte {box.end} of a file of {data.size} bytes"
        if box.end > data.size or not box.kind:
            return None  # No box: something else was put behind the movie.
        seen.add(box.kind)
    if _complete(data, seen):
        return None
    return "the movie has no index (moov) or no pictures (mdat)"


def _boxes(data: _Data) -> Iterator[_Box]:
    """The boxes whose heads are there; a size that no box has makes its type empty."""
    offset = 0
    while offset < data.size:
        data.step()
        length, kind, head = data.number(offset, 4), data.at(offset + 4, 4), 8
        if length == 0:
            length = data.size - offset
        elif length == 1:
            length, head = data.number(offset + 8, 8), 16
        if length is None or len(kind) < 4:
            return
        yield _Box(kind if length >= head else b"", offset + length)
        offset += length


def _complete(data: _Data, seen: set[bytes]) -> bool:
    index = {b"moov"}
    if b"ftyp" in seen and STILL_BRANDS.search(data.at(8, 64)):
        index.add(b"meta")
    return b"mdat" in seen and not seen.isdisjoint(index)


def _matroska(data: _Data) -> str | None:
    """Only the segment as a whole. Source: RFC 9559, section 5.1; RFC 8794, section 4."""
    head = _behind_length(data, 4)
    segment = head[0] + (head[1] or 0)
    if len(data.at(segment, 5)) < 5:
        return "the movie ends before its pictures begin"
    if data.at(segment, 4) != b"\x18S\x80g":
        return None
    begin, length = _behind_length(data, segment + 4)
    if length is not None and begin + length > data.size:
        return f"the movie tells of {begin + length} bytes, and only {data.size} are there"
    return None


def _behind_length(data: _Data, offset: int) -> tuple[int, int | None]:
    """Where the content begins whose length stands at `offset`, and the length if it is told."""
    width = 9 - (data.number(offset, 1) or 1).bit_length()
    whole = (1 << 7 * width) - 1
    raw = data.at(offset, width).ljust(width, b"\0")
    length = int.from_bytes(raw, "big") & whole
    return offset + width, None if length == whole else length


_CHECKS = (
    (re.compile(rb"\xff\xd8\xff"), _jpeg),
    (re.compile(rb"\x89PNG\r\n\x1a\n"), _png),
    (re.compile(rb"GIF8[79]a"), _gif),
    (re.compile(rb"RIFF.{4}WEBP", re.DOTALL), _webp),
    (re.compile(rb".{4}(?:ftyp|moov|mdat|wide|pnot)", re.DOTALL), _movie),
    (re.compile(rb"\x1aE\xdf\xa3"), _matroska),
)
"""How data of a kind begins, and what is then asked of it."""
