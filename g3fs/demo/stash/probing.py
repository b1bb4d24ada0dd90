"""What a scan finds out about a file: kind, size in pixels, hashes."""

import hashlib
import io
import struct
import warnings
from dataclasses import dataclass, field

from PIL import Image, UnidentifiedImageError

PICTURES = ("png", "jpg", "jpeg", "gif", "webp", "avif")
VIDEOS = (
    *("m4v", "mp4", "mov", "wmv", "avi", "mpg", "mpeg", "rmvb", "rm", "flv", "asf", "mkv"),
    *("webm", "f4v"),
)
ARCHIVES = ("zip", "cbz")
HASHED = 65536
"""The oshash covers so many bytes from either end. Source: OpenSubtitles."""


def extension(name: str) -> str:
    """What stands behind the last dot, in small letters; "" if nothing does."""
    return name.rpartition(".")[2].lower() if "." in name else ""


@dataclass(slots=True, kw_only=True)
class Findings:
    """Columns of a file row."""

    typename: str
    hashes: dict[str, str] = field(default_factory=dict)
    format: str = ""
    width: int = 0
    height: int = 0
    duration: float = 0.0
    video_codec: str = ""
    audio_codec: str = ""
    frame_rate: float = 0.0
    bit_rate: int = 0


def probe_picture(data: bytes, *, zipped: bool) -> Findings:
    """A picture; broken ones are 0 x 0, animated GIFs videos."""
    hashes = {"md5": hashlib.md5(data, usedforsecurity=False).hexdigest()}
    try:
        with warnings.catch_warnings(action="ignore"), Image.open(io.BytesIO(data)) as picture:
            kind = (picture.format or "").lower()
            width, height = picture.size
            frames = getattr(picture, "n_frames", 1) if kind == "gif" else 1
            pause = picture.info.get("duration", 100) if frames > 1 else 0
    except (UnidentifiedImageError, OSError, ValueError):
        return Findings(typename="ImageFile", hashes=hashes)
    if frames > 1:
        length = frames * pause / 1000
        return Findings(typename="VideoFile", hashes=hashes, format="gif", width=width,
                        height=height, duration=length, video_codec="gif")  # fmt: skip
    shown = "mjpeg" if kind == "jpeg" and not zipped else kind
    return Findings(typename="ImageFile", hashes=hashes, format=shown, width=width, height=height)


def probe_video(data: bytes, name: str, *, as_image: bool) -> Findings:
    """A video; only MP4 tells its length here."""
    duration, width, height = _mp4_facts(data)
    if as_image:
        hashes = {"md5": hashlib.md5(data, usedforsecurity=False).hexdigest()}
    else:
        hashes = {"oshash": oshash(data)}
    return Findings(
        typename="VideoFile",
        hashes=hashes,
        format=extension(name),
        width=width,
        height=height,
        duration=duration,
        video_codec="mjpeg",
        frame_rate=12.0,
        bit_rate=int(len(data) * 8 / duration) if duration else 0,
    )


def probe_archive(data: bytes) -> Findings:
    """A zip as a whole."""
    digest = hashlib.md5(data, usedforsecurity=False).hexdigest()
    return Findings(typename="GalleryFile", hashes={"md5": digest})


def oshash(data: bytes) -> str:
    """Size and the sums of the first and last 64 KiB as 64-bit words, in 16 hexadecimal digits."""
    total = len(data)
    for part in (data[:HASHED], data[-HASHED:]):
        whole = part[: len(part) // 8 * 8]
        total += sum(struct.unpack(f"<{len(whole) // 8}Q", whole))
    return f"{total & 0xFFFFFFFFFFFFFFFF:016x}"


def _mp4_facts(data: bytes) -> tuple[float, int, int]:
    """Seconds, width and height out of mvhd and tkhd (version 0). Source: ISO/IEC 14496-12."""
    movie, track = data.find(b"mvhd"), data.find(b"tkhd")
    if movie < 0 or track < 0 or len(data) < track + 84:
        return 0.0, 0, 0
    scale, duration = struct.unpack(">2I", data[movie + 16 : movie + 24])
    width, height = struct.unpack(">2I", data[track + 80 : track + 88])
    return (duration / scale if scale else 0.0), width >> 16, height >> 16
