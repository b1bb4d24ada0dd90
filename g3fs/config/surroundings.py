"""What of the machine and of the calling process matters, as an argument."""

import os
from collections.abc import Mapping, MutableMapping
from dataclasses import dataclass, field
from pathlib import Path

import platformdirs

from g3fs.config.secret import Secret
from g3fs.tasks import failpoints

_APP = "g3fs"
_SECRET_PREFIX = "G3FS_"  # noqa: S105 - the beginning of a variable's name


@dataclass(frozen=True, slots=True, kw_only=True)
class Surroundings:
    """Where files belong, and what the environment said."""

    variables: Mapping[str, Secret] = field(default_factory=dict)
    """`USERNAME`, `PASSWORD`, `API_KEY`: the G3FS_ variables without their prefix."""
    environ: Mapping[str, str] = field(default_factory=dict)
    """The rest of the environment: proxies and certificates."""
    uid: int
    gid: int
    config_files: tuple[Path, ...]
    """Where profiles are looked for; the first file that exists is the one."""
    cache_home: Path
    state_home: Path
    data_home: Path

    @property
    def logins(self) -> Path:
        """The file that `g3fs login` fills."""
        return self.state_home / "logins.json"


def surroundings(environ: MutableMapping[str, str]) -> Surroundings:
    """Those of this process, by the XDG rules; takes the G3FS_ variables out of `environ`."""
    return Surroundings(
        variables=take_variables(environ),
        environ=dict(environ),
        uid=os.getuid(),
        gid=os.getgid(),
        config_files=(
            platformdirs.user_config_path(_APP) / "config.toml",
            Path("/etc/g3fs/config.toml"),
        ),
        cache_home=platformdirs.user_cache_path(_APP),
        state_home=platformdirs.user_state_path(_APP),
        data_home=platformdirs.user_data_path(_APP),
    )


def take_variables(environ: MutableMapping[str, str]) -> dict[str, Secret]:
    """Take the G3FS_ variables out of the environment, so that no child process inherits them.

    The failpoint stays: it is no secret, and is read where it is used.
    With os.environ, /proc/PID/environ forgets them too: a mount lives long, and copies of that
    file travel in bug reports.
    """
    names = [name for name in environ if name.startswith(_SECRET_PREFIX)]
    names = [name for name in names if name != failpoints.VARIABLE]
    taken = {name.removeprefix(_SECRET_PREFIX): Secret(environ.pop(name)) for name in names}
    if names and environ is os.environ:
        _blank_initial_environment(names)
    return taken


def _blank_initial_environment(names: list[str]) -> None:
    """Overwrite the values in the memory that /proc/self/environ shows.

    unsetenv(3) only forgets the address of a string. The place of the block is field 50
    (env_start) of /proc/self/stat, proc_pid_stat(5). Best effort: a hardened kernel may refuse.
    """
    try:
        stat_fields = Path("/proc/self/stat").read_text(encoding="utf-8", errors="replace")
        start = int(stat_fields.rpartition(")")[2].split()[47])
        block = Path("/proc/self/environ").read_bytes()
        with Path("/proc/self/mem").open("r+b", buffering=0) as memory:
            offset = 0
            for entry in block.split(b"\0"):
                name, equals, value = entry.partition(b"=")
                if equals and os.fsdecode(name) in names:
                    memory.seek(start + offset + len(name) + 1)
                    memory.write(b"*" * len(value))
                offset += len(entry) + 1
    except (OSError, ValueError, IndexError):
        return
