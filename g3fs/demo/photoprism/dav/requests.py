"""One WebDAV request, and plain answers."""

from dataclasses import dataclass
from http import HTTPStatus

from werkzeug.wrappers import Request

from g3fs.demo.photoprism.disk import Disk, Stat
from g3fs.demo.photoprism.replies import TEXT, Answer, plain
from g3fs.demo.photoprism.state import State


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where something lies; the top is ""."""

    disk: Disk
    root: str
    path: str

    @property
    def folder(self) -> str:
        return self.path.rpartition("/")[0]

    @property
    def parent_exists(self) -> bool:
        found = self.disk.stat(self.folder)
        return found is not None and found.is_dir

    @property
    def stat(self) -> Stat | None:
        return self.disk.stat(self.path)


@dataclass(frozen=True, slots=True)
class DavRequest:
    """`destination` is None where the header is missing or leads elsewhere."""

    state: State
    request: Request
    place: Place
    destination: Place | None

    @property
    def stat(self) -> Stat | None:
        return self.place.stat

    def written(self) -> None:
        """Something changed on the disk; an index is due some time later."""
        if self.place.root == "originals":
            self.state.written_at = self.state.clock()


def plain_status(status: int, **headers: str) -> Answer:
    """The name of the status as text; 204 has none."""
    if status == 204:
        answer = plain(204, b"", "")
        del answer.headers["Content-Length"]
        return answer
    return plain(status, HTTPStatus(status).phrase.encode(), TEXT, headers)


def etag(stat: Stat) -> str:
    """Time and size, as Go's WebDAV makes it."""
    return f'"{stat.mtime_ns:x}{stat.size:x}"'
