"""Asking again behind the answers: once per subject, with pauses after failures, logged once."""

import logging
from collections.abc import Awaitable, Callable, Hashable
from functools import partial

from g3fs.cache.backoff import Backoff
from g3fs.cache.behind import Behind
from g3fs.gallery.errors import GalleryError

log = logging.getLogger(__name__)

Ask = Callable[[], Awaitable[GalleryError | None]]
"""Asks the server; returns why it failed, None when there is nothing left to do; or PutOff."""


class PutOff(Exception):
    """Raised by an Ask: nothing failed, but to ask again at once would be of no use."""


class Revalidations:
    """What is stale and was wanted lately; a dead server costs a try per subject and pause."""

    def __init__(self, behind: Behind, backoff: Backoff) -> None:
        self._behind = behind
        self._backoff = backoff
        self._reported: type[GalleryError] | None = None

    @property
    def failing(self) -> int:
        """Subjects whose last revalidation failed."""
        return len(self._backoff)

    def may_try(self, key: Hashable) -> bool:
        """Whether it did not fail a moment ago."""
        return self._backoff.may_try(key)

    def soon(self, key: Hashable, what: str, ask: Ask) -> None:
        """Ask behind the scenes, unless it is being done or failed a moment ago."""
        if self.may_try(key):
            self._behind.soon(key, partial(self._try, key, what, ask))

    def succeeded(self, key: Hashable) -> None:
        """The server has answered, whoever asked."""
        self._backoff.forget(key)
        if self._reported is not None:
            log.info("the server answers again")
            self._reported = None

    def failed(self, key: Hashable, what: str, error: GalleryError) -> None:
        """The server has not answered, and what is remembered was shown instead."""
        failures = self._backoff.failed(key)
        if failures == 1 and self._reported is not type(error):
            # A dead server makes every album fail: one line says it for all.
            self._reported = type(error)
            log.warning("cannot refresh %s: %s; showing what is remembered", what, error)
        else:
            log.debug("cannot refresh %s (%d times): %s", what, failures, error)

    def forgive(self) -> tuple[Hashable, ...]:
        """End all pauses; what they were for."""
        return self._backoff.forgive()

    def forget(self, key: Hashable) -> None:
        """The subject is no longer remembered, or needs nothing."""
        self._backoff.forget(key)

    async def _try(self, key: Hashable, what: str, ask: Ask) -> None:
        try:
            error = await ask()
        except PutOff:
            self._backoff.failed(key)
            return
        if error is None:
            self.forget(key)
        else:
            self.failed(key, what, error)
