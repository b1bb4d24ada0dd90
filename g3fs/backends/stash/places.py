"""What is in a directory: for each kind of the table of the tree the one question that tells it."""

from collections.abc import Awaitable, Callable, Iterable, Iterator, Mapping, Sequence
from functools import partial

from g3fs.backends.calls import Calls
from g3fs.backends.stash.collections import at_the_root
from g3fs.backends.stash.convert import Converter, Pick, first, in_folder, in_gallery
from g3fs.backends.stash.facts import Record
from g3fs.backends.stash.finding import Finder
from g3fs.backends.stash.ids import Kind, Place, unknown
from g3fs.clients.stash.client import Client
from g3fs.clients.stash.members import Members
from g3fs.clients.stash.wire.galleries import WireGallery
from g3fs.clients.stash.wire.named import WirePerformer, WireStudio, WireTag
from g3fs.gallery.ids import ItemId
from g3fs.gallery.items import Album, Entry, Link, Listing

Named = WireTag | WirePerformer | WireStudio


class Places:
    """Lists and describes directories, each in one request. Errors are those of the port."""

    def __init__(self, client: Client, convert: Converter, finder: Finder, ask: Calls) -> None:
        self._client = client
        self._convert = convert
        self._finder = finder
        self._ask = ask
        self._collections = at_the_root(folders=client.facts.has_folders)
        self._listers: Mapping[Kind, Callable[[Place], Listing]] = {
            Kind.ROOT: self._root,
            Kind.GALLERIES: self._galleries,
            Kind.GALLERY: self._gallery,
            Kind.FOLDERS: self._libraries,
            Kind.FOLDER: self._folder,
            Kind.TAGS: lambda _: self._names(Kind.TAGS, Kind.TAG, client.tags.all()),
            Kind.TAG: self._carrying,
            Kind.PERFORMERS: lambda _: self._names(
                Kind.PERFORMERS, Kind.PERFORMER, client.performers.all()
            ),
            Kind.PERFORMER: self._carrying,
            Kind.STUDIOS: lambda _: self._names(Kind.STUDIOS, Kind.STUDIO, client.studios.all()),
            Kind.STUDIO: self._carrying,
        }

    def list(self, place: Place) -> Awaitable[Listing]:
        """All that is in it. In a thread: thousands of images take long to convert."""
        self._check(place)
        return self._ask(partial(self._listers[place.kind], place))

    def describe(self, place: Place) -> Awaitable[Album]:
        """The directory itself."""
        self._check(place)
        return self._ask(partial(self._described, place))

    def link(self, item: ItemId, place: Place, gallery: int) -> Awaitable[Link]:
        """A gallery that stands in a place."""
        return self._ask(partial(self._linked, item, place, gallery))

    def fixed(self, kind: Kind) -> Album:
        """A directory that every server has."""
        return self._convert.fixed(kind)

    def _check(self, place: Place) -> None:
        """Raise NotFound for what an old server has none of."""
        if place.kind in (Kind.FOLDERS, Kind.FOLDER) and Kind.FOLDERS not in self._collections:
            raise unknown(place.id)

    def _root(self, _: Place) -> Listing:
        below = [self.fixed(kind) for kind in self._collections]
        return _directories(self.fixed(Kind.ROOT), below)

    def _galleries(self, _: Place) -> Listing:
        below = map(self._convert.gallery, self._client.galleries.all())
        return _directories(self.fixed(Kind.GALLERIES), below)

    def _gallery(self, place: Place) -> Listing:
        wire, images = self._client.directories.gallery(place.number)
        return self._filled(self._convert.gallery(wire), images, in_gallery(wire))

    def _libraries(self, _: Place) -> Listing:
        folders = self._client.folders.all()
        below = [self._convert.folder(wire) for wire in folders if wire.parent_id is None]
        return _directories(self.fixed(Kind.FOLDERS), below)

    def _folder(self, place: Place) -> Listing:
        found = self._client.directories.folder(place.number)
        below = _directories(
            self._convert.folder(found.folder), map(self._convert.folder, found.children)
        )
        records: list[Record] = [*found.members.images, *found.members.scenes]
        filled = self._filled(below.album, records, in_folder(place.number))
        return Listing(album=below.album, entries=(*below.entries, *filled.entries))

    def _names(self, kind: Kind, one: Kind, wires: Iterable[Named]) -> Listing:
        below = [self._convert.named(Place(one, wire.id), wire) for wire in wires]
        return _directories(self.fixed(kind), below)

    def _carrying(self, place: Place) -> Listing:
        wire, members = self._members(place)
        records: list[Record] = [*members.images, *members.scenes]
        filled = self._filled(self._convert.named(place, wire), records, first)
        links = [self._convert.link(place, each) for each in members.galleries]
        entries = [Entry(name=link.title, item=link) for link in links]
        return Listing(album=filled.album, entries=(*filled.entries, *entries))

    def _members(self, place: Place) -> tuple[Named, Members]:
        directories = self._client.directories
        match place.kind:
            case Kind.TAG:
                return directories.tag(place.number)
            case Kind.PERFORMER:
                return directories.performer(place.number)
            case _:
                return directories.studio(place.number)

    def _filled(self, album: Album, records: Sequence[Record], pick: Pick) -> Listing:
        self._finder.learn(records)
        return Listing(album=album, entries=tuple(_once(self._convert.entries(records, pick))))

    def _described(self, place: Place) -> Album:
        number, client = place.number, self._client
        match place.kind:
            case Kind.GALLERY:
                return self._convert.gallery(client.galleries.get(number))
            case Kind.FOLDER:
                return self._convert.folder(client.folders.get(number))
            case Kind.TAG:
                return self._convert.named(place, client.tags.get(number))
            case Kind.PERFORMER:
                return self._convert.named(place, client.performers.get(number))
            case Kind.STUDIO:
                return self._convert.named(place, client.studios.get(number))
            case _:
                return self.fixed(place.kind)

    def _linked(self, item: ItemId, place: Place, gallery: int) -> Link:
        wire = self._client.galleries.get(gallery)
        if place.number not in _carried(wire, place.kind):
            raise unknown(item)
        return self._convert.link(place, wire)


def _carried(wire: WireGallery, kind: Kind) -> set[int]:
    """The tags, performers or studios of a gallery."""
    match kind:
        case Kind.TAG:
            return {tag.id for tag in wire.tags}
        case Kind.PERFORMER:
            return {performer.id for performer in wire.performers}
        case _:
            return {wire.studio.id} if wire.studio else set()


def _directories(album: Album, below: Iterable[Album]) -> Listing:
    return Listing(
        album=album, entries=tuple(Entry(name=child.title, item=child) for child in below)
    )


def _once(entries: Iterable[Entry]) -> Iterator[Entry]:
    """A file that is both of an image and of a scene (settings were changed) stands once."""
    seen: set[ItemId] = set()
    for entry in entries:
        if entry.item.id not in seen:
            seen.add(entry.item.id)
            yield entry
