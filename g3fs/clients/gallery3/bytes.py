"""Bytes of items: through the API, and from the public address where the web server has one."""

from datetime import UTC, datetime
from email.utils import format_datetime
from urllib.parse import urlencode

from g3fs.clients.gallery3.address import rebased
from g3fs.clients.gallery3.api import Api
from g3fs.clients.gallery3.replies import FAILED, error_of, is_web_page, maintenance
from g3fs.clients.gallery3.tree import Tree
from g3fs.clients.gallery3.wire import Size
from g3fs.gallery.errors import AccessDenied, BytesLost, NotFound
from g3fs.http.bytestream import PARTIAL, ByteStream
from g3fs.http.cancel import Cancel
from g3fs.http.messages import Request
from g3fs.http.stream import StreamedReply

_NOT_MODIFIED = 304
_NOT_FOUND = 404
_ERROR_BODY = 128 * 1024


class Bytes:
    """Downloads; every call may be repeated and made from several threads."""

    def __init__(self, api: Api, tree: Tree) -> None:
        self._api = api
        self._tree = tree

    def open(
        self, item_id: int, size: Size = "full", *, offset: int = 0, cancel: Cancel | None = None
    ) -> ByteStream:
        """Start a download: the original (`full`), the `resize` of a photo, or the `thumb`.

        Gallery ignores ranges: the stream then begins at 0 whatever was asked; see its `offset`.

        Raises:
            BytesLost: the item is there, its file is not.
            AccessDenied: this user may not have the original.
            Maintenance: a web page came instead.
        """
        headers = {"Range": f"bytes={offset}-"} if offset else {}
        reply = self._data(item_id, {"size": size}, headers, cancel)
        return self._verified(reply, item_id, size)

    def open_if_newer(
        self, item_id: int, size: Size = "full", *, than_s: int, cancel: Cancel | None = None
    ) -> ByteStream | None:
        """The same; None when the item has not changed since `than_s` (seconds since 1970).

        A change of the title counts as well: the server compares with `updated`.
        """
        moment = format_datetime(datetime.fromtimestamp(than_s, UTC), usegmt=True)
        # Only with some `m` does the server send and compare dates.
        params = {"size": size, "m": str(than_s)}
        reply = self._data(item_id, params, {"If-Modified-Since": moment}, cancel)
        if reply.status == _NOT_MODIFIED:
            reply.close()
            return None
        return self._verified(reply, item_id, size)

    def read(self, item_id: int, size: Size = "full") -> bytes:
        """All bytes at once."""
        with self.open(item_id, size) as stream:
            return stream.read()

    def open_public(
        self, url: str, *, offset: int = 0, end: int | None = None, cancel: Cancel | None = None
    ) -> ByteStream:
        """Start a download of a `*_url_public`, from `offset` to before `end`.

        It is asked at our own origin, without the key, and is only an optimisation: the file may be
        out of reach. Verify the size, and fall back to `open`.

        Raises:
            NotFound: it cannot be had in this way.
            NotSupported: the address lies outside of the gallery.
        """
        target = rebased(url, prefix=self._api.prefix, base=self._api.base)
        headers = {}
        if offset or end is not None:
            headers["Range"] = f"bytes={offset}-{'' if end is None else end - 1}"
        request = Request(
            method="GET",
            target=target,
            headers=headers,
            repeatable=True,
            credentials=False,
            media=True,
        )
        reply = self._api.http.open(request, cancel)
        page = is_web_page(reply.media_type, reply.status)
        if page or reply.status not in (200, PARTIAL):
            reply.close()
            raise NotFound(f"the web server does not give the file away ({reply.status})")
        return ByteStream(reply)

    def _data(
        self, item_id: int, params: dict[str, str], headers: dict[str, str], cancel: Cancel | None
    ) -> StreamedReply:
        request = Request(
            method="GET",
            target=f"{self._api.base}/rest/data/{item_id}?{urlencode(params)}",
            headers=headers,
            repeatable=True,
            media=True,
        )
        with self._api.structure.reading():
            return self._api.http.open(request, cancel)

    def _verified(self, reply: StreamedReply, item_id: int, size: Size) -> ByteStream:
        if is_web_page(reply.media_type, reply.status):
            reply.close()
            raise maintenance()
        if reply.status in (200, PARTIAL):
            return ByteStream(reply)
        with reply:
            body = reply.read_all(_ERROR_BODY)
        if reply.status in (_NOT_FOUND, FAILED):
            self._explain(item_id, size, reply.status)
        raise error_of(reply.status, body, f"item {item_id}")

    def _explain(self, item_id: int, size: Size, status: int) -> None:
        """Raise what is behind a 404 or 500, which mean several things; or return."""
        item = self._tree.one(item_id, ("file_size", "can_edit"))
        original = size == "full" and item.kind != "album"
        if original and item.size_bytes is None and "full" not in item.lost:
            raise AccessDenied(f"this user may not have the original of item {item_id}")
        if status == FAILED:
            return
        if original:
            raise BytesLost(f"the server has lost the file of item {item_id}")
        raise BytesLost(f"item {item_id} has no {size} on the server")
