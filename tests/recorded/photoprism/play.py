"""One call of the client for one or several recorded exchanges."""

import io
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from g3fs.clients.photoprism.client import Client
from g3fs.gallery.errors import GalleryError

Call = Callable[[Client], Any]
Check = Callable[[Any], object]

HASH = "5f1d98ba691a79048ef749f17ecfd8b356ced9b5"
NO_HASH = "0" * 40
MOVIE = "de65a1893218528c85f39a8cb18f21cd6e3efa76"
PHOTO = "ptouhlvs2a7zzemt"
ALBUM = "atouipcoaig8r03k"
VIENNA = "atouipc59ql5c6zq"
NO_ALBUM = "atouhzzzzzzzzzzz"
STACK = "ptouhwoklfmvvtpf"


@dataclass(frozen=True, slots=True, kw_only=True)
class Play:
    """One call, the requests that it makes, and what comes of the answers."""

    script: tuple[str, ...]
    """Exchanges in order; of those that begin with ~ only the answers serve."""
    call: Call
    check: Check | None
    raises: type[GalleryError] | None
    readonly: bool
    """The site is in read-only mode."""

    @property
    def answers(self) -> tuple[str, ...]:
        return tuple(key.lstrip("~") for key in self.script)

    @property
    def played(self) -> tuple[str, ...]:
        """Those of which the request is compared too."""
        return tuple(key for key in self.script if not key.startswith("~"))


def play(
    script: str,
    call: Call,
    check: Check | None = None,
    *,
    raises: type[GalleryError] | None = None,
    readonly: bool = False,
) -> Play:
    keys = tuple(script.split())
    return Play(script=keys, call=call, check=check, raises=raises, readonly=readonly)


def read(size: int) -> Check:
    return lambda stream: len(stream.read()) == size


def file(size: int) -> io.BytesIO:
    return io.BytesIO(bytes(size))
