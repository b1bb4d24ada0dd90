"""What is mounted, as the kernel tells it; asks no file system, so it never waits for one."""

import os
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
    device: int
    """st_dev of everything on it."""

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
    words = place.split(" ")
    major, _, minor = words[2].partition(":")
    return Mount(
        mountpoint=Path(_plain(words[4])),
        fstype=fstype,
        source=_plain(source),
        device=os.makedev(int(major), int(minor)),
    )


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


def our_mounts() -> list[Path]:
    """Where a g3fs is mounted."""
    return [mount.mountpoint for mount in mounts() if mount.ours]


def our_mountpoint(path: Path) -> Path | None:
    """`path` as the mount table spells it, if a g3fs is mounted exactly there."""
    table = mounts()
    place = resolve(path.absolute(), table)
    there = mounted_at(place, table)
    return place if there is not None and there.ours else None


def on_our_mount(device: int) -> bool:
    """Whether a file with this st_dev is on a g3fs."""
    return any(mount.ours and mount.device == device for mount in mounts())
