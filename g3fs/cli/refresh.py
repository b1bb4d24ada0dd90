"""`g3fs refresh`."""

from pathlib import Path

import click

from g3fs.cli.asking import REFRESH, ask
from g3fs.cli.exits import FAILED, OK, Failure
from g3fs.cli.saying import say


@click.command()
@click.argument("paths", type=click.Path(path_type=Path), nargs=-1, required=True)
def refresh(paths: tuple[Path, ...]) -> int:
    """Ask the server now what is at each of PATHS, instead of when the listing grows old."""
    code = OK
    for path in paths:
        try:
            ask(path, REFRESH)
        except Failure as exc:
            say(str(exc))
            code = FAILED
    return code
