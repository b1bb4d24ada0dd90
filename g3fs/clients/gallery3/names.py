"""What the server makes of a name, said before it is sent. Pure.

The server never refuses a name for a clash, it renames silently; so whoever wants a name has to
know beforehand what would become of it. Source: measured on the server, and its own source in
modules/gallery/helpers/legal_file.php and models/item.php.
"""

import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import count
from urllib.parse import quote

from g3fs.clients.gallery3.texts import MAX_TITLE, is_storable
from g3fs.clients.gallery3.wire import Kind, WireItem
from g3fs.gallery.errors import BadName, Invalid, NameTooLong

MEDIA_TYPES = {
    "jpg": "image/jpeg",
    "jpeg": "image/jpeg",
    "png": "image/png",
    "gif": "image/gif",
    "webp": "image/webp",
    "mp4": "video/mp4",
    "m4v": "video/x-m4v",
    "flv": "video/x-flv",
    "webm": "video/webm",
    "ogv": "video/ogg",
}
"""By extension: all that a gallery without extra modules takes."""

MAX_PATH = 255
"""Of the path of an item, percent-encoded. Newer servers store 768, but do not say which they are,
and beyond the limit the item is damaged for good."""

_LIKE_OTHERS = {"ß": "S", "й": "Й", "Й": "Й"}
_NO_ACCENTS_FROM = "\u0530"
"""Latin, Greek and Cyrillic letters lose their accents; kana and others keep their marks."""
_CASELESS_FROM, _CASELESS_TO = "\u10a0", "\u1400"
"""Georgian and Cherokee got their second case after the database's tables were made."""

_ADMIN_PAGE = re.compile(r"admin_\w+", re.ASCII)
_MAX_NAME_BYTES = 255

RESERVED = frozenset(
    {
        *("admin", "albums", "combined", "comments", "exif", "file_proxy", "image_block", "items"),
        *("l10n_client", "login", "logout", "movies", "notification", "organize", "packager"),
        *("password", "passwordreset", "permissions", "photos", "quick", "reauthenticate", "rest"),
        *("rss", "search", "server_add", "tag", "tag_name", "tags", "upgrader", "uploader"),
        *("user_profile", "users", "welcome_message"),
    }
)
"""Slugs that are pages of the site, so that nothing in the root album can have them."""


def album_name(name: str) -> str:
    """The name that an album gets; one that the server leaves as it is, so that it can be sent."""
    before = None
    while name != before:  # what is cut off may lay bare more of the kind
        before = name
        name = re.sub("_+", "_", re.sub(r"[/\\]", "_", name)).strip("_").rstrip(".")
    return name if name not in ("", "0") else "album"


def file_name(name: str, extension: str, kind: Kind) -> str:
    """The name that a photo or movie gets.

    `extension`: that of the data when it is uploaded, that of the present name when it is renamed.
    """
    name = "" if name == "0" else name
    given = name.rpartition(".")[2] if "." in name else ""
    if MEDIA_TYPES.get(given.lower()) != MEDIA_TYPES.get(extension.lower(), ""):
        name = re.sub(r"\.[^./]*$", "", name) + "." + extension
    stem, _, end = re.sub(r"[/\\]", "_", name).rpartition(".")
    name = re.sub("_+", "_", stem.replace(".", "_")).strip("_") + "." + end
    return kind + name if name.startswith(".") else name


def slug_of(name: str, kind: Kind) -> str:
    """The part of the web address that suits a name, as the server would derive it.

    It is always sent along, so an accent that the server would spell otherwise does no harm.
    """
    stem = name.rpartition(".")[0] or name if "." in name else name
    plain = unicodedata.normalize("NFKD", stem.replace("&", "-and-").replace("ß", "ss"))
    ascii_only = "".join(char for char in plain if not unicodedata.combining(char))
    slug = re.sub("-+", "-", re.sub(r"[^A-Za-z0-9_-]", "-", ascii_only)).strip("-")
    slug = slug[:MAX_TITLE]
    return slug if slug not in ("", "0") else kind


def free_slug(name: str, kind: Kind, is_taken: Callable[[str], bool], *, in_root: bool) -> str:
    """A slug that suits the name and that no sibling has; `is_taken` is asked in lower case."""
    wanted = slug_of(name, kind)
    for number in count():
        slug = wanted if not number else f"{wanted[: MAX_TITLE - 8]}-{number:02d}"
        if not is_taken(slug.lower()) and not (in_root and is_reserved(slug)):
            return slug
    raise AssertionError("there are more numbers than siblings")


def is_reserved(slug: str) -> bool:
    """Whether a slug is a page of the site; matters in the root album only."""
    return slug.lower() in RESERVED or _ADMIN_PAGE.fullmatch(slug.lower()) is not None


def clash(name: str, kind: Kind, siblings: Iterable[WireItem]) -> WireItem | None:
    """The sibling because of which the server would give another name than `name`."""
    clashes = clashing(name, kind)
    return next((item for item in siblings if clashes(item.name or "")), None)


def clashing(name: str, kind: Kind) -> Callable[[str], bool]:
    """Whether a sibling of some name would make the server give another name than `name`.

    Albums clash with their whole name, files with everything that has their name before the
    extension; case, accents and blanks at the end do not count.
    """
    if kind == "album":
        wanted = folded(name.rstrip(" "))
        return lambda sibling: folded(sibling.rstrip(" ")) == wanted
    stem = folded(name.rpartition(".")[0]) + "."
    return lambda sibling: folded(sibling).startswith(stem)


def keys_of(name: str) -> Iterator[str]:
    """What a sibling of this name takes: who wants one of them clashes with it."""
    yield f"={folded(name.rstrip(' '))}"
    whole, end = folded(name), -1
    while (end := whole.find(".", end + 1)) >= 0:
        yield f"^{whole[: end + 1]}"


def key_wanted(name: str, kind: Kind) -> str:
    """What must not be taken for the server to give this name: as `clashing`, for a table."""
    if kind == "album":
        return f"={folded(name.rstrip(' '))}"
    return f"^{folded(name.rpartition('.')[0])}."


def folded(text: str) -> str:
    """For comparing as the database does (utf8_general_ci): no case, no accents on letters.

    A letter and a combining accent are two characters to it, and not equal to the composed one.
    """
    return text.upper() if text.isascii() else "".join(_base(char) for char in text)


def check_name(name: str, path: Sequence[str], slugs: Sequence[str]) -> None:
    """See whether a predicted name, and the paths of names and slugs that it ends, can be stored.

    The paths are from the first album below the root to the item.

    Raises:
        BadName: characters that cannot be stored. NameTooLong: it or the path is too long.
    """
    if not is_storable(name) or "\0" in name:
        raise BadName("the name has characters that this gallery cannot store (such as emoji)")
    if len(name) > MAX_TITLE or len(name.encode("utf-8")) > _MAX_NAME_BYTES:
        raise NameTooLong("the name is too long: at most 255 bytes")
    if max(path_length(path), path_length(slugs)) > MAX_PATH:
        raise NameTooLong(f"the path of the item would exceed {MAX_PATH} characters on the server")


def check_slug(slug: str, *, in_root: bool) -> None:
    """See whether a slug that somebody chose can be stored.

    Raises:
        Invalid: other characters than letters, digits, - and _. BadName: it is a page of the site.
    """
    if not re.fullmatch(r"[A-Za-z0-9_-]+", slug):
        raise Invalid("a slug has letters, digits, - and _ only")
    if len(slug) > MAX_TITLE:
        raise NameTooLong(f"a slug has at most {MAX_TITLE} characters")
    if in_root and is_reserved(slug):
        raise BadName(f"the gallery keeps the slug {slug} for a page of its own")


def path_length(parts: Sequence[str]) -> int:
    """How long the path is to the server: percent-encoded, with slashes."""
    return len("/".join(quote(part, safe="", errors="surrogatepass") for part in parts))


def _base(char: str) -> str:
    """Measured on MariaDB 10.11, pair by pair, by making albums of both names."""
    if char in _LIKE_OTHERS:
        return _LIKE_OTHERS[char]
    parts = unicodedata.normalize("NFD", char)
    if (
        len(parts) > 1
        and parts[0] < _NO_ACCENTS_FROM
        and all(map(unicodedata.combining, parts[1:]))
    ):
        char = parts[0]
    upper = char.upper()
    return upper if len(upper) == 1 and not _CASELESS_FROM <= char < _CASELESS_TO else char
