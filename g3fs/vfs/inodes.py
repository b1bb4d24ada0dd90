"""Which inodes the kernel knows, and for how long they must be kept."""

from dataclasses import dataclass

from g3fs.cache.statetables import RememberedTimes
from g3fs.gallery.errors import Stale
from g3fs.gallery.ids import ItemId, Version
from g3fs.gallery.items import ORIGINAL
from g3fs.vfs.nodes import AlbumNode, Child, Ino, MediaNode, Node

MAX_DEPTH = 64
"""Names in a path that is told to people; a loop among stale parents ends there."""


@dataclass(slots=True, eq=False)
class Inode:
    """A node that the kernel may ask about by number."""

    ino: Ino
    node: Node
    """What is known of it now; replaced whenever a listing tells more."""
    lookups: int = 0
    """The kernel's lookup count."""
    handles: int = 0
    """Open handles; an inode outlives its last name while one is open."""
    known_size: int | None = None
    """What reading returned, where the server does not tell a size."""
    opened_version: Version | None = None
    """Of the bytes that the kernel may have in its page cache."""
    name: str = ""
    """Under which it was looked up last; for people, in the log."""
    parent: Ino | None = None
    times: RememberedTimes | None = None
    """What utimensat(2) was told, where it still holds; kept by Tree."""
    taken_over: int = 0
    """How often another file's data became its own."""
    cached: int = 0
    """What that number was when the kernel began to cache pages."""


def inode_of(child: Child) -> Inode:
    """An inode as its directory shows it, which the kernel does not know yet."""
    return Inode(child.ino, child.node, times=child.times)


class InodeTable:
    """Inodes by number. Without `await`, and so atomic.

    An inode is kept while its lookup count is not 0 or a handle is open; the kernel may ask about
    it until then, and getattr(2) must be answered without asking anybody.
    """

    def __init__(self) -> None:
        self._inodes: dict[Ino, Inode] = {}

    def __len__(self) -> int:
        return len(self._inodes)

    def __getitem__(self, ino: Ino) -> Inode:
        """The inode, or Stale when the kernel should not know it (any more)."""
        try:
            return self._inodes[ino]
        except KeyError:
            raise Stale(f"inode {ino} is not known any more") from None

    def get(self, ino: Ino) -> Inode | None:
        """The inode, if the kernel knows it."""
        return self._inodes.get(ino)

    def of_item(self, item: ItemId) -> list[Inode]:
        """All inodes that show the original of an item; looks at every inode."""
        return [
            inode
            for inode in self._inodes.values()
            if isinstance(inode.node, MediaNode)
            and inode.node.item.id == item
            and inode.node.view == ORIGINAL
        ]

    def take_over(self, item: ItemId) -> None:
        """Another file becomes the data of an item: who has that open is not to write into it."""
        for inode in self.of_item(item):
            inode.taken_over += 1

    def of_album(self, album: ItemId) -> list[Inode]:
        """All inodes that show an album's originals; looks at every inode."""
        return [
            inode
            for inode in self._inodes.values()
            if isinstance(inode.node, AlbumNode)
            and inode.node.item.id == album
            and inode.node.view == ORIGINAL
        ]

    def keep(self, ino: Ino, node: Node) -> Inode:
        """Enter an inode that is never forgotten: the root and the control tree."""
        inode = self._inodes.setdefault(ino, Inode(ino, node))
        inode.lookups += 1
        return inode

    def looked_up(self, child: Child, parent: Ino) -> Inode:
        """Count one lookup: the kernel was given this inode once more.

        What is known of it already stays: the name may come from an older directory stream.
        """
        inode = self._inodes.get(child.ino)
        if inode is None:
            inode = self._inodes[child.ino] = inode_of(child)
        inode.name, inode.parent = child.name, parent
        inode.lookups += 1
        return inode

    def path(self, ino: Ino) -> str:
        """Where an inode was last seen, below the mount's root; for people, in the log."""
        names: list[str] = []
        inode = self._inodes.get(ino)
        while inode is not None and inode.parent is not None and len(names) < MAX_DEPTH:
            names.append(inode.name)
            inode = self._inodes.get(inode.parent)
        return "/" + "/".join(reversed(names))

    def forget(self, ino: Ino, nlookup: int) -> None:
        """Take back `nlookup` references; never fails, whatever the kernel says."""
        inode = self._inodes.get(ino)
        if inode is not None:
            inode.lookups = max(0, inode.lookups - nlookup)
            self._drop_unused(inode)

    def opened(self, inode: Inode) -> None:
        """Count one handle."""
        inode.handles += 1

    def released(self, inode: Inode) -> None:
        """Give one handle back."""
        inode.handles -= 1
        self._drop_unused(inode)

    def _drop_unused(self, inode: Inode) -> None:
        if inode.lookups == 0 and inode.handles == 0:
            self._inodes.pop(inode.ino, None)
