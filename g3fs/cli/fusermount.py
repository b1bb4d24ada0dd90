"""Unmounting through fusermount3, the program that may do so for everybody."""

import os
import shutil
import subprocess
from pathlib import Path

from g3fs.cli.exits import MOUNT_FAILED, Failure

_DEADLINE_S = 10


def find_fusermount() -> str:
    """Where fusermount3 is.

    Raises:
        Failure: it is not installed.
    """
    # mount(8) run by root clears PATH.
    path = os.environ.get("PATH") or "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
    found = shutil.which("fusermount3", path=path)
    if found is None:
        raise Failure("fusermount3 is missing: install the package fuse3", MOUNT_FAILED)
    return found


def child_environment() -> dict[str, str]:
    """Our environment without what may be secret."""
    return {name: value for name, value in os.environ.items() if not name.startswith("G3FS_")}


def unmount(mountpoint: Path, *, lazy: bool = False) -> str | None:
    """Unmount; None when it is done, else what fusermount3 says.

    A lazy unmount takes the mount out of the tree at once, and ends it when its last file is
    closed.
    """
    command = [find_fusermount(), "-u", *(["-z"] if lazy else []), "--", str(mountpoint)]
    try:
        done = subprocess.run(  # noqa: S603 - a fixed program, no shell
            command,
            env=child_environment(),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=_DEADLINE_S,
            check=False,
        )
    except subprocess.TimeoutExpired:
        return f"fusermount3 did not answer for {_DEADLINE_S} seconds"
    if done.returncode == 0:
        return None
    complaint = done.stderr.decode(errors="replace").strip().removeprefix("fusermount3: ")
    return complaint or f"fusermount3 failed with code {done.returncode}"
