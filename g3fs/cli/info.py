"""`g3fs info`."""

import json
from pathlib import Path

import click

from g3fs.cli.asking import attributes
from g3fs.cli.saying import one_line


@click.command()
@click.argument("path", type=click.Path(path_type=Path))
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
def info(path: Path, *, as_json: bool) -> None:
    """Show every extended attribute of PATH, also those that are not listed."""
    found = attributes(path)
    if as_json:
        click.echo(json.dumps(found, ensure_ascii=False, indent=2))
        return
    width = max(map(len, found), default=0)
    for name, value in found.items():
        click.echo(f"{name:<{width}}  {one_line(value)}")
