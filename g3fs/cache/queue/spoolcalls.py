"""What is done to the files of a spool: blocking calls that raise OSError."""

import ctypes
import errno
import os
import re
from collections.abc import Callable
from pathlib import Path

NAME_BYTES = 16
"""Random bytes in a name: enough that no two files ever share one, whatever mount made them."""

COPIED_AT_ONCE = 32 * 1024 * 1024
"""Bytes for which a copy keeps a thread before others have a turn."""

READ_AT_ONCE = 1024 * 1024
"""Bytes in memory where the kernel cannot copy by itself."""

WRITTEN_AT_ONCE = 256 * 1024
"""Who writes so much at a time, as cp and rsync do, writes a file from its beginning to its end."""

_NAME = re.compile(rf"[0-9a-f]{{{2 * NAME_BYTES}}}")
_SYNC_FILE_RANGE_WRITE = 2
_CANNOT_COPY = (errno.EXDEV, errno.ENOSYS, errno.EOPNOTSUPP, errno.EINVAL)


def open_file(path: Path, flags: int) -> tuple[int, int]:
    """A descriptor for reading and writing, and the size in bytes."""
    fd = os.open(path, os.O_RDWR | os.O_CLOEXEC | os.O_NOFOLLOW | flags, 0o600)
    return fd, os.fstat(fd).st_size


def read(fd: int, offset: int, length: int) -> bytes:
    """All the bytes there, up to `length`."""
    parts = []
    while length > 0 and (part := os.pread(fd, length, offset)):
        parts.append(part)
        offset, length = offset + len(part), length - len(part)
    return parts[0] if len(parts) == 1 else b"".join(parts)


def write(fd: int, offset: int, data: bytes, size_bytes: int) -> None:
    """All of `data`, or an error and a file that is `size_bytes` long, as before."""
    view, at = memoryview(data), offset
    try:
        while view:
            done = os.pwrite(fd, view, at)
            view, at = view[done:], at + done
    except OSError:
        os.ftruncate(fd, size_bytes)
        raise
    if len(data) >= WRITTEN_AT_ONCE:
        _begin_sync(fd, offset, len(data))


def _begin_sync(fd: int, offset: int, length: int) -> None:
    """Let the disk begin, so that less is left to be done when the file is closed.

    Only a hint: what fails is found, and told, by `sync`.
    """
    if _sync_file_range is not None:
        _sync_file_range(fd, offset, length, _SYNC_FILE_RANGE_WRITE)


def truncate(fd: int, size_bytes: int) -> None:
    """Cut, or extend by a hole."""
    os.ftruncate(fd, size_bytes)


def sync(fd: int, directory: Path | None) -> None:
    """Data and size to the disk; the name too, if its `directory` is given."""
    os.fdatasync(fd)
    if directory is not None:
        sync_directory(directory)


def sync_directory(directory: Path) -> None:
    """The names in it, to the disk."""
    fd = os.open(directory, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.fsync(fd)
    finally:
        os.close(fd)


def copy_some(source: int, target: int, offset: int, size_bytes: int) -> int:
    """Copy the next data from `offset`, at most COPIED_AT_ONCE, holes left out; where to go on.

    `size_bytes` when nothing but zeros follow, which the target gets by being made that long.
    """
    try:
        start = os.lseek(source, offset, os.SEEK_DATA)
    except OSError as exc:
        if exc.errno != errno.ENXIO:
            raise
        return size_bytes
    end = min(os.lseek(source, start, os.SEEK_HOLE), start + COPIED_AT_ONCE, size_bytes)
    while start < end:
        done = _copy_range(source, target, start, end - start)
        if not done:
            raise OSError(errno.EIO, "the file became shorter while it was copied")
        start += done
    return start


def sizes(directory: Path) -> dict[str, int]:
    """The size in bytes of each file that is named as a spool names them."""
    with os.scandir(directory) as entries:
        return {
            entry.name: entry.stat(follow_symlinks=False).st_size
            for entry in entries
            if _NAME.fullmatch(entry.name) and entry.is_file(follow_symlinks=False)
        }


def _copy_range(source: int, target: int, offset: int, length: int) -> int:
    try:
        return os.copy_file_range(source, target, length, offset, offset)
    except OSError as exc:
        if exc.errno not in _CANNOT_COPY:
            raise
        return os.pwrite(target, os.pread(source, min(length, READ_AT_ONCE), offset), offset)


def _find_sync_file_range() -> Callable[[int, int, int, int], int] | None:
    """sync_file_range(2), which Python does not have; None where the C library has none."""
    function = getattr(ctypes.CDLL(None), "sync_file_range", None)
    if function is not None:
        function.argtypes = (ctypes.c_int, ctypes.c_int64, ctypes.c_int64, ctypes.c_uint)
    return function


_sync_file_range = _find_sync_file_range()
