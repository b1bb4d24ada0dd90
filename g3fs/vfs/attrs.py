"""From a node to what stat(2) says of it; no I/O."""

import os
import stat
from dataclasses import dataclass
from enum import Enum

from g3fs.cache.statetables import RememberedTimes
from g3fs.gallery.items import ORIGINAL, Readable, Times
from g3fs.vfs.naming import link_target
from g3fs.vfs.nodes import (
    AlbumNode,
    ControlDirectory,
    ControlFile,
    DraftNode,
    Ino,
    LinkNode,
    MediaNode,
    Node,
)

BLOCK_BYTES = 512
"""The unit of st_blocks, whatever the file system; stat(2)."""

NANOSECONDS = 10**9


class TimeShown(Enum):
    """Which of the server's times is st_mtime; the values are those of the option `mtime=`."""

    CAPTURED = "captured"
    UPDATED = "updated"
    CREATED = "created"


@dataclass(frozen=True, slots=True, kw_only=True)
class AttrOptions:
    """How the mount shows owners, rights and times."""

    uid: int
    gid: int
    file_mask: int = 0o022
    """Bits that are taken from the mode of every file."""
    directory_mask: int = 0o022
    mtime: TimeShown = TimeShown.CAPTURED
    timeout_s: float = 60.0
    """For how long the kernel may believe attributes and entries without asking."""
    started_s: int
    """When the mount began; the time of the control tree."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Attr:
    """What the kernel is told of one inode."""

    ino: Ino
    mode: int
    """Type and permission bits."""
    size_bytes: int
    mtime_ns: int
    atime_ns: int
    ctime_s: int
    uid: int
    gid: int
    nlink: int
    timeout_s: float
    block_bytes: int = 4096
    """How much programs read or write at once; more would make a sniff of 100 bytes read more."""

    @property
    def blocks(self) -> int:
        """Of 512 bytes; du(1) adds these up."""
        return -(-self.size_bytes // BLOCK_BYTES)


def attr_of(
    ino: Ino,
    node: Node,
    options: AttrOptions,
    *,
    known_size: int | None = None,
    newest_s: int | None = None,
    remembered: RememberedTimes | None = None,
) -> Attr:
    """What stat(2) says of a node.

    `known_size` is used where the server tells no size. `newest_s` is the newest change among the
    children of an album: servers do not move the time of an album when its children change.
    `remembered` is what utimensat(2) was told, to the nanosecond; it goes before all of that.
    """
    times = _times(node)
    shown_ns = _mtime(node, options, newest_s) * NANOSECONDS
    return Attr(
        ino=ino,
        mode=_mode(node, options),
        size_bytes=_size(node, known_size),
        mtime_ns=remembered.mtime_ns if remembered else shown_ns,
        atime_ns=remembered.atime_ns if remembered else shown_ns,
        ctime_s=times.updated_s if times else options.started_s,
        uid=options.uid,
        gid=options.gid,
        nlink=2 if isinstance(node, MediaNode) and node.item.shared else 1,
        timeout_s=options.timeout_s,
    )


def _times(node: Node) -> Times | None:
    match node:
        case AlbumNode(item=item) | MediaNode(item=item) | LinkNode(item=item):
            return item.times
        case _:
            return None


def _mtime(node: Node, options: AttrOptions, newest_s: int | None) -> int:
    match node:
        case AlbumNode(item=album):
            return max(album.times.updated_s, newest_s or 0)
        case MediaNode(item=item) | LinkNode(item=item):
            return _shown_time(item.times, options.mtime)
        case _:
            return options.started_s


def _shown_time(times: Times, shown: TimeShown) -> int:
    if shown is TimeShown.UPDATED:
        return times.updated_s
    changed = times.data_changed_s
    if changed is not None and changed > times.created_s:
        return changed
    if shown is TimeShown.CAPTURED and times.captured_s is not None:
        return times.captured_s
    return times.created_s


def _size(node: Node, known_size: int | None) -> int:
    match node:
        case MediaNode(view=view, item=media) if (
            view == ORIGINAL and media.readable is Readable.LOST
        ):
            return 0
        case MediaNode(size_bytes=size):
            return size if size is not None else (known_size or 0)
        case LinkNode(item=link):
            return len(os.fsencode(link_target(link)))
        case _:
            return 0


def _mode(node: Node, options: AttrOptions) -> int:
    match node:
        case AlbumNode(item=album):
            bits = 0o777 if album.can_add or album.can_edit else 0o555
            return stat.S_IFDIR | (bits & ~options.directory_mask)
        case MediaNode():
            return stat.S_IFREG | (_file_bits(node) & ~options.file_mask)
        case DraftNode():
            return stat.S_IFREG | (0o666 & ~options.file_mask)
        case LinkNode():
            return stat.S_IFLNK | 0o777
        case ControlDirectory():
            return stat.S_IFDIR | 0o555
        case ControlFile():
            return stat.S_IFREG | 0o444


def _file_bits(node: MediaNode) -> int:
    if node.view != ORIGINAL:
        return 0o444
    if node.item.readable is Readable.FORBIDDEN:
        return 0
    return 0o666 if node.item.can_edit else 0o444


@dataclass(frozen=True, slots=True, kw_only=True)
class Volume:
    """What statfs(2) says; a constant, because nobody can tell, and nobody must wait for it."""

    block_bytes: int = 4096
    blocks: int = 2**38
    """1 PiB."""
    blocks_free: int = 2**37
    files: int = 2**32
    files_free: int = 2**31
    name_max_bytes: int = 255
