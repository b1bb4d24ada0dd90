"""Which photo stands for an album: the first one, until it is deleted or another is chosen."""

from collections.abc import Set as AbstractSet

from g3fs.demo.gallery3.gallery import Gallery
from g3fs.demo.gallery3.ordering import in_order
from g3fs.demo.gallery3.rows import Item
from g3fs.demo.gallery3.shelving import set_blank_thumb, set_thumb_of


def offer_cover(gallery: Gallery, item: Item) -> None:
    """A new photo or movie becomes the cover of every album above that has none."""
    _cover_up_from(gallery, gallery.parent(item), item)


def choose_cover(gallery: Gallery, album: Item, item: Item) -> None:
    """A cover chosen by hand: the thumb is gone until an administrator rebuilds it."""
    album.album_cover_id = item.id
    album.thumb_width = album.thumb_height = 0
    album.updated = gallery.now()
    gallery.items.put(album)


def refresh_covers(gallery: Gallery, item: Item) -> None:
    """The data of an item changed: albums that show it get its new thumb."""
    for album in gallery.items:
        if album.album_cover_id == item.id:
            set_thumb_of(gallery, album, item)


def forget_covers(gallery: Gallery, gone: AbstractSet[int], parent: Item) -> None:
    """Items below an album were deleted: albums that showed them lose their cover."""
    for album in gallery.items:
        if album.album_cover_id in gone:
            album.album_cover_id = None
            album.updated = gallery.now()
            set_blank_thumb(gallery, album)
    if parent.album_cover_id is None:
        _pick_cover(gallery, parent)


def _pick_cover(gallery: Gallery, album: Item) -> None:
    first = next(iter(in_order(album, gallery.children(album))), None)
    if first is None:
        return
    chosen_id = first.album_cover_id if first.is_album else first.id
    chosen = gallery.items.get(chosen_id or 0)
    if chosen is not None:
        _cover_up_from(gallery, album, chosen)


def _cover_up_from(gallery: Gallery, album: Item | None, item: Item) -> None:
    while album is not None and album.album_cover_id is None:
        album.album_cover_id = item.id
        album.updated = gallery.now()
        set_thumb_of(gallery, album, item)
        album = gallery.parent(album)
