"""`g3fs info`."""

import errno
import json
from pathlib import Path

import click

from g3fs.cli.asking import NO_REASONS, attributes
from g3fs.cli.mountinfo import on_our_mount
from g3fs.cli.saying import one_line

_WAITING = {errno.ENODATA: "is no photo or album (yet); `g3fs queue` tells of files that wait"}


@click.command()
@click.argument("path", type=click.Path(path_type=Path))
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
def info(path: Path, *, as_json: bool) -> None:
    """Show every extended attribute of PATH, also those that are not listed."""
    found = attributes(path, _WAITING if _is_on_our_mount(path) else NO_REASONS)
    if as_json:
        click.echo(json.dumps(found, ensure_ascii=False, indent=2))
        return
    width = max(map(len, found), default=0)
    for name, value in found.items():
        click.echo(f"{name:<{width}}  {one_line(value)}")


def _is_on_our_mount(path: Path) -> bool:
    try:
        return on_our_mount(path.stat().st_dev)
    except OSError:  # whoever asks for the attributes will say so
        return False
