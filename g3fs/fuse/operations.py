"""The kernel's calls: unpack, ask the file system, pack."""

import os
from collections.abc import Sequence

import pyfuse3
from pyfuse3 import (
    FileHandleT,
    FileInfo,
    FileNameT,
    FlagT,
    InodeT,
    ModeT,
    RequestContext,
    XAttrNameT,
)

from g3fs.fuse.answering import answering, answering_with_progress
from g3fs.fuse.busy import in_directory
from g3fs.fuse.changes import ChangingOperations
from g3fs.fuse.convert import KernelSink, to_entry, to_file_info, to_name, to_statvfs
from g3fs.vfs.attrs import Volume
from g3fs.vfs.handles import Fh
from g3fs.vfs.nodes import Ino


class Operations(ChangingOperations):
    """Every call that the kernel may make; a missing one would be ENOSYS for the whole mount."""

    supports_dot_lookup = False
    enable_writeback_cache = False
    enable_acl = False

    def init(self) -> None:
        """The kernel's first request was answered; from now on others will be."""
        self._ready()

    @in_directory
    @answering
    async def lookup(
        self, parent_inode: InodeT, name: FileNameT, ctx: RequestContext
    ) -> pyfuse3.EntryAttributes:
        return to_entry(await self._fs.lookup(Ino(parent_inode), to_name(name)))

    async def forget(self, inode_list: Sequence[tuple[InodeT, int]]) -> None:
        self._fs.forget((Ino(inode), nlookup) for inode, nlookup in inode_list)

    @answering
    async def getattr(self, inode: InodeT, ctx: RequestContext) -> pyfuse3.EntryAttributes:
        return to_entry(self._fs.getattr(Ino(inode)))

    @answering
    async def readlink(self, inode: InodeT, ctx: RequestContext) -> FileNameT:
        return FileNameT(os.fsencode(self._fs.readlink(Ino(inode))))

    @answering
    async def opendir(self, inode: InodeT, ctx: RequestContext) -> FileHandleT:
        return FileHandleT(await self._fs.opendir(Ino(inode)))

    @answering
    async def readdir(self, fh: FileHandleT, start_id: int, token: pyfuse3.ReaddirToken) -> None:
        await self._fs.readdir(Fh(fh), start_id, KernelSink(token))

    async def releasedir(self, fh: FileHandleT) -> None:
        self._fs.release(Fh(fh))

    @answering
    async def open(self, inode: InodeT, flags: FlagT, ctx: RequestContext) -> FileInfo:
        return to_file_info(await self._fs.open(Ino(inode), flags))

    @answering_with_progress
    async def read(self, fh: FileHandleT, off: int, size: int) -> bytes:
        return await self._fs.read(Fh(fh), off, size)

    async def release(self, fh: FileHandleT) -> None:
        self._fs.release(Fh(fh))

    @answering
    async def fsyncdir(self, fh: FileHandleT, datasync: bool) -> None:
        """A directory is what the server says; nothing of it is ever dirty."""

    @answering
    async def statfs(self, ctx: RequestContext) -> pyfuse3.StatvfsData:
        return to_statvfs(Volume())

    @answering
    async def access(self, inode: InodeT, mode: ModeT, ctx: RequestContext) -> bool:
        """Whether `ctx` may; the kernel itself compares rights (default_permissions)."""
        return True

    @answering
    async def getxattr(self, inode: InodeT, name: XAttrNameT, ctx: RequestContext) -> bytes:
        return await self._fs.getxattr(Ino(inode), to_name(name))

    @answering
    async def listxattr(self, inode: InodeT, ctx: RequestContext) -> Sequence[XAttrNameT]:
        names = await self._fs.listxattr(Ino(inode))
        return [XAttrNameT(os.fsencode(name)) for name in names]
