"""Albums as directories: built from listings, kept while these are the same, told when not."""

import logging
import math
from collections.abc import Sequence
from functools import partial

import trio
from cachetools import LRUCache

from g3fs.cache.catalog import Catalog
from g3fs.cache.state import State
from g3fs.cache.statetables import Alias
from g3fs.gallery.errors import GalleryError
from g3fs.gallery.ids import ItemId
from g3fs.gallery.items import ORIGINAL, Entry, Rendition
from g3fs.tasks.singleflight import SingleFlight
from g3fs.vfs.directory import Directory, build_directory
from g3fs.vfs.inodes import InodeTable
from g3fs.vfs.nodes import AlbumNode, Child, Ino, MediaNode, key_in, key_of
from g3fs.vfs.notifier import Notifier

log = logging.getLogger(__name__)

MAX_NAMES = 200_000
"""Names of all directories that are kept built; beyond, the least used are built anew."""


class Tree:
    """The directories of one mount."""

    def __init__(
        self,
        catalog: Catalog,
        state: State,
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
        self._built: LRUCache[str, Directory] = LRUCache(MAX_NAMES, getsizeof=_weight)
        self._expected: set[tuple[Ino, str]] = set()
        self._building = SingleFlight[tuple[str, int], Directory](nursery)

    def known(self, node: AlbumNode) -> Directory | None:
        """The directory as it was built last; no I/O."""
        return self._built.get(key_of(node))

    async def directory(self, ino: Ino, node: AlbumNode) -> Directory:
        """The directory as the catalog knows it now; asks the server only where it must."""
        listing = await self._catalog.listing(node.item.id)
        built = self.known(node)
        if built is not None and built.listing is listing:
            return built
        build = partial(build_directory, ino, listing, node, self._state)
        directory = await self._building.do((key_of(node), id(listing)), build)
        self._adopt(directory)
        return directory

    async def refresh(self, ino: Ino, node: AlbumNode) -> Directory:
        """The directory as the server has it now."""
        await self._catalog.refresh(node.item.id)
        return await self.directory(ino, node)

    def expect(self, ino: Ino, name: str) -> None:
        """The kernel is about to be told of this name itself; a notice would make it forget."""
        self._expected.add((ino, name))

    async def set_alias(self, album: ItemId, entry: Entry, name: str) -> None:
        """From now on an item is shown as `name`, until the server renames it."""
        place = key_in(ORIGINAL, album)
        await self._state.set_alias(place, entry.item.id, Alias(name, entry.name))

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
            for view in views:
                directory = self._built.get(key_in(view, album))
                if directory is not None:
                    await self._follow(directory)

    async def _follow(self, directory: Directory) -> None:
        try:
            await self.directory(directory.ino, directory.node)
        except GalleryError as error:
            log.debug("%s: not built anew: %s", directory.node.item.title, error)

    def _adopt(self, directory: Directory) -> None:
        """Put a new directory in place of the old one, and tell the kernel what differs."""
        before = self.known(directory.node)
        if before is directory:
            return
        if _weight(directory) <= MAX_NAMES:
            self._built[key_of(directory.node)] = directory
        for child in directory:
            self._update(child)
        inode = self._inodes.get(directory.ino)
        if before is not None and inode is not None:
            self._tell_names(directory.ino, before, directory)
            if before.newest_s != directory.newest_s:
                self._notifier.forget_attributes(directory.ino)

    def _tell_names(self, ino: Ino, before: Directory, after: Directory) -> None:
        old = {child.name: child.ino for child in before}
        new = {child.name: child.ino for child in after}
        for name in old.keys() | new.keys():
            if old.get(name) == new.get(name):
                continue
            if (ino, name) in self._expected:
                self._expected.discard((ino, name))
            else:
                self._notifier.forget_entry(ino, name)

    def _update(self, child: Child) -> None:
        inode = self._inodes.get(child.ino)
        if inode is None or inode.node == child.node:
            return
        before, inode.node = inode.node, child.node
        if _other_bytes(before, child):
            inode.known_size = None
            self._notifier.forget_content(inode.ino)
        else:
            self._notifier.forget_attributes(inode.ino)


def _other_bytes(before: object, child: Child) -> bool:
    match before, child.node:
        case MediaNode(item=old), MediaNode(item=new):
            return old.version != new.version
        case _:
            return False


def _weight(directory: Directory) -> int:
    return len(directory) + 1
