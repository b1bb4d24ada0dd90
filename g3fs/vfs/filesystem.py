"""What each system call means on a gallery; no kernel, no HTTP.

One method for each call of the kernel. Errors are gallery errors; what they are to the kernel is
decided in `fuse/errnos.py`.
"""

import os
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Protocol

from g3fs.cache.catalog import Catalog
from g3fs.gallery.backend import Scans
from g3fs.gallery.errors import Invalid, NotSupported, ReadOnly, Stale
from g3fs.gallery.items import ORIGINAL
from g3fs.vfs.attrs import Attr, AttrOptions, attr_of
from g3fs.vfs.control import NAME as CONTROL
from g3fs.vfs.control import Control
from g3fs.vfs.handles import DirectoryHandle, Fh, FileHandle, HandleTable
from g3fs.vfs.inodes import Inode, InodeTable, inode_of
from g3fs.vfs.names import JUNK
from g3fs.vfs.naming import link_target
from g3fs.vfs.nodes import (
    ROOT,
    TAG_VIEW,
    AlbumNode,
    Child,
    ControlDirectory,
    ControlFile,
    DraftNode,
    GalleryNode,
    Ino,
    LinkNode,
    MediaNode,
    Node,
)
from g3fs.vfs.openfiles import Opened, OpenFiles
from g3fs.vfs.scanning import as_answer, is_scan, scan
from g3fs.vfs.tagviews.changing import TagChanges
from g3fs.vfs.tagviews.views import TagViews
from g3fs.vfs.tree import Tree
from g3fs.vfs.writing.changes import Changes, NewTimes
from g3fs.vfs.writing.draft import Draft
from g3fs.vfs.xattrs import NAMESPACE, NoSuchAttribute, Xattrs

DO_REFRESH = "user.g3fs.do.refresh"
"""Reading this attribute makes the mount ask the server about a directory now."""

DO_QUEUE = "user.g3fs.do.queue."
"""`retry.ID` and `drop.ID` of a file in the queue, read at any inode."""

LOCAL_BLOCK_BYTES = 1024 * 1024
"""st_blksize of local files: cp(1) then writes so much at once."""


@dataclass(frozen=True, slots=True)
class NoEntry:
    """There is no such name, and the kernel may believe so for a while."""

    timeout_s: float


class EntrySink(Protocol):
    """Where readdir puts entries; the kernel's buffer, or a list in a test."""

    def offer(self, name: str, attr: Attr, next_offset: int) -> bool:
        """Return False, without taking the entry, when there is no room for it."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Parts:
    """What a file system is made of; put together in app/."""

    catalog: Catalog
    inodes: InodeTable
    handles: HandleTable
    tree: Tree
    control: Control
    xattrs: Xattrs
    attrs: AttrOptions
    files: OpenFiles
    changes: Changes | None = None
    """None where nothing can be changed."""
    scans: Scans | None = None
    """None where the server has no such thing."""
    tags: TagViews | None = None
    """None where there are no tags to show."""
    tag_changes: TagChanges | None = None
    """None where these cannot be changed."""


class Filesystem:
    """One mounted gallery. Its root inode must be in the table before the first call."""

    def __init__(self, parts: Parts) -> None:
        self._catalog = parts.catalog
        self._inodes = parts.inodes
        self._handles = parts.handles
        self._tree = parts.tree
        self._control = parts.control
        self._xattrs = parts.xattrs
        self._attrs = parts.attrs
        self._files = parts.files
        self._changes = parts.changes
        self._scans = parts.scans
        self._tags = parts.tags
        self._tag_changes = parts.tag_changes

    async def lookup(self, parent: Ino, name: str) -> Attr | NoEntry:
        """The inode behind a name; counts one lookup."""
        inode = self._inodes[parent]
        child = await self._find(inode, name)
        if child is None:
            # A new tag comes into being by other ways than mkdir(2), of which the kernel sees none.
            passing = isinstance(inode.node, AlbumNode) and inode.node.view == TAG_VIEW
            return NoEntry(0.0 if passing else self._attrs.timeout_s)
        return self._attr(self._inodes.looked_up(child, parent))

    def forget(self, forgotten: Iterable[tuple[Ino, int]]) -> None:
        """The kernel gives references back; never fails."""
        for ino, nlookup in forgotten:
            self._inodes.forget(ino, nlookup)

    def getattr(self, ino: Ino) -> Attr:
        """What is known of an inode; never waits."""
        return self._attr(self._inodes[ino])

    async def setattr(self, ino: Ino, fh: Fh | None, wanted: NewTimes) -> Attr:
        """Set size and times; the one of two times that is not given stays as it is shown."""
        changes = self.changing(ino)
        if (wanted.atime_ns is None) != (wanted.mtime_ns is None):
            now = self.getattr(ino)
            atime_ns = now.atime_ns if wanted.atime_ns is None else wanted.atime_ns
            mtime_ns = now.mtime_ns if wanted.mtime_ns is None else wanted.mtime_ns
            wanted = replace(wanted, atime_ns=atime_ns, mtime_ns=mtime_ns)
        await changes.setattr(ino, fh, wanted)
        return self.getattr(ino)

    def readlink(self, ino: Ino) -> str:
        """Where a symbolic link points."""
        node = self._inodes[ino].node
        if not isinstance(node, LinkNode):
            raise Invalid(f"{self._inodes.path(ino)} is no symbolic link")
        return self._target(node)

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
            child = self._newest(handle.inode.node, handle.children[index])
            known = self._inodes.get(child.ino) or inode_of(child)
            if not sink.offer(child.name, self._attr(known), index + 1):
                return
            self._inodes.looked_up(child, handle.inode.ino)

    async def open(self, ino: Ino, flags: int) -> Opened:
        """Open a file for reading or writing."""
        return await self._files.open(self._inodes[ino], flags)

    async def read(self, fh: Fh, offset: int, length: int) -> bytes:
        """Exactly the bytes that are there; short only at the end."""
        return await self._files.read(fh, offset, length)

    async def flush(self, fh: Fh) -> None:
        """One close(2) of a handle; what was written is sent, and the verdict told."""
        if self._changes is not None:
            await self._changes.flush(fh)

    async def fsync(self, fh: Fh) -> None:
        """What was written is on the disk of this machine when this returns."""
        if self._changes is not None:
            await self._changes.fsync(fh)

    def release(self, fh: Fh) -> None:
        """The last reference to a handle is gone; never fails."""
        self._files.release(fh)

    async def getxattr(self, ino: Ino, name: str) -> bytes:
        """One extended attribute, or what a verb under `user.g3fs.do.` answers."""
        if not name.startswith(NAMESPACE):
            raise NotSupported(name)
        inode = self._inodes[ino]
        if name == DO_REFRESH:
            return await self._refresh(inode)
        if is_scan(name):
            return await self._scan(inode, name)
        if name.startswith(DO_QUEUE):
            return await self._manage(inode.ino, name.removeprefix(DO_QUEUE))
        match inode.node:
            case ControlDirectory() | ControlFile():
                raise NoSuchAttribute(name)
            case DraftNode():
                changes, draft = self._draft(inode)
                return await changes.attributes.get(draft, name)
            case MediaNode() as node if self._changes is not None:
                return await self._changes.attributes.get_of(node, name)
            case node:
                return await self._xattrs.get(node, name)

    async def listxattr(self, ino: Ino) -> list[str]:
        """The names of the attributes that a copy should carry."""
        inode = self._inodes[ino]
        match inode.node:
            case ControlDirectory() | ControlFile():
                return []
            case DraftNode():
                changes, draft = self._draft(inode)
                return await changes.attributes.names(draft)
            case MediaNode() as node if self._changes is not None:
                return await self._changes.attributes.names_of(node)
            case node:
                return await self._xattrs.names(node)

    def refused(self, ino: Ino) -> ReadOnly:
        """Why nothing can be changed at an inode."""
        return ReadOnly(f"{self._inodes.path(ino)}: this mount is read-only")

    def changing(self, ino: Ino) -> Changes | TagChanges:
        """Whoever changes something at an inode.

        Raises:
            ReadOnly: nothing can be changed.
        """
        match self._inodes[ino].node:
            case AlbumNode(view=view) | LinkNode(view=view) if view == TAG_VIEW:
                changes: Changes | TagChanges | None = self._tag_changes
            case ControlFile():
                changes = None
            case _:
                changes = self._changes
        if changes is None:
            raise self.refused(ino)
        return changes

    def entered(self, child: Child, parent: Ino) -> Attr:
        """A name that was just made; counts one lookup."""
        return self._attr(self._inodes.looked_up(child, parent))

    def opened(self, handle: FileHandle) -> Opened:
        """Number a handle that was just made."""
        handle.inode = self._inodes[handle.inode.ino]
        return self._files.add(handle)

    async def _find(self, inode: Inode, name: str) -> Child | None:
        match inode.node:
            case ControlDirectory() as node:
                return self._control.find(node, name)
            case AlbumNode() if inode.ino == ROOT and name == CONTROL:
                return self._control.entrance
            case AlbumNode() as node:
                return await self._find_in_album(inode, node, name)
            case _:
                return None

    async def _find_in_album(self, inode: Inode, node: AlbumNode, name: str) -> Child | None:
        overlay = self._changes.overlay if self._changes is not None else None
        if overlay is not None and node.view == ORIGINAL:
            local = overlay.local(node.item.id, name)
            if local is not None:
                return local
        if self._tree.known(node) is None and name in JUNK:
            return None
        directory = await self._tree.directory(inode.ino, node)
        return directory.find(name) if overlay is None else overlay.find(directory, name)

    async def _children(self, inode: Inode) -> tuple[Child, ...]:
        match inode.node:
            case ControlDirectory() as node:
                return self._control.children(node)
            case AlbumNode() as node:
                directory = await self._tree.directory(inode.ino, node)
                children = directory.children
                if self._changes is not None:
                    children = tuple(self._changes.overlay.children(directory))
                shown = inode.ino == ROOT and self._control.listed
                return (self._control.entrance, *children) if shown else children
            case _:
                raise Invalid(f"{self._inodes.path(inode.ino)} is no directory")

    def _newest(self, node: Node, child: Child) -> Child:
        """A child of an older stream as it is known now: nobody would tell its inode of later."""
        directory = self._tree.known(node) if isinstance(node, AlbumNode) else None
        if directory is None or not isinstance(child.node, GalleryNode):
            return child
        now = directory.of_item(child.node.item.id)
        return child if now is None else replace(now, name=child.name)

    def _draft(self, inode: Inode) -> tuple[Changes, Draft]:
        """The local file that an inode stands for."""
        draft = None if self._changes is None else self._changes.drafts.of(inode.node)
        if self._changes is None or draft is None:
            raise Stale(f"{self._inodes.path(inode.ino)} is gone")
        return self._changes, draft

    def _attr(self, inode: Inode) -> Attr:
        attr = self._attr_as_listed(inode)
        if self._changes is None:
            return attr
        draft = self._changes.drafts.of(inode.node)
        if draft is not None:
            return replace(
                attr,
                size_bytes=draft.size_bytes,
                mtime_ns=draft.mtime_ns,
                atime_ns=draft.atime_ns,
                timeout_s=0.0,
                block_bytes=LOCAL_BLOCK_BYTES,
            )
        return replace(attr, timeout_s=0.0) if self._changes.is_passing(inode.node) else attr

    def _attr_as_listed(self, inode: Inode) -> Attr:
        newest_s = None
        if isinstance(inode.node, AlbumNode):
            directory = self._tree.known(inode.node)
            newest_s = directory.newest_s if directory else None
        attr = attr_of(
            inode.ino,
            inode.node,
            self._attrs,
            known_size=inode.known_size,
            newest_s=newest_s,
            remembered=inode.times,
        )
        if isinstance(inode.node, LinkNode):
            return replace(attr, size_bytes=len(os.fsencode(self._target(inode.node))))
        return attr

    def _target(self, link: LinkNode) -> str:
        if self._tags is not None and link.view == TAG_VIEW:
            return self._tags.target(link.item)
        return link_target(link.item)

    async def _refresh(self, inode: Inode) -> bytes:
        ino, node = self._directory_of(inode, DO_REFRESH)
        return f"{len(await self._tree.refresh(ino, node))} items".encode()

    async def _scan(self, inode: Inode, name: str) -> bytes:
        ino, node = self._directory_of(inode, name)
        state = await scan(self._scans, node.item.id, name)
        if state.over:
            await self._tree.refresh(ino, node)
        return as_answer(state)

    async def _manage(self, ino: Ino, verb: str) -> bytes:
        what, _, draft = verb.partition(".")
        changes = self._changes
        if changes is None:
            raise self.refused(ino)
        match what:
            case "retry":
                await changes.retry(draft)
            case "drop":
                await changes.drop(draft)
            case _:
                raise NoSuchAttribute(DO_QUEUE + verb)
        return b"done"

    def _directory_of(self, inode: Inode, verb: str) -> tuple[Ino, AlbumNode]:
        """An inode itself if it is a directory of the gallery, else the one that it is in."""
        while not isinstance(inode.node, AlbumNode):
            parent = self._inodes.get(inode.parent) if inode.parent is not None else None
            if parent is None:
                raise NoSuchAttribute(verb)
            inode = parent
        return inode.ino, inode.node
