"""What a listing had better not ask for: the address of an item's web page, and an order by hand.

The address is built from the slugs of all albums above, and one over-long path among many items
would spoil the answer for all of them. The order takes a request for each album that has one.
"""

from collections.abc import Sequence
from functools import partial
from types import MappingProxyType

from g3fs.backends.calls import Calls
from g3fs.backends.gallery3 import attributes
from g3fs.clients.gallery3.client import Client
from g3fs.clients.gallery3.edits import BY_HAND
from g3fs.clients.gallery3.wire import WireItem
from g3fs.gallery.errors import NotFound
from g3fs.gallery.items import Details

_MOST_ITEMS = 200


class DetailsReader:
    """Reads details; remembers nothing."""

    def __init__(self, client: Client, ask: Calls) -> None:
        self._client = client
        self._ask = ask

    async def read(self, numbers: Sequence[int]) -> dict[int, Details]:
        """Of the first item, even if it lacks a file; of the others where that costs no more."""
        asked = numbers[:_MOST_ITEMS]
        first = asked[0]
        many = await self._ask(partial(self._client.items.many, asked))
        prefix = await self._ask(lambda: self._client.api.prefix)
        found: dict[int, dict[str, str]] = {}
        for wire in many.found:
            if not _is_by_hand(wire):
                found[wire.id] = self._page(wire, prefix)
            elif wire.id == first:
                order = await self._order(first)
                found[first] = {**self._page(wire, prefix), attributes.ORDER: order}
        if first in many.missing and await self._is_there(first):
            found[first] = {}
        return {number: Details(facts=MappingProxyType(facts)) for number, facts in found.items()}

    async def _order(self, album: int) -> str:
        children = (await self._ask(partial(self._client.tree.naming, album)))[1:]
        return "\n".join(child.name or "" for child in children)

    async def _is_there(self, number: int) -> bool:
        try:
            await self._ask(partial(self._client.tree.one, number))
        except NotFound:
            return False
        return True

    def _page(self, wire: WireItem, prefix: str) -> dict[str, str]:
        """At the address that the user gave: the server may believe that it has another one."""
        theirs, url = prefix.removesuffix("/rest"), wire.web_url
        if url is None or not url.startswith(theirs):
            return {}
        return {attributes.URL: f"{self._client.url}{url.removeprefix(theirs)}"}


def _is_by_hand(wire: WireItem) -> bool:
    return wire.kind == "album" and wire.sort_column == BY_HAND
