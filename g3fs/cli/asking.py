"""Questions to a running mount: extended attributes and files of it, nothing else."""

import errno
import json
import os
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType

from g3fs.cli.bounded import read_within
from g3fs.cli.exits import Failure

NO_REASONS: Mapping[int, str] = MappingProxyType({})
ID = "user.g3fs.id"
"""What everything in a mounted gallery has."""
INFO = "user.g3fs.info"
"""A JSON object of every attribute, listed or not."""
REFRESH = "user.g3fs.do.refresh"
"""Reading it makes the mount ask the server now."""
SCAN = "user.g3fs.do.scan"
"""Reading it makes the server look at its disk; with a dot and the id of a scan: how far it is."""
QUEUE_RETRY = "user.g3fs.do.queue.retry"
"""With a dot and the id of a refused file, of a mountpoint: reading it has that sent again."""
QUEUE_DROP = "user.g3fs.do.queue.drop"
"""Likewise: deletes a file that is refused or staged."""

_DEAD = dict.fromkeys(
    (errno.ENOTCONN, errno.ECONNABORTED),
    "the mount is dead: its process is gone; `g3fs umount` clears it away",
)
_SERVER = {
    errno.ENOENT: "there is no such file or directory",
    errno.ETIMEDOUT: "the server does not answer",
    errno.EHOSTUNREACH: "the server cannot be reached",
}
_ELSEWHERE = dict.fromkeys(
    (errno.ENODATA, errno.EOPNOTSUPP), "is not on a g3fs mount, or no photo or album"
)
_SILENT = {errno.ETIMEDOUT: "the mount does not answer"}


class NotMounted(Failure):
    """There is no such control file, so probably no g3fs either."""


def ask(path: Path, name: str, reasons: Mapping[int, str] = NO_REASONS) -> bytes:
    """The value of the attribute `name`; `reasons`: what an errno means there.

    Raises:
        Failure: there is no such path, or it is on no g3fs mount, or the mount refuses.
    """
    try:
        return os.getxattr(path, name)
    except OSError as exc:
        reason = reason_of(exc, {**_ELSEWHERE, **reasons})
        raise Failure(f"{path}: {reason}") from exc


def reason_of(exc: OSError, reasons: Mapping[int, str]) -> str:
    """In people's words what a mount's errno means."""
    return {**_DEAD, **_SERVER, **reasons}.get(exc.errno or 0) or exc.strerror or str(exc)


def attributes(path: Path, reasons: Mapping[int, str] = NO_REASONS) -> dict[str, str]:
    """All attributes of `path` by name; `reasons` as for `ask`.

    Raises:
        Failure: as `ask`, or the answer cannot be understood.
    """
    try:
        answer = json.loads(ask(path, INFO, reasons))
        return {str(name): str(value) for name, value in answer.items()}
    except (ValueError, AttributeError):
        raise Failure(f"{path}: the mount's answer cannot be understood") from None


def control_bytes(mountpoint: Path, name: str) -> bytes:
    """A file of the mount's control directory; returns within a deadline, whatever the mount does.

    Raises:
        NotMounted: there is none.
        Failure: the mount does not answer.
    """
    try:
        return read_within(mountpoint / ".g3fs" / name)
    except FileNotFoundError:
        raise NotMounted(f"no g3fs is mounted on {mountpoint}") from None
    except OSError as exc:
        raise Failure(f"{mountpoint}: {reason_of(exc, _SILENT)}") from exc


def control_file(mountpoint: Path, name: str) -> str:
    """The same as text."""
    return control_bytes(mountpoint, name).decode("utf-8", "replace")
