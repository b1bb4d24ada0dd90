"""Changing something in a mounted gallery through its extended attributes."""

import errno
import os
from collections.abc import Mapping
from pathlib import Path

from g3fs.cli.asking import NO_REASONS, reason_of
from g3fs.cli.exits import Failure
from g3fs.cli.mountinfo import on_our_mount

TEXT_ARGUMENTS = {"ignore_unknown_options": True, "help_option_names": ["--help"]}
"""For click: what begins with a dash may be a text; so there are no short options."""

_REASONS = {
    errno.EACCES: "you have no right to change it on the server",
    errno.EPERM: "this cannot be changed here",
    errno.EROFS: "the mount is read-only",
    errno.EOPNOTSUPP: "the server cannot do this",
    errno.EINVAL: "the server does not take this",
    errno.E2BIG: "the text is longer than the server keeps",
    errno.EILSEQ: "the text has characters that the server cannot keep",
    errno.ENOSPC: "there is no space left",
    errno.EBUSY: "the server has too much to do, try again later",
    errno.EIO: "the server failed; `.g3fs/log` in the mount says how",
    errno.ESTALE: "it is not on the server any more",
}


def change(
    path: Path, name: str, value: str | None, reasons: Mapping[int, str] = NO_REASONS
) -> None:
    """Set an attribute; None removes it, and it is no error when it was not there.

    `reasons`: what an errno means for this attribute.

    Raises:
        Failure: it was not changed; says why, in people's words.
    """
    try:
        # Other file systems would store the attribute, and nobody would ever see it.
        if not on_our_mount(path.stat().st_dev):
            raise Failure(f"{path}: is not on a g3fs mount")
        _change(path, name, value)
    except UnicodeEncodeError:
        raise Failure(f"{path}: the text is not in UTF-8") from None
    except OSError as exc:
        reason = reason_of(exc, {**_REASONS, **reasons})
        raise Failure(f"{path}: {reason}") from exc


def _change(path: Path, name: str, value: str | None) -> None:
    if value is not None:
        os.setxattr(path, name, value.encode("utf-8"))
        return
    try:
        os.removexattr(path, name)
    except OSError as exc:
        if exc.errno != errno.ENODATA:
            raise
