"""Tags as directories: links to all that carries one, wherever it lies."""

from collections.abc import Callable, Mapping, Sequence
from functools import partial

from g3fs.backends.calls import Calls, ChangingCalls
from g3fs.backends.gallery3.convert import Converter
from g3fs.backends.gallery3.ids import item_id
from g3fs.backends.gallery3.tags import TagReader
from g3fs.backends.gallery3.writing.tags import same
from g3fs.clients.gallery3.api import ROOT_ID
from g3fs.clients.gallery3.changes import AMBIGUOUS
from g3fs.clients.gallery3.client import Client
from g3fs.clients.gallery3.tags import checked_name
from g3fs.clients.gallery3.wire import WireItem, as_listed
from g3fs.gallery.errors import AlreadyExists, GalleryError, NotFound, ServerError
from g3fs.gallery.ids import ItemId, TagName
from g3fs.gallery.items import Link, Step
from g3fs.gallery.writing import TagViewer

_ALBUM_FIELDS = ("id", "name", "parent")
_DEEPEST = 64


class Gallery3TagViewer:
    """The tags of one Gallery 3; their names are those that the reader of tags remembers."""

    def __init__(
        self,
        client: Client,
        reader: TagReader,
        convert: Converter,
        ask: Calls,
        change: ChangingCalls,
    ) -> None:
        self._client = client
        self._convert = convert
        self._reader = reader
        self._ask = ask
        self._do = change

    async def tags(self) -> Sequence[TagName]:
        names = await self._names()
        return sorted(names.values(), key=str.casefold)

    async def tagged(self, tag: TagName) -> Sequence[Link]:
        number = await self._number(tag)
        return await self._ask(partial(self._links, number))

    async def make_tag(self, tag: TagName) -> None:
        checked_name(tag)
        if await self._found(tag) is not None:
            raise AlreadyExists(f"there is a tag {tag!r}")
        number = await self._do(partial(self._client.tags.create, tag))
        self._reader.forget(number)

    async def rename_tag(self, tag: TagName, name: TagName) -> None:
        checked_name(name)
        number, other = await self._number(tag), await self._found(name)
        if other not in (None, number):
            raise AlreadyExists(f"there is a tag {name!r}: the two would become one")
        try:
            await self._do(partial(self._renamed, number, name))
        finally:
            self._reader.forget(number)

    async def delete_tag(self, tag: TagName) -> None:
        number = await self._number(tag)
        try:
            await self._do(partial(self._deleted, number))
        finally:
            self._reader.forget(number)

    async def _names(self) -> dict[int, TagName]:
        ids = await self._ask(lambda: list(self._client.tags.ids()))
        return await self._reader.names(ids)

    async def _found(self, tag: TagName) -> int | None:
        wanted = same(tag)
        names = await self._names()
        return next((number for number, name in names.items() if same(name) == wanted), None)

    async def _number(self, tag: TagName) -> int:
        found = await self._found(tag)
        if found is None:
            raise NotFound(f"there is no tag {tag!r}")
        return found

    # In threads

    def _links(self, tag: int) -> list[Link]:
        numbers = self._client.tags.get(tag).item_ids
        items = self._client.items.many(numbers)
        broken = (self._one(number) for number in items.missing)
        found = [*items.found, *(item for item in broken if item is not None)]
        albums = {
            album.id: album
            for album in self._client.tree.read(ROOT_ID, kind="album", fields=_ALBUM_FIELDS)
        }
        return [self._link(item, albums) for item in found if item.id != ROOT_ID]

    def _link(self, item: WireItem, albums: Mapping[int, WireItem]) -> Link:
        """A link with the way from the root; whoever shows it knows how deep it stands."""
        return Link(
            id=ItemId(f"tagged:{item.id}"),
            title=item.title,
            depth=0,
            path=tuple(_steps(item, albums)),
            times=self._convert.item(as_listed(item)).times,
        )

    def _one(self, number: int) -> WireItem | None:
        """An item that lacks a file; None when it is gone."""
        try:
            return self._client.tree.one(number)
        except GalleryError:
            return None

    def _renamed(self, tag: int, name: TagName) -> None:
        self._checked(
            partial(self._client.tags.rename, tag, name),
            lambda: self._client.tags.get(tag).name == name,
        )

    def _deleted(self, tag: int) -> None:
        def is_gone() -> bool:
            try:
                self._client.tags.get(tag)
            except NotFound:
                return True
            return False

        self._checked(partial(self._client.tags.delete, tag), is_gone)

    def _checked(self, change: Callable[[], None], is_done: Callable[[], bool]) -> None:
        failure: GalleryError | None = None
        try:
            change()
        except AMBIGUOUS as exc:
            failure = exc
        try:
            done = is_done()
        except GalleryError as exc:
            raise failure or exc from None
        if not done:
            raise failure or ServerError("the gallery ignored a change of a tag")


def _steps(item: WireItem, albums: Mapping[int, WireItem]) -> list[Step]:
    steps = [Step(item.name or "", item_id(item.id))]
    above = albums.get(item.parent_id or ROOT_ID)
    while above is not None and above.id != ROOT_ID and len(steps) < _DEEPEST:
        steps.insert(0, Step(above.name or "", item_id(above.id)))
        above = albums.get(above.parent_id or ROOT_ID)
    return steps


_conforms: type[TagViewer] = Gallery3TagViewer
