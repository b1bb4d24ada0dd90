"""Between our types and the kernel's; bytes and str meet only here."""

import os

import pyfuse3

from g3fs.vfs.attrs import NANOSECONDS, Attr, Volume
from g3fs.vfs.filesystem import NoEntry
from g3fs.vfs.openfiles import Opened


def to_entry(answer: Attr | NoEntry) -> pyfuse3.EntryAttributes:
    """What the kernel is told of an inode, or that there is no such name."""
    entry = pyfuse3.EntryAttributes()
    entry.entry_timeout = answer.timeout_s
    if isinstance(answer, NoEntry):
        # Number 0 means: no such name, and it may be remembered for the entry timeout.
        entry.st_ino = pyfuse3.InodeT(0)
        return entry
    entry.attr_timeout = answer.timeout_s
    entry.st_ino = pyfuse3.InodeT(answer.ino)
    entry.st_mode = pyfuse3.ModeT(answer.mode)
    entry.st_nlink = answer.nlink
    entry.st_uid, entry.st_gid = answer.uid, answer.gid
    entry.st_size, entry.st_blocks = answer.size_bytes, answer.blocks
    entry.st_blksize = answer.block_bytes
    entry.st_mtime_ns, entry.st_atime_ns = answer.mtime_ns, answer.atime_ns
    entry.st_ctime_ns = answer.ctime_s * NANOSECONDS
    return entry


def to_file_info(opened: Opened) -> pyfuse3.FileInfo:
    """What the kernel is told of an open file."""
    return pyfuse3.FileInfo(
        fh=pyfuse3.FileHandleT(opened.fh), direct_io=opened.direct, keep_cache=opened.keep_cache
    )


def to_statvfs(volume: Volume) -> pyfuse3.StatvfsData:
    """What df(1) is told."""
    data = pyfuse3.StatvfsData()
    data.f_bsize = data.f_frsize = volume.block_bytes
    data.f_blocks, data.f_bfree, data.f_bavail = (
        volume.blocks,
        volume.blocks_free,
        volume.blocks_free,
    )
    data.f_files, data.f_ffree, data.f_favail = volume.files, volume.files_free, volume.files_free
    data.f_namemax = volume.name_max_bytes
    return data


def to_name(raw: bytes) -> str:
    """A name as we know it; what is no UTF-8 survives (PEP 383)."""
    return os.fsdecode(raw)


class KernelSink:
    """The kernel's buffer for one readdir."""

    def __init__(self, token: pyfuse3.ReaddirToken) -> None:
        self._token = token

    def offer(self, name: str, attr: Attr, next_offset: int) -> bool:
        """Put an entry into the buffer; False when it is full."""
        # The stub says that nothing is returned; the library returns whether there was room.
        accepted: object = pyfuse3.readdir_reply(
            self._token, pyfuse3.FileNameT(os.fsencode(name)), to_entry(attr), next_offset
        )
        return bool(accepted)
