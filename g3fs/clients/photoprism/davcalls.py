"""Requests of WebDAV: how they prove who we are, and what their answers mean."""

import base64
import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TypeVar

from g3fs.clients.photoprism.api import Api, quoted
from g3fs.clients.photoprism.login import Login
from g3fs.clients.photoprism.replies import NOT_FOUND, UNAUTHORISED, error_of, is_web_page
from g3fs.clients.photoprism.sessions import Sessions
from g3fs.gallery.errors import AccessDenied, AlreadyExists, GalleryError, NotFound, NotSupported
from g3fs.http.cancel import Cancel
from g3fs.http.messages import NO_HEADERS, Reply, Request, Upload
from g3fs.http.stream import StreamedReply

log = logging.getLogger(__name__)

R = TypeVar("R", Reply, StreamedReply)

DIRECTORY = 405
"""What GET and HEAD say of a directory, and MKCOL of one that exists."""

_CONFLICT = 409
_TAKEN = 412
_ERROR_BODY = 128 * 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class DavWish:
    """One request; `path` is below the root, decoded."""

    method: str
    path: str
    directory: bool = False
    """A directory is expected: its address ends in a slash."""
    headers: Mapping[str, str] = field(default_factory=lambda: NO_HEADERS)
    body: Upload | None = None
    repeatable: bool = True
    cancel: Cancel | None = None


class DavCalls:
    """WebDAV below one root, such as `originals`.

    The key serves here too. Where the server does not take it (its scope lacks `webdav`, or the
    server is old), name and password are tried.
    """

    def __init__(self, api: Api, sessions: Sessions, login: Login, root: str) -> None:
        self._api = api
        self._sessions = sessions
        self._base = f"{api.base}/{root}"
        self._basic = _basic(login)
        self._use_basic = False

    def ask(self, wish: DavWish) -> Reply:
        """The whole answer of a success.

        Raises:
            NotSupported: WebDAV is switched off, or the site is in public mode.
            AccessDenied: this user or key may not use WebDAV, or not write.
            ReadOnly: the site is in read-only mode.
            AlreadyExists: the name is taken.
            NotFound: no such path, or no such directory to put something into.
        """
        reply = self.raw(wish)
        if 200 <= reply.status < 300:
            return reply
        raise self.error_of(reply, reply.body, wish)

    def raw(self, wish: DavWish) -> Reply:
        """The answer whatever its status, but for missing rights."""
        return self._authorised(wish, self._api.http.request)

    def open(self, wish: DavWish) -> StreamedReply:
        """The answer as soon as its headers are there, whatever its status."""
        return self._authorised(wish, self._api.http.open)

    def url(self, path: str) -> str:
        """The full address of a path, as `Destination` wants it."""
        return f"{self._api.http.origin}{self._target(path)}"

    def error_of(self, reply: Reply | StreamedReply, body: bytes, wish: DavWish) -> GalleryError:
        """What a status that is no success means."""
        what = wish.path or "the root"
        if reply.status == NOT_FOUND and is_web_page(reply.media_type):
            return NotSupported("this PhotoPrism has no WebDAV: switched off, or in public mode")
        if reply.status == NOT_FOUND:
            return NotFound(f"there is no {what} on the server's disk")
        if reply.status == _CONFLICT:
            return NotFound(f"there is no directory for {what} on the server's disk")
        if reply.status == _TAKEN or (reply.status == DIRECTORY and wish.method == "MKCOL"):
            return AlreadyExists(f"the name is taken on the server's disk ({what})")
        return error_of(reply.status, body, what, readonly=self._api.readonly)

    def read_error(self, reply: StreamedReply, wish: DavWish) -> GalleryError:
        """The same for an answer that is still to be read."""
        return self.error_of(reply, reply.read_all(_ERROR_BODY), wish)

    def _authorised(self, wish: DavWish, send: Callable[[Request, Cancel | None], R]) -> R:
        used = self._credentials()
        reply = send(self._request(wish, used), wish.cancel)
        if reply.status != UNAUTHORISED:
            return reply
        _end(reply)
        if not self._use_basic:
            # This call gets a new key if ours has expired, and tells if it is not accepted.
            self._sessions.refresh_tokens()
        for credentials, basic in self._others(used):
            reply = send(self._request(wish, credentials), wish.cancel)
            if reply.status != UNAUTHORISED:
                self._use_basic = basic
                return reply
            _end(reply)
        raise AccessDenied("this user or key may not use WebDAV (its scope needs `webdav`)")

    def _others(self, used: Mapping[str, str]) -> list[tuple[Mapping[str, str], bool]]:
        """Credentials that were not tried, and whether they are name and password."""
        others: list[tuple[Mapping[str, str], bool]] = []
        key = self._api.http.auth.headers()
        if key and key != used:
            others.append((key, False))
        if self._basic and self._basic != used:
            others.append((self._basic, True))
        return others

    def _credentials(self) -> Mapping[str, str]:
        return self._basic if self._use_basic else self._api.http.auth.headers()

    def _request(self, wish: DavWish, credentials: Mapping[str, str]) -> Request:
        return Request(
            method=wish.method,
            target=self._target(wish.path, slash=wish.directory),
            headers={**wish.headers, **credentials},
            body=wish.body,
            repeatable=wish.repeatable,
            credentials=False,
            media=wish.method in ("GET", "HEAD"),
        )

    def _target(self, path: str, *, slash: bool = False) -> str:
        below = quoted(path)
        return f"{self._base}/{below}/" if slash and below else f"{self._base}/{below}"


def _basic(login: Login) -> Mapping[str, str]:
    """Name and app password, or password; none if one is missing."""
    secret = login.api_key or login.password
    if login.username is None or secret is None:
        return NO_HEADERS
    pair = base64.b64encode(f"{login.username}:{secret}".encode()).decode("ascii")
    return {"Authorization": f"Basic {pair}"}


def _end(reply: Reply | StreamedReply) -> None:
    if isinstance(reply, StreamedReply):
        reply.close()
