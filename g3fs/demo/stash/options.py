"""How a stand-in Stash is set up."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Literal

Status = Literal["OK", "SETUP", "NEEDS_MIGRATION"]
JobTrouble = Literal["fail", "hang"]
PICTURES, CLIPS, CLIP_IMAGES = "pictures", "clips", "clipimages"
"""Directories of the libraries below the data directory."""
SCHEMAS = {23: 52, 24: 54, 25: 55, 26: 58, 27: 68, 28: 72, 29: 72, 30: 75, 31: 84}
"""The number of the database's schema by release; reference: docs of the releases."""


@dataclass(kw_only=True)
class Options:
    """May be changed while the server runs: the next request sees it."""

    base_path: str = ""
    """Where it is mounted by a proxy: "" or "/stash"."""
    version: str = "v0.30.1-19-gcf3489efd"
    """`v0.27.2` makes it the older server, with its schema and habits."""
    username: str = "admin"
    """"" leaves the server open."""
    password: str | None = field(default=None, repr=False)
    """None: a random one."""
    api_key: str | None = field(default=None, repr=False)
    """None: a random one, "" none."""
    session_s: int = 3600
    zone_minutes: int = 0
    """East of Greenwich; times are written so."""
    external_host: str = ""
    """Replaces scheme and host in addresses that answers contain."""
    status: Status = "OK"
    folder_galleries: bool = True
    """`createGalleriesFromFolders`, off on a real server until it is switched on."""
    job_pause_s: float = 0.0
    """Each directory of a scan takes so much longer."""
    job_trouble: JobTrouble | None = None
    sockets: Literal["on", "refused", "silent"] = "on"
    clock: Callable[[], float] = time.time

    @property
    def release(self) -> int:
        """The 30 in v0.30.1."""
        return int(self.version.split(".")[1])

    @property
    def schema_number(self) -> int:
        """What `appSchema` says."""
        return SCHEMAS.get(self.release, 75)

    def now(self) -> int:
        """Unix seconds."""
        return int(self.clock())


@dataclass(slots=True, kw_only=True)
class Stash:
    """A library: a directory with everything below it."""

    path: str
    exclude_video: bool = False
    exclude_image: bool = False


@dataclass(slots=True, kw_only=True)
class Settings:
    """What the server itself remembers and a client can change."""

    stashes: list[Stash] = field(default_factory=list)
    username: str = ""
    password: str = ""
    api_key: str = ""
    folder_galleries: bool = True
    cover_regex: str = r"(poster|cover|folder|board)\.[^\.]+$"
    trash: str = ""
    locked: bool = False
    """Seen from the public internet without credentials; cured only by a restart."""
