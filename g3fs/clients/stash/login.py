"""Who we are, and how that becomes a header: a key, a session cookie, or nothing."""

import logging
import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from http.cookies import CookieError, SimpleCookie
from typing import TypedDict
from urllib.parse import urlencode

from g3fs.clients.stash.replies import OK, REDIRECTS, UNAUTHORISED, error_of
from g3fs.gallery.errors import LoginRefused
from g3fs.http.auth import Auth, KeyAuth, NoAuth
from g3fs.http.exchange import Http
from g3fs.http.messages import Request
from g3fs.http.redact import Redactor, masked

log = logging.getLogger(__name__)

KEY_HEADER = "ApiKey"
_COOKIE_HEADER = "Cookie"
_SESSION = "session"

NEW_CREDENTIALS = frozenset({UNAUTHORISED, *REDIRECTS})
"""Statuses that mean a missing or refused login: addresses of bytes redirect to the login page."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Login:
    """Who we are; nothing at all suits open servers. The key wins; the password is the fallback."""

    username: str | None = None
    password: str | None = None
    api_key: str | None = None

    @property
    def secrets(self) -> tuple[str | None, ...]:
        """What must never be logged."""
        return (self.password, self.api_key)

    @property
    def can_log_in(self) -> bool:
        """Whether there are name and password."""
        return self.username is not None and self.password is not None

    def __repr__(self) -> str:
        password, key = masked(self.password), masked(self.api_key)
        return f"Login(username={self.username!r}, password={password}, api_key={key})"


class LoginWords(TypedDict, total=False):
    """The fields of Login as keyword arguments; see there."""

    username: str | None
    password: str | None
    api_key: str | None


NOBODY = Login()


class StashAuth:
    """Tries what we have in turn, one at a time, and stays with what was accepted.

    The last way is nothing: an open server refuses any key that is not its own. So when a login is
    set up or removed while we are connected, the next request finds out.
    """

    def __init__(self, ways: Sequence[Auth], *, open_server: bool) -> None:
        """`ways`: best first. `open_server`: it answered without any login."""
        self._ways: tuple[Auth, ...] = (*ways, NoAuth())
        self._lock = threading.Lock()
        self._current = len(self._ways) - 1 if open_server else 0

    def headers(self) -> Mapping[str, str]:
        return self._way.headers()

    def renew(self, refused: Mapping[str, str]) -> bool:
        with self._lock:
            way = self._way
            if way.headers() != refused:
                return True  # another thread was faster
            if way.renew(refused):
                return True
            self._current = (self._current + 1) % len(self._ways)
            if self._way is self._ways[-1] and way is not self._way:
                log.info("the login is refused; trying without, in case the server is open now")
            return self._way is not way

    @property
    def _way(self) -> Auth:
        return self._ways[self._current]

    def __repr__(self) -> str:
        return f"StashAuth({self._way!r})"


def auth_for(
    login: Login, log_in: Callable[[], str], redactor: Redactor, *, open_server: bool
) -> StashAuth:
    """The ways that a login gives; `log_in` returns a new cookie."""
    ways: list[Auth] = []
    if login.api_key:
        ways.append(KeyAuth(KEY_HEADER, key=login.api_key, login=None, redactor=redactor))
    if login.can_log_in:
        ways.append(KeyAuth(_COOKIE_HEADER, key=None, login=log_in, redactor=redactor))
    return StashAuth(ways, open_server=open_server)


def session_cookie(http: Http, base: str, login: Login) -> str:
    """POST login: the cookie of a new session, as a header value; it lasts an hour by default.

    Servers before v0.29 answer 302, and 200 with a page when they refuse: the cookie decides.

    Raises:
        LoginRefused: wrong name or password.
    """
    form = {"username": login.username or "", "password": login.password or ""}
    request = Request(
        method="POST",
        target=f"{base}/login",
        headers={"Content-Type": "application/x-www-form-urlencoded"},
        body=urlencode(form).encode(),
        repeatable=True,
        credentials=False,
    )
    reply = http.request(request)
    value = _session_in(reply.headers.get("Set-Cookie", ""))
    if value is not None and reply.status in (OK, *REDIRECTS):
        http.options.redactor.add(value)
        return f"{_SESSION}={value}"
    if reply.status in (OK, UNAUTHORISED, *REDIRECTS):
        raise LoginRefused("Stash does not accept this name and password")
    raise error_of(reply.status, reply.body, "the login")


def _session_in(set_cookie: str) -> str | None:
    try:
        cookie = SimpleCookie(set_cookie).get(_SESSION)
    except CookieError:
        return None
    return cookie.value if cookie is not None and cookie.value else None
