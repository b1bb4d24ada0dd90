"""`g3fs queue drop`."""

import sys
from collections.abc import Sequence

import click

from g3fs.cache.queue.record import Stage
from g3fs.cli.asking import QUEUE_DROP, ask
from g3fs.cli.exits import FAILED, OK, Failure
from g3fs.cli.picking import picked, places_and_words, shown
from g3fs.cli.queuefile import Waiting, read_queues
from g3fs.cli.saying import say
from g3fs.vfs.status import in_units

_DROPPABLE = {Stage.FAILED, Stage.STAGED}


@click.command()
@click.argument("words", nargs=-1, required=True, metavar="[MOUNTPOINT] (ID|NAME)...")
@click.option("-y", "--yes", is_flag=True, help="Do not ask.")
def drop(words: tuple[str, ...], *, yes: bool) -> int:
    """Delete files that were refused, or are staged; their bytes are nowhere else.

    `g3fs queue export` copies them first.
    """
    places, names = places_and_words(words)
    if not names:
        raise click.UsageError("say which files to delete")
    files = picked(read_queues(places, say), names)
    for file in files:
        if file.stage not in _DROPPABLE:
            raise Failure(
                f"{shown(file)} is {file.stage.value}: only what was refused, or is staged, "
                "can be dropped; delete it in the mount"
            )
    if not (yes or _confirmed(files)):
        raise Failure("nothing was deleted")
    code = OK
    for file in files:
        try:
            ask(file.mountpoint, f"{QUEUE_DROP}.{file.id}")
        except Failure as exc:
            say(f"{shown(file)}: {exc}")
            code = FAILED
    return code


def _confirmed(files: Sequence[Waiting]) -> bool:
    if not sys.stdin.isatty():
        raise click.UsageError("there is no terminal to ask for confirmation: use --yes")
    for file in files:
        click.echo(f"{shown(file)}  {in_units(file.size_bytes)}")
    return click.confirm("Delete for good?")
