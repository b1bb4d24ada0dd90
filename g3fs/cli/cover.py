"""`g3fs cover`."""

import errno
import os
from pathlib import Path

import click

from g3fs.cli.asking import ID, NO_REASONS, ask, reason_of
from g3fs.cli.changing import change
from g3fs.cli.exits import Failure

_NO_ALBUM = dict.fromkeys(
    (errno.EOPNOTSUPP, errno.ENODATA, errno.EPERM), "has no cover: it is no album"
)
_NOT_SENT = {errno.ENODATA: "is not on the server yet"}


@click.command()
@click.argument("album", type=click.Path(path_type=Path))
@click.argument("photo", type=click.Path(path_type=Path))
def cover(album: Path, photo: Path) -> None:
    """Let PHOTO, a path or a name in ALBUM, be the picture that stands for ALBUM."""
    inside = album / photo
    chosen = inside if os.path.lexists(inside) else photo
    # An id says nothing to another server.
    if _device(chosen) != _device(album):
        raise Failure(f"{chosen} is not in the same gallery as {album}")
    number = ask(chosen, ID, _NOT_SENT).decode()
    change(album, "user.g3fs.cover", f"id:{number}", _NO_ALBUM)


def _device(path: Path) -> int:
    try:
        return path.stat().st_dev
    except OSError as exc:
        raise Failure(f"{path}: {reason_of(exc, NO_REASONS)}") from exc
