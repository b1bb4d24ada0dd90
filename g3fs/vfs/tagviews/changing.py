"""What each system call that changes something means in the views of tags.

Links tag and untag, directories are tags; no photo is ever touched.
"""

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass

from g3fs.cache.catalog import Catalog
from g3fs.cache.state import State
from g3fs.gallery.errors import (
    AccessDenied,
    AlreadyExists,
    Invalid,
    NotFound,
    NotPermitted,
    NotSupported,
)
from g3fs.gallery.ids import ItemId, TagName
from g3fs.gallery.items import ORIGINAL, Album, Entry, Media
from g3fs.gallery.writing import Writer
from g3fs.vfs.directory import Directory
from g3fs.vfs.handles import Fh, FileHandle
from g3fs.vfs.inodes import InodeTable
from g3fs.vfs.names import LOOKALIKES, legal_name
from g3fs.vfs.nodes import TAG_VIEW, AlbumNode, Child, Ino, LinkNode, key_in
from g3fs.vfs.tagviews.ids import TAGS, album_of, item_of, link_of, tag_of
from g3fs.vfs.tagviews.resolving import Resolver
from g3fs.vfs.tagviews.views import TagViews
from g3fs.vfs.tree import Tree
from g3fs.vfs.writing.changes import NOREPLACE, NewTimes


@dataclass(frozen=True, slots=True, kw_only=True)
class Means:
    """What tags are changed with."""

    views: TagViews
    resolver: Resolver
    writer: Writer
    catalog: Catalog
    state: State
    tree: Tree
    inodes: InodeTable


class TagChanges:
    """The writing half of the views; has the calls that `Changes` has for the gallery's tree."""

    def __init__(self, means: Means) -> None:
        self._views = means.views
        self._gallery = means.views.gallery
        self._viewer = means.views.gallery.viewer
        self._resolver = means.resolver
        self._writer = means.writer
        self._catalog = means.catalog
        self._state = means.state
        self._tree = means.tree
        self._inodes = means.inodes

    # Tags

    async def mkdir(self, parent: Ino, name: str) -> Child:
        """Make a tag, which nothing carries yet."""
        self._album(parent, holds_tags=True)
        tag = _tag_named(name)
        with self._doubting(TAGS, album_of(tag)):
            await self._viewer.make_tag(tag)
            self._gallery.made.add(tag)
            self._tree.expect(parent, name)
            self._catalog.made(TAGS, Entry(name=tag, item=self._gallery.album(tag)))
        return await self._child(parent, name)

    async def rmdir(self, parent: Ino, name: str) -> None:
        """Delete a tag, and so take it off everything."""
        child = await self._child(parent, name)
        if not isinstance(child.node, AlbumNode):
            raise Invalid(f"{name} is no directory")
        tag = tag_of(child.node.item.id)
        carriers = self._carriers(tag)
        with self._doubting(TAGS, album_of(tag)):
            with suppress(NotFound):  # servers sweep away what nothing carries
                await self._viewer.delete_tag(tag)
            self._gallery.made.discard(tag)
            self._catalog.removed(TAGS, album_of(tag))
        self._views.edited(carriers)

    async def _rename_tag(self, child: Child, tag: TagName, name: str) -> None:
        new = _tag_named(name)
        carriers = self._carriers(tag)
        with self._doubting(TAGS, album_of(tag), album_of(new)):
            try:
                await self._viewer.rename_tag(tag, new)
            except NotFound:
                if tag not in self._gallery.made:
                    raise
                await self._viewer.make_tag(new)  # the server has swept the old one away
            if tag in self._gallery.made:
                self._gallery.made.remove(tag)
                self._gallery.made.add(new)
            await self._keep_names(tag, new)
            self._catalog.removed(TAGS, album_of(tag))
            self._catalog.wrote(TAGS, Entry(name=new, item=self._gallery.album(new)))
        self._views.edited(carriers)
        inode = self._inodes.get(child.ino)
        if inode is not None:  # the kernel has moved it; the next lookup finds another number
            inode.node, inode.name = AlbumNode(self._gallery.album(new), TAG_VIEW), name

    async def _keep_names(self, tag: TagName, new: TagName) -> None:
        """The names that users gave to links stay when their tag is renamed."""
        place = key_in(ORIGINAL, album_of(new))
        given = await self._state.aliases(key_in(ORIGINAL, album_of(tag)))
        for link, alias in given.items():
            await self._state.set_alias(place, link_of(new, item_of(ItemId(link))), alias)

    # Links

    async def symlink(self, parent: Ino, name: str, target: str) -> Child:
        """Put a tag on the photo or album to which the new link leads."""
        album = self._album(parent, holds_tags=False)
        directory = await self._directory(parent)
        found = await self._resolver.find(target, self._inodes[parent].name)
        tag = tag_of(album)
        _check_untagged(directory, tag, found.item)
        entry = self._gallery.entry(tag, found.item, found.link)
        await self._retag(found.item, add=tag)
        await self._show(parent, name, tag, entry)
        return await self._child(parent, name)

    async def unlink(self, parent: Ino, name: str) -> None:
        """Take a tag off what a link leads to."""
        child = await self._child(parent, name)
        if not isinstance(child.node, LinkNode):
            raise Invalid(f"{name} is a directory")
        link = child.node.item.id
        with suppress(NotFound):  # the item is gone, and so is the link
            await self._retag(item_of(link), remove=tag_of(link))

    async def _move(self, child: Child, old: TagName, parent: Ino, name: str) -> None:
        """Put another tag in the place of one."""
        assert isinstance(child.node, LinkNode)  # the caller looked
        link = child.node.item
        item, tag = item_of(link.id), tag_of(self._album(parent, holds_tags=False))
        directory = await self._directory(parent)
        if directory.of_item(link_of(tag, item)) is not None:
            await self._retag(item, remove=old)
            return
        await self._retag(item, add=tag, remove=old)
        await self._show(parent, name, tag, self._gallery.entry(tag, item, link))

    async def _retag(
        self, item: ItemId, *, add: TagName | None = None, remove: TagName | None = None
    ) -> None:
        known = self._catalog.item(item)
        if isinstance(known, Album | Media) and not known.can_edit:
            raise AccessDenied(f"this user may not change the tags of {known.title!r}")
        come, gone = [add] if add else [], [remove] if remove else []
        with self._doubting(TAGS, *map(album_of, [*come, *gone])):
            await self._writer.change_tags(item, add=come, remove=gone)
        for tag in gone:
            self._catalog.removed(album_of(tag), link_of(tag, item))
        self._views.edited([item])

    async def _show(self, parent: Ino, name: str, tag: TagName, entry: Entry) -> None:
        """A new link has the name that the user gave it, whatever it was called before."""
        album = album_of(tag)
        with self._doubting(album):
            places = [key_in(TAG_VIEW, album), key_in(ORIGINAL, album)]
            await self._state.forget(entry.item.id, albums=places)
            await self._tree.set_alias(album, entry, name)
            self._tree.expect(parent, name)
            self._gallery.made.discard(tag)
            self._catalog.wrote(album, entry)

    # Both

    async def rename(self, was: tuple[Ino, str], wanted: tuple[Ino, str], flags: int) -> None:
        """Rename a tag, or put one in the place of another on what a link leads to."""
        (old_parent, old_name), (new_parent, new_name) = was, wanted
        if flags & ~NOREPLACE:
            raise Invalid("names can only be moved, not exchanged")
        source = await self._child(old_parent, old_name)
        target = (await self._directory(new_parent)).find(new_name)
        if target is not None and (flags & NOREPLACE or not _are_one(source, target)):
            raise AlreadyExists(f"{new_name} is there already")
        match source.node:
            case AlbumNode(item=album) if old_parent == new_parent:
                await self._rename_tag(source, tag_of(album.id), new_name)
            case LinkNode(item=link) if old_parent != new_parent:
                await self._move(source, tag_of(link.id), new_parent, new_name)
            case _:
                raise NotPermitted(f"{old_name}: links have the names of what they lead to")

    async def setattr(self, ino: Ino, fh: Fh | None, wanted: NewTimes) -> None:
        """Times are accepted, as everywhere, and not kept."""
        if wanted.size_bytes is not None:
            raise self._refused(ino)

    # What has no meaning here

    async def mknod(self, parent: Ino, name: str, mode: int) -> Child:
        """No files."""
        raise self._refused(parent)

    async def create(self, parent: Ino, name: str, flags: int) -> tuple[Child, FileHandle]:
        """No files."""
        raise self._refused(parent)

    async def write(self, fh: Fh, offset: int, data: bytes) -> int:
        """No files."""
        raise NotPermitted("there are no files in the views of tags")

    async def setxattr(self, ino: Ino, name: str, value: bytes) -> None:
        """No attributes; refused so that cp(1) falls back to chmod(2)."""
        raise NotSupported(name)

    async def removexattr(self, ino: Ino, name: str) -> None:
        """No attributes."""
        raise NotSupported(name)

    def _refused(self, ino: Ino) -> NotPermitted:
        return NotPermitted(f"{self._inodes.path(ino)}: in here are tags, and links to photos")

    # Looking

    def _album(self, ino: Ino, *, holds_tags: bool) -> ItemId:
        """The album of a directory of the views, if it is of that kind."""
        node = self._inodes[ino].node
        if not isinstance(node, AlbumNode) or node.view != TAG_VIEW:
            raise self._refused(ino)
        if (node.item.id == TAGS) != holds_tags:
            raise self._refused(ino)
        return node.item.id

    async def _directory(self, ino: Ino) -> Directory:
        node = self._inodes[ino].node
        if not isinstance(node, AlbumNode) or node.view != TAG_VIEW:
            raise self._refused(ino)
        return await self._tree.directory(ino, node)

    async def _child(self, parent: Ino, name: str) -> Child:
        child = (await self._directory(parent)).find(name)
        if child is None:
            raise NotFound(f"there is no {name!r}")
        return child

    def _carriers(self, tag: TagName) -> list[ItemId]:
        """What carries a tag, as far as it is known."""
        listing = self._catalog.known(album_of(tag))
        return [] if listing is None else [item_of(entry.item.id) for entry in listing.entries]

    @contextmanager
    def _doubting(self, *albums: ItemId) -> Iterator[None]:
        """When a change fails, or nobody waits for its end, these are asked for anew."""
        try:
            yield
        except BaseException:
            for album in albums:
                self._catalog.forget(album)
            raise


def _tag_named(name: str) -> TagName:
    """The tag whose directory has this name.

    Raises:
        Invalid: there can be none.
    """
    tag = TagName(name.replace(LOOKALIKES[ord("/")], "/"))
    if legal_name(tag, media_type=None, fallback="") != name:
        raise Invalid(f"{name!r} cannot be the name of a tag")
    return tag


def _are_one(source: Child, target: Child) -> bool:
    """Whether two names mean one tag, or lead to one item."""
    match source.node, target.node:
        case LinkNode(item=old), LinkNode(item=new):
            return item_of(old.id) == item_of(new.id)
        case _:
            return source.ino == target.ino


def _check_untagged(directory: Directory, tag: TagName, item: ItemId) -> None:
    there = directory.of_item(link_of(tag, item))
    if there is not None:
        raise AlreadyExists(f"{there.name} has the tag {tag!r} already")
