"""Whether a gallery is whole: rows, tree order, files and what hangs on items fit each other."""

from collections import Counter
from collections.abc import Iterator

from g3fs.demo.gallery3.files import SHELVES, Shelf
from g3fs.demo.gallery3.gallery import Gallery
from g3fs.demo.gallery3.names import same_key
from g3fs.demo.gallery3.refusals import PathTooLong
from g3fs.demo.gallery3.rows import Item
from g3fs.demo.gallery3.shelving import place

Spot = tuple[str, bool]
"""A path on a shelf, and whether a directory is there."""


def complaints(gallery: Gallery) -> list[str]:
    """What does not fit, one line each, sorted. Hold the gallery's lock."""
    found = [
        f"item {item.id} {wrong}" for item in gallery.items for wrong in _of_row(gallery, item)
    ]
    found += (
        f"album {album.id} {wrong}"
        for album in gallery.items
        if album.is_album
        for wrong in _of_children(gallery.children(album))
    )
    found += (wrong for shelf in SHELVES for wrong in _of_shelf(gallery, shelf))
    found += _of_tags(gallery)
    found += (
        f"comment {comment.id} is on item {comment.item_id}, which is gone"
        for comment in gallery.comments
        if gallery.items.get(comment.item_id) is None
    )
    return sorted(found)


def _of_row(gallery: Gallery, item: Item) -> Iterator[str]:
    parent = gallery.parent(item)
    if item is not gallery.root:
        if parent is None or not parent.is_album:
            yield f"has no album above: {item.parent_id}"
        elif item.level != parent.level + 1 or item not in gallery.children(parent):
            yield f"is not where album {parent.id} has it"
    if item.listed_below is not None:
        yield f"is listed below {item.listed_below}, not {item.parent_id}"
    if item.without_access:
        yield "has no permission rows"
    if item.album_cover_id is not None and gallery.items.get(item.album_cover_id) is None:
        yield f"has the cover {item.album_cover_id}, which is gone"
    yield from _of_path(gallery, item)


def _of_path(gallery: Gallery, item: Item) -> Iterator[str]:
    try:
        path, stored = gallery.path(item), gallery.stored_path(item)
    except PathTooLong:
        yield "has a path that is too long"
        return
    if path != stored:
        yield f"is stored as {stored!r}, not {path!r}"


def _of_children(children: list[Item]) -> Iterator[str]:
    names = Counter(same_key(child.name or "") for child in children)
    slugs = Counter(same_key(child.slug or "") for child in children)
    for what, counted in (("name", names), ("slug", slugs)):
        yield from (f"has {n} items with the {what} {key!r}" for key, n in counted.items() if n > 1)


def _of_shelf(gallery: Gallery, shelf: Shelf) -> Iterator[str]:
    wanted = {spot for item in gallery.items for spot in _spots(gallery, item, shelf)}
    there = set(gallery.files.walk(shelf))
    yield from (f"missing in {shelf}: {path}" for path, _ in wanted - there)
    yield from (f"nobody's in {shelf}: {path}" for path, _ in there - wanted)


def _spots(gallery: Gallery, item: Item, shelf: Shelf) -> Iterator[Spot]:
    """What an item needs on a shelf."""
    try:
        path = gallery.path(item)
    except PathTooLong:
        return
    if item.is_album and path:
        yield path, True
    # An album whose cover was chosen by hand has no thumb.
    thumbed = shelf == "thumbs" and bool(item.thumb_width)
    if thumbed or (shelf == "albums" and not item.is_album) or _is_resized(item, shelf):
        yield place(item, path, shelf), False


def _is_resized(item: Item, shelf: Shelf) -> bool:
    return shelf == "resizes" and item.type == "photo"


def _of_tags(gallery: Gallery) -> Iterator[str]:
    pairs = {(tag.id, item_id) for tag in gallery.tags for item_id in tag.items}
    known = {(tag_id, item_id) for item_id, tags in gallery.tags_of.items() for tag_id in tags}
    for tag_id, item_id in sorted(pairs ^ known):
        yield f"tag {tag_id} and item {item_id} disagree"
    for tag_id, item_id in sorted(pairs):
        if gallery.items.get(item_id) is None:
            yield f"tag {tag_id} is on item {item_id}, which is gone"
