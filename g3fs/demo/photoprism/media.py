"""What an index finds out about a file by looking into it."""

import io
import struct
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from PIL import ExifTags, Image, ImageOps

from g3fs.demo.photoprism.heif import is_heif, jpeg_inside, size_of
from g3fs.demo.photoprism.times import SECOND

TYPES: Mapping[str, tuple[str, str]] = {
    "jpg": ("jpg", "image/jpeg"),
    "jpeg": ("jpg", "image/jpeg"),
    "png": ("png", "image/png"),
    "gif": ("gif", "image/gif"),
    "webp": ("webp", "image/webp"),
    "tif": ("tiff", "image/tiff"),
    "tiff": ("tiff", "image/tiff"),
    "bmp": ("bmp", "image/bmp"),
    "heic": ("heic", "image/heic"),
    "heif": ("heic", "image/heic"),
    "mp4": ("mp4", "video/mp4"),
    "mov": ("mov", "video/quicktime"),
    "m4v": ("mp4", "video/mp4"),
    "xmp": ("xmp", "text/plain"),
    "yml": ("yml", "text/x-yaml"),
    "json": ("json", "application/json"),
}
"""File type and media type by extension; other files are not indexed."""
SIDECARS = frozenset(("xmp", "yml", "json"))
MAC_EPOCH = 2_082_844_800
"""Seconds from 1904, from when movies count, to 1970."""
SHORT_MOVIE = 3 * SECOND
GREY = (128, 128, 128)


class Broken(Exception):
    """These bytes are no picture and no movie, or cut short."""


class Mislabelled(Broken):
    """Sound bytes of another type."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """What is true of the bytes. Times in nanoseconds."""

    file_type: str
    mime: str
    media_type: str = "image"
    codec: str = ""
    width: int = 0
    height: int = 0
    orientation: int = 1
    frames: int = 0
    duration: int = 0
    taken_local: int | None = None
    caption: str = ""
    camera_make: str = ""
    camera_model: str = ""


def extension(name: str) -> str:
    """In lower case, without dot."""
    return name.rpartition("/")[2].rpartition(".")[2].lower() if "." in name else ""


def stem(name: str) -> str:
    """The name without folder and extension."""
    base = name.rpartition("/")[2]
    return base.rpartition(".")[0] or base


def examine(name: str, data: bytes) -> Facts:
    """Look into a file. Mislabelled: its extension is wrong. Broken: nothing can be done."""
    kind = extension(name)
    file_type, mime = TYPES[kind]
    if kind in SIDECARS:
        return Facts(file_type=file_type, mime=mime, media_type="sidecar")
    found = _movie(data) if data[4:8] == b"ftyp" and not is_heif(data) else _still(data)
    if found.file_type != file_type and not {found.file_type, file_type} <= {"mp4", "mov"}:
        raise Mislabelled(f"{name} is a {found.file_type}")
    return replace(found, file_type=file_type, mime=mime)


def preview(data: bytes) -> Image.Image:
    """A picture of the file, upright; grey where there is none to be had."""
    if data[4:8] == b"ftyp":
        inside = jpeg_inside(data)
        width, height = size_of(data) if is_heif(data) else _track_size(data)
        if inside is None:
            return Image.new("RGB", (width or 320, height or 240), GREY)
        data = inside
    image = Image.open(io.BytesIO(data))
    return ImageOps.exif_transpose(image.convert("RGB"))


def with_orientation(jpeg: bytes, orientation: int) -> bytes:
    """The JPEG, written anew with another orientation in its EXIF block."""
    image = Image.open(io.BytesIO(jpeg))
    exif = image.getexif()
    exif[ExifTags.Base.Orientation] = orientation
    out = io.BytesIO()
    image.save(out, "JPEG", exif=exif, quality=90)
    return out.getvalue()


def _still(data: bytes) -> Facts:
    if is_heif(data):
        width, height = size_of(data)
        return Facts(file_type="heic", mime="image/heic", codec="heic", width=width, height=height)
    try:
        image = Image.open(io.BytesIO(data))
        image.load()
    except (OSError, SyntaxError, ValueError, Image.DecompressionBombError) as exc:
        raise Broken(str(exc)) from exc
    codec = (image.format or "").lower()
    exif = image.getexif()
    orientation = int(exif.get(ExifTags.Base.Orientation, 1))
    width, height = image.size if orientation < 5 else image.size[::-1]
    return Facts(
        file_type={"jpeg": "jpg", "mpo": "jpg"}.get(codec, codec),
        mime="",
        codec=codec,
        width=width,
        height=height,
        orientation=orientation,
        frames=getattr(image, "n_frames", 1) if codec == "gif" else 0,
        taken_local=_exif_time(exif),
        caption=_text(exif, ExifTags.Base.ImageDescription),
        camera_make=_text(exif, ExifTags.Base.Make),
        camera_model=_text(exif, ExifTags.Base.Model),
    )


def _text(exif: Image.Exif, tag: int) -> str:
    return str(exif.get(tag, "")).strip("\0 ")


def _exif_time(exif: Image.Exif) -> int | None:
    text = exif.get_ifd(ExifTags.IFD.Exif).get(ExifTags.Base.DateTimeOriginal)
    try:
        taken = datetime.strptime(str(text), "%Y:%m:%d %H:%M:%S").replace(tzinfo=UTC)
    except ValueError:
        return None
    return int(taken.timestamp()) * SECOND


def _movie(data: bytes) -> Facts:
    at = data.find(b"mvhd")
    if at < 0 or data.find(b"mdat") < 0:
        raise Broken("no index in this movie")
    created, _, scale, ticks = struct.unpack_from(">4I", data, at + 8)
    width, height = _track_size(data)
    entry = data.find(b"stsd")
    codec = data[entry + 16 : entry + 20].decode("latin-1") if entry > 0 else ""
    frames = data.find(b"stsz")
    return Facts(
        file_type="mov" if data[8:10] == b"qt" else "mp4",
        mime="",
        media_type="video",
        codec=codec,
        width=width,
        height=height,
        frames=struct.unpack_from(">I", data, frames + 12)[0] if frames > 0 else 0,
        duration=ticks * SECOND // max(1, scale),
        taken_local=(created - MAC_EPOCH) * SECOND if created > MAC_EPOCH else None,
    )


def _track_size(data: bytes) -> tuple[int, int]:
    """Of the first track that has one; 16.16 fixed point, at the end of its header."""
    at = data.find(b"tkhd")
    while at > 0:
        width, height = struct.unpack_from(">II", data, at + 80)
        if width and height:
            return width >> 16, height >> 16
        at = data.find(b"tkhd", at + 4)
    return 0, 0
