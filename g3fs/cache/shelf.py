"""The albums that are remembered: listings whole, bounded by items, the least used dropped first.

Plain calls without I/O; what happens between two awaits is atomic.
"""

from collections import OrderedDict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from g3fs.cache.changes import EntryKey
from g3fs.cache.questions import Asked
from g3fs.cache.told import ToldDetails
from g3fs.gallery.ids import ItemId
from g3fs.gallery.items import Album, Entry, Item, Listing


@dataclass(slots=True)
class Remembered:
    """One album; the entries of `listing` and `keyed` are the same objects."""

    listing: Listing
    keyed: dict[EntryKey, Entry]
    asked: Asked
    contradicted: int = 0
    """Answers to questions up to this number are not believed any more."""
    told: ToldDetails = field(default_factory=ToldDetails)


class Shelf:
    """Albums in the order of their last use, and where each item stands."""

    def __init__(self, max_items: int) -> None:
        """Hold at most `max_items` albums and entries together, but always the last album put."""
        self.root: Album | None = None
        """Its listing is never dropped."""
        self.items = 0
        """What is held now; an album counts as one more than its entries."""
        self.evicted = 0
        self._max_items = max_items
        self._albums: OrderedDict[ItemId, Remembered] = OrderedDict()
        self._places: dict[ItemId, tuple[ItemId, ...]] = {}

    def __len__(self) -> int:
        return len(self._albums)

    def __iter__(self) -> Iterator[Remembered]:
        return iter(self._albums.values())

    def get(self, album: ItemId) -> Remembered | None:
        """What is remembered, however old."""
        return self._albums.get(album)

    def use(self, album: ItemId) -> Remembered | None:
        """Like `get`, for a user's sake: the album is then the last to be dropped."""
        if album in self._albums:
            self._albums.move_to_end(album)
        return self._albums.get(album)

    def places(self, item: ItemId) -> tuple[ItemId, ...]:
        """The remembered albums in which `item` stands, the one listed last at the end."""
        return self._places.get(item, ())

    def item(self, item: ItemId) -> Item | None:
        """What is remembered of `item`; an album is told by its parent and itself: the newer."""
        own = self._albums.get(item)
        found: Item | None = None
        if places := self.places(item):
            above = self._albums[places[-1]]
            found = above.keyed[item].item
            if own is not None and own.asked.number > above.asked.number:
                found = own.listing.album
        elif own is not None:
            found = own.listing.album
        elif self.root is not None and self.root.id == item:
            found = self.root
        return found

    def put(self, album: ItemId, remembered: Remembered) -> list[ItemId]:
        """Remember an album or what is new of it; return the ids of those that had to go."""
        before = self._albums.get(album)
        old_keys = before.keyed.keys() if before is not None else set[EntryKey]()
        gone, come = old_keys - remembered.keyed.keys(), remembered.keyed.keys() - old_keys
        return self.put_changed(album, remembered, gone=gone, come=come)

    def put_changed(
        self,
        album: ItemId,
        remembered: Remembered,
        *,
        gone: Iterable[EntryKey] = (),
        come: Iterable[EntryKey] = (),
    ) -> list[ItemId]:
        """The same where it is known which keys differ: costs nothing for the other entries."""
        before = self._albums.pop(album, None)
        self._leave(album, gone)
        self._stand(album, come)
        self._albums[album] = remembered
        self.items += _weight(remembered) - (_weight(before) if before is not None else 0)
        return self._make_room(album)

    def drop(self, album: ItemId) -> Remembered | None:
        """Forget an album; return what was remembered."""
        remembered = self._albums.pop(album, None)
        if remembered is not None:
            self._leave(album, remembered.keyed)
            self.items -= _weight(remembered)
        return remembered

    def _make_room(self, kept: ItemId) -> list[ItemId]:
        dropped: list[ItemId] = []
        if self.items <= self._max_items:
            return dropped
        root = self.root.id if self.root is not None else None
        for album in [album for album in self._albums if album not in (kept, root)]:
            self.drop(album)
            dropped.append(album)
            if self.items <= self._max_items:
                break
        self.evicted += len(dropped)
        return dropped

    def _stand(self, album: ItemId, keys: Iterable[EntryKey]) -> None:
        here = (album,)  # one object for all items that stand in one album only
        for item in _ids(keys):
            elsewhere = self._places.get(item)
            self._places[item] = here if elsewhere is None else (*elsewhere, album)

    def _leave(self, album: ItemId, keys: Iterable[EntryKey]) -> None:
        for item in _ids(keys):
            elsewhere = tuple(place for place in self._places.pop(item) if place != album)
            if elsewhere:
                self._places[item] = elsewhere


def _ids(keys: Iterable[EntryKey]) -> Iterator[ItemId]:
    """The items; one that stands twice in an album is counted once."""
    return (ItemId(key) for key in keys if isinstance(key, str))


def _weight(remembered: Remembered) -> int:
    return 1 + len(remembered.keyed)
