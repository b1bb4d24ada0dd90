"""The one place on the net that a client talks to, and what a web address means relative to it."""

from dataclasses import dataclass
from urllib.parse import SplitResult, urljoin, urlsplit, urlunsplit

from g3fs.gallery.errors import Invalid

_DEFAULT_PORTS = {"http": 80, "https": 443}


@dataclass(frozen=True, slots=True)
class Origin:
    """Scheme, host and port: credentials that belong to one origin are never sent to another."""

    scheme: str
    host: str
    port: int

    @property
    def place(self) -> str:
        """`host:port`, for messages about connections."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"{host}:{self.port}"

    def __str__(self) -> str:
        host = f"[{self.host}]" if ":" in self.host else self.host
        if self.port == _DEFAULT_PORTS[self.scheme]:
            return f"{self.scheme}://{host}"
        return f"{self.scheme}://{self.place}"


def split_address(url: str) -> SplitResult:
    """Take a web address apart.

    Raises:
        Invalid: not http or https, no host, an odd port, or credentials inside the address.
    """
    try:
        parts = urlsplit(url.strip())
        port = parts.port
    except ValueError as exc:
        raise Invalid(f"this is not a web address: {exc}") from None
    if parts.scheme not in _DEFAULT_PORTS or not parts.hostname or port == 0:
        raise Invalid("this is not a web address: it must look like https://photos.example/gallery")
    if parts.username is not None or parts.password is not None:
        raise Invalid("the address holds a name or password; give these apart from the address")
    return parts


def origin_of(url: str) -> Origin:
    """The origin of a web address; errors as of split_address."""
    parts = split_address(url)
    assert parts.hostname is not None
    return Origin(parts.scheme, parts.hostname, parts.port or _DEFAULT_PORTS[parts.scheme])


def target_of(url: str) -> str:
    """Path and query of a web address: what is asked for at its origin."""
    parts = urlsplit(url)
    return urlunsplit(("", "", parts.path or "/", parts.query, ""))


def resolved(origin: Origin, target: str, location: str) -> str:
    """The absolute address that a redirect from `target` leads to."""
    return urljoin(f"{origin}{target}", location)
