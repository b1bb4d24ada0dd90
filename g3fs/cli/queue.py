"""`g3fs queue` and `g3fs queue list`."""

import json
import os
from collections.abc import Sequence
from pathlib import Path

import click

from g3fs.cache.queue.record import Stage
from g3fs.cli.asking import NotMounted
from g3fs.cli.exits import FAILED, OK, Failure
from g3fs.cli.mountinfo import our_mounts
from g3fs.cli.parameters import MOUNTPOINT
from g3fs.cli.picking import SHOWN_DIGITS, told
from g3fs.cli.queue_drop import drop
from g3fs.cli.queue_export import export
from g3fs.cli.queue_retry import retry
from g3fs.cli.queue_unattended import told_unattended, unattended
from g3fs.cli.queuefile import Waiting, directories_in, files_in, read_document, read_queue
from g3fs.cli.saying import one_line, say
from g3fs.config.surroundings import surroundings
from g3fs.vfs.status import in_units


@click.group(invoke_without_command=True)
@click.pass_context
def queue(context: click.Context) -> int:
    """Show and manage the files that are not on the server (yet).

    They are queued (sent as soon as the server can be reached), failed (refused: kept until you
    retry or drop them) or staged (under a name that no gallery takes). Without a command: list.
    """
    return _all_as_text() if context.invoked_subcommand is None else OK


@queue.command("list")
@click.argument("mountpoint", type=MOUNTPOINT, required=False)
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def list_(mountpoint: Path | None, *, as_json: bool) -> int:
    """List the files of the mount on MOUNTPOINT, or of every g3fs mount.

    A line has the beginning of the file's id, its state and size, since when, its path, and what
    is wrong with it. Without MOUNTPOINT, galleries that are not mounted are told of, too. With
    --json: one object for MOUNTPOINT, or an object of them by mountpoint.
    """
    if as_json:
        return _as_json(mountpoint)
    if mountpoint is not None:
        _print(read_queue(mountpoint), "")
        return OK
    return _all_as_text()


for command in (retry, drop, export):
    queue.add_command(command)


def _all_as_text() -> int:
    places = our_mounts()
    if not places:
        click.echo("No g3fs is mounted.")
    code = OK
    attended: list[Path] = []
    for place in places:
        try:
            document = read_document(place)
            files = files_in(document, place)
        except NotMounted:
            continue  # it was unmounted just now
        except Failure as exc:
            say(str(exc))
            code = FAILED
        else:
            attended += directories_in(document)
            click.echo(one_line(str(place)))
            _print(files, "  ")
    for kept in unattended(surroundings(os.environ).data_home, attended):
        click.echo(told_unattended(kept))
    return code


def _print(files: Sequence[Waiting], indent: str) -> None:
    for line in lines(files):
        click.echo(f"{indent}{line}")


def lines(files: Sequence[Waiting]) -> list[str]:
    """A line for each file."""
    if not files:
        return ["Nothing is waiting."]
    return [
        f"{file.id[:SHOWN_DIGITS]}  {_state(file):12}  {in_units(file.size_bytes):>10}"
        f"  {_since(file):16}  {told(file)}"
        for file in files
    ]


def _state(file: Waiting) -> str:
    if file.stage is Stage.QUEUED and file.sent_bytes:
        return f"sending {100 * file.sent_bytes // max(file.size_bytes, 1)} %"
    return file.stage.value


def _since(file: Waiting) -> str:
    return "" if file.since is None else file.since.astimezone().strftime("%Y-%m-%d %H:%M")


def _as_json(mountpoint: Path | None) -> int:
    if mountpoint is not None:
        _print_json(read_document(mountpoint))
        return OK
    found: dict[str, object] = {}
    code = OK
    for place in our_mounts():
        try:
            found[str(place)] = read_document(place)
        except NotMounted:
            continue
        except Failure as exc:
            found[str(place)] = {"error": str(exc)}
            code = FAILED
    _print_json(found)
    return code


def _print_json(value: object) -> None:
    text = json.dumps(value, ensure_ascii=False, indent=2)
    # Escaped bytes in names have no UTF-8; `\udcff` is how JSON writes them.
    click.echo(text.encode("utf-8", "backslashreplace").decode("utf-8"))
