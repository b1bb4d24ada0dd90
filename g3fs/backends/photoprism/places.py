"""What is in a directory: for each kind of the table of the tree the question that tells it."""

from collections.abc import Awaitable, Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Unpack

from g3fs.backends.calls import Calls
from g3fs.backends.photoprism.archive import Archive
from g3fs.backends.photoprism.collections import AT_THE_ROOT, TREE
from g3fs.backends.photoprism.convert import Converter
from g3fs.backends.photoprism.folders import Folders
from g3fs.backends.photoprism.ids import ROOT, Kind, Place
from g3fs.backends.photoprism.leftovers import Leftovers
from g3fs.clients.photoprism.client import Client
from g3fs.clients.photoprism.wire.albums import WireAlbum
from g3fs.clients.photoprism.wire.photos import WirePhoto
from g3fs.clients.photoprism.wire.queries import AlbumKind, PhotoFilters
from g3fs.gallery.clock import Clock
from g3fs.gallery.errors import NotFound
from g3fs.gallery.items import Album, Entry, Listing
from g3fs.tasks.gather import gather

_ALBUM_KINDS: Mapping[Kind, AlbumKind] = {
    Kind.ALBUM: "album",
    Kind.MONTH: "month",
    Kind.MOMENT: "moment",
    Kind.STATE: "state",
}
_SHELVES = {Kind.ALBUMS: Kind.ALBUM, Kind.MOMENTS: Kind.MOMENT, Kind.STATES: Kind.STATE}
_FLAGS: Mapping[Kind, PhotoFilters] = {
    Kind.FAVORITES: {"favorite": True},
    Kind.PRIVATE: {"private": True},
    Kind.REVIEW: {"review": True},
}
_FIXED = (Kind.MONTH, Kind.MOMENT, Kind.STATE)
_OPEN = frozenset(row.kind for row in TREE if row.collection.cells)
"""Where something can be done at all."""
_MOST_ALBUMS = 5000


@dataclass(frozen=True, slots=True)
class _Named:
    """A label or a person, as the last list told it."""

    album: Album
    filters: PhotoFilters


class Places:
    """Lists and describes directories. Errors are those of the port."""

    def __init__(
        self,
        client: Client,
        convert: Converter,
        ask: Calls,
        clock: Clock,
        *,
        folders: Folders,
        archive: Archive,
    ) -> None:
        self._client = client
        self._convert = convert
        self._ask = ask
        self._folders = folders
        self._archive = archive
        self._albums: Leftovers[str, WireAlbum] = Leftovers(_MOST_ALBUMS, clock)
        self._named: dict[Place, _Named] = {}
        shelves = dict.fromkeys(_SHELVES, self._shelf)
        contents = dict.fromkeys(_ALBUM_KINDS, self._content)
        flags = dict.fromkeys(_FLAGS, self._flagged)
        named = {Kind.LABEL: self._content_of_named, Kind.PERSON: self._content_of_named}
        names = {Kind.LABELS: self._names, Kind.PEOPLE: self._names}
        self._listers: dict[Kind, Callable[[Place], Awaitable[Listing]]] = {
            Kind.ROOT: self._root,
            Kind.FOLDERS: lambda place: folders.list(place.key),
            Kind.FOLDER: lambda place: folders.list(place.key),
            Kind.CALENDAR: self._years,
            Kind.YEAR: self._months,
            Kind.ARCHIVE: self._archived,
            **shelves, **contents, **flags, **named, **names,
        }  # fmt: skip

    async def list(self, place: Place) -> Listing:
        """All that is in it."""
        return await self._listers[place.kind](place)

    async def describe(self, place: Place) -> Album:
        """The directory itself."""
        if place.kind in _ALBUM_KINDS:
            return self._album(await self._ask(partial(self._current, place)))
        match place.kind:
            case Kind.LABEL | Kind.PERSON:
                return (await self._known(place, again=True)).album
            case Kind.FOLDER:
                return await self._folders.stat(place.key)
            case Kind.YEAR:
                return (await self._months(place)).album
            case _:
                return self.fixed(place)

    def fixed(self, place: Place) -> Album:
        """A directory that every server has."""
        title = "PhotoPrism" if place == ROOT else place.kind.value
        return self._convert.directory(place, title, None, add=place.kind in _OPEN)

    async def _root(self, place: Place) -> Listing:
        below = [self.fixed(Place(row.kind)) for row in AT_THE_ROOT]
        return _listing(self.fixed(place), [(album.title, album) for album in below])

    async def _shelf(self, place: Place) -> Listing:
        """The albums of one type."""
        wires = await self._wires(_SHELVES[place.kind])
        return _listing(self.fixed(place), [(wire.title, self._album(wire)) for wire in wires])

    async def _content(self, place: Place) -> Listing:
        """The photos of an album, and the album as it is told among the others."""
        known = self._albums.take(place.key)
        photos = partial(self._photos, scope=place.key)
        if known is None:
            both = await gather(
                partial(self._ask, partial(self._current, place)), partial(self._ask, photos)
            )
            known = next(each for each in both if isinstance(each, WireAlbum))
            found = next(each for each in both if isinstance(each, tuple))
        else:
            found = await self._ask(photos)
        return await self._ask(partial(self._filled, known, found))

    def _filled(self, wire: WireAlbum, photos: Iterable[WirePhoto]) -> Listing:
        """For a thread: thousands of photos take long to convert."""
        return Listing(album=self._album(wire, photos), entries=self._convert.entries(photos))

    async def _years(self, place: Place) -> Listing:
        wires = await self._wires(Kind.MONTH)
        years = sorted({wire.year for wire in wires})
        albums = [self._year(Place(Kind.YEAR, f"{year:04}"), wires) for year in years]
        return _listing(self.fixed(place), [(album.title, album) for album in albums])

    async def _months(self, place: Place) -> Listing:
        wires = [wire for wire in await self._wires(Kind.MONTH) if wire.year == int(place.key)]
        if not wires:
            raise NotFound(f"there are no photos of the year {place.key}")
        months = [(f"{wire.month:02}", self._album(wire)) for wire in wires]
        return _listing(self._year(place, wires), sorted(months, key=lambda pair: pair[0]))

    def _year(self, place: Place, wires: Iterable[WireAlbum]) -> Album:
        times = [wire.updated_s or 0 for wire in wires if wire.year == int(place.key)]
        return self._convert.directory(place, place.key, max(times), add=False)

    async def _names(self, place: Place) -> Listing:
        """All labels, or all people; remembers them."""
        load = self._labels if place.kind is Kind.LABELS else self._people
        named = await self._ask(load)
        self._named = {
            **{key: known for key, known in self._named.items() if key not in named},
            **named,
        }
        found = [each.album for each in named.values()]
        return _listing(self.fixed(place), [(album.title, album) for album in found])

    def _labels(self) -> dict[Place, _Named]:
        found = {}
        for label in self._client.labels.search():
            place = Place(Kind.LABEL, label.uid)
            moment = label.updated_s or label.created_s
            album = self._convert.directory(place, label.name, moment, add=True)
            found[place] = _Named(album, {"label": label.custom_slug or label.slug})
        return found

    def _people(self) -> dict[Place, _Named]:
        found = {}
        for person in self._client.subjects.search():
            if person.kind in ("", "person") and person.name:
                place = Place(Kind.PERSON, person.uid)
                album = self._convert.directory(place, person.name, None, add=False)
                found[place] = _Named(album, {"subject": person.uid})
        return found

    async def _known(self, place: Place, *, again: bool = False) -> _Named:
        if again or place not in self._named:
            self._named.pop(place, None)
            await self._names(Place(Kind.LABELS if place.kind is Kind.LABEL else Kind.PEOPLE))
        if place not in self._named:
            raise NotFound(f"there is no {place.kind.value} {place.key}")
        return self._named[place]

    async def _content_of_named(self, place: Place) -> Listing:
        known = await self._known(place)
        return await self._ask(partial(self._listed, known.album, known.filters))

    async def _flagged(self, place: Place) -> Listing:
        return await self._ask(partial(self._listed, self.fixed(place), _FLAGS[place.kind]))

    async def _archived(self, place: Place) -> Listing:
        photos = await self._ask(self._archive.now)
        return Listing(album=self.fixed(place), entries=self._convert.entries(photos))

    def _listed(self, album: Album, filters: PhotoFilters) -> Listing:
        return Listing(album=album, entries=self._convert.entries(self._photos(**filters)))

    def _photos(self, **filters: Unpack[PhotoFilters]) -> tuple[WirePhoto, ...]:
        return self._client.photos.search(order="oldest", **filters)

    async def _wires(self, kind: Kind) -> tuple[WireAlbum, ...]:
        """All albums of one type; each is remembered for the question that may follow."""
        ask = partial(self._client.albums.search, kind=_ALBUM_KINDS[kind], order="name")
        wires = await self._ask(ask)
        for wire in wires:
            self._albums.put(wire.uid, wire)
        return wires

    def _current(self, place: Place) -> WireAlbum:
        wire = self._client.albums.current(place.key)
        if wire.kind != _ALBUM_KINDS[place.kind]:
            raise NotFound(f"{place.key} is no {place.kind.value}")
        return wire

    def _album(self, wire: WireAlbum, photos: Iterable[WirePhoto] = ()) -> Album:
        kind = next(kind for kind, name in _ALBUM_KINDS.items() if name == wire.kind)
        return self._convert.album(wire, Place(kind, wire.uid), photos, fixed=kind in _FIXED)


def _listing(album: Album, children: Iterable[tuple[str, Album]]) -> Listing:
    return Listing(
        album=album, entries=tuple(Entry(name=name, item=child) for name, child in children)
    )
