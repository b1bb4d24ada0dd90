"""The gallery with its tags as albums: a wrapper of the port, for the catalog to ask.

So tags are remembered, asked for again, and built into directories just as albums are.
"""

from collections.abc import Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, replace

from g3fs.gallery.backend import Backend, ByteStream, Capabilities, Extent
from g3fs.gallery.errors import NotFound
from g3fs.gallery.ids import ItemId, TagName, Version
from g3fs.gallery.items import (
    Album,
    Details,
    Entry,
    Group,
    Item,
    Link,
    Listing,
    Media,
    Rendition,
    Times,
)
from g3fs.gallery.writing import TagViewer
from g3fs.vfs.tagviews.ids import TAGS, album_of, is_of_views, link_of, tag_of

DEPTH = 4
"""Directories between the mount's root and a link: /.g3fs/views/tags/NAME."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TagOptions:
    """How the mount shows tags."""

    writable: bool
    """Shows in the mode bits."""
    below: ItemId | None
    """The album that is the mount's root, where that is not the gallery's."""
    started_s: int
    """When the mount began. Servers do not tell when a tag was changed."""


class TaggedGallery:
    """Another backend, and albums of links beside it."""

    def __init__(self, backend: Backend, viewer: TagViewer, options: TagOptions) -> None:
        self._backend = backend
        self._options = options
        self._times = Times(created_s=options.started_s, updated_s=options.started_s)
        self.viewer = viewer
        self.made: set[TagName] = set()
        """Tags made here that nothing was seen to carry yet: servers forget these now and then."""
        self.asked: set[ItemId] = set()
        """Albums of links that anybody has looked into."""

    @property
    def capabilities(self) -> Capabilities:
        return self._backend.capabilities

    def top(self) -> Album:
        """The album of all tags."""
        return self._album(TAGS, "tags")

    def album(self, tag: TagName) -> Album:
        """The album of one tag."""
        return self._album(album_of(tag), tag)

    def entry(self, tag: TagName, item: ItemId, link: Link) -> Entry:
        """What the album of a tag has for an item; the path of `link` is from the mount's root."""
        own = replace(link, id=link_of(tag, item), depth=DEPTH)
        return Entry(name=link.path[-1].name, item=own)

    async def root(self) -> Album:
        return await self._backend.root()

    async def list(self, album: ItemId) -> Listing:
        if not is_of_views(album):
            return await self._backend.list(album)
        self.asked.add(album)
        return await (self._tags() if album == TAGS else self._tagged(tag_of(album)))

    async def details(self, group: Group, items: Sequence[ItemId]) -> Mapping[ItemId, Details]:
        if is_of_views(items[0]):
            return dict.fromkeys(items, Details())
        return await self._backend.details(group, items)

    async def stat(self, item: ItemId) -> Item:
        return await self._backend.stat(item)

    def open(
        self, media: Media, rendition: Rendition, extent: Extent
    ) -> AbstractAsyncContextManager[ByteStream]:
        return self._backend.open(media, rendition, extent)

    async def same_bytes(self, media: Media, before: Version) -> bool:
        return await self._backend.same_bytes(media, before)

    async def _tags(self) -> Listing:
        tags = await self.viewer.tags()
        shown = dict.fromkeys([*tags, *sorted(self.made)])
        entries = (Entry(name=tag, item=self.album(tag)) for tag in shown)
        return Listing(album=self.top(), entries=tuple(entries))

    async def _tagged(self, tag: TagName) -> Listing:
        links: Sequence[Link] = ()
        try:
            links = await self.viewer.tagged(tag)
        except NotFound:
            if tag not in self.made:
                raise
        if links:
            self.made.discard(tag)
        entries = (self._entry(tag, link) for link in links)
        found = tuple(entry for entry in entries if entry is not None)
        return Listing(album=self.album(tag), entries=found)

    def _entry(self, tag: TagName, link: Link) -> Entry | None:
        """The same for a link of the viewer; None when it leads out of the mount."""
        path, top = link.path, self._options.below
        if not path or path[-1].id is None:
            return None
        if top is None:
            return self.entry(tag, path[-1].id, link)
        ids = [step.id for step in path[:-1]]
        if top not in ids:
            return None
        below = path[ids.index(top) + 1 :]
        return self.entry(tag, path[-1].id, replace(link, path=below))

    def _album(self, album: ItemId, title: str) -> Album:
        may = self._options.writable
        return Album(id=album, title=title, times=self._times, can_edit=may, can_add=may)


_conforms: type[Backend] = TaggedGallery
