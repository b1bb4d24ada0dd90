"""Answers, and how a Gallery 3 writes them: JSON as PHP does, or HTML, or a script."""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from html import escape
from http import HTTPStatus
from typing import BinaryIO
from wsgiref.types import WSGIEnvironment

from flask import Response
from werkzeug.datastructures import Headers

from g3fs.demo.gallery3.refusals import PAGE_SIZE, TRACE_SIZE, bad_request, error_page

HTML = "text/html; charset=UTF-8"
JSON = "application/json; charset=UTF-8"
API_VERSION = ("X-Gallery-API-Version", "3.0")
PAST = "Thu, 19 Nov 1981 08:52:00 GMT"
"""What PHP writes into Expires so that nothing is kept."""
CHUNK = 256 * 1024
CALLBACK = re.compile(r"[$A-Za-z_][0-9A-Za-z_]*")


class Answer(Response):
    """A response whose headers leave as they were set: Content-Length of a 304 included."""

    autocorrect_location_header = False

    def get_wsgi_headers(self, environ: WSGIEnvironment) -> Headers:
        return Headers(self.headers)


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """A successful REST call; `data` becomes JSON."""

    data: object = None
    location: str | None = None
    """Set: something was created, status 201."""


def php_json(data: object) -> bytes:
    """JSON with slashes and non-ASCII escaped, as json_encode() writes it."""
    return json.dumps(data, separators=(",", ":")).replace("/", "\\/").encode()


def plain(status: int, body: bytes, content_type: str, headers: Mapping[str, str]) -> Answer:
    """An answer with a body in memory."""
    answer = Answer(body, status=status)
    answer.headers.clear()
    answer.headers["Content-Type"] = content_type
    answer.headers["Content-Length"] = str(len(body))
    answer.headers.extend(headers)
    return answer


NOT_KEPT = (
    ("Expires", PAST),
    ("Cache-Control", "no-store, no-cache, must-revalidate"),
    ("Pragma", "no-cache"),
    ("X-Frame-Options", "SAMEORIGIN"),
)
"""What PHP adds to everything that it makes."""


def dynamic(status: int, body: bytes, content_type: str, *more: tuple[str, str]) -> Answer:
    """An answer made by PHP: not to be kept, not to be framed."""
    return plain(status, body, content_type, dict((*NOT_KEPT, *more)))


def written(reply: Reply, output: str, callback: str) -> Answer:
    """A reply in the output format that was asked for.

    Raises:
        Refusal: 400, the callback of a script is missing or bad.
    """
    status = 200 if reply.location is None else 201
    created = () if reply.location is None else (("Location", reply.location),)
    match output:
        case "json":
            return dynamic(status, php_json(reply.data), JSON, API_VERSION, *created)
        case "html":
            text = json.dumps(reply.data, indent=2, ensure_ascii=False) if reply.data else ""
            page = f"<pre>{escape(text) or 'No data'}</pre>".encode(errors="replace")
            return dynamic(status, page, HTML, API_VERSION, *created)
        case "jsonp":
            if not callback:
                raise bad_request({"errors": {"callback": "missing"}})
            if not CALLBACK.fullmatch(callback):
                raise bad_request({"errors": {"callback": "invalid"}})
            script = callback.encode() + b"(" + php_json(reply.data) + b")"
            kind = "application/javascript; charset=UTF-8"
            return dynamic(status, script, kind, API_VERSION, *created)
        case _:
            return dynamic(400, b"[]", HTML, API_VERSION)


def refused(status: int, body: object) -> Answer:
    """A refusal: JSON that claims to be HTML."""
    return dynamic(status, php_json(body), HTML)


def failed(*, admin: bool) -> Answer:
    """The page 500; administrators are shown a stack trace."""
    status = f"500 {HTTPStatus.INTERNAL_SERVER_ERROR.phrase}"
    return dynamic(500, error_page(status, TRACE_SIZE if admin else PAGE_SIZE), HTML)


def streamed(status: int, source: BinaryIO, length: int, headers: Mapping[str, str]) -> Answer:
    """An answer of `length` bytes read from where the source stands; closes the source."""
    answer = Answer(_chunks(source, length), status=status)
    answer.call_on_close(source.close)
    answer.headers.clear()
    answer.headers.extend(headers)
    answer.headers["Content-Length"] = str(length)
    return answer


def _chunks(source: BinaryIO, length: int) -> Iterator[bytes]:
    while length > 0:
        chunk = source.read(min(CHUNK, length))
        if not chunk:
            return
        length -= len(chunk)
        yield chunk
