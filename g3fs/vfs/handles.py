"""Open files and directories: one handle for each open(2) and opendir(2)."""

import os
from dataclasses import dataclass
from typing import NewType

from g3fs.cache.content import Reader
from g3fs.gallery.errors import Stale
from g3fs.gallery.ids import ItemId
from g3fs.vfs.inodes import Inode
from g3fs.vfs.nodes import Child, MediaNode
from g3fs.vfs.writing.draft import Draft

Fh = NewType("Fh", int)
"""A handle's number; never the inode number."""


@dataclass(slots=True)
class DirectoryHandle:
    """A directory stream: the names as they were when it was opened or rewound."""

    inode: Inode
    children: tuple[Child, ...]
    rewound: bool = False
    """It was read on: a read from the beginning means rewinddir(3)."""


@dataclass(slots=True)
class FileHandle:
    """A photo or movie, or a local file, that is open."""

    inode: Inode
    reader: Reader | None = None
    """Of the server's data, at one version."""
    writes: bool = False
    fills: bool = False
    """It made the file, and only writes it (O_WRONLY): what it puts is in no page of a reader.

    Kernels before 6.6 would not renew such a page where it is mapped.
    """
    draft: Draft | None = None
    """The local file that this handle reads or has written; counted there."""
    taken_over: int = 0
    """As the inode had it when this was opened."""

    @property
    def is_old(self) -> bool:
        """Whether the inode has another file's data since."""
        return self.draft is None and self.taken_over != self.inode.taken_over


def only_writes(flags: int) -> bool:
    """What the flags of open(2) say."""
    return flags & os.O_ACCMODE == os.O_WRONLY


@dataclass(frozen=True, slots=True)
class TextHandle:
    """A file of the control tree, as it was when it was opened."""

    inode: Inode
    content: bytes


Handle = DirectoryHandle | FileHandle | TextHandle


class HandleTable:
    """Handles by number; numbers are not used again. Without `await`, and so atomic."""

    def __init__(self) -> None:
        self._handles: dict[Fh, Handle] = {}
        self._last = 0

    def __len__(self) -> int:
        return len(self._handles)

    def add(self, handle: Handle) -> Fh:
        """Give a handle its number."""
        if isinstance(handle, FileHandle):
            handle.taken_over = handle.inode.taken_over
        self._last += 1
        fh = Fh(self._last)
        self._handles[fh] = handle
        return fh

    def directory(self, fh: Fh) -> DirectoryHandle:
        """The directory stream of that number."""
        match self._handles.get(fh):
            case DirectoryHandle() as handle:
                return handle
            case _:
                raise Stale(f"handle {fh} is no open directory")

    def readable(self, fh: Fh) -> FileHandle | TextHandle:
        """The file of that number."""
        match self._handles.get(fh):
            case (FileHandle() | TextHandle()) as handle:
                return handle
            case _:
                raise Stale(f"handle {fh} is no open file")

    def file(self, fh: Fh) -> FileHandle:
        """The photo, movie or local file of that number."""
        match self._handles.get(fh):
            case FileHandle() as handle:
                return handle
            case _:
                raise Stale(f"handle {fh} is no open file")

    def has_item(self, item: ItemId) -> bool:
        """Whether somebody has the original of an item open; looks at every handle."""
        return any(
            isinstance(handle, FileHandle)
            and isinstance(handle.inode.node, MediaNode)
            and handle.inode.node.item.id == item
            for handle in self._handles.values()
        )

    def has_other(self, inode: Inode) -> bool:
        """Whether somebody has open what an inode showed before; looks at every handle."""
        return any(
            isinstance(handle, FileHandle)
            and handle.inode is inode
            and handle.taken_over != inode.taken_over
            for handle in self._handles.values()
        )

    def pop(self, fh: Fh) -> Handle | None:
        """Take a handle out; None when it is not there (any more)."""
        return self._handles.pop(fh, None)
