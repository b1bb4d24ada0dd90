"""The file of `headers=`: what a login in front of the gallery wants to see in each request."""

import re
from pathlib import Path

from g3fs.config.errors import ConfigError
from g3fs.config.private import read_private

_NAME = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
"""RFC 9110, section 5.6.2."""
_OURS = frozenset(("host", "content-length", "transfer-encoding", "connection", "range"))
"""Changing these would change what a request means."""


def read_headers(file: Path) -> dict[str, str]:
    """Lines `Name: value`; `#` begins a comment line. The values are secrets.

    Raises:
        ConfigError: others may read the file, or a line is no header.
    """
    headers: dict[str, str] = {}
    for number, line in enumerate(read_private(file).splitlines(), start=1):
        if not line.strip() or line.startswith("#"):
            continue
        name, colon, value = line.partition(":")
        value = value.strip()
        if not colon or _NAME.fullmatch(name) is None or not (value.isprintable() and value):
            # Not the line itself: it may be a secret.
            raise ConfigError(f"{file}, line {number}: expected `Name: value`")
        if name.lower() in _OURS:
            raise ConfigError(f"{file}, line {number}: {name} cannot be chosen")
        headers[name] = value
    return headers
