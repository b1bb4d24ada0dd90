"""Public addresses of originals: which are known, and whether the web server honours them."""

import logging
from collections.abc import Iterable

from cachetools import LRUCache

from g3fs.backends.gallery3.convert import public_address
from g3fs.clients.gallery3.wire import WireItem

log = logging.getLogger(__name__)

_MOST_KNOWN = 20_000
"""About 200 bytes each; others are asked for again."""
_MOST_FAILED = 2_000
_ENOUGH_FAILURES = 3


class Addresses:
    """Plain bookkeeping, for one task at a time."""

    def __init__(self) -> None:
        self._known: LRUCache[int, str] = LRUCache(_MOST_KNOWN)
        self._failed: LRUCache[int, str] = LRUCache(_MOST_FAILED)
        self._failures = 0
        self._worked = False

    @property
    def trusted(self) -> bool:
        """Whether they are worth trying: they worked once, or did not fail often enough yet."""
        return self._worked or self._failures < _ENOUGH_FAILURES

    def learn(self, wires: Iterable[WireItem]) -> None:
        """Remember what a listing tells."""
        for wire in wires:
            url = public_address(wire)
            if url is not None:
                self._known[wire.id] = url

    def known(self, number: int) -> bool:
        """Whether the address of an item is remembered."""
        return number in self._known

    def usable(self, number: int) -> str | None:
        """The address to try for an item; None when there is none, or it failed before."""
        url = self._known.get(number)
        if url is None or not self.trusted or self._failed.get(number) == url:
            return None
        return url

    def works(self) -> None:
        """Note that one gave what it should."""
        self._worked = True

    def fails(self, number: int, reason: str) -> None:
        """Note that one did not, although the file can be had through the API."""
        url = self._known.get(number)
        if url is None:
            return
        self._failed[number] = url
        self._failures += 1
        log.debug("item %d cannot be had at its public address: %s", number, reason)
        if self._failures == _ENOUGH_FAILURES and not self._worked:
            log.info("public addresses do not work here (%s): reading without seeking", reason)
