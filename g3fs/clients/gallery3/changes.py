"""Sending a change so that it is certain afterwards what became of it.

The answer to a change says nothing (`null`, also when it was ignored), and a failure may come after
the deed. So each is read back, and no failure is believed before it was looked.
"""

import logging
from collections.abc import Callable

from g3fs.clients.gallery3 import wire
from g3fs.clients.gallery3.api import Api
from g3fs.clients.gallery3.items import Items
from g3fs.clients.gallery3.tree import Tree
from g3fs.clients.gallery3.wire import WireItem
from g3fs.gallery.errors import GalleryError, NotFound, ServerError, TimedOut

log = logging.getLogger(__name__)

AMBIGUOUS = (ServerError, TimedOut)
"""After these it is open whether the server did it. (Unreachable: nothing was sent.)"""


class Changes:
    """Applies changes to one item, with verification."""

    def __init__(self, api: Api, items: Items, tree: Tree) -> None:
        self._api = api
        self._items = items
        self._tree = tree

    def apply(
        self,
        item_id: int,
        send: Callable[[], object],
        taken: Callable[[WireItem], bool],
        *,
        ignored: GalleryError | None = None,
    ) -> WireItem:
        """Do it, and read back; the item as it is then. `taken` tells whether it has the change.

        Raises:
            `ignored`, or ServerError: the server did not do it, and did not say why.
        """
        failure: GalleryError | None = None
        try:
            send()
        except AMBIGUOUS as exc:
            log.debug("item %d: %s; looking what became of it", item_id, exc)
            failure = exc
        try:
            item = self.current(item_id)
        except GalleryError as exc:
            raise failure or exc from None
        if taken(item):
            return item
        raise failure or ignored or ServerError(f"the gallery ignored the change of item {item_id}")

    def current(self, item_id: int) -> WireItem:
        """The item as it is; when a file of it is missing, without what needs files."""
        try:
            return self._items.get(item_id)
        except NotFound:
            return self._tree.one(item_id, wire.LISTING_FIELDS)
