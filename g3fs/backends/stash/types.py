"""Which type a file is, by its name: so does the server say when it sends it."""

import mimetypes
from collections.abc import Mapping
from sys import intern

_TYPES: Mapping[str, str] = {
    "jpg": "image/jpeg",
    "jpeg": "image/jpeg",
    "png": "image/png",
    "gif": "image/gif",
    "webp": "image/webp",
    "avif": "image/avif",
    "mp4": "video/mp4",
    "m4v": "video/x-m4v",
    "mov": "video/quicktime",
    "webm": "video/webm",
    "mkv": "video/x-matroska",
    "wmv": "video/x-ms-wmv",
    "avi": "video/x-msvideo",
    "mpg": "video/mpeg",
    "mpeg": "video/mpeg",
    "flv": "video/x-flv",
    "ogv": "video/ogg",
}
"""What a scan takes by default; other extensions can be configured."""
_MEDIA = ("image/", "video/")


def media_type(name: str, *, video: bool) -> str:
    """A type that fits the name, and says at least whether it is a picture or a movie."""
    extension = name.rpartition(".")[2].lower()
    told = _TYPES.get(extension) or mimetypes.guess_type(f"x.{extension}")[0] or ""
    if told.startswith(_MEDIA):
        return intern(told)
    word = "".join(char for char in extension if char.isascii() and char.isalnum())[:16]
    return intern(f"{'video' if video else 'image'}/x-{word or 'unknown'}")
