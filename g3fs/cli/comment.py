"""`g3fs comment`."""

import errno
from pathlib import Path

import click

from g3fs.cli.changing import TEXT_ARGUMENTS, change

_REASONS = dict.fromkeys((errno.EOPNOTSUPP, errno.ENODATA), "nothing here can be commented on")


@click.command(context_settings=TEXT_ARGUMENTS)
@click.argument("path", type=click.Path(path_type=Path))
@click.argument("text")
def comment(path: Path, text: str) -> None:
    """Write the comment TEXT on the photo PATH, as the user of the mount."""
    if not text.strip():
        raise click.UsageError("a comment is not empty")
    change(path, "user.g3fs.comment.new", text, _REASONS)
