"""Whether there is a Stash at an address, which path it lies under, and what it can do."""

import logging
from dataclasses import dataclass, replace

from g3fs.clients.stash.api import question
from g3fs.clients.stash.documents import selected
from g3fs.clients.stash.replies import (
    FAILED,
    OK,
    REDIRECTS,
    UNAUTHORISED,
    checked,
    error_of,
    is_locked,
    is_web_page,
    problem_error,
)
from g3fs.clients.stash.wire.answers import answer_from
from g3fs.clients.stash.wire.fields import Fields
from g3fs.clients.stash.wire.schema import Schema, introspection, schema_from
from g3fs.clients.stash.wire.shapes import Operation
from g3fs.clients.stash.wire.system import (
    STATUS,
    VERSION,
    WireStatus,
    WireVersion,
    status_from,
    version_from,
)
from g3fs.gallery.errors import BadReply, GalleryError, Maintenance, NotAGallery, NotSupported
from g3fs.http.exchange import Http
from g3fs.http.messages import Reply
from g3fs.http.origin import split_address

log = logging.getLogger(__name__)

_PAGES = frozenset(
    (
        *("graphql", "playground", "login", "logout", "setup", "migrate", "settings", "stats"),
        *("galleries", "images", "scenes", "groups", "movies", "markers"),
        *("performers", "studios", "tags", "help"),
    )
)
"""What follows the path of the site in addresses that people copy."""
_MAX_DEPTH = 3
_CHALLENGE = "FormBased"
"""What a Stash says that wants a login."""
_OLDEST_SCHEMA = 54
"""Of the database: v0.24, December 2023."""
_NO_FILE_TITLES = 72
"""From v0.28 on the title of an untitled image is empty; before it was its file name."""
_EVERYTHING = Schema({})


@dataclass(frozen=True, slots=True, kw_only=True)
class Detected:
    """Where a Stash answers."""

    base: str
    """The path above `graphql`, such as `/stash`; "" for none."""
    open_server: bool
    """It answers without a login, and would refuse any key."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """What was learned when the connection was opened."""

    version: WireVersion
    status: WireStatus
    schema: Schema
    open_server: bool

    @property
    def has_folders(self) -> bool:
        """Whether the tree of folders can be asked for: from v0.29."""
        return self.schema.has("Query", "findFolders")

    @property
    def titles_are_names(self) -> bool:
        """Whether images without a title have their file name for one."""
        return self.status.app_schema < _NO_FILE_TITLES


def detect(http: Http, url: str) -> Detected:
    """Find the site for an address as a user types it; without credentials.

    Raises:
        NotAGallery: something else answers there.
        AccessDenied: it is a Stash that has locked itself, or a proxy forbids us.
        LoginRefused: a login in front of it refuses us.
        Unreachable, TimedOut, TlsFailed: nothing answers.
    """
    places = candidates(url)
    hint: GalleryError | None = None
    for base in places:
        request = question(base, f"{{ {_whole(VERSION)} }}", None)
        reply = http.request(replace(request, credentials=False))
        open_server = _is_stash(reply)
        if open_server is not None:
            return Detected(base=base, open_server=open_server)
        hint = hint or _why_not(reply)
    raise hint or NotAGallery(f"there is no Stash at {http.origin}{places[0]}")


def candidates(url: str) -> tuple[str, ...]:
    """Paths that the site may lie under, likeliest first."""
    segments = [part for part in split_address(url).path.split("/") if part]
    for place, part in enumerate(segments):
        if part in _PAGES:
            segments = segments[:place]
            break
    depth = min(len(segments), _MAX_DEPTH)
    return tuple(
        "".join(f"/{part}" for part in segments[:length]) for length in range(depth, -1, -1)
    )


def learn(http: Http, detected: Detected) -> Facts:
    """Ask, with credentials, for version and state and which fields there are: one request.

    Raises:
        LoginRefused: no login, or it is not accepted.
        Maintenance: the server is not set up, or waits for a migration of its database.
        NotSupported: it is older than v0.24.
    """
    asked = f"{_whole(VERSION)} {_whole(STATUS)} {introspection()}"
    what = "the version"
    answer = checked(http.request(question(detected.base, f"{{ {asked} }}", None)), what)
    if answer.problems:
        raise problem_error(answer.problems[0], what)
    fields = Fields(answer.data, what)
    version, status = fields.inner(VERSION.name), fields.inner(STATUS.name)
    if version is None or status is None:
        raise BadReply("the server does not tell its version and state")
    facts = Facts(
        version=version_from(version),
        status=status_from(status),
        schema=schema_from(fields),
        open_server=detected.open_server,
    )
    _check(facts)
    return facts


def _check(facts: Facts) -> None:
    if facts.status.app_schema < _OLDEST_SCHEMA:
        named = facts.version.version or f"schema {facts.status.app_schema}"
        raise NotSupported(f"this Stash is too old ({named}): v0.24 or later is needed")
    if facts.status.state == "SETUP":
        raise Maintenance("this Stash is not set up yet: open it in a browser and follow its steps")
    if facts.status.state == "NEEDS_MIGRATION":
        raise Maintenance(
            "this Stash waits for the migration of its database: open it in a browser"
        )


def _whole(operation: Operation) -> str:
    assert operation.result is not None
    return f"{operation.name} {selected(operation.result, _EVERYTHING)}"


def _is_stash(reply: Reply) -> bool | None:
    """Whether a Stash is open; None: this is no Stash."""
    if reply.status == UNAUTHORISED:
        challenged = _CHALLENGE in reply.headers.get("WWW-Authenticate", "")
        return False if challenged else None
    if reply.status != OK or is_web_page(reply.media_type):
        return None
    try:
        data = answer_from(reply.body).data or {}
        return True if Fields(data, "the answer").inner(VERSION.name) is not None else None
    except BadReply:
        return None


def _why_not(reply: Reply) -> GalleryError | None:
    """What an answer that is not Stash's tells all the same."""
    if reply.status in REDIRECTS:
        return NotAGallery("this address leads elsewhere: another path, or https:// for http://?")
    if is_locked(reply.body) or reply.status == UNAUTHORISED or reply.status >= FAILED:
        return error_of(reply.status, reply.body, "the version")
    return None
