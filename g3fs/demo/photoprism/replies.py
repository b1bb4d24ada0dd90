"""Answers as PhotoPrism writes them: JSON, HTML pages, icons, redirects."""

import json
from collections.abc import Mapping
from http import HTTPStatus
from wsgiref.types import WSGIEnvironment

from werkzeug.datastructures import Headers
from werkzeug.wrappers import Response

JSON = "application/json; charset=utf-8"
TEXT = "text/plain; charset=utf-8"
HTML = "text/html; charset=utf-8"
SVG = "image/svg+xml"
NOT_KEPT = {"Cache-Control": "no-store"}


class Answer(Response):
    """A response whose headers leave as they were set."""

    autocorrect_location_header = False

    def get_wsgi_headers(self, environ: WSGIEnvironment) -> Headers:
        return Headers(self.headers)


class Refused(Exception):
    """The request ends with this answer."""

    def __init__(self, answer: Answer) -> None:
        super().__init__(answer.status)
        self.answer = answer


def status_line(status: int) -> str:
    """The number and its usual words."""
    return f"{status} {HTTPStatus(status).phrase}"


def plain(
    status: int, body: bytes, content_type: str, headers: Mapping[str, str] | None = None
) -> Answer:
    """An answer with a body in memory."""
    answer = Answer(body, status=status_line(status))
    answer.headers.clear()
    if content_type:
        answer.headers["Content-Type"] = content_type
    answer.headers["Content-Length"] = str(len(body))
    answer.headers.extend(headers or {})
    return answer


def as_json(data: object) -> bytes:
    """JSON as Go writes it; what is not UTF-8 is replaced."""
    text = json.dumps(data, separators=(",", ":"), ensure_ascii=False)
    return text.encode("utf-8", "replace")


def reply(data: object, status: int = 200, headers: Mapping[str, str] | None = None) -> Answer:
    """JSON."""
    return plain(status, as_json(data), JSON, headers)


def message(text: str, **more: object) -> Answer:
    """The answer of calls that have nothing to tell."""
    return reply({"code": 200, "message": text, **more})


def refused(status: int, text: str, content_type: str = JSON) -> Refused:
    """A refusal with a code."""
    return Refused(plain(status, as_json({"code": status, "error": text}), content_type))


def refused_bare(status: int, text: str) -> Refused:
    """A refusal without one; some calls forget it."""
    return Refused(reply({"error": text}, status))


def bad_request() -> Refused:
    """A call that cannot be understood; typed as text where the body or query is bad."""
    return refused(400, "Unable to do that")


def bad_form() -> Refused:
    """Malformed JSON, a missing count."""
    return refused(400, "Unable to do that", TEXT)


def forbidden() -> Refused:
    """Role or scope."""
    return refused(403, "Permission denied")


def disabled() -> Refused:
    """Switched off in the settings."""
    return refused(403, "Feature disabled")


def no_entity() -> Refused:
    """Unknown uid or hash."""
    return refused(404, "Entity not found")


def no_album() -> Refused:
    """Unknown or deleted album."""
    return refused(404, "Album not found")


def nothing_selected() -> Refused:
    """A batch call without photos."""
    return refused(400, "No items selected")


def not_found(accept: str) -> Answer:
    """An address or method that the router does not know."""
    if "application/json" in accept and "text/html" not in accept:
        return reply({"error": "Not found"}, 404)
    return plain(404, PAGE, HTML)


def redirect(status: int, location: str, *, page: bool = True) -> Answer:
    """Go somewhere else."""
    phrase = {301: "Moved Permanently", 307: "Temporary Redirect"}[status]
    body = f'<a href="{location}">{phrase}</a>.\n\n'.encode() if page else b""
    return plain(status, body, HTML if page else "", {"Location": location})


def icon(name: str, status: int = 200) -> Answer:
    """An SVG where bytes were asked for."""
    return plain(status, ICONS[name], SVG)


def _svg(size: int) -> bytes:
    head = b'<svg xmlns="http://www.w3.org/2000/svg" width="24" height="24" viewBox="0 0 24 24">'
    tail = b"</svg>"
    filler = b'<path d="M0 0h24v24H0z" fill="none"/>'
    rest = size - len(head) - len(filler) - len(tail)
    return head + filler + b"<!--" + b"." * (rest - 7) + b"-->" + tail


ICONS: Mapping[str, bytes] = {
    "broken": _svg(435),
    "photo": _svg(279),
    "video": _svg(261),
    "album": _svg(244),
}
"""Of the sizes that the real server's icons have."""
PAGE = (
    b'<!DOCTYPE html>\n<html><head><title>PhotoPrism</title></head><body><div id="app">'
    b"<h1>Not found</h1>" + b"<!--" + b"." * 6806 + b"--></div></body></html>"
)
