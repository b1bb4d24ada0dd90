"""The calls that would change something; this version only reads, and answers EROFS.

They must exist: the kernel takes ENOSYS, the answer of a missing handler, for the whole mount.
"""

from collections.abc import Callable

import pyfuse3
from pyfuse3 import FileHandleT, FileInfo, FileNameT, FlagT, InodeT, ModeT, RequestContext

from g3fs.fuse.answering import answering
from g3fs.vfs.filesystem import Filesystem
from g3fs.vfs.nodes import ROOT, Ino


class RefusedChanges(pyfuse3.Operations):
    """Every writing handler."""

    def __init__(
        self, filesystem: Filesystem, *, deadline_s: float, ready: Callable[[], None]
    ) -> None:
        """`ready` is called once, when the kernel has accepted the mount; it must not raise."""
        super().__init__()
        self._fs = filesystem
        self._ready = ready
        self.deadline_s = deadline_s

    @answering
    async def setattr(
        self,
        inode: InodeT,
        attr: pyfuse3.EntryAttributes,
        fields: pyfuse3.SetattrFields,
        fh: FileHandleT | None,
        ctx: RequestContext,
    ) -> pyfuse3.EntryAttributes:
        raise self._fs.refused(Ino(inode))

    @answering
    async def mknod(
        self, parent_inode: InodeT, name: FileNameT, mode: ModeT, rdev: int, ctx: RequestContext
    ) -> pyfuse3.EntryAttributes:
        raise self._fs.refused(Ino(parent_inode))

    @answering
    async def mkdir(
        self, parent_inode: InodeT, name: FileNameT, mode: ModeT, ctx: RequestContext
    ) -> pyfuse3.EntryAttributes:
        raise self._fs.refused(Ino(parent_inode))

    @answering
    async def unlink(self, parent_inode: InodeT, name: FileNameT, ctx: RequestContext) -> None:
        raise self._fs.refused(Ino(parent_inode))

    @answering
    async def rmdir(self, parent_inode: InodeT, name: FileNameT, ctx: RequestContext) -> None:
        raise self._fs.refused(Ino(parent_inode))

    @answering
    async def symlink(
        self, parent_inode: InodeT, name: FileNameT, target: FileNameT, ctx: RequestContext
    ) -> pyfuse3.EntryAttributes:
        raise self._fs.refused(Ino(parent_inode))

    @answering
    async def rename(
        self,
        parent_inode_old: InodeT,
        name_old: FileNameT,
        parent_inode_new: InodeT,
        name_new: FileNameT,
        flags: FlagT,
        ctx: RequestContext,
    ) -> None:
        raise self._fs.refused(Ino(parent_inode_old))

    @answering
    async def link(
        self,
        inode: InodeT,
        new_parent_inode: InodeT,
        new_name: FileNameT,
        ctx: RequestContext,
    ) -> pyfuse3.EntryAttributes:
        raise self._fs.refused(Ino(inode))

    @answering
    async def create(
        self, parent_inode: InodeT, name: FileNameT, mode: ModeT, flags: FlagT, ctx: RequestContext
    ) -> tuple[FileInfo, pyfuse3.EntryAttributes]:
        raise self._fs.refused(Ino(parent_inode))

    @answering
    async def write(self, fh: FileHandleT, off: int, buf: bytes) -> int:
        raise self._fs.refused(ROOT)

    @answering
    async def setxattr(self, inode: InodeT, name: bytes, value: bytes, ctx: RequestContext) -> None:
        raise self._fs.refused(Ino(inode))

    @answering
    async def removexattr(self, inode: InodeT, name: bytes, ctx: RequestContext) -> None:
        raise self._fs.refused(Ino(inode))
