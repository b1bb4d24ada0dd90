"""What differs between two listings of one album, as a value that subscribers are told."""

import logging
from collections.abc import Callable, Hashable, Iterable, Mapping
from dataclasses import dataclass

from g3fs.gallery.ids import ItemId
from g3fs.gallery.items import Album, Entry, Listing

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """What is new in one album; told after the catalog has taken it over."""

    album: ItemId
    appeared: tuple[Entry, ...] = ()
    gone: tuple[Entry, ...] = ()
    changed: tuple[tuple[Entry, Entry], ...] = ()
    """Before and after, of the same item: another name, title, version, time, fact or right."""
    reordered: bool = False
    """The items that are in both listings stand in another order."""
    itself: tuple[Album, Album] | None = None
    """Before and after, when the album's own title, times, facts or rights differ."""
    vanished: bool = False
    """The album itself is no more; then all that was in it is `gone`."""
    details: tuple[ItemId, ...] = ()
    """Items of this album (or itself) whose tags, comments or details differ."""
    own: bool = False
    """This program made the server do it; else the server was found so."""


EntryKey = Hashable
"""The item's id; for an id that stands in one listing twice, the further ones are (id, n)."""


def by_key(entries: Iterable[Entry]) -> dict[EntryKey, Entry]:
    """The entries in their order, each under a key of its own."""
    keyed: dict[EntryKey, Entry] = {}
    for entry in entries:
        key: EntryKey = entry.item.id
        number = 1
        while key in keyed:
            number += 1
            key = (entry.item.id, number)
        keyed[key] = entry
    return keyed


def keys_of(item: ItemId, keyed: Mapping[EntryKey, Entry]) -> list[EntryKey]:
    """Under which one item stands in a listing, normally once."""
    keys: list[EntryKey] = []
    key: EntryKey = item
    while key in keyed:
        keys.append(key)
        key = (item, len(keys) + 1)
    return keys


def share_entries(
    before: Mapping[EntryKey, Entry], after: Mapping[EntryKey, Entry]
) -> dict[EntryKey, Entry]:
    """`after`, with the objects of `before` where they are equal.

    So a listing that was asked again costs no second copy, and what is the same object is known
    not to have changed.
    """
    shared = {}
    for key, entry in after.items():
        old = before.get(key)
        shared[key] = old if old is not None and old == entry else entry
    return shared


def difference(
    album: tuple[Album, Album],
    before: Mapping[EntryKey, Entry],
    after: Mapping[EntryKey, Entry],
) -> Change | None:
    """What changed, None if nothing did; `after` comes from `share_entries`."""
    changed = tuple(
        (before[key], entry)
        for key, entry in after.items()
        if key in before and before[key] is not entry
    )
    change = Change(
        album=album[0].id,
        appeared=tuple(entry for key, entry in after.items() if key not in before),
        gone=tuple(entry for key, entry in before.items() if key not in after),
        changed=changed,
        reordered=[key for key in before if key in after]
        != [key for key in after if key in before],
        itself=album if album[0] != album[1] else None,
    )
    return None if change == Change(album=change.album) else change


def vanished(listing: Listing) -> Change:
    """The album is gone, with all that was in it."""
    return Change(album=listing.album.id, gone=listing.entries, vanished=True)


class Changes:
    """Those who want to know."""

    def __init__(self) -> None:
        self._callbacks: list[Callable[[Change], None]] = []

    def subscribe(self, callback: Callable[[Change], None]) -> Callable[[], None]:
        """Have `callback` called with every change; the answer ends that. It must not block."""
        self._callbacks.append(callback)
        return lambda: self._callbacks.remove(callback)

    def tell(self, change: Change) -> None:
        """Tell everybody; one who fails is logged and does not keep it from the others."""
        for callback in tuple(self._callbacks):
            try:
                callback(change)
            except Exception:
                log.exception("a subscriber failed on a change of album %s", change.album)
