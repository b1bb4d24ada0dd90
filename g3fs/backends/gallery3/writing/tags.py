"""Tags put on items and taken off: repeated without harm, and looked at afterwards."""

from collections.abc import Callable, Mapping, Sequence
from functools import partial

from g3fs.backends.calls import ChangingCalls
from g3fs.backends.gallery3.ids import number_of
from g3fs.backends.gallery3.tags import TagReader
from g3fs.clients.gallery3 import names
from g3fs.clients.gallery3.changes import AMBIGUOUS
from g3fs.clients.gallery3.client import Client
from g3fs.clients.gallery3.tags import checked_name
from g3fs.gallery.errors import GalleryError, NotFound, ServerError
from g3fs.gallery.ids import ItemId, TagName

Chosen = Mapping[int, str]
"""Tags that an item has: names by id."""

_ATTEMPTS = 2
"""Putting a new tag on an item takes two requests, and the answers of both may be lost."""


class TagWriter:
    """Changes the tags of items."""

    def __init__(self, client: Client, reader: TagReader, do: ChangingCalls) -> None:
        self._client = client
        self._reader = reader
        self._do = do

    async def set(self, item: ItemId, tags: Sequence[TagName]) -> None:
        """Let an item have these and no others."""
        check_tags(tags)
        kept = {same(tag) for tag in tags}
        await self._change(
            item, tags, lambda present: [t for t, name in present.items() if same(name) not in kept]
        )

    async def change(self, item: ItemId, add: Sequence[TagName], remove: Sequence[TagName]) -> None:
        """Put some on an item and take others off."""
        check_tags(add)
        gone = {same(tag) for tag in remove} - {same(tag) for tag in add}
        await self._change(
            item, add, lambda present: [t for t, name in present.items() if same(name) in gone]
        )

    async def _change(
        self, item: ItemId, add: Sequence[TagName], leaving: Callable[[Chosen], list[int]]
    ) -> None:
        known = self._reader.known()
        call = partial(self._changed, number_of(item), add, leaving, known)
        self._reader.learn(await self._do(call))

    # In threads

    def _changed(
        self,
        number: int,
        add: Sequence[TagName],
        leaving: Callable[[Chosen], list[int]],
        known: Mapping[int, TagName],
    ) -> Chosen:
        """The tags of the item then; what failed is tried again, as it does no harm."""
        present: Chosen = self._present(number, known)
        failure: GalleryError | None = None
        for _ in range(_ATTEMPTS):
            try:
                self._send(number, _missing(present, add), leaving(present))
            except AMBIGUOUS as exc:
                failure = exc
            try:
                present = self._present(number, {**known, **present})
            except GalleryError as exc:
                raise failure or exc from None
            if not _missing(present, add) and not leaving(present):
                return present
        raise failure or ServerError(f"the gallery did not change the tags of item {number}")

    def _send(self, number: int, add: Sequence[str], leaving: Sequence[int]) -> None:
        for name in add:
            self._client.tags.attach(name, number)
        for tag in leaving:
            try:
                self._client.tags.detach(tag, number)
            except NotFound:
                continue  # somebody was faster

    def _present(self, number: int, known: Chosen) -> dict[int, str]:
        present: dict[int, str] = {}
        for tag in self._client.tags.of_item(number):
            try:
                present[tag] = known.get(tag) or self._client.tags.get(tag).name
            except NotFound:
                continue  # deleted since
        return present


def check_tags(tags: Sequence[TagName]) -> None:
    """Invalid, BadName or ValueTooLong for what cannot be the name of a tag."""
    for tag in tags:
        checked_name(tag)


def same(tag: str) -> str:
    """Equal for tags that are one to the server."""
    return names.folded(tag.rstrip(" "))


def _missing(present: Chosen, wanted: Sequence[TagName]) -> list[str]:
    """Those that an item does not have, each once."""
    has = {same(name) for name in present.values()}
    return list({same(tag): tag for tag in wanted if same(tag) not in has}.values())
