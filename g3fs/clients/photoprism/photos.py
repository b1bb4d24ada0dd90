"""Finding photos: the resources `photos`, `files`, `geo`, reading.

A photo is a group of files; the server counts files, not photos.
"""

import logging
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Unpack

from g3fs.clients.photoprism.albums import ALL
from g3fs.clients.photoprism.api import Api, sha1, uid
from g3fs.clients.photoprism.wire.fields import decoded
from g3fs.clients.photoprism.wire.files import WireFile, file_from
from g3fs.clients.photoprism.wire.lists import WirePoint, WireView, points_from, views_from
from g3fs.clients.photoprism.wire.photos import (
    WirePhoto,
    WirePhotoDetails,
    details_from,
    photos_from,
)
from g3fs.clients.photoprism.wire.queries import (
    PhotoFilters,
    PhotoOrder,
    page_params,
    photo_params,
)
from g3fs.gallery.errors import Invalid, NotFound, ServerError
from g3fs.http.messages import Reply

log = logging.getLogger(__name__)

_LEAST_ROWS = 2
_RESTARTS = 3
"""A list that changes more often while it is paged is asked for as a whole."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PhotoPage:
    """A part of a list."""

    photos: tuple[WirePhoto, ...]
    """The last one may lack files that did not fit, unless the page is complete."""
    rows: int
    """Files that were found; the unit of count and offset."""
    complete: bool
    """There is nothing behind it."""


class Photos:
    """Searches; they may be repeated, and made from several threads."""

    def __init__(self, api: Api) -> None:
        self._api = api

    def search(
        self,
        *,
        order: PhotoOrder | None = None,
        count: int = ALL,
        merged: bool = True,
        **filters: Unpack[PhotoFilters],
    ) -> tuple[WirePhoto, ...]:
        """GET photos, in one request: the listing of an album, a folder, a flag (2 000: 0.5 s).

        Without `merged` there are no files, and so no sizes; it costs half the time. By default
        archived photos are left out, private ones and those to be reviewed are not (for
        administrators). A guest's list is empty, not refused. More than some 40 000 photos are more
        than one answer may have (`max_body_bytes` of the options, BadReply): use `iterate`.

        Raises:
            NotFound: the album that `scope` names does not exist, or may not be seen.
            Invalid: an order or filter that the server does not understand.
        """
        return self.page(order=order, count=count, merged=merged, **filters).photos

    def page(
        self,
        *,
        order: PhotoOrder | None = None,
        count: int = ALL,
        offset: int = 0,
        merged: bool = True,
        **filters: Unpack[PhotoFilters],
    ) -> PhotoPage:
        """A part of the list; count and offset are in files. Prefer `search` or `iterate`.

        Offsets shift when anything changes: what is removed before them makes others vanish.
        """
        params = page_params(count, offset, order) | photo_params(filters)
        if merged:
            params["merged"] = "true"
        try:
            reply = self._api.get_reply("photos", params)
        except Invalid:
            self._explain(filters.get("scope"))
            raise
        photos = merged_by_uid(photos_from(decoded(reply.body)))
        rows = _rows(reply, photos)
        return PhotoPage(photos=photos, rows=rows, complete=rows < count)

    def iterate(
        self,
        *,
        order: PhotoOrder | None = None,
        rows_per_request: int = 1000,
        **filters: Unpack[PhotoFilters],
    ) -> Iterator[WirePhoto]:
        """All photos with their files, a few at a time, none lost and none twice.

        Each request overlaps the one before by a file. If that is not where it was, the list has
        changed, and is read again from the beginning. What is removed meanwhile may still come,
        what is added may be missing. Not for the order `random`.
        """
        if rows_per_request < _LEAST_ROWS:
            raise Invalid("pages of one file would be all overlap: ask for more rows per request")
        seen: set[str] = set()
        for attempt in range(_RESTARTS + 1):
            count = rows_per_request if attempt < _RESTARTS else ALL
            try:
                for photo in self._paged(order, count, filters):
                    if photo.uid not in seen:
                        seen.add(photo.uid)
                        yield photo
            except _Shifted:
                log.info("the list of photos changed while it was read; once more")
            else:
                return
        raise ServerError("the list of photos changes too often to be read")

    def get(self, photo: str) -> WirePhotoDetails:
        """GET photos/:uid: the only place that tells labels, keywords and albums (2 ms).

        Also for archived photos, and for those whose files are gone (quality -1).
        """
        return details_from(self._api.get(f"photos/{uid(photo)}"))

    def get_by_hash(self, file_hash: str) -> WirePhotoDetails:
        """The photo that a file belongs to, by the SHA-1 of its content; two requests."""
        return self.get(self.file(file_hash).photo_uid)

    def file(self, file_hash: str) -> WireFile:
        """GET files/:hash: the indexed file of this SHA-1; NotFound if there is none."""
        return file_from(self._api.get(f"files/{sha1(file_hash)}"))

    def yaml(self, photo: str) -> str:
        """GET photos/:uid/yaml: what the server writes into sidecar files."""
        return self._api.get_reply(f"photos/{uid(photo)}/yaml").text()

    def map_points(
        self, *, count: int = ALL, **filters: Unpack[PhotoFilters]
    ) -> tuple[WirePoint, ...]:
        """GET geo: the photos of which the place is known."""
        return points_from(
            self._api.get("geo", page_params(count, 0, None) | photo_params(filters))
        )

    def views(
        self, *, order: PhotoOrder | None = None, count: int = ALL, **filters: Unpack[PhotoFilters]
    ) -> tuple[WireView, ...]:
        """GET photos/view: a light list, without names and sizes."""
        params = page_params(count, 0, order) | photo_params(filters)
        return views_from(self._api.get("photos/view", params))

    def _paged(
        self, order: PhotoOrder | None, count: int, filters: PhotoFilters
    ) -> Iterator[WirePhoto]:
        """Photos that are known to have all their files; _Shifted when the overlap is not there."""
        page = self.page(order=order, count=count, **filters)
        offset = page.rows
        while True:
            # The last photo is held back: the next page may have more of its files.
            held, ready = page.photos[-1:], page.photos[:-1]
            yield from ready
            if page.complete or not held:
                yield from held
                return
            page = self.page(order=order, count=count, offset=offset - 1, **filters)
            if not page.photos or not _overlaps(held[0], page.photos[0]):
                raise _Shifted
            offset += page.rows - 1
            joined = merged_by_uid((*held, *page.photos))
            page = replace(page, photos=joined)

    def _explain(self, scope: str | None) -> None:
        """The server says "bad request" when the album of a scope is gone."""
        if scope is None:
            return
        params = page_params(1, 0, None) | {"uid": uid(scope)}
        reply = decoded(self._api.get_reply("albums", params).body)
        if not reply:
            raise NotFound(f"album {scope} does not exist, or may not be seen")


class _Shifted(Exception):
    """The list changed between two pages."""


def merged_by_uid(photos: Iterable[WirePhoto]) -> tuple[WirePhoto, ...]:
    """One entry a photo: the server cuts one in two where a page ends."""
    found: dict[str, WirePhoto] = {}
    for photo in photos:
        before = found.get(photo.uid)
        if before is None or before.files is None or photo.files is None:
            found.setdefault(photo.uid, photo)
            continue
        known = {file.uid for file in before.files}
        more = tuple(file for file in photo.files if file.uid not in known)
        found[photo.uid] = replace(before, files=before.files + more)
    return tuple(found.values())


def _overlaps(held: WirePhoto, first: WirePhoto) -> bool:
    if held.uid != first.uid:
        return False
    held_files, first_files = held.files or (), first.files or ()
    return bool(held_files and first_files) and held_files[-1].uid == first_files[0].uid


def _rows(reply: Reply, photos: tuple[WirePhoto, ...]) -> int:
    said = reply.headers.get("X-Count", "")
    if said.isascii() and said.isdigit():
        return int(said)
    return sum(len(photo.files) if photo.files is not None else 1 for photo in photos)
