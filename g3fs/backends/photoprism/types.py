"""What type a file is said to have, so that its name needs no other extension."""

import mimetypes
import re
from sys import intern

from g3fs.clients.photoprism.wire.files import WireFile

_BY_EXTENSION = {
    "jpg": "image/jpeg",
    "jpeg": "image/jpeg",
    "png": "image/png",
    "gif": "image/gif",
    "webp": "image/webp",
    "heic": "image/heic",
    "heif": "image/heic",
    "hif": "image/heic",
    "avif": "image/avif",
    "tif": "image/tiff",
    "tiff": "image/tiff",
    "bmp": "image/bmp",
    "svg": "image/svg+xml",
    "mp4": "video/mp4",
    "m4v": "video/mp4",
    "mov": "video/quicktime",
    "webm": "video/webm",
    "mkv": "video/x-matroska",
    "ogv": "video/ogg",
}
"""By extension, as the port's names are checked; Python's own table follows."""
_OTHER = re.compile(r"[^a-z0-9]+")
_MEDIA = ("image", "video")


def type_by_name(name: str) -> str:
    """Of a file of which nothing but the name is known: what fits the name as it is."""
    extension = extension_of(name)
    guessed = _BY_EXTENSION.get(extension) or mimetypes.guess_type(f"x.{extension}")[0]
    return intern(guessed or f"application/x-{_word(extension)}")


def media_type(file: WireFile, name: str) -> str:
    """The type that the index tells, said so that `name` fits it.

    The server goes by the content (`.mpo` and `.thm` files are `image/jpeg`), but on its disk the
    name is what it is, and all names of a file have to tell the same.
    """
    told = (file.mime_type or _BY_EXTENSION.get(file.file_type, "")).lower()
    major = told.partition("/")[0]
    if major not in _MEDIA:
        major = "video" if file.video else "image"
    guessed = type_by_name(name)
    if guessed.startswith(f"{major}/"):
        return guessed
    return intern(f"{major}/x-{_word(extension_of(name))}")


def extension_of(name: str) -> str:
    """In lower case, without its dot; "" when there is none."""
    stem, dot, extension = name.rpartition(".")
    return extension.lower() if dot and stem and len(extension) < 10 else ""


def _word(extension: str) -> str:
    return _OTHER.sub("", extension) or "unknown"
