"""WebDAV: the server's disk as it is, indexed or not; the only way to name, replace and rename.

What is changed here the library learns by the next index of that folder (`index.run`).
"""

import logging
import secrets
from typing import Literal
from urllib.parse import unquote

from g3fs.clients.photoprism.api import Api
from g3fs.clients.photoprism.bytes import WHOLE, Part, beyond_end, check_part, range_headers
from g3fs.clients.photoprism.davcalls import DIRECTORY, DavCalls, DavWish
from g3fs.clients.photoprism.folders import Root
from g3fs.clients.photoprism.login import Login
from g3fs.clients.photoprism.sessions import Sessions
from g3fs.clients.photoprism.sniff import Source
from g3fs.clients.photoprism.wire.dav import WireDavEntry, entries_from
from g3fs.gallery.errors import (
    AlreadyExists,
    BadReply,
    GalleryError,
    Invalid,
    NameTooLong,
    NotEmpty,
    NotFound,
    ServerError,
    TimedOut,
)
from g3fs.http.bytestream import PARTIAL, ByteStream
from g3fs.http.cancel import Cancel
from g3fs.http.filebody import FileBody
from g3fs.http.stream import StreamedReply

log = logging.getLogger(__name__)

_NAME_MAX = 255
"""Bytes; the server answers 404 to longer names."""
_UNSATISFIABLE = 416
_NOT_FOUND = 404


class Dav:
    """The originals, or the import area. Paths are relative, `/` between names, "" the root.

    Errors of all calls: as of DavCalls.ask.
    """

    def __init__(
        self, api: Api, sessions: Sessions, login: Login, root: Root = "originals"
    ) -> None:
        self._calls = DavCalls(api, sessions, login, root)
        self._base = unquote(f"{api.base}/{root}", errors="surrogateescape")

    def list(
        self, path: str = "", *, depth: Literal["1", "infinity"] = "1"
    ) -> tuple[WireDavEntry, ...]:
        """PROPFIND: what is in a directory, or everything below it (2 000 files: 50 ms, 1.1 MB).

        All that is there: hidden files, sidecars, what the index does not know.
        """
        wanted = path.strip("/")
        entries = self._find(path, depth, directory=True)
        return tuple(entry for entry in entries if entry.path != wanted)

    def stat(self, path: str) -> WireDavEntry:
        """PROPFIND: one file or directory."""
        entries = self._find(path, "0")
        if len(entries) != 1:
            raise BadReply(f"{len(entries)} answers came for {path}")
        return entries[0]

    def open(self, path: str, part: Part = WHOLE, *, cancel: Cancel | None = None) -> ByteStream:
        """GET: a file byte for byte, or a part of it.

        Raises:
            Stale: it has another size than expected.
            Invalid: it is a directory, or the part begins behind its end.
        """
        headers = range_headers(part)
        wish = DavWish(method="GET", path=path, headers=headers, cancel=cancel)
        reply = self._calls.open(wish)
        try:
            return self._verified(reply, wish, part)
        except BaseException:
            reply.close()
            raise

    def put(
        self,
        path: str,
        source: Source,
        *,
        overwrite: bool = False,
        modified_s: int | None = None,
        cancel: Cancel | None = None,
    ) -> WireDavEntry:
        """Store a file under its name, all of it or nothing: sent aside, compared, then moved.

        `modified_s` (in the past) becomes the file's time. The index sees that a file was replaced
        by its time alone, in seconds: give another one than the indexed file has, or let it rescan.

        Raises:
            AlreadyExists: the name is taken, and `overwrite` is not given.
            NotFound: no such directory.
            NameTooLong: more than 255 bytes.
        """
        check_names(path)
        if not overwrite and self._length(path) is not None:
            raise AlreadyExists(f"the name is taken on the server's disk ({path})")
        aside = _beside(path)
        try:
            size_bytes = self._send(aside, source, modified_s, cancel)
            self._move_into_place(aside, path, size_bytes, overwrite=overwrite)
        except BaseException:
            self._tidy(aside)
            raise
        return self.stat(path)

    def mkdir(self, path: str) -> None:
        """MKCOL: make one directory; its parent must exist (NotFound)."""
        check_names(path)
        self._calls.ask(DavWish(method="MKCOL", path=path, repeatable=False))

    def move(self, source: str, target: str, *, overwrite: bool = False) -> None:
        """MOVE: rename or move a file or directory.

        The index keeps uid, albums and labels if the target folder is indexed. Moving onto an
        indexed file gives its photo the new bytes, and the moved photo is gone.

        Raises:
            AlreadyExists: the target is there, and `overwrite` is not given.
        """
        self._transfer("MOVE", source, target, overwrite=overwrite)

    def copy(self, source: str, target: str, *, overwrite: bool = False) -> None:
        """COPY; the index skips a file whose content it has already."""
        self._transfer("COPY", source, target, overwrite=overwrite)

    def delete_file(self, path: str) -> None:
        """DELETE one file.

        Prefer `edits.delete`: what is put under this path later would inherit title, labels and
        albums of the photo.

        Raises:
            Invalid: it is a directory.
        """
        if self._length(path) is None:
            raise NotFound(f"there is no {path} on the server's disk")
        self._delete(path)

    def rmdir(self, path: str) -> None:
        """DELETE an empty directory. What appears between looking and deleting is lost.

        Raises:
            NotEmpty: there is anything in it, hidden files too.
            Invalid: it is a file, or the root.
        """
        if not path.strip("/"):
            raise Invalid("the root cannot be removed")
        entries = self._find(path, "1")
        if not any(entry.directory and entry.path == path.strip("/") for entry in entries):
            raise Invalid(f"{path} is no directory")
        if len(entries) > 1:
            raise NotEmpty(f"{path} has {len(entries) - 1} entries")
        self._delete(path)

    def delete_tree(self, path: str) -> None:
        """DELETE a directory with everything in it."""
        if not path.strip("/"):
            raise Invalid("the root cannot be removed")
        self._delete(path)

    def _verified(self, reply: StreamedReply, wish: DavWish, part: Part) -> ByteStream:
        if reply.status in (200, PARTIAL):
            return check_part(ByteStream(reply), reply.status, part, wish.path)
        if reply.status == _UNSATISFIABLE:
            raise beyond_end(reply.headers.get("Content-Range", ""), part, wish.path)
        if reply.status == DIRECTORY:
            raise _is_directory(wish.path)
        raise self._calls.read_error(reply, wish)

    def _find(self, path: str, depth: str, *, directory: bool = False) -> tuple[WireDavEntry, ...]:
        headers = {"Depth": depth}
        wish = DavWish(method="PROPFIND", path=path, headers=headers, directory=directory)
        return entries_from(self._calls.ask(wish).body, self._base)

    def _length(self, path: str) -> int | None:
        """The size of a file in bytes; None if there is nothing; Invalid for a directory."""
        wish = DavWish(method="HEAD", path=path)
        reply = self._calls.raw(wish)
        if reply.status == _NOT_FOUND:
            return None
        if reply.status == DIRECTORY:
            raise _is_directory(path)
        if reply.status != 200:
            raise self._calls.error_of(reply, reply.body, wish)
        return int(reply.headers.get("Content-Length", 0))

    def _send(
        self, path: str, source: Source, modified_s: int | None, cancel: Cancel | None
    ) -> int:
        """Send a file to a name of our own, and see that all of it is there; its size."""
        headers = {} if modified_s is None else {"X-OC-MTime": str(modified_s)}
        body = FileBody(source)
        self._calls.ask(DavWish(method="PUT", path=path, headers=headers, body=body, cancel=cancel))
        arrived = self._length(path)
        if arrived != len(body):
            raise BadReply(f"{arrived} of {len(body)} bytes arrived on the server's disk")
        return len(body)

    def _move_into_place(self, aside: str, path: str, size_bytes: int, *, overwrite: bool) -> None:
        try:
            self.move(aside, path, overwrite=overwrite)
        except (ServerError, TimedOut) as exc:
            # The answer was lost, not necessarily the work.
            if self._length(aside) is not None or self._length(path) != size_bytes:
                raise
            log.info("%s was moved into place although it ended with: %s", path, exc)

    def _transfer(self, method: str, source: str, target: str, *, overwrite: bool) -> None:
        check_names(target)
        headers = {
            "Destination": self._calls.url(target),
            "Overwrite": "T" if overwrite else "F",
        }
        self._calls.ask(DavWish(method=method, path=source, headers=headers, repeatable=False))

    def _delete(self, path: str) -> None:
        self._calls.ask(DavWish(method="DELETE", path=path, repeatable=False))

    def _tidy(self, aside: str) -> None:
        try:
            self._delete(aside)
        except NotFound:
            pass
        except GalleryError as exc:
            log.info("%s is left on the server's disk: %s", aside, exc)


def check_names(path: str) -> None:
    """See that the names of a path can be stored.

    Raises:
        NameTooLong: more than 255 bytes.
    """
    for name in path.strip("/").split("/"):
        if len(name.encode("utf-8", "surrogateescape")) > _NAME_MAX:
            raise NameTooLong(f"a name may have {_NAME_MAX} bytes: {name[:40]}...")


def _beside(path: str) -> str:
    """A name in the same directory that the index skips (it begins with a dot)."""
    folder, slash, _ = path.strip("/").rpartition("/")
    return f"{folder}{slash}.g3fs-{secrets.token_hex(8)}.tmp"


def _is_directory(path: str) -> Invalid:
    return Invalid(f"{path or 'the root'} is a directory")
