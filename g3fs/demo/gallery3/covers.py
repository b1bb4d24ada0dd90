"""Which photo stands for an album: the first one, until it is deleted or another is chosen."""

from collections.abc import Callable
from collections.abc import Set as AbstractSet

from g3fs.demo.gallery3.gallery import Gallery
from g3fs.demo.gallery3.ordering import in_order
from g3fs.demo.gallery3.refusals import ServerError
from g3fs.demo.gallery3.rows import Item
from g3fs.demo.gallery3.shelving import place, set_blank_thumb, set_thumb_of

MayEdit = Callable[[Item], bool]
"""Whether the acting user may edit an album; covers are set in his name."""


def offer_cover(gallery: Gallery, item: Item, may_edit: MayEdit = bool) -> None:
    """A new photo or movie becomes the cover of the albums above, as far up as they have none."""
    parent = gallery.parent(item)
    if parent is not None and may_edit(parent):
        adopt_cover(gallery, parent, item, may_edit)


def adopt_cover(gallery: Gallery, album: Item, child: Item, may_edit: MayEdit) -> None:
    """An album without cover, and those above it, take that of a child, or the child itself."""
    cover = gallery.items.get(child.album_cover_id or 0) if child.is_album else child
    above: Item | None = album
    while cover is not None and above is not None and above.album_cover_id is None:
        if above is not album and not may_edit(above):
            return
        above.album_cover_id = cover.id
        above.updated = gallery.now()
        set_thumb_of(gallery, above, cover)
        above = gallery.parent(above)


def choose_cover(gallery: Gallery, album: Item, item: Item) -> None:
    """A cover chosen by hand: the thumb is gone until an administrator rebuilds it."""
    album.album_cover_id = item.id
    album.thumb_width = album.thumb_height = 0
    gallery.files.remove("thumbs", place(album, gallery.stored_path(album), "thumbs"))
    gallery.items.put(album)


def refresh_covers(gallery: Gallery, item: Item) -> None:
    """The data of an item changed: albums that show it get its new thumb."""
    for album in gallery.items:
        if album.album_cover_id == item.id:
            set_thumb_of(gallery, album, item)


def forget_covers(
    gallery: Gallery, gone: AbstractSet[int], parent: Item, may_edit: MayEdit
) -> None:
    """Items below an album were deleted: albums that showed them lose their cover.

    Raises:
        ServerError: the user may not edit one of these albums, or the one that needs a new cover.
    """
    for album in [a for a in gallery.items if a.album_cover_id in gone]:
        if not may_edit(album):
            raise ServerError("needs edit to take a cover away")
        album.album_cover_id = None
        album.updated = gallery.now()
        set_blank_thumb(gallery, album)
    if parent.album_cover_id is None:
        first = next(iter(in_order(parent, gallery.children(parent))), None)
        if first is not None and not may_edit(parent):
            raise ServerError("needs edit to choose a cover")
        if first is not None:
            adopt_cover(gallery, parent, first, may_edit)
