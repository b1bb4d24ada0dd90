"""What has to be known of an album before something gets a name in it, and who is about to."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from cachetools import LRUCache

from g3fs.clients.gallery3 import names
from g3fs.clients.gallery3.api import ROOT_ID
from g3fs.clients.gallery3.items import Items
from g3fs.clients.gallery3.taken import Taken
from g3fs.clients.gallery3.tree import Tree
from g3fs.clients.gallery3.wire import NAMING_FIELDS, Kind, WireItem
from g3fs.gallery.errors import AlreadyExists, NotFound, ServerError

_ALBUMS = 16
"""Of so many it is remembered what is taken in them; 10,000 items take about 3 MB."""

_MAX_DEPTH = 64
"""A path has at most 255 characters; more levels are a loop."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """An album as it is now. Make one from what you know already, or let `Places.look` ask."""

    album: WireItem
    children: tuple[WireItem, ...]
    """At least id, kind, name and slug of each."""
    path: tuple[str, ...]
    """Names from the first album below the root down to this one; empty for the root."""
    slugs: tuple[str, ...]
    """The same of slugs."""

    @property
    def is_root(self) -> bool:
        return self.album.id == ROOT_ID

    def others(self, item_id: int | None) -> tuple[WireItem, ...]:
        """The children without the one that is being moved or renamed."""
        if item_id is None:
            return self.children
        return tuple(child for child in self.children if child.id != item_id)


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """A name, as predicted, that an item is to have."""

    name: str
    kind: Kind
    slug: str | None = None
    """None: one that suits the name and is free."""
    item_id: int | None = None
    """The item, if it exists already."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Spot:
    """A free name in an album, and the slug to send with it."""

    place: Place
    name: str
    slug: str


@dataclass(frozen=True, slots=True)
class _TakenHere:
    """What is taken in an album, but for one item that is renamed in it."""

    in_album: Taken[WireItem]
    place: Place
    claimed: tuple[WireItem, ...]
    own_id: int | None

    def has(self, key: str) -> bool:
        count = self.in_album.count(key)
        if count and self.own_id is not None:
            own = (child for child in self.place.children if child.id == self.own_id)
            count -= sum(key in _keys_of(child) for child in own)
        return count > 0 or any(key in _keys_of(item) for item in self.claimed)

    def has_slug(self, slug: str) -> bool:
        return self.has(f"/{slug}")


@dataclass(frozen=True, slots=True)
class _Claim:
    album_id: int
    item: WireItem


class Places:
    """Looks at albums, and keeps the names of items on their way from each other."""

    def __init__(self, tree: Tree, items: Items) -> None:
        self._tree = tree
        self._items = items
        self._lock = threading.Lock()
        self._coming: list[_Claim] = []
        self._come: list[_Claim] = []
        """Arrived while somebody was looking, who may have looked before that."""
        self._lookers = 0
        self._taken: LRUCache[int, Taken[WireItem]] = LRUCache(_ALBUMS)

    def look(self, album_id: int) -> Place:
        """An album with what is in it and above it: two requests, one for the root."""
        album, *children = self._tree.naming(album_id)
        above = [item for item in self._line(album) if item.id != ROOT_ID]
        return Place(
            album=album,
            children=tuple(children),
            path=tuple(item.name or "" for item in above),
            slugs=tuple(item.slug or "" for item in above),
        )

    @contextmanager
    def reserved(
        self, album: int | Place, wish: Wish, check: Callable[[Place], None]
    ) -> Iterator[Spot]:
        """Look at an album, and keep a name in it for one item while it is on its way.

        `check` sees the place first, and may raise.

        Raises:
            AlreadyExists: the name, or the slug that was asked for, is taken.
            BadName, NameTooLong, Invalid: they cannot be stored.
        """
        with self._looking():
            place = self.look(album) if isinstance(album, int) else album
            check(place)
            with self._lock:
                spot = self._spot(place, wish)
                item = WireItem(
                    id=wish.item_id or 0, kind=wish.kind, name=spot.name, slug=spot.slug
                )
                claim = _Claim(place.album.id, item)
                self._coming.append(claim)
        arrived = False
        try:
            yield spot
            arrived = True
        finally:
            with self._lock:
                self._coming.remove(claim)
                if arrived and self._lookers:
                    self._come.append(claim)

    @contextmanager
    def _looking(self) -> Iterator[None]:
        with self._lock:
            self._lookers += 1
        try:
            yield
        finally:
            with self._lock:
                self._lookers -= 1
                if not self._lookers:
                    self._come.clear()

    def spot(self, place: Place, wish: Wish) -> Spot:
        """What `reserved` would give at this moment; keeps nothing. Errors as there."""
        with self._lock:
            return self._spot(place, wish)

    def _spot(self, place: Place, wish: Wish) -> Spot:
        claims = (*self._coming, *self._come)
        claimed = tuple(claim.item for claim in claims if claim.album_id == place.album.id)
        taken = _TakenHere(self._taken_in(place), place, claimed, wish.item_id)
        if taken.has(names.key_wanted(wish.name, wish.kind)):
            siblings = (*place.others(wish.item_id), *claimed)
            other = names.clash(wish.name, wish.kind, siblings)
            holder = f"item {other.id}" if other is not None and other.id else "an item on its way"
            raise AlreadyExists(f"the name {wish.name!r} is taken by {holder}")
        slug = wish.slug
        if slug is None:
            slug = names.free_slug(wish.name, wish.kind, taken.has_slug, in_root=place.is_root)
        names.check_slug(slug, in_root=place.is_root)
        if taken.has_slug(slug.lower()):
            raise AlreadyExists(f"the slug {slug!r} is taken")
        names.check_name(wish.name, (*place.path, wish.name), (*place.slugs, slug))
        return Spot(place=place, name=wish.name, slug=slug)

    def _taken_in(self, place: Place) -> Taken[WireItem]:
        taken = self._taken.get(place.album.id)
        if taken is None:
            taken = self._taken[place.album.id] = Taken(_keys_of)
        taken.follow(place.children)
        return taken

    def _line(self, album: WireItem) -> list[WireItem]:
        """The albums from the root to this one."""
        if album.id == ROOT_ID:
            return []
        try:
            return list(self._items.ancestors(album.id))
        except (NotFound, ServerError):
            return self._climbed(album)

    def _climbed(self, album: WireItem) -> list[WireItem]:
        """The same one by one, with fields that cannot fail: an ancestor may lack its thumbnail."""
        line = [album]
        while line[0].parent_id is not None and line[0].id != ROOT_ID:
            if len(line) > _MAX_DEPTH:
                raise ServerError(f"the albums above album {album.id} go in circles")
            line.insert(0, self._tree.one(line[0].parent_id, NAMING_FIELDS))
        return line


def _keys_of(item: WireItem) -> Iterator[str]:
    yield from names.keys_of(item.name or "")
    if item.slug:
        yield f"/{item.slug.lower()}"
