"""Files going to the server: new photos and movies, and new data for old ones."""

import logging
from functools import partial

from g3fs.clients.gallery3 import names, wire
from g3fs.clients.gallery3.api import Api
from g3fs.clients.gallery3.changes import AMBIGUOUS
from g3fs.clients.gallery3.media import Source, extension_of, kind_of
from g3fs.clients.gallery3.parts import Parts
from g3fs.clients.gallery3.places import Place, Spot, Wish
from g3fs.clients.gallery3.rights import Rights, check_may_add, check_may_edit
from g3fs.clients.gallery3.sending import Progress, Sending, Upload
from g3fs.clients.gallery3.texts import check_long_text, check_title
from g3fs.clients.gallery3.tree import Tree
from g3fs.clients.gallery3.wire import Kind, WireItem
from g3fs.gallery.errors import (
    GalleryError,
    Invalid,
    NotFound,
    ServerError,
    TooLarge,
)
from g3fs.http.filebody import FileBody
from g3fs.http.multipart import Multipart

log = logging.getLogger(__name__)


class Uploads:
    """Sends files. Structural: the server works on one at a time."""

    def __init__(self, api: Api, tree: Tree, rights: Rights, parts: Parts) -> None:
        self._api = api
        self._tree = tree
        self._rights = rights
        self._places = parts.places
        self._changes = parts.changes
        self._files = parts.files
        self._repairs = parts.repairs

    def create(self, album: int | Place, upload: Upload) -> WireItem:
        """Make a photo or movie; what it became, read back.

        The body travels without the lock; other writers wait only while the server works.

        Raises:
            AlreadyExists, BadName, NameTooLong: the name cannot be had, nothing was sent.
            Invalid: the server does not take this data.
            TooLarge: nor files of this size.
            AccessDenied: this user may not add here.
        """
        kind = upload.kind or kind_of(upload.name)
        extension = extension_of(upload.source, upload.name, kind)
        name = names.file_name(upload.name, extension, kind)
        wish = Wish(name=name, kind=kind, slug=upload.slug)
        with (
            self._places.reserved(album, wish, _check_addable) as spot,
            Sending(self._api.structure, upload.progress) as sending,
        ):
            body = sending.body(_entity(upload, kind, spot), upload.source, extension)
            again, data = sending.body({}, upload.source, extension), FileBody(upload.source)
            item = self._stored(self._sent(body, spot, data), spot)
            if self._repairs.is_crippled(item):
                self._repairs.remove_crippled(item)
                item = self._stored(self._sent(body, spot, data), spot)
            if self._repairs.is_crippled(item):
                raise ServerError(f"the gallery stored {spot.name} damaged, twice (item {item.id})")
            return self._sound(item, spot, again)

    def find(self, album_id: int, upload: Upload) -> WireItem | None:
        """What is left of an earlier `create` with this slug that was interrupted; None: nothing.

        Its bytes are compared with the source. What is damaged is mended; what was stored without
        access rights is deleted, so that it can be made anew.

        Raises:
            ServerError: there is something that cannot be mended.
        """
        assert upload.slug is not None
        kind = upload.kind or kind_of(upload.name)
        with Sending(self._api.structure, upload.progress) as sending:
            found = self._child(album_id, upload.slug)
            if found is None or found.kind != kind:
                return None
            item = self._changes.current(found.id)
            if self._repairs.is_crippled(item):
                with self._api.structure.writing():
                    self._repairs.remove_crippled(item)
                return None
            extension = extension_of(upload.source, upload.name, kind)
            again = sending.body({}, upload.source, extension)
            return self._found(item, again, FileBody(upload.source))

    def replace(
        self, item: int | WireItem, source: Source, *, progress: Progress | None = None
    ) -> WireItem:
        """Put new data into a photo or movie: id, tags, comments, title stay; the item read back.

        `captured` is overwritten by what the file says; the extension of the name follows the type.

        Raises:
            TooLarge: the server dropped the file without a word, and kept the old data.
        """
        before = self._changes.current(item) if isinstance(item, int) else item
        check_may_edit(before)
        if before.kind == "album":
            raise Invalid("an album has no data that could be replaced")
        name = before.name or ""
        extension = extension_of(source, name, before.kind)
        path, denied = f"item/{before.id}", self._rights.no_edit(before.id)
        with Sending(self._api.structure, progress) as sending:
            body, again = (sending.body({}, source, extension) for _ in range(2))
            data, answered = FileBody(source), list[object]()

            def send() -> None:
                answered.append(self._api.send("put", path, body, denied))

            def taken(now: WireItem) -> bool:
                # A module of the site may change pictures as they arrive.
                other = bool(answered) and _has_other_data(before, now)
                return other or self._has_data(before, data, now)

            # Above the limits of PHP the file is dropped, and the answer is 200 all the same.
            dropped = TooLarge(f"the gallery dropped the new data of item {before.id}: too large?")
            return self._mended(self._changes.apply(before.id, send, taken, ignored=dropped), again)

    def _sent(self, body: Multipart, spot: Spot, data: FileBody) -> int:
        """Send it; after an ambiguous failure look for it by its slug."""
        album_id = spot.place.album.id
        try:
            denied = self._rights.no_add(album_id)
            return wire.created_id_from(self._api.send("post", f"item/{album_id}", body, denied))
        except AMBIGUOUS as exc:
            try:
                found = self._child(album_id, spot.slug)
                ours = found is not None and self._is_ours(found.id, data)
            except GalleryError:
                raise exc from None  # the failure of the upload itself says more
            if found is None or not ours:
                raise
            log.info("%s was stored although the server said: %s", spot.name, exc)
            return found.id

    def _is_ours(self, item_id: int, data: FileBody) -> bool:
        """Whether what has our slug is what was sent; another program may have been faster."""
        item = self._changes.current(item_id)
        if self._repairs.is_crippled(item) or "full" in item.lost:
            return True
        return self._files.is_misplaced(item, len(data)) or self._files.holds(item, data)

    def _child(self, album_id: int, slug: str) -> WireItem | None:
        children = self._tree.naming(album_id)[1:]
        return next((child for child in children if child.slug == slug), None)

    def _stored(self, item_id: int, spot: Spot) -> WireItem:
        """The new item as it is; it may be damaged although the answer was 201."""
        try:
            return self._changes.current(item_id)
        except NotFound:
            raise ServerError(f"the gallery stored {spot.name} and cannot show it") from None

    def _sound(self, item: WireItem, spot: Spot, again: Multipart) -> WireItem:
        """The new item, mended if need be."""
        size_bytes = again.file_bytes
        item = self._mended(item, again)
        if item.name != spot.name or item.parent_id != spot.place.album.id:
            log.info("item %d was to be %r and became %r", item.id, spot.name, item.name)
        if item.size_bytes not in (None, size_bytes):
            # A module of the site may turn pictures upright as they arrive.
            log.info("item %d has %s bytes, not %d", item.id, item.size_bytes, size_bytes)
        return item

    def _mended(self, item: WireItem, again: Multipart) -> WireItem:
        """An item that was just sent, with its files in order."""
        size_bytes = again.file_bytes
        if self._files.is_misplaced(item, size_bytes) or "full" in item.lost:
            send = partial(self._api.send, "put", f"item/{item.id}", again)
            item = self._repairs.in_place(item, send, size_bytes, ours=True)
        return self._repairs.readable(item) if "thumb" in item.lost else item

    def _found(self, item: WireItem, again: Multipart, data: FileBody) -> WireItem | None:
        size_bytes = len(data)
        if self._files.is_misplaced(item, size_bytes) or "full" in item.lost:
            send = partial(self._api.send, "put", f"item/{item.id}", again)
            with self._api.structure.writing():
                item = self._repairs.in_place(item, send, size_bytes, ours=False)
        if not self._files.holds(item, data):
            return None
        return self._repairs.readable(item) if "thumb" in item.lost else item

    def _has_data(self, before: WireItem, data: FileBody, now: WireItem) -> bool:
        """Whether an item has the new data, as far as this user may know.

        Data of the same size may be the old: then the time of the file tells, which has whole
        seconds, and otherwise the bytes.
        """
        if now.size_bytes is None:
            return "full" not in now.lost
        if now.size_bytes != len(data):
            return False
        times = before.data_changed_s, now.data_changed_s
        later = None not in times and times[0] != times[1]
        return before.size_bytes != len(data) or later or self._files.holds(now, data)


def _has_other_data(before: WireItem, now: WireItem) -> bool:
    """Whether an item has other data than it had; its file may be lost at once."""
    if "full" in now.lost:
        return "full" not in before.lost
    known = (before.size_bytes, before.data_changed_s)
    return None not in known and known != (now.size_bytes, now.data_changed_s)


def _check_addable(place: Place) -> None:
    check_may_add(place.album)


def _entity(upload: Upload, kind: Kind, spot: Spot) -> dict[str, object]:
    entity: dict[str, object] = {
        "type": kind,
        "name": spot.name,
        "title": check_title(upload.name if upload.title is None else upload.title),
        "slug": spot.slug,
    }
    if upload.description is not None:
        entity["description"] = check_long_text(upload.description, "the description")
    return entity
