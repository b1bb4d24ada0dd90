"""Times and extended attributes that users set: on items at once, on new files when they arrive."""

from g3fs.gallery.errors import (
    AccessDenied,
    GalleryError,
    NotFound,
    NotPermitted,
    NotSupported,
)
from g3fs.gallery.items import ORIGINAL, Album, Group, Media
from g3fs.gallery.tagtext import compact_json
from g3fs.vfs.inodes import Inode
from g3fs.vfs.nodes import AlbumNode, DraftNode, GalleryNode, MediaNode, node_of
from g3fs.vfs.writing.draft import Draft
from g3fs.vfs.writing.facts import ADD_TAGS, NEW_COMMENT, REMOVE_TAGS, TAGS, Facts
from g3fs.vfs.writing.ground import Ground
from g3fs.vfs.xattrs import COMMENT_PREFIX, NAMESPACE, NoSuchAttribute, encoded


class Attributes:
    """What setattr(2) and setxattr(2) change."""

    def __init__(self, ground: Ground, facts: Facts) -> None:
        self._ground = ground
        self._drafts = ground.drafts
        self._facts = facts

    async def set_times(self, inode: Inode, atime_ns: int | None, mtime_ns: int | None) -> None:
        """Remember times; None stays as it is. The server is never told."""
        draft = self._drafts.of(inode.node)
        other_ns = mtime_ns if mtime_ns is not None else atime_ns
        known = (other_ns or 0, other_ns or 0)
        if draft is not None:
            known = draft.record.times_ns or (draft.changed_ns, draft.changed_ns)
        elif inode.times is not None:
            known = (inode.times.atime_ns, inode.times.mtime_ns)
        times_ns = _filled(known, atime_ns, mtime_ns)
        if draft is not None:  # what was sent is shown until its last handle is closed
            draft.note(times_ns=times_ns)
        if draft is not None and (draft.dirty or draft.record.data):
            await self._keep(draft)
        elif isinstance(inode.node, AlbumNode | MediaNode):
            await self._ground.tree.remember_times(inode, *times_ns)

    async def set(self, inode: Inode, name: str, value: str | None) -> None:
        """Set an attribute, or with None remove it.

        Raises:
            NotSupported, NotPermitted, Invalid, ValueTooLong, BadName: nothing was sent.
            NoSuchAttribute: there is none to remove.
        """
        if not name.startswith(NAMESPACE):
            raise NotSupported(name)
        if isinstance(inode.node, DraftNode):
            await self._note_tags(inode.node, name)
        draft = self._drafts.of(inode.node)
        match inode.node:
            case AlbumNode(item=item) | MediaNode(item=item):
                await self._set_on_item(inode, item, name, value)
            case DraftNode() if draft is not None:
                await self._note(draft, name, value)
            case _:
                raise NotPermitted(f"{inode.name} has no attributes")

    async def get(self, draft: Draft, name: str) -> bytes:
        """The attribute of a file that the server has not got; else that of what it succeeds."""
        item = self._succeeded(draft)
        if item is not None and not self._facts.is_noted(draft.record.attributes, name):
            return await self._ground.xattrs.get(item, name)
        return self._get_noted(draft, name)

    async def names(self, draft: Draft) -> list[str]:
        """Those that a copy of such a file should carry."""
        item = self._succeeded(draft)
        names = [] if item is None else await self._ground.xattrs.names(item)
        return self._names_noted(draft, names)

    async def get_of(self, node: GalleryNode, name: str) -> bytes:
        """The attribute of an item; of its new data, where the server has not got it yet."""
        late = self._late(node, name)
        if late is not None:
            return self._get_noted(late, name)
        return await self._ground.xattrs.get(self._newest(node), name)

    async def names_of(self, node: GalleryNode) -> list[str]:
        """Those of an item that a copy should carry."""
        names = await self._ground.xattrs.names(self._newest(node))
        late = self._drafts.with_attributes(node.item.id)
        if late is None or node.view != ORIGINAL:
            return names
        return self._names_noted(late, names)

    def _get_noted(self, draft: Draft, name: str) -> bytes:
        if not name.startswith(NAMESPACE):
            raise NotSupported(name)
        return encoded(self._facts.noted(draft.record.attributes, name))

    def _names_noted(self, draft: Draft, names: list[str]) -> list[str]:
        """`names` that the server has, and those that it will have."""
        attributes = draft.record.attributes
        kept = [name for name in names if not self._facts.is_noted(attributes, name)]
        return [*kept, *self._facts.noted_names(attributes)]

    def _succeeded(self, draft: Draft) -> GalleryNode | None:
        """The photo that was renamed away, and is written anew under the name that it had."""
        item = draft.record.item
        known = self._ground.catalog.item(item) if item and self._drafts.is_anew(draft) else None
        return None if known is None else node_of(known, ORIGINAL)

    async def _note_tags(self, node: DraftNode, name: str) -> None:
        """What is put on a photo that is written anew comes to the tags that it has."""
        draft = self._drafts.of(node)
        item = None if draft is None else self._succeeded(draft)
        if draft is None or item is None or name not in {ADD_TAGS, REMOVE_TAGS}:
            return
        details = await self._ground.catalog.details(Group.TAGS, item.item.id)
        draft.note(attributes={TAGS: compact_json(details.tags), **draft.record.attributes})

    def _newest(self, node: GalleryNode) -> GalleryNode:
        """A node as its item is known now: nobody tells the number that it had as a local file."""
        item = self._ground.catalog.item(node.item.id)
        return node if item is None else node_of(item, node.view) or node

    def _late(self, node: GalleryNode, name: str) -> Draft | None:
        """The draft that has an attribute of an item which the server has not got yet."""
        draft = self._drafts.with_attributes(node.item.id)
        if draft is None or node.view != ORIGINAL or name == NEW_COMMENT:
            return None
        return draft if self._facts.is_noted(draft.record.attributes, name) else None

    async def _set_on_item(
        self, inode: Inode, item: Album | Media, name: str, value: str | None
    ) -> None:
        assert isinstance(inode.node, AlbumNode | MediaNode)  # the caller looked
        node = self._newest(inode.node)
        try:
            self._facts.check(item, name, value)
        except NotPermitted:
            if value is not None and await self._has(node, name, value):
                return  # a copy that carries what it found, back to where it came from
            raise
        if not item.can_edit:
            raise AccessDenied(f"{self._ground.inodes.path(inode.ino)}: this user may not edit it")
        late = self._late(node, name)
        if late is not None:
            await self._note(late, name, value)
        else:
            await self._apply(node, name, value)

    async def _apply(self, node: GalleryNode, name: str, value: str | None) -> None:
        if value is None and not name.startswith(COMMENT_PREFIX):
            await self._ground.xattrs.get(node, name)  # to remove what is not there is an error
        elif value is not None and self._facts.lasts(name) and await self._has(node, name, value):
            return
        try:
            await self._facts.apply(node.item, name, value)
        except NotFound as error:
            if value is not None or not name.startswith(COMMENT_PREFIX):
                raise
            raise NoSuchAttribute(str(error)) from error

    async def _has(self, node: GalleryNode, name: str, value: str) -> bool:
        try:
            return await self._ground.xattrs.get(node, name) == encoded(value)
        except GalleryError:
            return False

    async def _note(self, draft: Draft, name: str, value: str | None) -> None:
        try:
            self._facts.check(None, name, value)
        except NotPermitted:
            if value is None:
                raise
            raise NotSupported(name) from None  # tools that copy attributes go on after this
        if value is None and self._succeeded(draft) is None:
            self._facts.noted(draft.record.attributes, name)
        draft.note(attributes=self._facts.merged(draft.record.attributes, name, value))
        await self._keep(draft)

    async def _keep(self, draft: Draft) -> None:
        """What the journal has of a file, it has with its attributes."""
        if draft.id in self._ground.queue.records:
            await draft.put(durable=False)


def _filled(known: tuple[int, int], atime_ns: int | None, mtime_ns: int | None) -> tuple[int, int]:
    return (
        known[0] if atime_ns is None else atime_ns,
        known[1] if mtime_ns is None else mtime_ns,
    )
