"""`g3fs umount`."""

import errno
import os
import time
from collections.abc import Sequence
from pathlib import Path

import click

from g3fs.cache.queue.record import Stage
from g3fs.cli.bounded import read_within
from g3fs.cli.exits import BUSY, LEFT, Failure
from g3fs.cli.fusermount import unmount
from g3fs.cli.mountinfo import mounted_at, mounts, resolve
from g3fs.cli.parameters import MOUNTPOINT
from g3fs.cli.picking import told
from g3fs.cli.queuefile import Waiting, read_queue
from g3fs.cli.saying import say
from g3fs.cli.showing import followed
from g3fs.cli.uploads import STANDSTILL_S, files_in_words, until_sent

_PAUSE_S = 0.1
_MANY = 5
_PROGRAMS_S = 2.0
"""Programs that end by themselves do so soon; the others are named."""

_CLEARED = "its process is gone; what it had not sent waits for the next mount of this gallery"
_LEFTOVERS = {
    Stage.QUEUED: "not sent yet",
    Stage.FAILED: "refused",
    Stage.STAGED: "kept on this machine, under a name that no gallery takes",
}


@click.command()
@click.argument("mountpoint", type=MOUNTPOINT)
@click.option(
    "--timeout",
    "timeout_s",
    type=click.FloatRange(min=0),
    metavar="SECONDS",
    help="How long to wait for uploads, and for programs that still use it; 0: not at all. "
    f"[default: for uploads until nothing has moved for {STANDSTILL_S:g} seconds, "
    f"for programs {_PROGRAMS_S:g}]",
)
def umount(mountpoint: Path, timeout_s: float | None) -> None:
    """Wait until everything is sent, and unmount MOUNTPOINT.

    What is not on the server then is listed; it is kept, and sent when the gallery is mounted
    again. Says who still uses the mount when it cannot be unmounted. Ctrl-C ends the waiting, and
    the gallery stays mounted.
    """
    table = mounts()
    place = resolve(mountpoint.absolute(), table)
    there = mounted_at(place, table)
    if there is None or not there.ours:
        raise Failure(f"no g3fs is mounted on {place}")
    left = _sent(place, timeout_s)
    _unmount(place, _PROGRAMS_S if timeout_s is None else timeout_s)
    _tell(left)


def _sent(place: Path, timeout_s: float | None) -> Sequence[Waiting]:
    """Wait for the uploads; returns what is not on the server, as far as the mount tells."""
    try:
        return followed(until_sent(lambda: read_queue(place), timeout_s)).files
    except Failure as exc:
        say(f"{place}: {_CLEARED}" if _is_dead(place) else str(exc))
        return ()


def _unmount(place: Path, patience_s: float) -> None:
    deadline = time.monotonic() + patience_s
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


def _tell(left: Sequence[Waiting]) -> None:
    """List what is not on the server.

    Raises:
        Failure: there is something that should be.
    """
    found = {stage: [file for file in left if file.stage is stage] for stage in _LEFTOVERS}
    for stage, words in _LEFTOVERS.items():
        files = found[stage]
        for file in files[:_MANY]:
            click.echo(f"{words}: {told(file)}")
        if len(files) > _MANY:
            click.echo(f"{words}: {files_in_words(len(files) - _MANY)} more")
    missing = len(found[Stage.QUEUED]) + len(found[Stage.FAILED])
    if missing:
        raise Failure(
            f"unmounted, but {files_in_words(missing)} did not get to the server; they are kept "
            "for the next mount of this gallery, see `g3fs queue` then",
            LEFT,
        )


def _is_dead(place: Path) -> bool:
    """Whether nobody answers there any more."""
    try:
        read_within(place / ".g3fs" / "status")
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
