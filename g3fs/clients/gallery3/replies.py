"""What the gallery's answers mean: the only place where an HTTP status becomes a gallery error."""

from g3fs.clients.gallery3.wire import codes_from
from g3fs.gallery.errors import (
    AlreadyExists,
    BadName,
    BadReply,
    GalleryError,
    Invalid,
    LoginRefused,
    Maintenance,
    NameTooLong,
    NoSpace,
    NotFound,
    NotPermitted,
    NotSupported,
    ServerError,
    TooLarge,
    ValueTooLong,
)
from g3fs.http.messages import Reply

_NAMES = ("name", "slug")
_BAD_REQUEST = 400
_TELLING: dict[int, tuple[type[GalleryError], str]] = {
    401: (LoginRefused, "a login in front of the gallery refuses us: use headers="),
    403: (LoginRefused, "the gallery does not accept the key"),
    404: (NotFound, "{what} does not exist, or may not be seen"),
    413: (TooLarge, "the web server takes no file of this size"),
    507: (NoSpace, "the disk of the server is full"),
}
_CODES: dict[str, type[GalleryError]] = {
    "conflict": AlreadyExists,
    "length": ValueTooLong,
    "reserved": BadName,
    "cant_delete_root_album": NotPermitted,
}
_PROXY_FAILURES = (502, 503, 504)
_NOT_FOUND = 404

FAILED = 500
"""A missing permission as well as a failure: whoever gets it has to look which."""


def is_web_page(media_type: str, status: int) -> bool:
    """Whether a success is a page for people: the gallery gives JSON, or bytes of media."""
    return status < 300 and media_type in ("text/html", "application/xhtml+xml")


def checked(reply: Reply, what: str, *, uploading: bool = False) -> Reply:
    """The reply, if it is a success; else the error is raised. `what` it was about, for people."""
    if is_web_page(reply.media_type, reply.status):
        raise maintenance()
    if 200 <= reply.status < 300:
        return reply
    raise error_of(reply.status, reply.body, what, uploading=uploading)


def maintenance() -> Maintenance:
    """The error for a page where data was expected."""
    return Maintenance(
        "the gallery answers with a web page: it is in maintenance mode, or behind another login"
    )


def error_of(status: int, body: bytes, what: str, *, uploading: bool = False) -> GalleryError:
    """What a status that is no success means."""
    if status == _BAD_REQUEST:
        return _refusal(codes_from(body), what, uploading=uploading)
    if status == _NOT_FOUND and body.lstrip().startswith(b"<"):
        # The API says `[]`. Believing a page would make every album vanish from a mount.
        return Maintenance(
            "nothing of the gallery is found: its REST module was switched off, or it was moved"
        )
    if status in _TELLING:
        kind, text = _TELLING[status]
        return kind(text.format(what=what))
    if status in _PROXY_FAILURES:
        return ServerError(f"the web server gets no answer from the gallery ({status})")
    if status >= FAILED:
        return ServerError(f"the gallery failed with {what} ({status})")
    return BadReply(f"the gallery answered {what} with the odd status {status}")


def _refusal(codes: dict[str, str], what: str, *, uploading: bool) -> GalleryError:
    """The error for a 400, which says field by field what it does not like; or nothing."""
    if not codes:
        return NotSupported(f"the gallery does not know {what} (old, or a module is off)")
    if uploading and (codes.get("file") == "" or codes == {"type": "invalid"}):
        return TooLarge("the file is larger than the settings of the server's PHP allow")
    said = ", ".join(f"{name}: {code or 'invalid'}" for name, code in codes.items())
    for name, code in codes.items():
        if code == "length" and name in _NAMES:
            return NameTooLong(f"{name} is too long for the gallery")
        if code in _CODES:
            return _CODES[code](f"the gallery refuses {what} ({said})")
    return Invalid(f"the gallery refuses {what} ({said})")
