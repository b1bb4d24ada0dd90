"""`g3fs tag`."""

import errno
import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import click

from g3fs.cli.changing import TEXT_ARGUMENTS, change
from g3fs.cli.exits import FAILED, OK, Failure
from g3fs.cli.saying import say

_ADD = "user.g3fs.tags.add"
_REMOVE = "user.g3fs.tags.remove"
"""Write-only; a JSON array of names. The mount, and not we, knows which tags there are already."""
_REASONS = {errno.EOPNOTSUPP: "nothing here can be tagged"}


@dataclass(frozen=True, slots=True)
class Tagging:
    """What the words of a command line ask for."""

    paths: Sequence[Path]
    add: Sequence[str]
    remove: Sequence[str]


@click.command(context_settings=TEXT_ARGUMENTS)
@click.argument("words", nargs=-1, metavar="PATH... +TAG... -TAG...")
def tag(words: tuple[str, ...]) -> int:
    """Put tags on photos and albums (+beach), and take others off (-old).

    Every word that begins with + or - is a tag; write ./-odd.jpg for a file of such a name.
    """
    tagging = tagging_from(words)
    code = OK
    for path in tagging.paths:
        try:
            for name, tags in ((_ADD, tagging.add), (_REMOVE, tagging.remove)):
                if tags:
                    change(path, name, json.dumps(tags, ensure_ascii=False), _REASONS)
        except Failure as exc:
            say(str(exc))
            code = FAILED
    return code


def tagging_from(words: Sequence[str]) -> Tagging:
    """Tell paths from tags.

    Raises:
        click.UsageError: something is missing, or asked for and forbidden at once.
    """
    paths = [Path(word) for word in words if not word.startswith(("+", "-"))]
    add = list(dict.fromkeys(word[1:] for word in words if word.startswith("+")))
    remove = list(dict.fromkeys(word[1:] for word in words if word.startswith("-")))
    if "" in (*add, *remove):
        raise click.UsageError("+ and - are followed by the name of a tag, without a blank")
    if not add and not remove:
        raise click.UsageError("say which tags: +NAME puts one on, -NAME takes one off")
    if not paths:
        raise click.UsageError("say what to tag")
    if both := set(add) & set(remove):
        raise click.UsageError(f"{min(both)!r} cannot be put on and taken off at once")
    return Tagging(paths, add, remove)
