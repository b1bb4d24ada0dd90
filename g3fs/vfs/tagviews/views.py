"""The tags of a gallery, shown as directories of symbolic links."""

from collections.abc import Iterable
from dataclasses import replace

from g3fs.cache.catalog import Catalog
from g3fs.cache.changes import Change
from g3fs.gallery.ids import ItemId
from g3fs.gallery.items import Entry, Group, Link, Step
from g3fs.vfs.naming import link_target, step_name
from g3fs.vfs.nodes import TAG_VIEW, AlbumNode
from g3fs.vfs.tagviews.gallery import TaggedGallery
from g3fs.vfs.tagviews.ids import is_of_views, item_of
from g3fs.vfs.tree import Tree

MAX_DEPTH = 64
"""Names in the way to an item; a loop among stale listings ends there."""


class TagViews:
    """Where the links of the views lead, and when what the views show is believed no more."""

    def __init__(self, gallery: TaggedGallery, catalog: Catalog, tree: Tree, root: ItemId) -> None:
        """`catalog` asks `gallery`; `root` is the album that is the mount's root."""
        self.gallery = gallery
        self._catalog = catalog
        self._tree = tree
        self._root = root
        self._editing = False
        catalog.subscribe(self._follow)

    @property
    def node(self) -> AlbumNode:
        """The directory of all tags."""
        return AlbumNode(self.gallery.top(), TAG_VIEW)

    def target(self, link: Link) -> str:
        """The text of a link: the way to its item by the names that the mount shows now.

        Where these are not known, by names with their ids, which always look up.
        """
        names: list[str] = []
        item = item_of(link.id)
        while item != self._root and len(names) < MAX_DEPTH:
            album = self._catalog.album_of(item)
            entry = None if album is None else self._catalog.entry(album, item)
            if album is None or entry is None:
                return _continued(link, item, names)
            names.insert(0, self._shown(album, entry))
            item = album
        return "/".join([*[".."] * link.depth, *names])

    def edited(self, items: Iterable[ItemId]) -> None:
        """The tags of these items were changed from within the views, which know it already."""
        self._editing = True
        try:
            for item in items:
                self._catalog.edited(item, [Group.TAGS])
        finally:
            self._editing = False

    def _shown(self, album: ItemId, entry: Entry) -> str:
        """The name of an entry, if the directory was built of just this one."""
        item, directory = entry.item.id, self._tree.built(album)
        line = None if directory is None else directory.contents.lines.get(item)
        if line is not None and line.entry is entry:
            return line.child.name
        return step_name(Step(entry.name, item))

    def _follow(self, change: Change) -> None:
        """Something has changed in the gallery: it may be tagged otherwise, or elsewhere."""
        if self._editing or is_of_views(change.album):
            return
        moved = change.gone or change.vanished or any(map(_is_renamed, change.changed))
        if change.own and (moved or change.details):
            doubt = self._catalog.forget  # whoever has made it expects to see it
        elif moved:
            doubt = self._catalog.mark_stale
        else:
            return
        for album in self.gallery.asked:
            doubt(album)


def _continued(link: Link, item: ItemId, names: list[str]) -> str:
    """As far as to `item` the way that the server told, if that leads there; then `names`."""
    ids = [step.id for step in link.path]
    if item not in ids:
        return link_target(link)
    known = replace(link, path=link.path[: ids.index(item) + 1])
    return "/".join([link_target(known), *names])


def _is_renamed(entries: tuple[Entry, Entry]) -> bool:
    before, after = entries
    return before.name != after.name
