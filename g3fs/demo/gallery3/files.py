"""Where a gallery's files are: originals, resizes and thumbs, each in a tree like the albums'."""

import os
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import BinaryIO, Literal, Protocol

Shelf = Literal["albums", "resizes", "thumbs"]
Opener = Callable[[], BinaryIO]
SHELVES: tuple[Shelf, ...] = ("albums", "resizes", "thumbs")


@dataclass(frozen=True, slots=True)
class FileInfo:
    """Size in bytes and whole seconds of the last change; a directory has one too."""

    size: int
    modified: int
    is_directory: bool = False


class Files(Protocol):
    """A store of files by shelf and path. "" is the shelf itself. Calls must not overlap."""

    def make_directory(self, path: str) -> None:
        """Make a directory on all shelves; its parent must exist."""
        ...

    def put(self, shelf: Shelf, path: str, make: Callable[[], bytes], modified: int) -> Opener:
        """Store a file in an existing directory; `make` may be called later, but only once.

        What comes back opens these very bytes, as long as nothing else is done to the file.
        """
        ...

    def receive(self, path: str, source: BinaryIO, modified: int) -> Opener:
        """Store an original that arrives as a stream."""
        ...

    def info(self, shelf: Shelf, path: str) -> FileInfo | None:
        """What is there, or None."""
        ...

    def opener(self, shelf: Shelf, path: str) -> Opener:
        """Opens the bytes that are there now; FileNotFoundError, also for a directory."""
        ...

    def move(self, shelf: Shelf, old: str, new: str) -> None:
        """Rename a file or directory; harmless if it is not there."""
        ...

    def remove(self, shelf: Shelf, path: str) -> None:
        """Remove a file, or a directory with all below; harmless if nothing is there."""
        ...

    def walk(self, shelf: Shelf) -> Iterator[tuple[str, bool]]:
        """Every path below a shelf, and whether it is a directory."""
        ...


class _Blob:
    """A file in memory, made when it is first looked at."""

    def __init__(self, make: Callable[[], bytes], modified: int) -> None:
        self._make = make
        self._data: bytes | None = None
        self.modified = modified

    def read(self) -> bytes:
        if self._data is None:
            self._data = self._make()
        return self._data


_Node = dict[str, "_Blob | _Node"]


class MemoryFiles:
    """Files that end with the server."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._shelves: dict[Shelf, _Node] = {shelf: {} for shelf in SHELVES}

    def make_directory(self, path: str) -> None:
        for shelf in SHELVES:
            above, name = self._spot(shelf, path)
            above.setdefault(name, {})

    def put(self, shelf: Shelf, path: str, make: Callable[[], bytes], modified: int) -> Opener:
        above, name = self._spot(shelf, path)
        blob = above[name] = _Blob(make, modified)
        return lambda: BytesIO(blob.read())

    def receive(self, path: str, source: BinaryIO, modified: int) -> Opener:
        data = source.read()
        return self.put("albums", path, lambda: data, modified)

    def info(self, shelf: Shelf, path: str) -> FileInfo | None:
        node = self._find(shelf, path)
        if isinstance(node, _Blob):
            return FileInfo(len(node.read()), node.modified)
        # 4096 is what a directory has on the disks of most servers.
        return None if node is None else FileInfo(4096, int(self._clock()), is_directory=True)

    def opener(self, shelf: Shelf, path: str) -> Opener:
        blob = self._find(shelf, path)
        if not isinstance(blob, _Blob):
            raise FileNotFoundError(path)
        return lambda: BytesIO(blob.read())

    def move(self, shelf: Shelf, old: str, new: str) -> None:
        above, name = self._spot(shelf, old)
        if name in above:
            target, new_name = self._spot(shelf, new)
            target[new_name] = above.pop(name)

    def remove(self, shelf: Shelf, path: str) -> None:
        above, name = self._spot(shelf, path)
        if path:
            above.pop(name, None)
        else:
            above.clear()

    def walk(self, shelf: Shelf) -> Iterator[tuple[str, bool]]:
        waiting = [("", self._shelves[shelf])]
        while waiting:
            above, directory = waiting.pop()
            for name, node in directory.items():
                yield above + name, isinstance(node, dict)
                if isinstance(node, dict):
                    waiting.append((f"{above}{name}/", node))

    def _find(self, shelf: Shelf, path: str) -> "_Blob | _Node | None":
        node: _Blob | _Node | None = self._shelves[shelf]
        for name in path.split("/") if path else ():
            node = node.get(name) if isinstance(node, dict) else None
        return node

    def _spot(self, shelf: Shelf, path: str) -> tuple[_Node, str]:
        above, _, name = path.rpartition("/")
        node = self._find(shelf, above)
        if not isinstance(node, dict):
            raise FileNotFoundError(above)
        return node, name


class DiskFiles:
    """Files in a directory that outlives the server."""

    def __init__(self, directory: Path) -> None:
        self._directory = directory
        for shelf in SHELVES:
            (directory / shelf).mkdir(parents=True, exist_ok=True)

    def make_directory(self, path: str) -> None:
        for shelf in SHELVES:
            self._at(shelf, path).mkdir(exist_ok=True)

    def put(self, shelf: Shelf, path: str, make: Callable[[], bytes], modified: int) -> Opener:
        at = self._at(shelf, path)
        at.write_bytes(make())
        os.utime(at, (modified, modified))
        return lambda: at.open("rb")

    def receive(self, path: str, source: BinaryIO, modified: int) -> Opener:
        at = self._at("albums", path)
        with at.open("wb") as target:
            shutil.copyfileobj(source, target, 1 << 20)
        os.utime(at, (modified, modified))
        return lambda: at.open("rb")

    def info(self, shelf: Shelf, path: str) -> FileInfo | None:
        at = self._at(shelf, path)
        try:
            found = at.stat()
        except (FileNotFoundError, NotADirectoryError):
            return None
        return FileInfo(found.st_size, int(found.st_mtime), is_directory=at.is_dir())

    def opener(self, shelf: Shelf, path: str) -> Opener:
        at = self._at(shelf, path)
        if not at.is_file():
            raise FileNotFoundError(path)
        return lambda: at.open("rb")

    def move(self, shelf: Shelf, old: str, new: str) -> None:
        at = self._at(shelf, old)
        if at.exists():
            at.rename(self._at(shelf, new))

    def remove(self, shelf: Shelf, path: str) -> None:
        at = self._at(shelf, path)
        if at.is_dir():
            shutil.rmtree(at)
        else:
            at.unlink(missing_ok=True)

    def walk(self, shelf: Shelf) -> Iterator[tuple[str, bool]]:
        top = self._directory / shelf
        for at in top.rglob("*"):
            yield str(at.relative_to(top)), at.is_dir()

    def _at(self, shelf: Shelf, path: str) -> Path:
        """The file; a path never leaves its shelf, because names hold no slash and no `..`."""
        assert ".." not in path.split("/")
        return self._directory / shelf / path
