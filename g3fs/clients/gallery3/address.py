"""Addresses: what a user types, what the server believes of itself, and the ids in both.

The server builds the addresses in its answers from its own idea of itself, which may have another
scheme, host, port and path than ours (an https proxy in front is enough). So only ids are read from
them, and requests go to addresses of our own.
"""

import re
from html import unescape
from urllib.parse import urlsplit

from g3fs.gallery.errors import NotSupported
from g3fs.http.origin import split_address

_ID = re.compile(r"/(\d{1,19})(?:,(\d{1,19}))?/?$", re.ASCII)
_SCRIPT = "index.php"
_REST = "rest"
_MAX_DEPTH = 4


def id_in(url: str) -> int | None:
    """The id at the end of an address such as `.../rest/item/17?depth=1`; None: there is none."""
    found = _ID.search(_path(url))
    return int(found[1]) if found and found[2] is None else None


def pair_in(url: str) -> tuple[int, int] | None:
    """The ids at the end of `.../rest/tag_item/3,17`: the tag and the item."""
    found = _ID.search(_path(url))
    return (int(found[1]), int(found[2])) if found and found[2] is not None else None


def candidates(url: str) -> tuple[str, ...]:
    """Paths where `rest` may be, likeliest first, for whatever a user copied from the browser.

    The site may hide `index.php` or not, may lie in a directory, and the address may be that of a
    page inside the gallery.
    """
    segments = [part for part in split_address(url).path.split("/") if part]
    if _SCRIPT in segments:
        segments = segments[: segments.index(_SCRIPT)]
        return _joined(segments, _SCRIPT), _joined(segments)
    if _REST in segments:
        segments = segments[: segments.index(_REST)]
        return _joined(segments), _joined(segments, _SCRIPT)
    found: list[str] = []
    for length in range(min(len(segments), _MAX_DEPTH), -1, -1):
        found += [_joined(segments[:length], _SCRIPT), _joined(segments[:length])]
    return tuple(found)


def names_place(url: str, base: str) -> bool:
    """Whether `url` is the address of the gallery whose API is below `base`, or of a page of it.

    False for an address below a gallery that only happens to lie under it.
    """
    typed = [part for part in split_address(url).path.split("/") if part]
    for word in (_SCRIPT, _REST):
        if word in typed:
            typed = typed[: typed.index(word)]
    found = [part for part in base.split("/") if part and part != _SCRIPT]
    return typed == found


def server_prefix(item_url: str, item_id: int) -> str | None:
    """What the server puts before `/item/1` in its own addresses; None: it cannot be told."""
    url = unescape(item_url).partition("?")[0]
    suffix = f"/item/{item_id}"
    return url.removesuffix(suffix) if url.endswith(suffix) else None


def rebased(url: str, *, prefix: str, base: str) -> str:
    """The target, at our origin, of a public address of the server.

    `prefix` is the server's own address of `rest`, `base` our path above `rest`.

    Raises:
        NotSupported: the address is outside of the gallery's directory.
    """
    try:
        theirs = _directory(urlsplit(prefix).path.removesuffix(f"/{_REST}"))
        parts = urlsplit(url)
    except ValueError:
        raise NotSupported("the public address of the file is none") from None
    if not parts.path.startswith(f"{theirs}var/") or "/../" in parts.path:
        raise NotSupported("the public address of the file lies outside of the gallery")
    query = f"?{parts.query}" if parts.query else ""
    return f"{_directory(base)}{parts.path.removeprefix(theirs)}{query}"


def _directory(base: str) -> str:
    """Where the gallery's files lie: with a slash at the end, without `index.php`."""
    return base.rstrip("/").removesuffix(f"/{_SCRIPT}").rstrip("/") + "/"


def _joined(segments: list[str], *more: str) -> str:
    return "".join(f"/{part}" for part in (*segments, *more))


def _path(url: str) -> str:
    return unescape(url).partition("?")[0]
