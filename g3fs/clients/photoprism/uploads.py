"""Uploads: files are sent, then imported; the server renames them and says nothing of failures.

For names of one's own, and for replacing, there is `dav`.
"""

import logging
import mimetypes
import secrets
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from g3fs.clients.photoprism.api import Api, Call, uid
from g3fs.clients.photoprism.photos import Photos
from g3fs.clients.photoprism.sniff import Source, check_extension, digest
from g3fs.clients.photoprism.wire import bodies
from g3fs.clients.photoprism.wire.files import WireFile
from g3fs.gallery.errors import BadReply, Invalid, NotFound, ServerError, TimedOut
from g3fs.http.cancel import Cancel
from g3fs.http.multipart import FilePart, Multipart

log = logging.getLogger(__name__)

Progress = Callable[[int], None]

_FIELD = "files"
"""Another name is answered with 200 and stores nothing."""
_WORK_S = 600.0
"""Pictures take 0.25 to 0.6 s each; those of cameras, and movies, much longer."""
_UNKNOWN_TYPE = "application/octet-stream"


@dataclass(frozen=True, slots=True, kw_only=True)
class Uploaded:
    """What became of a file."""

    file: WireFile
    """Under its new name: the time it was taken and a checksum."""
    known: bool
    """The server had this content already: nothing was stored, and the photo joined the albums.
    If it is archived it stays so, and is listed nowhere."""


class Uploads:
    """Sends files; may be called from several threads, also while an index runs."""

    def __init__(self, api: Api, photos: Photos, user_uid: Callable[[], str]) -> None:
        self._api = api
        self._photos = photos
        self._user_uid = user_uid

    def add(
        self,
        source: Source,
        name: str,
        *,
        albums: Iterable[str] = (),
        progress: Progress | None = None,
        cancel: Cancel | None = None,
    ) -> Uploaded:
        """Send one file, have it imported, and find it by its SHA-1.

        Args:
            source: the file.
            name: what it is called; without its extension it becomes the original name.
            albums: uids, or titles of albums that are made; unknown uids are ignored.
            progress: called with the bytes sent so far.
            cancel: gives up waiting; what was sent may be imported all the same.

        Raises:
            BadName: the extension does not fit the data; nothing was sent.
            Invalid: the server dropped the file: no photo, broken, or larger than it takes.
            ReadOnly, AccessDenied: the site, its settings or the role forbid it.
            NoSpace, TooLarge: as they say.
        """
        check_extension(name, source)
        file_hash, size_bytes = digest(source)
        known = self.find(file_hash) is not None
        token = new_token()
        self.send(token, source, name, progress=progress, cancel=cancel)
        try:
            self.process(token, albums, cancel=cancel)
        except (ServerError, TimedOut) as exc:
            # The answer was lost, not necessarily the work.
            file = self.find(file_hash)
            if file is None:
                raise
            log.info("%s arrived although its import ended with: %s", name, exc)
        file = self.find(file_hash)
        if file is None:
            raise Invalid(f"the server dropped {name!r}: no photo, broken, or too large for it")
        if file.size_bytes != size_bytes:
            raise BadReply(f"{name!r} has {file.size_bytes} bytes on the server, not {size_bytes}")
        return Uploaded(file=file, known=known)

    def send(
        self,
        token: str,
        source: Source,
        name: str,
        *,
        progress: Progress | None = None,
        cancel: Cancel | None = None,
    ) -> None:
        """POST users/:uid/upload/:token: step one; the server keeps the file aside.

        `token` is any word of one's own, new for each batch; several files may follow each other
        under one.
        """
        kind = mimetypes.guess_type(name)[0] or _UNKNOWN_TYPE
        part = FilePart(field=_FIELD, filename=name, media_type=kind, source=source)
        body = Multipart({}, part, progress=progress)
        call = Call(changes_files=True, cancel=cancel)
        self._api.send_data("POST", self._path(token), body, body.content_type, call)

    def process(
        self,
        token: str,
        albums: Iterable[str] = (),
        *,
        timeout_s: float = _WORK_S,
        cancel: Cancel | None = None,
    ) -> None:
        """PUT users/:uid/upload/:token: step two; returns when the import is done.

        It ends well whatever happened to the files: look for their SHA-1.
        """
        body = bodies.albums_body(albums)
        call = Call(changes_files=True, timeout_s=timeout_s, cancel=cancel)
        self._api.send("PUT", self._path(token), body, call)

    def find(self, file_hash: str) -> WireFile | None:
        """The file with this SHA-1; None if the server has none."""
        try:
            return self._photos.file(file_hash)
        except NotFound:
            return None

    def _path(self, token: str) -> str:
        return f"users/{uid(self._user_uid())}/upload/{uid(token)}"


def new_token() -> str:
    """A word for one batch."""
    return secrets.token_hex(6)
