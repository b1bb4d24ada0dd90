"""Which way bytes are fetched, and whether they are those that were asked for.

The API's `data` sends whole files only and takes 14 ms of PHP; the web server's public address
knows ranges and takes 3 ms, but may be missing, wrong or forbidden. So the public one is tried
first where there is one, and believed only when type, size and time fit.
"""

from functools import partial

import trio

from g3fs.backends.calls import Calls
from g3fs.backends.gallery3.addresses import Addresses
from g3fs.backends.gallery3.compact import THUMB
from g3fs.backends.gallery3.ids import number_of, parts_of
from g3fs.backends.transfer import Transfer, closing_on_failure, opened
from g3fs.clients.gallery3.client import Client
from g3fs.clients.gallery3.wire import Size, WireItem
from g3fs.gallery.backend import Extent
from g3fs.gallery.errors import (
    AccessDenied,
    BadReply,
    BytesLost,
    GalleryError,
    NotFound,
    NotSupported,
    Stale,
)
from g3fs.gallery.ids import Version
from g3fs.gallery.items import ORIGINAL, Media, Readable, Rendition
from g3fs.http.bytestream import ByteStream
from g3fs.http.cancel import Cancel

_WORTH_ASKING_BYTES = 256 * 1024
"""From here on it pays to ask for an address that was forgotten before the file is fetched."""
_UNTYPED = ("", "application/octet-stream")
"""What web servers say of files whose extension they do not know."""
_ADDRESS_FIELDS = ("file_size", "file_url_public")
_PICTURE_FIELDS = ("thumb_size", "resize_size")
_STATE_FIELDS = ("file_size", "updated", "file_url")
_NOT_PUBLIC = (NotFound, NotSupported, BadReply)


class Originals:
    """Opens originals and smaller pictures."""

    def __init__(
        self, client: Client, addresses: Addresses, ask: Calls, bulk: trio.CapacityLimiter
    ) -> None:
        self._client = client
        self._addresses = addresses
        self._ask = ask
        self._bulk = bulk

    async def open(self, media: Media, rendition: Rendition, extent: Extent) -> Transfer:
        """A transfer that the caller closes; errors as of the port's `open`."""
        if rendition != ORIGINAL:
            return await self._rendition(media, rendition)
        if media.readable is Readable.FORBIDDEN:
            raise AccessDenied(f"this user may not have the original of item {media.id}")
        if media.readable is Readable.LOST:
            raise BytesLost(f"the server has lost the file of item {media.id}")
        url = await self._public_url(media, extent)
        if url is None:
            return await self._data(media)
        try:
            transfer = await self._public(media, url, extent)
        except _NOT_PUBLIC as exc:
            transfer = await self._data(media)
            self._addresses.fails(number_of(media.id), str(exc))
            return transfer
        self._addresses.works()
        return transfer

    async def same_bytes(self, media: Media, before: Version) -> bool:
        """Whether the stored file is no younger than `before`, and as large."""
        known = parts_of(before)
        if known is None or known[0] is None or known[0] != media.size_bytes:
            return False
        try:
            changed_s = (await self._now(media)).data_changed_s
        except NotFound:
            return False
        return changed_s is not None and changed_s <= known[1]

    async def _public_url(self, media: Media, extent: Extent) -> str | None:
        size_bytes, number = media.size_bytes, number_of(media.id)
        if not media.seekable or size_bytes is None or extent.offset >= size_bytes:
            return None
        worth = extent.offset > 0 or size_bytes > _WORTH_ASKING_BYTES
        if worth and self._addresses.trusted and not self._addresses.known(number):
            ask = partial(self._client.tree.one, number, _ADDRESS_FIELDS)
            self._addresses.learn([await self._ask(ask)])
        return self._addresses.usable(number)

    async def _public(self, media: Media, url: str, extent: Extent) -> Transfer:
        size_bytes = media.size_bytes
        assert size_bytes is not None
        end = size_bytes
        if extent.length is not None:
            end = min(extent.offset + extent.length, size_bytes)
        ask = partial(
            self._client.bytes.open_public,
            url,
            offset=extent.offset,
            end=None if end == size_bytes else end,
        )
        source = await opened(self._bulk, lambda cancel: ask(cancel=cancel))
        with closing_on_failure(source):
            _check_type(source, media.media_type)
            if source.size_bytes != size_bytes or source.offset not in (0, extent.offset):
                raise BadReply(f"it has {source.size_bytes} bytes instead of {size_bytes}")
            await self._check_time(source, media)
        return Transfer(source, self._bulk, end=end, size_bytes=size_bytes)

    async def _data(self, media: Media) -> Transfer:
        source = await self._from_api(media, "full")
        with closing_on_failure(source):
            _check_type(source, media.media_type)
            if source.size_bytes not in (None, media.size_bytes) and media.size_bytes is not None:
                raise await self._other_size(source, media)
            await self._check_time(source, media)
        size_bytes = media.size_bytes if source.size_bytes is None else source.size_bytes
        return Transfer(source, self._bulk, end=size_bytes, size_bytes=size_bytes)

    async def _rendition(self, media: Media, rendition: Rendition) -> Transfer:
        facts = media.renditions.get(rendition)
        if facts is None:
            raise NotFound(f"item {media.id} has no {rendition}")
        source = await self._from_api(media, "thumb" if rendition == THUMB else "resize")
        with closing_on_failure(source):
            _check_type(source, "image/any")
            if source.size_bytes not in (None, facts.size_bytes):
                raise await self._other_picture(source, media, rendition)
            await self._check_time(source, media)
        return Transfer(source, self._bulk, end=facts.size_bytes, size_bytes=facts.size_bytes)

    async def _from_api(self, media: Media, size: Size) -> ByteStream:
        number = number_of(media.id)

        def ask(cancel: Cancel) -> ByteStream:
            # Everything is newer than 1970, and only if asked does the server tell its time.
            stream = self._client.bytes.open_if_newer(number, size, than_s=0, cancel=cancel)
            if stream is None:
                raise BadReply(f"the server says that item {number} is older than 1970")
            return stream

        return await opened(self._bulk, ask)

    async def _check_time(self, source: ByteStream, media: Media) -> None:
        """Raise Stale when the file was replaced after `media.version`.

        The time that came may be that of the last change of anything, and the clock of the file
        system may be another: so a late one is only a reason to ask.
        """
        size_bytes, updated_s = media.size_bytes, media.times.updated_s
        if source.modified_s is None or source.modified_s <= updated_s:
            return
        now = await self._now(media)
        if (now.size_bytes, now.updated_s) == (size_bytes, updated_s):
            return
        changed_s = now.data_changed_s
        if now.size_bytes != size_bytes or changed_s is None or changed_s > updated_s:
            raise Stale(f"item {media.id} was replaced on the server")

    async def _other_size(self, source: ByteStream, media: Media) -> GalleryError:
        """The error for a file of another size than its version says."""
        source.close()  # its connection may be the last one
        now = await self._now(media)
        if (now.size_bytes, now.updated_s) != (media.size_bytes, media.times.updated_s):
            return Stale(f"item {media.id} was replaced on the server")
        return BadReply(
            f"the server sends {source.size_bytes} bytes for item {media.id}, and says that it"
            f" has {media.size_bytes}"
        )

    async def _other_picture(
        self, source: ByteStream, media: Media, rendition: Rendition
    ) -> GalleryError:
        """The same for a smaller picture, which the server may make anew without telling."""
        source.close()
        ask = partial(self._client.tree.one, number_of(media.id), _PICTURE_FIELDS)
        now = await self._ask(ask)
        if source.size_bytes == (now.thumb_bytes if rendition == THUMB else now.resize_bytes):
            return Stale(f"the {rendition} of item {media.id} was made anew")
        return BadReply(
            f"the server sends {source.size_bytes} bytes as the {rendition} of item {media.id},"
            f" and says that it has {media.renditions[rendition].size_bytes}"
        )

    async def _now(self, media: Media) -> WireItem:
        ask = partial(self._client.tree.one, number_of(media.id), _STATE_FIELDS)
        return await self._ask(ask)


def _check_type(source: ByteStream, expected: str) -> None:
    """Raise BadReply when the bytes cannot be a photo or movie: a page, a text, an icon."""
    told = source.media_type
    if told not in _UNTYPED and told.partition("/")[0] != expected.partition("/")[0]:
        raise BadReply(f"the server sent {told} instead of {expected}")
