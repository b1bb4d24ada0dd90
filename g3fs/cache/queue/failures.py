"""What the operating system says of a local file, in gallery terms."""

import errno
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from g3fs.cache.filelock import NoLocks
from g3fs.gallery.errors import GalleryError, NoSpace, NotFound, TooLarge


class QueueFailed(GalleryError):
    """The queue's own files cannot be used; the message names the file and the cause."""


class CannotLock(QueueFailed):
    """The file system has no file locks: nobody can tell which directories are free."""


@contextmanager
def named_errors(path: Path) -> Iterator[None]:
    """An OSError becomes NoSpace, TooLarge, NotFound, CannotLock, or else QueueFailed."""
    try:
        yield
    except OSError as exc:
        raise _named(path, exc) from exc


def _named(path: Path, exc: OSError) -> GalleryError:
    if isinstance(exc, NoLocks):
        return CannotLock(f"{path} cannot be used: {exc.strerror}")
    match exc.errno:
        case errno.ENOSPC:
            return NoSpace(f"{path} cannot grow: the disk is full")
        case errno.EDQUOT:
            return NoSpace(f"{path} cannot grow: your disk quota is used up")
        case errno.EFBIG:
            return TooLarge(f"{path} cannot grow: its file system takes no larger file")
        case errno.ENOENT:
            return NotFound(f"{path} is missing")
        case _:
            return QueueFailed(f"{path} cannot be used: {exc.strerror or exc}")
