"""Who we are, and how that becomes a key."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TypedDict

from g3fs.gallery.errors import Invalid
from g3fs.http.auth import KeyAuth
from g3fs.http.messages import NO_HEADERS
from g3fs.http.redact import masked

OLD_HEADER = "X-Session-ID"


@dataclass(frozen=True, slots=True, kw_only=True)
class Login:
    """Who we are; nothing at all suits sites in public mode.

    The key wins; name and password, or id and secret of an OAuth2 client, get a new one when it
    has expired.
    """

    username: str | None = None
    password: str | None = None
    passcode: str | None = None
    """The second factor, valid for one login: a key that expires later cannot be renewed."""
    api_key: str | None = None
    """An app password, or the key of a session that somebody else opened."""
    client_id: str | None = None
    client_secret: str | None = None
    share_token: str | None = None
    """The last part of a share link: a visitor sees that album."""

    def __post_init__(self) -> None:
        if (self.client_id is None) != (self.client_secret is None):
            raise Invalid("an OAuth2 client has an id and a secret: give both or none")

    @property
    def secrets(self) -> tuple[str | None, ...]:
        """What must never be logged."""
        return (
            *(self.password, self.passcode, self.api_key),
            *(self.client_secret, self.share_token),
        )

    @property
    def can_log_in(self) -> bool:
        """Whether a key can be got."""
        named = self.username is not None and self.password is not None
        return named or self.client_id is not None or self.share_token is not None

    def __repr__(self) -> str:
        return (
            f"Login(username={self.username!r}, password={masked(self.password)}, "
            f"passcode={masked(self.passcode)}, api_key={masked(self.api_key)}, "
            f"client_id={self.client_id!r}, client_secret={masked(self.client_secret)}, "
            f"share_token={masked(self.share_token)})"
        )


class LoginWords(TypedDict, total=False):
    """The fields of Login as keyword arguments; see there."""

    username: str | None
    password: str | None
    passcode: str | None
    api_key: str | None
    client_id: str | None
    client_secret: str | None
    share_token: str | None


NOBODY = Login()


class BearerAuth:
    """A bearer key, and for servers before 2024 the same in their own header too."""

    def __init__(self, inner: KeyAuth) -> None:
        self._inner = inner
        self.old = False
        """The server wants X-Session-ID: it answered a login without `access_token`."""

    @property
    def key(self) -> str | None:
        """The key in use; a secret."""
        return self._inner.key

    def headers(self) -> Mapping[str, str]:
        headers = self._inner.headers()
        key = self._inner.key
        if self.old and key is not None:
            return {**headers, OLD_HEADER: key}
        return headers

    def renew(self, refused: Mapping[str, str]) -> bool:
        """Log in again; where that is not possible, say the key in the old way as well, once."""
        if self._inner.renew(refused):
            return True
        if self.old or refused is NO_HEADERS or not refused:
            return False
        self.old = True
        return True

    def __repr__(self) -> str:
        return f"BearerAuth({self._inner!r}, old={self.old})"
