"""Files going to the server: new photos and movies, and new data for old ones."""

import logging
import secrets
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass
from functools import partial
from urllib.parse import quote

from g3fs.clients.gallery3 import names, wire
from g3fs.clients.gallery3.api import Api
from g3fs.clients.gallery3.changes import AMBIGUOUS, Changes
from g3fs.clients.gallery3.escape import escaped_json
from g3fs.clients.gallery3.media import Source, extension_of, kind_of
from g3fs.clients.gallery3.places import Place, Places, Spot, Wish
from g3fs.clients.gallery3.rights import Rights, check_may_add, check_may_edit
from g3fs.clients.gallery3.texts import check_long_text, check_title
from g3fs.clients.gallery3.tree import Tree
from g3fs.clients.gallery3.wire import Kind, WireItem
from g3fs.gallery.errors import GalleryError, Invalid, NotFound, ServerError, TooLarge
from g3fs.http.multipart import FilePart, Multipart

log = logging.getLogger(__name__)

Progress = Callable[[int], None]

_SENT_FIELDS = ("name", "slug", "parent", "file_size")


@dataclass(frozen=True, slots=True, kw_only=True)
class Upload:
    """A photo or movie to be made."""

    name: str
    """What it should be called; the server may have to spell it differently (see names.py)."""
    source: Source
    kind: Kind | None = None
    """None: as the extension of the name says."""
    title: str | None = None
    """None: the name."""
    description: str | None = None
    """None: what the file itself says (IPTC)."""
    slug: str | None = None
    """None: one that suits the name and is free."""
    progress: Progress | None = None
    """Called with the bytes sent so far."""


class Uploads:
    """Sends files. Structural: the server works on one at a time."""

    def __init__(
        self, api: Api, tree: Tree, rights: Rights, places: Places, changes: Changes
    ) -> None:
        self._api = api
        self._rights = rights
        self._tree = tree
        self._places = places
        self._changes = changes

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
        with self._places.reserved(album, wish, _check_addable) as spot, ExitStack() as hold:
            body = self._body(_entity(upload, kind, spot), upload, extension, hold)
            item = self._stored(self._sent(body, spot), spot)
            if _is_crippled(item):
                log.info("item %d was stored without access rights; making it anew", item.id)
                self._api.delete(f"item/{item.id}")
                item = self._stored(self._sent(body, spot), spot)
            return _checked(item, spot, body.file_bytes)

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
        upload = Upload(name=name, source=source, progress=progress)
        path, denied = f"item/{before.id}", self._rights.no_edit(before.id)
        with ExitStack() as hold:
            body = self._body({}, upload, extension, hold)
            send = partial(self._api.send, "put", path, body, denied)
            # Above the limits of PHP the file is dropped, and the answer is 200 all the same.
            dropped = TooLarge(f"the gallery dropped the new data of item {before.id}: too large?")
            taken = partial(_has_size, body.file_bytes)
            return self._changes.apply(before.id, send, taken, ignored=dropped)

    def _body(
        self, entity: dict[str, object], upload: Upload, extension: str, hold: ExitStack
    ) -> Multipart:
        held = False

        def take_lock() -> None:
            nonlocal held
            if not held:  # a body may be sent again, with a new key
                hold.enter_context(self._api.structure.writing())
                held = True

        # The server buffers uploads under this name: two of the same in one second swap bytes.
        part = FilePart(
            field="file",
            filename=f"{secrets.token_hex(16)}.{extension.lower()}",
            media_type=names.MEDIA_TYPES[extension.lower()],
            source=upload.source,
        )
        fields = {"entity": escaped_json(entity)} if entity else {}
        return Multipart(fields, part, before_last=take_lock, progress=upload.progress)

    def _sent(self, body: Multipart, spot: Spot) -> int:
        """Send it; after an ambiguous failure look for the slug, which nobody else has."""
        album_id = spot.place.album.id
        try:
            denied = self._rights.no_add(album_id)
            return wire.created_id_from(self._api.send("post", f"item/{album_id}", body, denied))
        except AMBIGUOUS as exc:
            found = self._found(album_id, spot)
            if found is None:
                raise
            log.info("%s was stored although the server said: %s", spot.name, exc)
            return found.id

    def _found(self, album_id: int, spot: Spot) -> WireItem | None:
        try:
            children = self._tree.read(album_id, depth=1, fields=_SENT_FIELDS)[1:]
        except GalleryError:
            return None  # the failure of the upload itself says more
        return next((child for child in children if child.slug == spot.slug), None)

    def _stored(self, item_id: int, spot: Spot) -> WireItem:
        """The new item as it is; it may be damaged although the answer was 201."""
        try:
            return self._changes.current(item_id)
        except NotFound:
            raise ServerError(f"the gallery stored {spot.name} and cannot show it") from None


def _checked(item: WireItem, spot: Spot, size_bytes: int) -> WireItem:
    """The new item, if it is sound."""
    if _is_crippled(item):
        raise ServerError(f"the gallery stored {spot.name} damaged, twice (item {item.id})")
    if is_misplaced(item) or "full" in item.lost:
        raise ServerError(
            f"the gallery stored {spot.name} under a wrong path (item {item.id}); do not delete it:"
            " other files would go with it; ask an administrator"
        )
    if item.name != spot.name or item.parent_id != spot.place.album.id:
        log.info("item %d was to be %r and became %r", item.id, spot.name, item.name)
    if item.size_bytes not in (None, size_bytes):
        # A module of the site may turn pictures upright as they arrive.
        log.info("item %d has %s bytes, not %d", item.id, item.size_bytes, size_bytes)
    return item


def _is_crippled(item: WireItem) -> bool:
    """Whether two creates got in each other's way: row and file are there, rights and thumb not."""
    return item.kind == "photo" and item.thumb_width is None


def _check_addable(place: Place) -> None:
    check_may_add(place.album)


def is_misplaced(item: WireItem) -> bool:
    """Whether the stored path of a file is not its own but, by all signs, that of a directory.

    Deleting such an item removes the directory with all the other files in it.
    """
    if item.kind == "album":
        return False
    if item.file_url_public is not None and item.name is not None:
        path = item.file_url_public.partition("?")[0]
        return not path.endswith("/" + quote(item.name, safe=""))
    return False


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


def _has_size(size_bytes: int, item: WireItem) -> bool:
    """Whether the file of an item is what was sent, as far as this user may know."""
    return item.size_bytes == size_bytes or (item.size_bytes is None and "full" not in item.lost)
