"""Albums as they were a moment ago, kept up with our own changes, so that an upload need not look.

What others change meanwhile shows in the answer: the server renames, or refuses.
"""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace

from cachetools import TTLCache

from g3fs.clients.gallery3.places import Place
from g3fs.clients.gallery3.wire import WireItem
from g3fs.gallery.clock import Clock

_KEPT = 64
_KEPT_S = 30.0
"""Two requests an album so often; no longer than listings are believed, from which names are
predicted before."""
_MARKS = 1000
_MARKS_S = 3600.0
"""A mark that was given and not used for so long may be given again."""


@dataclass(frozen=True, slots=True)
class _Claim:
    album: int
    item: WireItem


@dataclass
class _Kept:
    """Changed in place: a new value in the cache would live longer, and miss what others do."""

    place: Place


class KeptPlaces:
    """For several threads; `look` asks the server, and is called without the lock."""

    def __init__(self, look: Callable[[int], Place], clock: Clock) -> None:
        self._look = look
        self._lock = threading.Lock()
        self._places: TTLCache[int, _Kept] = TTLCache(_KEPT, _KEPT_S, timer=clock)
        self._marks: TTLCache[tuple[int, str], None] = TTLCache(_MARKS, _MARKS_S, timer=clock)
        self._claims: list[_Claim] = []
        self._arrived: list[_Claim] = []
        """While somebody looks: he may have looked before that."""
        self._lookers = 0

    def place(self, album: int, *, fresh: bool = False) -> Place:
        """An album, as if everything that is on its way into it were there."""
        known = self._known(album, fresh=fresh)
        with self._lock:
            return self._with_claims(known, own=None)

    @contextmanager
    def claimed(self, album: int, item: WireItem, *, fresh: bool = False) -> Iterator[Place]:
        """The same while `item`, which is not in it, is on its way into it, with its slug."""
        known = self._known(album, fresh=fresh)
        claim = _Claim(album, item)
        with self._lock:
            place = self._with_claims(known, own=item)
            self._claims.append(claim)
        try:
            yield place
        finally:
            with self._lock:
                self._claims.remove(claim)

    def mark(self, album: int, choose: Callable[[Place], str]) -> str:
        """A slug that `choose` finds, given to nobody else."""
        known = self._known(album)
        with self._lock:
            slug = choose(self._with_claims(known, own=None))
            self._marks[album, slug.lower()] = None
        return slug

    def arrived(self, album: int, item: WireItem) -> None:
        """Note that an item is in an album from now on, and nowhere else; within `claimed`."""
        with self._lock:
            self._leave(item.id)
            kept = self._places.get(album)
            if kept is not None:
                kept.place = replace(kept.place, children=(*kept.place.children, item))
            if self._lookers:
                self._arrived.append(_Claim(album, item))
            self._marks.pop((album, (item.slug or "").lower()), None)

    def left(self, item_id: int) -> None:
        """Note that an item is gone."""
        with self._lock:
            self._leave(item_id)

    def forget(self, *albums: int) -> None:
        """Look again next time; without arguments: at all."""
        with self._lock:
            for album in albums or tuple(self._places):
                self._places.pop(album, None)

    def _known(self, album: int, *, fresh: bool = False) -> Place:
        with self._lock:
            kept = None if fresh else self._places.get(album)
            if kept is not None:
                return kept.place
            self._lookers += 1
            before = len(self._arrived)
        try:
            place = self._look(album)
            with self._lock:
                meanwhile = {c.item.id: c.item for c in self._arrived[before:] if c.album == album}
                others = tuple(each for each in place.children if each.id not in meanwhile)
                place = replace(place, children=(*others, *meanwhile.values()))
                self._places[album] = _Kept(place)
                return place
        finally:
            with self._lock:
                self._lookers -= 1
                if not self._lookers:
                    self._arrived.clear()

    def _with_claims(self, place: Place, own: WireItem | None) -> Place:
        album = place.album.id
        claims = [claim.item for claim in self._claims if claim.album == album]
        own_slug = "" if own is None else (own.slug or "").lower()
        taken = (slug for number, slug in self._marks if number == album and slug != own_slug)
        marks = [WireItem(id=0, kind="photo", slug=slug) for slug in taken]
        return replace(place, children=(*place.children, *claims, *marks))

    def _leave(self, item_id: int) -> None:
        for kept in self._places.values():
            if any(child.id == item_id for child in kept.place.children):
                kept.place = replace(kept.place, children=kept.place.others(item_id))
