"""Which local files there are: by id, by the name that they have, by the item whose data they are.

Without `await`, and so atomic. An item of the server may be shown under a name that no gallery
takes (parked), or not at all for a while (held back: it is about to be replaced or deleted).
"""

from collections.abc import Iterator
from dataclasses import dataclass

from g3fs.cache.queue.queue import Queue
from g3fs.cache.queue.record import Record, Stage
from g3fs.gallery.ids import ItemId
from g3fs.gallery.items import ORIGINAL, Media
from g3fs.vfs.names import folded
from g3fs.vfs.nodes import DraftNode, MediaNode, Node
from g3fs.vfs.writing.draft import Draft

Place = tuple[ItemId, str]
"""An album and a name in it, composed."""


@dataclass(frozen=True, slots=True)
class Held:
    """An item whose deletion was answered with success, and has not begun."""

    album: ItemId
    name: str
    media: Media


def place(album: ItemId, name: str) -> Place:
    """The key of a name in an album."""
    return album, folded(name)


def failed_before(queue: Queue, record: Record) -> list[Record]:
    """Earlier refused files of the same name."""
    here = place(record.album, record.name)
    return [
        other
        for other in queue.records.values()
        if other.stage is Stage.FAILED
        and other.sequence < record.sequence
        and place(other.album, other.name) == here
    ]


class Drafts:
    """All local files of one mount."""

    def __init__(self) -> None:
        self._by_id: dict[str, Draft] = {}
        self._named: dict[ItemId, dict[str, Draft]] = {}
        self._of_item: dict[ItemId, Draft] = {}
        self._trailing: dict[ItemId, Draft] = {}
        self._parked: dict[Place, Record] = {}
        self._parked_items: dict[ItemId, Record] = {}
        self._held: dict[Place, Held] = {}
        self._held_items: set[ItemId] = set()

    def __iter__(self) -> Iterator[Draft]:
        return iter(tuple(self._by_id.values()))

    def get(self, draft: str) -> Draft | None:
        """The draft of that id."""
        return self._by_id.get(draft)

    def add(self, draft: Draft) -> None:
        """Know a draft; it has no name yet, and is no item's data."""
        self._by_id[draft.id] = draft

    def drop(self, draft: Draft) -> None:
        """Know it no more, by whatever."""
        self.unname(draft)
        self.detach(draft)
        self._trailing = {item: d for item, d in self._trailing.items() if d is not draft}
        self._by_id.pop(draft.id, None)

    def of(self, node: Node) -> Draft | None:
        """The draft whose data a node shows; None: it shows the server's, or no file."""
        match node:
            case DraftNode(draft=draft):
                return self._by_id.get(draft)
            case MediaNode(item=media, view=view) if view == ORIGINAL:
                return self._of_item.get(media.id)
            case _:
                return None

    # Names

    def name(self, draft: Draft) -> None:
        """Show it under the name of its record."""
        album = self._named.setdefault(draft.record.album, {})
        album[folded(draft.record.name)] = draft

    def unname(self, draft: Draft) -> None:
        """Show it under no name."""
        album = self._named.get(draft.record.album, {})
        if album.get(folded(draft.record.name)) is draft:
            del album[folded(draft.record.name)]
            if not album:
                del self._named[draft.record.album]

    def is_named(self, draft: Draft) -> bool:
        """Whether it is shown under its own name."""
        return self.named(draft.record.album, draft.record.name) is draft

    def named(self, album: ItemId, name: str) -> Draft | None:
        """The draft of that name."""
        return self._named.get(album, {}).get(folded(name))

    def in_album(self, album: ItemId) -> tuple[Draft, ...]:
        """Those that have a name there."""
        return tuple(self._named.get(album, {}).values())

    # Items

    def attach(self, draft: Draft, item: ItemId) -> None:
        """From now on it is the data of that item."""
        self._of_item[item] = draft

    def detach(self, draft: Draft) -> None:
        """The item shows the server's data again."""
        item = draft.record.item
        if item is not None and self._of_item.get(item) is draft:
            del self._of_item[item]

    def of_item(self, item: ItemId) -> Draft | None:
        """The draft that is the data of an item."""
        return self._of_item.get(item)

    def attached_in(self, album: ItemId) -> list[tuple[ItemId, Draft]]:
        """The items of an album whose data is here, going by what is to become of that."""
        known = self._of_item.items()
        return [(item, draft) for item, draft in known if draft.record.album == album]

    def successor(self, item: ItemId) -> Draft | None:
        """The file that has the name of a parked item, and is to be its data."""
        drafts = (draft for draft in self._by_id.values() if draft.record.item == item)
        return next((draft for draft in drafts if self.is_named(draft)), None)

    def trail(self, draft: Draft, item: ItemId) -> None:
        """Its data is that of an item, for which it has attributes still."""
        self._trailing[item] = draft

    def with_attributes(self, item: ItemId) -> Draft | None:
        """The draft that has attributes of an item which the server has not got yet."""
        for known in (self._of_item.get(item), self._trailing.get(item)):
            if known is not None and known.record.attributes:
                return known
        return None

    # Items that are not where the server has them

    def park(self, record: Record) -> None:
        """Show an item under the name of the record, and not under its own."""
        assert record.item is not None
        self._parked[place(record.album, record.name)] = record
        self._parked_items[record.item] = record

    def unpark(self, record: Record) -> None:
        """Show it under its own name again."""
        assert record.item is not None
        self._parked.pop(place(record.album, record.name), None)
        self._parked_items.pop(record.item, None)

    def parked(self, album: ItemId, name: str) -> Record | None:
        """What is parked under that name."""
        return self._parked.get(place(album, name))

    def parked_as(self, item: ItemId) -> Record | None:
        """How an item is parked."""
        return self._parked_items.get(item)

    def is_anew(self, draft: Draft) -> bool:
        """Whether it is written under the name that its item had before that was parked."""
        item = draft.record.item
        parked = None if item is None else self._parked_items.get(item)
        own = place(draft.record.album, draft.record.name)
        return parked is not None and place(parked.album, parked.name) != own

    def parked_in(self, album: ItemId) -> tuple[Record, ...]:
        """All that is parked in an album."""
        return tuple(record for (where, _), record in self._parked.items() if where == album)

    def hold(self, held: Held) -> None:
        """Show an item no more; its deletion waits."""
        self._held[place(held.album, held.name)] = held
        self._held_items.add(held.media.id)

    def release(self, held: Held) -> bool:
        """Show it again; False when it was not held (any more)."""
        self._held_items.discard(held.media.id)
        return self._held.pop(place(held.album, held.name), None) is not None

    def held(self, album: ItemId, name: str) -> Held | None:
        """What had that name until it was held back."""
        return self._held.get(place(album, name))

    def held_in(self, album: ItemId) -> tuple[Held, ...]:
        """All that is held back in an album."""
        return tuple(held for held in self._held.values() if held.album == album)

    def is_hidden(self, item: ItemId) -> bool:
        """Whether an item is not shown under its own name."""
        return item in self._parked_items or item in self._held_items
