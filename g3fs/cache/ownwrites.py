"""Own writes: what this program made the server do is known without asking it again.

Plain calls, made when the server has answered. Each tells the subscribers as a refresh would, and
overtakes the listings that are being asked for: these may be from before the write, or, on a server
that changes its tree row by row, from amidst of it.
"""

from collections.abc import Collection, Iterable
from dataclasses import replace

from g3fs.cache.changes import Change, EntryKey, keys_of, vanished
from g3fs.cache.itemdetails import ItemDetails
from g3fs.cache.listings import Listings
from g3fs.cache.memory import Memory
from g3fs.cache.shelf import Remembered
from g3fs.gallery.ids import ItemId
from g3fs.gallery.items import Album, Entry, Group, Item, Listing, Media


class OwnWrites:
    """Takes over what was written, into what is remembered."""

    def __init__(self, memory: Memory, listings: Listings, details: ItemDetails) -> None:
        self._memory = memory
        self._shelf = memory.shelf
        self._listings = listings
        self._details = details

    def wrote(self, album: ItemId | None, entry: Entry) -> None:
        """`entry` stands in `album` so from now on; None: it is the root, which stands nowhere."""
        if isinstance(entry.item, Album):
            self._learn_album(entry.item)
        if album is None:
            return
        for place in self._elsewhere(album, entry.item):
            self._take_out(place, entry.item.id)
        self._put(album, entry)
        self._details.edited(album, [Group.DETAILS])

    def made(self, album: ItemId, entry: Entry) -> None:
        """A new album, in which there is nothing yet."""
        item = entry.item
        assert isinstance(item, Album), "only albums are made; files are written"
        self._listings.overtake(item.id)
        if self._shelf.get(item.id) is None:
            now = self._memory.questions.now()
            self._remember(item.id, Remembered(Listing(album=item, entries=()), {}, now))
        self.wrote(album, entry)

    def removed(self, album: ItemId, item: ItemId) -> None:
        """`item` does not stand in `album` any more; standing nowhere, it is forgotten."""
        known = self._shelf.item(item)
        self._take_out(album, item)
        self._details.edited(album, [Group.DETAILS])
        if self._shelf.places(item):
            return
        self._listings.overtake(item)  # it may be asked for although no listing has told of it
        if not isinstance(known, Album):
            return
        dropped = self._listings.drop(item, f"album {known.title!r} was deleted")
        if dropped is not None:
            self._memory.changes.tell(replace(vanished(dropped.listing), own=True))

    def edited(self, item: ItemId, groups: Collection[Group]) -> None:
        """What `groups` tell of `item` is something else now."""
        self._details.edited(item, groups)
        for album in self._shelf.places(item) or (item,):
            self._memory.changes.tell(Change(album=album, details=(item,), own=True))

    def _learn_album(self, album: Album) -> None:
        """An album as its own listing has it, too."""
        self._listings.exists(album.id)
        self._listings.overtake(album.id)
        if self._shelf.root is not None and self._shelf.root.id == album.id:
            self._shelf.root = album
        own = self._shelf.get(album.id)
        if own is None or own.listing.album == album:
            return
        before, listing = own.listing.album, replace(own.listing, album=album)
        self._remember(album.id, replace(own, listing=listing))
        self._memory.changes.tell(Change(album=album.id, itself=(before, album), own=True))

    def _elsewhere(self, album: ItemId, item: Item) -> Iterable[ItemId]:
        """Where else an item is remembered that can stand in one album only: it was moved."""
        if isinstance(item, Media) and item.shared:
            return ()
        return [place for place in self._shelf.places(item.id) if place != album]

    def _put(self, album: ItemId, entry: Entry) -> None:
        self._listings.overtake(album)
        remembered = self._shelf.get(album)
        if remembered is None:
            return
        key = entry.item.id
        before = remembered.keyed.get(key)
        if before == entry:
            return
        keyed = {**remembered.keyed, key: entry}
        change = Change(album=album, own=True)
        if before is None:
            self._remember(album, _with(remembered, keyed), come=[key])
            change = replace(change, appeared=(entry,))
        else:
            self._remember(album, _with(remembered, keyed))
            change = replace(change, changed=((before, entry),))
        self._memory.changes.tell(change)

    def _take_out(self, album: ItemId, item: ItemId) -> None:
        self._listings.overtake(album)
        remembered = self._shelf.get(album)
        if remembered is None or item not in remembered.keyed:
            return
        keyed = dict(remembered.keyed)
        gone = {key: keyed.pop(key) for key in keys_of(item, keyed)}
        remembered.told.forget([item])
        self._remember(album, _with(remembered, keyed), gone=gone)
        self._memory.changes.tell(Change(album=album, gone=tuple(gone.values()), own=True))

    def _remember(
        self,
        album: ItemId,
        remembered: Remembered,
        *,
        gone: Iterable[EntryKey] = (),
        come: Iterable[EntryKey] = (),
    ) -> None:
        for evicted in self._shelf.put_changed(album, remembered, gone=gone, come=come):
            self._listings.forget_failures(evicted)


def _with(remembered: Remembered, keyed: dict[EntryKey, Entry]) -> Remembered:
    listing = Listing(album=remembered.listing.album, entries=tuple(keyed.values()))
    return replace(remembered, listing=listing, keyed=keyed)
