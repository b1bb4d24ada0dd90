"""What is behind a 500: the server fails in the same way when a right is missing."""

from g3fs.clients.gallery3.api import ROOT_ID, Denied
from g3fs.clients.gallery3.tree import Tree
from g3fs.clients.gallery3.wire import WireItem
from g3fs.gallery.errors import AccessDenied, GalleryError


class Rights:
    """Looks up rights when something failed; a success costs nothing."""

    def __init__(self, tree: Tree) -> None:
        self._tree = tree

    def no_edit(self, item_id: int) -> Denied:
        """The right to edit an item."""
        return lambda: self._flags(item_id).can_edit is False

    def no_add(self, album_id: int) -> Denied:
        """The right to add to an album."""
        return lambda: self._flags(album_id).can_add is False

    def no_admin(self) -> Denied:
        """Being an administrator: who may not edit the root album surely is none."""
        return self.no_edit(ROOT_ID)

    def _flags(self, item_id: int) -> WireItem:
        """What the server says; nothing, if the item is gone (it was a deletion) or it fails."""
        try:
            return self._tree.one(item_id)
        except GalleryError:
            return WireItem(id=item_id, kind="album")


def check_may_add(album: WireItem) -> None:
    """AccessDenied when the server said that this user may not create here."""
    if album.can_add is False:
        raise AccessDenied(f"this user may not add to album {album.id}")


def check_may_edit(item: WireItem) -> None:
    """AccessDenied when the server said that this user may not change this."""
    if item.can_edit is False:
        raise AccessDenied(f"this user may not change item {item.id}")
