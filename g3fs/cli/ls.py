"""`g3fs ls`."""

import os
from collections.abc import Iterator, Sequence
from datetime import datetime
from urllib.parse import unquote, urlsplit

import click

from g3fs.cli.parameters import mount_words
from g3fs.cli.saying import explain, one_line
from g3fs.config.address import is_address, read_address
from g3fs.config.build import asked_for, source_options
from g3fs.config.logins import read_logins
from g3fs.config.surroundings import Surroundings, surroundings
from g3fs.config.words import Word
from g3fs.gallery.errors import GalleryError, NotAGallery, NotFound

_SCRIPT = "index.php"
"""Ends the address of a Gallery 3 that has it; what follows is inside."""


@click.command()
@click.argument("source")
@mount_words
def ls(source: str, words: list[Word]) -> None:
    """List a directory of the gallery SOURCE[/path] without mounting it.

    Checks the address, the key and the rights in one go.
    """
    around = surroundings(os.environ)
    refusal: NotFound | None = None
    for base, path in split_places(source, around):
        if not path and refusal is not None and not isinstance(refusal, NotAGallery):
            break  # it was a path, and is not there; as an address it would be the gallery's root
        try:
            _list(base, path, words, around)
        except NotFound as exc:
            # A directory that is missing in a gallery says more than that there is no gallery.
            if refusal is None or not isinstance(exc, NotAGallery):
                refusal = exc
        except GalleryError as exc:
            raise explain(exc, about=base) from exc
        else:
            return
    assert refusal is not None, "split_places gives at least one"
    raise explain(refusal, about=source)


def split_places(source: str, around: Surroundings) -> Iterator[tuple[str, str]]:
    """Where the gallery's address may end and the path in it begin.

    A profile's name ends at the first slash. An address that `g3fs login` knows ends there;
    otherwise only `index.php` tells, so the shortest is tried first and then more and more: the
    other way round a gallery would take the path for the address of one of its own pages.
    """
    if not is_address(source):
        name, _, path = source.partition("/")
        yield name, path
        return
    url = read_address(source).url
    known = [base for base in read_logins(around.logins) if f"{url}/".startswith(f"{base}/")]
    if known:
        yield _cut(source, url, max(known, key=len))
        return
    parts = urlsplit(url)
    segments = parts.path.split("/")
    shortest = segments.index(_SCRIPT) + 1 if _SCRIPT in segments else 1
    for length in range(shortest, len(segments) + 1):
        base = f"{parts.scheme}://{parts.netloc}{'/'.join(segments[:length])}"
        yield _cut(source, url, base)


def _cut(source: str, url: str, base: str) -> tuple[str, str]:
    prefix = source.partition("+")[0] if "+" in source.partition("://")[0] else ""
    path = unquote(url.removeprefix(base), errors="surrogateescape").strip("/")
    return f"{prefix}+{base}" if prefix else base, path


def _list(source: str, path: str, words: Sequence[Word], around: Surroundings) -> None:
    asked = asked_for(source, words, around)
    inside = "/".join(part for part in (asked.get("subdir", str, ""), path.strip("/")) if part)
    options = source_options(asked, around)
    # Here, not above: no other command should wait for these imports.
    import trio

    from g3fs.app import sources

    for entry in trio.run(sources.list_source, options, inside):
        size = "" if entry.directory or entry.size_bytes is None else f"{entry.size_bytes}"
        name = one_line(entry.name) + ("/" if entry.directory else "")
        click.echo(f"{size:>12}  {_time(entry.mtime_s):16}  {name}")


def _time(mtime_s: int | None) -> str:
    if mtime_s is None:
        return ""
    return datetime.fromtimestamp(mtime_s).astimezone().strftime("%Y-%m-%d %H:%M")
