"""Bytes: originals, thumbnails, covers, previews.

All addresses are made of ids here. Those in answers may lead to another host, and those of scenes
hold the key.
"""

from dataclasses import dataclass

from g3fs.clients.stash.api import Api
from g3fs.clients.stash.replies import OK, error_of, is_web_page, web_page
from g3fs.gallery.errors import BadReply, Invalid, NotFound, Stale
from g3fs.http.bytestream import PARTIAL, ByteStream
from g3fs.http.cancel import Cancel
from g3fs.http.messages import Request
from g3fs.http.stream import StreamedReply

_UNSATISFIABLE = 416
_ERROR_BODY = 128 * 1024
_SVG = "image/svg+xml"


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """Which bytes are wanted, and what is known of the whole."""

    offset: int = 0
    end: int | None = None
    """Before which the part ends; None: the end."""
    size_bytes: int | None = None
    """Of the whole, as a listing told; another one means that the file was changed since."""

    def __post_init__(self) -> None:
        if self.offset < 0 or (self.end is not None and self.end <= self.offset):
            raise Invalid("a part has at least one byte")


WHOLE = Part()


class Bytes:
    """Downloads; every call may be repeated and made from several threads."""

    def __init__(self, api: Api) -> None:
        self._api = api

    def image(self, number: int, part: Part = WHOLE, *, cancel: Cancel | None = None) -> ByteStream:
        """GET image/:id/image: the first file of an image, byte for byte; others are equal.

        Of a file in a zip the server unpacks all for any part: read it whole.

        Raises:
            Stale: the file has another size than the listing told: list again, or scan.
            BytesLost: the file is gone from the disk of the server, and still listed.
            NotFound: there is no such image.
            LoginRefused: the server wants a login, or another one.
        """
        return self._open(f"image/{number:d}/image", f"image {number}", part, cancel)

    def scene(self, number: int, part: Part = WHOLE, *, cancel: Cancel | None = None) -> ByteStream:
        """GET scene/:id/stream: the first file of a scene, as it is. Errors as of `image`."""
        return self._open(f"scene/{number:d}/stream", f"scene {number}", part, cancel)

    def thumbnail(self, number: int, *, cancel: Cancel | None = None) -> ByteStream:
        """GET image/:id/thumbnail: mostly a JPEG of at most 640 pixels; look at the media type.

        Of an animated WebP, a broken picture or a video it is the original.

        Raises:
            NotFound: the server has none (it sends a default picture then).
        """
        return self._picture(
            f"image/{number:d}/thumbnail", f"the thumbnail of image {number}", cancel
        )

    def preview(self, number: int, *, cancel: Cancel | None = None) -> ByteStream:
        """GET image/:id/preview: an animated image as WebM; NotFound when none was made."""
        return self._picture(f"image/{number:d}/preview", f"the preview of image {number}", cancel)

    def cover(self, gallery: int, *, cancel: Cancel | None = None) -> ByteStream:
        """GET gallery/:id/cover: the thumbnail of the cover; NotFound for an empty gallery."""
        return self._picture(
            f"gallery/{gallery:d}/cover", f"the cover of gallery {gallery}", cancel
        )

    def gallery_preview(
        self, gallery: int, index: int, *, cancel: Cancel | None = None
    ) -> ByteStream:
        """GET gallery/:id/preview/:n: the thumbnail of an image by its place, from 0, by path."""
        path = f"gallery/{gallery:d}/preview/{index:d}"
        return self._picture(path, f"the preview of image {index} of gallery {gallery}", cancel)

    def screenshot(self, scene: int, *, cancel: Cancel | None = None) -> ByteStream:
        """GET scene/:id/screenshot: a JPEG; NotFound when none was made."""
        return self._picture(
            f"scene/{scene:d}/screenshot", f"the screenshot of scene {scene}", cancel
        )

    def scene_preview(self, scene: int, *, cancel: Cancel | None = None) -> ByteStream:
        """GET scene/:id/preview: a short MP4; NotFound when none was made."""
        return self._picture(f"scene/{scene:d}/preview", f"the preview of scene {scene}", cancel)

    def tag_image(self, tag: int, *, cancel: Cancel | None = None) -> ByteStream:
        """GET tag/:id/image: its picture; NotFound for one without (a default picture is sent)."""
        return self._picture(f"tag/{tag:d}/image", f"the picture of tag {tag}", cancel)

    def performer_image(self, performer: int, *, cancel: Cancel | None = None) -> ByteStream:
        """GET performer/:id/image; NotFound where it is an SVG."""
        return self._picture(
            f"performer/{performer:d}/image", f"the picture of performer {performer}", cancel
        )

    def studio_image(self, studio: int, *, cancel: Cancel | None = None) -> ByteStream:
        """GET studio/:id/image; NotFound for one without (a default picture is sent)."""
        return self._picture(f"studio/{studio:d}/image", f"the picture of studio {studio}", cancel)

    def _picture(self, path: str, what: str, cancel: Cancel | None) -> ByteStream:
        stream = self._open(path, what, WHOLE, cancel)
        if stream.media_type == _SVG:
            stream.close()
            raise NotFound(f"{what} does not exist")
        return stream

    def _open(self, path: str, what: str, part: Part, cancel: Cancel | None) -> ByteStream:
        request = Request(
            method="GET",
            # Without `t`, which would make it the same for a year, whatever becomes of the file.
            target=f"{self._api.base}/{path}",
            headers=_range(part),
            repeatable=True,
            media=True,
        )
        reply = self._api.http.open(request, cancel)
        try:
            return _verified(reply, what, part)
        except BaseException:
            reply.close()
            raise


def _range(part: Part) -> dict[str, str]:
    if not part.offset and part.end is None:
        return {}
    return {"Range": f"bytes={part.offset}-{'' if part.end is None else part.end - 1}"}


def _verified(reply: StreamedReply, what: str, part: Part) -> ByteStream:
    if reply.status in (OK, PARTIAL):
        if is_web_page(reply.media_type):
            raise web_page()
        return _checked(ByteStream(reply), reply.status, what, part)
    if reply.status == _UNSATISFIABLE:
        raise _beyond_end(reply.headers.get("Content-Range", ""), what, part)
    raise error_of(reply.status, reply.read_all(_ERROR_BODY), what)


def _checked(stream: ByteStream, status: int, what: str, part: Part) -> ByteStream:
    size = stream.size_bytes
    if part.size_bytes is not None and size is not None and size != part.size_bytes:
        raise _changed(what, size, part)
    if status == PARTIAL and stream.offset != part.offset:
        raise BadReply(f"{what} came from byte {stream.offset}, not {part.offset}")
    return stream


def _beyond_end(content_range: str, what: str, part: Part) -> Stale | Invalid:
    size = content_range.rpartition("/")[2]
    if part.size_bytes is not None and size != str(part.size_bytes):
        return _changed(what, size, part)
    return Invalid(f"{what} has only {size} bytes")


def _changed(what: str, size: int | str, part: Part) -> Stale:
    return Stale(f"{what} has {size} bytes on the server, not {part.size_bytes}: it was changed")
