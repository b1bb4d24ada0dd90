"""Originals by their hash, files that only the disk knows by their path, and thumbnails."""

from functools import partial
from typing import cast

import trio

from g3fs.backends.calls import Calls
from g3fs.backends.photoprism.finding import Finder
from g3fs.backends.photoprism.ids import is_file, path_on_disk, unknown
from g3fs.backends.transfer import Nothing, Transfer, closing_on_failure, opened
from g3fs.clients.photoprism.bytes import Part, ThumbSize
from g3fs.clients.photoprism.client import Client
from g3fs.gallery.backend import Extent
from g3fs.gallery.errors import BadReply, BytesLost, NotFound, Stale
from g3fs.gallery.items import ORIGINAL, Media, Readable, Rendition
from g3fs.http.bytestream import ByteStream
from g3fs.http.cancel import Cancel

_UNTYPED = ("", "application/octet-stream")
_PAGES = ("text/html", "application/xhtml+xml")
_ICON = "image/svg+xml"


class Originals:
    """Opens originals and thumbnails."""

    def __init__(
        self, client: Client, finder: Finder, ask: Calls, bulk: trio.CapacityLimiter
    ) -> None:
        self._client = client
        self._finder = finder
        self._ask = ask
        self._bulk = bulk

    async def open(self, media: Media, rendition: Rendition, extent: Extent) -> Transfer:
        """A transfer that the caller closes; errors as of the port's `open`."""
        if media.readable is Readable.LOST:
            # Asking again for a thumbnail would make the server drop the photo from its index.
            raise BytesLost(f"the server has lost the file of {media.title!r}")
        if rendition != ORIGINAL:
            return await self._thumbnail(media, rendition)
        size_bytes = media.size_bytes
        end = size_bytes
        if extent.length is not None:
            wanted = extent.offset + extent.length
            end = wanted if size_bytes is None else min(wanted, size_bytes)
        if size_bytes is not None and extent.offset >= size_bytes:
            nothing = Nothing(extent.offset, media.media_type)
            return Transfer(nothing, self._bulk, end=None, size_bytes=None)
        last = end if end != size_bytes else None
        part = Part(offset=extent.offset, end=last, size_bytes=size_bytes)
        source = await self._original(media, part)
        with closing_on_failure(source):
            _check_type(source, media)
        known = size_bytes if size_bytes is not None else source.size_bytes
        if known is not None and end is not None:
            end = min(end, known)
        return Transfer(source, self._bulk, end=end if end is not None else known, size_bytes=known)

    async def _original(self, media: Media, part: Part) -> ByteStream:
        path = path_on_disk(media.id)
        if path is not None:
            return await opened(
                self._bulk, lambda cancel: self._client.dav.open(path, part, cancel=cancel)
            )
        if not is_file(media.id):
            raise unknown(media.id)
        if not media.version:
            raise BytesLost(f"the server does not tell the hash of {media.title!r}")
        original = partial(self._client.bytes.original, media.version, part)
        try:
            return await opened(self._bulk, lambda cancel: original(cancel=cancel))
        except BytesLost:
            raise
        except NotFound as exc:
            now = await self._finder.media(media.id)
            if now.version != media.version:
                raise Stale(f"{media.title!r} was replaced on the server") from None
            raise BytesLost(f"the server has lost the file of {media.title!r}") from exc

    async def _thumbnail(self, media: Media, rendition: Rendition) -> Transfer:
        if rendition not in media.renditions:
            raise NotFound(f"{media.id} has no {rendition}")
        size = cast("ThumbSize", str(rendition))

        def get(cancel: Cancel) -> ByteStream:
            return self._client.bytes.thumb(media.version, size, cancel=cancel)

        try:
            source = await opened(self._bulk, get)
        except NotFound as exc:
            raise BytesLost(f"the server can make no {rendition} of {media.title!r}") from exc
        with closing_on_failure(source):
            if not source.media_type.startswith("image/"):
                raise BadReply(f"the server sent {source.media_type} as a picture")
        return Transfer(source, self._bulk, end=source.size_bytes, size_bytes=source.size_bytes)


def _check_type(source: ByteStream, media: Media) -> None:
    """Raise BadReply when the bytes cannot be those of the file: a page, an icon."""
    told, expected = source.media_type, media.media_type
    if told in _UNTYPED or told == expected:
        return
    on_disk = path_on_disk(media.id) is not None
    odd = told == _ICON or told in _PAGES
    if odd or (not on_disk and told.partition("/")[0] != expected.partition("/")[0]):
        raise BadReply(f"the server sent {told} instead of {expected}")
