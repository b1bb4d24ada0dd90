"""The two tokens that open bytes. They stand in addresses and are secrets.

They change, and the server forgets them when it restarts, until the next call with a key. So the
newest of any answer is taken, and a refused one is renewed by such a call.
"""

import threading
from collections import deque
from collections.abc import Callable, Mapping

from g3fs.clients.photoprism.wire.sessions import PUBLIC, WireConfig
from g3fs.http.redact import Redactor

_DOWNLOAD = "X-Download-Token"
_PREVIEW = "X-Preview-Token"
_REMEMBERED = 64
"""Recent servers sign tokens, so that each answer may bring new ones: only so many of the old ones
are still masked in logs."""


class Tokens:
    """The tokens in use; for several threads."""

    def __init__(self, redactor: Redactor) -> None:
        self._redactor = redactor
        self._lock = threading.Lock()
        self._renewing = threading.Lock()
        self._masked: deque[str] = deque()
        self._download = PUBLIC
        self._preview = PUBLIC
        self._renewals = 0

    @property
    def download(self) -> str:
        """For originals and archives; a secret."""
        return self._download

    @property
    def preview(self) -> str:
        """For thumbnails, covers and videos; a secret."""
        return self._preview

    @property
    def renewals(self) -> int:
        """How often they were renewed: hand it to `renew`."""
        return self._renewals

    def learn(self, headers: Mapping[str, str]) -> None:
        """Take them from the headers of an answer, if they are there."""
        self._take(headers.get(_DOWNLOAD, ""), headers.get(_PREVIEW, ""))

    def learn_from(self, config: WireConfig) -> None:
        """Take them from the configuration, unless it is the one for strangers."""
        if config.public or config.download_token != PUBLIC:
            self._take(config.download_token, config.preview_token)

    def renew(self, renewals: int, ask: Callable[[], None]) -> None:
        """Call `ask`, which learns; unless that was done since `renewals` was read."""
        with self._renewing:
            if self._renewals == renewals:
                ask()
                self._renewals += 1

    def __repr__(self) -> str:
        return f"<Tokens, renewed {self._renewals} times>"

    def _take(self, download: str, preview: str) -> None:
        with self._lock:
            self._mask(download)
            self._mask(preview)
            self._download = download or self._download
            self._preview = preview or self._preview

    def _mask(self, token: str) -> None:
        # A word like "public" is none; masking it would only spoil the logs.
        if not token or token == PUBLIC or token in self._masked:
            return
        self._redactor.add(token)
        self._masked.append(token)
        if len(self._masked) > _REMEMBERED:
            self._redactor.forget(self._masked.popleft())
