"""Folders as the index knows them: the resource `folders`. What is on the disk tells `dav`."""

from typing import Literal

from g3fs.clients.photoprism.albums import ALL
from g3fs.clients.photoprism.api import Api, quoted
from g3fs.clients.photoprism.wire.lists import WireFolderListing, folders_from
from g3fs.gallery.errors import BadName, NotFound

Root = Literal["originals", "import"]

_IMPOSSIBLE = frozenset('|*"\\')
"""The server finds nothing where one of these is in the path, and says 200."""


class Folders:
    """Listings of folders; they may be repeated."""

    def __init__(self, api: Api) -> None:
        self._api = api

    def list(
        self,
        path: str = "",
        *,
        files: bool = True,
        recursive: bool = False,
        root: Root = "originals",
    ) -> WireFolderListing:
        """GET folders/<root>/<path>: the folders directly below, or all with `recursive`.

        With `files` also the files, with their own times and sizes, sidecars included, archived
        photos left out (2 000: 180 ms). Always fresh.

        Raises:
            NotFound: no such folder.
            BadName: a path with `|`, `*`, `"` or a backslash, which cannot be asked for; use `dav`,
                or `photos.search(scope=...)` with the album of the folder.
        """
        if _IMPOSSIBLE & set(path):
            raise BadName(f"the server finds no folder by the path {path!r}")
        params = {"files": "true", "count": str(ALL)} if files else {"uncached": "true"}
        if recursive:
            params["recursive"] = "true"
        below = quoted(path)
        target = f"folders/{root}/{below}" if below else f"folders/{root}"
        listing = folders_from(self._api.get(target, params))
        if not listing.known and not listing.files:
            raise NotFound(f"there is no folder {path!r}")
        return listing
