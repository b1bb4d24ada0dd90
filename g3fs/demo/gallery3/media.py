"""What a server finds out about uploaded data, and the smaller pictures it makes of them."""

import io
import struct
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import BinaryIO

from PIL import ExifTags, Image, ImageFile, IptcImagePlugin

from g3fs.demo.gallery3.files import Opener
from g3fs.demo.gallery3.names import MOVIE_TYPES, extension_of
from g3fs.demo.metadata import IPTC_CAPTION, IPTC_KEYWORD

FORMATS: Mapping[str, tuple[str, str]] = {
    "JPEG": ("jpg", "image/jpeg"),
    "PNG": ("png", "image/png"),
    "GIF": ("gif", "image/gif"),
    "WEBP": ("webp", "image/webp"),
}
"""Pillow's name of a photo format to extension and media type."""
PILLOW_NAMES: Mapping[str, str] = {mime: name for name, (_, mime) in FORMATS.items()}
PARSE_ERRORS = (OSError, ValueError, SyntaxError, KeyError, TypeError, IndexError, struct.error)
"""What Pillow raises on data that is not what it says."""
PLACEHOLDER = (200, 200)
"""Thumb of an album without a cover."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """What the server knows of a file from its bytes, for movies from the sent file name."""

    extension: str
    mime_type: str
    width: int
    height: int
    captured: int | None = None
    caption: str | None = None
    keywords: tuple[str, ...] = ()


def photo_facts(source: BinaryIO) -> Facts | None:
    """Facts of a photo; None if it is none. A JPEG that ends early still is one."""
    source.seek(0)
    try:
        with Image.open(source, formats=list(FORMATS)) as image:
            extension, mime_type = FORMATS[image.format or ""]
            jpeg = image.format == "JPEG"
            return Facts(
                extension=extension,
                mime_type=mime_type,
                width=image.width,
                height=image.height,
                captured=_captured(image) if jpeg else None,
                caption=_caption(image) if jpeg else None,
                keywords=_keywords(image) if jpeg else (),
            )
    except PARSE_ERRORS:
        return None


def movie_facts(source: BinaryIO, sent_name: str) -> Facts | None:
    """Facts of a movie, whatever its data; None if the name has no extension of one."""
    extension = extension_of(sent_name).lower()
    if extension not in MOVIE_TYPES:
        return None
    source.seek(0)
    width, height = _track_size(source)
    return Facts(extension=extension, mime_type=MOVIE_TYPES[extension], width=width, height=height)


def _captured(image: Image.Image) -> int | None:
    """EXIF DateTimeOriginal, taken as UTC: the time zone of this server. DateTime is not used."""
    try:
        stamp = image.getexif().get_ifd(ExifTags.IFD.Exif)[ExifTags.Base.DateTimeOriginal]
        text = str(stamp).strip("\0 ") + " +0000"
        return int(datetime.strptime(text, "%Y:%m:%d %H:%M:%S %z").timestamp())
    except PARSE_ERRORS:
        return None


def _iptc(image: ImageFile.ImageFile, number: tuple[int, int]) -> list[str]:
    try:
        found = (IptcImagePlugin.getiptcinfo(image) or {}).get(number, [])
    except PARSE_ERRORS:
        return []
    return [_decoded(value) for value in (found if isinstance(found, list) else [found])]


def _decoded(value: bytes) -> str:
    try:
        return value.decode()
    except UnicodeDecodeError:
        return value.decode("latin-1")


def _caption(image: ImageFile.ImageFile) -> str | None:
    return next(iter(_iptc(image, IPTC_CAPTION)), None)


def _keywords(image: ImageFile.ImageFile) -> tuple[str, ...]:
    words = (word.strip() for text in _iptc(image, IPTC_KEYWORD) for word in text.split(","))
    return tuple(dict.fromkeys(word for word in words if word))


def _track_size(source: BinaryIO) -> tuple[int, int]:
    """Width and height in pixels from the first track header of an MP4; (0, 0) if there is none."""
    end = source.seek(0, io.SEEK_END)
    at, inside = 0, end
    while at + 8 <= inside:
        source.seek(at)
        size, kind = struct.unpack(">I4s", source.read(8))
        if kind == b"tkhd":
            body = source.read(min(size, 200) - 8)
            width, height = struct.unpack(">2I", body[-8:]) if len(body) >= 84 else (0, 0)
            return width >> 16, height >> 16
        at += 8 if kind in (b"moov", b"trak") else max(size, 8)
    return 0, 0


def scaled(width: int, height: int, limit: int) -> tuple[int, int]:
    """Sides of a smaller picture: the longer one at most `limit`, never enlarged, never 0."""
    longer = max(width, height)
    if longer <= limit:
        return width, height
    return max(1, round(width * limit / longer)), max(1, round(height * limit / longer))


def render(opener: Opener, size: tuple[int, int], limit: int) -> bytes:
    """A smaller picture in the format of the photo; the photo itself if it is small enough."""
    with opener() as source:
        if max(size) <= limit:
            return source.read()
        try:
            with Image.open(source) as image:
                kind = image.format or "JPEG"
                image.draft(image.mode, (2 * limit, 2 * limit))
                return _saved(image.resize(scaled(*size, limit), reducing_gap=2.0), kind)
        except PARSE_ERRORS:
            return placeholder(scaled(*size, limit))


def as_jpeg(opener: Opener) -> bytes:
    """The picture as JPEG, unchanged if it is one."""
    with opener() as source:
        data = source.read()
    if data.startswith(b"\xff\xd8"):
        return data
    with Image.open(io.BytesIO(data)) as image:
        return _saved(image.convert("RGB"), "JPEG")


def placeholder(size: tuple[int, int]) -> bytes:
    """A grey JPEG, for what has no picture."""
    return _saved(Image.new("RGB", size, (128, 128, 128)), "JPEG")


def turned(source: BinaryIO) -> bytes:
    """A photo turned by 90 degrees, as a rotation module leaves it: other bytes, other size."""
    source.seek(0)
    with Image.open(source) as image:
        return _saved(image.transpose(Image.Transpose.ROTATE_90), image.format or "JPEG")


def _saved(image: Image.Image, kind: str) -> bytes:
    out = io.BytesIO()
    image.save(out, kind)
    return out.getvalue()
