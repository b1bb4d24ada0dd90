"""The disk of the server: in memory, or a real directory. Paths are absolute, `/` between names.

Names that are not UTF-8 carry surrogates, as `os.fsdecode` makes them.
"""

import io
import os
import shutil
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO, Protocol

from g3fs.demo.library import Content

PIECE = 256 * 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """What a directory says about a name in it."""

    name: str
    is_directory: bool
    size: int
    modified: int


@dataclass(frozen=True, slots=True)
class Blob:
    """Bytes that can be read again and again, in parts."""

    size: int
    open: Callable[[], BinaryIO]

    def read(self) -> bytes:
        """All."""
        with self.open() as source:
            return source.read()

    def part(self, first: int, last: int) -> Iterator[bytes]:
        """From one byte to another, both included, piece by piece."""
        left = last - first + 1
        with self.open() as source:
            source.seek(first)
            while left > 0 and (piece := source.read(min(PIECE, left))):
                left -= len(piece)
                yield piece


def blob_of(data: bytes) -> Blob:
    """Bytes in memory."""
    return Blob(len(data), lambda: io.BytesIO(data))


class Disk(Protocol):
    """What is asked of a disk. All raise OSError as the real calls do."""

    def entries(self, path: str) -> list[Entry]:
        """What is in a directory, by name."""
        ...

    def look(self, path: str) -> Entry | None:
        """One file or directory; None: there is none."""
        ...

    def open(self, path: str) -> BinaryIO: ...

    def write(self, path: str, content: Content, modified: int) -> None:
        """Make or replace a file, and the directories on the way to it."""
        ...

    def make_directory(self, path: str) -> None:
        """With all above it; fine if it is there."""
        ...

    def move(self, old: str, new: str) -> None: ...

    def remove(self, path: str) -> None:
        """A file, or a directory with everything in it."""
        ...


def walk(disk: Disk, top: str) -> Iterator[tuple[str, list[Entry]]]:
    """Each directory from `top` down with its files, in the order of names."""
    entries = disk.entries(top)
    yield top, [entry for entry in entries if not entry.is_directory]
    for entry in entries:
        if entry.is_directory:
            yield from walk(disk, f"{top}/{entry.name}")


@dataclass(slots=True)
class _MemoryFile:
    content: Content
    modified: int


@dataclass(slots=True)
class _MemoryDirectory:
    modified: int = 0
    names: dict[str, _MemoryFile | None] = field(default_factory=dict)
    """Files; None for directories."""


class MemoryDisk:
    """Nothing outlives the process."""

    def __init__(self) -> None:
        self._lock = threading.RLock()
        self._directories: dict[str, _MemoryDirectory] = {"": _MemoryDirectory()}

    def entries(self, path: str) -> list[Entry]:
        with self._lock:
            names = sorted(self._directory(path).names)
            return [entry for name in names if (entry := self.look(f"{path}/{name}"))]

    def look(self, path: str) -> Entry | None:
        with self._lock:
            parent, _, name = path.rpartition("/")
            known = self._directories.get(path)
            if known is not None:
                return Entry(name=name, is_directory=True, size=0, modified=known.modified)
            above = self._directories.get(parent)
            file = above.names.get(name) if above else None
            if file is None:
                return None
            size = len(file.content.read())
            return Entry(name=name, is_directory=False, size=size, modified=file.modified)

    def open(self, path: str) -> BinaryIO:
        with self._lock:
            parent, _, name = path.rpartition("/")
            above = self._directories.get(parent)
            file = above.names.get(name) if above else None
        if file is None:
            raise _missing(path)
        return io.BytesIO(file.content.read())

    def write(self, path: str, content: Content, modified: int) -> None:
        with self._lock:
            parent, _, name = path.rpartition("/")
            self.make_directory(parent)
            above = self._directories[parent]
            above.names[name] = _MemoryFile(content, modified)
            above.modified = modified

    def make_directory(self, path: str) -> None:
        with self._lock:
            parent, _, name = path.rpartition("/")
            if path and path not in self._directories:
                self.make_directory(parent)
                self._directories[path] = _MemoryDirectory()
                self._directories[parent].names[name] = None

    def move(self, old: str, new: str) -> None:
        with self._lock:
            (above, _, name), (beyond, _, fresh) = old.rpartition("/"), new.rpartition("/")
            names = self._directory(above).names
            if name not in names:
                raise _missing(old)
            self._directory(beyond).names[fresh] = names.pop(name)
            for path in [p for p in self._directories if p == old or p.startswith(f"{old}/")]:
                self._directories[new + path[len(old) :]] = self._directories.pop(path)

    def remove(self, path: str) -> None:
        with self._lock:
            parent, _, name = path.rpartition("/")
            self._directory(parent).names.pop(name, None)
            for known in [p for p in self._directories if p == path or p.startswith(f"{path}/")]:
                del self._directories[known]

    def _directory(self, path: str) -> _MemoryDirectory:
        known = self._directories.get(path)
        if known is None:
            raise _missing(path)
        return known


def _missing(path: str) -> FileNotFoundError:
    return FileNotFoundError(2, "no such file or directory", path)


class RealDisk:
    """Files and directories of this machine, under their own paths."""

    def entries(self, path: str) -> list[Entry]:
        names = sorted(os.listdir(path))  # noqa: PTH208 - Path would need another pass for names
        return [entry for name in names if (entry := self.look(f"{path}/{name}"))]

    def look(self, path: str) -> Entry | None:
        try:
            facts = Path(path).stat()
        except OSError:
            return None
        return Entry(
            name=path.rpartition("/")[2],
            is_directory=Path(path).is_dir(),
            size=facts.st_size,
            modified=int(facts.st_mtime),
        )

    def open(self, path: str) -> BinaryIO:
        return Path(path).open("rb")

    def write(self, path: str, content: Content, modified: int) -> None:
        self.make_directory(path.rpartition("/")[0])
        Path(path).write_bytes(content.read())
        os.utime(path, (modified, modified))

    def make_directory(self, path: str) -> None:
        Path(path).mkdir(parents=True, exist_ok=True)

    def move(self, old: str, new: str) -> None:
        Path(old).rename(new)

    def remove(self, path: str) -> None:
        if Path(path).is_dir():
            shutil.rmtree(path)
        else:
            Path(path).unlink(missing_ok=True)
