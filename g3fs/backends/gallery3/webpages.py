"""Where people see an item: the address of its web page, which a listing had better not ask for.

It is built from the slugs of all albums above, and one over-long path among many items would spoil
the answer for all of them.
"""

from collections.abc import Sequence
from functools import partial
from types import MappingProxyType

from g3fs.backends.calls import Calls
from g3fs.backends.gallery3 import attributes
from g3fs.clients.gallery3.client import Client
from g3fs.clients.gallery3.wire import WireItem
from g3fs.gallery.errors import NotFound
from g3fs.gallery.items import NO_FACTS, Details

_MOST_ITEMS = 200


class WebPageReader:
    """Reads addresses of web pages; remembers nothing."""

    def __init__(self, client: Client, ask: Calls) -> None:
        self._client = client
        self._ask = ask

    async def read(self, numbers: Sequence[int]) -> dict[int, Details]:
        """The addresses; the first item is there without one if it lacks a file."""
        asked = numbers[:_MOST_ITEMS]
        many = await self._ask(partial(self._client.items.many, asked))
        prefix = await self._ask(lambda: self._client.api.prefix)
        found = {wire.id: self._details(wire, prefix) for wire in many.found}
        if asked[0] in many.missing and await self._is_there(asked[0]):
            found[asked[0]] = Details(facts=NO_FACTS)
        return found

    async def _is_there(self, number: int) -> bool:
        try:
            await self._ask(partial(self._client.tree.one, number))
        except NotFound:
            return False
        return True

    def _details(self, wire: WireItem, prefix: str) -> Details:
        """At the address that the user gave: the server may believe that it has another one."""
        theirs, url = prefix.removesuffix("/rest"), wire.web_url
        if url is None or not url.startswith(theirs):
            return Details(facts=NO_FACTS)
        ours = f"{self._client.url}{url.removeprefix(theirs)}"
        return Details(facts=MappingProxyType({attributes.URL: ours}))
