"""Whole albums in one request: the resource `tree`."""

import logging
from collections.abc import Sequence
from dataclasses import replace

from g3fs.clients.gallery3 import wire
from g3fs.clients.gallery3.api import ROOT_ID, Api
from g3fs.clients.gallery3.items import Items
from g3fs.clients.gallery3.wire import Kind, Size, WireItem
from g3fs.gallery.errors import NotFound, ServerError

log = logging.getLogger(__name__)

_ALWAYS = ("id", "type")
_ALL_SIZES: frozenset[Size] = frozenset({"full", "resize", "thumb"})

_BROKEN = (NotFound, ServerError)
"""What one broken item makes of a whole listing: a lost file 404, an over-long path 500."""


class Tree:
    """Listings; every call may be repeated and made from several threads."""

    def __init__(self, api: Api, items: Items) -> None:
        self._api = api
        self._items = items

    def listing(self, album_id: int) -> tuple[WireItem, ...]:
        """One album: the album itself, then its children in its order. One request.

        When a broken item below spoils that, the children are listed with fields that never fail,
        and completed in bulk; of the broken one the sizes are None and `lost` names the files.

        Raises:
            NotFound: no such album, or hidden.
        """
        try:
            return self.read(album_id, depth=1, fields=wire.LISTING_FIELDS)
        except _BROKEN as exc:
            items = self.read(album_id, depth=1, fields=wire.SAFE_FIELDS)
            log.warning("album %d has a broken item: %s", album_id, exc)
        return self._completed(items)

    def read(
        self,
        item_id: int,
        *,
        depth: int | None = None,
        kind: Kind | None = None,
        fields: Sequence[str] | None = None,
    ) -> tuple[WireItem, ...]:
        """An item, then its descendants, all in the order of the requested album.

        `depth`: 0 is only the item, None is unlimited (dear: never the whole gallery). `kind`:
        descendants of this kind only. `fields`: only these; None: all, which fails with NotFound
        when any file below is missing on the server.
        """
        asked = None if fields is None else ",".join(dict.fromkeys((*_ALWAYS, *fields)))
        paths = fields is None or not set(fields).issubset(wire.SAFE_FIELDS)
        params = {"depth": depth, "type": kind, "fields": asked}
        return wire.listing_from(self._api.get(f"tree/{item_id}", params, paths=paths))

    def one(self, item_id: int, fields: Sequence[str] = wire.SAFE_FIELDS) -> WireItem:
        """One item with some fields: works where `items.get` fails for a lost thumbnail."""
        return self.read(item_id, depth=0, fields=fields)[0]

    def naming(self, album_id: int) -> tuple[WireItem, ...]:
        """The album and its children with what is needed to name something in it; cheap."""
        return self.read(album_id, depth=1, fields=wire.NAMING_FIELDS)

    def albums(self, album_id: int = ROOT_ID) -> tuple[WireItem, ...]:
        """All albums below one, itself first: names, parents and times; cheap."""
        fields = ("id", "name", "title", "slug", "parent", "updated")
        return self.read(album_id, kind="album", fields=fields)

    def _completed(self, items: Sequence[WireItem]) -> tuple[WireItem, ...]:
        """Add the fields that may fail: in bulk where that works, then one by one."""
        found = {item.id: item for item in self._items.many([item.id for item in items[1:]]).found}
        return tuple(found.get(item.id) or self._completed_one(item) for item in items)

    def _completed_one(self, item: WireItem) -> WireItem:
        try:
            return self.one(item.id, wire.LISTING_FIELDS)
        except _BROKEN as exc:
            log.warning("item %d (%r) is broken on the server: %s", item.id, item.name, exc)
            return item if item.kind == "album" else replace(item, lost=_ALL_SIZES)
