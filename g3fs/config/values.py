"""From the text after `=` to the value of an option; every error says what would be right."""

import grp
import pwd
import re
from collections.abc import Callable
from pathlib import Path
from urllib.parse import urlsplit

from g3fs.config.errors import ConfigError

_SIZE_UNITS = {"": 1, "K": 1024, "M": 1024**2, "G": 1024**3, "T": 1024**4}
_TIME_UNITS_S = {"": 1, "s": 1, "m": 60, "min": 60, "h": 3600, "d": 86400}


def size_bytes(text: str) -> int:
    """`10G`, `500M`, `1.5 GiB` or plain bytes; units are powers of 1024."""
    match = re.fullmatch(r"(\d+(?:\.\d+)?)\s*([KMGT]?)(?:i?B)?", text.strip(), re.IGNORECASE)
    if match is None:
        raise ConfigError(f"{text!r} is not a size (10G, 500M, 1073741824)")
    return int(float(match[1]) * _SIZE_UNITS[match[2].upper()])


def seconds(text: str) -> float:
    """`60`, `2.5`, `5m`, `1h`."""
    match = re.fullmatch(r"(\d+(?:\.\d+)?)\s*(s|min|m|h|d)?", text.strip())
    if match is None:
        raise ConfigError(f"{text!r} is not a time in seconds (30, 5m, 1h)")
    return float(match[1]) * _TIME_UNITS_S[match[2] or ""]


def deadline_s(text: str) -> float:
    """Seconds, at least one: a shorter deadline would refuse healthy servers."""
    value = seconds(text)
    if value < 1:
        raise ConfigError(f"{text!r} is too short, the least is 1 second")
    return value


def mask(text: str) -> int:
    """Permission bits in octal, as umask(1) takes them."""
    if re.fullmatch(r"0?o?[0-7]{1,4}", text) is None or int(text, 8) > 0o777:
        raise ConfigError(f"{text!r} is not a mask (octal, 022 or 077)")
    return int(text, 8)


def user_id(text: str) -> int:
    """A number, or the name of a user of this machine."""
    if text.isascii() and text.isdigit():
        return _identity(text)
    try:
        return pwd.getpwnam(text).pw_uid
    except KeyError:
        raise ConfigError(f"there is no user {text!r} on this machine") from None


def group_id(text: str) -> int:
    """A number, or the name of a group of this machine."""
    if text.isascii() and text.isdigit():
        return _identity(text)
    try:
        return grp.getgrnam(text).gr_gid
    except KeyError:
        raise ConfigError(f"there is no group {text!r} on this machine") from None


def _identity(digits: str) -> int:
    # 2^32-1 is "no change" for chown(2), so it is nobody's number.
    number = int(digits)
    if number >= 2**32 - 1:
        raise ConfigError(f"{digits} is not the number of a user or group")
    return number


def path(text: str) -> Path:
    """Absolute; `~` is the home directory, anything else starts from the current directory."""
    try:
        return Path(text).expanduser().absolute()
    except RuntimeError:
        raise ConfigError(f"{text!r}: the home directory is not known") from None


def directory_inside(text: str) -> str:
    """A path inside the gallery, without slashes at its ends."""
    pieces = [piece for piece in text.split("/") if piece]
    if any(piece in {".", ".."} for piece in pieces) or "\0" in text:
        raise ConfigError(f"{text!r}: a path from the gallery's root, without '.' and '..'")
    return "/".join(pieces)


def proxy(text: str) -> str:
    """`http://host:port`; no credentials, because options can be seen by everybody."""
    parts = urlsplit(text if "://" in text else f"http://{text}")
    if "@" in parts.netloc:
        raise ConfigError(
            "a name or password in it would be visible to everybody; "
            "set the variable https_proxy or http_proxy instead"
        )
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        raise ConfigError(f"{text!r} is not a proxy (http://host:port)")
    return parts.geturl().rstrip("/")


def one_of(*words: str) -> Callable[[str], str]:
    """One word of a fixed set."""

    def read(text: str) -> str:
        if text not in words:
            raise ConfigError(f"{text!r} is not one of {', '.join(words)}")
        return text

    return read
