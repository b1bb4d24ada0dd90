"""Originals by the image or scene that they are of, and thumbnails."""

from functools import partial

import trio

from g3fs.backends.calls import Calls
from g3fs.backends.stash.convert import THUMB, Converter
from g3fs.backends.stash.finding import Finder, Owner
from g3fs.backends.transfer import Nothing, Transfer, closing_on_failure, opened
from g3fs.clients.stash.bytes import Part
from g3fs.clients.stash.client import Client
from g3fs.gallery.backend import Extent
from g3fs.gallery.errors import BadReply, BytesLost, NotFound, Stale
from g3fs.gallery.items import ORIGINAL, Media, Rendition
from g3fs.http.bytestream import ByteStream
from g3fs.http.cancel import Cancel

_UNTYPED = ("", "application/octet-stream")
_SHOWABLE = ("image/", "video/")


class Originals:
    """Opens originals and thumbnails."""

    def __init__(
        self,
        client: Client,
        convert: Converter,
        finder: Finder,
        ask: Calls,
        bulk: trio.CapacityLimiter,
    ) -> None:
        self._client = client
        self._convert = convert
        self._finder = finder
        self._ask = ask
        self._bulk = bulk

    async def open(self, media: Media, rendition: Rendition, extent: Extent) -> Transfer:
        """A transfer that the caller closes; errors as of the port's `open`."""
        owner = self._finder.known(media.id)
        if owner is None:
            owner = await self._ask(partial(self._finder.owner, media.id))
        if rendition == ORIGINAL:
            return await self._original(media, owner, extent)
        if rendition not in media.renditions:
            raise NotFound(f"{media.title!r} has no {rendition}")
        return await self._thumbnail(media, owner)

    async def _original(self, media: Media, owner: Owner, extent: Extent) -> Transfer:
        size_bytes = media.size_bytes
        if size_bytes is not None and extent.offset >= size_bytes:
            return Transfer(
                Nothing(extent.offset, media.media_type), self._bulk, end=0, size_bytes=size_bytes
            )
        part = _part(media, extent)
        try:
            source = await opened(self._bulk, lambda cancel: self._sent(owner, part, cancel))
        except BytesLost:
            raise
        except (Stale, NotFound) as exc:
            raise await self._why(media, exc) from exc
        with closing_on_failure(source):
            _check_type(source, media)
        known = size_bytes if size_bytes is not None else source.size_bytes
        end = part.end if part.end is not None else known
        return Transfer(source, self._bulk, end=end, size_bytes=known)

    def _sent(self, owner: Owner, part: Part, cancel: Cancel) -> ByteStream:
        send = self._client.bytes.scene if owner.scene else self._client.bytes.image
        return send(owner.number, part, cancel=cancel)

    async def _why(self, media: Media, failure: Stale | NotFound) -> Stale | NotFound | BadReply:
        """What it means that the server sends another file than it lists, or none."""
        now = await self._ask(partial(self._finder.media, media.id))
        if (now.version, now.size_bytes) != (media.version, media.size_bytes):
            return Stale(f"{media.title!r} was replaced on the server")
        if isinstance(failure, NotFound):
            return failure
        return BadReply(f"{failure}, and Stash has not scanned it since (`g3fs scan` asks it to)")

    async def _thumbnail(self, media: Media, owner: Owner) -> Transfer:
        def get(cancel: Cancel) -> ByteStream:
            if owner.scene:
                return self._client.bytes.screenshot(owner.number, cancel=cancel)
            return self._client.bytes.thumbnail(owner.number, cancel=cancel)

        try:
            source = await opened(self._bulk, get)
        except NotFound as exc:
            raise BytesLost(f"the server has no {THUMB} of {media.title!r}") from exc
        with closing_on_failure(source):
            self._check_thumbnail(source.media_type, media)
        return Transfer(source, self._bulk, end=source.size_bytes, size_bytes=source.size_bytes)

    def _check_thumbnail(self, told: str, media: Media) -> None:
        """See that the name under which it is shown fits what comes."""
        if told in _UNTYPED or told == media.renditions[THUMB].media_type:
            return
        if not told.startswith(_SHOWABLE):
            raise BadReply(f"the server sent {told} as the {THUMB} of {media.title!r}")
        self._convert.learn_thumb(media.id, told)
        raise Stale(f"the {THUMB} of {media.title!r} is {told}: its name will be another one")


def _part(media: Media, extent: Extent) -> Part:
    if not media.seekable:
        return Part(size_bytes=media.size_bytes)
    end = None if extent.length is None else extent.offset + extent.length
    if end is not None and media.size_bytes is not None and end >= media.size_bytes:
        end = None
    return Part(offset=extent.offset, end=end, size_bytes=media.size_bytes)


def _check_type(source: ByteStream, media: Media) -> None:
    """Raise BadReply when the bytes cannot be those of the file: a text, an icon."""
    told, expected = source.media_type, media.media_type
    if told in _UNTYPED or told == expected:
        return
    if told.partition("/")[0] != expected.partition("/")[0]:
        raise BadReply(f"the server sent {told} instead of {expected}")
