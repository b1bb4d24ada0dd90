"""The config file: named servers with their options.

[profiles.home]
url = "https://photos.example/gallery3"
credentials = "~/.config/g3fs/home.credentials"
cache_size = "20G"
insecure = true
"""

import difflib
import tomllib
from dataclasses import dataclass
from pathlib import Path

from g3fs.config.errors import ConfigError
from g3fs.config.words import OPTIONS, Word, read_words


@dataclass(frozen=True, slots=True, kw_only=True)
class Profile:
    """A server that the user gave a name."""

    url: str
    words: tuple[Word, ...]


def find_profile(name: str, files: tuple[Path, ...]) -> Profile:
    """The profile `name` of the first of `files` that exists.

    Raises:
        ConfigError: no such profile, or something in it is wrong; names the file and the key.
    """
    file = next((file for file in files if file.exists()), None)
    if file is None:
        raise ConfigError(
            f"{name!r} is neither an address (https://…) nor a profile: there is no {files[0]}"
        )
    profiles = _table(_load(file).get("profiles", {}), f"{file}: profiles")
    if name not in profiles:
        near = difflib.get_close_matches(name, profiles, n=1)
        advice = f", did you mean {near[0]}?" if near else ""
        raise ConfigError(
            f"{name!r} is neither an address (https://…) nor a profile in {file}{advice}"
        )
    return _profile(_table(profiles[name], f"{file}: profiles.{name}"), f"{file}: profiles.{name}")


def _load(file: Path) -> dict[str, object]:
    try:
        with file.open("rb") as stream:
            return tomllib.load(stream)
    except OSError as exc:
        raise ConfigError(f"cannot read {file}: {exc.strerror}") from exc
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as exc:
        raise ConfigError(f"{file}: {exc}") from None


def _table(value: object, place: str) -> dict[str, object]:
    if not isinstance(value, dict):
        raise ConfigError(f"{place} is not a table")
    return value


def _profile(table: dict[str, object], place: str) -> Profile:
    url = table.get("url")
    if not isinstance(url, str):
        raise ConfigError(f'{place}: url = "https://…" is missing')
    words = [
        word
        for key, value in table.items()
        if key != "url" and (word := _word(key, value, f"{place}.{key}")) is not None
    ]
    return Profile(url=url, words=tuple(words))


def _word(key: str, value: object, place: str) -> Word | None:
    """The option that `key` stands for; None for a switch that is off.

    Raises:
        ConfigError: it would not do in `-o` either.
    """
    if key == "profile":
        raise ConfigError(f"{place}: a profile cannot name another")
    switch = key in OPTIONS and OPTIONS[key].read is None
    if key in OPTIONS and isinstance(value, bool) != switch:
        raise ConfigError(f"{place}: expected {'true or false' if switch else 'a text or number'}")
    if not isinstance(value, bool | int | float | str):
        raise ConfigError(f"{place}: expected a text, a number, true or false")
    word = (key, None if isinstance(value, bool) else str(value))
    try:
        read_words([word])
    except ConfigError as exc:
        raise type(exc)(f"{place}: {exc}") from None
    return None if value is False else word
