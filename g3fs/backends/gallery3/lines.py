"""Where albums lie, as far as they were listed: which are above which, and the paths they make."""

from collections.abc import Iterator
from dataclasses import dataclass

from g3fs.backends.gallery3 import attributes
from g3fs.backends.gallery3.ids import number_of
from g3fs.clients.gallery3.api import ROOT_ID
from g3fs.gallery.items import Album, Entry, Listing


@dataclass(frozen=True, slots=True)
class _Known:
    parent: int
    name: str
    slug: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """The albums from the first below the root down to one; the upper ones may be unknown."""

    names: tuple[str, ...]
    slugs: tuple[str, ...]


class Lines:
    """Plain bookkeeping, for one task at a time."""

    def __init__(self) -> None:
        self._albums: dict[int, _Known] = {}

    def learn(self, listing: Listing) -> None:
        """Remember what a listing tells of the albums in it."""
        parent = number_of(listing.album.id)
        for entry in listing.entries:
            self.learn_entry(parent, entry)

    def learn_entry(self, parent: int, entry: Entry) -> None:
        """Remember that an album is there; anything else is left out."""
        if isinstance(entry.item, Album):
            slug = entry.item.facts.get(attributes.SLUG, "")
            self._albums[number_of(entry.item.id)] = _Known(parent, entry.name, slug)

    def ancestors(self, album: int) -> frozenset[int]:
        """The albums in which an album lies; shows when one is said to lie in itself."""
        return frozenset(known.parent for known in self._up(album))

    def line(self, album: int) -> Line:
        """The way down to an album, itself included."""
        known = list(self._up(album))[::-1]
        return Line(
            names=tuple(each.name for each in known), slugs=tuple(each.slug for each in known)
        )

    def _up(self, album: int) -> Iterator[_Known]:
        seen = {ROOT_ID}
        while album not in seen and (known := self._albums.get(album)) is not None:
            seen.add(album)
            yield known
            album = known.parent
