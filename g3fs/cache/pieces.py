"""What is here of one file: pieces of bytes that do not overlap, in order. Pure bookkeeping."""

from bisect import bisect_left, bisect_right, insort
from collections.abc import Iterator
from dataclasses import dataclass, field

from g3fs.cache.blockindex import Block


@dataclass(slots=True, eq=False)
class Growing:
    """Bytes in memory that a running transfer adds to; may still be empty."""

    start: int
    data: bytearray = field(default_factory=bytearray)

    @property
    def end(self) -> int:
        return self.start + len(self.data)


@dataclass(slots=True, eq=False)
class Held:
    """Bytes in memory that are on their way to the disk, or could not be stored there."""

    start: int
    data: bytes

    @property
    def end(self) -> int:
        return self.start + len(self.data)


@dataclass(slots=True, eq=False)
class Stored:
    """Bytes in a block on disk."""

    block: Block
    verified: bool = False
    """Whether this process has compared them with their checksum."""

    @property
    def start(self) -> int:
        return self.block.start

    @property
    def end(self) -> int:
        return self.block.start + self.block.length


Piece = Growing | Held | Stored


class Pieces:
    """The pieces of one file by their place; offsets are bytes from the start of the file."""

    def __init__(self) -> None:
        self._starts: list[int] = []
        self._by_start: dict[int, Piece] = {}

    def __iter__(self) -> Iterator[Piece]:
        """All pieces, first to last."""
        return iter([self._by_start[start] for start in self._starts])

    def __len__(self) -> int:
        return len(self._starts)

    def before(self, offset: int) -> Piece | None:
        """The last piece that starts at or before `offset`, wherever it ends."""
        index = bisect_right(self._starts, offset)
        return self._by_start[self._starts[index - 1]] if index else None

    def at(self, offset: int) -> Piece | None:
        """The piece that has the byte at `offset`."""
        piece = self.before(offset)
        return piece if piece is not None and offset < piece.end else None

    def next_start(self, offset: int) -> int | None:
        """Where the first piece begins that starts after `offset`."""
        index = bisect_right(self._starts, offset)
        return self._starts[index] if index < len(self._starts) else None

    def covered_to(self, offset: int) -> int:
        """The first byte at or after `offset` that is not here."""
        while (piece := self.at(offset)) is not None:
            offset = piece.end
        return offset

    def add(self, piece: Piece) -> bool:
        """Add a piece; False, and not added, when it overlaps one that is there."""
        following = self.next_start(piece.start)
        before = self.before(piece.start)
        if before is not None and (before.end > piece.start or before.start == piece.start):
            return False
        if following is not None and following < piece.end:
            return False
        insort(self._starts, piece.start)
        self._by_start[piece.start] = piece
        return True

    def replace(self, old: Piece, new: Piece) -> bool:
        """Put the same bytes in another form; False when `old` is not here any more."""
        if self._by_start.get(old.start) is not old:
            return False
        self._by_start[old.start] = new
        return True

    def remove(self, piece: Piece) -> None:
        """Take a piece out, if it is here."""
        if self._by_start.get(piece.start) is piece:
            del self._by_start[piece.start]
            del self._starts[bisect_left(self._starts, piece.start)]
