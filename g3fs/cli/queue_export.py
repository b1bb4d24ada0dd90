"""`g3fs queue export`."""

import errno
import os
import shutil
from collections.abc import Iterator, Sequence
from itertools import count
from pathlib import Path
from typing import BinaryIO

import click

from g3fs.cache.queue.record import Stage
from g3fs.cli.asking import reason_of
from g3fs.cli.exits import FAILED, OK, Failure
from g3fs.cli.mountinfo import on_our_mount
from g3fs.cli.picking import picked, places_and_words, shown
from g3fs.cli.queuefile import Waiting, read_queues
from g3fs.cli.saying import one_line, say
from g3fs.vfs.names import shortened

_COMPLETE = {Stage.FAILED, Stage.STAGED, Stage.QUEUED}
_REASONS = {errno.ENOENT: "was sent or dropped just now"}


@click.command()
@click.argument("directory", type=click.Path(path_type=Path))
@click.argument("words", nargs=-1, metavar="[MOUNTPOINT] [ID|NAME]...")
def export(directory: Path, words: tuple[str, ...]) -> int:
    """Copy into DIRECTORY what is not on the server: failed, staged and queued files.

    Nothing there is overwritten: a file whose name is taken gets a number. The queue stays as it
    is.
    """
    places, names = places_and_words(words)
    _prepare(directory)
    files = read_queues(places, say)
    return export_all(picked(files, names) if names else files, directory)


def export_all(files: Sequence[Waiting], directory: Path) -> int:
    """Copy those that are complete; what cannot be copied is told, and does not stop the rest."""
    code = OK
    for file in files:
        if file.stage not in _COMPLETE:
            continue
        try:
            click.echo(one_line(str(_copied(file, directory))))
        except OSError as exc:
            say(f"{shown(file)}: {reason_of(exc, _REASONS)}")
            code = FAILED
        except Failure as exc:
            say(str(exc))
            code = FAILED
    _sync(directory)
    return code


def source_of(file: Waiting) -> Path:
    """Where a mount shows the bytes, whatever became of the file."""
    return file.mountpoint / ".g3fs" / "failed" / file.id


def _prepare(directory: Path) -> None:
    try:
        directory.mkdir(exist_ok=True)
        device = directory.stat().st_dev
    except FileExistsError:
        raise Failure(f"{directory} is not a directory") from None
    except OSError as exc:
        raise Failure(f"{directory}: {exc.strerror}") from exc
    if on_our_mount(device):
        raise Failure(f"{directory} is on a g3fs mount: copy to another place")


def _copied(file: Waiting, directory: Path) -> Path:
    """Copy one file; returns where it is.

    Raises:
        OSError: it cannot be read or written.
        Failure: it has not the size that it should have. Nothing is left of the copy then.
    """
    with source_of(file).open("rb") as source:
        target, copy = _fresh(directory, file.basename)
        try:
            with copy:
                shutil.copyfileobj(source, copy, 1024 * 1024)
                copy.flush()
                os.fsync(copy.fileno())
                _check(file, copy.tell())
        except BaseException:
            target.unlink()
            raise
    return target


def _check(file: Waiting, size_bytes: int) -> None:
    if size_bytes != file.size_bytes:
        raise Failure(
            f"{shown(file)}: has {size_bytes} bytes instead of {file.size_bytes}; "
            "if it is being changed, export it again"
        )


def _fresh(directory: Path, name: str) -> tuple[Path, BinaryIO]:
    """A file that was not there before, with a name as near to `name` as possible."""
    for candidate in _candidates(name):
        target = directory / candidate
        try:
            return target, target.open("xb")
        except FileExistsError:
            continue
    raise AssertionError("candidates never end")


def _candidates(name: str) -> Iterator[str]:
    yield name
    for number in count(2):
        yield shortened(name, f" ({number})")


def _sync(directory: Path) -> None:
    """Let the new names survive a power cut, as the bytes do."""
    descriptor = os.open(directory, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
