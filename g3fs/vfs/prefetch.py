"""Fetching the next files of a directory while somebody reads one after the other.

`cp -r`, `tar`, backup and slide shows read whole files in the order of the listing or of the names;
each costs a round trip or more when it is only asked for then. Whoever looks at heads only, as file
managers do, never reads to an end, and so nothing is fetched for him.
"""

import logging
from collections.abc import Sequence
from dataclasses import dataclass

import trio
from cachetools import LRUCache

from g3fs.cache.content import Content
from g3fs.gallery.errors import GalleryError
from g3fs.gallery.items import Readable
from g3fs.vfs.directory import Directory, Order
from g3fs.vfs.inodes import Inode, InodeTable
from g3fs.vfs.nodes import AlbumNode, Child, Ino, MediaNode
from g3fs.vfs.tree import Tree

log = logging.getLogger(__name__)

AHEAD_FILES = 16
AHEAD_BYTES = 32 * 1024 * 1024
"""How far ahead of a reader, whichever is reached first."""

RUN = 2
"""So many files in a row, each read to its end, are a habit."""

AT_ONCE = 5
"""Files under way ahead of their readers; places for those who wait are left."""

MAX_WALKS = 64
"""Directories and orders in which habits are remembered."""


@dataclass(slots=True)
class Walk:
    """How somebody goes through one order of one directory."""

    position: int
    run: int = 1
    fetched_to: int = 0
    """Files before this position were asked for already."""


class Prefetch:
    """Decides, and fetches in its own tasks."""

    def __init__(
        self, tree: Tree, inodes: InodeTable, content: Content, nursery: trio.Nursery
    ) -> None:
        self._tree = tree
        self._inodes = inodes
        self._content = content
        self._nursery = nursery
        self._places = trio.CapacityLimiter(AT_ONCE)
        self._walks: LRUCache[tuple[Ino, int], Walk] = LRUCache(MAX_WALKS)

    def read_to_end(self, inode: Inode) -> None:
        """Somebody has read the last byte of a file: think of what comes next."""
        directory = self._directory_of(inode)
        if directory is None:
            return
        for number, order in enumerate(directory.orders):
            position = order.position(inode.ino)
            if position is not None:
                walk = self._walked((directory.ino, number), position)
                if walk.run >= RUN:
                    self._fetch_from(walk, order)

    def _directory_of(self, inode: Inode) -> Directory | None:
        parent = self._inodes.get(inode.parent) if inode.parent is not None else None
        if parent is None or not isinstance(parent.node, AlbumNode):
            return None
        return self._tree.known(parent.node)

    def _walked(self, key: tuple[Ino, int], position: int) -> Walk:
        walk = self._walks.get(key)
        if walk is None or position not in {walk.position, walk.position + 1}:
            walk = self._walks[key] = Walk(position)
        elif position == walk.position + 1:
            walk.position, walk.run = position, walk.run + 1
        return walk

    def _fetch_from(self, walk: Walk, order: Order) -> None:
        start = walk.position + 1
        for child in worth_fetching(order.files[start : start + AHEAD_FILES]):
            position = order.position(child.ino)
            if position is not None and position >= walk.fetched_to:
                walk.fetched_to = position + 1
                self._nursery.start_soon(self._fetch, child)

    async def _fetch(self, child: Child) -> None:
        assert isinstance(child.node, MediaNode)  # an Order has nothing else
        async with self._places:
            reader = self._content.open(child.node.item, child.node.view)
            try:
                await reader.fetch()
            except GalleryError as error:  # whoever reads it will be told
                log.debug("ahead of %s: %s", child.name, error)
            finally:
                reader.close()


def worth_fetching(files: Sequence[Child]) -> list[Child]:
    """The first of `files` that together are not too much; what has no size is left out."""
    chosen, left = [], AHEAD_BYTES
    for child in files:
        node = child.node
        if not isinstance(node, MediaNode) or node.item.readable is not Readable.YES:
            continue
        if node.size_bytes is None:
            continue
        left -= node.size_bytes
        if left < 0:
            break
        chosen.append(child)
    return chosen
