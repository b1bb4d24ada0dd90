"""Tags of many items at once: their ids come with the items, the names are asked for and kept."""

import logging
from collections.abc import Iterable, Mapping, Sequence
from functools import partial

import trio
from cachetools import TTLCache

from g3fs.backends.calls import Calls
from g3fs.clients.gallery3.client import Client
from g3fs.gallery.clock import Clock
from g3fs.gallery.errors import NotFound
from g3fs.gallery.ids import TagName
from g3fs.gallery.items import Details
from g3fs.tasks.gather import gather

log = logging.getLogger(__name__)

_MOST_ITEMS = 200
"""In one answer; the server needs half a millisecond for each."""
_MOST_UNKNOWN = 100
"""Names that are asked for to answer for others than the first item; each is a request."""
_AT_ONCE = 4
_PATIENCE_S = 10.0
"""With the bulk read; then only the first item is answered for."""
_KEPT = 10_000
_KEPT_S = 600.0
"""A tag that was renamed on the server shows its new name after so long."""


class TagReader:
    """Reads tags; remembers their names."""

    def __init__(self, client: Client, ask: Calls, clock: Clock) -> None:
        self._client = client
        self._ask = ask
        self._names: TTLCache[int, TagName] = TTLCache(_KEPT, _KEPT_S, timer=clock)
        """Empty: there is no such tag any more."""
        self._broken: set[int] = set()
        """Items that spoil a bulk read: gone, or without one of their files. Asked one by one."""

    async def read(self, numbers: Sequence[int]) -> dict[int, Details]:
        """The tags of items, of the first at least if it exists."""
        first = numbers[0]
        asked = [number for number in numbers[:_MOST_ITEMS] if number not in self._broken]
        tags_of: dict[int, tuple[int, ...]] = {}
        with trio.move_on_after(_PATIENCE_S):
            tags_of = await self._ask(partial(self._in_bulk, asked))
        if first not in tags_of:
            # It may be hidden or gone, or just lack a file; the list of its tags needs none.
            try:
                tags_of[first] = await self._ask(partial(self._client.tags.of_item, first))
            except NotFound:
                log.debug("item %d is gone", first)
        names = await self._names_of(tags_of.get(first, ()), tags_of.values())
        return {
            number: Details(tags=_sorted(names[tag] for tag in tags))
            for number, tags in tags_of.items()
            if names.keys() >= set(tags)
        }

    def known(self) -> dict[int, TagName]:
        """The names that are remembered, by id."""
        return {tag: name for tag in list(self._names) if (name := self._names.get(tag))}

    def learn(self, names: Mapping[int, str]) -> None:
        """Remember names that somebody asked for."""
        self._names.update({tag: TagName(name) for tag, name in names.items()})

    def forget(self, tag: int) -> None:
        """Ask for a name again: we changed it."""
        self._names.pop(tag, None)

    async def names(self, tags: Sequence[int]) -> dict[int, TagName]:
        """The names of tags, those that are gone left out."""
        kept = self.known()
        unknown = [tag for tag in tags if tag not in kept]
        found = await gather(*(partial(self._name, tag) for tag in unknown), limit=_AT_ONCE)
        kept.update(zip(unknown, found, strict=True))
        return {tag: kept[tag] for tag in tags if kept[tag]}

    def _in_bulk(self, asked: Sequence[int]) -> dict[int, tuple[int, ...]]:
        """For a thread: ids of tags by item, without those that the server cannot describe.

        Finding these out takes dozens of requests where there are many: they are remembered, even
        when nobody waits for the answer any more.
        """
        many = self._client.items.many(asked)
        self._broken.update(many.missing)
        return {item.id: item.tag_ids or () for item in many.found}

    async def _names_of(
        self, first: Iterable[int], others: Iterable[Iterable[int]]
    ) -> dict[int, TagName]:
        """Names by id: all of `first`, and of `others` as many as may be asked for."""
        wanted = dict.fromkeys(first)
        must = len(wanted)
        wanted |= dict.fromkeys(tag for tags in others for tag in tags)
        kept = {tag: self._names.get(tag) for tag in wanted}
        names = {tag: name for tag, name in kept.items() if name is not None}
        unknown = [tag for tag in wanted if tag not in names][: must + _MOST_UNKNOWN]
        found = await gather(*(partial(self._name, tag) for tag in unknown), limit=_AT_ONCE)
        return names | dict(zip(unknown, found, strict=True))

    async def _name(self, tag: int) -> TagName:
        try:
            name = TagName((await self._ask(partial(self._client.tags.get, tag))).name)
        except NotFound:
            name = TagName("")
        self._names[tag] = name
        return name


def _sorted(names: Iterable[TagName]) -> tuple[TagName, ...]:
    return tuple(sorted((name for name in names if name), key=str.casefold))
