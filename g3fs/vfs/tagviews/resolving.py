"""From the text of a new symbolic link to the item that it leads to, without asking the kernel."""

import posixpath
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath

from g3fs.gallery.errors import Invalid, NotFound
from g3fs.gallery.ids import ItemId
from g3fs.gallery.items import Link, Step
from g3fs.vfs.control import TAGS, TAGS_INO
from g3fs.vfs.directory import Directory
from g3fs.vfs.nodes import ROOT, AlbumNode, Child, LinkNode, MediaNode
from g3fs.vfs.tagviews.ids import item_of
from g3fs.vfs.tree import Tree
from g3fs.vfs.writing.overlay import Overlay

WAY_TO_TAGS = tuple(TAGS.split("/"))
ITEMS = AlbumNode | MediaNode


@dataclass(frozen=True, slots=True)
class Found:
    """What a link leads to."""

    item: ItemId
    link: Link
    """As the viewer of tags would tell it, with its path from the mount's root."""


class Resolver:
    """Follows names from the mount's root, as the kernel would."""

    def __init__(
        self,
        tree: Tree,
        overlay: Overlay,
        *,
        root: AlbumNode,
        tags: AlbumNode,
        tops: Sequence[PurePosixPath],
    ) -> None:
        """`tops` are the absolute paths by which the mountpoint is known."""
        self._tree = tree
        self._overlay = overlay
        self._root = root
        self._tags = tags
        self._tops = tops

    async def find(self, text: str, tag: str) -> Found:
        """Where a link of this text leads, if it stands in the directory `tag` of the views.

        Raises:
            Invalid: to no photo and no album of this mount.
        """
        names = self._names(text, tag)
        try:
            if names[:-2] == WAY_TO_TAGS:
                found = await self._linked(*names[-2:])
            else:
                found = await self._placed(names)
        except NotFound:
            found = None
        if found is None:
            raise _leads_nowhere(text)
        return found

    def _names(self, text: str, tag: str) -> tuple[str, ...]:
        """The way from the mount's root."""
        for top in self._tops:
            path = PurePosixPath(posixpath.normpath(top / TAGS / tag / text))
            if path.is_relative_to(top):
                return path.relative_to(top).parts
        raise _leads_nowhere(text)

    async def _placed(self, names: Sequence[str]) -> Found | None:
        """A photo or album in its own place."""
        steps: list[Step] = []
        child = Child("", ROOT, self._root)
        for name in names:
            directory = await self._entered(child)
            below = None if directory is None else self._overlay.find(directory, name)
            if directory is None or below is None or not isinstance(below.node, ITEMS):
                return None
            child, item = below, below.node.item.id
            steps.append(Step(directory.contents.lines[item].entry.name, item))
        if not steps or not isinstance(child.node, ITEMS):
            return None
        found = child.node.item
        link = Link(id=found.id, title=found.title, depth=0, path=tuple(steps), times=found.times)
        return Found(found.id, link)

    async def _linked(self, tag: str, name: str) -> Found | None:
        """The same by the link in another directory of the views, or in this one."""
        child: Child | None = Child("", TAGS_INO, self._tags)
        for step in (tag, name):
            directory = None if child is None else await self._entered(child)
            child = None if directory is None else directory.find(step)
        if child is None or not isinstance(child.node, LinkNode):
            return None
        return Found(item_of(child.node.item.id), child.node.item)

    async def _entered(self, child: Child) -> Directory | None:
        """The directory that a child is, if it is one."""
        if not isinstance(child.node, AlbumNode):
            return None
        return await self._tree.directory(child.ino, child.node)


def _leads_nowhere(text: str) -> Invalid:
    return Invalid(f"{text} leads to no photo and no album of this mount")
