"""`g3fs queue retry`."""

from collections.abc import Sequence
from pathlib import Path

import click

from g3fs.cache.queue.record import Stage
from g3fs.cli.asking import QUEUE_RETRY, ask
from g3fs.cli.exits import FAILED, OK, Failure
from g3fs.cli.picking import picked, places_and_words, shown, told
from g3fs.cli.queuefile import Waiting, read_queue, read_queues
from g3fs.cli.saying import say
from g3fs.cli.showing import followed
from g3fs.cli.uploads import STANDSTILL_S, until_sent


@click.command()
@click.argument("words", nargs=-1, metavar="[MOUNTPOINT] [ID|NAME]...")
@click.option("--all", "everything", is_flag=True, help="Every file that was refused.")
@click.option(
    "--timeout",
    "timeout_s",
    type=click.FloatRange(min=0),
    metavar="SECONDS",
    help=f"Wait no longer. [default: until nothing has moved for {STANDSTILL_S:g} seconds]",
)
def retry(words: tuple[str, ...], timeout_s: float | None, *, everything: bool) -> int:
    """Send files again that the server has refused, and wait for its verdicts.

    Ctrl-C ends the waiting, not the sending.
    """
    places, names = places_and_words(words)
    if everything == bool(names):
        raise click.UsageError("say which files to send again, or --all")
    files = _refused(read_queues(places, say), names)
    if not files:
        click.echo("Nothing was refused.")
    code, sent = OK, list[Waiting]()
    for file in files:
        try:
            ask(file.mountpoint, f"{QUEUE_RETRY}.{file.id}")
            sent.append(file)
        except Failure as exc:
            say(f"{shown(file)}: {exc}")
            code = FAILED
    return max(code, _verdicts(sent, timeout_s))


def _refused(files: Sequence[Waiting], names: Sequence[str]) -> list[Waiting]:
    if not names:
        return [file for file in files if file.stage is Stage.FAILED]
    chosen = picked(files, names)
    for file in chosen:
        if file.stage is not Stage.FAILED:
            raise Failure(f"{shown(file)} was not refused, it is {file.stage.value}")
    return chosen


def _verdicts(files: Sequence[Waiting], timeout_s: float | None) -> int:
    """Wait for what becomes of `files`, and tell it."""
    if not files:
        return OK
    last = followed(until_sent(lambda: _those_left(files), timeout_s))
    left = {file.id: file for file in last.files}
    for file in files:
        if file.id not in left:
            click.echo(f"{shown(file)}: sent")
        elif left[file.id].stage is Stage.QUEUED:
            say(f"not sent yet, it is tried again: {told(left[file.id])}")
        else:
            say(f"refused again: {told(left[file.id])}")
    return FAILED if left else OK


def _those_left(files: Sequence[Waiting]) -> list[Waiting]:
    mountpoints: list[Path] = list(dict.fromkeys(file.mountpoint for file in files))
    wanted = {file.id for file in files}
    found = [file for place in mountpoints for file in read_queue(place)]
    return [file for file in found if file.id in wanted]
