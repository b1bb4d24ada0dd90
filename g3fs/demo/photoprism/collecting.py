"""The albums that an index makes: folders and months. Covers and counts of all albums."""

from collections.abc import Callable

from g3fs.demo.photoprism.albuming import add_album, take_snapshot
from g3fs.demo.photoprism.catalog import Catalog
from g3fs.demo.photoprism.naming import slug
from g3fs.demo.photoprism.rows import Album, Photo
from g3fs.demo.photoprism.searching.matching import Matcher
from g3fs.demo.photoprism.times import moment


def refresh_albums(catalog: Catalog, *, rescan: bool) -> None:
    """Make an album for each folder and month that has none; a rescan revives deleted ones."""
    folders = {a.path: a for a in catalog.albums.values() if a.type == "folder"}
    months = {(a.year, a.month): a for a in catalog.albums.values() if a.type == "month"}
    for photo in catalog.photos.values():
        if not catalog.listed(photo):
            continue
        if photo.path:
            album = folders.get(photo.path) or _folder(catalog, photo)
            folders[photo.path] = _revived(catalog, album, rescan=rescan)
        if photo.quality >= 3 and photo.year > 0:
            key = (photo.year, photo.month)
            months[key] = _revived(
                catalog, months.get(key) or _month(catalog, photo), rescan=rescan
            )


def _revived(catalog: Catalog, album: Album, *, rescan: bool) -> Album:
    if rescan and album.deleted is not None:
        album.deleted = None
        take_snapshot(catalog, album)
    return album


def _folder(catalog: Catalog, photo: Photo) -> Album:
    last = photo.path.rpartition("/")[2]
    title = last[:1].upper() + last[1:]
    made = add_album(catalog, title, slug=slug(photo.path.replace("/", "-")), kind="folder")
    made.path, made.order = photo.path, "added"
    made.filter = f"path:{_quoted(photo.path)} public:true"
    at = moment(photo.taken_local)
    made.year, made.month = at.year, at.month
    take_snapshot(catalog, made)
    return made


def _quoted(path: str) -> str:
    return f'"{path}"' if " " in path else path


def _month(catalog: Catalog, photo: Photo) -> Album:
    made = add_album(catalog, moment(photo.taken_local).strftime("%B %Y"), kind="month")
    made.year, made.month = photo.year, photo.month
    made.filter = f"public:true year:{photo.year} month:{photo.month}"
    take_snapshot(catalog, made)
    return made


def count_of(catalog: Catalog, album: Album) -> int:
    """How many photos a list of albums says to be in it; 0 for stored searches: none was added."""
    entries = catalog.entries[album.uid].values()
    return sum(not e.hidden and not e.missing and e.photo_uid in catalog.photos for e in entries)


def covers(catalog: Catalog) -> Callable[[Album], str]:
    """A function that tells the hash of an album's cover; good for one answer."""
    newest: dict[tuple[str, object], Photo] = {}
    for photo in catalog.photos.values():
        if not catalog.listed(photo) or photo.private:
            continue
        for key in (("folder", photo.path), ("month", (photo.year, photo.month))):
            if key not in newest or newest[key].taken_local < photo.taken_local:
                newest[key] = photo
    matcher = Matcher(catalog)

    def cover(album: Album) -> str:
        if album.thumb_src:
            return album.thumb
        if album.type in ("folder", "month"):
            key = album.path if album.type == "folder" else (album.year, album.month)
            found = newest.get((album.type, key))
        else:
            found = max(matcher.in_album(album), key=lambda p: p.taken_local, default=None)
        return _thumb(catalog, found)

    return cover


def _thumb(catalog: Catalog, photo: Photo | None) -> str:
    file = None if photo is None else catalog.primary(photo)
    return "" if file is None else file.hash
