"""Builds a small MP4 from still pictures: Motion JPEG, media data first, index at the end."""

import struct
from collections.abc import Sequence

TIMESCALE = 600
MATRIX = struct.pack(">9I", 0x10000, 0, 0, 0, 0x10000, 0, 0, 0, 0x40000000)
"""The identity; source of all boxes here: ISO/IEC 14496-12."""
MJPEG_OBJECT_TYPE = 0x6C
"""ISO/IEC 10918-1 video in an elementary stream descriptor (ISO/IEC 14496-1, table 5)."""


def movie(frames: Sequence[bytes], width: int, height: int, frames_per_second: int = 12) -> bytes:
    """An MP4 of JPEG frames: boxes ftyp, mdat, moov, in that order.

    The index (moov) stands at the end, as most cameras write it: a player reads the tail first.
    """
    ftyp = _box(b"ftyp", b"isom", struct.pack(">I", 0x200), b"isomiso2mp41")
    mdat = _box(b"mdat", *frames)
    ticks = TIMESCALE // frames_per_second
    moov = _box(
        b"moov",
        _movie_header(ticks * len(frames)),
        _track(frames, (width, height), ticks, len(ftyp) + 8),
    )
    return ftyp + mdat + moov


def _box(kind: bytes, *parts: bytes) -> bytes:
    return struct.pack(">I", 8 + sum(map(len, parts))) + kind + b"".join(parts)


def _full_box(kind: bytes, flags: int, *parts: bytes) -> bytes:
    return _box(kind, struct.pack(">I", flags), *parts)


def _movie_header(duration: int) -> bytes:
    clock = struct.pack(">4I", 0, 0, TIMESCALE, duration)
    volume = struct.pack(">IH10x", 0x10000, 0x100)
    return _full_box(b"mvhd", 0, clock, volume, MATRIX, bytes(24), struct.pack(">I", 2))


def _track(frames: Sequence[bytes], size: tuple[int, int], ticks: int, offset: int) -> bytes:
    duration = ticks * len(frames)
    where = struct.pack(">2I", size[0] << 16, size[1] << 16)
    head = struct.pack(">5I", 0, 0, 1, 0, duration) + bytes(16) + MATRIX + where
    media = _box(
        b"mdia",
        _full_box(b"mdhd", 0, struct.pack(">4I2H", 0, 0, TIMESCALE, duration, 0x55C4, 0)),
        _full_box(b"hdlr", 0, bytes(4), b"vide", bytes(12), b"g3fs\0"),
        _box(
            b"minf",
            _full_box(b"vmhd", 1, bytes(8)),
            _box(b"dinf", _full_box(b"dref", 0, struct.pack(">I", 1), _full_box(b"url ", 1))),
            _sample_table(frames, size, ticks, offset),
        ),
    )
    return _box(b"trak", _full_box(b"tkhd", 3, head), media)


def _sample_table(frames: Sequence[bytes], size: tuple[int, int], ticks: int, offset: int) -> bytes:
    sizes = b"".join(struct.pack(">I", len(frame)) for frame in frames)
    return _box(
        b"stbl",
        _full_box(b"stsd", 0, struct.pack(">I", 1), _visual_entry(*size)),
        _full_box(b"stts", 0, struct.pack(">3I", 1, len(frames), ticks)),
        _full_box(b"stsc", 0, struct.pack(">4I", 1, 1, len(frames), 1)),
        _full_box(b"stsz", 0, struct.pack(">2I", 0, len(frames)), sizes),
        _full_box(b"stco", 0, struct.pack(">2I", 1, offset)),
    )


def _visual_entry(width: int, height: int) -> bytes:
    config = b"\x04\x0d" + bytes((MJPEG_OBJECT_TYPE, 0x11)) + bytes(11)
    descriptor = b"\x03" + bytes((3 + len(config) + 3,)) + b"\0\1\0" + config + b"\x06\x01\x02"
    return _box(
        b"mp4v",
        struct.pack(">6xH16x2H", 1, width, height),
        struct.pack(">3IH", 0x480000, 0x480000, 0, 1) + bytes(32) + struct.pack(">Hh", 24, -1),
        _full_box(b"esds", 0, descriptor),
    )
