"""Parameters that several commands share."""

import os
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import click

from g3fs.config.build import Asked, asked_for
from g3fs.config.surroundings import Surroundings, surroundings
from g3fs.config.words import OPTIONS, Word, split_words

MOUNTPOINT = Path
"""The type of a parameter; click.Path would ask the file system, and a hung mount for ever."""


def mount_words(command: Callable[..., Any]) -> Callable[..., Any]:
    """`-o OPT,...`, as often as one likes; the command gets it as `words`."""
    return click.option(
        "-o",
        "words",
        metavar="OPT,...",
        multiple=True,
        callback=lambda _context, _parameter, texts: together(texts),
        help="Options, as in fstab; see `g3fs mount --help`.",
    )(command)


def together(texts: Sequence[str]) -> list[Word]:
    """The words of several `-o`, in their order."""
    return [word for text in texts for word in split_words(text)]


def read_request(source: str, words: Sequence[Word]) -> tuple[Asked, Surroundings]:
    """What was asked for, and the surroundings; G3FS_ variables leave the environment here.

    Raises:
        ConfigError: an address, profile or option that cannot be.
    """
    around = surroundings(os.environ)
    return asked_for(source, words, around), around


def options_help() -> str:
    """The table of mount options, for --help."""
    rows = [
        (option.name if option.read is None else f"{option.name}={option.example}", option.help)
        for option in OPTIONS.values()
        if option.built
    ]
    width = max(len(name) for name, _ in rows)
    return "\n".join(f"  {name:<{width}}  {text}" for name, text in rows)
