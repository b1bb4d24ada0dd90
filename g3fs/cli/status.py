"""`g3fs status`."""

import json
from pathlib import Path

import click

from g3fs.cli.asking import NotMounted, control_file
from g3fs.cli.exits import FAILED, OK, Failure
from g3fs.cli.mountinfo import our_mounts
from g3fs.cli.parameters import MOUNTPOINT
from g3fs.cli.saying import say


@click.command()
@click.argument("mountpoint", type=MOUNTPOINT, required=False)
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def status(mountpoint: Path | None, *, as_json: bool) -> int:
    """Show how the mount on MOUNTPOINT is doing, or every g3fs mount.

    With --json: one object for MOUNTPOINT, or an object of them by mountpoint.
    """
    if mountpoint is not None:
        name = "status.json" if as_json else "status"
        click.echo(control_file(mountpoint, name).rstrip("\n"))
        return OK
    places = our_mounts()
    return _all_as_json(places) if as_json else _all_as_text(places)


def _all_as_text(places: list[Path]) -> int:
    if not places:
        click.echo("No g3fs is mounted.")
    code = OK
    for place in places:
        try:
            text = control_file(place, "status").rstrip("\n")
        except NotMounted:
            continue  # it was unmounted just now
        except Failure as exc:
            say(str(exc))
            code = FAILED
        else:
            click.echo(f"{place}\n{text}\n")
    return code


def _all_as_json(places: list[Path]) -> int:
    found: dict[str, object] = {}
    code = OK
    for place in places:
        try:
            found[str(place)] = json.loads(control_file(place, "status.json"))
        except NotMounted:
            continue
        except (Failure, ValueError) as exc:
            found[str(place)] = {"error": str(exc)}
            code = FAILED
    click.echo(json.dumps(found, ensure_ascii=False, indent=2))
    return code
