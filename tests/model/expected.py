"""The dictionary that a file system over a gallery should look like."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace

from g3fs.gallery.ids import ItemId
from g3fs.gallery.items import Entry
from g3fs.vfs.writing.names import is_staging


class Impossible(AssertionError):
    """Nobody can have done that."""


Entries = Mapping[ItemId, Entry]
"""What the server has, by item."""


@dataclass(eq=False)
class File:
    """What a user knows of one file."""

    data: bytes = b""
    id: ItemId | None = None
    """Of the item that it is; None: it is on this machine only, or its id was not seen yet."""
    server: bytes = b""
    """What the server has of it; b"": nothing."""
    own: str = ""
    """The last name that it had and that a gallery takes."""
    heir_of: "File | None" = None
    """The photo whose name was free for this file only because it is renamed away: it is to become
    that item."""
    dirty: bool = False
    """Written through a handle, and not closed since."""
    waits: bool = False
    """Accepted, and not on the server yet."""
    accepted: bytes = b""
    """What was, last."""
    linked: bool = True
    """It has a name."""
    tags: str | None = ""
    """None: not known."""
    title: str | None = ""
    mtime_ns: int | None = None
    """What utimensat(2) was told; None: it was not, or the data changed."""


@dataclass
class Handle:
    """An open file."""

    file: File
    fh: int


@dataclass
class Model:
    """What a user expects to see."""

    background: bool
    files: dict[str, File] = field(default_factory=dict)
    albums: set[str] = field(default_factory=set)
    handles: dict[int, Handle] = field(default_factory=dict)
    held: dict[str, File] = field(default_factory=dict)
    """Photos whose deletion was answered, and waits for a successor."""
    failed: dict[tuple[ItemId, str], bytes] = field(default_factory=dict)
    """What was refused, by its album and name."""
    orphans: dict[tuple[ItemId, str], bytes] = field(default_factory=dict)
    """What waits to be sent into albums that are gone."""
    ids: dict[str, ItemId] = field(default_factory=dict)
    """Of the albums, by their paths; the root's is there from the beginning."""

    # Looking

    def find(self, path: str, entries: Entries) -> str | None:
        """The path of a file that is found under `path`: its own, or what the server calls it."""
        if path in self.files:
            return path
        for shown, file in self.in_album(album_of(path)):
            if not is_staged(shown) and name_of(path) == server_name(file, entries):
                return shown
        return None

    def in_album(self, album: str) -> Iterator[tuple[str, File]]:
        """Paths and files of one album."""
        return ((path, file) for path, file in self.files.items() if album_of(path) == album)

    def inside(self, album: str) -> list[str]:
        """Files and albums in an album."""
        return [each for each in (*self.files, *self.albums) if album_of(each) == album]

    def key(self, path: str) -> tuple[ItemId, str]:
        """How the journal knows a place."""
        return self.ids[album_of(path)], name_of(path)

    def path_of(self, file: File) -> str | None:
        """Where a file is."""
        return next((path for path, each in self.files.items() if each is file), None)

    def parked(self, path: str, entries: Entries) -> str | None:
        """Where the photo is shown that had this name before it was renamed away."""
        for shown, file in self.in_album(album_of(path)):
            names = (file.own, server_name(file, entries))
            if file.id is not None and is_staged(shown) and name_of(path) in names:
                return shown
        return None

    # Changing

    def make(self, path: str, parked: str | None) -> File:
        """A new file; `parked`: where the photo is whose name it has."""
        old = self.files[parked] if parked is not None else None
        file = self.files[path] = File(own=name_of(path), heir_of=old)
        self.held.pop(path, None)
        return file

    def written(self, path: str, data: bytes) -> None:
        """A file was closed with new data."""
        file = self.files[path]
        file.data, file.mtime_ns = data, None
        self.closed(path)

    def closed(self, path: str) -> None:
        """What was written of a file counts."""
        file = self.files[path]
        file.dirty = False
        if (is_staged(path) and file.id is None) or not file.data:
            return
        if self.background:
            file.waits, file.accepted = True, file.data
        else:
            self.arrived(path)

    def arrived(self, path: str) -> None:
        """The server has the data of a file."""
        file, old = self.files[path], self.files[path].heir_of
        file.waits, file.heir_of = False, None
        if old is not None and old.id is not None:
            inherit(file, old)
            copied(old)
        file.server = file.data
        self.failed.pop(self.key(path), None)

    def refused(self, path: str) -> None:
        """The data of a file was refused: it is in failed/, and what was there before is back."""
        file = self.files[path]
        self.failed[self.key(path)] = file.data
        file.waits = file.dirty = False
        if file.id is None:
            self.removed(path)
        file.data, file.mtime_ns = file.server, None

    def refused_anew(self, path: str) -> None:
        """New data was refused: what was accepted before stays so."""
        file = self.files[path]
        if not file.waits:
            self.refused(path)
            return
        self.failed[self.key(path)] = file.data
        file.data, file.dirty, file.mtime_ns = file.accepted, False, None

    def unparked(self, path: str, parked: str) -> None:
        """A photo that was renamed away is there again, for what was to replace it was refused."""
        old = self.files[parked]
        self.files[path] = replace(old, own=name_of(path))
        copied(old)

    def removed(self, path: str) -> File:
        """A name is gone, and its file if nobody has it open."""
        file = self.files.pop(path)
        file.linked = False
        for other in self.files.values():
            if other.heir_of is file:
                other.heir_of = None
                inherit(other, file)
        return file

    def renamed(self, old: str, new: str, asked: str, heir_of: File | None) -> None:
        """A file has the path `asked`, by which what is shown as `new` was found."""
        file, target = self.files.pop(old), self.files.pop(new, None)
        if target is not None:
            target.linked = False
        if file.id is not None:
            self._renamed_photo(file, target, asked)
            return
        file.heir_of = None
        name = asked
        if target is not None:
            name, file.heir_of = new, target.heir_of
            inherit(file, target)
        elif asked in self.held:
            inherit(file, self.held.pop(asked))
        elif not is_staged(asked):
            file.heir_of = heir_of
        self._put(name, file)
        if file.data and not file.dirty:
            self.closed(name)

    def _renamed_photo(self, file: File, target: File | None, asked: str) -> None:
        for other in self.files.values():
            if (other.heir_of is file and not is_staged(asked)) or (
                target is not None and other.heir_of is target
            ):
                other.heir_of = None
        self.held.pop(asked, None)
        self._put(asked, file)

    def _put(self, path: str, file: File) -> None:
        self.files[path] = file
        if not is_staged(path):
            file.own = name_of(path)

    def renamed_album(self, old: str, new: str) -> None:
        """An album has another name, with all that is in it."""
        for album in [each for each in self.albums if is_below(each, old)]:
            self.albums.discard(album)
            self.albums.add(new + album[len(old) :])
            self.ids[new + album[len(old) :]] = self.ids.pop(album)
        for paths in (self.files, self.held):
            for path in [path for path in paths if is_below(path, old)]:
                paths[new + path[len(old) :]] = paths.pop(path)

    def removed_album(self, path: str) -> None:
        """An album is gone with all that was in it."""
        for file, each in self.files.items():
            if is_below(file, path) and each.waits:
                self.orphans[self.key(file)] = each.data
        for album in [each for each in self.albums if is_below(each, path)]:
            self.albums.discard(album)
            del self.ids[album]
        for file in [each for each in self.files if is_below(each, path)]:
            self.removed(file)
        for file in [each for each in self.held if is_below(each, path)]:
            del self.held[file]


def inherit(file: File, old: File) -> None:
    """New data for an item: it stays the item that it was."""
    if old.id is None:
        return
    file.id, file.server = old.id, old.server
    file.tags = file.tags or old.tags
    file.title = file.title or old.title


def copied(file: File) -> None:
    """A photo is only here any more, as a file."""
    file.id, file.server = None, b""
    file.tags = file.title = file.mtime_ns = None


def server_name(file: File, entries: Entries) -> str | None:
    """What the server calls a file."""
    entry = entries.get(file.id) if file.id is not None else None
    return None if entry is None else entry.name


def album_of(path: str) -> str:
    return path.rpartition("/")[0]


def name_of(path: str) -> str:
    return path.rpartition("/")[2]


def beside(path: str, name: str) -> str:
    """Another path in the same album."""
    return f"{album_of(path)}/{name}".removeprefix("/")


def is_staged(path: str) -> bool:
    return is_staging(name_of(path))


def is_below(path: str, album: str) -> bool:
    return path == album or path.startswith(f"{album}/")


def spelled(name: str) -> str:
    """As the fake server does it."""
    return re.sub("_+", "_", name)


def stem(name: str) -> str:
    """What must differ between the names of an album, as the fake server spells them."""
    return (spelled(name).rpartition(".")[0] or name).casefold()


def is_whole(data: bytes) -> bool:
    """Whether a picture of tests.pictures has its end."""
    return b"\xff\xd9" in data
