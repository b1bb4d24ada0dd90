"""A HEIF file with a JPEG inside: what stands for a phone's HEIC, and how to look into one.

Boxes: ISO/IEC 14496-12 and ISO/IEC 23008-12; the item is of type `jpeg` (annex H there), so that
nothing here needs an HEVC encoder.
"""

import struct

BRANDS = frozenset((b"heic", b"heix", b"mif1", b"msf1", b"hevc"))


def heif(jpeg: bytes, width: int, height: int) -> bytes:
    """The JPEG in a HEIF container."""
    ftyp = _box(b"ftyp", b"heic", struct.pack(">I", 0), b"mif1heicjpeg")
    size = len(_meta(0, len(jpeg), width, height))
    meta = _meta(len(ftyp) + size + 8, len(jpeg), width, height)
    return ftyp + meta + _box(b"mdat", jpeg)


def is_heif(head: bytes) -> bool:
    """Whether a file that begins so is a HEIF."""
    return head[4:8] == b"ftyp" and head[8:12] in BRANDS


def size_of(data: bytes) -> tuple[int, int]:
    """Width and height; (0, 0) where no box tells."""
    at = data.find(b"ispe", 0, 65536)
    if at < 0:
        return 0, 0
    width, height = struct.unpack_from(">II", data, at + 8)
    return int(width), int(height)


def jpeg_inside(data: bytes) -> bytes | None:
    """The picture, where it is a JPEG."""
    at = data.find(b"\xff\xd8\xff")
    return None if at < 0 else data[at:]


def _meta(offset: int, length: int, width: int, height: int) -> bytes:
    ispe = _full(b"ispe", struct.pack(">II", width, height))
    return _full(
        b"meta",
        _full(b"hdlr", bytes(4) + b"pict" + bytes(13)),
        _full(b"pitm", struct.pack(">H", 1)),
        _full(b"iinf", struct.pack(">H", 1), _item()),
        _full(b"iloc", struct.pack(">HHHHHII", 0x4400, 1, 1, 0, 1, offset, length)),
        _box(
            b"iprp",
            _box(b"ipco", ispe),
            _full(b"ipma", struct.pack(">IHBB", 1, 1, 1, 0x81)),
        ),
    )


def _item() -> bytes:
    return _box(b"infe", struct.pack(">I", 2 << 24), struct.pack(">HH", 1, 0), b"jpeg\0")


def _box(kind: bytes, *parts: bytes) -> bytes:
    return struct.pack(">I", 8 + sum(map(len, parts))) + kind + b"".join(parts)


def _full(kind: bytes, *parts: bytes) -> bytes:
    return _box(kind, bytes(4), *parts)
