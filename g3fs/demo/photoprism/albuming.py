"""Making albums, and putting photos into them and out."""

from collections.abc import Iterable

from g3fs.demo.photoprism import naming
from g3fs.demo.photoprism.catalog import Catalog
from g3fs.demo.photoprism.rendering.albums import album_details
from g3fs.demo.photoprism.rows import Album, Entry, Photo
from g3fs.demo.photoprism.times import SECOND, moment, written


def create_or_find(catalog: Catalog, title: str, *, created_by: str = "") -> tuple[Album, bool]:
    """The album of that title's slug, revived if it was deleted; and whether it is new."""
    stored = naming.album_title(title) or moment(catalog.clock()).strftime("%B %Y")
    slug = naming.slug(stored)
    for album in catalog.albums.values():
        if album.type == "album" and album.slug == slug:
            if album.deleted is not None:
                album.deleted, album.updated = None, catalog.clock()
                take_snapshot(catalog, album)
            return album, False
    return add_album(catalog, stored, slug=slug, created_by=created_by), True


def add_album(
    catalog: Catalog, title: str, *, slug: str = "", kind: str = "album", created_by: str = ""
) -> Album:
    """A new album, whatever else there is."""
    now = catalog.clock() // SECOND * SECOND
    album = Album(
        uid=catalog.uid("a"),
        id=catalog.number(),
        slug=slug or naming.slug(title),
        title=title,
        type=kind,
        created=now,
        updated=now,
        created_by=created_by,
    )
    catalog.albums[album.uid] = album
    take_snapshot(catalog, album)
    return album


def rename(album: Album, title: str) -> None:
    """Give another title, and the slug of it; an empty title leaves the slug."""
    album.title = naming.album_title(title)
    album.slug = naming.slug(album.title) or album.slug


def take_snapshot(catalog: Catalog, album: Album) -> None:
    """From now on `albums/:uid` says what is true now."""
    catalog.snapshots[album.uid] = album_details(album)


def add_photos(
    catalog: Catalog, album: Album, uids: Iterable[str], *, by_import: bool = False
) -> list[dict[str, object]]:
    """Put photos into an album; unknown ones are skipped. What comes back is `added`.

    Photos that nobody edited so far are touched by it, unless an import adds them.
    """
    added = []
    for uid in uids:
        photo = catalog.photos.get(uid)
        if photo is None:
            continue
        entry = catalog.entries[album.uid].get(uid)
        already = entry is not None and not entry.hidden
        added.append(_entry_json(_enter(catalog, album, photo), already=already))
        if photo.edited is None and not by_import:
            photo.archived = None
            photo.updated = catalog.clock()
            photo.edited = photo.updated // SECOND * SECOND
    if added:
        album.updated = catalog.clock()
    return added


def _enter(catalog: Catalog, album: Album, photo: Photo) -> Entry:
    now = catalog.clock()
    entries = catalog.entries[album.uid]
    entry = entries.get(photo.uid)
    if entry is None:
        entry = Entry(photo_uid=photo.uid, album_uid=album.uid, created=now, updated=now)
        entries[photo.uid] = entry
    entry.hidden, entry.updated = False, now
    return entry


def remove_photos(catalog: Catalog, album: Album, uids: Iterable[str]) -> list[dict[str, object]]:
    """Take photos out of an album. What comes back is `removed`, also what was not in it."""
    removed = []
    now = catalog.clock()
    for uid in uids:
        if uid not in catalog.photos:
            continue
        entry = catalog.entries[album.uid].get(uid)
        if entry is None:
            entry = Entry(photo_uid=uid, album_uid=album.uid, created=now, updated=now)
            catalog.entries[album.uid][uid] = entry
        entry.hidden, entry.updated = True, now
        removed.append(_entry_json(entry, already=True))
    if removed:
        album.updated = now
    return removed


def leave_all(catalog: Catalog, photo: Photo) -> None:
    """Take a photo out of all albums made by hand, as archiving does."""
    for album in catalog.albums_of(photo):
        catalog.entries[album.uid][photo.uid].hidden = True


def _entry_json(entry: Entry, *, already: bool) -> dict[str, object]:
    return {
        "PhotoUID": entry.photo_uid,
        "AlbumUID": entry.album_uid,
        "Order": 0,
        "Hidden": entry.hidden,
        "Missing": entry.missing,
        "CreatedAt": "0001-01-01T00:00:00Z" if already else written(entry.created),
        "UpdatedAt": written(entry.updated),
        "Photo": None,
        "Album": None,
    }
