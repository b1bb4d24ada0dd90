"""Who we are to a server: the first place that says so wins."""

from collections.abc import Mapping
from pathlib import Path

from g3fs.config.errors import ConfigError
from g3fs.config.logins import read_logins
from g3fs.config.options import Credentials
from g3fs.config.private import read_private
from g3fs.config.secret import Secret
from g3fs.config.surroundings import Surroundings

_KEYS = ("username", "password", "api_key")


def find_credentials(url: str, file: Path | None, around: Surroundings) -> Credentials:
    """From `file`, else the environment, else what `g3fs login` stored for `url`, else a guest.

    Raises:
        ConfigError: one of them is there and cannot be used as it is.
    """
    if file is not None:
        return read_credentials(file)
    if from_environment := _from_variables(around.variables):
        return from_environment
    login = read_logins(around.logins).get(url)
    if login is not None:
        return Credentials(username=login.username, api_key=login.api_key)
    return Credentials()


def read_credentials(file: Path) -> Credentials:
    """A file of lines `username=`, `password=`, `api_key=`; `#` begins a comment line."""
    found: dict[str, str] = {}
    for number, line in enumerate(read_private(file).splitlines(), start=1):
        key, equals, value = line.partition("=")
        key = key.strip().lower()
        if not line.strip() or line.lstrip().startswith("#"):
            continue
        if not equals or key not in _KEYS:
            # Not the line itself: it may be the password.
            raise ConfigError(f"{file}, line {number}: expected one of {'=, '.join(_KEYS)}=")
        found[key] = value.strip()
    return _complete(found, str(file))


def _from_variables(variables: Mapping[str, Secret]) -> Credentials | None:
    found = {
        key: variables[key.upper()].reveal()
        for key in _KEYS
        if key.upper() in variables and variables[key.upper()].reveal()
    }
    return _complete(found, "the environment (G3FS_…)") if found else None


def _complete(found: Mapping[str, str], origin: str) -> Credentials:
    username, password, api_key = (found.get(key) or None for key in _KEYS)
    if password is None and api_key is None:
        raise ConfigError(f"{origin} gives neither a password nor an api_key")
    if api_key is None and username is None:
        raise ConfigError(f"{origin} gives a password but no username")
    return Credentials(
        username=username,
        password=None if password is None else Secret(password),
        api_key=None if api_key is None else Secret(api_key),
    )
