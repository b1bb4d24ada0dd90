"""Credentials: which headers a request carries, and getting them again when they are refused."""

import threading
import time
from collections.abc import Callable, Mapping
from typing import Protocol

from g3fs.gallery.clock import Clock
from g3fs.gallery.errors import LoginRefused
from g3fs.http.messages import NO_HEADERS
from g3fs.http.redact import Redactor

_PAUSE_S = 60.0
"""After a refused login none is tried for so long: servers lock accounts out."""


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

    Only one thread logs in at a time, and the others use what it got.
    """

    def __init__(
        self,
        header: str,
        *,
        key: str | None,
        login: Callable[[], str] | None,
        redactor: Redactor,
        clock: Clock = time.monotonic,
    ) -> None:
        self._header = header
        self._key = key
        self._login = login
        self._redactor = redactor
        self._clock = clock
        self._lock = threading.Lock()
        self._paused_until: float | None = None
        redactor.add(key)

    @property
    def key(self) -> str | None:
        """The key in use; a secret."""
        return self._key

    def headers(self) -> Mapping[str, str]:
        with self._lock:
            if self._key is None and self._login is not None:
                self._key = self._fetch(self._login)
            return {self._header: self._key} if self._key else NO_HEADERS

    def renew(self, refused: Mapping[str, str]) -> bool:
        with self._lock:
            if self._login is None:
                return False
            if self._key != refused.get(self._header):
                return True  # another thread was faster
            self._key = self._fetch(self._login)
            if self._key == refused.get(self._header):
                self._pause()
                return False
            return True

    def __repr__(self) -> str:
        return f"KeyAuth({self._header!r}, key={'***' if self._key else None})"

    def _fetch(self, login: Callable[[], str]) -> str:
        if self._paused_until is not None and self._clock() < self._paused_until:
            raise LoginRefused("the login was refused; it is tried again after a minute")
        try:
            key = login()
        except LoginRefused:
            self._pause()
            raise
        self._paused_until = None
        self._redactor.add(key)
        return key

    def _pause(self) -> None:
        self._paused_until = self._clock() + _PAUSE_S
