"""The scan: makes records of what is on the disk. What is gone from the disk stays recorded."""

import zipfile
from collections.abc import Callable, Iterable, Iterator
from dataclasses import asdict
from typing import TypeVar

from g3fs.demo.stash.disk import Disk, Entry, walk
from g3fs.demo.stash.options import Settings, Stash
from g3fs.demo.stash.probing import (
    ARCHIVES,
    PICTURES,
    VIDEOS,
    Findings,
    extension,
    probe_archive,
    probe_picture,
    probe_video,
)
from g3fs.demo.stash.rows import File, Folder, Gallery, Image, Scene
from g3fs.demo.stash.store import Store

OwnerT = TypeVar("OwnerT", Image, Scene, Gallery)


class Scan:
    """One run over some paths. Holds the store's lock directory by directory."""

    def __init__(
        self, store: Store, disk: Disk, settings: Settings, now: int, *, rescan: bool = False
    ) -> None:
        self._store, self._disk, self._settings = store, disk, settings
        self._now, self._rescan = now, rescan
        self._known: dict[tuple[Folder, str], File] = {}
        self._by_hash: dict[str, list[File]] = {}
        self._owner: dict[File, Image | Scene | Gallery] = {}
        self._galleries: dict[Folder, Gallery] = {}
        self._fresh: set[File | Gallery] = set()
        """What this run made or changed."""
        self._gone: list[Folder] = []

    def run(self, paths: Iterable[str] | None, step: Callable[[], None] = lambda: None) -> None:
        """Take in everything at or below the paths; None: everything. `step` per directory."""
        self._remember()
        for path, stash in self._tops(paths):
            self._top(path, stash, step)

    def directories(self, paths: Iterable[str] | None) -> Iterator[str]:
        """Those that a run would look at."""
        for path, _stash in self._tops(paths):
            entry = self._disk.look(path)
            if entry is not None and entry.is_directory:
                yield from (directory for directory, _files in walk(self._disk, path))
            elif entry is not None:
                yield path

    def _tops(self, paths: Iterable[str] | None) -> Iterator[tuple[str, Stash]]:
        """Where to begin: what is asked for, as far as it is in a library."""
        for stash in self._settings.stashes:
            for path in [stash.path] if paths is None else [p.rstrip("/") for p in paths]:
                if path == stash.path or path.startswith(f"{stash.path}/"):
                    yield path, stash
                elif stash.path.startswith(f"{path}/"):
                    yield stash.path, stash

    def _remember(self) -> None:
        with self._store.lock:
            for file in self._store.files:
                self._learn(file)
            for table in (self._store.images, self._store.scenes, self._store.galleries):
                for row in table:
                    self._owner.update(dict.fromkeys(row.files, row))
            self._galleries = {g.folder: g for g in self._store.galleries if g.folder}
            self._gone = [
                folder
                for folder in self._store.folders
                if folder.zip_file is None and self._disk.look(folder.path) is None
            ]

    def _learn(self, file: File) -> None:
        self._known[file.parent_folder, file.basename] = file
        for kind in ("md5", "oshash"):
            if kind in file.hashes:
                self._by_hash.setdefault(f"{kind} {file.hashes[kind]}", []).append(file)

    def _top(self, path: str, stash: Stash, step: Callable[[], None]) -> None:
        entry = self._disk.look(path)
        if entry is None:
            return
        if entry.is_directory:
            self._directory(path, stash, step)
            return
        with self._store.lock:
            self._files(self._folder(path.rpartition("/")[0], stash), [entry], stash)
        step()

    def _directory(self, path: str, stash: Stash, step: Callable[[], None]) -> None:
        entries = self._disk.entries(path)
        with self._store.lock:
            folder = self._folder(path, stash, entries)
            self._files(folder, [e for e in entries if not e.is_directory], stash)
        step()
        for entry in entries:
            if entry.is_directory:
                self._directory(f"{path}/{entry.name}", stash, step)

    # Directories.

    def _folder(self, path: str, stash: Stash, entries: Iterable[Entry] = ()) -> Folder:
        folder = self._store.folder_at(path)
        if folder is not None:
            return folder
        parent = None
        if path != stash.path:
            parent = self._folder(path.rpartition("/")[0], stash)
        moved = self._renamed(entries)
        if moved is not None:
            for below in list(self._store.folders):
                if below.path.startswith(f"{moved.path}/"):
                    below.path = path + below.path[len(moved.path) :]
            moved.path, moved.parent_folder, moved.updated_at = path, parent, self._now
            return moved
        entry = self._disk.look(path)
        modified = entry.modified if entry else 0
        row = Folder(path=path, parent_folder=parent, mod_time=modified)
        return self._store.folders.add(row, self._now)

    def _renamed(self, entries: Iterable[Entry]) -> Folder | None:
        """The folder that is gone and whose files are those of a new directory."""
        names = {(e.name, e.size, e.modified) for e in entries if not e.is_directory}
        for folder in self._gone if names else ():
            files = [f for f in self._store.files if f.parent_folder is folder]
            if names == {(f.basename, f.size, f.mod_time) for f in files}:
                self._gone.remove(folder)
                return folder
        return None

    # Files.

    def _files(self, folder: Folder, entries: Iterable[Entry], stash: Stash) -> None:
        names = {entry.name for entry in entries}
        wanted = self._settings.folder_galleries or ".forcegallery" in names
        for entry in entries:
            kind = extension(entry.name)
            if entry.size == 0:
                continue
            if kind in ARCHIVES and not stash.exclude_image:
                self._archive(folder, entry)
            elif kind in PICTURES and not stash.exclude_image:
                self._picture(folder, entry, gallery=wanted and ".nogallery" not in names)
            elif kind in VIDEOS:
                self._video(folder, entry, stash)

    def _picture(self, folder: Folder, entry: Entry, *, gallery: bool) -> None:
        file = self._file(
            folder, entry, lambda: probe_picture(self._read(folder, entry), zipped=False)
        )
        image = self._image(file)
        if gallery:
            self._join(self._gallery_of(folder), image, file)

    def _video(self, folder: Folder, entry: Entry, stash: Stash) -> None:
        as_image = stash.exclude_video
        file = self._file(
            folder,
            entry,
            lambda: probe_video(self._read(folder, entry), entry.name, as_image=as_image),
        )
        if as_image:
            image = self._image(file)
            if self._settings.folder_galleries:
                self._join(self._gallery_of(folder), image, file)
        elif file not in self._owner:
            scene = self._same(file, Scene) or self._store.scenes.add(Scene(), self._now)
            self._attach(scene, file)

    def _archive(self, folder: Folder, entry: Entry) -> None:
        before = self._known.get((folder, entry.name))
        unchanged = before is not None and self._unchanged(before, entry)
        file = self._file(folder, entry, lambda: probe_archive(self._read(folder, entry)))
        owner = self._owner.get(file)
        if unchanged and owner is not None:
            return
        gallery = owner if isinstance(owner, Gallery) else self._same(file, Gallery)
        if gallery is None:
            gallery = self._store.galleries.add(Gallery(), self._now)
        self._attach(gallery, file)
        self._inside(file, gallery)

    def _inside(self, archive: File, gallery: Gallery) -> None:
        try:
            with self._disk.open(archive.path) as source, zipfile.ZipFile(source) as opened:
                for info in sorted(opened.infolist(), key=lambda one: one.filename):
                    if not info.is_dir() and extension(info.filename) in PICTURES:
                        self._entry(archive, gallery, info, opened.read(info))
        except zipfile.BadZipFile:
            return

    def _entry(self, archive: File, gallery: Gallery, info: zipfile.ZipInfo, data: bytes) -> None:
        where, _, name = info.filename.rpartition("/")
        folder = self._zip_folder(archive, where)
        entry = Entry(name=name, is_directory=False, size=len(data), modified=archive.mod_time or 0)
        file = self._file(folder, entry, lambda: probe_picture(data, zipped=True), archive)
        self._join(gallery, self._image(file), file)

    def _zip_folder(self, archive: File, where: str) -> Folder:
        path = f"{archive.path}/{where}" if where else archive.path
        known = self._store.folder_at(path)
        if known is not None:
            return known
        above = self._zip_folder(archive, where.rpartition("/")[0]) if where else None
        row = Folder(path=path, parent_folder=above or archive.parent_folder, zip_file=archive)
        return self._store.folders.add(row, self._now)

    def _file(
        self,
        folder: Folder,
        entry: Entry,
        probe: Callable[[], Findings],
        archive: File | None = None,
    ) -> File:
        """The file's row: as it was, brought up to date, found again under a new name, or new."""
        known = self._known.get((folder, entry.name))
        if known is not None and not self._rescan and self._unchanged(known, entry):
            return known
        found = probe()
        row = known or self._moved(folder, entry, found)
        if row is None:
            row = File(typename="", basename=entry.name, parent_folder=folder, zip_file=archive)
            self._store.files.add(row, self._now)
        else:
            row.updated_at = self._now
        row.size, row.mod_time = entry.size, entry.modified
        for name, value in asdict(found).items():
            setattr(row, name, value)
        self._learn(row)
        self._fresh.add(row)
        return row

    def _unchanged(self, file: File, entry: Entry) -> bool:
        return file.mod_time == entry.modified

    def _moved(self, folder: Folder, entry: Entry, found: Findings) -> File | None:
        """A file of the same content whose own place on the disk is empty."""
        for kind in ("md5", "oshash"):
            for file in self._by_hash.get(f"{kind} {found.hashes.get(kind)}", ()):
                if file.zip_file is None and self._disk.look(file.path) is None:
                    if file.parent_folder is not folder and file in self._owner:
                        self._owner[file].updated_at = self._now
                    self._known.pop((file.parent_folder, file.basename), None)
                    file.parent_folder, file.basename = folder, entry.name
                    return file
        return None

    # Records about files.

    def _image(self, file: File) -> Image:
        owner = self._owner.get(file)
        if isinstance(owner, Image):
            return owner
        image = self._same(file, Image)
        if image is None:
            image = self._store.images.add(Image(thumbnailed_at=self._now), self._now)
        self._attach(image, file)
        return image

    def _same(self, file: File, kind: type[OwnerT]) -> OwnerT | None:
        """The record of this kind that has a file of the same content."""
        for name in ("md5", "oshash"):
            for other in self._by_hash.get(f"{name} {file.hashes.get(name)}", ()):
                owner = self._owner.get(other)
                if isinstance(owner, kind):
                    return owner
        return None

    def _attach(self, row: Image | Scene | Gallery, file: File) -> None:
        if file not in row.files:
            row.files.append(file)
            row.updated_at = self._now
        self._owner[file] = row

    def _gallery_of(self, folder: Folder) -> Gallery:
        known = self._galleries.get(folder)
        if known is None:
            known = self._store.galleries.add(Gallery(folder=folder), self._now)
            self._galleries[folder] = known
            self._fresh.add(known)
        return known

    def _join(self, gallery: Gallery, image: Image, file: File) -> None:
        """What moveFiles brought into a folder does not join a gallery that was there before."""
        if gallery not in image.galleries and (file in self._fresh or gallery in self._fresh):
            self._store.join(gallery, image)
            gallery.updated_at = self._now

    def _read(self, folder: Folder, entry: Entry) -> bytes:
        with self._disk.open(f"{folder.path}/{entry.name}") as source:
            return source.read()
