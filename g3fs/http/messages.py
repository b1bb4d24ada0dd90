"""What is asked, and a whole answer."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Protocol

from requests.structures import CaseInsensitiveDict

NO_HEADERS: Mapping[str, str] = MappingProxyType({})


class Upload(Protocol):
    """A body that is streamed; see multipart.py."""

    def __len__(self) -> int:
        """Exact size in bytes."""
        ...

    def __iter__(self) -> Iterator[bytes]:
        """All pieces, from the beginning each time."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """One question to the pinned origin."""

    method: str
    target: str
    """Path and query; never a host."""
    headers: Mapping[str, str] = field(default_factory=lambda: NO_HEADERS, repr=False)
    body: bytes | Upload | None = field(default=None, repr=False)
    repeatable: bool = False
    """Asking twice does the same as asking once."""
    credentials: bool = True
    media: bool = False
    """Bytes as they are, not compressed on the way."""
    timeout_s: float | None = None
    """Instead of the total timeout of the options."""
    wait_s: float | None = None
    """Instead of the read timeout, until the answer begins: for calls that answer when they are
    done. The total timeout has to allow it too."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """A whole answer."""

    status: int
    headers: CaseInsensitiveDict[str]
    body: bytes = field(repr=False)

    @property
    def media_type(self) -> str:
        """The Content-Type without parameters, lower case; empty when there is none."""
        return media_type_of(self.headers)

    def text(self) -> str:
        """The body as UTF-8; what is not, is replaced."""
        return self.body.decode("utf-8", "replace")


def media_type_of(headers: Mapping[str, str]) -> str:
    """The Content-Type without parameters, lower case; empty when there is none."""
    return headers.get("Content-Type", "").partition(";")[0].strip().lower()
