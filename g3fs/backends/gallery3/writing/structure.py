"""Albums made and removed, items moved and deleted."""

import logging
from collections.abc import Callable
from functools import partial

from g3fs.backends.calls import ChangingCalls
from g3fs.backends.gallery3.attributes import TITLE
from g3fs.backends.gallery3.ids import number_of
from g3fs.backends.gallery3.writing.places import KeptPlaces
from g3fs.clients.gallery3 import names
from g3fs.clients.gallery3.albums import NewAlbum
from g3fs.clients.gallery3.client import Client
from g3fs.clients.gallery3.wire import Kind, WireItem
from g3fs.gallery.errors import AccessDenied, AlreadyExists, GalleryError, NotFound, NotPermitted
from g3fs.gallery.ids import ItemId
from g3fs.gallery.items import Album, Item, Link, Media

log = logging.getLogger(__name__)


class Structure:
    """Changes of the tree that move no data."""

    def __init__(self, client: Client, places: KeptPlaces, do: ChangingCalls) -> None:
        self._client = client
        self._places = places
        self._do = do

    async def make_album(self, album: ItemId, name: str) -> WireItem:
        """A new album."""
        make = partial(self._made, number_of(album), name)
        return await self._do(partial(self._twice, number_of(album), make))

    async def move(self, item: Item, target: ItemId, name: str) -> WireItem:
        """An item in another place, or under another name."""
        if isinstance(item, Link):
            raise NotPermitted("a link cannot be moved")
        _check_may_edit(item)
        move = partial(self._moved, number_of(item.id), item, number_of(target), name)
        return await self._do(partial(self._twice, number_of(target), move))

    async def delete(self, media: Media) -> None:
        """Delete a file; one that is gone is no error."""
        _check_may_edit(media)
        try:
            await self._do(partial(self._deleted, number_of(media.id)))
        except NotFound:
            log.debug("item %s was gone already", media.id)

    async def remove_album(self, album: Album) -> None:
        """Delete an album, if it is empty."""
        _check_may_edit(album)
        await self._do(partial(self._deleted, number_of(album.id)))

    # In threads

    def _twice(self, album: int, change: Callable[[], WireItem]) -> WireItem:
        """What `change` makes; again if a name seemed taken by what was known of the album."""
        try:
            try:
                return change()
            except AlreadyExists:
                self._places.forget(album)  # it may be so no more; nothing was sent
                return change()
        except GalleryError:
            self._places.forget()
            raise

    def _made(self, album: int, name: str) -> WireItem:
        predicted = names.album_name(name)
        coming = WireItem(id=0, kind="album", name=predicted)
        with self._places.claimed(album, coming) as place:
            item = self._client.albums.create(place, NewAlbum(name=name))
            self._places.arrived(album, item)
        if item.name != predicted:
            self._places.forget(album)
        return item

    def _moved(self, number: int, item: Media | Album, target: int, name: str) -> WireItem:
        coming = WireItem(id=number, kind=_kind(item), name=name)
        with self._places.claimed(target, coming) as place:
            # A title that nobody chose is the name, and is to stay so.
            title = None if TITLE in item.facts else name
            moved = self._client.albums.move(number, place, name=name, title=title)
            self._places.arrived(target, moved)
        if isinstance(item, Album):
            self._places.forget()  # the paths of all below are others now
        return moved

    def _deleted(self, number: int) -> None:
        try:
            self._client.deletes.delete(number)
        except NotFound:
            self._places.left(number)
            raise
        self._places.left(number)
        self._places.forget(number)


def _kind(item: Media | Album) -> Kind:
    if isinstance(item, Album):
        return "album"
    return "movie" if item.media_type.startswith("video/") else "photo"


def _check_may_edit(item: Media | Album) -> None:
    if not item.can_edit:
        raise AccessDenied(f"this user may not change item {item.id}")
