"""Whether there is a PhotoPrism at an address, and which path it lies under."""

from g3fs.clients.photoprism.replies import FAILED, UNAUTHORISED, error_of
from g3fs.clients.photoprism.wire.fields import decoded
from g3fs.clients.photoprism.wire.sessions import WireConfig, config_from, is_photoprism
from g3fs.gallery.errors import BadReply, GalleryError, NotAGallery
from g3fs.http.exchange import Http
from g3fs.http.messages import Reply, Request
from g3fs.http.origin import split_address

_PAGES = ("library", "api", "originals", "import", "s")
"""What follows the path of the site in addresses that people copy; `s` are share links."""
_MAX_DEPTH = 3


def detect(http: Http, url: str) -> WireConfig:
    """Find the site for an address as a user types it; without credentials.

    `base_uri` of the result is where it answers, whatever the server believes of itself.

    Raises:
        NotAGallery: something else answers there.
        LoginRefused: a login in front of it refuses us.
        Unreachable, TimedOut, TlsFailed: nothing answers.
    """
    places = candidates(url)
    hint: GalleryError | None = None
    for base in places:
        reply = http.request(_question(base))
        config = _config(reply, base)
        if config is not None:
            return config
        if reply.status == UNAUTHORISED or reply.status >= FAILED:
            hint = hint or error_of(reply.status, reply.body, "the configuration")
    raise hint or NotAGallery(f"there is no PhotoPrism at {http.origin}{places[0]}")


def candidates(url: str) -> tuple[str, ...]:
    """Paths that the site may lie under, likeliest first."""
    segments = [part for part in split_address(url).path.split("/") if part]
    for page in _PAGES:
        if page in segments:
            segments = segments[: segments.index(page)]
    depth = min(len(segments), _MAX_DEPTH)
    return tuple(
        "".join(f"/{part}" for part in segments[:length]) for length in range(depth, -1, -1)
    )


def _question(base: str) -> Request:
    return Request(
        method="GET",
        target=f"{base}/api/v1/config",
        headers={"Accept": "application/json"},
        repeatable=True,
        credentials=False,
    )


def _config(reply: Reply, base: str) -> WireConfig | None:
    if reply.status != 200:
        return None
    try:
        answer = decoded(reply.body)
    except BadReply:
        return None
    return config_from(answer, base) if is_photoprism(answer) else None
