"""What a directory shows: the names of the server's listing, and over them those of local files."""

from collections.abc import Callable, Sequence
from dataclasses import replace

from g3fs.gallery.ids import ItemId
from g3fs.gallery.items import ORIGINAL
from g3fs.vfs.directory import Directory
from g3fs.vfs.names import folded
from g3fs.vfs.nodes import Child, DraftNode, MediaNode
from g3fs.vfs.writing.draft import Draft
from g3fs.vfs.writing.drafts import Drafts


class Overlay:
    """Lays local names over directories; costs a look at a dictionary where there are none."""

    def __init__(self, drafts: Drafts, album_of: Callable[[ItemId], ItemId | None]) -> None:
        """`album_of` tells where an item was listed last."""
        self._drafts = drafts
        self._album_of = album_of

    def local(self, album: ItemId, name: str) -> Child | None:
        """A local file of that name, which needs no listing to be found."""
        draft = self._drafts.named(album, name)
        return None if draft is None else _child_of(draft)

    def find(self, directory: Directory, name: str) -> Child | None:
        """What has that name."""
        if directory.node.view != ORIGINAL:
            return directory.find(name)
        album = directory.node.item.id
        self._name_orphans(directory)
        if (local := self.local(album, name)) is not None:
            return local
        parked = self._drafts.parked(album, name)
        if parked is not None and parked.item is not None:
            return item_child(directory, parked.item, parked.name)
        child = directory.find(name)
        return None if child is None or self._is_hidden(child) else child

    def children(self, directory: Directory) -> Sequence[Child]:
        """All names."""
        self._name_orphans(directory)
        album = directory.node.item.id
        local = [_child_of(draft) for draft in self._drafts.in_album(album)]
        parked = self._drafts.parked_in(album)
        if directory.node.view != ORIGINAL:
            return directory.children
        taken = {folded(child.name) for child in local}
        listed = [
            child
            for child in directory.children
            if folded(child.name) not in taken and not self._is_hidden(child)
        ]
        found = (
            item_child(directory, record.item, record.name)
            for record in parked
            if record.item is not None and folded(record.name) not in taken
        )
        return (*listed, *(child for child in found if child is not None), *local)

    def _name_orphans(self, directory: Directory) -> None:
        """New data of an item that the server does not show any more is a file of its own."""
        if directory.node.view != ORIGINAL:
            return
        for item, draft in self._drafts.attached_in(directory.node.item.id):
            known = directory.of_item(item) is not None or self._album_of(item) is not None
            free = self._drafts.named(draft.record.album, draft.record.name) is None
            busy = draft.committing.locked()  # somebody else sees to it
            if not known and free and draft.linked and not busy:
                self._drafts.detach(draft)
                self._drafts.name(draft)

    def _is_hidden(self, child: Child) -> bool:
        return isinstance(child.node, MediaNode) and self._drafts.is_hidden(child.node.item.id)


def item_child(directory: Directory, item: ItemId, name: str) -> Child | None:
    """An item of a directory under another name."""
    child = directory.of_item(item)
    return None if child is None else replace(child, name=name)


def _child_of(draft: Draft) -> Child:
    return Child(draft.record.name, draft.ino, DraftNode(draft.id))
