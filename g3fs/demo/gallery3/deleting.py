"""Deleting items, with everything that hangs on them."""

from g3fs.demo.gallery3.covers import MayEdit, forget_covers
from g3fs.demo.gallery3.gallery import Gallery
from g3fs.demo.gallery3.rows import Item
from g3fs.demo.gallery3.shelving import remove_files
from g3fs.demo.gallery3.tagging import detach_all, sweep


def delete(gallery: Gallery, item: Item, may_edit: MayEdit) -> None:
    """Delete an item and all below; covers are chosen anew, empty tags go.

    Raises:
        PathTooLong: of a poisoned row; nothing is deleted.
        ServerError: all is deleted, but the user may not give an album its new cover.
    """
    doomed = [item, *(child for _, child in gallery.below(item))][::-1]
    remove_files(gallery, item)
    parent = gallery.parent(item)
    for node in doomed:
        _forget(gallery, node)
    gone = {node.id for node in doomed}
    for comment_id in [c.id for c in gallery.comments if c.item_id in gone]:
        gallery.comments.drop(comment_id)
    sweep(gallery)
    if parent is not None:
        forget_covers(gallery, gone, parent, may_edit)


def _forget(gallery: Gallery, item: Item) -> None:
    detach_all(gallery, item.id)
    gallery.tags_of.pop(item.id, None)
    gallery.take_out(item)
