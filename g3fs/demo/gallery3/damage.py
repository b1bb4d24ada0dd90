"""The ways in which a real server spoils its own gallery, on demand."""

from collections.abc import Mapping

from g3fs.demo.faults import FaultRule
from g3fs.demo.gallery3.gallery import Gallery
from g3fs.demo.gallery3.incoming import Upload
from g3fs.demo.gallery3.media import turned
from g3fs.demo.gallery3.refusals import ServerError
from g3fs.demo.gallery3.rows import Item
from g3fs.demo.gallery3.shelving import make_pictures, place

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
    if "swap_equal_filenames" in damage and upload is not None:
        _swap(gallery, item, upload, damage["swap_equal_filenames"].seconds or SAME_SECOND_S)
    if "rotate_upload" in damage and item.mime_type == "image/jpeg":
        _rotate(gallery, item)
    if "lost_thumb" in damage:
        lose(gallery, item, "lost_thumb")
    if "lost_original" in damage:
        lose(gallery, item, "lost_original")
    if "misplaced" in damage:
        lose(gallery, item, "misplaced")
    if "crippled" in damage:
        lose(gallery, item, "crippled")
        raise ServerError("ITEM_ALREADY_ADDED")


def lose(gallery: Gallery, item: Item, kind: str) -> None:
    """Damage one item: `lost_thumb`, `lost_original`, `misplaced` or `crippled`.

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
        case "crippled":
            gallery.files.remove("thumbs", place(item, path, "thumbs"))
            gallery.files.remove("resizes", path)
            item.without_access = True
            item.resize_width = item.resize_height = None
            item.thumb_width = item.thumb_height = None
        case _:
            raise ValueError(f"no such damage: {kind}")
    gallery.items.put(item)


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
