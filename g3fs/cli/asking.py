"""Questions to a running mount: extended attributes and files of it, nothing else."""

import errno
import json
import os
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType

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


def ask(path: Path, name: str, reasons: Mapping[int, str] = NO_REASONS) -> bytes:
    """The value of the attribute `name`; `reasons`: what an errno means there.

    Raises:
        Failure: there is no such path, or it is on no g3fs mount, or the mount refuses.
    """
    try:
        return os.getxattr(path, name)
    except OSError as exc:
        reason = reasons.get(exc.errno or 0) or _reason(exc)
        raise Failure(f"{path}: {reason}") from exc


def _reason(exc: OSError) -> str:
    if exc.errno in {errno.ENODATA, errno.EOPNOTSUPP}:
        return "is not on a g3fs mount"
    if exc.errno in {errno.ENOTCONN, errno.ECONNABORTED}:
        return "the mount is dead: its process is gone; `g3fs umount` clears it away"
    return exc.strerror or str(exc)


def attributes(path: Path) -> dict[str, str]:
    """All attributes of `path` by name.

    Raises:
        Failure: as `ask`, or the answer cannot be understood.
    """
    try:
        answer = json.loads(ask(path, INFO))
        return {str(name): str(value) for name, value in answer.items()}
    except (ValueError, AttributeError):
        raise Failure(f"{path}: the mount's answer cannot be understood") from None


def control_file(mountpoint: Path, name: str) -> str:
    """A file of the mount's control directory.

    Raises:
        Failure: there is none, or the mount does not answer.
    """
    try:
        return (mountpoint / ".g3fs" / name).read_text(encoding="utf-8", errors="replace")
    except FileNotFoundError:
        raise Failure(f"no g3fs is mounted on {mountpoint}") from None
    except OSError as exc:
        raise Failure(f"{mountpoint}: {_reason(exc)}") from exc
