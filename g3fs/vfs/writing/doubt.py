"""When a change fails so that it is open what the server has, it is asked."""

from collections.abc import Iterator
from contextlib import contextmanager

import trio

from g3fs.cache.catalog import Catalog
from g3fs.gallery.errors import AlreadyExists, NotFound, ServerError, TimedOut
from g3fs.gallery.ids import ItemId

CONTRADICTION = (NotFound, AlreadyExists)
"""The server has something else than what is known of it."""
UNCERTAIN = (*CONTRADICTION, ServerError, TimedOut, trio.Cancelled)
"""Or it may have made the change, or a part of it, or may make it yet."""


@contextmanager
def doubting(catalog: Catalog, *albums: ItemId | None) -> Iterator[None]:
    """Around a change of the albums, or of what is in them; None is passed over."""
    try:
        yield
    except UNCERTAIN:
        for album in albums:
            if album is not None:
                catalog.doubt(album)
        raise
