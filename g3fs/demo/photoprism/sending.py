"""Sends files with ranges and dates, as Go's file server does."""

import secrets
from collections.abc import Callable, Iterator, Mapping
from email.utils import formatdate, parsedate_to_datetime
from typing import BinaryIO
from urllib.parse import quote_plus

from werkzeug.http import parse_range_header

from g3fs.demo.photoprism.replies import TEXT, Answer, plain, status_line

CHUNK = 256 * 1024
Opener = Callable[[], BinaryIO]
Part = tuple[int, int]
"""First byte, and the one behind the last."""


def attachment(name: str) -> str:
    """Content-Disposition for a file name."""
    if name.isascii():
        return f'attachment; filename="{name}"'
    return f"attachment; filename*=UTF-8''{quote_plus(name, errors='surrogateescape')}"


def http_date(seconds: int) -> str:
    """A time as headers have it."""
    return formatdate(seconds, usegmt=True)


def send(
    source: Opener, size: int, mtime: int, kind: str, asked: Mapping[str, str],
    more: Mapping[str, str],
) -> Answer:  # fmt: skip
    """The file, the part of it that is asked for, 304 or 416.

    `asked` are the headers of the request, `more` those that every answer has.
    """
    facts = {**more, "Last-Modified": http_date(mtime)}
    if _unchanged(asked, facts):
        answer = plain(304, b"", "", facts)
        del answer.headers["Content-Length"]
        return answer
    parts = _parts(asked, facts, size)
    if parts is None:
        return _whole(source, size, kind, facts)
    if not parts:
        body = b"invalid range: failed to overlap\n"
        return plain(416, body, TEXT, {**facts, "Content-Range": f"bytes */{size}"})
    if len(parts) == 1:
        return _part(source, parts[0], size, kind, facts)
    return _several(source, parts, size, kind, facts)


def _unchanged(asked: Mapping[str, str], facts: Mapping[str, str]) -> bool:
    etag = facts.get("ETag")
    if etag is not None and "If-None-Match" in asked:
        return etag in asked["If-None-Match"]
    since = asked.get("If-Modified-Since")
    if since is None:
        return False
    try:
        return parsedate_to_datetime(facts["Last-Modified"]) <= parsedate_to_datetime(since)
    except (ValueError, TypeError):
        return False


def _parts(asked: Mapping[str, str], facts: Mapping[str, str], size: int) -> list[Part] | None:
    """None: the whole file; []: nothing of what is asked for exists."""
    wanted = parse_range_header(asked.get("Range"))
    condition = asked.get("If-Range")
    if condition is not None and condition not in (facts.get("ETag"), facts["Last-Modified"]):
        return None
    if wanted is None or wanted.units != "bytes":
        return None
    found = []
    for start, stop in wanted.ranges:
        first = max(0, size + start) if start < 0 else start
        last = size if stop is None else min(stop, size)
        if first < last:
            found.append((first, last))
    return found


def _whole(source: Opener, size: int, kind: str, facts: Mapping[str, str]) -> Answer:
    headers = {"Content-Type": kind, "Content-Length": str(size), "Accept-Ranges": "bytes"}
    return _streamed(200, source, [(0, size)], {**headers, **facts})


def _part(source: Opener, part: Part, size: int, kind: str, facts: Mapping[str, str]) -> Answer:
    first, last = part
    headers = {
        "Content-Type": kind,
        "Content-Length": str(last - first),
        "Content-Range": f"bytes {first}-{last - 1}/{size}",
        "Accept-Ranges": "bytes",
    }
    return _streamed(206, source, [part], {**headers, **facts})


def _several(
    source: Opener, parts: list[Part], size: int, kind: str, facts: Mapping[str, str]
) -> Answer:
    mark = secrets.token_hex(30)
    with source() as file:
        pieces = []
        for first, last in parts:
            file.seek(first)
            head = f"Content-Range: bytes {first}-{last - 1}/{size}\r\nContent-Type: {kind}"
            pieces.append(f"--{mark}\r\n{head}\r\n\r\n".encode() + file.read(last - first))
    body = b"\r\n".join([*pieces, f"--{mark}--\r\n".encode()])
    headers = {**facts, "Accept-Ranges": "bytes"}
    return plain(206, body, f"multipart/byteranges; boundary={mark}", headers)


def _streamed(status: int, source: Opener, parts: list[Part], headers: Mapping[str, str]) -> Answer:
    file = source()
    answer = Answer(_chunks(file, parts), status=status_line(status))
    answer.call_on_close(file.close)
    answer.headers.clear()
    answer.headers.extend(headers)
    return answer


def _chunks(file: BinaryIO, parts: list[Part]) -> Iterator[bytes]:
    for first, last in parts:
        file.seek(first)
        left = last - first
        while left > 0:
            chunk = file.read(min(CHUNK, left))
            if not chunk:
                return
            left -= len(chunk)
            yield chunk
