"""From what a person types as the address of a server to one normal form of it."""

import re
from dataclasses import dataclass
from urllib.parse import SplitResult, quote, urlsplit

from g3fs.config.errors import ConfigError

KINDS = ("gallery3", "photoprism", "stash")
_DEFAULT_PORTS = {"http": 80, "https": 443}
_SAFE_IN_PATH = "/%:@!$&'()*+,;=~-._"


@dataclass(frozen=True, slots=True)
class Address:
    """A server's base address; see SourceOptions for the fields."""

    url: str
    kind: str | None
    shown_as: str


def is_address(text: str) -> bool:
    """Whether `text` is meant as a URL rather than as the name of a profile."""
    return "://" in text


def read_address(text: str) -> Address:
    """Take `text` apart.

    Raises:
        ConfigError: it is no http or https URL, or holds what must not stand in one.
    """
    prefix, plus, rest = text.partition("+")
    kind, web_address = (prefix, rest) if plus and prefix.isalnum() else (None, text)
    if kind is not None and kind not in KINDS:
        raise ConfigError(f"{_masked(text)!r}: unknown kind of server {kind!r} ({_listed(KINDS)})")
    parts = _split(web_address)
    url = f"{parts.scheme.lower()}://{_host(parts)}{_path(parts)}"
    shown_as = text if text.isascii() and text.isprintable() and " " not in text else url
    return Address(url, kind, shown_as)


def _split(web_address: str) -> SplitResult:
    masked = _masked(web_address)
    try:
        parts = urlsplit(web_address)
        parts.port  # noqa: B018 - the property is what checks the number
    except ValueError as exc:
        raise ConfigError(f"{masked!r} is not an address: {exc}") from None
    if parts.scheme.lower() not in _DEFAULT_PORTS:
        raise ConfigError(f"{masked!r}: an address begins with https:// or http://")
    if "@" in parts.netloc:
        raise ConfigError(
            f"{masked!r}: a name or password in the address would be visible to everybody; "
            "use `g3fs login`, credentials=FILE or G3FS_USERNAME and G3FS_PASSWORD"
        )
    if not parts.hostname:
        raise ConfigError(f"{masked!r} names no host")
    if parts.query or parts.fragment:
        raise ConfigError(f"{masked!r}: leave out what follows '?' or '#'")
    return parts


def _masked(text: str) -> str:
    """`text` without what may be a password or key, for messages."""
    without_user = re.sub(r"://[^/?#]*@", "://***@", text)
    return re.sub(r"[?#].*", "?***", without_user, flags=re.DOTALL)


def _host(parts: SplitResult) -> str:
    name = (parts.hostname or "").lower()
    if re.search(r"[\s\x00-\x20\\<>\"{}|^`]", name):
        raise ConfigError(f"{name!r} is not the name of a host")
    try:
        ascii_name = name if name.isascii() else name.encode("idna").decode("ascii")
    except UnicodeError:
        raise ConfigError(f"{name!r} is not the name of a host") from None
    shown = f"[{ascii_name}]" if ":" in ascii_name else ascii_name
    port = parts.port
    return shown if port in {None, _DEFAULT_PORTS[parts.scheme.lower()]} else f"{shown}:{port}"


def _path(parts: SplitResult) -> str:
    if any(piece in {".", ".."} for piece in parts.path.split("/")):
        raise ConfigError(f"{parts.path!r}: an address has no '.' or '..' in it")
    return quote(parts.path.rstrip("/"), safe=_SAFE_IN_PATH)


def _listed(words: tuple[str, ...]) -> str:
    return ", ".join(words)
