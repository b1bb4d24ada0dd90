"""What each system call means on a gallery; no kernel, no HTTP.

One method for each call of the kernel. Errors are gallery errors; what they are to the kernel is
decided in `fuse/errnos.py`.
"""

import os
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Protocol

from g3fs.cache.catalog import Catalog
from g3fs.cache.content import Content
from g3fs.gallery.backend import Scans
from g3fs.gallery.errors import (
    AccessDenied,
    BytesLost,
    Invalid,
    NotFound,
    NotSupported,
    ReadOnly,
    Stale,
)
from g3fs.gallery.items import ORIGINAL, Readable
from g3fs.vfs.attrs import Attr, AttrOptions, attr_of
from g3fs.vfs.control import NAME as CONTROL
from g3fs.vfs.control import Control
from g3fs.vfs.directory import link_target
from g3fs.vfs.handles import DirectoryHandle, Fh, HandleTable, ReadHandle, TextHandle
from g3fs.vfs.inodes import Inode, InodeTable, inode_of
from g3fs.vfs.names import JUNK
from g3fs.vfs.nodes import (
    ROOT,
    AlbumNode,
    Child,
    ControlDirectory,
    ControlFile,
    Ino,
    LinkNode,
    MediaNode,
)
from g3fs.vfs.notifier import Notifier
from g3fs.vfs.prefetch import Prefetch
from g3fs.vfs.scanning import as_answer, is_scan, scan
from g3fs.vfs.tree import Tree
from g3fs.vfs.xattrs import NAMESPACE, NoSuchAttribute, Xattrs

DO_REFRESH = "user.g3fs.do.refresh"
"""Reading this attribute makes the mount ask the server about a directory now."""


@dataclass(frozen=True, slots=True)
class NoEntry:
    """There is no such name, and the kernel may believe so for a while."""

    timeout_s: float


@dataclass(frozen=True, slots=True)
class Opened:
    """What open(2) tells the kernel of a handle."""

    fh: Fh
    direct: bool
    """Read without the page cache: the size is not known before the bytes are."""
    keep_cache: bool
    """What the kernel has in its page cache is still right."""


class EntrySink(Protocol):
    """Where readdir puts entries; the kernel's buffer, or a list in a test."""

    def offer(self, name: str, attr: Attr, next_offset: int) -> bool:
        """Return False, without taking the entry, when there is no room for it."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Parts:
    """What a file system is made of; put together in app.py."""

    catalog: Catalog
    content: Content
    inodes: InodeTable
    handles: HandleTable
    tree: Tree
    control: Control
    xattrs: Xattrs
    attrs: AttrOptions
    notifier: Notifier
    prefetch: Prefetch
    scans: Scans | None = None
    """None where the server has no such thing."""


class Filesystem:
    """One mounted gallery. Its root inode must be in the table before the first call."""

    def __init__(self, parts: Parts) -> None:
        self._catalog = parts.catalog
        self._content = parts.content
        self._inodes = parts.inodes
        self._handles = parts.handles
        self._tree = parts.tree
        self._control = parts.control
        self._xattrs = parts.xattrs
        self._attrs = parts.attrs
        self._notifier = parts.notifier
        self._prefetch = parts.prefetch
        self._scans = parts.scans

    async def lookup(self, parent: Ino, name: str) -> Attr | NoEntry:
        """The inode behind a name; counts one lookup."""
        child = await self._find(self._inodes[parent], name)
        if child is None:
            return NoEntry(self._attrs.timeout_s)
        return self._attr(self._inodes.looked_up(child, parent))

    def forget(self, forgotten: Iterable[tuple[Ino, int]]) -> None:
        """The kernel gives references back; never fails."""
        for ino, nlookup in forgotten:
            self._inodes.forget(ino, nlookup)

    def getattr(self, ino: Ino) -> Attr:
        """What is known of an inode; never waits."""
        return self._attr(self._inodes[ino])

    def readlink(self, ino: Ino) -> str:
        """Where a symbolic link points."""
        node = self._inodes[ino].node
        if not isinstance(node, LinkNode):
            raise Invalid(f"{self._inodes.path(ino)} is no symbolic link")
        return link_target(node.item)

    async def opendir(self, ino: Ino) -> Fh:
        """Start a directory stream; the whole listing is there before this returns."""
        inode = self._inodes[ino]
        handle = DirectoryHandle(inode, await self._children(inode))
        self._inodes.opened(inode)
        return self._handles.add(handle)

    async def readdir(self, fh: Fh, start: int, sink: EntrySink) -> None:
        """Give names from `start` on; each one taken counts a lookup.

        The names are those of the moment when the stream was opened; going back to the beginning
        takes them anew (rewinddir(3)).
        """
        handle = self._handles.directory(fh)
        if start > 0:
            handle.rewound = True
        elif handle.rewound:
            handle.children, handle.rewound = await self._children(handle.inode), False
        for index in range(start, len(handle.children)):
            child = handle.children[index]
            known = self._inodes.get(child.ino) or inode_of(child)
            if not sink.offer(child.name, self._attr(known), index + 1):
                return
            self._inodes.looked_up(child, handle.inode.ino)

    async def open(self, ino: Ino, flags: int) -> Opened:
        """Open a file for reading."""
        inode = self._inodes[ino]
        if flags & (os.O_ACCMODE | os.O_TRUNC) != os.O_RDONLY:
            raise self.refused(ino)
        match inode.node:
            case ControlFile() as node:
                handle = TextHandle(inode, self._control.content(node))
                self._inodes.opened(inode)
                return Opened(self._handles.add(handle), direct=True, keep_cache=False)
            case MediaNode() as node:
                return await self._open_media(inode, node)
            case _:
                raise Invalid(f"{self._inodes.path(ino)} is no file")

    async def read(self, fh: Fh, offset: int, length: int) -> bytes:
        """Exactly the bytes that are there; short only at the end."""
        handle = self._handles.readable(fh)
        if isinstance(handle, TextHandle):
            return handle.content[offset : offset + length]
        try:
            data = await handle.reader.read(offset, length)
        except Stale:
            self._distrust(handle.inode)
            raise
        except NotFound as error:
            self._distrust(handle.inode)
            raise BytesLost(str(error)) from error
        if isinstance(handle.inode.node, MediaNode) and offset + len(data) == (
            handle.inode.node.size_bytes
        ):
            self._prefetch.read_to_end(handle.inode)
        return data

    def release(self, fh: Fh) -> None:
        """The last reference to a handle is gone; never fails."""
        handle = self._handles.pop(fh)
        if handle is None:
            return
        if isinstance(handle, ReadHandle):
            handle.reader.close()
        self._inodes.released(handle.inode)

    async def getxattr(self, ino: Ino, name: str) -> bytes:
        """One extended attribute, or what a verb under `user.g3fs.do.` answers."""
        if not name.startswith(NAMESPACE):
            raise NotSupported(name)
        inode = self._inodes[ino]
        if name == DO_REFRESH:
            return await self._refresh(inode)
        if is_scan(name):
            return await self._scan(inode, name)
        match inode.node:
            case ControlDirectory() | ControlFile():
                raise NoSuchAttribute(name)
            case node:
                return await self._xattrs.get(node, name)

    async def listxattr(self, ino: Ino) -> list[str]:
        """The names of the attributes that a copy should carry."""
        match self._inodes[ino].node:
            case ControlDirectory() | ControlFile():
                return []
            case node:
                return await self._xattrs.names(node)

    def refused(self, ino: Ino) -> ReadOnly:
        """Why nothing can be changed at an inode: this version only reads."""
        return ReadOnly(f"{self._inodes.path(ino)}: this version of g3fs only reads")

    async def _find(self, inode: Inode, name: str) -> Child | None:
        match inode.node:
            case ControlDirectory() as node:
                children = self._control.children(node)
                return next((child for child in children if child.name == name), None)
            case AlbumNode() if inode.ino == ROOT and name == CONTROL:
                return self._control.entrance
            case AlbumNode() as node:
                known = self._tree.known(node)
                if known is None and name in JUNK:
                    return None
                return (await self._tree.directory(inode.ino, node)).find(name)
            case _:
                return None

    async def _children(self, inode: Inode) -> tuple[Child, ...]:
        match inode.node:
            case ControlDirectory() as node:
                return self._control.children(node)
            case AlbumNode() as node:
                children = (await self._tree.directory(inode.ino, node)).children
                shown = inode.ino == ROOT and self._control.listed
                return (self._control.entrance, *children) if shown else children
            case _:
                raise Invalid(f"{self._inodes.path(inode.ino)} is no directory")

    def _attr(self, inode: Inode) -> Attr:
        newest_s = None
        if isinstance(inode.node, AlbumNode):
            directory = self._tree.known(inode.node)
            newest_s = directory.newest_s if directory else None
        return attr_of(
            inode.ino,
            inode.node,
            self._attrs,
            known_size=inode.known_size,
            newest_s=newest_s,
            remembered=inode.times,
        )

    async def _open_media(self, inode: Inode, node: MediaNode) -> Opened:
        if node.view == ORIGINAL and node.item.readable is not Readable.YES:
            raise _unreadable(self._inodes.path(inode.ino), node.item.readable)
        reader = self._content.open(node.item, node.view)
        direct = node.size_bytes is None
        keep_cache = inode.opened_version in {None, node.item.version}
        inode.opened_version = node.item.version
        self._inodes.opened(inode)
        fh = self._handles.add(ReadHandle(inode, reader))
        if direct:
            try:
                inode.known_size = await reader.size()
            except BaseException:
                self.release(fh)
                raise
            self._notifier.forget_attributes(inode.ino)
        return Opened(fh, direct=direct, keep_cache=keep_cache)

    def _distrust(self, inode: Inode) -> None:
        """What was listed is not what the server has: the next look asks it again."""
        if isinstance(inode.node, MediaNode):
            album = self._catalog.album_of(inode.node.item.id)
            if album is not None:
                self._catalog.mark_stale(album)

    async def _refresh(self, inode: Inode) -> bytes:
        ino, node = self._directory_of(inode, DO_REFRESH)
        return f"{len(await self._tree.refresh(ino, node))} items".encode()

    async def _scan(self, inode: Inode, name: str) -> bytes:
        ino, node = self._directory_of(inode, name)
        state = await scan(self._scans, node.item.id, name)
        if state.over:
            await self._tree.refresh(ino, node)
        return as_answer(state)

    def _directory_of(self, inode: Inode, verb: str) -> tuple[Ino, AlbumNode]:
        """An inode itself if it is a directory of the gallery, else the one that it is in."""
        while not isinstance(inode.node, AlbumNode):
            parent = self._inodes.get(inode.parent) if inode.parent is not None else None
            if parent is None:
                raise NoSuchAttribute(verb)
            inode = parent
        return inode.ino, inode.node


def _unreadable(path: str, readable: Readable) -> AccessDenied | BytesLost:
    if readable is Readable.FORBIDDEN:
        return AccessDenied(f"{path}: the server does not let this user have the original")
    return BytesLost(f"{path}: the server has lost the file of this item; restore it there")
