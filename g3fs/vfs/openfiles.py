"""Open files: which bytes a handle reads, and what opening and closing it means."""

import os
from dataclasses import dataclass, replace

from g3fs.cache.catalog import Catalog
from g3fs.cache.content import Content, Reader
from g3fs.gallery.errors import AccessDenied, BytesLost, Invalid, NotFound, ReadOnly, Stale
from g3fs.gallery.items import ORIGINAL, Readable
from g3fs.vfs.control import Control
from g3fs.vfs.handles import Fh, FileHandle, HandleTable, TextHandle
from g3fs.vfs.inodes import Inode, InodeTable
from g3fs.vfs.nodes import ControlFile, DraftNode, MediaNode
from g3fs.vfs.notifier import Notifier
from g3fs.vfs.prefetch import Prefetch
from g3fs.vfs.writing.changes import Changes


@dataclass(frozen=True, slots=True)
class Opened:
    """What open(2) tells the kernel of a handle."""

    fh: Fh
    direct: bool
    """Without the page cache: the size is not known before the bytes are, or nobody reads them."""
    keep_cache: bool
    """What the kernel has in its page cache is still right."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sources:
    """Where bytes come from."""

    catalog: Catalog
    content: Content
    control: Control
    inodes: InodeTable
    handles: HandleTable
    notifier: Notifier
    prefetch: Prefetch
    changes: Changes | None
    """None where nothing can be changed."""


class OpenFiles:
    """The files of one mount that somebody has open."""

    def __init__(self, sources: Sources) -> None:
        self._catalog = sources.catalog
        self._content = sources.content
        self._control = sources.control
        self._inodes = sources.inodes
        self._handles = sources.handles
        self._notifier = sources.notifier
        self._prefetch = sources.prefetch
        self._changes = sources.changes

    async def open(self, inode: Inode, flags: int) -> Opened:
        """Open a file for reading or writing."""
        if flags & (os.O_ACCMODE | os.O_TRUNC) != os.O_RDONLY:
            handle = await self._changes_of(inode).open(inode, flags)
            return await self._added(handle)
        match inode.node:
            case ControlFile() as node:
                self._inodes.opened(inode)
                text = TextHandle(inode, self._control.content(node))
                return Opened(self._handles.add(text), direct=True, keep_cache=False)
            case MediaNode() as node if not self._is_local(inode):
                return await self._open_media(inode, node)
            case MediaNode() | DraftNode():
                handle = FileHandle(inode)
                await self._changes_of(inode).files.use(handle)
                return await self._added(handle)
            case _:
                raise Invalid(f"{self._inodes.path(inode.ino)} is no file")

    def add(self, handle: FileHandle) -> Opened:
        """Number a handle of a local file, or of an item that may be written."""
        self._inodes.opened(handle.inode)
        return Opened(self._handles.add(handle), direct=handle.fills, keep_cache=True)

    async def _added(self, handle: FileHandle) -> Opened:
        """The same, when the inode may have shown another file before."""
        opened = self.add(handle)
        try:
            return await self._of_this_file(opened, handle.inode)
        except BaseException:
            self.release(opened.fh)
            raise

    async def _of_this_file(self, opened: Opened, inode: Inode) -> Opened:
        """The same, so that no page of a file that the inode showed before is taken for its own.

        Who has that open may still fill pages with it; else they go, and with them the size: when
        this returns the kernel has forgotten it, or would read nothing behind the end of that file.
        """
        now = inode.taken_over
        if inode.cached == now:
            return opened
        if self._handles.has_other(inode):
            return replace(opened, direct=True)
        await self._notifier.forget_size(inode.ino)
        inode.cached = now
        return replace(opened, keep_cache=False)

    async def read(self, fh: Fh, offset: int, length: int) -> bytes:
        """Exactly the bytes that are there; short only at the end."""
        handle = self._handles.readable(fh)
        if isinstance(handle, TextHandle):
            return handle.content[offset : offset + length]
        if handle.is_old:
            raise Stale(f"{self._inodes.path(handle.inode.ino)} was replaced while it was open")
        if self._changes is not None and (handle.draft or self._is_local(handle.inode)):
            return await self._changes.files.read(handle, offset, length)
        try:
            data = await self._reader_of(handle).read(offset, length)
        except Stale:
            self._distrust(handle.inode)
            raise
        except NotFound as error:
            self._distrust(handle.inode)
            raise BytesLost(str(error)) from error
        node = handle.inode.node
        if isinstance(node, MediaNode) and offset + len(data) == node.size_bytes:
            self._prefetch.read_to_end(handle.inode)
        return data

    def release(self, fh: Fh) -> None:
        """The last reference to a handle is gone; never fails."""
        handle = self._handles.pop(fh)
        if handle is None:
            return
        if isinstance(handle, FileHandle):
            if handle.reader is not None:
                handle.reader.close()
            if self._changes is not None:
                self._changes.files.released(handle)
        self._inodes.released(handle.inode)

    def refused(self, inode: Inode) -> ReadOnly:
        """Why nothing can be changed there."""
        return ReadOnly(f"{self._inodes.path(inode.ino)}: this mount is read-only")

    async def _open_media(self, inode: Inode, node: MediaNode) -> Opened:
        if node.view == ORIGINAL and node.item.readable is not Readable.YES:
            raise _unreadable(self._inodes.path(inode.ino), node.item.readable)
        reader = self._content.open(node.item, node.view)
        direct = node.size_bytes is None
        keep_cache = inode.opened_version in {None, node.item.version}
        inode.opened_version = node.item.version
        self._inodes.opened(inode)
        fh = self._handles.add(FileHandle(inode, reader))
        try:
            if direct:
                inode.known_size = await reader.size()
                self._notifier.forget_attributes(inode.ino)
            return await self._of_this_file(Opened(fh, direct, keep_cache), inode)
        except BaseException:
            self.release(fh)
            raise

    def _reader_of(self, handle: FileHandle) -> Reader:
        """The server's bytes, for a handle that was opened for writing or on a local file."""
        node = handle.inode.node
        if handle.reader is None:
            if not isinstance(node, MediaNode):
                raise Stale(f"{self._inodes.path(handle.inode.ino)} is gone")
            handle.reader = self._content.open(node.item, node.view)
        return handle.reader

    def _changes_of(self, inode: Inode) -> Changes:
        if self._changes is None or isinstance(inode.node, ControlFile):
            raise self.refused(inode)
        return self._changes

    def _is_local(self, inode: Inode) -> bool:
        return self._changes is not None and self._changes.drafts.of(inode.node) is not None

    def _distrust(self, inode: Inode) -> None:
        """What was listed is not what the server has: the next look asks it again."""
        if isinstance(inode.node, MediaNode):
            album = self._catalog.album_of(inode.node.item.id)
            if album is not None:
                self._catalog.mark_stale(album)


def _unreadable(path: str, readable: Readable) -> AccessDenied | BytesLost:
    if readable is Readable.FORBIDDEN:
        return AccessDenied(f"{path}: the server does not let this user have the original")
    return BytesLost(f"{path}: the server has lost the file of this item; restore it there")
