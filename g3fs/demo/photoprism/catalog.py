"""The index: all rows, and the ways to find them. Callers hold the site's lock."""

import time
from collections import defaultdict
from collections.abc import Callable, Iterator

from g3fs.demo.photoprism.rows import Album, Entry, File, Folder, Label, Link, Photo, Subject
from g3fs.demo.photoprism.times import SECOND
from g3fs.demo.photoprism.uids import Uids

Clock = Callable[[], int]
"""Nanoseconds since 1970."""


class Catalog:
    """Rows in memory."""

    def __init__(self, uids: Uids, clock: Clock = time.time_ns) -> None:
        self.uids = uids
        self.clock = clock
        self.photos: dict[str, Photo] = {}
        self.files: dict[str, File] = {}
        self.albums: dict[str, Album] = {}
        self.labels: dict[int, Label] = {}
        self.subjects: dict[str, Subject] = {}
        self.folders: dict[str, Folder] = {}
        """By root and path."""
        self.links: dict[str, Link] = {}
        self.entries: dict[str, dict[str, Entry]] = defaultdict(dict)
        """By album, then by photo."""
        self.duplicates: dict[str, int] = {}
        """Files with the content of another one: name and time when they were looked into."""
        self.snapshots: dict[str, dict[str, object]] = {}
        """What `albums/:uid` says, which is older than what lists say."""
        self._of_photo: dict[str, list[str]] = defaultdict(list)
        self._photo_at: dict[tuple[str, str], str] = {}
        self._by_name: dict[tuple[str, str], str] = {}
        self._by_hash: dict[str, list[str]] = defaultdict(list)
        self._number = 0

    def uid(self, kind: str) -> str:
        """A new name."""
        return self.uids.new(kind, self.clock() // SECOND)

    def number(self) -> int:
        """A new row number."""
        self._number += 1
        return self._number

    # Files.

    def put_file(self, file: File) -> File:
        """Take a file in, or note that its name or hash changed."""
        self._forget(file.uid)
        self.files[file.uid] = file
        self._by_name[file.root, file.name] = file.uid
        self._by_hash[file.hash].append(file.uid)
        if file.uid not in self._of_photo[file.photo_uid]:
            self._of_photo[file.photo_uid].append(file.uid)
        return file

    def rewrite_file(self, file: File, **changes: object) -> None:
        """Change fields of a file; its places in the index follow."""
        self._forget(file.uid)
        for name, value in changes.items():
            setattr(file, name, value)
        self.put_file(file)

    def drop_file(self, file: File) -> None:
        """Forget a file."""
        self._forget(file.uid)
        self._of_photo[file.photo_uid].remove(file.uid)
        del self.files[file.uid]

    def _forget(self, uid: str) -> None:
        file = self.files.get(uid)
        if file is None:
            return
        if self._by_name.get((file.root, file.name)) == uid:
            del self._by_name[file.root, file.name]
        if uid in self._by_hash[file.hash]:
            self._by_hash[file.hash].remove(uid)

    def files_of(self, photo: Photo) -> list[File]:
        """The files of a photo that an index did not miss, the primary one first."""
        found = [self.files[uid] for uid in self._of_photo[photo.uid]]
        return sorted((f for f in found if not f.gone), key=lambda f: not f.primary)

    def all_files_of(self, photo: Photo) -> list[File]:
        """Those that are gone too."""
        return [self.files[uid] for uid in self._of_photo[photo.uid]]

    def file_named(self, name: str, root: str = "/") -> File | None:
        """By path below its root, also one that is gone."""
        uid = self._by_name.get((root, name))
        return None if uid is None else self.files[uid]

    def files_with(self, sha1: str) -> list[File]:
        """All files of that content, those that are gone last."""
        return sorted((self.files[u] for u in self._by_hash.get(sha1, ())), key=lambda f: f.gone)

    def file_with(self, sha1: str) -> File | None:
        """A file that is there, by its hash."""
        return next((file for file in self.files_with(sha1) if not file.gone), None)

    # Photos.

    def put_photo(self, photo: Photo) -> Photo:
        """Take a photo in."""
        self.photos[photo.uid] = photo
        self._photo_at[photo.path, photo.name] = photo.uid
        return photo

    def photo_named(self, path: str, name: str) -> Photo | None:
        """By folder and base name, also one that is lost."""
        uid = self._photo_at.get((path, name))
        return None if uid is None else self.photos[uid]

    def rename_photo(self, photo: Photo, path: str, name: str) -> None:
        """Move a photo to another folder or base name."""
        if self._photo_at.get((photo.path, photo.name)) == photo.uid:
            del self._photo_at[photo.path, photo.name]
        photo.path, photo.name = path, name
        self._photo_at[path, name] = photo.uid

    def primary(self, photo: Photo) -> File | None:
        """The file whose facts lists tell as those of the photo."""
        return next(iter(self.files_of(photo)), None)

    def drop_photo(self, photo: Photo) -> None:
        """Forget a photo and its files, its places in albums included."""
        for file in self.all_files_of(photo):
            self.drop_file(file)
        for entries in self.entries.values():
            entries.pop(photo.uid, None)
        self._of_photo.pop(photo.uid, None)
        if self._photo_at.get((photo.path, photo.name)) == photo.uid:
            del self._photo_at[photo.path, photo.name]
        del self.photos[photo.uid]

    def listed(self, photo: Photo) -> bool:
        """Whether lists show it: neither archived nor lost nor broken."""
        return photo.deleted is None and photo.quality >= 0

    # Albums and labels.

    def live_albums(self, kind: str | None = None) -> Iterator[Album]:
        """Those that are not deleted."""
        for album in self.albums.values():
            if album.deleted is None and kind in (None, album.type):
                yield album

    def live_album(self, uid: str) -> Album | None:
        """None: unknown or deleted."""
        album = self.albums.get(uid)
        return None if album is None or album.deleted is not None else album

    def albums_of(self, photo: Photo) -> list[Album]:
        """The albums made by hand in which a photo stands."""
        return [
            album
            for album in self.live_albums("album")
            if (entry := self.entries[album.uid].get(photo.uid)) is not None and not entry.hidden
        ]

    def label_called(self, slug: str) -> Label | None:
        """By the slug that it was made with, or that of its present name."""
        named = (x for x in self.labels.values() if slug in (x.custom_slug, x.slug))
        return next(named, None)

    def label_uses(self) -> dict[int, list[Photo]]:
        """The photos that carry each label."""
        uses: dict[int, list[Photo]] = defaultdict(list)
        for photo in self.photos.values():
            if photo.labels and self.listed(photo):
                for carried in photo.labels.values():
                    if carried.uncertainty < 100:
                        uses[carried.label_id].append(photo)
        return uses

    def folder_at(self, root: str, path: str) -> Folder:
        """The row of a directory; made when it is first asked for."""
        key = f"{root}:{path}"
        if key not in self.folders:
            self.folders[key] = Folder(uid=self.uid("d"), path=path, root=root)
        return self.folders[key]

    def reserve(self, number: int) -> None:
        """Give out no row number up to this one."""
        self._number = max(self._number, number)
