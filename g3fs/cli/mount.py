"""`g3fs mount`."""

from pathlib import Path

import click

from g3fs.cli.exits import MOUNT_FAILED
from g3fs.cli.parameters import mount_words, options_help, read_request
from g3fs.cli.saying import explain
from g3fs.config.build import mount_options
from g3fs.config.words import Word


@click.command(epilog=f"\b\nOptions of -o:\n{options_help()}")
@click.argument("source")
@click.argument("mountpoint", type=click.Path(path_type=Path))
@mount_words
@click.option("-f", "--foreground", is_flag=True, help="Stay here; log to the terminal.")
@click.option("-d", "--debug", is_flag=True, help="Log every request.")
def mount(
    source: str, mountpoint: Path, words: list[Word], *, foreground: bool, debug: bool
) -> None:
    """Mount the gallery SOURCE on the empty directory MOUNTPOINT.

    SOURCE is the address of a gallery (https://photos.example/gallery3) or the name of a profile
    in the config file. The command returns when the mount answers; when it cannot be mounted it
    says why in one line.
    """
    from g3fs.cli import mounting

    try:
        asked, around = read_request(source, words)
        mounting.mount(mount_options(asked, mountpoint, around, foreground=foreground, debug=debug))
    except Exception as exc:
        raise explain(exc, MOUNT_FAILED) from exc
