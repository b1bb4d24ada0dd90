"""Whether there is a Gallery 3 at an address, and where exactly its API is."""

from dataclasses import dataclass

from g3fs.clients.gallery3.address import candidates
from g3fs.clients.gallery3.api import ROOT_ID
from g3fs.clients.gallery3.replies import FAILED, error_of, is_web_page
from g3fs.gallery.errors import GalleryError, Maintenance, NotAGallery, NotSupported
from g3fs.http.exchange import Http
from g3fs.http.messages import Reply, Request

_VERSION_HEADER = "X-Gallery-API-Version"
_COOKIE = "g3sid="
"""Every page of a Gallery 3 sets this cookie, its error pages too."""

_UNAUTHORISED = 401
_REFUSALS = (400, 403, 404)


@dataclass(frozen=True, slots=True, kw_only=True)
class Detected:
    """Where the API answers."""

    base: str
    """The path above `rest`, such as `/gallery3/index.php`."""
    guests: bool
    """Whether visitors without a key may read."""


def detect(http: Http, url: str) -> Detected:
    """Find the API for an address as a user types it; without credentials.

    Raises:
        NotSupported: it is a Gallery 3, but its REST module is off.
        Maintenance: it is a Gallery 3, and down for maintenance.
        LoginRefused: a login in front of it refuses us.
        NotAGallery: something else answers there.
        Unreachable, TimedOut, TlsFailed: nothing answers.
    """
    places = candidates(url)
    hint: GalleryError | None = None
    for base in places:
        reply = http.request(_question(base))
        if _is_rest(reply):
            return Detected(base=base, guests=reply.status == 200)
        hint = hint or _why_not(reply)
    raise hint or NotAGallery(f"there is no Gallery 3 at {http.origin}{places[0]}")


def _question(base: str) -> Request:
    target = f"{base}/rest/item/{ROOT_ID}"
    return Request(method="GET", target=target, repeatable=True, credentials=False)


def _is_rest(reply: Reply) -> bool:
    """The API answers with its version, or with an empty JSON list when it refuses."""
    if _VERSION_HEADER in reply.headers:
        return True
    return reply.status in _REFUSALS and reply.body.strip() == b"[]"


def _why_not(reply: Reply) -> GalleryError | None:
    """What an answer that is not the API's tells all the same."""
    if reply.status == _UNAUTHORISED or reply.status >= FAILED:
        return error_of(reply.status, reply.body, "the gallery")
    if _COOKIE not in reply.headers.get("Set-Cookie", ""):
        return None
    if is_web_page(reply.media_type, reply.status):
        return Maintenance("this Gallery 3 is in maintenance mode; try again later")
    return NotSupported(
        "this Gallery 3 has its REST module switched off; an administrator can activate it"
    )
