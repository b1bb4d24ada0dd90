"""Credentials: which headers a request carries, and getting them again when they are refused."""

import threading
import time
from collections.abc import Callable, Mapping
from typing import Protocol

from g3fs.gallery.clock import Clock
from g3fs.gallery.errors import Busy, GalleryError, LoginRefused
from g3fs.http.messages import NO_HEADERS
from g3fs.http.redact import Redactor

_PAUSE_S = 60.0
"""After a refused login none is tried for at least so long: servers lock accounts out."""


class Auth(Protocol):
    """Adds credentials to requests; for several threads."""

    def headers(self) -> Mapping[str, str]:
        """What to send; may log in first."""
        ...

    def renew(self, refused: Mapping[str, str]) -> bool:
        """Get others than `refused`, which the server did not accept; False: there are none."""
        ...


class NoAuth:
    """A guest."""

    def headers(self) -> Mapping[str, str]:
        return NO_HEADERS

    def renew(self, refused: Mapping[str, str]) -> bool:
        return False


class KeyAuth:
    """A key in a header, fetched by `login` when there is none or it was refused.

    Only one thread logs in at a time, and the others use what it got. `scheme` stands before the
    key, as in `Authorization: Bearer KEY`.
    """

    def __init__(
        self,
        header: str,
        *,
        key: str | None,
        login: Callable[[], str] | None,
        redactor: Redactor,
        clock: Clock = time.monotonic,
        scheme: str = "",
    ) -> None:
        self._header = header
        self._prefix = f"{scheme} " if scheme else ""
        self._key = key
        self._login = login
        self._redactor = redactor
        self._clock = clock
        self._lock = threading.Lock()
        self._paused_until: float | None = None
        self._reason: GalleryError | None = None
        redactor.add(key)

    @property
    def key(self) -> str | None:
        """The key in use; a secret."""
        return self._key

    def headers(self) -> Mapping[str, str]:
        with self._lock:
            if self._key is None and self._login is not None:
                self._key = self._fetch(self._login)
            value = self._value
            return NO_HEADERS if value is None else {self._header: value}

    def renew(self, refused: Mapping[str, str]) -> bool:
        with self._lock:
            if self._login is None:
                return False
            if self._value != refused.get(self._header):
                return True  # another thread was faster
            self._key = self._fetch(self._login)
            if self._value == refused.get(self._header):
                self._pause(None)
                return False
            return True

    @property
    def _value(self) -> str | None:
        return f"{self._prefix}{self._key}" if self._key else None

    def __repr__(self) -> str:
        return f"KeyAuth({self._header!r}, key={'***' if self._key else None})"

    def _fetch(self, login: Callable[[], str]) -> str:
        left_s = self._paused_until - self._clock() if self._paused_until is not None else 0
        if left_s > 0 and isinstance(self._reason, Busy):
            raise Busy(str(self._reason), retry_after_s=left_s)
        if left_s > 0:
            raise LoginRefused("the login was refused; it is tried again after a minute")
        try:
            key = login()
        except (LoginRefused, Busy) as exc:
            self._pause(exc)
            raise
        self._paused_until = None
        self._redactor.add(key)
        return key

    def _pause(self, reason: GalleryError | None) -> None:
        asked_s = reason.retry_after_s if isinstance(reason, Busy) else None
        self._reason = reason
        self._paused_until = self._clock() + max(_PAUSE_S, asked_s or 0)
