"""Items one by one and many at once: the resources `item` and `items`, reading."""

import random
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

from g3fs.clients.gallery3 import wire
from g3fs.clients.gallery3.api import ROOT_ID, Api
from g3fs.clients.gallery3.escape import escaped_json
from g3fs.clients.gallery3.wire import Kind, WireItem
from g3fs.gallery.errors import Maintenance, NotFound, ServerError

Scope = Literal["direct", "all"]

_BATCH = 100
"""The server takes half a millisecond for each; more in one request only delays the first."""

_RANDOM_TRIES = 3
"""The server draws a number and may find no item above it: likely where there are few."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Many:
    """What came of many ids."""

    found: tuple[WireItem, ...]
    """In the order of the ids."""
    missing: tuple[int, ...]
    """Unknown, hidden, or with a file that is missing on the server."""


class Items:
    """Reading items; every call may be repeated and made from several threads."""

    def __init__(self, api: Api, choose: Callable[[Sequence[int]], int] = random.choice) -> None:
        """`choose`: chance, for `random`."""
        self._api = api
        self._choose = choose

    def get(
        self,
        item_id: int,
        *,
        scope: Scope | None = None,
        kinds: Iterable[Kind] | None = None,
        name: str | None = None,
    ) -> WireItem:
        """One item with everything, its tags' ids and, for an album, its members.

        The other parameters choose the members: of the whole subtree (`scope="all"`), of these
        kinds, whose name contains `name` (whatever its case and accents).

        Raises:
            NotFound: no such item, hidden, or one of its files is missing on the server; `tree.one`
                tells which.
        """
        params = {"scope": scope, "type": _joined(kinds), "name": name}
        reply = self._api.get(f"item/{item_id}", params, paths=True)
        if item_id == ROOT_ID:
            self._api.learn_prefix(reply)
        return wire.item_from(reply)

    def random(
        self,
        album_id: int = ROOT_ID,
        *,
        scope: Scope = "all",
        kinds: Iterable[Kind] | None = ("photo",),
    ) -> WireItem | None:
        """One item of an album by chance; None when there is none."""
        params = {"scope": scope, "type": _joined(kinds), "random": "true"}
        for _ in range(_RANDOM_TRIES):
            reply = self._api.get(f"item/{album_id}", params, paths=True)
            members = wire.item_from(reply).member_ids
            if members:
                return self.get(members[0])
        members = self.get(album_id, scope=scope, kinds=kinds).member_ids
        return self.get(self._choose(members)) if members else None

    def many(self, item_ids: Sequence[int], *, kinds: Iterable[Kind] | None = None) -> Many:
        """Items with everything, in as few requests as possible: the cheapest way to tags of many.

        The server refuses a whole batch for one bad id; halving finds out which.
        """
        found: list[WireItem] = []
        missing: list[int] = []
        ids = list(dict.fromkeys(item_ids))
        for start in range(0, len(ids), _BATCH):
            self._gather(ids[start : start + _BATCH], _joined(kinds), found, missing)
        return Many(found=tuple(found), missing=tuple(missing))

    def ancestors(self, item_id: int) -> tuple[WireItem, ...]:
        """From the root album down to the item itself."""
        params = {"ancestors_for": self._api.url_of("item", item_id)}
        return wire.items_from(self._api.get("items", params, paths=True))

    def _gather(
        self, ids: list[int], kinds: str | None, found: list[WireItem], missing: list[int]
    ) -> None:
        urls = [self._api.url_of("item", item_id) for item_id in ids]
        params = {"urls": escaped_json(urls), "type": kinds}
        try:
            found += wire.items_from(self._api.get("items", params, paths=True))
        except Maintenance:
            raise  # so it is with every id
        except (NotFound, ServerError):
            if len(ids) == 1:
                missing += ids
                return
            middle = len(ids) // 2
            self._gather(ids[:middle], kinds, found, missing)
            self._gather(ids[middle:], kinds, found, missing)


def _joined(kinds: Iterable[Kind] | None) -> str | None:
    return None if kinds is None else ",".join(kinds)
