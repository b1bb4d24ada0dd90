"""Items as REST shows them: which fields, in which order, as which JSON types."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from html import escape
from typing import Any, Final

from g3fs.demo.gallery3.files import FileInfo, Shelf
from g3fs.demo.gallery3.gallery import Gallery, encoded
from g3fs.demo.gallery3.ordering import in_order
from g3fs.demo.gallery3.refusals import not_found
from g3fs.demo.gallery3.rights import Viewer
from g3fs.demo.gallery3.rows import EVERYBODY, REGISTERED, Item
from g3fs.demo.gallery3.shelving import place

ABSENT: Final = object()
"""A field that this item does not have for this user."""


class Lens:
    """The gallery as one user sees it through one address."""

    def __init__(self, gallery: Gallery, viewer: Viewer, site: str) -> None:
        self.gallery, self.viewer = gallery, viewer
        self.guest = Viewer(gallery, None)
        self.site = site
        """The site's own idea of its address, `index.php` included."""
        self.rest = site + "/rest"
        self._public = site.removesuffix("/index.php") + "/var"
        self._infos: dict[tuple[int, Shelf], FileInfo | None] = {}

    # Addresses.

    def url(self, resource: str, ident: object) -> str:
        """The address of a REST object."""
        return f"{self.rest}/{resource}/{ident}"

    def data_url(self, item: Item, size: str, shelf: Shelf) -> str:
        """The address of an item's bytes; the refusal 404 if they are missing."""
        info = self.info(item, shelf)
        if info is None:
            raise not_found()
        return f"{self.url('data', item.id)}?size={size}&m={info.modified}"

    def public_url(self, item: Item, shelf: Shelf) -> str:
        """The address that the web server answers by itself."""
        info = self.info(item, shelf)
        path = place(item, self.gallery.stored_path(item), shelf)
        if shelf == "thumbs" and path == ".album.jpg":
            path = "/.album.jpg"
        return f"{self._public}/{shelf}/{encoded(path)}?m={info.modified if info else 0}"

    def info(self, item: Item, shelf: Shelf) -> FileInfo | None:
        """Size and time of one of its files; looked up once per request."""
        key = item.id, shelf
        if key not in self._infos:
            where = place(item, self.gallery.stored_path(item), shelf)
            self._infos[key] = self.gallery.files.info(shelf, where)
        return self._infos[key]

    def size(self, item: Item, shelf: Shelf) -> int | bool:
        """Bytes of one of its files; false if it is missing."""
        info = self.info(item, shelf)
        return False if info is None else info.size

    # Lists.

    def visible(self, items: Iterable[Item]) -> list[Item]:
        """Those that the user may see."""
        return [item for item in items if self.viewer.can("view", item)]

    def members(self, album: Item, choose: Callable[[Item], bool] = bool) -> list[Item]:
        """The children that the user may see, in the album's order."""
        children = [child for child in self.gallery.children(album) if choose(child)]
        return in_order(album, self.visible(children)) + self.extra_children(album)

    def extra_children(self, album: Item) -> list[Item]:
        """What a hostile album claims to hold."""
        lie = self.gallery.distortions.get(album.id)
        return [] if lie is None else [self.gallery.item(item_id) for item_id in lie.children]

    # Entities.

    def entity(self, item: Item, fields: Sequence[str] = ()) -> Mapping[str, object] | list[object]:
        """The fields asked for, or all. As in PHP, no fields at all are an empty list."""
        shown: dict[str, object] = {}
        for name, column in _columns(fields):
            value = column(self, item)
            if value is not None or not fields:
                shown[name] = value
        for name, computed in _computed(fields):
            value = computed(self, item)
            if value is not ABSENT:
                shown[name] = value
        if self.gallery.distortions:
            self._distort(item, shown, fields)
        return shown or []

    def _distort(self, item: Item, shown: dict[str, object], fields: Sequence[str]) -> None:
        lie = self.gallery.distortions.get(item.id)
        if lie is not None:
            shown.update({k: v for k, v in lie.fields.items() if not fields or k in fields})
            for name in lie.hidden:
                shown.pop(name, None)


def escaped_url(url: str) -> str:
    """An address as answers repeat it: quoted for HTML."""
    return escape(url, quote=True).replace("&#x27;", "&#039;")


Field = Callable[[Lens, Item], Any]


def _text(name: str) -> Field:
    return lambda _, item: getattr(item, name)


def _number(name: str) -> Field:
    def show(_: Lens, item: Item) -> str | None:
        value = getattr(item, name)
        return None if value is None else str(value)

    return show


def _group_view(group: int) -> Field:
    def show(lens: Lens, item: Item) -> str:
        return "1" if lens.viewer.group_can(group, "view", item.home_id) else "0"

    return show


COLUMNS: Mapping[str, Field] = {
    "id": _number("id"),
    "captured": _number("captured"),
    "created": _number("created"),
    "description": _text("description"),
    "height": _number("height"),
    "level": _number("level"),
    "mime_type": _text("mime_type"),
    "name": _text("name"),
    "owner_id": _number("owner_id"),
    "rand_key": _text("rand_key"),
    "resize_height": _number("resize_height"),
    "resize_width": _number("resize_width"),
    "slug": _text("slug"),
    "sort_column": _text("sort_column"),
    "sort_order": _text("sort_order"),
    "thumb_height": _number("thumb_height"),
    "thumb_width": _number("thumb_width"),
    "title": _text("title"),
    "type": _text("type"),
    "updated": _number("updated"),
    "view_count": _number("view_count"),
    "width": _number("width"),
    f"view_{EVERYBODY}": _group_view(EVERYBODY),
    f"view_{REGISTERED}": _group_view(REGISTERED),
}


def _parent(lens: Lens, item: Item) -> object:
    return lens.url("item", item.parent_id) if item.parent_id else ABSENT


def _album_cover(lens: Lens, item: Item) -> object:
    known = item.album_cover_id is not None and lens.gallery.items.get(item.album_cover_id)
    return lens.url("item", item.album_cover_id) if known else ABSENT


def _web_url(lens: Lens, item: Item) -> object:
    return f"{lens.site}/{encoded(lens.gallery.slug_path(item))}"


def _original(show: Field) -> Field:
    def only_with_right(lens: Lens, item: Item) -> object:
        if item.is_album or not lens.viewer.can("view_full", item):
            return ABSENT
        return show(lens, item)

    return only_with_right


def _file_url_public(lens: Lens, item: Item) -> object:
    if not lens.guest.can("view_full", item):
        return ABSENT
    return lens.public_url(item, "albums")


def _resized(show: Field) -> Field:
    return lambda lens, item: show(lens, item) if item.type == "photo" else ABSENT


def _thumbed(show: Field) -> Field:
    return lambda lens, item: show(lens, item) if item.thumb_width else ABSENT


def _for_guests(shelf: Shelf) -> Field:
    def show(lens: Lens, item: Item) -> object:
        return lens.public_url(item, shelf) if lens.guest.can("view", item) else ABSENT

    return show


COMPUTED: Mapping[str, Field] = {
    "parent": _parent,
    "album_cover": _album_cover,
    "web_url": _web_url,
    "file_url": _original(lambda lens, item: lens.data_url(item, "full", "albums")),
    "file_size": _original(lambda lens, item: lens.size(item, "albums")),
    "file_url_public": _original(_file_url_public),
    "resize_url": _resized(lambda lens, item: lens.data_url(item, "resize", "resizes")),
    "resize_size": _resized(lambda lens, item: lens.size(item, "resizes")),
    "resize_url_public": _resized(_for_guests("resizes")),
    "thumb_url": _thumbed(lambda lens, item: lens.data_url(item, "thumb", "thumbs")),
    "thumb_size": _thumbed(lambda lens, item: lens.size(item, "thumbs")),
    "thumb_url_public": _thumbed(_for_guests("thumbs")),
    "can_edit": lambda lens, item: lens.viewer.can("edit", item),
    "can_add": lambda lens, item: lens.viewer.can("add", item),
}


def _columns(fields: Sequence[str]) -> list[tuple[str, Field]]:
    if not fields:
        return list(COLUMNS.items())
    return [(name, COLUMNS[name]) for name in fields if name in COLUMNS]


def _computed(fields: Sequence[str]) -> list[tuple[str, Field]]:
    if not fields:
        return list(COMPUTED.items())
    return [(name, field) for name, field in COMPUTED.items() if name in fields]
