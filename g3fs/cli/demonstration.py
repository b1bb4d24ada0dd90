"""A demo server, alone or mounted, until a signal; afterwards nothing of it is left."""

import contextlib
import json
import os
import shlex
import shutil
import signal
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from types import FrameType
from typing import NoReturn

import click

from g3fs.cli.exits import Failure
from g3fs.cli.logs import start_log
from g3fs.cli.mounting import serve
from g3fs.cli.mountpoint import check_machine, check_mountpoint
from g3fs.config.build import asked_for, mount_options
from g3fs.config.secret import Secret
from g3fs.config.surroundings import Surroundings, take_variables
from g3fs.demo.server import DemoServer

_WRITTEN_TO = {"gallery3"}
"""The others are mounted read-only in this version."""


class _Stopped(BaseException):
    """A signal asked to end; no error."""


def until_stopped(server: DemoServer) -> None:
    """Say on one line where the server is and how to log in, and let it answer."""
    with _signals_stop(), _running(server):
        click.echo(json.dumps(server.describe()))
        while True:
            signal.pause()


def mounted_until_stopped(server: DemoServer, mountpoint: Path) -> None:
    """Mount the server and say what to try.

    Raises:
        Failure, GalleryError: it cannot be mounted; nothing is left then either.
    """
    take_variables(os.environ)
    check_machine(allow_other=False)
    with (
        _signals_stop(),
        _directory(mountpoint),
        tempfile.TemporaryDirectory(prefix="g3fs-demo-") as scratch,
    ):
        check_mountpoint(mountpoint, nonempty=False)
        click.echo("Starting a gallery server with sample pictures ...")
        with _running(server):
            around = _surroundings(Path(scratch), server.api_key)
            asked = asked_for(server.url, [], around)
            options = mount_options(asked, mountpoint, around, foreground=True)
            start_log(options.log, options.source.http.redactor, foreground=True)
            serve(options, lambda: click.echo(_what_to_try(server, mountpoint)))


@contextlib.contextmanager
def _running(server: DemoServer) -> Iterator[None]:
    try:
        server.start()
    except OSError as exc:
        raise Failure(f"the demo server cannot start: {exc.strerror or exc}") from exc
    try:
        yield
    finally:
        server.stop()


def _surroundings(scratch: Path, api_key: str) -> Surroundings:
    """Nothing of the user's: no profiles, no stored logins, no proxy, no lasting cache."""
    return Surroundings(
        variables={"API_KEY": Secret(api_key)},
        uid=os.getuid(),
        gid=os.getgid(),
        config_files=(),
        cache_home=scratch / "cache",
        state_home=scratch / "state",
        data_home=scratch / "data",
    )


@contextlib.contextmanager
def _directory(path: Path) -> Iterator[None]:
    """Make `path` if it is missing, and then remove it at the end."""
    try:
        path.mkdir()
    except FileExistsError:
        yield
        return
    except OSError as exc:
        raise Failure(f"cannot make {path}: {exc.strerror}") from exc
    try:
        yield
    finally:
        with contextlib.suppress(OSError):  # somebody put something there
            path.rmdir()


def _what_to_try(server: DemoServer, mountpoint: Path) -> str:
    place = shlex.quote(str(mountpoint))
    # From a clone g3fs is not on the PATH.
    command = "g3fs" if shutil.which("g3fs") else shlex.quote(sys.argv[0])
    writing = f"\n  mkdir {place}/new; cp -a copy/*.jpg {place}/new"
    return f"""
The gallery at {server.url} is mounted on {place}. In another terminal, try:

  ls -lR {place}
  getfattr -d -R {place}
  cp -r {place} copy{writing if server.kind in _WRITTEN_TO else ""}
  {command} info {place}

or open {place} in a file manager. Ctrl-C here unmounts it and ends the server.
"""


@contextlib.contextmanager
def _signals_stop() -> Iterator[None]:
    """SIGTERM and SIGHUP end what is in the context as Ctrl-C does, and that is no error."""

    def stop(_number: int, _frame: FrameType | None) -> NoReturn:
        raise _Stopped

    before = {number: signal.signal(number, stop) for number in (signal.SIGTERM, signal.SIGHUP)}
    try:
        with contextlib.suppress(_Stopped, KeyboardInterrupt):
            yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
