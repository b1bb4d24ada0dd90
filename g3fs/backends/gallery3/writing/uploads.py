"""New files, and new data for old ones."""

import threading
from functools import partial
from pathlib import Path

import trio

from g3fs.backends.calls import ChangingCalls
from g3fs.backends.gallery3.ids import number_of, version_of
from g3fs.backends.gallery3.writing.naming import file_name
from g3fs.backends.gallery3.writing.places import KeptPlaces
from g3fs.backends.gallery3.writing.underway import Underway, Wanted
from g3fs.clients.gallery3.client import Client
from g3fs.clients.gallery3.edits import Properties
from g3fs.clients.gallery3.media import kind_of
from g3fs.clients.gallery3.places import Place, Wish
from g3fs.clients.gallery3.rights import check_may_add
from g3fs.clients.gallery3.sending import Upload as ClientUpload
from g3fs.clients.gallery3.wire import WireItem
from g3fs.gallery.errors import (
    AccessDenied,
    AlreadyExists,
    Cancelled,
    GalleryError,
    NotFound,
)
from g3fs.gallery.ids import ItemId
from g3fs.gallery.items import Media
from g3fs.gallery.writing import Progress, Upload
from g3fs.tasks.threads import Threads

_SECOND_S = 1.0
_TOUCHES = 3
"""Tries to give new data another time than the old."""


class Uploads:
    """Sends files, each as long as its caller waits; one that the server has whole is finished."""

    def __init__(
        self, client: Client, places: KeptPlaces, threads: Threads, nursery: trio.Nursery
    ) -> None:
        self._client = client
        self._places = places
        self._ask = ChangingCalls(nursery, threads.changes)
        self._underway: Underway[WireItem] = Underway(nursery, threads.uploads)
        self._closing = threading.Event()

    def close(self) -> None:
        """Stop what is on its way: the server keeps nothing of what it did not get whole."""
        self._closing.set()

    async def mark(self, album: ItemId, name: str) -> str:
        """A slug that is free, and stays so for us."""
        return await self._ask(partial(self._marked, number_of(album), name))

    async def create(self, upload: Upload, progress: Progress) -> WireItem:
        """What became of a new file."""
        call = partial(self._created, upload, progress)
        return await self._underway.send(_key(upload), call, partial(progress, 0))

    async def find(self, upload: Upload) -> WireItem | None:
        """What an earlier `create` left; one that is not over yet is waited for."""
        await self._underway.ended(_key(upload))
        return await self._ask(partial(self._found, upload))

    async def replace(self, media: Media, source: Path, progress: Progress) -> WireItem:
        """The item with new data. One that was given up, and is not over yet, lands before."""
        if not media.can_edit:
            raise AccessDenied(f"this user may not change item {media.id}")
        call = partial(self._replaced, media, source, progress)
        return await self._underway.send(media.id, call, partial(progress, 0))

    # In threads

    def _marked(self, album: int, name: str) -> str:
        try:
            return self._places.mark(album, partial(self._free_slug, name))
        except (AlreadyExists, NotFound):
            self._places.forget(album)  # it may be so no more
            return self._places.mark(album, partial(self._free_slug, name))

    def _free_slug(self, name: str, place: Place) -> str:
        """A slug for a new file.

        Raises:
            AlreadyExists, BadName, NameTooLong, Invalid: the file cannot have this name there.
        """
        check_may_add(place.album)
        wish = Wish(name=file_name(name), kind=kind_of(name))
        return self._client.places.spot(place, wish).slug

    def _created(self, upload: Upload, progress: Progress, wanted: Wanted) -> WireItem:
        album, as_sent = number_of(upload.album), self._as_sent(upload, progress, wanted)
        try:
            try:
                return self._made(album, as_sent)
            except AlreadyExists:
                self._places.forget(album)  # it may be so no more; nothing was sent
                return self._made(album, as_sent)
        except GalleryError:
            self._places.forget(album)
            raise

    def _made(self, album: int, upload: ClientUpload) -> WireItem:
        name = file_name(upload.name)
        coming = WireItem(id=0, kind=kind_of(upload.name), name=name, slug=upload.slug)
        with self._places.claimed(album, coming) as place:
            item = self._client.uploads.create(place, upload)
            self._places.arrived(album, item)
        if (item.name, item.slug, item.parent_id) != (name, upload.slug, album):
            self._places.forget(album)  # others are at work there
        return item

    def _found(self, upload: Upload) -> WireItem | None:
        album = number_of(upload.album)
        self._places.forget(album)
        try:
            return self._client.uploads.find(album, self._as_sent(upload, _nobody, Wanted()))
        except NotFound:
            return None

    def _replaced(self, media: Media, source: Path, progress: Progress, wanted: Wanted) -> WireItem:
        number, watched = number_of(media.id), partial(self._watched, progress, wanted)
        item = self._client.uploads.replace(number, source, progress=watched)
        for _ in range(_TOUCHES):
            if version_of(item.size_bytes, item.updated_s or 0) != media.version:
                break
            # The server's time has whole seconds, and the size is the same: two versions would look
            # like one. Any change of a property, to what it is already, makes the item younger.
            self._closing.wait(_SECOND_S)
            item = self._client.edits.update(number, Properties(title=item.title))
        if item.parent_id is not None:
            self._places.arrived(item.parent_id, item)
        return item

    def _as_sent(self, upload: Upload, progress: Progress, wanted: Wanted) -> ClientUpload:
        return ClientUpload(
            name=upload.name,
            source=upload.source,
            slug=upload.mark,
            progress=partial(self._watched, progress, wanted),
        )

    def _watched(self, progress: Progress, wanted: Wanted, sent_bytes: int) -> None:
        """Called before each piece but the first, and before the last with the lock held."""
        if self._closing.is_set():
            raise Cancelled("the gallery is being unmounted")
        wanted.check()
        progress(sent_bytes)


def _key(upload: Upload) -> tuple[ItemId, str]:
    """What makes two uploads of new files the same one."""
    return upload.album, upload.mark


def _nobody(_sent_bytes: int) -> None:
    """Nobody wants to know."""
