"""What a Gallery 3 makes of names: clean-up, slugs, equality. Pure functions."""

import re
import unicodedata
from collections.abc import Mapping
from typing import Literal

Kind = Literal["album", "photo", "movie"]

PHOTO_TYPES: Mapping[str, str] = {
    "jpg": "image/jpeg",
    "jpeg": "image/jpeg",
    "png": "image/png",
    "gif": "image/gif",
    "webp": "image/webp",
}
MOVIE_TYPES: Mapping[str, str] = {
    "mp4": "video/mp4",
    "m4v": "video/x-m4v",
    "flv": "video/x-flv",
    "webm": "video/webm",
    "ogv": "video/ogg",
}
TYPES: Mapping[str, str] = {**PHOTO_TYPES, **MOVIE_TYPES}
"""File extension to media type."""

NAME_MAX = 255
"""Characters of a name, title or slug."""

RESERVED_SLUGS = frozenset(
    {
        "admin", "admin_users", "albums", "combined", "comments", "exif", "file_proxy", "items",
        "l10n_client", "login", "logout", "movies", "organize", "packager", "password",
        "passwordreset", "permissions", "photos", "quick", "reauthenticate", "rest", "rss",
        "search", "tag", "tag_name", "tags", "upgrader", "uploader", "user_profile", "users",
        "welcome_message",
    }
)  # fmt: skip
"""Names of web pages of the modules that are on: no slug in the root album, in any case."""

_NOT_DECOMPOSED = str.maketrans(
    {
        "ß": "ss", "æ": "ae", "Æ": "AE", "œ": "oe", "Œ": "OE", "ø": "o", "Ø": "O", "đ": "d",
        "Đ": "D", "ð": "d", "Ð": "D", "þ": "th", "Þ": "Th", "ł": "l", "Ł": "L",
    }
)  # fmt: skip
"""Latin letters that Unicode does not take apart into a base and an accent."""


def album_name(name: str) -> str:
    """The directory name that is stored for an album."""
    name = re.sub("_+", "_", re.sub(r"[/\\]", "_", name)).strip("_").rstrip(".")
    return name if name not in ("", "0") else "album"


def file_name(name: str, extension: str, kind: Kind) -> str:
    """The file name that is stored for a photo or movie whose data asks for `extension`."""
    name = "" if name == "0" else name
    given = extension_of(name)
    if TYPES.get(given.lower()) != TYPES[extension.lower()]:
        name = re.sub(r"\.[^./]*$", "", name) + "." + extension
    stem, _, last = re.sub(r"[/\\]", "_", name).rpartition(".")
    name = re.sub("_+", "_", stem.replace(".", "_")).strip("_") + "." + last
    return kind + name if name.startswith(".") else name


def extension_of(name: str) -> str:
    """What stands behind the last dot; "" without one."""
    return name.rpartition(".")[2] if "." in name else ""


def slug_of(name: str, kind: Kind) -> str:
    """The slug that is derived from a stored name when none is sent."""
    stem = name.rpartition(".")[0] if "." in name else name
    ascii_stem = without_accents(stem.translate(_NOT_DECOMPOSED)).replace("&", "-and-")
    slug = re.sub("-+", "-", re.sub("[^A-Za-z0-9_-]", "-", ascii_stem)).strip("-")
    return slug if slug not in ("", "0") else kind


_OWN_WEIGHTS = {
    "\N{LATIN SMALL LETTER SHARP S}": "S",
    "\N{CYRILLIC SMALL LETTER SHORT I}": "\N{CYRILLIC CAPITAL LETTER SHORT I}",
    "\N{CYRILLIC CAPITAL LETTER SHORT I}": "\N{CYRILLIC CAPITAL LETTER SHORT I}",
}
_ARMENIAN = "\u0530"
"""The first letter behind the scripts that lose their accents."""


def slug_is_safe(slug: str) -> bool:
    """Whether a slug can stand in an address as it is."""
    return re.fullmatch("[A-Za-z0-9_-]*", slug) is not None


def is_reserved(slug: str) -> bool:
    """Whether an item of the root album must not have this slug."""
    return slug.lower() in RESERVED_SLUGS


def without_accents(text: str) -> str:
    """The text with its combining marks taken off."""
    if text.isascii():
        return text
    parts = unicodedata.normalize("NFKD", text)
    return "".join(part for part in parts if not unicodedata.combining(part))


def folded(text: str) -> str:
    """Texts with equal folds are equal to the server, but for trailing blanks.

    Corrected after a real server (MariaDB 10.11, utf8_general_ci): it compares character by
    character, so a composed and a decomposed letter differ, as do sharp s and two s; Latin, Greek
    and Cyrillic letters lose their accents (the short i does not), those of other scripts keep
    their marks.
    """
    return "".join(_weight(letter) for letter in text)


def _weight(letter: str) -> str:
    if letter in _OWN_WEIGHTS:
        return _OWN_WEIGHTS[letter]
    parts = unicodedata.normalize("NFD", letter)
    base, marks = parts[0], parts[1:]
    if marks and base < _ARMENIAN and all(unicodedata.combining(mark) for mark in marks):
        letter = base
    upper = letter.upper()
    # Georgian and Cherokee have had a second case only since the tables were made.
    return letter if len(upper) != 1 or "\u10a0" <= letter < "\u1400" else upper


def same_key(text: str) -> str:
    """Texts with equal keys are equal to the server."""
    return folded(text).rstrip(" ")


def split_stem(name: str, kind: Kind) -> tuple[str, str]:
    """The part to which a clash appends its number, and the rest: albums have no rest."""
    if kind == "album":
        return name, ""
    stem, dot, extension = name.rpartition(".")
    return stem, dot + extension


def is_storable(text: str) -> bool:
    """Whether the database can hold the text: it knows three bytes of UTF-8 a character."""
    return all(ord(char) <= 0xFFFF for char in text)
