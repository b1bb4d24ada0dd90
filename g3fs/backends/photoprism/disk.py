"""What directories there are, and what lies in them: by WebDAV, or as the index lists it."""

import logging
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from g3fs.clients.photoprism.client import Client
from g3fs.clients.photoprism.wire.dav import WireDavEntry
from g3fs.clients.photoprism.wire.lists import WireFolder
from g3fs.gallery.errors import AccessDenied, BadName, LoginRefused, NotFound, NotSupported

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Found:
    """What is in one directory, or in all below it."""

    directories: Mapping[str, float | None]
    """Their times, by path."""
    files: tuple[WireDavEntry, ...] | None
    """None: nobody told; then the index has to be believed."""


class Disk:
    """The server's disk; for several threads. Errors are those of the client."""

    def __init__(self, client: Client, *, webdav: bool) -> None:
        """`webdav`: whether it can be expected to work; if it then does not, it is given up."""
        self._client = client
        self._webdav = webdav
        self._worked = False

    def children(self, path: str) -> Found:
        """What is directly in a directory."""
        told = self._told(path, "1")
        return told or Found(_times(self._folders(path, recursive=False)), None)

    def below(self, path: str) -> Found:
        """Everything below a directory."""
        told = self._told(path, "infinity")
        return told or Found(_times(self._folders(path, recursive=True)), None)

    def stat(self, path: str) -> float | None:
        """When a directory was changed; NotFound if there is none."""
        if self._webdav:
            entry = self._client.dav.stat(path)
            if not entry.directory:
                raise NotFound(f"{path} is no directory")
            return entry.modified_s
        above = parent_of(path)
        times = {} if above is None else self.children(above).directories
        if above is not None and path not in times:
            raise NotFound(f"there is no folder {path!r}")
        return times.get(path)

    def _folders(self, path: str, *, recursive: bool) -> list[WireFolder]:
        try:
            listing = self._client.folders.list(path, files=False, recursive=recursive)
        except NotFound:
            if path:
                raise
            return []  # nothing was ever indexed
        except BadName:
            # The server cannot be asked for this path; but it tells of it among all others.
            listing = self._client.folders.list("", files=False, recursive=True)
            if not any(each.path == path for each in listing.folders):
                raise NotFound(f"there is no folder {path!r}") from None
        inside = f"{path}/" if path else ""
        return [
            each
            for each in listing.folders
            if each.path.startswith(inside)
            and each.path != path
            and (recursive or "/" not in each.path.removeprefix(inside))
        ]

    def _told(self, path: str, depth: Literal["1", "infinity"]) -> Found | None:
        """What WebDAV tells; None where there is none."""
        if not self._webdav:
            return None
        try:
            found = _found(self._client.dav.list(path, depth=depth))
        except LoginRefused:
            raise
        except (NotSupported, AccessDenied) as exc:
            if self._worked:
                raise  # a failure of now, not what this server is like
            self._webdav = False
            log.warning("folders/ shows what PhotoPrism has indexed, not its disk: %s", exc)
            return None
        self._worked = True
        return found


def parent_of(path: str) -> str | None:
    """The directory above; None for the uppermost."""
    return path.rpartition("/")[0] if path else None


def _found(entries: tuple[WireDavEntry, ...]) -> Found:
    return Found(
        {entry.path: entry.modified_s for entry in entries if entry.directory},
        tuple(entry for entry in entries if not entry.directory),
    )


def _times(folders: list[WireFolder]) -> dict[str, float | None]:
    return {each.path: each.modified_s for each in folders}
