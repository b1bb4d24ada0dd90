"""Albums as directories: built from listings, kept while these are the same, told when not."""

import logging
import math
from collections.abc import Collection, Sequence
from functools import partial

import trio
from cachetools import LRUCache

from g3fs.cache.catalog import Catalog
from g3fs.cache.state import State
from g3fs.cache.statetables import Alias, RememberedTimes
from g3fs.gallery.errors import GalleryError
from g3fs.gallery.ids import ItemId
from g3fs.gallery.items import ORIGINAL, Entry, Listing, Media, Rendition
from g3fs.tasks.singleflight import SingleFlight
from g3fs.vfs.building import Builder, Built, Task
from g3fs.vfs.directory import Directory
from g3fs.vfs.inodes import Inode, InodeTable
from g3fs.vfs.nodes import AlbumNode, Child, GalleryNode, Ino, MediaNode, key_in, key_of
from g3fs.vfs.notifier import Notifier
from g3fs.vfs.settimes import SameBytes, SetTimes

log = logging.getLogger(__name__)

MAX_NAMES = 200_000
"""Names of all directories that are kept built; beyond, the least used are built anew."""


class Tree:
    """The directories of one mount."""

    def __init__(
        self,
        catalog: Catalog,
        state: State,
        same_bytes: SameBytes,
        *,
        inodes: InodeTable,
        notifier: Notifier,
        nursery: trio.Nursery,
    ) -> None:
        """Builds run in `nursery`, so that no caller's cancellation ends one for the others."""
        self._catalog = catalog
        self._state = state
        self._inodes = inodes
        self._notifier = notifier
        self._times = SetTimes(catalog, state, same_bytes)
        self._builder = Builder(state, self._times)
        self._built: LRUCache[str, Directory] = LRUCache(MAX_NAMES, getsizeof=_weight)
        self._building = SingleFlight[str, Directory](nursery)
        self._touched: dict[str, set[ItemId]] = {}
        """By directory: what must be read anew although the listing is the same."""
        self._views = {ORIGINAL}
        self._expected: set[tuple[Ino, str]] = set()

    def known(self, node: AlbumNode) -> Directory | None:
        """The directory as it was built last; no I/O."""
        return self._built.get(key_of(node))

    def built(self, album: ItemId) -> Directory | None:
        """The same by the id of an album of the gallery's own tree."""
        return self._built.get(key_in(ORIGINAL, album))

    async def directory(self, ino: Ino, node: AlbumNode) -> Directory:
        """The directory as the catalog knows it now; asks the server only where it must."""
        listing = await self._catalog.listing(node.item.id)
        key = key_of(node)
        self._views.add(node.view)
        directory = self._built.get(key)
        for _ in range(2):  # the first may join a build that was begun before this call
            if directory is not None and directory.listing is listing and key not in self._touched:
                break
            build = partial(self._build, ino, node, listing)
            directory = await self._building.do(key, build)
        assert directory is not None
        return directory

    async def refresh(self, ino: Ino, node: AlbumNode) -> Directory:
        """The directory as the server has it now."""
        await self._catalog.refresh(node.item.id)
        return await self.directory(ino, node)

    def expect(self, ino: Ino, name: str) -> None:
        """The kernel is about to be told of this name itself; a notice would make it forget."""
        self._expected.add((ino, name))

    def expect_in(self, album: ItemId, name: str) -> None:
        """The same of an album of the gallery's own tree; nothing if nobody was told of its names.

        To be called when nothing is left but to tell the catalog: what is expected and does not
        come would keep the kernel from hearing what others do to that name.
        """
        directory = self.built(album)
        if directory is not None and self._inodes.get(directory.ino) is not None:
            self.expect(directory.ino, name)

    async def set_alias(self, album: ItemId, entry: Entry, name: str) -> None:
        """From now on an item is shown as `name`, until the server renames it.

        The server's own name ends an alias: even one that is void now would come back with the name
        for which it was given. Where there is none, that costs a look, and nothing is written.
        To be called before the catalog is told of a write, so that no other name is seen between.
        """
        place, item = key_in(ORIGINAL, album), entry.item.id
        try:
            if name != entry.name:
                await self._state.set_alias(place, item, Alias(name, entry.name))
            elif await self._state.aliases(place, [item]):
                await self._state.remove_alias(place, item)
            else:
                return
        except GalleryError as error:  # what the server did is done, whatever our own disk says
            log.warning("%s may be shown as the server calls it, %s: %s", name, entry.name, error)
        for view in self._views:
            self._touch(key_in(view, album), item)

    async def remember_times(self, inode: Inode, atime_ns: int, mtime_ns: int) -> None:
        """Show these times for as long as the data of an inode is the same.

        An inode that the kernel does not know will do: what counts is its node.
        """
        node = inode.node
        assert isinstance(node, GalleryNode), "what is not of the server keeps its own times"
        newest = self._catalog.item(node.item.id)
        if isinstance(node, MediaNode) and isinstance(newest, Media):
            node = MediaNode(newest, node.view)  # the inode may not have heard of it yet
        version = self._times.version(node)
        times = RememberedTimes(version=version, atime_ns=atime_ns, mtime_ns=mtime_ns)
        inode.times = times
        await self._times.set(node, times)
        inode.times = times  # a directory that was built meanwhile may have known the old ones
        self._touch_all(node)

    async def rewritten(self, before: Media, after: Media, *, same_bytes: bool) -> None:
        """An own write gave an item another version: with the same bytes its times still hold.

        To be called before the catalog is told of it, for else the server is asked about the bytes.
        """
        for view in self._views:
            old, new = MediaNode(before, view), MediaNode(after, view)
            await self._times.rewritten(old, new, same_bytes=same_bytes)

    async def follow(
        self,
        views: Sequence[Rendition],
        *,
        task_status: trio.TaskStatus[None] = trio.TASK_STATUS_IGNORED,
    ) -> None:
        """Build directories anew when the catalog finds a change in their album; runs for ever."""
        send, changed = trio.open_memory_channel[ItemId](math.inf)
        self._catalog.subscribe(lambda change: send.send_nowait(change.album))
        task_status.started()
        async for album in changed:
            await self._catch_up(album, views)

    async def catch_up(self, album: ItemId) -> None:
        """Let inodes know an own write in that album, before whoever wrote is answered."""
        await self._catch_up(album, tuple(self._views))

    async def _catch_up(self, album: ItemId, views: Sequence[Rendition]) -> None:
        for view in views:
            directory = self._built.get(key_in(view, album))
            if directory is not None:
                await self._follow(directory)

    async def _follow(self, directory: Directory) -> None:
        try:
            await self.directory(directory.ino, directory.node)
        except GalleryError as error:
            log.debug("%s: not built anew: %s", directory.node.item.title, error)

    async def _build(self, ino: Ino, node: AlbumNode, listing: Listing) -> Directory:
        """Build and adopt; one at a time for a directory, so that each is newer than the last."""
        key = key_of(node)
        listing = self._catalog.known(node.item.id) or listing
        before, touched = self._built.get(key), self._touched.pop(key, set())
        if before is not None and before.listing is listing and not touched:
            return before
        task = Task(ino=ino, node=node, listing=listing, before=before, touched=touched)
        try:
            built = await self._builder.build(task)
        except BaseException:
            self._touched.setdefault(key, set()).update(touched)
            raise
        self._adopt(before, built)
        return built.directory

    def _adopt(self, before: Directory | None, built: Built) -> None:
        """Put a new directory in place of the old one, and tell the kernel what differs."""
        directory = built.directory
        key = key_of(directory.node)
        if _weight(directory) <= MAX_NAMES:
            self._built[key] = directory
        touched = self._touched.get(key, set())  # while it was built: it knows older times
        for child in built.fresh:
            self._update(child, touched)
        if directory.node.item.id not in touched:
            self._show_times(directory)
        if before is not None and self._inodes.get(directory.ino) is not None:
            self._tell_names(directory.ino, built)
            if before.newest_s != directory.newest_s:
                self._notifier.forget_attributes(directory.ino)

    def _show_times(self, directory: Directory) -> None:
        """Let the inode of a directory, and the directories above, know what holds of its times."""
        item = directory.node.item.id
        for album in self._catalog.albums_of(item):
            key = key_in(directory.node.view, album)
            above = self._built.get(key)
            child = above.of_item(item) if above is not None else None
            if child is None or child.times != directory.times:
                self._touch(key, item)
        inode = self._inodes.get(directory.ino)
        if inode is not None and inode.times != directory.times:
            inode.times = directory.times
            self._notifier.forget_attributes(directory.ino)

    def _tell_names(self, ino: Ino, built: Built) -> None:
        old = {child.name: child.ino for child in built.gone}
        new = {child.name: child.ino for child in built.fresh}
        for name in old.keys() | new.keys():
            if old.get(name) == new.get(name):
                continue
            if (ino, name) in self._expected:
                self._expected.discard((ino, name))
            else:
                self._notifier.forget_entry(ino, name)

    def _update(self, child: Child, touched: Collection[ItemId]) -> None:
        inode = self._inodes.get(child.ino)
        if inode is None or not isinstance(child.node, GalleryNode):
            return
        before, known = inode.node, inode.times
        inode.node = child.node
        if child.node.item.id not in touched:
            inode.times = child.times
        if _other_bytes(before, child):
            inode.known_size = None
            self._notifier.forget_content(inode.ino)
        elif before != child.node or known != inode.times:
            self._notifier.forget_attributes(inode.ino)

    def _touch_all(self, node: GalleryNode) -> None:
        """Read the times of an item anew, in its own directory too if it is an album."""
        item = node.item.id
        for album in (*self._catalog.albums_of(item), item):
            self._touch(key_in(node.view, album), item)

    def _touch(self, key: str, item: ItemId) -> None:
        if key in self._built or self._building.in_flight(key):
            self._touched.setdefault(key, set()).add(item)


def _other_bytes(before: object, child: Child) -> bool:
    match before, child.node:
        case MediaNode(item=old), MediaNode(item=new):
            return old.version != new.version
        case _:
            return False


def _weight(directory: Directory) -> int:
    return len(directory) + 1
