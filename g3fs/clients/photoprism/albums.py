"""Albums and what is in them: the resource `albums`.

Deleting an album deletes no photo. Albums do not nest.
"""

import logging
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Literal, Unpack

from g3fs.clients.photoprism.api import AGAIN, Api, Call, uid
from g3fs.clients.photoprism.locks import ALBUMS
from g3fs.clients.photoprism.wire import bodies
from g3fs.clients.photoprism.wire.albums import (
    WireAlbum,
    added_from,
    album_from,
    albums_from,
    removed_from,
)
from g3fs.clients.photoprism.wire.bodies import AlbumChanges
from g3fs.clients.photoprism.wire.queries import (
    AlbumFilters,
    AlbumOrder,
    album_params,
    page_params,
)
from g3fs.gallery.errors import NotFound

log = logging.getLogger(__name__)

ALL = 100_000
"""More rows than the server gives; lists without a count are refused."""

_BATCH = 500
"""Photos in one request: 2 000 take the server 7 s, and every request recounts the library."""
_BATCH_S = 120.0

Outcome = Literal["new", "existing", "revived"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Created:
    """What came of a wish for an album: its slug decides which one it is."""

    album: WireAlbum
    outcome: Outcome
    """`existing`: there was one with the same slug, perhaps of another title. `revived`: a deleted
    one came back, with its uid and its old photos."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Added:
    """What came of adding photos."""

    uids: tuple[str, ...]
    """Those that are in the album now, whether they were before or not."""
    skipped: tuple[str, ...]
    """Those that the server does not know, and says nothing about."""


class Albums:
    """Albums; reading may be repeated, and all of it may be called from several threads."""

    def __init__(self, api: Api) -> None:
        self._api = api

    def search(
        self,
        *,
        order: AlbumOrder | None = None,
        count: int = ALL,
        offset: int = 0,
        **filters: Unpack[AlbumFilters],
    ) -> tuple[WireAlbum, ...]:
        """GET albums: the only place that tells counts and times as they are (3 ms for 60).

        Raises:
            AccessDenied: guests must give a kind, and see shared albums only.
        """
        params = page_params(count, offset, order) | album_params(filters)
        return albums_from(self._api.get("albums", params))

    def get(self, album: str) -> WireAlbum:
        """GET albums/:uid: stale after photos were added or removed; see `current`."""
        return album_from(self._api.get(f"albums/{uid(album)}"))

    def current(self, album: str) -> WireAlbum:
        """One album as lists show it, with counts and the right times; NotFound if it is gone."""
        found = self.search(count=1, uid=uid(album))
        if not found:
            raise NotFound(f"album {album} does not exist, or may not be seen")
        return found[0]

    def create(self, title: str, *, favorite: bool = False) -> Created:
        """POST albums: make an album, or find or revive one of the same slug.

        Asks for all albums first, because the answer does not say which of these happened.

        Raises:
            ValueTooLong: the server would cut the title (158 characters).
        """
        body = bodies.new_album_body(title, favorite=favorite)
        with self._api.changes.of(ALBUMS):
            before = {album.uid for album in self.search(kind="album")}
            album = album_from(self._api.send("POST", "albums", body))
        return Created(album=album, outcome=_outcome(album, before))

    def update(self, album: str, **changes: Unpack[AlbumChanges]) -> WireAlbum:
        """PUT albums/:uid: only what is given changes; titles that others have are accepted."""
        return self._put(album, bodies.album_body(changes))

    def set_cover(self, album: str, file_hash: str | None) -> WireAlbum:
        """Choose the picture that stands for the album, by its SHA-1; None: the server chooses."""
        return self._put(album, bodies.cover_body(file_hash))

    def delete(self, album: str) -> None:
        """DELETE albums/:uid, whatever is in it. The server keeps its photos for a revival."""
        with self._api.changes.of(album):
            self._api.send("DELETE", f"albums/{uid(album)}")

    def delete_many(self, albums: Iterable[str]) -> None:
        """POST batch/albums/delete; NotFound if none of them exists."""
        body = bodies.albums_body(uid(album) for album in albums)
        self._api.send("POST", "batch/albums/delete", body)

    def like(self, album: str) -> None:
        """POST albums/:uid/like."""
        with self._api.changes.of(album):
            self._api.send("POST", f"albums/{uid(album)}/like", call=AGAIN)

    def unlike(self, album: str) -> None:
        """DELETE albums/:uid/like."""
        with self._api.changes.of(album):
            self._api.send("DELETE", f"albums/{uid(album)}/like", call=AGAIN)

    def clone(self, album: str, sources: Iterable[str]) -> tuple[str, ...]:
        """POST albums/:uid/clone: copy the photos of other albums into this one; their uids."""
        body = bodies.albums_body(uid(source) for source in sources)
        call = Call(repeatable=True, timeout_s=_BATCH_S)
        with self._api.changes.of(album):
            return added_from(self._api.send("POST", f"albums/{uid(album)}/clone", body, call))

    def add(self, album: str, photos: Iterable[str]) -> Added:
        """POST albums/:uid/photos: photos may be in any number of albums.

        An archived photo that was never edited is restored by this; any other archived one stays
        archived, is counted, and is listed after a restore. Stored searches swallow additions.
        """
        wanted = [uid(photo) for photo in photos]
        present = self._in_batches("POST", album, wanted, added_from)
        known = set(present)
        skipped = tuple(photo for photo in wanted if photo not in known)
        if skipped:
            log.info("album %s: %d photos are unknown to the server", album, len(skipped))
        return Added(uids=present, skipped=skipped)

    def remove(self, album: str, photos: Iterable[str]) -> tuple[str, ...]:
        """DELETE albums/:uid/photos: leave the album; those that were not in it count as well."""
        return self._in_batches("DELETE", album, [uid(photo) for photo in photos], removed_from)

    def _put(self, album: str, body: bodies.Body) -> WireAlbum:
        with self._api.changes.of(album):
            return album_from(self._api.send("PUT", f"albums/{uid(album)}", body, AGAIN))

    def _in_batches(
        self,
        method: str,
        album: str,
        photos: Sequence[str],
        read: Callable[[object], tuple[str, ...]],
    ) -> tuple[str, ...]:
        call = Call(repeatable=True, timeout_s=_BATCH_S)
        found: list[str] = []
        with self._api.changes.of(album):
            for batch in batches(photos):
                body = bodies.photos_body(batch)
                found += read(self._api.send(method, f"albums/{uid(album)}/photos", body, call))
        return tuple(found)


def batches(photos: Sequence[str]) -> Iterator[Sequence[str]]:
    """Parts of a size that the server handles in seconds; none for nothing, which it refuses."""
    return (photos[start : start + _BATCH] for start in range(0, len(photos), _BATCH))


def _outcome(album: WireAlbum, before: set[str]) -> Outcome:
    if album.uid in before:
        return "existing"
    # Reviving is a change of the old row; a new one was never changed.
    return "new" if album.created_s == album.updated_s else "revived"
