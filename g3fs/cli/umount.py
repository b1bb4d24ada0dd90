"""`g3fs umount`."""

import errno
import os
import time
from pathlib import Path

import click

from g3fs.cli.exits import BUSY, Failure
from g3fs.cli.fusermount import unmount
from g3fs.cli.mountinfo import mounted_at, mounts, resolve

_PAUSE_S = 0.1
_MANY = 5


@click.command()
@click.argument("mountpoint", type=click.Path(path_type=Path))
@click.option(
    "--timeout",
    "timeout_s",
    type=click.FloatRange(min=0),
    default=2.0,
    show_default=True,
    metavar="SECONDS",
    help="How long to wait for programs that still use it.",
)
def umount(mountpoint: Path, timeout_s: float) -> None:
    """Unmount MOUNTPOINT; says who still uses it when that is not possible."""
    table = mounts()
    place = resolve(mountpoint.absolute(), table)
    there = mounted_at(place, table)
    if there is None or not there.ours:
        raise Failure(f"no g3fs is mounted on {place}")
    deadline = time.monotonic() + timeout_s
    while (complaint := unmount(place)) is not None:
        if _is_dead(place):
            complaint = unmount(place, lazy=True)
            break
        if os.strerror(errno.EBUSY) not in complaint:
            break
        if time.monotonic() >= deadline:
            raise Failure(f"{place} is in use by {_users(place)}", BUSY)
        time.sleep(_PAUSE_S)
    if complaint is not None:
        raise Failure(f"{place}: {complaint}")


def _is_dead(place: Path) -> bool:
    """Whether nobody answers there any more."""
    try:
        place.stat()
    except OSError as exc:
        return exc.errno in {errno.ENOTCONN, errno.ECONNABORTED}
    return False


def _users(place: Path) -> str:
    """The processes that have their directory or an open file there, as far as we may see."""
    found = [
        f"{_name(process)} ({process.name})"
        for process in Path("/proc").iterdir()
        if process.name.isdigit() and _uses(process, place)
    ]
    if not found:
        return "programs of other users"
    more = f" and {len(found) - _MANY} more" if len(found) > _MANY else ""
    return ", ".join(found[:_MANY]) + more


def _uses(process: Path, place: Path) -> bool:
    try:
        links = [process / "cwd", process / "root", process / "exe", *(process / "fd").iterdir()]
    except OSError:  # not ours to look at, or gone
        return False
    return any(_points_into(link, place) for link in links)


def _points_into(link: Path, place: Path) -> bool:
    try:
        # The text of the link only: asking the file itself would ask the mount.
        return link.readlink().is_relative_to(place)
    except OSError:
        return False


def _name(process: Path) -> str:
    try:
        return (process / "comm").read_text(encoding="utf-8", errors="replace").strip()
    except OSError:
        return "?"
