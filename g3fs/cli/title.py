"""`g3fs title`."""

import errno
from pathlib import Path

import click

from g3fs.cli.changing import TEXT_ARGUMENTS, change

_REASONS = {errno.EOPNOTSUPP: "nothing here can have a title"}


@click.command(context_settings=TEXT_ARGUMENTS)
@click.argument("path", type=click.Path(path_type=Path))
@click.argument("text")
def title(path: Path, text: str) -> None:
    """Give the photo or album PATH the title TEXT; "" takes its title away."""
    change(path, "user.g3fs.title", text or None, _REASONS)
