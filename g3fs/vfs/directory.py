"""One album as a directory: which names it shows, and which inode each of them is."""

import logging
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace

from g3fs.cache.state import State
from g3fs.cache.statetables import PinnedName
from g3fs.gallery.errors import GalleryError
from g3fs.gallery.ids import ItemId, shown_id
from g3fs.gallery.items import ORIGINAL, Link, Listing, Media, Rendition
from g3fs.vfs.names import (
    Wanted,
    folded,
    legal_name,
    numbered,
    parse_numbered,
    unique_names,
    with_extension,
)
from g3fs.vfs.nodes import AlbumNode, Child, GalleryNode, Ino, MediaNode, key_of, node_of

log = logging.getLogger(__name__)


class Order:
    """The files of a directory in one order."""

    def __init__(self, files: Sequence[Child]) -> None:
        self.files = tuple(files)
        self._positions = {child.ino: position for position, child in enumerate(self.files)}

    def position(self, ino: Ino) -> int | None:
        """Where an inode stands; None when it is no file of this directory."""
        return self._positions.get(ino)


class Directory:
    """The names of one listing, seen in one view; does not change."""

    def __init__(
        self, ino: Ino, listing: Listing, node: AlbumNode, children: Iterable[Child]
    ) -> None:
        self.ino = ino
        self.listing = listing
        self.node = node
        self.children = tuple(children)
        self.newest_s = newest_change_s(listing)
        self._by_name = {child.name: child for child in self.children}
        self._by_folded = {folded(child.name): child for child in self.children}
        self._orders: tuple[Order, ...] | None = None

    def __len__(self) -> int:
        return len(self.children)

    def __iter__(self) -> Iterator[Child]:
        return iter(self.children)

    def find(self, name: str) -> Child | None:
        """The child of that name; composed or not, and with its id behind its plain name."""
        exact = self._by_name.get(name) or self._by_folded.get(folded(name))
        return exact or self._numbered(name)

    def of_item(self, item: ItemId) -> Child | None:
        """The child that is an item; looks at all."""
        for child in self.children:
            if isinstance(child.node, GalleryNode) and child.node.item.id == item:
                return child
        return None

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
        plain, item_id = parsed
        for entry in self.listing.entries:
            node = node_of(entry.item, self.node.view)
            if node is None or shown_id(entry.item.id) != item_id:
                continue
            if folded(base_name(entry.name, node)) == folded(plain):
                return next((child for child in self.children if child.node == node), None)
        return None


def base_name(server_name: str, node: GalleryNode) -> str:
    """The name that an entry would have, were it alone in its directory."""
    item = node.item
    media_type = item.media_type if isinstance(item, Media) else None
    name = legal_name(server_name, media_type=media_type, fallback=shown_id(item.id))
    if isinstance(item, Media) and node.view != ORIGINAL:
        name = with_extension(name, item.renditions[node.view].media_type)
    return name


def link_target(link: Link) -> str:
    """Where a link of the server points, relative to the directory in which it stands.

    With ids: a name with its id looks up whether or not the directory shows it so.
    """
    names = []
    for step in link.path:
        name = legal_name(step.name, media_type=None, fallback=shown_id(step.id or "-"))
        names.append(name if step.id is None else numbered(name, step.id))
    return "/".join([*[".."] * link.depth, *names])


def named(
    listing: Listing, view: Rendition, pins: Mapping[str, PinnedName]
) -> list[tuple[PinnedName, GalleryNode]]:
    """What a listing shows in one view, each with its names: the server's, and the one shown."""
    entries = list(_shown(listing, view))
    wanted = []
    for server_name, child in entries:
        pin = pins.get(child.item.id)
        kept = pin.shown if pin is not None and pin.server_name == server_name else None
        base = base_name(server_name, child)
        wanted.append(Wanted(id=child.item.id, base=base, pinned=kept))
    names = unique_names(wanted)
    return [(PinnedName(name, names[child.item.id]), child) for name, child in entries]


async def build_directory(ino: Ino, listing: Listing, node: AlbumNode, state: State) -> Directory:
    """Give every entry of a listing its name and its inode number; both are kept in `state`."""
    place = key_of(node)
    pins = await state.names(place)
    entries = named(listing, node.view, pins)
    shown: dict[str, PinnedName] = {child.item.id: name for name, child in entries}
    if fresh := {item: pin for item, pin in shown.items() if pins.get(item) != pin}:
        await _pin(state, place, fresh)
    inos = await state.inodes([key_of(child) for _, child in entries])
    children = [Child(name.shown, Ino(inos[key_of(child)]), child) for name, child in entries]
    return Directory(ino, listing, replace(node, item=listing.album), children)


async def _pin(state: State, place: str, pins: Mapping[str, PinnedName]) -> None:
    try:
        await state.pin_names(place, pins)
    except GalleryError as error:  # a full disk must not stop anybody from looking at pictures
        log.warning("names shown now may be others after a remount: %s", error)


def _shown(listing: Listing, view: Rendition) -> Iterator[tuple[str, GalleryNode]]:
    """The entries that have something to show in this view; each item once, never the album."""
    seen = {listing.album.id}
    for entry in listing.entries:
        node = node_of(entry.item, view)
        if node is not None and entry.item.id not in seen:
            seen.add(entry.item.id)
            yield entry.name, node


def newest_change_s(listing: Listing) -> int:
    """The newest of what came into an album, and of its own change."""
    came = (entry.item.times.created_s for entry in listing.entries)
    return max([listing.album.times.updated_s, *came])
