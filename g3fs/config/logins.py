"""The store that `g3fs login` fills: one user and key per server, in a file of the owner's."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from g3fs.config.errors import ConfigError
from g3fs.config.private import read_private, write_private
from g3fs.config.secret import Secret


@dataclass(frozen=True, slots=True, kw_only=True)
class Login:
    """A user of one server."""

    username: str | None
    api_key: Secret


def read_logins(file: Path) -> dict[str, Login]:
    """Everything stored, by the server's base URL; nothing when there is no file.

    Raises:
        ConfigError: the file cannot be read, others may read it, or it is damaged.
    """
    if not file.exists():
        return {}
    try:
        content = json.loads(read_private(file))
        return {url: _login(entry) for url, entry in content["logins"].items()}
    except (ValueError, KeyError, TypeError, AttributeError):
        raise ConfigError(f"{file} is damaged: remove it and log in again") from None


def _login(entry: Mapping[str, object]) -> Login:
    username, api_key = entry["username"], entry["api_key"]
    if not isinstance(api_key, str) or not (username is None or isinstance(username, str)):
        raise TypeError
    return Login(username=username, api_key=Secret(api_key))


def store_login(file: Path, url: str, login: Login) -> None:
    """Remember `login` for `url`, instead of what was remembered for it.

    Raises:
        ConfigError: the file is damaged or cannot be written.
    """
    logins = {**read_logins(file), url: login}
    content = {
        url: {"username": login.username, "api_key": login.api_key.reveal()}
        for url, login in logins.items()
    }
    write_private(file, json.dumps({"logins": content}, indent=2, ensure_ascii=False) + "\n")
