"""`g3fs demo`: a gallery server with sample pictures, mounted, until Ctrl-C."""

import contextlib
import json
import os
import shlex
import signal
import tempfile
from collections.abc import Iterator
from pathlib import Path
from types import FrameType
from typing import NoReturn

import click

from g3fs.cli.exits import USAGE, Failure
from g3fs.config.address import KINDS
from g3fs.config.build import asked_for, mount_options
from g3fs.config.secret import Secret
from g3fs.config.surroundings import Surroundings, take_variables

_BUILT = ("gallery3",)


class _Stopped(BaseException):
    """A signal asked to end; no error."""


@click.command()
@click.argument("mountpoint", type=click.Path(path_type=Path), default=Path("gallery"))
@click.option("--server-only", is_flag=True, help="Do not mount; print one line of JSON.")
@click.option("--kind", type=click.Choice(KINDS), default="gallery3", show_default=True)
@click.option("--port", type=click.IntRange(0, 65535), default=0, help="Default: any free one.")
@click.option(
    "--data",
    type=click.Path(path_type=Path, file_okay=False),
    help="Keep the server's pictures in this directory.",
)
def demo(mountpoint: Path, kind: str, port: int, data: Path | None, *, server_only: bool) -> None:
    """Start a gallery server with sample pictures and mount it on MOUNTPOINT (./gallery).

    Ctrl-C unmounts, ends the server, and leaves nothing behind.
    """
    if kind not in _BUILT:
        raise Failure(f"a demo server of kind {kind} is not built yet", USAGE)
    take_variables(os.environ)
    with contextlib.suppress(_Stopped, KeyboardInterrupt), _signals_stop():
        if server_only:
            _serve_only(kind, port, data)
        else:
            _serve_and_mount(mountpoint, kind, port, data)


def _serve_only(kind: str, port: int, data: Path | None) -> None:
    from g3fs.demo.server import DemoServer

    with DemoServer(kind=kind, port=port, data=data) as server:
        access = {
            "url": server.url,
            "username": server.username,
            "password": server.password,
            "api_key": server.api_key,
        }
        click.echo(json.dumps(access))
        while True:
            signal.pause()


def _serve_and_mount(mountpoint: Path, kind: str, port: int, data: Path | None) -> None:
    from g3fs.cli.logs import start_log
    from g3fs.cli.mounting import serve
    from g3fs.cli.mountpoint import check_machine, check_mountpoint

    check_machine(allow_other=False)
    with _directory(mountpoint), tempfile.TemporaryDirectory(prefix="g3fs-demo-") as scratch:
        check_mountpoint(mountpoint, nonempty=False)
        click.echo("Starting a gallery server with sample pictures ...")
        # Here, not above: it brings a web server along.
        from g3fs.demo.server import DemoServer

        with DemoServer(kind=kind, port=port, data=data) as server:
            around = _surroundings(Path(scratch), server.api_key)
            asked = asked_for(server.url, [], around)
            options = mount_options(asked, mountpoint, around, foreground=True)
            start_log(options.log, options.source.http.redactor, foreground=True)
            serve(options, lambda: click.echo(_what_to_try(server.url, mountpoint)))


def _surroundings(scratch: Path, api_key: str) -> Surroundings:
    """Nothing of the user's: no profiles, no stored logins, no proxy, no lasting cache."""
    return Surroundings(
        variables={"API_KEY": Secret(api_key)},
        uid=os.getuid(),
        gid=os.getgid(),
        config_files=(),
        cache_home=scratch / "cache",
        state_home=scratch / "state",
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


def _what_to_try(url: str, mountpoint: Path) -> str:
    place = shlex.quote(str(mountpoint))
    return f"""
The gallery at {url} is mounted on {place}. In another terminal, try:

  ls -lR {place}
  getfattr -d -R {place}
  cp -r {place} copy
  g3fs info {place}

or open {place} in a file manager. Ctrl-C here unmounts it and ends the server.
"""


@contextlib.contextmanager
def _signals_stop() -> Iterator[None]:
    """SIGTERM and SIGHUP end the demo as Ctrl-C does."""

    def stop(_number: int, _frame: FrameType | None) -> NoReturn:
        raise _Stopped

    before = {number: signal.signal(number, stop) for number in (signal.SIGTERM, signal.SIGHUP)}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
