"""One album as a directory: which names it shows, and which inode each of them is."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from g3fs.cache.statetables import RememberedTimes
from g3fs.gallery.ids import ItemId, parse_numbered, shown_id
from g3fs.gallery.items import Entry, Listing
from g3fs.vfs.names import LOOKALIKES, folded, legal_name
from g3fs.vfs.naming import base_name
from g3fs.vfs.nodes import AlbumNode, Child, GalleryNode, Ino, MediaNode


class Order:
    """The files of a directory in one order."""

    def __init__(self, files: Sequence[Child]) -> None:
        self.files = tuple(files)
        self._positions = {child.ino: position for position, child in enumerate(self.files)}

    def position(self, ino: Ino) -> int | None:
        """Where an inode stands; None when it is no file of this directory."""
        return self._positions.get(ino)


@dataclass(frozen=True, slots=True)
class Line:
    """What a directory makes of one entry of the listing."""

    entry: Entry
    child: Child
    server_name: str | None = None
    """Where the child has an alias: the name that it would have else, folded."""


class Index:
    """The children of a directory by their names, composed. Filled while it is built."""

    def __init__(self, before: "Index | None" = None) -> None:
        self.by_name: dict[str, Child] = {} if before is None else dict(before.by_name)
        self.by_server_name: dict[str, tuple[Child, ...]] = (
            {} if before is None else dict(before.by_server_name)
        )

    def add(self, line: Line) -> None:
        """A name is shown."""
        self.by_name[folded(line.child.name)] = line.child
        if line.server_name is not None:
            others = self.by_server_name.get(line.server_name, ())
            self.by_server_name[line.server_name] = (*others, line.child)

    def remove(self, line: Line) -> None:
        """A name is shown no more."""
        del self.by_name[folded(line.child.name)]
        if line.server_name is not None:
            known = self.by_server_name.pop(line.server_name)
            if others := tuple(child for child in known if child is not line.child):
                self.by_server_name[line.server_name] = others

    def find(self, name: str) -> Child | None:
        """The child that is shown so; else the one that the server calls so."""
        composed = folded(name.translate(LOOKALIKES))  # in no name that is shown is another one
        if (child := self.by_name.get(composed)) is not None:
            return child
        return min(self.by_server_name.get(composed, ()), key=lambda one: one.ino, default=None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Contents:
    """What a directory is made of."""

    lines: Mapping[ItemId, Line]
    """In the order of the listing."""
    index: Index
    newest_arrival_s: int
    times: RememberedTimes | None = None
    """What utimensat(2) was told of the directory itself, where it still holds."""
    undecided: frozenset[ItemId] = frozenset()
    """Items whose times are shown, although the server did not say whether they still hold."""


class Directory:
    """The names of one listing, seen in one view; does not change."""

    def __init__(self, ino: Ino, listing: Listing, node: AlbumNode, contents: Contents) -> None:
        self.ino = ino
        self.listing = listing
        self.node = node
        self.contents = contents
        self.times = contents.times
        self.newest_s = max(listing.album.times.updated_s, contents.newest_arrival_s)
        """The newest of what came into the album, and of its own change."""
        self._children: tuple[Child, ...] | None = None
        self._orders: tuple[Order, ...] | None = None

    def __len__(self) -> int:
        return len(self.contents.lines)

    def __iter__(self) -> Iterator[Child]:
        return iter(self.children)

    @property
    def children(self) -> tuple[Child, ...]:
        """In the order of the listing."""
        if self._children is None:
            self._children = tuple(line.child for line in self.contents.lines.values())
        return self._children

    def find(self, name: str) -> Child | None:
        """The child of that name; composed or not, and with its id behind its plain name."""
        return self.contents.index.find(name) or self._numbered(name)

    def of_item(self, item: ItemId) -> Child | None:
        """The child that is an item."""
        line = self.contents.lines.get(item)
        return None if line is None else line.child

    @property
    def orders(self) -> tuple[Order, ...]:
        """The files in the order of the listing, and in that of their names."""
        if self._orders is None:
            files = [child for child in self.children if isinstance(child.node, MediaNode)]
            by_name = sorted(files, key=lambda child: child.name)
            self._orders = (Order(files), Order(by_name))
        return self._orders

    def _numbered(self, name: str) -> Child | None:
        parsed = parse_numbered(name)
        if parsed is None:
            return None
        plain, number = folded(parsed[0]), parsed[1]
        for item, line in self.contents.lines.items():
            if not item.endswith(number) or shown_id(item) != number:
                continue
            node = line.child.node
            assert isinstance(node, GalleryNode)  # what a listing has
            # A link may know the server's name, and not the type that asks for an extension.
            given = legal_name(line.entry.name, media_type=None, fallback=number)
            names = (base_name(line.entry.name, node), line.child.name, given)
            if plain in map(folded, names):
                return line.child
        return None
