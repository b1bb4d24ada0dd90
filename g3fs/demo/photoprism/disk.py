"""The directories of a server, in memory: originals, import. Paths are relative, with slashes."""

import io
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO, Protocol, cast


@dataclass(frozen=True, slots=True)
class Stat:
    """What the disk knows of a file or directory."""

    is_dir: bool
    size: int
    mtime_ns: int

    @property
    def mtime(self) -> int:
        """Whole seconds."""
        return self.mtime_ns // 1_000_000_000


class Disk(Protocol):
    """A tree of files. Errors are those of the operating system. Safe under parallel use."""

    def stat(self, path: str) -> Stat | None:
        """None: there is no such thing. "" is the top, a directory."""
        ...

    def names(self, path: str) -> list[str]:
        """What lies in a directory, sorted; [] if there is no such directory."""
        ...

    def open(self, path: str) -> BinaryIO:
        """Read a file. OSError if it is not there."""
        ...

    def create(self, path: str) -> BinaryIO:
        """Write a file from the start; bytes are there as soon as they are written."""
        ...

    def touch(self, path: str, mtime_ns: int) -> None:
        """Set the time of a file."""
        ...

    def mkdir(self, path: str) -> None:
        """Make a directory and those above it."""
        ...

    def move(self, source: str, target: str) -> None:
        """Rename a file or directory; what stands at the target is replaced."""
        ...

    def remove(self, path: str) -> None:
        """Delete a file, or a directory with everything in it; harmless if it is not there."""
        ...


def put(disk: Disk, path: str, data: bytes, mtime_ns: int | None = None) -> None:
    """Write a whole file, and make the directories above it."""
    disk.mkdir(path.rpartition("/")[0])
    with disk.create(path) as out:
        out.write(data)
    if mtime_ns is not None:
        disk.touch(path, mtime_ns)


def read(disk: Disk, path: str) -> bytes:
    """A whole file. OSError if it is not there."""
    with disk.open(path) as source:
        return source.read()


def join(folder: str, name: str) -> str:
    """A path; the top is ""."""
    return f"{folder}/{name}" if folder else name


def walk(disk: Disk, top: str) -> Iterator[tuple[str, Stat]]:
    """Everything below a directory, directories before what is in them."""
    for name in disk.names(top):
        path = join(top, name)
        found = disk.stat(path)
        if found is None:
            continue
        yield path, found
        if found.is_dir:
            yield from walk(disk, path)


@dataclass(slots=True)
class _Node:
    data: bytearray
    mtime_ns: int


class MemoryDisk:
    """A tree that ends with the process."""

    def __init__(self) -> None:
        self._lock = threading.RLock()
        self._files: dict[str, _Node] = {}
        self._dirs: dict[str, dict[str, None]] = {"": {}}
        self._times: dict[str, int] = {"": time.time_ns()}

    def stat(self, path: str) -> Stat | None:
        with self._lock:
            if path in self._dirs:
                return Stat(True, 0, self._times[path])
            node = self._files.get(path)
            return None if node is None else Stat(False, len(node.data), node.mtime_ns)

    def names(self, path: str) -> list[str]:
        with self._lock:
            return sorted(self._dirs.get(path, ()))

    def open(self, path: str) -> BinaryIO:
        with self._lock:
            node = self._files.get(path)
            if node is None:
                raise FileNotFoundError(2, "No such file", path)
            return io.BytesIO(bytes(node.data))

    def create(self, path: str) -> BinaryIO:
        with self._lock:
            self._enter(path)
            node = self._files[path] = _Node(bytearray(), time.time_ns())
        return cast("BinaryIO", io.BufferedWriter(cast("io.RawIOBase", _Appender(node)), 1 << 16))

    def touch(self, path: str, mtime_ns: int) -> None:
        with self._lock:
            self._files[path].mtime_ns = mtime_ns

    def mkdir(self, path: str) -> None:
        with self._lock:
            if path in self._dirs:
                return
            self.mkdir(path.rpartition("/")[0])
            self._enter(path)
            self._dirs[path] = {}
            self._times[path] = time.time_ns()

    def move(self, source: str, target: str) -> None:
        with self._lock:
            self.remove(target)
            self._enter(target)
            for path in [p for p in self._files if p == source or p.startswith(source + "/")]:
                self._files[target + path[len(source) :]] = self._files.pop(path)
            for path in [p for p in self._dirs if p == source or p.startswith(source + "/")]:
                moved = target + path[len(source) :]
                self._dirs[moved] = self._dirs.pop(path)
                self._times[moved] = self._times.pop(path)
            self._leave(source)

    def remove(self, path: str) -> None:
        with self._lock:
            below = path + "/"
            for gone in [p for p in self._files if p == path or p.startswith(below)]:
                del self._files[gone]
            for gone in [p for p in self._dirs if p == path or p.startswith(below)]:
                del self._dirs[gone], self._times[gone]
            self._leave(path)

    def _enter(self, path: str) -> None:
        folder, _, name = path.rpartition("/")
        if folder not in self._dirs:
            raise FileNotFoundError(2, "No such directory", folder)
        self._dirs[folder][name] = None
        self._times[folder] = time.time_ns()

    def _leave(self, path: str) -> None:
        folder, _, name = path.rpartition("/")
        if folder in self._dirs and self._dirs[folder].pop(name, 0) is None:
            self._times[folder] = time.time_ns()


class _Appender(io.RawIOBase):
    """Writes at the end of a file in memory."""

    def __init__(self, node: _Node) -> None:
        super().__init__()
        self._node = node

    def writable(self) -> bool:
        return True

    def write(self, data: bytes | memoryview) -> int:  # type: ignore[override]  # typeshed asks for Buffer, BufferedWriter passes memoryviews
        self._node.data += data
        self._node.mtime_ns = time.time_ns()
        return len(data)
