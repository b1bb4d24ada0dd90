"""Whole answers: the page for browsers, and those that fault rules ask for."""

from collections.abc import Mapping

from g3fs.demo.faulty import Page
from g3fs.demo.photoprism.replies import HTML, ICONS, JSON, PAGE, SVG, Answer, as_json, plain

LOGIN = PAGE.replace(b"Not found", b"PhotoPrism").replace(b"." * 400, b"")


def front_page() -> Answer:
    """What browsers get below /library."""
    return plain(200, LOGIN, HTML)


def _json(status: int, **data: object) -> Page:
    return Page(status=status, body=as_json(data), content_type=JSON)


PAGES: Mapping[str, Page] = {
    "login_limited": _json(429, code=429, error="rate limit exceeded"),
    "already_running": _json(500, error="Already running"),
    "busy": _json(429, code=429, error="Busy, please try again later"),
    "no_storage": _json(507, code=507, error="Insufficient storage"),
    "icon": Page(status=200, body=ICONS["photo"], content_type=SVG),
    "login_page": Page(status=200, body=LOGIN, content_type=HTML),
    "maintenance": Page(status=503, body=b"Service Unavailable", content_type="text/plain"),
    "too_large": Page(status=413, body=b"<html>413 Request Entity Too Large</html>"),
    "uri_too_long": Page(status=414, body=b"<html>414 Request-URI Too Large</html>"),
    "rest_off": Page(status=404, body=PAGE, content_type=HTML),
}
"""By the action of the rule."""
