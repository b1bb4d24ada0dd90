"""What the server's answers mean: the only place where an HTTP status becomes a gallery error.

Messages are translated by the server, so status and `code` decide; the text is for people.
"""

import json

from g3fs.gallery.errors import (
    AccessDenied,
    BadReply,
    Busy,
    GalleryError,
    Invalid,
    LoginRefused,
    NoSpace,
    NotFound,
    NotSupported,
    ReadOnly,
    ServerError,
    TooLarge,
)
from g3fs.http.messages import Reply

OK = 200
UNAUTHORISED = 401
FORBIDDEN = 403
NOT_FOUND = 404
FAILED = 500

_BAD_REQUEST = 400
_PROXY_FAILURES = (502, 503, 504)
_WEB_PAGES = ("text/html", "application/xhtml+xml")
_NO_SUCH_CALL = "not found"
"""What the router says of an address that it does not know; the server's own words have a code, or
name what was not found."""
_MESSAGE_MAX = 200
_TELLING: dict[int, tuple[type[GalleryError], str]] = {
    401: (LoginRefused, "PhotoPrism does not accept the key, or it has expired"),
    413: (TooLarge, "the web server takes no file of this size"),
    423: (Busy, "{what} is locked by somebody else"),
    429: (Busy, "PhotoPrism is busy and asks to come back later"),
    507: (NoSpace, "the disk of the server is full"),
}


def is_web_page(media_type: str) -> bool:
    """Whether an answer is a page for people."""
    return media_type in _WEB_PAGES


def checked(reply: Reply, what: str, *, readonly: bool = False) -> Reply:
    """The reply, if it is a success; else the error is raised. `what` it was about, for people.

    `readonly`: the site is in read-only mode, and the call changes files.
    """
    if 200 <= reply.status < 300:
        if is_web_page(reply.media_type):
            raise web_page()
        return reply
    raise error_of(reply.status, reply.body, what, readonly=readonly)


def web_page() -> BadReply:
    """The error for a page where data was expected."""
    return BadReply(
        "a web page came instead of an answer: is there a login in front of PhotoPrism?"
    )


def error_of(status: int, body: bytes, what: str, *, readonly: bool = False) -> GalleryError:
    """What a status that is no success means."""
    if status in (_BAD_REQUEST, FORBIDDEN):
        return _refused(status, body, what, readonly=readonly)
    if status == NOT_FOUND:
        return _missing(body, what)
    if status in _TELLING:
        kind, text = _TELLING[status]
        return kind(text.format(what=what))
    if status >= FAILED:
        return _failed(status, body, what)
    return BadReply(f"PhotoPrism answered {what} with the odd status {status}")


def _refused(status: int, body: bytes, what: str, *, readonly: bool) -> GalleryError:
    code, message = _said(body)
    said = f" ({message})" if message else ""
    if status == FORBIDDEN:
        if readonly:
            return ReadOnly(f"this PhotoPrism is in read-only mode{said}")
        return AccessDenied(f"this user or key may not do this with {what}{said}")
    if code is None and message:
        # The list of albums, which is the only one to refuse a user in this way.
        return AccessDenied(f"this user may not have {what}{said}")
    return Invalid(f"PhotoPrism refuses {what}{said}")


def _missing(body: bytes, what: str) -> GalleryError:
    code, message = _said(body)
    if code is None and message.lower() in ("", _NO_SUCH_CALL):
        return NotSupported(f"this server knows no such call ({what}): wrong address, or too old")
    return NotFound(f"{what} does not exist, or may not be seen")


def _failed(status: int, body: bytes, what: str) -> GalleryError:
    if status in _PROXY_FAILURES:
        return ServerError(f"the web server gets no answer from PhotoPrism ({status})")
    code, message = _said(body)
    if code is None and message:
        # Other failures have a code; this one is "Already running", in the server's language.
        return Busy(f"PhotoPrism is busy with {what}: {message}")
    return ServerError(f"PhotoPrism failed with {what} ({status}{message and f': {message}'})")


def _said(body: bytes) -> tuple[int | None, str]:
    """Code and message of an error, which comes as JSON even where it is typed text/plain."""
    try:
        reply = json.loads(body)
    except (ValueError, RecursionError):
        return None, ""
    if not isinstance(reply, dict):
        return None, ""
    code, message = reply.get("code"), reply.get("error") or reply.get("message")
    text = message if isinstance(message, str) else ""
    clean = "".join(char for char in text if char.isprintable())[:_MESSAGE_MAX]
    return (code if isinstance(code, int) and not isinstance(code, bool) else None), clean
