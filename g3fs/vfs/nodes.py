"""What an inode stands for: an item of the gallery in one view, or a part of the control tree."""

from dataclasses import dataclass
from typing import NewType

from g3fs.cache.statetables import RememberedTimes
from g3fs.gallery.ids import ItemId
from g3fs.gallery.items import ORIGINAL, Album, Item, Link, Media, Rendition

Ino = NewType("Ino", int)
"""The kernel's number for one node; 1 is the root of the mount."""

ROOT = Ino(1)

TAG_VIEW = Rendition("tags")
"""The view in which tags are directories, with links in them; no rendition of any server."""


@dataclass(frozen=True, slots=True)
class AlbumNode:
    """A directory of the gallery's tree."""

    item: Album
    view: Rendition = ORIGINAL
    """Which bytes the files below it show."""


@dataclass(frozen=True, slots=True)
class MediaNode:
    """A regular file: one rendition of a media item."""

    item: Media
    view: Rendition = ORIGINAL

    @property
    def size_bytes(self) -> int | None:
        """What the server says that reading returns; None when it does not say."""
        if self.view == ORIGINAL:
            return self.item.size_bytes
        return self.item.renditions[self.view].size_bytes

    @property
    def media_type(self) -> str:
        """What is expected to be read."""
        if self.view == ORIGINAL:
            return self.item.media_type
        return self.item.renditions[self.view].media_type


@dataclass(frozen=True, slots=True)
class LinkNode:
    """A symbolic link that the server's tree has."""

    item: Link
    view: Rendition = ORIGINAL


@dataclass(frozen=True, slots=True)
class ControlDirectory:
    """A directory of the control tree; `path` is below the mount's root."""

    path: str


@dataclass(frozen=True, slots=True)
class ControlFile:
    """A file of the control tree, made when it is opened."""

    path: str


@dataclass(frozen=True, slots=True)
class DraftNode:
    """A local file that is no item of the server, or not yet."""

    draft: str
    """The id of its record in the journal."""


GalleryNode = AlbumNode | MediaNode | LinkNode
Node = GalleryNode | DraftNode | ControlDirectory | ControlFile


def node_of(item: Item, view: Rendition) -> GalleryNode | None:
    """How `item` is seen in a tree of `view`; None when it has no such rendition."""
    match item:
        case Album():
            return AlbumNode(item, view)
        case Link():
            return LinkNode(item, view)
        case Media():
            return MediaNode(item, view) if view == ORIGINAL or view in item.renditions else None


def key_of(node: GalleryNode) -> str:
    """Under which the state file keeps the inode number: one for an item in each view."""
    return key_in(node.view, node.item.id)


def key_in(view: Rendition, item: ItemId) -> str:
    """The key of whatever stands for `item` in `view`."""
    return f"{view}/{item}"


@dataclass(frozen=True, slots=True)
class Child:
    """One name of a directory."""

    name: str
    ino: Ino
    node: Node
    times: RememberedTimes | None = None
    """What utimensat(2) was told, where it still holds."""
