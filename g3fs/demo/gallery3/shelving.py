"""Puts the files of items on the shelves, and their smaller pictures beside them."""

from functools import partial

from g3fs.demo.gallery3.files import SHELVES, Opener, Shelf
from g3fs.demo.gallery3.gallery import Gallery
from g3fs.demo.gallery3.media import PLACEHOLDER, as_jpeg, placeholder, render, scaled
from g3fs.demo.gallery3.rows import Item

ALBUM_THUMB = ".album.jpg"


def place(item: Item, path: str, shelf: Shelf) -> str:
    """Where the file of an item is on a shelf, given the path of its original or directory."""
    if shelf == "albums" or item.type == "photo":
        return path
    if item.is_album:
        return f"{path}/{ALBUM_THUMB}" if path else ALBUM_THUMB
    return path.rpartition(".")[0] + ".jpg"


def shelve_album(gallery: Gallery, album: Item) -> None:
    """Make the directories of a new album, and its first, empty thumb."""
    path = gallery.path(album)
    if path:
        gallery.files.make_directory(path)
    set_blank_thumb(gallery, album)


def set_blank_thumb(gallery: Gallery, album: Item) -> None:
    """The thumb of an album without cover."""
    where = place(album, gallery.stored_path(album), "thumbs")
    gallery.files.put("thumbs", where, partial(placeholder, PLACEHOLDER), gallery.now())
    album.thumb_width, album.thumb_height = PLACEHOLDER
    gallery.items.put(album)


def set_thumb_of(gallery: Gallery, album: Item, cover: Item) -> None:
    """Give an album the thumb of its cover; a blank one if the cover has lost its own."""
    source = place(cover, gallery.stored_path(cover), "thumbs")
    try:
        opener = gallery.files.opener("thumbs", source)
    except FileNotFoundError:
        set_blank_thumb(gallery, album)
        return
    where = place(album, gallery.stored_path(album), "thumbs")
    gallery.files.put("thumbs", where, partial(as_jpeg, opener), gallery.now())
    album.thumb_width, album.thumb_height = cover.thumb_width, cover.thumb_height
    gallery.items.put(album)


def make_pictures(gallery: Gallery, item: Item, opener: Opener) -> None:
    """Make resize and thumb of a photo, or the thumb of a movie, and note their sides."""
    path = gallery.stored_path(item)
    size = item.width or 0, item.height or 0
    now = gallery.now()
    thumb = gallery.rules.thumb_size
    if item.type == "movie":
        sides = scaled(*size, thumb) if all(size) else (thumb, thumb * 3 // 4)
        where = place(item, path, "thumbs")
        gallery.files.put("thumbs", where, partial(placeholder, sides), now)
        item.thumb_width, item.thumb_height = sides
    else:
        resize = gallery.rules.resize_size
        gallery.files.put("resizes", path, partial(render, opener, size, resize), now)
        gallery.files.put("thumbs", path, partial(render, opener, size, thumb), now)
        item.resize_width, item.resize_height = scaled(*size, resize)
        item.thumb_width, item.thumb_height = scaled(*size, thumb)
    gallery.items.put(item)


def move_files(gallery: Gallery, item: Item, old: str, new: str) -> None:
    """Carry the files of an item, or the directories of an album, to another path."""
    if old == new:
        return
    for shelf in SHELVES:
        if item.is_album:
            gallery.files.move(shelf, old, new)
        else:
            gallery.files.move(shelf, place(item, old, shelf), place(item, new, shelf))


def remove_files(gallery: Gallery, item: Item) -> None:
    """Remove what the stored path of an item points to: for a damaged one, other people's files."""
    path = gallery.stored_path(item)
    for shelf in SHELVES:
        gallery.files.remove(shelf, path if item.is_album else place(item, path, shelf))
