"""Bytes: originals, thumbnails, covers, movies, archives.

They are opened by a token in the address, not by the key. A refused token is renewed and the
question asked once more. Pictures that mean "no" (SVG, also with 200) are errors here.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Literal
from urllib.parse import quote

from g3fs.clients.photoprism.api import Api, Call, quoted, sha1, uid
from g3fs.clients.photoprism.replies import FORBIDDEN, NOT_FOUND, error_of, is_web_page, web_page
from g3fs.clients.photoprism.sessions import Sessions
from g3fs.clients.photoprism.wire import bodies
from g3fs.clients.photoprism.wire.lists import zip_name_from
from g3fs.gallery.errors import (
    AccessDenied,
    BadReply,
    BytesLost,
    GalleryError,
    Invalid,
    NotFound,
    Stale,
)
from g3fs.http.bytestream import PARTIAL, ByteStream
from g3fs.http.cancel import Cancel
from g3fs.http.messages import Request
from g3fs.http.stream import StreamedReply

# fmt: off
ThumbSize = Literal[
    "tile_50", "tile_100", "tile_224", "tile_500", "left_224", "right_224", "colors",
    "fit_720", "fit_1280", "fit_1600", "fit_1920", "fit_2048", "fit_2560", "fit_3840",
    "fit_4096", "fit_7680",
]
# fmt: on
"""`tile_*` are cut to a square, `fit_*` keep their shape; none is enlarged."""

_UNSATISFIABLE = 416
_ERROR_BODY = 128 * 1024
_SVG = "image/svg+xml"
_ZIP_S = 600.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """Which bytes are wanted, and what is known of the whole."""

    offset: int = 0
    end: int | None = None
    """Before which the part ends; None: the end."""
    size_bytes: int | None = None
    """Of the whole, as the index says; another one means that the file was replaced."""


WHOLE = Part()


class Bytes:
    """Downloads; every call may be repeated and made from several threads."""

    def __init__(self, api: Api, sessions: Sessions) -> None:
        self._api = api
        self._sessions = sessions

    def original(
        self, file_hash: str, part: Part = WHOLE, *, cancel: Cancel | None = None
    ) -> ByteStream:
        """GET dl/:hash: a file byte for byte, or a part of it, archived and private ones too.

        The hash is a name, not a check: after a replacement it gives the new bytes until the
        next index. Give the size that the index tells.

        Raises:
            Stale: the file has another size than the index says: list again.
            BytesLost: the file is not on the server's disk (which the server notes down).
            NotFound: no file has this hash, any more.
            AccessDenied: the token was refused, also a new one.
        """
        hash_path = f"dl/{sha1(file_hash)}"
        return self._open(
            _Wish(self._by_download(hash_path), "the file", vector=True), part, cancel
        )

    def primary(
        self, photo: str, part: Part = WHOLE, *, cancel: Cancel | None = None
    ) -> ByteStream:
        """GET photos/:uid/dl: the primary file, for movies and HEIC a JPEG that the server made."""
        path = f"photos/{uid(photo)}/dl"
        return self._open(_Wish(self._by_download(path), f"photo {photo}"), part, cancel)

    def thumb(self, file_hash: str, size: ThumbSize, *, cancel: Cancel | None = None) -> ByteStream:
        """GET t/:hash/:token/:size: a JPEG, by the hash of any file of the photo, turned upright.

        The first call may take half a second.

        Raises:
            NotFound: the server has no picture of it, or no such size.
        """
        path = f"t/{sha1(file_hash)}"
        return self._open(_Wish(self._by_preview(path, size), "the thumbnail"), WHOLE, cancel)

    def album_cover(
        self, album: str, size: ThumbSize, *, cancel: Cancel | None = None
    ) -> ByteStream:
        """GET albums/:uid/t/:token/:size; NotFound where there is none."""
        return self._cover(f"albums/{uid(album)}/t", size, cancel)

    def label_cover(
        self, label: str, size: ThumbSize, *, cancel: Cancel | None = None
    ) -> ByteStream:
        """GET labels/:uid/t/:token/:size; NotFound where there is none."""
        return self._cover(f"labels/{uid(label)}/t", size, cancel)

    def folder_cover(
        self, folder: str, size: ThumbSize, *, cancel: Cancel | None = None
    ) -> ByteStream:
        """GET folders/t/:uid/:token/:size; NotFound where there is none."""
        return self._cover(f"folders/t/{uid(folder)}", size, cancel)

    def video(
        self, file_hash: str, part: Part = WHOLE, *, kind: str = "avc", cancel: Cancel | None = None
    ) -> ByteStream:
        """GET videos/:hash/:token/:format: for players; other than H.264 is converted first.

        Raises:
            NotFound: no movie, or it cannot be converted.
        """
        path = f"videos/{sha1(file_hash)}"
        return self._open(_Wish(self._by_preview(path, quoted(kind)), "the movie"), part, cancel)

    def album_zip(self, album: str, *, cancel: Cancel | None = None) -> ByteStream:
        """GET albums/:uid/dl: all photos of an album of any type, packed; of unknown size."""
        wish = _Wish(self._by_download(f"albums/{uid(album)}/dl"), f"album {album}")
        return self._open(wish, WHOLE, cancel)

    def make_zip(
        self,
        *,
        photos: Iterable[str] = (),
        albums: Iterable[str] = (),
        files: Iterable[str] = (),
    ) -> str:
        """POST zip: pack a selection; the name to fetch it by.

        Raises:
            Invalid: nothing was selected.
        """
        body = bodies.zip_body(photos=photos, albums=albums, files=files)
        return zip_name_from(self._api.send("POST", "zip", body, Call(timeout_s=_ZIP_S)))

    def zip(self, name: str, part: Part = WHOLE, *, cancel: Cancel | None = None) -> ByteStream:
        """GET zip/:name: what make_zip packed."""
        return self._open(_Wish(self._by_download(f"zip/{quoted(name)}"), name), part, cancel)

    def _cover(self, path: str, size: ThumbSize, cancel: Cancel | None) -> ByteStream:
        return self._open(_Wish(self._by_preview(path, size), "the cover"), WHOLE, cancel)

    def _by_download(self, path: str) -> Callable[[], str]:
        return lambda: self._api.target(path, {"t": self._api.tokens.download})

    def _by_preview(self, path: str, last: str) -> Callable[[], str]:
        return lambda: self._api.target(f"{path}/{quote(self._api.tokens.preview, safe='')}/{last}")

    def _open(self, wish: "_Wish", part: Part, cancel: Cancel | None) -> ByteStream:
        tokens = self._api.tokens
        renewals = tokens.renewals
        reply = self._asked(wish, part, cancel)
        if reply.status == FORBIDDEN:
            reply.close()
            tokens.renew(renewals, self._sessions.refresh_tokens)
            reply = self._asked(wish, part, cancel)
        try:
            return _verified(reply, wish, part)
        except BaseException:
            reply.close()
            raise

    def _asked(self, wish: "_Wish", part: Part, cancel: Cancel | None) -> StreamedReply:
        request = Request(
            method="GET",
            target=wish.target(),
            headers=range_headers(part),
            repeatable=True,
            credentials=False,
            media=True,
        )
        return self._api.http.open(request, cancel)


@dataclass(frozen=True, slots=True)
class _Wish:
    target: Callable[[], str]
    """Made anew for each attempt: it has the token in it."""
    what: str
    vector: bool = False
    """SVG may be the thing itself."""


def range_headers(part: Part) -> dict[str, str]:
    """The header for a part; none for the whole."""
    if not part.offset and part.end is None:
        return {}
    return {"Range": f"bytes={part.offset}-{'' if part.end is None else part.end - 1}"}


def check_part(stream: ByteStream, status: int, part: Part, what: str) -> ByteStream:
    """The stream, if it is what was asked for.

    Raises:
        Stale: the whole has another size than expected.
        BadReply: another part came.
    """
    size = stream.size_bytes
    if part.size_bytes is not None and size is not None and size != part.size_bytes:
        raise Stale(f"{what} has {size} bytes on the server, not {part.size_bytes}: list again")
    if status == PARTIAL and stream.offset != part.offset:
        raise BadReply(f"{what} came from byte {stream.offset}, not {part.offset}")
    return stream


def beyond_end(content_range: str, part: Part, what: str) -> GalleryError:
    """What a 416 means: our mistake, or a file that became shorter."""
    size = content_range.rpartition("/")[2]
    if part.size_bytes is not None and size != str(part.size_bytes):
        return Stale(f"{what} has {size} bytes on the server, not {part.size_bytes}: list again")
    return Invalid(f"{what} has only {size} bytes")


def _verified(reply: StreamedReply, wish: _Wish, part: Part) -> ByteStream:
    icon = reply.media_type == _SVG
    if reply.status in (200, PARTIAL):
        if is_web_page(reply.media_type):
            raise web_page()
        if icon and not wish.vector:
            raise NotFound(f"the server has no picture for {wish.what}")
        return check_part(ByteStream(reply), reply.status, part, wish.what)
    if reply.status == _UNSATISFIABLE:
        raise beyond_end(reply.headers.get("Content-Range", ""), part, wish.what)
    if icon and reply.status == FORBIDDEN:
        raise AccessDenied(f"the server does not give {wish.what} away")
    if icon and reply.status == NOT_FOUND:
        raise BytesLost(f"the server has lost {wish.what}")
    raise error_of(reply.status, reply.read_all(_ERROR_BODY), wish.what)
