"""Logins and keys: the resources `session` and `oauth`."""

import logging
from urllib.parse import urlencode

from g3fs.clients.photoprism.api import AGAIN, FORM_TYPE, Api, Call
from g3fs.clients.photoprism.wire import bodies
from g3fs.clients.photoprism.wire.fields import decoded
from g3fs.clients.photoprism.wire.sessions import (
    WireAccess,
    WireConfig,
    WireSession,
    access_from,
    config_from,
    session_from,
)
from g3fs.gallery.errors import AccessDenied, Busy, LoginRefused

log = logging.getLogger(__name__)

YEAR_S = 365 * 24 * 3600

_PATIENCE_S = 60.0
"""After ten failures the server earns one attempt a minute back; it sends no Retry-After."""
_LOGOUT_S = 5.0
_WITHOUT_KEY = Call(credentials=False)


class Sessions:
    """Logging in takes the server 300 ms: do it once, not for every call."""

    def __init__(self, api: Api) -> None:
        self._api = api

    def login(self, username: str, password: str, passcode: str | None = None) -> WireSession:
        """POST session: get a key by name and password.

        It lives 14 days, or 7 without use; nothing but a new login renews it. The password may be
        an app password with scope `*`.

        Raises:
            LoginRefused: wrong name or password, or a passcode is needed, or it is wrong.
            Busy: too many failures from this address; the right password is refused too.
        """
        return self._opened(bodies.login_body(username, password, passcode))

    def visit(self, share_token: str) -> WireSession:
        """POST session: get a key by the token of a share link; errors as of login."""
        return self._opened(bodies.visitor_body(share_token))

    def get(self) -> WireSession:
        """GET session: who we are; also tests the key, and makes the byte tokens known.

        Raises:
            LoginRefused: the key is wrong or has expired.
            AccessDenied: the key is good, but its scope has no sessions.
        """
        session = session_from(self._api.get("session"))
        if session.config is not None:
            self._api.tokens.learn_from(session.config)
        return session

    def config(self) -> WireConfig:
        """GET config: what the server is; with a valid key also the tokens and counts.

        A wrong key is no error here: `mode` is then `public`.
        """
        config = config_from(self._api.get("config"), self._api.base)
        self._api.tokens.learn_from(config)
        return config

    def refresh_tokens(self) -> None:
        """One call with the key, after which the server knows the byte tokens; learns them."""
        try:
            self.get()
        except AccessDenied as exc:
            if isinstance(exc, LoginRefused):
                raise
            self.config()

    def logout(self, timeout_s: float = _LOGOUT_S) -> None:
        """DELETE session: the key is worth nothing afterwards; the byte tokens still are."""
        self._api.send("DELETE", "session", call=Call(timeout_s=timeout_s))

    def client_access(self, client_id: str, client_secret: str) -> WireAccess:
        """POST oauth/token: get the key of an OAuth2 client, for a day.

        A client that belongs to no user may not list photos and albums (Invalid, AccessDenied).
        """
        words = {
            "grant_type": "client_credentials",
            "client_id": client_id,
            "client_secret": client_secret,
        }
        data = urlencode(words).encode("ascii")
        reply = self._api.send_data("POST", "oauth/token", data, FORM_TYPE, _WITHOUT_KEY)
        return self._access(decoded(reply.body))

    def new_app_password(
        self,
        username: str,
        password: str,
        *,
        name: str,
        scope: str = "*",
        expires_in_s: int = YEAR_S,
    ) -> WireAccess:
        """POST oauth/token: make an app password; needs a session of that user.

        Raises:
            AccessDenied: this user or key may make none.
            NotSupported: the server knows none (before 2024).
        """
        body = bodies.app_password_body(
            username, password, name=name, scope=scope, expires_in_s=expires_in_s
        )
        return self._access(self._api.send("POST", "oauth/token", body))

    def revoke(self, key: str) -> None:
        """POST oauth/revoke: make a key of OAuth2, or an app password, worthless."""
        data = urlencode({"token": key}).encode("ascii")
        self._api.send_data("POST", "oauth/revoke", data, FORM_TYPE, AGAIN)

    def _opened(self, body: bodies.Body) -> WireSession:
        try:
            reply = self._api.send("POST", "session", body, _WITHOUT_KEY)
        except LoginRefused:
            raise LoginRefused(
                "wrong name or password, or a passcode is missing or wrong"
            ) from None
        except Busy as exc:
            raise Busy(
                "too many failed logins: PhotoPrism takes no further ones for a minute",
                retry_after_s=exc.retry_after_s or _PATIENCE_S,
            ) from None
        session = session_from(reply)
        self._api.http.options.redactor.add(session.key)
        if session.config is not None:
            self._api.tokens.learn_from(session.config)
        return session

    def _access(self, reply: object) -> WireAccess:
        access = access_from(reply)
        self._api.http.options.redactor.add(access.key)
        return access
