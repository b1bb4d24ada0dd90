"""Blocks on disk under a hard cap: one file each, and an index. Blocking; one call at a time.

Nothing here is needed: whatever goes wrong (disk full, directory deleted, index damaged) means that
a block is not stored, or not found, and is told in the log once. No method raises.
"""

import logging
import os
import shutil
import sqlite3
import zlib
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TypeVar

from g3fs.cache.blockindex import (
    Block,
    BlockIndex,
    Facts,
    Label,
    Remembered,
    Totals,
    taken_bytes,
)
from g3fs.gallery.ids import ItemId
from g3fs.gallery.items import Rendition

log = logging.getLogger(__name__)

T = TypeVar("T")

Piece = tuple[int, bytes]
"""Bytes of a file, and where in it they start."""

DiskUsage = Callable[[Path], tuple[int, int, int]]
"""Total, used and free bytes of the disk on which a directory is; shutil.disk_usage."""

EVICTED_AT_ONCE = 32
"""Blocks looked at in one query when room is made."""

READ_AT_ONCE = 256 * 1024
"""Bytes of a file in memory while its checksum is made."""

LAYOUT = "blocks-1"
"""The directory below the cache directory; another number when what is in it changes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StoreOptions:
    """Where blocks are kept, and how many."""

    directory: Path
    """Made when it is not there; may be deleted at any time."""
    limit_bytes: int
    """What all blocks may take on disk; the index beside them takes about 0.02 % of that."""
    spare_share: float = 0.05
    """This part of the disk stays free, whatever `limit_bytes` says."""
    disk_usage: DiskUsage = shutil.disk_usage


class BlockStore:
    """The blocks of one cache directory; several processes may use one directory."""

    def __init__(self, options: StoreOptions) -> None:
        self._options = options
        self._home = options.directory / LAYOUT
        self._index: BlockIndex | None = None
        self._identity: tuple[int, int] | None = None
        self._told: set[str] = set()
        self._evicted: list[int] = []
        self.totals_seen = Totals(0, 0)
        """What all blocks took, those of other processes too, when this one last changed some."""

    def close(self) -> None:
        """Close the index; a later call opens it again."""
        if self._index is not None:
            self._index.close()
            self._index = None

    def path(self, number: int) -> Path:
        """Where the bytes of a block are, if they are."""
        return self._home / f"{number % 256:02x}" / f"{number:x}"

    def remembered(self, item: ItemId, rendition: Rendition) -> list[Remembered]:
        """All versions of a file of which there are blocks, the one stored last first."""
        return self._try(lambda index: index.remembered(item, rendition), [])

    def put(self, label: Label, facts: Facts, start: int, data: bytes) -> Block | None:
        """Store bytes; None when there is no room, or no disk."""
        blocks = self.put_all(label, facts, [(start, data)])
        return blocks[0] if blocks else None

    def put_all(self, label: Label, facts: Facts, pieces: Sequence[Piece]) -> list[Block]:
        """Store bytes of one file, a block for each piece; none when there is no room, or no disk.

        Blocks that another process evicted at once are left out.
        """
        return self._try(lambda index: self._put(index, label, facts, pieces), [])

    def take(self, label: Label, facts: Facts, path: Path) -> Block | None:
        """Store a whole file, which nobody may change from now on, by giving it a second name.

        None when that cannot be, as on another disk; then it can be copied.
        """
        return self._try(lambda index: self._take(index, label, facts, path), None)

    def take_evicted(self) -> list[int]:
        """The blocks that had to make room since the last call."""
        evicted, self._evicted = self._evicted, []
        return evicted

    def relabel(self, before: Label, now: Label) -> None:
        """Let the blocks of one version go by another, which has the same bytes."""
        self._try(lambda index: index.relabel(before, now), None)

    def drop(self, label: Label) -> None:
        """Free the blocks of one version of a file."""
        self._try(lambda index: self._remove(index, index.numbers_of(label)), None)

    def drop_item(self, item: ItemId) -> None:
        """Free the blocks of all renditions and versions of an item."""
        self._try(lambda index: self._remove(index, index.numbers_of_item(item)), None)

    def remove(self, number: int) -> None:
        """Free one block, because it is damaged or its file is gone."""
        self._try(lambda index: self._remove(index, [number]), None)

    def touch(self, numbers: list[int]) -> None:
        """Note that blocks were used, in this order."""
        self._try(lambda index: self._touch(index, numbers), None)

    def sweep(self) -> None:
        """Delete files that no block owns: what a crash, or a damaged index, left."""
        self._try(self._sweep, None)

    # Blocks

    def _put(
        self, index: BlockIndex, label: Label, facts: Facts, pieces: Sequence[Piece]
    ) -> list[Block]:
        blocks = [Block(0, start, len(data), zlib.crc32(data)) for start, data in pieces]
        with index.changing():
            if not self._make_room(index, sum(taken_bytes(block.length) for block in blocks)):
                return []
            blocks = [replace(block, number=index.add(label, facts, block)) for block in blocks]
            self.totals_seen = index.totals()
        try:
            for block, (_, data) in zip(blocks, pieces, strict=True):
                self._write(block.number, data)
        except OSError:
            with index.changing():
                self._unlink_all(index, [block.number for block in blocks])
            raise
        with index.changing():
            stored = {block.number for block in blocks if index.finish(block.number)}
        for block in blocks:
            if block.number not in stored:  # evicted by another process before it was written
                self.path(block.number).unlink(missing_ok=True)
        return [block for block in blocks if block.number in stored]

    def _take(self, index: BlockIndex, label: Label, facts: Facts, path: Path) -> Block | None:
        try:
            length, crc = _checksum(path)
        except OSError as exc:
            log.debug("%s: cannot be taken: %s", path, exc)
            return None
        block = Block(0, 0, length, crc)
        with index.changing():
            if length != facts.size or not self._make_room(index, taken_bytes(length)):
                return None
            block = replace(block, number=index.add(label, facts, block))
            try:
                self._in_directory(block.number, lambda place: place.hardlink_to(path))
            except OSError as exc:  # all of it is taken back
                log.debug("%s: cannot be taken as it is: %s", path, exc)
                self._unlink_all(index, [block.number])
                return None
            index.finish(block.number)
            self.totals_seen = index.totals()
        return block

    def _in_directory(self, number: int, make: Callable[[Path], T]) -> T:
        """Make a block's file in its directory, and before it that, if need be."""
        path = self.path(number)
        try:
            return make(path)
        except FileNotFoundError:  # no block went into this directory yet
            path.parent.mkdir(exist_ok=True)
            return make(path)

    def _write(self, number: int, data: bytes) -> None:
        file = self._in_directory(number, lambda path: path.open("xb", buffering=0))
        with file:
            left = memoryview(data)
            while left:
                left = left[file.write(left) :]

    def _make_room(self, index: BlockIndex, needed: int) -> bool:
        """Evict what was not used for longest until `needed` bytes may be written."""
        total, _, free = self._options.disk_usage(self._home)
        over_disk = needed + int(total * self._options.spare_share) - free
        if needed > self._options.limit_bytes:
            return False
        while (over := max(self._over_limit(index, needed), over_disk)) > 0:
            oldest = index.oldest(EVICTED_AT_ONCE)
            if not oldest:
                return False
            for number, taken in oldest:
                if over <= 0:
                    break
                self._unlink_all(index, [number])
                self._evicted.append(number)
                over -= taken
                over_disk -= taken
        return True

    def _over_limit(self, index: BlockIndex, needed: int) -> int:
        return index.totals().taken_bytes + needed - self._options.limit_bytes

    def _remove(self, index: BlockIndex, numbers: list[int]) -> None:
        if not numbers:
            return  # most of what is deleted was never read
        with index.changing():
            self._unlink_all(index, numbers)
            self.totals_seen = index.totals()

    def _unlink_all(self, index: BlockIndex, numbers: list[int]) -> None:
        # The files go before the transaction ends, so that no other process counts on their room
        # while they are still there. Rolled back, they are blocks whose file is missing: misses.
        for number in numbers:
            self.path(number).unlink(missing_ok=True)
        index.remove(numbers)

    def _touch(self, index: BlockIndex, numbers: list[int]) -> None:
        with index.changing():
            index.touch(numbers)

    def _sweep(self, index: BlockIndex) -> None:
        # In this order: a file is written only after its number is in the index.
        files = [path for path in self._home.glob("??/*") if path.is_file()]
        owned = index.all_numbers()
        self.totals_seen = index.totals()
        for path in files:
            with suppress(ValueError):
                if int(path.name, 16) not in owned:
                    path.unlink(missing_ok=True)
        for rest in self._options.directory.glob(f"{LAYOUT}.damaged-*"):
            shutil.rmtree(rest, ignore_errors=True)

    # The index

    def _try(self, work: Callable[[BlockIndex], T], otherwise: T) -> T:
        """What `work` returns, or `otherwise`; a damaged index is replaced by an empty one."""
        try:
            with self._healing():
                return work(self._opened())
        except (sqlite3.Error, OSError) as exc:
            self._tell("content cache: %s; going on without it", exc)
            return otherwise

    def _opened(self) -> BlockIndex:
        """The index, opened again when its file is not the one that was opened."""
        path = self._home / "index.db"
        if self._index is not None and _identity(path) == self._identity:
            return self._index
        self.close()
        self._home.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._index = BlockIndex(path)
        self._identity = _identity(path)
        return self._index

    @contextmanager
    def _healing(self) -> Iterator[None]:
        try:
            yield
        except sqlite3.OperationalError:
            self.close()  # "disk I/O error" and the like stick to a connection
            raise
        except sqlite3.DatabaseError as exc:
            self.close()
            self._set_aside()
            self._tell("content cache: the index was damaged (%s); started an empty one", exc)
            raise

    def _set_aside(self) -> None:
        if self._identity is not None and _identity(self._home / "index.db") != self._identity:
            return  # another process was faster
        aside = self._home.with_name(f"{LAYOUT}.damaged-{os.getpid()}")
        with suppress(OSError):
            self._home.rename(aside)
        shutil.rmtree(aside, ignore_errors=True)

    def _tell(self, message: str, exc: Exception) -> None:
        """Log a kind of trouble once: it would come with every block."""
        kind = f"{type(exc).__name__} {getattr(exc, 'errno', '')}"
        log.log(logging.DEBUG if kind in self._told else logging.WARNING, message, exc)
        self._told.add(kind)


def _checksum(path: Path) -> tuple[int, int]:
    """How many bytes a file has, and their checksum."""
    length, crc, buffer = 0, 0, memoryview(bytearray(READ_AT_ONCE))
    with path.open("rb", buffering=0) as file:
        while count := file.readinto(buffer):
            length, crc = length + count, zlib.crc32(buffer[:count], crc)
    return length, crc


def _identity(path: Path) -> tuple[int, int] | None:
    try:
        found = path.stat()
    except OSError:
        return None
    return (found.st_dev, found.st_ino)
