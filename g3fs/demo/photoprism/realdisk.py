"""The directories of a server as real ones: a test may put a file there and ask for an index."""

import os
import shutil
from pathlib import Path
from typing import BinaryIO

from g3fs.demo.photoprism.disk import Stat


class RealDisk:
    """A directory of this machine."""

    def __init__(self, top: Path) -> None:
        top.mkdir(parents=True, exist_ok=True)
        self._top = top

    def _at(self, path: str) -> Path:
        return self._top / path if path else self._top

    def stat(self, path: str) -> Stat | None:
        try:
            found = self._at(path).stat()
        except (OSError, ValueError):
            return None
        is_dir = self._at(path).is_dir()
        return Stat(is_dir, 0 if is_dir else found.st_size, found.st_mtime_ns)

    def names(self, path: str) -> list[str]:
        try:
            return sorted(os.listdir(self._at(path)))  # noqa: PTH208 - names only, no paths
        except (FileNotFoundError, NotADirectoryError):
            return []

    def open(self, path: str) -> BinaryIO:
        return self._at(path).open("rb")

    def create(self, path: str) -> BinaryIO:
        return self._at(path).open("wb")

    def touch(self, path: str, mtime_ns: int) -> None:
        os.utime(self._at(path), ns=(mtime_ns, mtime_ns))

    def mkdir(self, path: str) -> None:
        self._at(path).mkdir(parents=True, exist_ok=True)

    def move(self, source: str, target: str) -> None:
        if self._at(target).is_dir():
            shutil.rmtree(self._at(target))
        self._at(source).replace(self._at(target))

    def remove(self, path: str) -> None:
        place = self._at(path)
        if place.is_dir() and not place.is_symlink():
            shutil.rmtree(place)
        else:
            place.unlink(missing_ok=True)
