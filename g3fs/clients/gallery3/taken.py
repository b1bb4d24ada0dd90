"""What is taken in an album, known without going through all that is in it."""

from collections import Counter
from collections.abc import Callable, Iterable
from typing import Generic, TypeVar

from g3fs.gallery.tuples import shared_ends

T = TypeVar("T")


class Taken(Generic[T]):
    """Counts keys of the items of one album; follows its changes at the price of what differs."""

    def __init__(self, keys_of: Callable[[T], Iterable[str]]) -> None:
        self._keys_of = keys_of
        self._items: tuple[T, ...] = ()
        self._counts: Counter[str] = Counter()

    def follow(self, items: tuple[T, ...]) -> None:
        """Let the album have these items from now on."""
        before = self._items
        head, tail = shared_ends(before, items)
        gone, new = before[head : len(before) - tail], items[head : len(items) - tail]
        if len(gone) > len(items) - len(new):
            self._counts.clear()
            gone, new = (), items
        self._counts.update(key for item in new for key in self._keys_of(item))
        for key in (key for item in gone for key in self._keys_of(item)):
            self._counts[key] -= 1
            if not self._counts[key]:
                del self._counts[key]
        self._items = items

    def count(self, key: str) -> int:
        """How often an item has this key."""
        return self._counts[key]
