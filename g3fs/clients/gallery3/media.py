"""What kind of data a file holds, as far as a gallery cares."""

from pathlib import Path
from typing import BinaryIO

from g3fs.clients.gallery3.names import MEDIA_TYPES
from g3fs.clients.gallery3.wire import Kind
from g3fs.gallery.errors import Invalid

Source = Path | BinaryIO
"""A path, or a binary file that can seek; it counts from where it stands."""

_HEAD_BYTES = 16


def extension_of(source: Source, name: str, kind: Kind) -> str:
    """The extension that fits the data: of photos by their first bytes, of movies by the name.

    The server looks in the same way: photos are opened, movies are believed.

    Raises:
        Invalid: no gallery takes this; or the file cannot be read.
    """
    given = name.rpartition(".")[2].lower() if "." in name else ""
    if kind == "movie":
        if not MEDIA_TYPES.get(given, "").startswith("video/"):
            raise Invalid(f"the gallery takes no movies of this type ({given or 'no extension'})")
        return given
    found = photo_extension(_head(source))
    if found is None:
        raise Invalid("the gallery takes JPEG, PNG, GIF and WebP pictures; this is none of them")
    return given if MEDIA_TYPES.get(given) == MEDIA_TYPES[found] else found


def kind_of(name: str) -> Kind:
    """Whether a name is that of a movie; anything else is a photo."""
    given = name.rpartition(".")[2].lower()
    return "movie" if MEDIA_TYPES.get(given, "").startswith("video/") else "photo"


def photo_extension(head: bytes) -> str | None:
    """The extension of a picture with these first bytes; None: no picture that is known."""
    if head.startswith(b"\xff\xd8\xff"):
        return "jpg"
    if head.startswith(b"\x89PNG\r\n\x1a\n"):
        return "png"
    if head.startswith((b"GIF87a", b"GIF89a")):
        return "gif"
    if head[:4] == b"RIFF" and head[8:12] == b"WEBP":
        return "webp"
    return None


def _head(source: Source) -> bytes:
    try:
        if isinstance(source, Path):
            with source.open("rb") as file:
                return file.read(_HEAD_BYTES)
        start = source.tell()
        head = source.read(_HEAD_BYTES)
        source.seek(start)
    except OSError as exc:
        reason = (exc.strerror or "it cannot seek").lower()
        raise Invalid(f"the file to send cannot be read: {reason}") from None
    return head
