"""When a change fails so that it is open what became of it, the server is asked."""

from collections.abc import Iterator
from contextlib import contextmanager

import trio

from g3fs.cache.catalog import Catalog
from g3fs.gallery.errors import ServerError, TimedOut
from g3fs.gallery.ids import ItemId

UNCERTAIN = (ServerError, TimedOut, trio.Cancelled)
"""After these the server may have made the change, or a part of it, or may make it yet."""


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
