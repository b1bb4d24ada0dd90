"""What a backend needs to know to reach one server; frozen, and complete when it is made."""

import time
from dataclasses import dataclass, field
from pathlib import Path

from g3fs.gallery.clock import Clock
from g3fs.http.options import HttpOptions
from g3fs.tasks.threads import Threads


@dataclass(frozen=True, slots=True, kw_only=True)
class ServerOptions:
    """One server, seen by one user; a guest when there is neither password nor key."""

    url: str
    """As one sees it in the browser, without credentials."""
    kind: str | None = None
    """`gallery3`, `photoprism` or `stash`; None: ask the server."""
    username: str | None = None
    password: str | None = field(default=None, repr=False)
    api_key: str | None = field(default=None, repr=False)
    http: HttpOptions = field(default_factory=HttpOptions)
    """Timeouts, certificates, proxy, extra headers."""
    threads: Threads = field(default_factory=Threads)
    clock: Clock = time.monotonic
    lock_file: Path | None = None
    """By which the programs of this machine that change the server exclude each other, where it
    needs that; None: only the tasks of this program do."""


@dataclass(frozen=True, slots=True, kw_only=True)
class IssuedKey:
    """What a login gave."""

    user: str
    key: str = field(repr=False)
    server: str
    """What answers there, for people."""
    remark: str = ""
    """What the user should know of the key; "" for nothing."""
