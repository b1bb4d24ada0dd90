"""The writing half of the guard: changes that wait no longer than reads do.

A change goes on when its caller gives up, a file on its way does not: see the port.
"""

from collections.abc import Sequence
from functools import partial
from pathlib import Path

from g3fs.backends.guard import Guard
from g3fs.gallery.collections import Meaning, Operation
from g3fs.gallery.ids import ItemId, TagName
from g3fs.gallery.items import Album, Entry, Item, Link, Listing, Media
from g3fs.gallery.writing import Progress, TagViewer, Upload, Wish, Writer

_SLOWEST_BYTES_PER_S = 100_000
"""Of a file that is fetched again to be compared; a slower line gets a TimedOut."""


class GuardedWriter:
    """A writer whose every call is bounded; sending files is judged by progress."""

    def __init__(self, writer: Writer, guard: Guard) -> None:
        self._writer = writer
        self._guard = guard

    def meaning(self, album: ItemId, operation: Operation) -> Meaning:
        return self._writer.meaning(album, operation)

    def takes(self, name: str) -> bool:
        return self._writer.takes(name)

    def predicted(self, listing: Listing, wish: Wish, coming: Sequence[str]) -> str:
        return self._writer.predicted(listing, wish, coming)

    async def mark(self, album: ItemId, name: str) -> str:
        call = partial(self._writer.mark, album, name)
        return await self._guard.in_time(f"send album {album}", call)

    async def create(self, upload: Upload, progress: Progress) -> Entry:
        call = partial(self._writer.create, upload)
        return await self._guard.while_moving(f"take {upload.name!r}", call, progress)

    async def find(self, upload: Upload) -> Entry | None:
        call = partial(self._writer.find, upload)
        more_s = _size_bytes(upload.source) / _SLOWEST_BYTES_PER_S
        return await self._guard.in_time(f"send back {upload.name!r}", call, more_s=more_s)

    async def replace(self, media: Media, source: Path, progress: Progress) -> Entry:
        call = partial(self._writer.replace, media, source)
        missed = f"take the new data of item {media.id}"
        return await self._guard.while_moving(missed, call, progress)

    async def make_album(self, album: ItemId, name: str) -> Entry:
        call = partial(self._writer.make_album, album, name)
        return await self._guard.in_time(f"make the album {name!r}", call)

    async def move(self, item: Item, target: ItemId, name: str) -> Entry:
        call = partial(self._writer.move, item, target, name)
        return await self._guard.in_time(f"move item {item.id}", call)

    async def delete(self, media: Media) -> None:
        call = partial(self._writer.delete, media)
        await self._guard.in_time(f"delete item {media.id}", call)

    async def remove_album(self, album: Album) -> None:
        call = partial(self._writer.remove_album, album)
        await self._guard.in_time(f"delete album {album.id}", call)

    def checked_fact(self, item: Item | None, name: str, value: str | None) -> None:
        self._writer.checked_fact(item, name, value)

    async def set_fact(self, item: Item, name: str, value: str | None) -> Entry:
        call = partial(self._writer.set_fact, item, name, value)
        return await self._guard.in_time(f"change item {item.id}", call)

    def checked_tags(self, tags: Sequence[TagName]) -> None:
        self._writer.checked_tags(tags)

    async def set_tags(self, item: ItemId, tags: Sequence[TagName]) -> None:
        call = partial(self._writer.set_tags, item, tags)
        await self._guard.in_time(f"tag item {item}", call)

    async def change_tags(
        self, item: ItemId, *, add: Sequence[TagName] = (), remove: Sequence[TagName] = ()
    ) -> None:
        call = partial(self._writer.change_tags, item, add=add, remove=remove)
        await self._guard.in_time(f"tag item {item}", call)

    async def add_comment(self, item: ItemId, text: str) -> None:
        call = partial(self._writer.add_comment, item, text)
        await self._guard.in_time(f"take a comment on item {item}", call)

    async def remove_comment(self, item: ItemId, comment: str) -> None:
        call = partial(self._writer.remove_comment, item, comment)
        await self._guard.in_time(f"delete comment {comment}", call)


class GuardedTagViewer:
    """A tag viewer whose every call is bounded."""

    def __init__(self, viewer: TagViewer, guard: Guard) -> None:
        self._viewer = viewer
        self._guard = guard

    async def tags(self) -> Sequence[TagName]:
        return await self._guard.in_time("send its tags", self._viewer.tags)

    async def tagged(self, tag: TagName) -> Sequence[Link]:
        call = partial(self._viewer.tagged, tag)
        return await self._guard.in_time(f"send what is tagged {tag!r}", call)

    async def make_tag(self, tag: TagName) -> None:
        await self._guard.in_time(f"make the tag {tag!r}", partial(self._viewer.make_tag, tag))

    async def rename_tag(self, tag: TagName, name: TagName) -> None:
        call = partial(self._viewer.rename_tag, tag, name)
        await self._guard.in_time(f"rename the tag {tag!r}", call)

    async def delete_tag(self, tag: TagName) -> None:
        await self._guard.in_time(f"delete the tag {tag!r}", partial(self._viewer.delete_tag, tag))


def _size_bytes(path: Path) -> int:
    try:
        return path.stat().st_size
    except OSError:
        return 0  # whoever opens it says why


_conforms: type[Writer] = GuardedWriter
_tags_conform: type[TagViewer] = GuardedTagViewer
