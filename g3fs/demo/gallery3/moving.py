"""Renaming and moving: rows first, files after, and the ways in which that goes wrong."""

from g3fs.demo.gallery3.covers import adopt_cover
from g3fs.demo.gallery3.damage import after_relocation, lost_lock
from g3fs.demo.gallery3.gallery import Gallery
from g3fs.demo.gallery3.incoming import Call
from g3fs.demo.gallery3.refusals import PathTooLong, ServerError
from g3fs.demo.gallery3.rows import ROOT_ID, Item
from g3fs.demo.gallery3.shelving import move_files


def relocate(call: Call, item: Item, target: Item, names: tuple[str | None, str | None]) -> None:
    """Rename and move: the row, then the files. None keeps the name or the slug.

    Raises:
        PathTooLong: the row was changed, the files stayed.
        ServerError: a fault wants it so; after half a move, or before anything.
    """
    gallery = call.gallery
    name = names[0] if names[0] is not None else item.name or ""
    slug = names[1] if names[1] is not None else item.slug or ""
    if item.id == ROOT_ID:
        item.name, item.slug = name, slug
        return
    free = gallery.free_names(target.id, item.type, (name, slug), item)
    if (target.id, *free) == (item.parent_id, item.name, item.slug):
        return
    moving, renamed = target.id != item.parent_id, free[0] != item.name
    old_parent, old_path = item.parent_id, _path_before(gallery, item)
    if not moving or "lock_timeout" not in call.damage:
        lost_lock(call.damage)
    if free[1] != item.slug or moving:
        _forget_stored_paths(gallery, item)
    gallery.relocate(item, target.id, *free)
    if moving:
        _move_in_order(call, item, old_parent, old_path)
    _carry(gallery, item, old_path if moving or renamed else None)
    if moving:
        adopt_cover(gallery, target, item, call.may_edit)
    after_relocation(gallery, item, call.damage)


def _move_in_order(call: Call, item: Item, old_parent: int, old_path: str | None) -> None:
    """The tree order follows the row, unless a fault leaves the move half done."""
    if call.damage.keys() & {"lock_timeout", "half_move"}:
        call.gallery.stray(item, old_parent)
        item.stored_path = old_path
        raise ServerError("lock not available in the middle of a move")
    call.gallery.stray(item, None)


def _path_before(gallery: Gallery, item: Item) -> str | None:
    """Where the files are; None for a poisoned row, which has none in reach."""
    try:
        return gallery.stored_path(item)
    except PathTooLong:
        return item.stored_path


def _carry(gallery: Gallery, item: Item, old_path: str | None) -> None:
    """Let the files follow from `old_path`; None: they are not looked for."""
    try:
        path = gallery.path(item)
    except PathTooLong:
        item.stored_path = old_path
        raise
    item.stored_path = None
    info = None if old_path is None else gallery.files.info("albums", old_path)
    if old_path is not None and info is not None and info.is_directory == item.is_album:
        move_files(gallery, item, old_path, path)


def _forget_stored_paths(gallery: Gallery, item: Item) -> None:
    """A changed slug or place makes the server compute paths anew, for all below too."""
    for node in (item, *(child for _, child in gallery.below(item))):
        if node.stored_path is not None:
            node.stored_path = None
            gallery.items.put(node)
