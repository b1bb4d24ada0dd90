"""Scans of the server's disk: jobs of the server, which take from a blink to hours."""

from functools import partial

from g3fs.backends.calls import Calls
from g3fs.backends.stash.ids import Kind, Place, place_of, unknown
from g3fs.clients.stash.client import Client
from g3fs.gallery.backend import Scan
from g3fs.gallery.errors import Invalid, NotFound
from g3fs.gallery.ids import ItemId

_EVERYWHERE = (Kind.ROOT, Kind.FOLDERS, Kind.GALLERIES)
_FAILURES = {"FAILED": "the scan failed", "CANCELLED": "the scan was stopped"}


class Scanner:
    """Starts scans, and looks at them."""

    def __init__(self, client: Client, ask: Calls) -> None:
        self._client = client
        self._ask = ask

    async def scan(self, album: ItemId) -> Scan:
        """Start one; errors as of the port."""
        place = place_of(album)
        if place is None:
            raise unknown(album)
        return await self._ask(partial(self._started, place))

    async def scanned(self, scan: str) -> Scan:
        """How far one is."""
        if not (scan.isascii() and scan.isdigit()):
            raise Invalid(f"{scan!r} is no scan")
        return await self._ask(partial(self._state, scan))

    def _started(self, place: Place) -> Scan:
        paths = None if place.kind in _EVERYWHERE else [self._path(place)]
        return self._state(str(self._client.library.scan(paths)))

    def _path(self, place: Place) -> str:
        """Where a directory is on the disk of the server."""
        if place.kind is Kind.FOLDER:
            return self._client.folders.get(place.number).path
        if place.kind is Kind.GALLERY:
            gallery = self._client.galleries.get(place.number)
            if gallery.folder_path:
                return gallery.folder_path
            if gallery.files:
                return gallery.files[0].path
        raise Invalid("it has no place on the server's disk: scan the folder that its files are in")

    def _state(self, number: str) -> Scan:
        try:
            job = self._client.jobs.get(int(number))
        except NotFound as exc:
            return Scan(id=number, over=True, progress=None, text="", error=str(exc))
        error = job.error or _FAILURES.get(job.state, "")
        text = job.sub_tasks[0] if job.sub_tasks else job.description
        return Scan(id=number, over=job.over, progress=job.progress, text=text, error=error)
