"""`g3fs scan`."""

import errno
import json
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import click

from g3fs.cli.asking import ID, SCAN, ask
from g3fs.cli.exits import Failure
from g3fs.cli.saying import one_line
from g3fs.cli.showing import followed

_FIRST_PAUSE_S = 0.1
_LONGEST_PAUSE_S = 2.0
_REASONS = {
    errno.EOPNOTSUPP: "this server cannot be asked to look at its disk",
    errno.EINVAL: "has no place on the server's disk: scan the folder that its files are in",
}


@dataclass(frozen=True, slots=True)
class _State:
    """What the mount told of a scan."""

    id: str
    over: bool
    percent: int | None
    text: str
    error: str


@click.command()
@click.argument("path", type=click.Path(path_type=Path))
def scan(path: Path) -> None:
    """Ask the server to look for new and changed files at PATH on its disk, and wait for it.

    The mountpoint itself, or a directory of the first level, stands for everything. Ctrl-C ends the
    waiting, not the scan.
    """
    ask(path, ID)  # else a path outside would be told to be on a server without scans
    last = followed(_states(path))
    if last.error:
        raise Failure(f"{path}: {last.error}")
    click.echo("Done.")


def _states(path: Path) -> Iterator[_State]:
    """Start the scan, and look at it until it is over."""
    state = _asked(path, SCAN)
    pause_s = _FIRST_PAUSE_S
    while not state.over:
        yield state
        time.sleep(pause_s)
        pause_s = min(2 * pause_s, _LONGEST_PAUSE_S)
        state = _asked(path, f"{SCAN}.{state.id}")
    yield state


def _asked(path: Path, name: str) -> _State:
    try:
        told = json.loads(ask(path, name, _REASONS))
        progress = told["progress"]
        return _State(
            id=str(told["id"]),
            over=bool(told["over"]),
            percent=None if progress is None else round(100 * float(progress)),
            text=one_line(str(told["text"])) or "Scanning ...",
            error=one_line(str(told["error"])),
        )
    except (ValueError, KeyError, TypeError):
        raise Failure(f"{path}: the mount's answer cannot be understood") from None
