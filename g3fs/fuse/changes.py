"""The calls that change something; on a mount that takes no changes each answers EROFS.

They must exist: the kernel takes ENOSYS, the answer of a missing handler, for the whole mount.
"""

from collections.abc import Callable

import pyfuse3
from pyfuse3 import FileHandleT, FileInfo, FileNameT, FlagT, InodeT, ModeT, RequestContext

from g3fs.fuse.answering import answering, answering_with_progress
from g3fs.fuse.busy import BusyDirectories, in_directory
from g3fs.fuse.convert import to_entry, to_file_info, to_name
from g3fs.gallery.errors import NotPermitted
from g3fs.vfs.filesystem import Filesystem
from g3fs.vfs.handles import Fh
from g3fs.vfs.nodes import ROOT, Ino
from g3fs.vfs.writing.changes import NewTimes


class ChangingOperations(pyfuse3.Operations):
    """Every writing handler."""

    def __init__(
        self,
        filesystem: Filesystem,
        busy: BusyDirectories,
        *,
        deadline_s: float,
        ready: Callable[[], None],
    ) -> None:
        """`ready` is called once, when the kernel has accepted the mount; it must not raise."""
        super().__init__()
        self._fs = filesystem
        self.busy = busy
        self._ready = ready
        self.deadline_s = deadline_s

    @in_directory
    @answering_with_progress
    async def setattr(
        self,
        inode: InodeT,
        attr: pyfuse3.EntryAttributes,
        fields: pyfuse3.SetattrFields,
        fh: FileHandleT | None,
        ctx: RequestContext,
    ) -> pyfuse3.EntryAttributes:
        wanted = NewTimes(
            size_bytes=attr.st_size if fields.update_size else None,
            atime_ns=attr.st_atime_ns if fields.update_atime else None,
            mtime_ns=attr.st_mtime_ns if fields.update_mtime else None,
        )
        handle = None if fh is None else Fh(fh)
        return to_entry(await self._fs.setattr(Ino(inode), handle, wanted))

    @in_directory
    @answering
    async def mknod(
        self, parent_inode: InodeT, name: FileNameT, mode: ModeT, rdev: int, ctx: RequestContext
    ) -> pyfuse3.EntryAttributes:
        parent = Ino(parent_inode)
        child = await self._fs.changing(parent).mknod(parent, to_name(name), mode)
        return to_entry(self._fs.entered(child, parent))

    @in_directory
    @answering
    async def mkdir(
        self, parent_inode: InodeT, name: FileNameT, mode: ModeT, ctx: RequestContext
    ) -> pyfuse3.EntryAttributes:
        parent = Ino(parent_inode)
        child = await self._fs.changing(parent).mkdir(parent, to_name(name))
        return to_entry(self._fs.entered(child, parent))

    @in_directory
    @answering
    async def unlink(self, parent_inode: InodeT, name: FileNameT, ctx: RequestContext) -> None:
        parent = Ino(parent_inode)
        await self._fs.changing(parent).unlink(parent, to_name(name))

    @in_directory
    @answering
    async def rmdir(self, parent_inode: InodeT, name: FileNameT, ctx: RequestContext) -> None:
        parent = Ino(parent_inode)
        await self._fs.changing(parent).rmdir(parent, to_name(name))

    @in_directory
    @answering
    async def symlink(
        self, parent_inode: InodeT, name: FileNameT, target: FileNameT, ctx: RequestContext
    ) -> pyfuse3.EntryAttributes:
        parent = Ino(parent_inode)
        child = await self._fs.changing(parent).symlink(parent, to_name(name), to_name(target))
        return to_entry(self._fs.entered(child, parent))

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
        old, new = Ino(parent_inode_old), Ino(parent_inode_new)
        names = (to_name(name_old), to_name(name_new))
        with self.busy.answering(parent_inode_old, parent_inode_new):
            await self._fs.changing(old).rename((old, names[0]), (new, names[1]), flags)

    @answering
    async def link(
        self,
        inode: InodeT,
        new_parent_inode: InodeT,
        new_name: FileNameT,
        ctx: RequestContext,
    ) -> pyfuse3.EntryAttributes:
        self._fs.changing(Ino(inode))
        raise NotPermitted(f"{to_name(new_name)}: on this server a file has one name")

    @in_directory
    @answering
    async def create(
        self, parent_inode: InodeT, name: FileNameT, mode: ModeT, flags: FlagT, ctx: RequestContext
    ) -> tuple[FileInfo, pyfuse3.EntryAttributes]:
        parent = Ino(parent_inode)
        child, handle = await self._fs.changing(parent).create(parent, to_name(name), flags)
        entry = to_entry(self._fs.entered(child, parent))
        return to_file_info(self._fs.opened(handle)), entry

    @answering_with_progress
    async def write(self, fh: FileHandleT, off: int, buf: bytes) -> int:
        return await self._fs.changing(ROOT).write(Fh(fh), off, buf)

    @answering_with_progress
    async def flush(self, fh: FileHandleT) -> None:
        await self._fs.flush(Fh(fh))

    @answering_with_progress
    async def fsync(self, fh: FileHandleT, datasync: bool) -> None:
        await self._fs.fsync(Fh(fh))

    @in_directory
    @answering
    async def setxattr(self, inode: InodeT, name: bytes, value: bytes, ctx: RequestContext) -> None:
        await self._fs.changing(Ino(inode)).setxattr(Ino(inode), to_name(name), value)

    @in_directory
    @answering
    async def removexattr(self, inode: InodeT, name: bytes, ctx: RequestContext) -> None:
        await self._fs.changing(Ino(inode)).removexattr(Ino(inode), to_name(name))
