"""From what a server calls an item to the name that a directory shows; pure functions.

Server-given names are hostile input: they may be empty, too long, hold slashes, control characters
or half a surrogate pair. What Linux or a terminal would stumble over becomes a look-alike from one
table; everything else stays as it is.
"""

import mimetypes
import os
import unicodedata
from collections.abc import Container, Iterable, Mapping
from dataclasses import dataclass

from g3fs.gallery.ids import shown_id

NAME_MAX = 255
"""Bytes, not characters; linux/limits.h."""

LOOKALIKES: Mapping[int, str] = {
    ord("/"): "\N{DIVISION SLASH}",
    # Unicode has a picture for each of the C0 controls, in their order.
    **{code: chr(0x2400 + code) for code in range(0x20)},
    0x7F: "\N{SYMBOL FOR DELETE}",
    **dict.fromkeys(range(0x80, 0xA0), "\N{REPLACEMENT CHARACTER}"),
    # Surrogates other than those that stand for undecodable bytes (PEP 383) have no encoding.
    **dict.fromkeys(range(0xD800, 0xDC80), "\N{REPLACEMENT CHARACTER}"),
    **dict.fromkeys(range(0xDD00, 0xE000), "\N{REPLACEMENT CHARACTER}"),
}
"""Every character that may not stand in a name, and what stands for it."""

DOT_NAMES: Mapping[str, str] = {".": "\N{ONE DOT LEADER}", "..": "\N{TWO DOT LEADER}"}

EXTENSIONS: Mapping[str, tuple[str, ...]] = {
    "image/jpeg": (".jpg", ".jpeg", ".jpe", ".jfif"),
    "image/png": (".png",),
    "image/gif": (".gif",),
    "image/webp": (".webp",),
    "image/heic": (".heic", ".heif", ".hif"),
    "image/tiff": (".tif", ".tiff"),
    "image/svg+xml": (".svg",),
    "video/mp4": (".mp4", ".m4v", ".mp4v"),
    "video/x-m4v": (".m4v", ".mp4"),
    "video/quicktime": (".mov", ".qt"),
    "video/webm": (".webm",),
    "video/ogg": (".ogv", ".ogg"),
    "video/x-flv": (".flv",),
    "video/x-matroska": (".mkv",),
}
"""By media type: the usual extension first, then the others that fit it."""

JUNK = frozenset(
    {".hidden", ".Trash", ".git", ".hg", ".svn", ".sh_thumbnails", ".xdg-volume-info"}
    | {".directory", ".DS_Store", "autorun.inf", "desktop.ini", "Thumbs.db", "HEAD"}
)
"""What programs ask for in every directory; not worth fetching a listing for."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """An item that needs a name in one directory."""

    id: str
    base: str
    """Its legal name, were it alone; see `legal_name`."""
    pinned: str | None = None
    """The name under which it was shown before, if the server has not renamed it since."""


def legal_name(title: str, *, media_type: str | None, fallback: str) -> str:
    """A file name that Linux accepts and that says what it is.

    No slash, no control character, at most 255 bytes, not "", "." or ".."; with an extension that
    fits `media_type` (None: a directory or link). A title of nothing becomes `fallback`.

    Source: path_resolution(7).
    """
    name = title.translate(LOOKALIKES)
    name = DOT_NAMES.get(name, name)
    if not name.strip():
        name = fallback
    # Escaped bytes that form a character after all are that character when the name comes back.
    name = os.fsdecode(os.fsencode(name))
    return shortened(name + missing_extension(name, media_type))


def missing_extension(name: str, media_type: str | None) -> str:
    """What must be appended for the extension to fit the type; "" when it fits, or is not known."""
    if media_type is None:
        return ""
    fitting = EXTENSIONS.get(media_type) or tuple(mimetypes.guess_all_extensions(media_type))
    if not fitting or os.path.splitext(name)[1].lower() in fitting:  # noqa: PTH122 - a name, no path
        return ""
    return fitting[0]


def with_extension(name: str, media_type: str) -> str:
    """`name` with the extension that fits `media_type`, in place of one that does not."""
    missing = missing_extension(name, media_type)
    return shortened(split_extension(name)[0] + missing) if missing else name


def split_extension(name: str) -> tuple[str, str]:
    """Stem and extension; only what looks like one counts (a dot and up to nine characters)."""
    stem, extension = os.path.splitext(name)  # noqa: PTH122 - a name, no path
    return (stem, extension) if len(extension) <= 10 else (name, "")


def shortened(name: str, suffix: str = "") -> str:
    """`name` with `suffix` before its extension, cut before both to fit 255 bytes."""
    stem, extension = split_extension(name)
    tail = suffix + extension
    room = NAME_MAX - len(os.fsencode(tail))
    while len(os.fsencode(stem)) > room:
        # A character is at least a byte, so this many can go at once without cutting too much.
        stem = stem[: len(stem) - max(1, (len(os.fsencode(stem)) - room) // 4)]
    return stem + tail


def folded(name: str) -> str:
    """What two names have in common that only differ in their Unicode composition."""
    return unicodedata.normalize("NFC", name)


class _Names:
    """Names by id, all different, also when composed."""

    def __init__(self, others: Container[str]) -> None:
        self.by_id: dict[str, str] = {}
        self._others = others
        self._taken: set[str] = set()

    def is_free(self, name: str) -> bool:
        return folded(name) not in self._taken and folded(name) not in self._others

    def offer(self, item: str, name: str | None) -> None:
        if name is not None and item not in self.by_id and self.is_free(name):
            self.by_id[item] = name
            self._taken.add(folded(name))


def unique_names(wanted: Iterable[Wanted], others: Container[str] = ()) -> dict[str, str]:
    """The name of every item, by id: all different, also when composed, and none of `others`.

    A name once shown stays with its item; else the lowest id keeps the name, and the others get
    their id before the extension. The order of `wanted` does not matter; `others` are folded.
    """
    items = sorted(wanted, key=lambda item: _id_order(item.id))
    names = _Names(others)
    for item in items:
        names.offer(item.id, item.pinned)
    for item in items:
        names.offer(item.id, item.base)
    for item in items:
        if item.id not in names.by_id:
            names.offer(item.id, _numbered(item, names))
    return names.by_id


def numbered(name: str, item: str) -> str:
    """`name` with the item's id before its extension."""
    return shortened(name, f" ({shown_id(item).translate(LOOKALIKES)})")


def _numbered(item: Wanted, names: _Names) -> str:
    name = numbered(item.base, item.id)
    while not names.is_free(name):
        name = numbered(name, item.id)
    return name


def _id_order(item: str) -> tuple[int, str]:
    """Numbers by their value, other ids by their text."""
    return (len(item), item)
