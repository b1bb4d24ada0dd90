"""Making albums, and moving and renaming whatever there is."""

import logging
from dataclasses import dataclass
from functools import partial

from g3fs.clients.gallery3 import names, wire
from g3fs.clients.gallery3.api import ROOT_ID, Api
from g3fs.clients.gallery3.changes import AMBIGUOUS
from g3fs.clients.gallery3.parts import Parts
from g3fs.clients.gallery3.places import Place, Spot, Wish
from g3fs.clients.gallery3.repairs import PATH_FIELDS
from g3fs.clients.gallery3.rights import Rights, check_may_add, check_may_edit
from g3fs.clients.gallery3.texts import check_long_text, check_title
from g3fs.clients.gallery3.tree import Tree
from g3fs.clients.gallery3.wire import NAMING_FIELDS, WireItem
from g3fs.gallery.errors import GalleryError, Invalid, NameTooLong, NotPermitted, ServerError

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class NewAlbum:
    """An album to be made."""

    name: str
    title: str | None = None
    """None: the name."""
    description: str | None = None
    slug: str | None = None
    """None: one that suits the name and is free."""


class Albums:
    """Structural changes without data; the server works on one at a time."""

    def __init__(self, api: Api, tree: Tree, rights: Rights, parts: Parts) -> None:
        self._api = api
        self._rights = rights
        self._tree = tree
        self._places = parts.places
        self._changes = parts.changes
        self._files = parts.files
        self._repairs = parts.repairs

    def create(self, parent: int | Place, album: NewAlbum) -> WireItem:
        """Make an album; what it became, read back.

        Raises:
            AlreadyExists, BadName, NameTooLong: the name cannot be had, nothing was sent.
            AccessDenied: this user may not add here.
        """
        wish = Wish(name=names.album_name(album.name), kind="album", slug=album.slug)
        with (
            self._places.reserved(parent, wish, _check_addable) as spot,
            self._api.structure.writing(),
        ):
            item = self._changes.current(self._sent(album, spot))
            if item.name != spot.name:
                log.info("album %d was to be %r and became %r", item.id, spot.name, item.name)
            return item

    def move(
        self,
        item: int | WireItem,
        target: int | Place | None = None,
        *,
        name: str | None = None,
        title: str | None = None,
    ) -> WireItem:
        """Rename an item (`name`), move it into another album (`target`), or both at once.

        The slug follows the name, so that the old one becomes free. `title` goes with a new name,
        and with nothing else. No data is moved.

        Raises:
            AlreadyExists, BadName, NameTooLong: the name cannot be had there, nothing was sent.
            NotPermitted: it is the root album. Invalid: an album into itself.
            AccessDenied: this user may not edit the item or the target.
        """
        before = self._tree.one(item, NAMING_FIELDS) if isinstance(item, int) else item
        if before.id == ROOT_ID or before.parent_id is None:
            raise NotPermitted("the root album can be neither renamed nor moved")
        check_may_edit(before)
        wish = Wish(name=_predicted(before, name), kind=before.kind, item_id=before.id)
        album = before.parent_id if target is None else target
        with self._places.reserved(album, wish, partial(_check_target, before)) as spot:
            self._check_below(before, spot)
            with self._api.structure.writing():
                return self._moved(before, spot, title)

    def _sent(self, album: NewAlbum, spot: Spot) -> int:
        title = album.name if album.title is None else album.title
        entity: dict[str, object] = {
            "type": "album",
            "name": spot.name,
            "title": check_title(title),
            "slug": spot.slug,
        }
        if album.description is not None:
            entity["description"] = check_long_text(album.description, "the description")
        parent_id = spot.place.album.id
        denied = self._rights.no_add(parent_id)
        try:
            return wire.created_id_from(self._api.post(f"item/{parent_id}", entity, denied=denied))
        except AMBIGUOUS as exc:
            found = self._found(parent_id, spot)
            if found is None:
                raise
            log.info("album %s was made although the server said: %s", spot.name, exc)
            return found.id

    def _found(self, parent_id: int, spot: Spot) -> WireItem | None:
        try:
            children = self._tree.naming(parent_id)[1:]
        except GalleryError:
            return None  # the failure of the POST itself says more
        return next((child for child in children if child.slug == spot.slug), None)

    def _check_below(self, item: WireItem, spot: Spot) -> None:
        """See that the paths of all below stay within the limit, which the server ignores."""
        if item.kind != "album":
            return
        place = spot.place
        items = {each.id: each for each in self._tree.read(item.id, fields=NAMING_FIELDS)}
        if place.album.id in items:
            raise Invalid("an album cannot be moved into itself")
        for each in items.values():
            below = _line(each, item.id, items)
            path = (*place.path, spot.name, *(part.name or "" for part in below))
            slugs = (*place.slugs, spot.slug, *(part.slug or "" for part in below))
            if max(names.path_length(path), names.path_length(slugs)) > names.MAX_PATH:
                raise NameTooLong(f"the path of item {each.id} below would become too long")

    def _moved(self, before: WireItem, spot: Spot, title: str | None) -> WireItem:
        place, entity = spot.place, self._wanted(before, spot, title)
        denied = self._rights.no_edit(before.id)
        failures: list[GalleryError] = []

        def send() -> None:
            try:
                self._api.put(f"item/{before.id}", entity, denied=denied)
            except AMBIGUOUS as exc:
                failures.append(exc)
                raise

        def taken(now: WireItem) -> bool:
            renamed = now.name == spot.name or now.name != before.name
            return now.parent_id == place.album.id and renamed

        item = self._changes.apply(before.id, send, taken)
        if failures and "parent" in entity:
            self._mend(before, place, entity)
        if item.name != spot.name:
            log.info("item %d was to be %r and became %r", item.id, spot.name, item.name)
        return self._in_place(item)

    def _in_place(self, item: WireItem) -> WireItem:
        """What was moved, with its stored paths, and those of all below, in order."""
        if item.kind == "album":
            # Stores the paths of all below while nobody writes; later it might store wrong ones.
            below = self._tree.read(item.id, fields=PATH_FIELDS)
            if any(self._files.is_misplaced(each) for each in below):
                return self._repairs.below(item)
        elif self._files.is_misplaced(item):
            return self._repairs.in_place(item, None, None, ours=False)
        return item

    def _wanted(self, before: WireItem, spot: Spot, title: str | None) -> dict[str, object]:
        """What a move sends."""
        entity: dict[str, object] = {"name": spot.name, "slug": spot.slug}
        if title is not None and spot.name != before.name:
            entity["title"] = check_title(title)
        if spot.place.album.id != before.parent_id:
            entity["parent"] = self._api.url_of("item", spot.place.album.id)
        return entity

    def _mend(self, before: WireItem, place: Place, entity: dict[str, object]) -> None:
        """Repair a move that failed half way: the row says so, the listing does not have it.

        The same again would change nothing; back and forth does.
        """
        if self._is_listed(before.id, place):
            return
        log.info("item %d was moved by half; moving it back and forth", before.id)
        path = f"item/{before.id}"
        assert before.parent_id is not None
        self._api.put(path, {"parent": self._api.url_of("item", before.parent_id)})
        self._api.put(path, entity)
        if not self._is_listed(before.id, place):
            raise ServerError(f"item {before.id} is moved by half; ask an administrator")

    def _is_listed(self, item_id: int, place: Place) -> bool:
        return any(child.id == item_id for child in self._tree.naming(place.album.id)[1:])


def _check_addable(place: Place) -> None:
    check_may_add(place.album)


def _check_target(item: WireItem, place: Place) -> None:
    """See that an item may be put there by what is known; NotFound and 500 tell the rest."""
    if place.album.id == item.parent_id:
        return
    check_may_edit(place.album)
    if place.album.id == item.id or place.album.kind != "album":
        raise Invalid("an item can only be moved into another album")


def _line(item: WireItem, top_id: int, items: dict[int, WireItem]) -> list[WireItem]:
    """From below `top_id` down to the item."""
    line: list[WireItem] = []
    while item.id != top_id and item.parent_id in items and len(line) < len(items):
        line.insert(0, item)
        item = items[item.parent_id]
    return line


def _predicted(item: WireItem, name: str | None) -> str:
    """What the server makes of a new name; the present one if there is none."""
    present = item.name or ""
    if name is None:
        return present
    if item.kind == "album":
        return names.album_name(name)
    return names.file_name(name, present.rpartition(".")[2], item.kind)
