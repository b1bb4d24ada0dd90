"""Answers as a Stash writes them: JSON, texts, pages, redirects, files with ranges."""

import json
import re
from collections.abc import Mapping
from email.utils import formatdate, parsedate_to_datetime
from html import escape
from wsgiref.types import WSGIEnvironment

from werkzeug.datastructures import Headers
from werkzeug.wrappers import Response

from g3fs.demo.stash.disk import Blob

TEXT = "text/plain; charset=utf-8"
JSON, RESPONSE_JSON = "application/json", "application/graphql-response+json"
PAGE = (
    b'<!doctype html><html><head><base href="/"><title>Stash</title></head>'
    b"<body>placeholder</body></html>\n"
)
COMMON = (
    ("Vary", "Origin"),
    ("X-Content-Type-Options", "nosniff"),
    ("Access-Control-Allow-Origin", "*"),
)
RANGES = re.compile(r"bytes=(.+)")
SPAN = re.compile(r"(\d*)-(\d*)")


class Answer(Response):
    """A response whose headers leave as they were set."""

    autocorrect_location_header = False

    def get_wsgi_headers(self, environ: WSGIEnvironment) -> Headers:
        return Headers(self.headers)


def plain(
    status: int, body: bytes, content_type: str = "", headers: Mapping[str, str] | None = None
) -> Answer:
    """An answer with a body in memory."""
    answer = Answer(body, status=status)
    answer.headers.clear()
    if content_type:
        answer.headers["Content-Type"] = content_type
    answer.headers["Content-Length"] = str(len(body))
    answer.headers.extend(COMMON)
    answer.headers.update(headers or {})
    return answer


def text(status: int, words: str) -> Answer:
    """A line for people."""
    return plain(status, f"{words}\n".encode("utf-8", "surrogateescape"), TEXT)


def as_json(data: object) -> bytes:
    """JSON with the names of files as they are on the disk, UTF-8 or not."""
    told = json.dumps(data, separators=(",", ":"), ensure_ascii=False)
    return told.encode("utf-8", "surrogateescape")


def redirect(location: str) -> Answer:
    """Status 302."""
    body = f'<a href="{escape(location)}">Found</a>.\n\n'.encode()
    return plain(302, body, "text/html; charset=utf-8", {"Location": location})


def unauthorized() -> Answer:
    """Status 401: no body, no words."""
    return plain(401, b"", "", {"WWW-Authenticate": "FormBased"})


def web_page(body: bytes = PAGE) -> Answer:
    """The web application, whatever the address."""
    extra = {"ETag": '"7a4a04d8cb56a558430fdae2249c243a"', "Cache-Control": "no-cache"}
    return plain(200, body, "text/html", {**extra, "Accept-Ranges": "bytes"})


def not_found(words: str = "404 page not found") -> Answer:
    """Status 404."""
    return text(404, words)


def no_page() -> Answer:
    """Status 404 where the web application would have its files."""
    answer = not_found()
    answer.headers["Cache-Control"] = "no-cache"
    answer.headers["Vary"] = "Origin, Accept-Encoding"
    return answer


def content(
    blob: Blob, asked: Mapping[str, str], headers: Mapping[str, str], modified: int | None
) -> Answer:
    """Bytes, or the part of them that was asked for; `asked` has its names in small letters."""
    stamp = None if modified is None else formatdate(modified, usegmt=True)
    facts = {**headers, **({"Last-Modified": stamp} if stamp else {})}
    if modified is not None and _unchanged(asked, modified):
        kept = {k: v for k, v in facts.items() if k not in ("Content-Type", "Accept-Ranges")}
        answer = plain(304, b"", "", kept)
        del answer.headers["Content-Length"]
        return answer
    facts["Accept-Ranges"] = "bytes"
    spans = _spans(asked, blob.size, stamp)
    if spans is None:
        return _streamed(200, blob, (0, blob.size - 1), facts)
    if not spans:
        return _no_such_range(blob.size, facts)
    if len(spans) > 1:
        return _several(blob, spans, facts)
    first, last = spans[0]
    facts["Content-Range"] = f"bytes {first}-{last}/{blob.size}"
    return _streamed(206, blob, spans[0], facts)


def _streamed(status: int, blob: Blob, span: tuple[int, int], headers: Mapping[str, str]) -> Answer:
    answer = plain(status, b"", "", headers)
    answer.response = blob.part(*span)
    answer.headers["Content-Length"] = str(span[1] - span[0] + 1)
    return answer


def _no_such_range(size: int, facts: Mapping[str, str]) -> Answer:
    answer = text(416, "invalid range: failed to overlap")
    answer.headers["Content-Range"] = f"bytes */{size}"
    if "Content-Disposition" in facts:
        answer.headers["Content-Disposition"] = facts["Content-Disposition"]
    return answer


def _several(blob: Blob, spans: list[tuple[int, int]], facts: Mapping[str, str]) -> Answer:
    border = "5f1e6a0c9d3b"
    parts = []
    for first, last in spans:
        head = f"Content-Range: bytes {first}-{last}/{blob.size}\r\n"
        kind = f"Content-Type: {facts.get('Content-Type', '')}\r\n\r\n"
        parts += [f"--{border}\r\n{head}{kind}".encode("latin-1", "replace")]
        parts += [*blob.part(first, last), b"\r\n"]
    body = b"".join(parts) + f"--{border}--\r\n".encode()
    return plain(
        206, body, "", {**facts, "Content-Type": f"multipart/byteranges; boundary={border}"}
    )


def _unchanged(asked: Mapping[str, str], modified: int) -> bool:
    try:
        since = parsedate_to_datetime(asked.get("if-modified-since", ""))
    except ValueError:
        return False
    return modified <= since.timestamp()


def _spans(asked: Mapping[str, str], size: int, stamp: str | None) -> list[tuple[int, int]] | None:
    """First and last bytes; None: everything; empty: there are no such bytes."""
    wanted = asked.get("range", "").strip()
    if not wanted or ("if-range" in asked and asked["if-range"] != stamp):
        return None
    match = RANGES.fullmatch(wanted)
    spans = []
    for part in match[1].split(",") if match else ():
        span = SPAN.fullmatch(part.strip())
        if span is None or not (span[1] or span[2]):
            return []
        if not span[1]:
            first, last = max(0, size - int(span[2])), size - 1
        else:
            first, last = int(span[1]), min(int(span[2] or size), size - 1)
        if first <= last:
            spans.append((first, last))
    return spans
