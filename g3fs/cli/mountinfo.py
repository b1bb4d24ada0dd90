"""What is mounted, as the kernel tells it; asks no file system, so it never waits for one."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

FSTYPE = "fuse.g3fs"


@dataclass(frozen=True, slots=True, kw_only=True)
class Mount:
    """One line of /proc/self/mountinfo, proc_pid_mountinfo(5)."""

    mountpoint: Path
    fstype: str
    source: str

    @property
    def ours(self) -> bool:
        """Whether a g3fs made it."""
        return self.fstype == FSTYPE


def mounts(file: Path = Path("/proc/self/mountinfo")) -> list[Mount]:
    """Every mount that this process sees, the oldest first."""
    lines = file.read_bytes().decode(errors="surrogateescape").splitlines()
    return [_mount(line) for line in lines if " - " in line]


def _mount(line: str) -> Mount:
    place, _, kind = line.partition(" - ")
    fstype, source = kind.split(" ")[:2]
    return Mount(mountpoint=Path(_plain(place.split(" ")[4])), fstype=fstype, source=_plain(source))


def _plain(text: str) -> str:
    """Without the octal escapes for blanks and backslashes, which are all ASCII."""
    return re.sub(r"\\([0-7]{3})", lambda match: chr(int(match[1], 8)), text)


def mounted_at(place: Path, table: Sequence[Mount]) -> Mount | None:
    """The mount that is on top at `place`, a path without symbolic links."""
    return next((mount for mount in reversed(table) if mount.mountpoint == place), None)


def resolve(path: Path, table: Sequence[Mount]) -> Path:
    """`path` as the mount table spells it, without asking a file system that is mounted there."""
    place = path.parent.resolve() / path.name if path.name not in {"", ".."} else path.resolve()
    return place if mounted_at(place, table) else path.resolve()
