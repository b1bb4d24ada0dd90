"""The mount helper: what mount(8) calls as /sbin/mount.g3fs, and mount.fuse as `g3fs`.

`mount.g3fs SOURCE DIR [-sfnv] [-N namespace] [-o OPTS] [-t TYPE]`; see mount(8), section
"External helpers". Whatever fails ends with 32, as mount(8) expects.
"""

import getopt
import os
from collections.abc import Sequence
from pathlib import Path

from g3fs.cli.exits import MOUNT_FAILED, OK, Failure
from g3fs.cli.parameters import together
from g3fs.cli.saying import explain
from g3fs.config.build import asked_for, mount_options
from g3fs.config.surroundings import surroundings

_USAGE = "usage: mount.g3fs SOURCE DIR [-sfnv] [-o OPTIONS]"


def mount_helper(arguments: Sequence[str]) -> int:
    """Mount as mount(8) asks; returns an exit code.

    Raises:
        Failure: nothing is mounted.
    """
    try:
        flags, places = getopt.gnu_getopt(list(arguments), "sfnvo:t:N:")
    except getopt.GetoptError as exc:
        raise Failure(f"{exc}; {_USAGE}", MOUNT_FAILED) from None
    if len(places) != 2:
        raise Failure(_USAGE, MOUNT_FAILED)
    given = [flag for flag, _ in flags]
    if "-f" in given:
        return OK
    words = together([value for flag, value in flags if flag == "-o"])
    _mount(places[0], Path(places[1]), words, ignore_unknown="-s" in given)
    return OK


def _mount(
    source: str, mountpoint: Path, words: list[tuple[str, str | None]], *, ignore_unknown: bool
) -> None:
    from g3fs.cli import mounting

    try:
        around = surroundings(os.environ)
        asked = asked_for(source, words, around, ignore_unknown=ignore_unknown)
        mounting.mount(mount_options(asked, mountpoint, around, foreground=False))
    except Exception as exc:
        raise explain(exc, MOUNT_FAILED) from exc
