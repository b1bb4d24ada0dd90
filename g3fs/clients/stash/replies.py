"""What the server's answers mean: the only place where a status or a text becomes a gallery error.

There are no codes: messages are English sentences, partly raw SQL. The table below knows those
worth telling apart.
"""

import re
from collections.abc import Mapping, Sequence

from g3fs.clients.stash.wire.answers import Answer, Problem, answer_from
from g3fs.gallery.errors import (
    AccessDenied,
    AlreadyExists,
    BadReply,
    BytesLost,
    GalleryError,
    Invalid,
    LoginRefused,
    NotFound,
    NotPermitted,
    NotSupported,
    ServerError,
    TooLarge,
)
from g3fs.http.messages import Reply

OK = 200
UNAUTHORISED = 401
REDIRECTS = (301, 302, 303, 307, 308)
FAILED = 500

_FORBIDDEN = 403
_PROXY_FAILURES = (502, 503, 504)
_WEB_PAGES = ("text/html", "application/xhtml+xml")
_MESSAGE_MAX = 200

MESSAGES: Sequence[tuple[str, type[GalleryError]]] = (
    # Names of things stand in the messages: ends and beginnings are more certain than middles.
    (r"already exists$", AlreadyExists),
    (r"^name '.*' is used as alias for '.*'$", AlreadyExists),
    (r"cannot change contents of (folder|zip)-based gallery \"", NotPermitted),
    (r"^cannot move (file|to) .*, is in a zip file$", NotPermitted),
    (r"^cannot delete primary file ", NotPermitted),
    (r"^cannot modify \w+ fingerprint$", NotPermitted),
    (r"^Internal system error", ServerError),
    (r"no such file or directory$", BytesLost),
    (r"with id \S+ not found$", NotFound),
    (r"^(file|folder) not found$", NotFound),
    (r"sql: no rows in result set$", NotFound),
    (r"^id \d+ does not exist in \w+$", NotFound),
    (r"FOREIGN KEY constraint failed$", NotFound),
    (r"must not be (empty|blank)", Invalid),
    (r"^converting \w+( \w+)?: ", Invalid),
    (r"parsing \".*\": (invalid syntax|value out of range)$", Invalid),
    (r"^Image # must greater than zero", Invalid),
    (r"^invalid sort: ", Invalid),
    (r"^cannot have \w+ and \w+ in the same filter$", Invalid),
    (r"^error parsing regexp", Invalid),
    (r"duplicate id found: \S+$", Invalid),
    (r"^file extension for .* is inconsistent with old filename ", Invalid),
    (r"must be within a stash library path$", Invalid),
    (r"^must specify ", Invalid),
    (r"^cannot merge where source == destination$", Invalid),
    (r"^file with id \S+ not associated with ", Invalid),
    (r"element is null which the schema does not allow$", BadReply),
)
"""Parts of messages and what they mean; the first that is found decides, none is a ServerError."""

_NULL = "element is null which the schema does not allow"
_LOCKED = (
    "this Stash has locked itself, because it was open and somebody reached it from the Internet:"
    " set a user name and password in its settings, or clear"
    " security_tripwire_accessed_from_public_internet in its config.yml, and restart it"
)


def is_web_page(media_type: str) -> bool:
    """Whether an answer is a page for people."""
    return media_type in _WEB_PAGES


def checked(reply: Reply, what: str) -> Answer:
    """The answer to a document, with its problems; else the error is raised.

    Raises:
        LoginRefused: 401 or a redirect to the login page.
        AccessDenied: 403.
        NotSupported: 422, the server does not know what it was asked for.
        BadReply: 400, a web page, or anything else that is no answer.
    """
    if is_web_page(reply.media_type) and reply.status == OK:
        raise web_page()
    if reply.status == OK:
        return answer_from(reply.body)
    raise error_of(reply.status, reply.body, what)


def web_page() -> BadReply:
    """The error for a page where data was expected."""
    return BadReply("a web page came instead of an answer: is there a login in front of Stash?")


def spoiled_by_null(problems: Sequence[Problem]) -> Problem | None:
    """The first problem, if all are that a record lacks what it must have."""
    if problems and all(_NULL in problem.message for problem in problems):
        return problems[0]
    return None


def problem_error(problem: Problem, what: str) -> GalleryError:
    """What an error inside an answer means. `what` it was about, for people."""
    message = _printable(problem.message)
    place = ".".join(str(part) for part in problem.path)
    where = f" at {_printable(place)}" if _NULL in problem.message and place else ""
    for pattern, kind in MESSAGES:
        if re.search(pattern, problem.message, re.DOTALL):
            return kind(f"{what}: {message}{where}")
    return ServerError(f"Stash failed with {what}: {message}")


def error_of(status: int, body: bytes, what: str) -> GalleryError:
    """What a status that is no success means."""
    if status == UNAUTHORISED or status in REDIRECTS:
        return LoginRefused(
            "Stash wants a login: the key, or name and password, are missing or not accepted"
        )
    if status == _FORBIDDEN:
        return _forbidden(body)
    if status >= FAILED:
        return _failed(status, body, what)
    said = _said(body)
    remark = f" ({said})" if said else ""
    telling: Mapping[int, GalleryError] = {
        400: BadReply(f"Stash could not read the request for {what}{remark}"),
        404: NotFound(f"{what} does not exist"),
        413: TooLarge(f"the web server in front of Stash takes no request of this size ({what})"),
        422: NotSupported(f"this Stash does not know what {what} needs{remark}"),
    }
    odd = BadReply(f"Stash answered {what} with the odd status {status}")
    return telling.get(status, odd)


def is_locked(body: bytes) -> bool:
    """Whether a 403 says that the server has locked itself; it does so for everybody."""
    return b"public internet" in body or b"over the internet" in body


def _forbidden(body: bytes) -> GalleryError:
    if is_locked(body):
        return AccessDenied(_LOCKED)
    return AccessDenied("access to this Stash is forbidden (a proxy in front of it, or its lock)")


def _failed(status: int, body: bytes, what: str) -> GalleryError:
    if status in _PROXY_FAILURES:
        return ServerError(f"the web server gets no answer from Stash ({status})")
    if b"no such file or directory" in body:
        return BytesLost(f"the file of {what} is gone from the disk of the server")
    return ServerError(f"Stash failed with {what} ({status})")


def _said(body: bytes) -> str:
    """The message of an error, which comes as JSON even where it is typed text/plain."""
    try:
        problems = answer_from(body).problems
    except BadReply:
        return ""
    return _printable(problems[0].message) if problems else ""


def _printable(text: str) -> str:
    clean = "".join(char if char.isprintable() else " " for char in text)
    return clean if len(clean) <= _MESSAGE_MAX else f"{clean[:_MESSAGE_MAX]}..."
