"""The name that something would get in an album, said without asking."""

from collections.abc import Iterable, Sequence

from cachetools import LRUCache

from g3fs.backends.gallery3.ids import number_of
from g3fs.backends.gallery3.lines import Line
from g3fs.clients.gallery3 import names
from g3fs.clients.gallery3.media import kind_of
from g3fs.clients.gallery3.taken import Taken
from g3fs.clients.gallery3.wire import Kind
from g3fs.gallery.errors import AlreadyExists, Invalid, NotPermitted
from g3fs.gallery.ids import ItemId
from g3fs.gallery.items import Entry, Listing, Media
from g3fs.gallery.writing import Naming, Wish

_ALBUMS = 4
"""Of so many it is remembered what is taken in them; 10,000 items take about 3 MB."""


def takes(name: str) -> bool:
    """Whether a gallery without extra modules takes files of this name."""
    return "." in name and _extension(name) in names.MEDIA_TYPES


def file_name(name: str) -> str:
    """The name of a new file whose data is what its extension says.

    Raises:
        Invalid: there are no such files in a gallery.
    """
    if not takes(name):
        raise Invalid(f"the gallery takes no files of this type: {name!r}")
    return names.file_name(name, _extension(name), kind_of(name))


class Predictions:
    """Says what names become; plain calls, for one task at a time."""

    def __init__(self) -> None:
        self._taken: LRUCache[ItemId, Taken[Entry]] = LRUCache(_ALBUMS)

    def predicted(self, listing: Listing, wish: Wish, coming: Sequence[str], line: Line) -> str:
        """As the port's `predicted`; `line` is the way down to the album."""
        kind = _kind(wish)
        name = _spelled(wish, kind)
        self._check_free(listing, wish.entry, name, kind)
        clashes = names.clashing(name, kind)
        for other_name in coming:
            if clashes(file_name(other_name) if takes(other_name) else other_name):
                raise AlreadyExists(f"the name {name!r} is taken by {other_name!r}, on its way")
        slug = names.slug_of(name, kind)
        names.check_name(name, (*line.names, name), (*line.slugs, slug))
        return name

    def _check_free(self, listing: Listing, own: Entry | None, name: str, kind: Kind) -> None:
        if not self._taken_in(listing).count(names.key_wanted(name, kind)):
            return
        own_id, clashes = None if own is None else own.item.id, names.clashing(name, kind)
        for entry in listing.entries:
            if entry.item.id != own_id and clashes(entry.name):
                other = number_of(entry.item.id)
                raise AlreadyExists(f"the name {name!r} is taken by item {other} ({entry.name!r})")

    def _taken_in(self, listing: Listing) -> Taken[Entry]:
        taken = self._taken.get(listing.album.id)
        if taken is None:
            taken = self._taken[listing.album.id] = Taken(_keys_of)
        taken.follow(listing.entries)
        return taken


def _keys_of(entry: Entry) -> Iterable[str]:
    return names.keys_of(entry.name)


def _kind(wish: Wish) -> Kind:
    if wish.naming is Naming.ALBUM:
        return "album"
    if wish.entry is None:
        return kind_of(wish.name)
    if not isinstance(wish.entry.item, Media):
        raise NotPermitted("this is no file that could be renamed")
    return "movie" if wish.entry.item.media_type.startswith("video/") else "photo"


def _spelled(wish: Wish, kind: Kind) -> str:
    if kind == "album":
        return names.album_name(wish.name)
    if wish.entry is None:
        return file_name(wish.name)
    return names.file_name(wish.name, _extension(wish.entry.name), kind)


def _extension(name: str) -> str:
    return name.rpartition(".")[2].lower()
