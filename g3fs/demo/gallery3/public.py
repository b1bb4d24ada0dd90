"""The addresses below /var, which the web server answers by itself: no key, ranges, validators."""

import re
from collections.abc import Mapping
from email.utils import formatdate, parsedate_to_datetime
from typing import Literal
from urllib.parse import unquote

from g3fs.demo.gallery3.files import SHELVES, FileInfo, Shelf
from g3fs.demo.gallery3.gallery import Gallery
from g3fs.demo.gallery3.names import TYPES, extension_of
from g3fs.demo.gallery3.replies import Answer, plain, streamed

Openness = Literal["all", "off"]
"""`all`: as under nginx, private albums included. `off`: out of reach, as behind a proxy."""
RANGE = re.compile(r"bytes=(\d*)-(\d*)")


def get_public(gallery: Gallery, path: str, headers: Mapping[str, str]) -> Answer:
    """A file by its place below /var; `headers` are those of the request, names in lower case."""
    shelf_name, _, rest = path.partition("/")
    where = "/".join(unquote(part) for part in rest.split("/") if part)
    shelf = next((known for known in SHELVES if known == shelf_name), None)
    if shelf is None or any(part == ".." for part in where.split("/")):
        return web_page(404, "Not Found")
    with gallery.lock:
        info = gallery.files.info(shelf, where)
        if info is None:
            return web_page(404, "Not Found")
        if info.is_directory:
            return web_page(403, "Forbidden")
        return _file(gallery, shelf, where, info, headers)


def _file(
    gallery: Gallery, shelf: Shelf, where: str, info: FileInfo, headers: Mapping[str, str]
) -> Answer:
    facts = {
        "Last-Modified": formatdate(info.modified, usegmt=True),
        "ETag": f'"{info.modified:x}-{info.size:x}"',
    }
    if _unchanged(headers, info, facts["ETag"]):
        answer = plain(304, b"", "", {})
        answer.headers.clear()
        answer.headers.extend(facts)
        return answer
    facts["Content-Type"] = TYPES.get(extension_of(where).lower(), "application/octet-stream")
    wanted = _range(headers, info, facts)
    if wanted is None:
        source = gallery.files.opener(shelf, where)()
        return streamed(200, source, info.size, {**facts, "Accept-Ranges": "bytes"})
    first, last = wanted
    if first > last:
        answer = web_page(416, "Requested Range Not Satisfiable")
        answer.headers["Content-Range"] = f"bytes */{info.size}"
        return answer
    source = gallery.files.opener(shelf, where)()
    source.seek(first)
    facts["Content-Range"] = f"bytes {first}-{last}/{info.size}"
    return streamed(206, source, last - first + 1, facts)


def _unchanged(headers: Mapping[str, str], info: FileInfo, etag: str) -> bool:
    if "if-none-match" in headers:
        return etag in headers["if-none-match"] or headers["if-none-match"].strip() == "*"
    return "if-modified-since" in headers and _same_time(headers["if-modified-since"], info)


def _same_time(date: str, info: FileInfo) -> bool:
    """The web server wants the very time that it gave, no later one."""
    try:
        return int(parsedate_to_datetime(date).timestamp()) == info.modified
    except ValueError:
        return False


def _range(
    headers: Mapping[str, str], info: FileInfo, facts: Mapping[str, str]
) -> tuple[int, int] | None:
    """First and last byte; None: the whole file. First behind last: there are no such bytes."""
    match = RANGE.fullmatch(headers.get("range", "").strip())
    condition = headers.get("if-range")
    if condition is not None and condition not in (facts["ETag"], facts["Last-Modified"]):
        return None
    if match is None or match.group(0) == "bytes=-":
        return None
    start, end = match.groups()
    if not start:
        return (max(0, info.size - int(end)), info.size - 1) if int(end) else (1, 0)
    last = min(int(end), info.size - 1) if end else info.size - 1
    if end and int(end) < int(start):
        return None
    return int(start), last


def web_page(status: int, reason: str) -> Answer:
    """An error page of the web server."""
    page = f"<html><head><title>{status} {reason}</title></head><body>{reason}</body></html>\n"
    return plain(status, page.encode(), "text/html", {})
