"""The ways in which a real server spoils its own gallery, on demand."""

from collections.abc import Mapping

from g3fs.demo.faults import FaultRule
from g3fs.demo.gallery3.gallery import Gallery
from g3fs.demo.gallery3.incoming import Upload
from g3fs.demo.gallery3.media import turned
from g3fs.demo.gallery3.refusals import ServerError
from g3fs.demo.gallery3.rows import Item
from g3fs.demo.gallery3.shelving import make_pictures, move_files, place

SAME_SECOND_S = 1.0
"""How far apart two uploads of one filename may be to swap their bytes, unless a rule says."""


def lost_lock(damage: Mapping[str, FaultRule]) -> None:
    """The lock was not free for a second: nothing is done."""
    if "lock_timeout" in damage:
        raise ServerError("lock not available")


def after_create(
    gallery: Gallery, item: Item, upload: Upload | None, damage: Mapping[str, FaultRule]
) -> None:
    """What may go wrong when row and file are there.

    Raises:
        ServerError: the item was stored all the same.
    """
    if upload is not None:
        after_upload(gallery, item, upload, damage)
    _misplace(gallery, item, damage)
    if "crippled" in damage:
        lose(gallery, item, "crippled")
        raise ServerError("ITEM_ALREADY_ADDED")


def after_upload(
    gallery: Gallery, item: Item, upload: Upload, damage: Mapping[str, FaultRule]
) -> None:
    """What may go wrong when the data of an item is there, new or in place of older data."""
    if "swap_equal_filenames" in damage:
        _swap(gallery, item, upload, damage["swap_equal_filenames"].seconds or SAME_SECOND_S)
    if "rotate_upload" in damage and item.mime_type == "image/jpeg":
        _rotate(gallery, item)
    for kind in ("lost_thumb", "lost_original"):
        if kind in damage:
            lose(gallery, item, kind)


def after_relocation(gallery: Gallery, item: Item, damage: Mapping[str, FaultRule]) -> None:
    """What may go wrong when an item has its new name or place; an album's photos are the victims.

    On a real server it is the first read that goes wrong, next to another writer.
    """
    for node in gallery.children(item) if item.is_album else [item]:
        if not node.is_album:
            _misplace(gallery, node, damage)


def _misplace(gallery: Gallery, item: Item, damage: Mapping[str, FaultRule]) -> None:
    for kind in ("misplaced", "misplaced_beside"):
        if kind in damage:
            lose(gallery, item, kind)


def lose(gallery: Gallery, item: Item, kind: str) -> None:
    """Damage one item: `lost_thumb`, `lost_original`, `misplaced`, `misplaced_beside`, `crippled`.

    Raises:
        ValueError: another kind.
    """
    path = gallery.stored_path(item)
    match kind:
        case "lost_thumb":
            gallery.files.remove("thumbs", place(item, path, "thumbs"))
        case "lost_original":
            gallery.files.remove("albums", path)
        case "misplaced":
            parent = gallery.parent(item)
            item.stored_path = "" if parent is None else gallery.path(parent)
        case "misplaced_beside":
            _misplace_beside(gallery, item)
        case "crippled":
            gallery.files.remove("thumbs", place(item, path, "thumbs"))
            gallery.files.remove("resizes", path)
            item.without_access = True
            item.resize_width = item.resize_height = None
            item.thumb_width = item.thumb_height = None
        case _:
            raise ValueError(f"no such damage: {kind}")
    gallery.items.put(item)


def _misplace_beside(gallery: Gallery, item: Item) -> None:
    """Its path is that of the first other photo there, whose files it overwrites."""
    siblings = gallery.children(gallery.items[item.parent_id])
    victim = next((s for s in siblings if s.type == item.type and s.id != item.id), None)
    if victim is not None:
        path = gallery.path(victim)
        move_files(gallery, item, gallery.stored_path(item), path)
        item.stored_path = path


def _rotate(gallery: Gallery, item: Item) -> None:
    path = gallery.path(item)
    with gallery.files.opener("albums", path)() as source:
        data = turned(source)
    item.width, item.height = item.height, item.width
    make_pictures(gallery, item, gallery.files.put("albums", path, lambda: data, gallery.now()))


def _swap(gallery: Gallery, item: Item, upload: Upload, window_s: float) -> None:
    """Two uploads of one filename in one second end up with each other's bytes."""
    now = gallery.clock()
    before = gallery.recent_uploads.get(upload.name)
    gallery.recent_uploads[upload.name] = now, item.id
    other = None if before is None else gallery.items.get(before[1])
    if before is None or other is None or now - before[0] > window_s:
        return
    mine, theirs = _bytes(gallery, item), _bytes(gallery, other)
    gallery.files.put("albums", gallery.path(item), lambda: theirs, gallery.now())
    gallery.files.put("albums", gallery.path(other), lambda: mine, gallery.now())


def _bytes(gallery: Gallery, item: Item) -> bytes:
    with gallery.files.opener("albums", gallery.path(item))() as source:
        return source.read()
