"""The words of `-o`: which there are, what they take, and what is only there for mount(8)."""

import difflib
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from g3fs.config import values
from g3fs.config.errors import ConfigError, NotBuilt

Word = tuple[str, str | None]
"""An option and its value; None where there was no `=`."""


@dataclass(frozen=True, slots=True)
class Option:
    """One word that g3fs understands."""

    name: str
    help: str
    read: Callable[[str], object] | None = None
    """None: a switch, which takes no value."""
    example: str = ""
    built: bool = True
    """Whether it works yet; what does not is refused, never ignored."""


_TABLE = (
    Option("ro", "mount read-only (PhotoPrism and Stash always are, in this version)"),
    Option("allow_other", "let other users of this machine in"),
    Option("uid", "owner of all files", values.user_id, "USER"),
    Option("gid", "group of all files", values.group_id, "GROUP"),
    Option("umask", "permission bits nobody gets (default 022)", values.mask, "077"),
    Option("fmask", "the same for files only", values.mask, "0133"),
    Option("dmask", "the same for directories only", values.mask, "022"),
    Option("credentials", "file with username=, password=, api_key=", values.path, "FILE"),
    Option("profile", "take more options from this profile", str, "NAME"),
    Option("subdir", "mount only this directory of the gallery", values.directory_inside, "P"),
    Option("cache_dir", "where fetched bytes are kept", values.path, "DIR"),
    Option("cache_size", "how many at most (default 10G)", values.size_bytes, "10G"),
    Option("ttl", "seconds that a listing is believed (default 60)", values.seconds, "60"),
    Option("timeout", "deadline of every answer (default 30)", values.deadline_s, "30"),
    Option(
        "mtime",
        "which time files show: captured (default), updated, created",
        values.one_of("captured", "updated", "created"),
        "captured",
    ),
    Option(
        "views",
        "the directory .g3fs: hidden (default), shown, off",
        values.one_of("hidden", "shown", "off"),
        "hidden",
    ),
    Option("cafile", "certificates to trust, PEM", values.path, "FILE"),
    Option("insecure", "do not check the server's certificate (warns at each mount)"),
    Option("proxy", "go through this HTTP proxy", values.proxy, "http://HOST:PORT"),
    Option("headers", "file with `Name: value` lines sent along", values.path, "FILE"),
    Option("nonempty", "mount over a directory that has files"),
    Option("debug", "log every request"),
    Option("log", "log file, instead of syslog", values.path, "FILE"),
    Option(
        "delete",
        "what rm does: allow (default), deny (nor replace), trash",
        values.one_of("allow", "deny", "trash"),
        "deny",
    ),
    Option(
        "upload",
        "files are sent at close (default), or behind it: background",
        values.one_of("close", "background"),
        "background",
    ),
    Option("upload_path", "where PhotoPrism puts uploads", str, "PATH", built=False),
    Option("thumbnails", "fill the desktop's thumbnail cache", built=False),
)
OPTIONS: Mapping[str, Option] = {option.name: option for option in _TABLE}
"""Every option by its name, in the order of the documentation."""

# Words that fstab, mount(8) and mount.fuse add, or that people copy from other mounts; all of them
# are either carried out by mount(8) itself or true of every g3fs mount.
_GENERIC = frozenset(
    re.findall(
        r"\w+",
        "rw suid nosuid dev nodev exec async atime relatime norelatime strictatime "
        "nostrictatime nodiratime diratime lazytime nolazytime nomand mand user nouser users "
        "owner noowner group nogroup auto noauto nofail _netdev _rnetdev defaults silent loud "
        "default_permissions auto_unmount iversion noiversion",
    )
)
_GENERIC_WITH_VALUE = ("comment", "user", "uhelper", "helper")
KERNEL_FLAGS = ("noexec", "noatime", "sync", "dirsync")
_SECRET = frozenset(("password", "pass", "passwd", "username", "api_key", "apikey", "key", "token"))


def split_words(text: str) -> list[Word]:
    r"""Take `a,b=c,d="x,y",e=x\,y` apart.

    Commas inside double quotes (as mount(8) writes them) or after a backslash (as libfuse does)
    belong to the value.
    """
    pieces, piece, quoted, escaped = [], "", False, False
    for char in text:
        if escaped or char not in '\\",' or (quoted and char == ","):
            piece, escaped = piece + char, False
        elif char == "\\":
            escaped = True
        elif char == '"':
            quoted = not quoted
        else:
            pieces.append(piece)
            piece = ""
    pieces.append(piece)
    return [_word(piece) for piece in pieces if piece.strip()]


def _word(piece: str) -> Word:
    name, equals, value = piece.strip().partition("=")
    return name, value if equals else None


def is_generic(word: Word) -> bool:
    """Whether the word is mount(8)'s own, and nothing for us to do."""
    name, value = word
    if name.startswith(("x-", "X-")):
        return True
    return name in _GENERIC_WITH_VALUE if value is not None else name in _GENERIC


def read_words(words: Iterable[Word], *, ignore_unknown: bool = False) -> dict[str, object]:
    """The values of our own options by name, switches as True, kernel flags as True by their name.

    The last one wins where a word is repeated.

    Raises:
        ConfigError: a word that nobody knows, or a value that it cannot have.
        NotBuilt: a word that is known and does not work yet.
    """
    found: dict[str, object] = {}
    for word in words:
        name, value = word
        if is_generic(word):
            continue
        if name in KERNEL_FLAGS and value is None:
            found[name] = True
        elif name in OPTIONS:
            found[name] = _read(OPTIONS[name], value)
        elif not ignore_unknown:
            raise _unknown(name, tuple(OPTIONS))
    return found


def _read(option: Option, value: str | None) -> object:
    if not option.built:
        shown = option.name if value is None else f"{option.name}={value}"
        raise NotBuilt(f"option {shown} is not built yet")
    if option.read is None:
        if value is not None:
            raise ConfigError(f"option {option.name} takes no value")
        return True
    if not value:
        raise ConfigError(f"option {option.name} needs a value: {option.name}={option.example}")
    try:
        return option.read(value)
    except ConfigError as exc:
        raise ConfigError(f"option {option.name}: {exc}") from None


def _unknown(name: str, known: Sequence[str]) -> ConfigError:
    if name == "remount":
        return ConfigError("a g3fs mount cannot be remounted: unmount it, then mount it again")
    if name.lower() in _SECRET:
        return ConfigError(
            f"option {name}: options can be seen by everybody; "
            f"put it into a file that only you may read and say credentials=FILE"
        )
    near = difflib.get_close_matches(name, [*known, *KERNEL_FLAGS], n=1)
    advice = f", did you mean {near[0]}?" if near else ""
    return ConfigError(f"unknown option {name!r}{advice}")
