"""From the words that the user gave to the options of a server and of a mount, in one go."""

import hashlib
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar
from urllib.parse import urlsplit

from g3fs.config.address import Address, is_address, read_address
from g3fs.config.credentials import find_credentials
from g3fs.config.errors import ConfigError
from g3fs.config.headers import read_headers
from g3fs.config.options import Credentials, LogOptions, MountOptions, SourceOptions
from g3fs.config.profiles import find_profile
from g3fs.config.surroundings import Surroundings
from g3fs.config.words import KERNEL_FLAGS, Word, read_words
from g3fs.http.options import HttpOptions, from_environment

_GIB = 1024**3
_CONNECT_TIMEOUT_S = 10.0
"""Hosts that drop packets are told from slow galleries earlier than `timeout=` says."""
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Asked:
    """What was asked for: an address, and values by the names of the options."""

    address: Address
    values: Mapping[str, object]

    def get(self, name: str, kind: type[T], default: T) -> T:
        """The value of the option, which words.py has read as a `kind`."""
        value = self.values.get(name, default)
        assert isinstance(value, kind), name
        return value

    def find(self, name: str, kind: type[T]) -> T | None:
        """The value of the option, or None where the user was silent."""
        value = self.values.get(name)
        assert value is None or isinstance(value, kind), name
        return value


def asked_for(
    source: str, words: Sequence[Word], around: Surroundings, *, ignore_unknown: bool = False
) -> Asked:
    """Put profiles and words together; what stands in `words` wins.

    Raises:
        ConfigError: an address, profile or option that cannot be.
    """
    typed = read_words(words, ignore_unknown=ignore_unknown)
    url, profile_words = source, list[Word]()
    named = typed.get("profile")
    if isinstance(named, str):
        profile_words.extend(find_profile(named, around.config_files).words)
    if not is_address(source):
        profile = find_profile(source, around.config_files)
        url = profile.url
        profile_words.extend(profile.words)
    return Asked(read_address(url), {**read_words(profile_words), **typed})


def source_options(
    asked: Asked, around: Surroundings, credentials: Credentials | None = None
) -> SourceOptions:
    """How to talk to the server; `credentials` are looked for where none are given.

    Raises:
        ConfigError: a file with credentials or headers cannot be used.
    """
    address = asked.address
    timeout_s = asked.get("timeout", float, 30.0)
    if credentials is None:
        credentials = find_credentials(address.url, asked.find("credentials", Path), around)
    http = HttpOptions(
        cafile=_readable(asked.find("cafile", Path)),
        insecure=asked.get("insecure", bool, False),
        proxy=asked.find("proxy", str),
        headers=_headers(asked.find("headers", Path)),
        connect_timeout_s=min(_CONNECT_TIMEOUT_S, timeout_s),
        read_timeout_s=timeout_s,
        write_timeout_s=timeout_s,
        pool_timeout_s=timeout_s,
        timeout_s=timeout_s,
    )
    http.redactor.add(*_secrets(credentials))
    return SourceOptions(
        url=address.url,
        kind=address.kind,
        shown_as=address.shown_as,
        credentials=credentials,
        http=from_environment(http, address.url, around.environ),
        timeout_s=timeout_s,
        lock_file=around.state_home / _server_name(address.url) / "writers.lock",
    )


def _secrets(credentials: Credentials) -> list[str]:
    known = (credentials.password, credentials.api_key)
    return [secret.reveal() for secret in known if secret is not None]


def _readable(file: Path | None) -> Path | None:
    if file is not None:
        try:
            file.open("rb").close()
        except OSError as exc:
            raise ConfigError(f"cannot read {file}: {exc.strerror}") from exc
    return file


def _headers(file: Path | None) -> dict[str, str]:
    return {} if file is None else read_headers(file)


def mount_options(
    asked: Asked, mountpoint: Path, around: Surroundings, *, foreground: bool, debug: bool = False
) -> MountOptions:
    """Everything about one mount.

    Raises:
        ConfigError: something cannot be as it was asked for.
    """
    source = source_options(asked, around)
    place = _directory_name(source)
    umask = asked.get("umask", int, 0o022)
    options = MountOptions(
        source=source,
        mountpoint=mountpoint.absolute(),
        subdir=asked.get("subdir", str, ""),
        ro=asked.get("ro", bool, False),
        allow_other=asked.get("allow_other", bool, False),
        uid=asked.get("uid", int, around.uid),
        gid=asked.get("gid", int, around.gid),
        fmask=asked.get("fmask", int, umask),
        dmask=asked.get("dmask", int, umask),
        kernel_flags=tuple(flag for flag in KERNEL_FLAGS if flag in asked.values),
        cache_dir=asked.get("cache_dir", Path, around.cache_home) / place,
        state_dir=around.state_home / place,
        queue_parent=around.data_home / place,
        cache_size_bytes=asked.get("cache_size", int, 10 * _GIB),
        ttl_s=asked.get("ttl", float, 60.0),
        delete=asked.get("delete", str, "allow"),
        upload=asked.get("upload", str, "close"),
        mtime=asked.get("mtime", str, "captured"),
        views=asked.get("views", str, "hidden"),
        log=_log(asked, around.state_home / place, debug=debug),
        foreground=foreground,
        nonempty=asked.get("nonempty", bool, False),
    )
    _refuse_own_files_on_the_mount(options)
    return options


def _log(asked: Asked, state_dir: Path, *, debug: bool) -> LogOptions:
    chosen = asked.find("log", Path)
    return LogOptions(
        debug=debug or asked.get("debug", bool, False),
        file=state_dir / "g3fs.log" if chosen is None else chosen,
        chosen=chosen is not None,
    )


def _directory_name(source: SourceOptions) -> str:
    """One per server and user: readable, and different for every pair.

    Where only a key is known, a digest of it stands for the user; the key cannot be found from it.
    """
    who, key = source.credentials.username, source.credentials.api_key
    if who is not None:
        user = f"user {who.lower()}"
    else:
        user = "guest" if key is None else f"key {key.reveal()}"
    return _readable_digest(source.url, f"{source.url}\n{user}")


def _server_name(url: str) -> str:
    """One per server, however its address was typed: what locks must not meet in two places.

    One Gallery 3 answers with and without `index.php`, and most servers with and without TLS.
    """
    parts = urlsplit(url)
    return _readable_digest(url, f"{parts.netloc}{parts.path.removesuffix('/index.php')}")


def _readable_digest(url: str, text: str) -> str:
    """A name of a directory: the host, and a digest of `text`."""
    digest = hashlib.sha256(text.encode()).hexdigest()[:16]
    host = re.sub(r"[^a-z0-9.-]", "_", urlsplit(url).hostname or "")
    return f"{host}-{digest}"


def _refuse_own_files_on_the_mount(options: MountOptions) -> None:
    # A mount that needs itself to answer waits for itself for ever.
    for name, path in (
        ("cache", options.cache_dir),
        ("state", options.state_dir),
        ("queue", options.queue_parent),
        ("lock", options.source.lock_file),
        ("log", options.log.file),
    ):
        if path.is_relative_to(options.mountpoint):
            raise ConfigError(f"the {name} would lie on the mount itself: {path}")
