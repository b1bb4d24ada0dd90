"""People and faces, months, and the server's log: the small lists."""

from g3fs.clients.photoprism.albums import ALL
from g3fs.clients.photoprism.api import Api
from g3fs.clients.photoprism.wire.lists import (
    WireFace,
    WireLogLine,
    WireMonth,
    WireSubject,
    faces_from,
    log_from,
    months_from,
    subjects_from,
)
from g3fs.clients.photoprism.wire.queries import page_params


class Subjects:
    """Small lists; `photos.search(subject=uid)` finds the photos of a person."""

    def __init__(self, api: Api) -> None:
        self._api = api

    def search(
        self, *, q: str | None = None, count: int = ALL, offset: int = 0
    ) -> tuple[WireSubject, ...]:
        """GET subjects: people; empty where faces are not recognised."""
        params = page_params(count, offset, None)
        if q is not None:
            params["q"] = q
        return subjects_from(self._api.get("subjects", params))

    def faces(self, *, count: int = ALL, offset: int = 0) -> tuple[WireFace, ...]:
        """GET faces: groups of like faces, named or not."""
        return faces_from(self._api.get("faces", page_params(count, offset, None)))

    def months(self) -> tuple[WireMonth, ...]:
        """GET moments/time: how many photos each month has, newest first."""
        return months_from(self._api.get("moments/time"))

    def server_log(self, *, count: int = 100, offset: int = 0) -> tuple[WireLogLine, ...]:
        """GET errors: what went wrong on the server, newest first."""
        return log_from(self._api.get("errors", page_params(count, offset, None)))
