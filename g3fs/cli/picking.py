"""From words on a command line to files of a queue."""

import re
from collections.abc import Sequence
from pathlib import Path

from g3fs.cli.exits import Failure
from g3fs.cli.mountinfo import our_mountpoint, our_mounts
from g3fs.cli.queuefile import Waiting
from g3fs.cli.saying import one_line
from g3fs.vfs.names import folded

LEAST_DIGITS = 4
"""Of an id, to be taken for one."""
SHOWN_DIGITS = 8


def places_and_words(words: Sequence[str]) -> tuple[list[Path], Sequence[str]]:
    """The mounts that are meant, and the words that name files: the first may be a mountpoint.

    Raises:
        Failure: nothing is mounted.
    """
    if words and (place := our_mountpoint(Path(words[0]))) is not None:
        return [place], words[1:]
    places = our_mounts()
    if not places:
        raise Failure("no g3fs is mounted")
    return places, words


def picked(files: Sequence[Waiting], words: Sequence[str]) -> list[Waiting]:
    """The files that `words` name, each once: by id or the beginning of it, by name or path.

    Raises:
        Failure: a word names no file, or several.
    """
    return list({file.id: file for file in (_the_one(files, word) for word in words)}.values())


def _the_one(files: Sequence[Waiting], word: str) -> Waiting:
    found = [file for file in files if _is_named(file, word)]
    if not found:
        raise Failure(f"{word}: nothing in the queue has that id or name")
    if len(found) > 1:
        several = ", ".join(f"{file.id[:SHOWN_DIGITS]} ({file.path})" for file in found)
        raise Failure(f"{word}: say the id, several fit: {several}")
    return found[0]


def _is_named(file: Waiting, word: str) -> bool:
    if re.fullmatch(rf"[0-9a-fA-F]{{{LEAST_DIGITS},32}}", word) and file.id.startswith(
        word.lower()
    ):
        return True
    if folded(word) in {folded(name) for name in (file.name, file.basename, file.path)}:
        return True
    return Path(word).absolute() == file.mountpoint / file.path


def shown(file: Waiting) -> str:
    """How a line calls a file."""
    return one_line(file.path)


def told(file: Waiting) -> str:
    """The same, with what is wrong with it."""
    return f"{shown(file)}: {one_line(file.reason)}" if file.reason else shown(file)
