"""Noticing changes before the time to live is over, where a server tells cheaply of any.

Polled only while somebody looks: an idle mount asks nothing.
"""

import logging
from collections.abc import Awaitable, Callable
from typing import NoReturn

import trio

from g3fs.cache.catalog import Catalog
from g3fs.gallery.errors import GalleryError

log = logging.getLogger(__name__)

POLL_S = 10.0
"""Between two questions; one costs a server a few milliseconds."""

RECHECKED = 30
"""Albums that are asked for again at once when something has changed."""


async def follow_pulse(
    catalog: Catalog, pulse: Callable[[], Awaitable[str]], *, poll_s: float = POLL_S
) -> NoReturn:
    """Ask for the pulse now and then; when it differs, look again. Runs for ever."""
    before, looks = await _felt(pulse), catalog.looks
    while True:
        await trio.sleep(poll_s)
        if catalog.looks == looks:
            continue
        looks = catalog.looks
        now = await _felt(pulse)
        if now is None:
            continue
        if before not in {None, now}:
            log.debug("the server has changed")
            catalog.recheck(RECHECKED)
        before = now


async def _felt(pulse: Callable[[], Awaitable[str]]) -> str | None:
    try:
        return await pulse()
    except GalleryError as error:  # the breaker, or the next listing, tells what is wrong
        log.debug("no pulse: %s", error)
        return None
