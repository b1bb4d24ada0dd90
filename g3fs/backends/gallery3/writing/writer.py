"""The writing half of the port over the client of Gallery 3: each call to the part that knows."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import trio

from g3fs.backends.calls import ChangingCalls
from g3fs.backends.gallery3.addresses import Addresses
from g3fs.backends.gallery3.attributes import COVER
from g3fs.backends.gallery3.collections import COLLECTIONS
from g3fs.backends.gallery3.comments import CommentReader
from g3fs.backends.gallery3.convert import Converter
from g3fs.backends.gallery3.ids import number_of
from g3fs.backends.gallery3.lines import Lines
from g3fs.backends.gallery3.tags import TagReader
from g3fs.backends.gallery3.writing import facts, naming
from g3fs.backends.gallery3.writing.comments import CommentWriter
from g3fs.backends.gallery3.writing.places import KeptPlaces
from g3fs.backends.gallery3.writing.structure import Structure
from g3fs.backends.gallery3.writing.tags import TagWriter, check_tags
from g3fs.backends.gallery3.writing.uploads import Uploads
from g3fs.clients.gallery3.client import Client
from g3fs.clients.gallery3.wire import WireItem, as_listed
from g3fs.gallery.clock import Clock
from g3fs.gallery.collections import Meaning, Operation
from g3fs.gallery.ids import ItemId, TagName
from g3fs.gallery.items import Album, Entry, Item, Listing, Media
from g3fs.gallery.writing import Progress, Upload, Wish, Writer
from g3fs.tasks.threads import Threads


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """What the reading half remembers, to be kept up with changes."""

    addresses: Addresses
    convert: Converter
    lines: Lines
    tags: TagReader
    comments: CommentReader


class Gallery3Writer:
    """Changes to one Gallery 3, by one user."""

    def __init__(
        self, client: Client, known: Known, threads: Threads, nursery: trio.Nursery, clock: Clock
    ) -> None:
        """`nursery`: whoever closes it waits for what is being changed."""
        self._known = known
        self._predictions = naming.Predictions()
        change = ChangingCalls(nursery, threads.changes)
        places = KeptPlaces(client.places.look, clock)
        self._uploads = Uploads(client, places, threads, nursery)
        self._structure = Structure(client, places, change)
        self._facts = facts.FactWriter(client, change)
        self._tags = TagWriter(client, known.tags, change)
        self._comments = CommentWriter(client, known.comments, change)

    def close(self) -> None:
        """Stop uploads that are on their way."""
        self._uploads.close()

    def meaning(self, album: ItemId, operation: Operation) -> Meaning:
        return COLLECTIONS[0].meaning(operation)

    def takes(self, name: str) -> bool:
        return naming.takes(name)

    def predicted(self, listing: Listing, wish: Wish, coming: Sequence[str]) -> str:
        line = self._known.lines.line(number_of(listing.album.id))
        return self._predictions.predicted(listing, wish, coming, line)

    async def mark(self, album: ItemId, name: str) -> str:
        return await self._uploads.mark(album, name)

    async def create(self, upload: Upload, progress: Progress) -> Entry:
        return self._entry(await self._uploads.create(upload, progress))

    async def find(self, upload: Upload) -> Entry | None:
        found = await self._uploads.find(upload)
        return None if found is None else self._entry(found)

    async def replace(self, media: Media, source: Path, progress: Progress) -> Entry:
        return self._entry(await self._uploads.replace(media, source, progress))

    async def make_album(self, album: ItemId, name: str) -> Entry:
        return self._entry(await self._structure.make_album(album, name))

    async def move(self, item: Item, target: ItemId, name: str) -> Entry:
        return self._entry(await self._structure.move(item, target, name), _cover_of(item))

    async def delete(self, media: Media) -> None:
        await self._structure.delete(media)

    async def remove_album(self, album: Album) -> None:
        await self._structure.remove_album(album)

    def checked_fact(self, item: Item | None, name: str, value: str | None) -> None:
        facts.check(item, name, value)

    async def set_fact(self, item: Item, name: str, value: str | None) -> Entry:
        cover = value if name == COVER else _cover_of(item)
        return self._entry(await self._facts.set(item, name, value), cover)

    def checked_tags(self, tags: Sequence[TagName]) -> None:
        check_tags(tags)

    async def set_tags(self, item: ItemId, tags: Sequence[TagName]) -> None:
        await self._tags.set(item, tags)

    async def change_tags(
        self, item: ItemId, *, add: Sequence[TagName] = (), remove: Sequence[TagName] = ()
    ) -> None:
        await self._tags.change(item, add, remove)

    async def add_comment(self, item: ItemId, text: str) -> None:
        await self._comments.add(item, text)

    async def remove_comment(self, item: ItemId, comment: str) -> None:
        await self._comments.remove(item, comment)

    def _entry(self, wire: WireItem, cover: str | None = None) -> Entry:
        """What a listing shows of it from now on; `cover`: how the cover of an album is called."""
        listed = as_listed(wire)
        self._known.addresses.learn([listed])
        names = {} if cover is None or listed.cover_id is None else {listed.cover_id: cover}
        entry = Entry(name=listed.name or "", item=self._known.convert.item(listed, names))
        if listed.parent_id is not None:
            self._known.lines.learn_entry(listed.parent_id, entry)
        return entry


def _cover_of(item: Item) -> str | None:
    return item.facts.get(COVER) if isinstance(item, Album) else None


_conforms: type[Writer] = Gallery3Writer
