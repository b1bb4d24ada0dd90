"""Whether something can be mounted here, found out before anybody is asked over the network."""

import errno
import os
import stat
from pathlib import Path

from g3fs.cli.exits import MOUNT_FAILED, Failure
from g3fs.cli.fusermount import find_fusermount, unmount
from g3fs.cli.mountinfo import Mount, mounted_at, mounts, resolve

DEVICE = Path("/dev/fuse")
FUSE_CONF = Path("/etc/fuse.conf")


def check_machine(*, allow_other: bool, device: Path = DEVICE, conf: Path = FUSE_CONF) -> None:
    """See whether this user can mount through FUSE at all.

    Raises:
        Failure: names what is missing.
    """
    _check_device(device)
    find_fusermount()
    if allow_other and os.geteuid() != 0 and not _others_allowed(conf):
        raise _cannot(f"allow_other works only when {conf} has the line user_allow_other")


def _check_device(device: Path) -> None:
    try:
        os.close(os.open(device, os.O_RDWR | os.O_CLOEXEC))
    except FileNotFoundError:
        raise _cannot(
            f"there is no {device}: modprobe fuse, or give the container --device {device}"
        ) from None
    except PermissionError:
        raise _cannot(f"you may not open {device}") from None
    except OSError as exc:
        raise _cannot(f"{device} cannot be used: {exc.strerror}") from exc


def _others_allowed(conf: Path) -> bool:
    try:
        lines = conf.read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:
        return False
    return any(line.strip() == "user_allow_other" for line in lines)


def check_mountpoint(mountpoint: Path, *, nonempty: bool) -> None:
    """See whether the mountpoint is free; what a dead g3fs left there is cleared away.

    Raises:
        Failure: names what is in the way.
    """
    table = mounts()
    place = resolve(mountpoint.absolute(), table)
    there = mounted_at(place, table)
    if there is not None and there.ours:
        there = _clear_if_dead(place, there)
    try:
        about = place.stat()
    except FileNotFoundError:
        raise _cannot(f"mountpoint {place} does not exist") from None
    except OSError as exc:
        raise _cannot(f"mountpoint {place}: {exc.strerror}") from exc
    if not stat.S_ISDIR(about.st_mode):
        raise _cannot(f"mountpoint {place} is not a directory")
    if os.geteuid() != 0 and not os.access(place, os.W_OK | os.X_OK):
        raise _cannot(f"mountpoint {place}: you may mount only where you may write")
    # Looking into the directory of an automount would wait for the very mount that is being made.
    if not nonempty and not (there is not None and there.fstype == "autofs"):
        _check_empty(place)


def _clear_if_dead(place: Path, mount: Mount) -> Mount | None:
    """Unmount a g3fs whose process is gone; returns what is mounted at `place` after that.

    Raises:
        Failure: it is alive, or cannot be unmounted.
    """
    try:
        place.stat()
        os.statvfs(place)  # of a process that is gone the kernel may remember the other answer
    except OSError as exc:
        if exc.errno not in {errno.ENOTCONN, errno.ECONNABORTED}:
            raise _cannot(f"mountpoint {place} is busy: {exc.strerror}") from exc
    else:
        raise _cannot(f"mountpoint {place} is busy: {mount.source} is mounted there")
    if (complaint := unmount(place, lazy=True)) is not None:
        raise _cannot(f"mountpoint {place} has a dead mount that cannot be removed: {complaint}")
    below = mounted_at(place, mounts())
    return _clear_if_dead(place, below) if below is not None and below.ours else below


def _check_empty(place: Path) -> None:
    try:
        with os.scandir(place) as entries:
            empty = next(entries, None) is None
    except OSError as exc:
        raise _cannot(f"mountpoint {place}: {exc.strerror}") from exc
    if not empty:
        raise _cannot(f"mountpoint {place} is not empty (option nonempty mounts over it)")


def _cannot(line: str) -> Failure:
    return Failure(line, MOUNT_FAILED)
