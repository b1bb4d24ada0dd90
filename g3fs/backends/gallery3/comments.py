"""Comments: the server has nothing in bulk, so they are read one by one, and each once.

A request costs 9 ms even where there are none. For one item its own list is asked for; for an album
the list of all comments of the gallery is cheaper, where that is short.
"""

from collections.abc import Iterable, Sequence
from functools import partial
from itertools import islice

import trio
from cachetools import TTLCache

from g3fs.backends.calls import Calls
from g3fs.backends.gallery3.convert import comment_of, is_shown
from g3fs.clients.gallery3.client import Client
from g3fs.clients.gallery3.wire import WireComment
from g3fs.gallery.clock import Clock
from g3fs.gallery.errors import NotFound
from g3fs.gallery.items import Details
from g3fs.tasks.gather import gather

_MOST_UNKNOWN = 300
"""Comments that are read to answer for a whole album; a second or two, once."""
_MOST_IDS = 1000
"""Ten pages: beyond, the list of all comments costs more than it spares."""
_AT_ONCE = 4
_PATIENCE_S = 10.0
"""With all comments of the gallery; then only the first item is answered for. What was read by then
is kept, so that the next time is shorter."""
_KEPT = 10_000
_KEPT_S = 3600.0
"""Comments cannot be edited; but a moderator may hide one."""
_MANY_S = 3600.0
"""After so long it is tried again whether there still are too many."""


class CommentReader:
    """Reads comments; remembers them."""

    def __init__(self, client: Client, ask: Calls, clock: Clock) -> None:
        self._client = client
        self._ask = ask
        self._clock = clock
        self._kept: TTLCache[int, WireComment] = TTLCache(_KEPT, _KEPT_S, timer=clock)
        self._too_many_until: float | None = None

    async def read(self, numbers: Sequence[int]) -> dict[int, Details]:
        """The comments of items, oldest first: of the first, or of all where that is cheap."""
        if len(numbers) > 1:
            with trio.move_on_after(_PATIENCE_S):
                ids = await self._all_ids()
                if ids is not None:
                    comments = await self._comments(ids)
                    return {number: _details(comments, number) for number in numbers}
        return await self._of_one(numbers[0])

    def learn(self, comment: WireComment) -> None:
        """Remember what we wrote."""
        self._kept[comment.id] = comment

    def forget(self, number: int) -> None:
        """Forget what we deleted."""
        self._kept.pop(number, None)

    async def _of_one(self, number: int) -> dict[int, Details]:
        try:
            ids = await self._ask(partial(self._client.comments.ids_of, number))
        except NotFound:
            return {}
        return {number: _details(await self._comments(ids), number)}

    async def _all_ids(self) -> list[int] | None:
        """The ids of all comments of the gallery; None when they are too many to be read."""
        if self._too_many_until is not None and self._clock() < self._too_many_until:
            return None
        ids = await self._ask(lambda: list(islice(self._client.comments.ids(), _MOST_IDS + 1)))
        unknown = sum(number not in self._kept for number in ids)
        if len(ids) > _MOST_IDS or unknown > _MOST_UNKNOWN:
            self._too_many_until = self._clock() + _MANY_S
            return None
        return ids

    async def _comments(self, ids: Iterable[int]) -> list[WireComment]:
        calls = (partial(self._comment, number) for number in sorted(ids))
        found = await gather(*calls, limit=_AT_ONCE)
        return [comment for comment in found if comment is not None]

    async def _comment(self, number: int) -> WireComment | None:
        comment = self._kept.get(number)
        if comment is not None:
            return comment
        try:
            comment = await self._ask(partial(self._client.comments.get, number))
        except NotFound:
            return None  # deleted since it was listed
        self._kept[number] = comment
        return comment


def _details(comments: Iterable[WireComment], number: int) -> Details:
    shown = [each for each in comments if each.item_id == number and is_shown(each)]
    shown.sort(key=lambda each: (each.created_s or 0, each.id))
    return Details(comments=tuple(comment_of(each) for each in shown))
