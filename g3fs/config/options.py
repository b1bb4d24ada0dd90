"""What one server, and one mount of it, is to be: frozen, and complete when it is made."""

from dataclasses import dataclass
from pathlib import Path

from g3fs.config.secret import Secret
from g3fs.http.options import HttpOptions


@dataclass(frozen=True, slots=True, kw_only=True)
class Credentials:
    """Who we are to the server; a guest when all three are None."""

    username: str | None = None
    password: Secret | None = None
    api_key: Secret | None = None

    @property
    def guest(self) -> bool:
        """Whether there is nothing to log in with."""
        return self.password is None and self.api_key is None


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceOptions:
    """One server, seen by one user."""

    url: str
    """Normal form of the base address, ASCII, no credentials, no slash at the end."""
    kind: str | None
    """`gallery3`, `photoprism` or `stash` when the user said so; None: ask the server."""
    shown_as: str
    """What /proc/self/mountinfo shows as the source: the address as it was typed, ASCII."""
    credentials: Credentials
    http: HttpOptions
    """How the server is reached; its redactor knows every secret of this source."""
    timeout_s: float
    """Deadline of each call, and of progress while bytes are read."""
    lock_file: Path
    """By which all mounts of this server exclude each other's changes, whoever the user is; its
    directory need not exist."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LogOptions:
    """Where the log goes, and how much of it."""

    debug: bool
    file: Path
    """Used in the background when there is no syslog, or when `chosen`; never on the mount."""
    chosen: bool
    """The user named the file: it is used whatever else there is."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MountOptions:
    """One mount."""

    source: SourceOptions
    mountpoint: Path
    """Absolute."""
    subdir: str
    """Directory of the gallery that becomes the root, no slashes at its ends; "": all of it."""
    ro: bool
    """The user asked for a read-only mount."""
    allow_other: bool
    uid: int
    gid: int
    fmask: int
    """Permission bits that files do not get."""
    dmask: int
    """Permission bits that directories do not get."""
    kernel_flags: tuple[str, ...]
    """Words for the kernel as mount(8) spells them: noexec, noatime, sync, dirsync."""
    cache_dir: Path
    """Of this server and user; may be deleted at any time."""
    state_dir: Path
    """Of this server and user; must be kept."""
    queue_parent: Path
    """Of this server and user; holds a directory for each mount, with what is not sent yet."""
    cache_size_bytes: int
    ttl_s: float
    """How long a listing is believed."""
    delete: str
    """What unlink(2) does: allow, deny (which refuses to replace data too) or trash."""
    upload: str
    """When close(2) is answered: close (the server has the file) or background (the journal)."""
    mtime: str
    """Which of the server's times becomes st_mtime: captured, updated or created."""
    views: str
    """The control directory: hidden, shown or off."""
    log: LogOptions
    foreground: bool
    nonempty: bool
    """Mount although the mountpoint has files, which then cannot be seen."""
