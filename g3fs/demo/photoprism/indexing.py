"""The index: compares what lies on the disk with what the catalog knows."""

import hashlib
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field

from g3fs.demo.photoprism import describing
from g3fs.demo.photoprism.catalog import Catalog
from g3fs.demo.photoprism.disk import Disk, read, walk
from g3fs.demo.photoprism.media import (  # fmt: skip
    SIDECARS,
    TYPES,
    Broken,
    Facts,
    Mislabelled,
    examine,
    extension,
    stem,
)
from g3fs.demo.photoprism.options import Options
from g3fs.demo.photoprism.primaries import choose_primary
from g3fs.demo.photoprism.rows import File, Photo

SKIPPED = (".", "@", "_.", "__")
"""Names that begin so are not looked at."""
RANKS = {"jpg": 0, "jpeg": 0, "png": 1}


@dataclass(slots=True)
class Report:
    """What an index found."""

    created: list[str] = field(default_factory=list)
    updated: list[str] = field(default_factory=list)
    deleted: list[str] = field(default_factory=list)
    files: list[str] = field(default_factory=list)


@dataclass(slots=True)
class Indexer:
    """Reads files into a catalog. Callers hold the site's lock."""

    catalog: Catalog
    originals: Disk
    sidecars: Disk
    options: Options

    def index(self, path: str, *, rescan: bool = False) -> Report:
        """Look at everything below a folder, then note what is gone from there."""
        report = Report()
        groups: dict[str, list[str]] = defaultdict(list)
        for name in self._names(path.strip("/")):
            groups[f"{_folder(name)}/{stem(name)}"].append(name)
        for names in groups.values():
            for name in sorted(names, key=_rank):
                self.take_in(name, report, rescan=rescan)
        self._miss(path.strip("/"), report)
        return report

    def _names(self, top: str) -> Iterator[str]:
        if any(part.startswith(SKIPPED) for part in top.split("/")):
            return
        for name, stat in walk(self.originals, top):
            below = name[len(top) :].strip("/")
            if stat.is_dir or any(part.startswith(SKIPPED) for part in below.split("/")):
                continue
            if extension(name) in TYPES and 0 < stat.size <= self.options.originals_limit:
                yield name

    def take_in(
        self, name: str, report: Report, *, rescan: bool = False, original: str = ""
    ) -> File | None:
        """Index one file; `original` is its name before an import. None: nothing was to be done."""
        stat = self.originals.stat(name)
        if stat is None:
            return None
        row = self.catalog.file_named(name)
        if row is not None and not rescan:
            seen = not row.gone and not row.missing and row.mtime == stat.mtime
        else:
            seen = not rescan and self.catalog.duplicates.get(name) == stat.mtime
        if seen:
            return None
        self.catalog.duplicates.pop(name, None)
        try:
            data = read(self.originals, name)
        except FileNotFoundError:
            return None  # somebody was quicker, by WebDAV or on the disk
        found = _Found(name, hashlib.sha1(data).hexdigest(), len(data), stat.mtime, original)  # noqa: S324 - how PhotoPrism names files
        report.files.append(name)
        if row is None:
            row = self._moved(found)
        if row is not None:
            return self._renew(row, found, data, report)
        if self._stands_elsewhere(found):
            self.catalog.duplicates[name] = stat.mtime
            return None
        return self._new(found, data, report)

    def known(self, data: bytes) -> File | None:
        """The file that holds these bytes, if one does."""
        return self.catalog.file_with(hashlib.sha1(data).hexdigest())  # noqa: S324 - as above

    def _moved(self, found: "_Found") -> File | None:
        """The row of a file with the same content whose old place is empty."""
        for row in self.catalog.files_with(found.hash):
            if row.root == "/" and self.originals.stat(row.name) is None:
                return row
        return None

    def _stands_elsewhere(self, found: "_Found") -> bool:
        return any(not row.gone and row.root == "/" for row in self.catalog.files_with(found.hash))

    def _renew(self, row: File, found: "_Found", data: bytes, report: Report) -> File:
        """The file was replaced, moved, or has come back."""
        photo = self.catalog.photos[row.photo_uid]
        now = self.catalog.clock()
        if row.name != found.name:
            self._rename(row, photo, found.name)
        facts, error = _facts(found.name, data)
        self.catalog.rewrite_file(
            row,
            hash=found.hash,
            size=found.size,
            mtime=found.mtime,
            gone=False,
            missing=False,
            error=error,
            updated=now,
        )
        if facts is not None:
            _apply(row, facts)
        if photo.lost is not None:
            photo.lost = None
            for entries in self.catalog.entries.values():
                if photo.uid in entries:
                    entries[photo.uid].missing = False
        self._settle(photo, facts)
        photo.updated = now
        report.updated.append(photo.uid)
        return row

    def _rename(self, row: File, photo: Photo, name: str) -> None:
        old = row.name
        leads = row.primary or not any(
            f.root == "/" and f is not row for f in self.catalog.files_of(photo)
        )
        sidecar = self.catalog.file_named(f"{old}.jpg", "sidecar")
        self.catalog.rewrite_file(row, name=name, original_name=old.rpartition("/")[2])
        if sidecar is not None:
            self.catalog.drop_file(sidecar)
        if leads:
            photo.original_name = stem(old)
            self.catalog.rename_photo(photo, _folder(name), stem(name))

    def _new(self, found: "_Found", data: bytes, report: Report) -> File | None:
        facts, error = _facts(found.name, data)
        if facts is None and not error.startswith("mislabelled"):
            return None
        folder, name = _folder(found.name), stem(found.name)
        photo = self.catalog.photo_named(folder, name)
        if facts is not None and facts.media_type == "sidecar" and photo is None:
            return None
        if photo is None:
            photo = self._new_photo(folder, name, found)
            report.created.append(photo.uid)
        else:
            photo.updated = self.catalog.clock()
            photo.lost = None
            report.updated.append(photo.uid)
        file = self._new_file(photo, found, facts, error)
        self._settle(photo, facts)
        return file

    def _new_photo(self, folder: str, name: str, found: "_Found") -> Photo:
        now = self.catalog.clock()
        taken = found.mtime * 1_000_000_000
        return self.catalog.put_photo(
            Photo(
                uid=self.catalog.uid("p"),
                id=self.catalog.number(),
                path=folder,
                name=name,
                original_name=stem(found.original) if found.original else "",
                taken=taken,
                taken_local=taken,
                time_zone="UTC",
                created=now,
                updated=now,
            )
        )

    def _new_file(self, photo: Photo, found: "_Found", facts: Facts | None, error: str) -> File:
        now = self.catalog.clock()
        file_type, mime = TYPES[extension(found.name)]
        row = File(
            uid=self.catalog.uid("f"),
            photo_uid=photo.uid,
            name=found.name,
            hash=found.hash,
            size=found.size,
            mtime=found.mtime,
            file_type=file_type,
            media_type="image" if facts is None else facts.media_type,
            mime=mime,
            created=now,
            updated=now,
            original_name=found.original,
            error=error,
        )
        if facts is not None:
            _apply(row, facts)
        return self.catalog.put_file(row)

    def _settle(self, photo: Photo, facts: Facts | None) -> None:
        """Make the photo fit its files again."""
        if facts is not None and facts.media_type != "sidecar":
            describing.take_facts(photo, facts)
        choose_primary(self.catalog, photo, self.originals, self.sidecars, self.options)
        describing.describe(self.catalog, photo)

    def _miss(self, top: str, report: Report) -> None:
        """Note which files are gone, and which photos with them."""
        below = f"{top}/" if top else ""
        touched: dict[str, Photo] = {}
        for file in list(self.catalog.files.values()):
            if file.root != "/" or file.gone or not file.name.startswith(below):
                continue
            if self.originals.stat(file.name) is None:
                file.gone, file.primary = True, False
                touched[file.photo_uid] = self.catalog.photos[file.photo_uid]
        for photo in touched.values():
            if any(f.root == "/" and not f.sidecar for f in self.catalog.files_of(photo)):
                self._settle(photo, None)
                report.updated.append(photo.uid)
            else:
                self._lose(photo)
                report.deleted.append(photo.uid)

    def _lose(self, photo: Photo) -> None:
        photo.lost, photo.quality = self.catalog.clock(), -1
        for file in self.catalog.files_of(photo):
            if file.root == "sidecar":
                self.catalog.drop_file(file)
            else:
                file.gone = True
        for entries in self.catalog.entries.values():
            if photo.uid in entries:
                entries[photo.uid].missing = True


@dataclass(frozen=True, slots=True)
class _Found:
    name: str
    hash: str
    size: int
    mtime: int
    original: str


def _facts(name: str, data: bytes) -> tuple[Facts | None, str]:
    """What the bytes tell, or why they tell nothing."""
    try:
        return examine(name, data), ""
    except Mislabelled as exc:
        return None, f"mislabelled: {exc}"
    except Broken as exc:
        return None, f"broken: {exc}"


def _apply(row: File, facts: Facts) -> None:
    row.file_type, row.media_type, row.mime = facts.file_type, facts.media_type, facts.mime
    row.codec, row.width, row.height = facts.codec, facts.width, facts.height
    row.orientation, row.frames, row.duration = facts.orientation, facts.frames, facts.duration
    seconds = facts.duration / 1_000_000_000
    row.fps = round(facts.frames / seconds, 2) if seconds and facts.frames else 0


def _folder(name: str) -> str:
    return name.rpartition("/")[0]


def _rank(name: str) -> tuple[int, str]:
    """JPEG first, then PNG; what only describes comes last."""
    kind = extension(name)
    return (9 if kind in SIDECARS else RANKS.get(kind, 5)), name
