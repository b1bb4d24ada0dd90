"""What each system call that changes something means; one method for each call of the kernel."""

import logging
import os
import stat
from dataclasses import dataclass

import trio

from g3fs.cache.queue.record import Record, Stage
from g3fs.gallery.collections import Meaning, Operation
from g3fs.gallery.errors import (
    AlreadyExists,
    Invalid,
    NameTooLong,
    NotFound,
    NotPermitted,
    NotSupported,
    ReadOnly,
)
from g3fs.gallery.items import ORIGINAL
from g3fs.vfs.directory import Directory
from g3fs.vfs.handles import Fh, FileHandle, HandleTable, only_writes
from g3fs.vfs.inodes import Inode
from g3fs.vfs.names import NAME_MAX
from g3fs.vfs.nodes import ROOT, AlbumNode, Child, DraftNode, Ino, MediaNode, Node
from g3fs.vfs.writing.attributes import Attributes
from g3fs.vfs.writing.delivery import Delivery
from g3fs.vfs.writing.draft import Draft
from g3fs.vfs.writing.facts import Facts, decoded
from g3fs.vfs.writing.files import Files
from g3fs.vfs.writing.ground import Ground
from g3fs.vfs.writing.localmoves import Move
from g3fs.vfs.writing.making import Maker
from g3fs.vfs.writing.moving import Moving
from g3fs.vfs.writing.overlay import Overlay
from g3fs.vfs.writing.places import Places
from g3fs.vfs.writing.sender import Sender
from g3fs.vfs.xattrs import NAMESPACE

log = logging.getLogger(__name__)

WHERE_FILES_LIVE = {
    Operation.CREATE: Meaning.UPLOAD,
    Operation.UNLINK: Meaning.DELETE,
    Operation.RENAME_WITHIN: Meaning.MOVE,
    Operation.RENAME_IN: Meaning.MOVE,
    Operation.RENAME_OUT: Meaning.MOVE,
    Operation.RENAME_OVER: Meaning.REPLACE,
    Operation.MKDIR: Meaning.NEW_ALBUM,
    Operation.RMDIR: Meaning.DELETE_EMPTY,
}
"""What the calls of this module do; in a collection of members they would mean something else."""

NOREPLACE = 1
"""The one flag of renameat2(2) that is honoured."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NewTimes:
    """What setattr(2) is asked for; None stays as it is."""

    size_bytes: int | None = None
    atime_ns: int | None = None
    mtime_ns: int | None = None


class Changes:
    """The writing half of a file system."""

    def __init__(self, ground: Ground, handles: HandleTable) -> None:
        self._ground = ground
        self._inodes = ground.inodes
        self._tree = ground.tree
        self._handles = handles
        self.directory = ground.queue.directory
        """Where the files are that are not on the server."""
        self.drafts = ground.drafts
        facts, maker = Facts(ground), Maker(ground)
        self._maker = maker
        self.overlay = Overlay(ground.drafts, ground.catalog.album_of)
        self.delivery = Delivery(ground, Sender(ground, facts, maker), maker)
        self.files = Files(ground, maker, self.delivery)
        self._places = Places(ground, self.files, self.delivery)
        self._moving = Moving(ground, self.files, self._places, self.delivery)
        self.attributes = Attributes(ground, facts)

    async def resume(self) -> None:
        """Take up what the journal has; before the first system call."""
        records = sorted(self._ground.queue.records.values(), key=lambda each: each.sequence)
        for record in records:
            if record.stage is Stage.PARKED:
                self.drafts.park(record)
        for record in (each for each in records if each.stage is not Stage.PARKED):
            draft = await self._maker.load(record)
            draft.upload.resumed_s = trio.current_time()
            if record.stage is Stage.QUEUED:
                draft.note(accepted=True)
            parked = self.drafts.parked(record.album, record.name)
            if parked is not None and record.stage is Stage.STAGED:  # it is the backup
                self.drafts.unpark(parked)
                await self._ground.queue.remove(parked.id)
            if record.stage is not Stage.FAILED:
                self._show(draft)

    # Names

    async def mkdir(self, parent: Ino, name: str) -> Child:
        """Make a directory."""
        directory = await self._directory(parent)
        self._permit(directory, Operation.MKDIR)
        await self._check_free(directory, name)
        entry = await self._places.make_album(directory, name)
        directory = await self._directory(parent)
        child = self.overlay.find(directory, name) or directory.of_item(entry.item.id)
        if child is None:
            raise NotFound(f"{name} was made, and is not there any more")
        return child

    async def mknod(self, parent: Ino, name: str, mode: int) -> Child:
        """Make an empty file; it stays here until it is written."""
        if not stat.S_ISREG(mode):
            raise NotPermitted(f"{name}: a gallery has files and directories only")
        directory = await self._directory(parent)
        self._permit(directory, Operation.CREATE)
        await self._check_free(directory, name)
        draft = await self._new_file(directory, name)
        await self.delivery.stage(draft)
        if not draft.handles:
            draft.close()
        return Child(name, draft.ino, DraftNode(draft.id))

    async def create(self, parent: Ino, name: str, flags: int) -> tuple[Child, FileHandle]:
        """Make a file and open it; one that is there already is opened, unless O_EXCL."""
        directory = await self._directory(parent)
        there = self.overlay.find(directory, name)
        if there is not None:
            if flags & os.O_EXCL or isinstance(there.node, AlbumNode):
                raise AlreadyExists(f"{name} is there already")
            inode = self._inodes.get(there.ino) or Inode(there.ino, there.node, name=name)
            return there, await self.files.opened(inode, flags)
        self._permit(directory, Operation.CREATE)
        _check_length(name)
        draft = await self._new_file(directory, name)
        child = Child(name, draft.ino, DraftNode(draft.id))
        inode = Inode(child.ino, child.node, name=name)
        handle = FileHandle(inode, writes=True, fills=only_writes(flags))
        await self.files.use(handle)
        return child, handle

    async def unlink(self, parent: Ino, name: str) -> None:
        """Take a name away, and with it the file."""
        directory = await self._directory(parent)
        self._permit(directory, Operation.UNLINK)
        await self._places.unlink(directory, self._found(directory, name))

    async def rmdir(self, parent: Ino, name: str) -> None:
        """Delete an empty directory."""
        directory = await self._directory(parent)
        self._permit(directory, Operation.RMDIR)
        await self._places.remove_album(directory, self._found(directory, name))

    async def symlink(self, parent: Ino, name: str, target: str) -> Child:
        """Make a symbolic link; a gallery has none."""
        raise NotPermitted(f"{name}: links can be made in the views of tags only")

    async def rename(self, was: tuple[Ino, str], wanted: tuple[Ino, str], flags: int) -> None:
        """Give something another name, or another place, or both."""
        (old_parent, old_name), (new_parent, new_name) = was, wanted
        if flags & ~NOREPLACE:
            raise Invalid("names can only be moved, not exchanged")
        _check_length(new_name)
        old = await self._directory(old_parent)
        new = old if old_parent == new_parent else await self._directory(new_parent)
        source = self._found(old, old_name)
        target = self.overlay.find(new, new_name)
        if target is not None and target.node == source.node:
            if target.name == source.name or old is not new:
                return
            target = None  # the same file by a name that only differs in its composition
        if target is not None and flags & NOREPLACE:
            raise AlreadyExists(f"{new_name} is there already")
        if old is new:
            self._permit(old, Operation.RENAME_WITHIN)
        else:
            self._permit(old, Operation.RENAME_OUT)
            self._permit(new, Operation.RENAME_IN)
        if target is not None:
            self._permit(new, Operation.RENAME_OVER)
        await self._moving.rename(
            Move(source=source, old=old, new=new, name=new_name, target=target)
        )
        inode = self._inodes.get(source.ino)
        if inode is not None:
            inode.name, inode.parent = new_name, new_parent

    # Data

    async def open(self, inode: Inode, flags: int) -> FileHandle:
        """Open a file for writing."""
        draft = self.drafts.of(inode.node)
        if draft is not None and draft.record.stage is Stage.FAILED and not draft.handles:
            raise NotPermitted(f"{inode.name} was refused; retry or drop it with `g3fs queue`")
        return await self.files.opened(inode, flags)

    async def write(self, fh: Fh, offset: int, data: bytes) -> int:
        """Put data into a file; how many bytes."""
        return await self.files.write(self._handles.file(fh), offset, data)

    async def flush(self, fh: Fh) -> None:
        """One close(2) of a handle; there may be more."""
        handle = self._handles.readable(fh)
        if isinstance(handle, FileHandle) and handle.writes and handle.draft is not None:
            await self.files.closed(handle.draft)

    async def fsync(self, fh: Fh) -> None:
        """Bring what was written to the disk of this machine."""
        handle = self._handles.readable(fh)
        if isinstance(handle, FileHandle) and handle.draft is not None:
            await self.files.synced(handle.draft)

    # Attributes

    async def setattr(self, ino: Ino, fh: Fh | None, wanted: NewTimes) -> None:
        """Size and times; owner and mode are nobody's business here."""
        inode = self._inodes[ino]
        if wanted.size_bytes is not None:
            handle = self._handles.file(fh) if fh is not None else None
            await self.files.truncate(inode, handle, wanted.size_bytes)
        if wanted.atime_ns is not None or wanted.mtime_ns is not None:
            await self.attributes.set_times(inode, wanted.atime_ns, wanted.mtime_ns)

    async def setxattr(self, ino: Ino, name: str, value: bytes) -> None:
        """Set an extended attribute."""
        if not name.startswith(NAMESPACE):
            raise NotSupported(name)  # whatever the value: tools then fall back to chmod
        await self.attributes.set(self._inodes[ino], name, decoded(value))

    async def removexattr(self, ino: Ino, name: str) -> None:
        """Remove an extended attribute."""
        await self.attributes.set(self._inodes[ino], name, None)

    # The queue

    async def retry(self, draft_id: str) -> None:
        """Send a refused file again."""
        await self.delivery.retry(self._draft(draft_id))

    async def drop(self, draft_id: str) -> None:
        """Delete a local file for good."""
        draft = self._draft(draft_id)
        name, album = draft.record.name, draft.record.album
        await self.delivery.drop(draft, draft.record)
        for inode in self._inodes.of_album(album):
            self._ground.notifier.forget_entry(inode.ino, name)

    def is_passing(self, node: Node) -> bool:
        """Whether the name of a node may stand for something else any moment."""
        match node:
            case DraftNode():
                return True
            case MediaNode(item=media):
                return self.drafts.is_hidden(media.id)
            case _:
                return False

    def failed(self) -> list[Draft]:
        """Refused files, oldest first."""
        found = [draft for draft in self.drafts if draft.record.stage is Stage.FAILED]
        return sorted(found, key=lambda draft: draft.record.sequence)

    def parked(self) -> list[Record]:
        """Items that are shown under names that no gallery takes."""
        records = self._ground.queue.records.values()
        return [record for record in records if record.stage is Stage.PARKED]

    async def settle(self) -> None:
        """Wait until what was answered for is done, but for accepted files."""
        await self._ground.errands.idle()

    def _draft(self, draft_id: str) -> Draft:
        draft = self.drafts.get(draft_id)
        if draft is None:
            raise NotFound(f"there is no file {draft_id} in the queue")
        return draft

    def _show(self, draft: Draft) -> None:
        """Let a draft be seen where it is to be."""
        item = draft.record.item
        if not draft.record.data:  # the server has all but some attributes
            if item is not None:
                self.drafts.trail(draft, item)
            return
        if item is not None and not self.drafts.is_anew(draft):
            self.drafts.attach(draft, item)
        else:
            self.drafts.name(draft)

    async def _directory(self, ino: Ino) -> Directory:
        node = self._inodes[ino].node
        if not isinstance(node, AlbumNode) or node.view != ORIGINAL:
            raise NotPermitted(f"{self._inodes.path(ino)}: nothing can be changed here")
        return await self._tree.directory(ino, node)

    async def _new_file(self, directory: Directory, name: str) -> Draft:
        if await self._places.delete_held(directory, name):
            directory = await self._directory(directory.ino)
        return await self.files.make(directory, name)

    def _permit(self, directory: Directory, operation: Operation) -> None:
        """See what the backend's matrix says.

        Raises:
            NotPermitted, ReadOnly: it does not mean there what it means where files live.
        """
        meaning = self._ground.writer.meaning(directory.node.item.id, operation)
        if meaning is Meaning.READ_ONLY:
            raise ReadOnly(f"{directory.node.item.title!r} is read-only")
        if meaning is not WHERE_FILES_LIVE[operation]:
            raise NotPermitted(f"{operation.value} in {directory.node.item.title!r} is refused")

    def _found(self, directory: Directory, name: str) -> Child:
        child = self.overlay.find(directory, name)
        if child is None:
            if directory.ino == ROOT and name == ".g3fs":
                raise NotPermitted("the control directory cannot be changed")
            raise NotFound(f"there is no {name!r}")
        return child

    async def _check_free(self, directory: Directory, name: str) -> None:
        _check_length(name)
        if self.overlay.find(directory, name) is not None:
            raise AlreadyExists(f"{name} is there already")


def _check_length(name: str) -> None:
    if len(os.fsencode(name)) > NAME_MAX:
        raise NameTooLong(f"a name has at most {NAME_MAX} bytes")
