"""A file system that can be written to, over a gallery in memory, without a kernel."""

import os
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from functools import wraps

import trio

from g3fs.cache.catalog import open_catalog
from g3fs.cache.content import ContentOptions, open_content
from g3fs.cache.memory import CatalogOptions
from g3fs.cache.queue.queue import open_queue
from g3fs.cache.state import open_state
from g3fs.gallery.errors import GalleryError, NotFound, Stale
from g3fs.tasks.threads import Threads
from g3fs.vfs.attrs import AttrOptions
from g3fs.vfs.control import Control, Views, keys
from g3fs.vfs.filesystem import DO_REFRESH, Filesystem, NoEntry, Parts
from g3fs.vfs.handles import HandleTable
from g3fs.vfs.inodes import InodeTable
from g3fs.vfs.nodes import ROOT, AlbumNode, Ino
from g3fs.vfs.openfiles import OpenFiles, Sources
from g3fs.vfs.prefetch import Prefetch
from g3fs.vfs.tagviews.changing import Means, TagChanges
from g3fs.vfs.tagviews.gallery import TaggedGallery
from g3fs.vfs.tagviews.resolving import Resolver
from g3fs.vfs.tagviews.views import TagViews
from g3fs.vfs.tree import Tree
from g3fs.vfs.writing.changes import Changes, NewTimes
from g3fs.vfs.writing.drafts import Drafts
from g3fs.vfs.writing.errands import Errands
from g3fs.vfs.writing.ground import Ground, Policy
from g3fs.vfs.writing.report import Report
from g3fs.vfs.xattrs import Xattrs
from tests.fakes import FakeBackend
from tests.unit.vfs.conftest import Notices


@dataclass
class Names:
    """What a directory stream gave."""

    names: list[str]

    def offer(self, name, attr, next_offset):
        self.names.append(name)
        return True


def looking_again(call):
    """What is answered with ESTALE the kernel does once more, from the first name on."""

    @wraps(call)
    async def twice(*args):
        try:
            return await call(*args)
        except Stale:
            return await call(*args)

    return twice


class Disk:
    """The file system as programs use it: by paths. What cannot be done raises gallery errors."""

    def __init__(self, filesystem, changes, report, inodes, notices):
        self.fs: Filesystem = filesystem
        self.changes: Changes = changes
        self.report: Report = report
        self.inodes = inodes
        self.notices: Notices = notices
        self.threads: Threads | None = None
        """What blocks is done in these."""

    async def attr(self, path):
        """Of what a path leads to; None when there is nothing."""
        attr = self.fs.getattr(ROOT)
        for name in filter(None, path.split("/")):
            attr = await self.fs.lookup(attr.ino, name)
            if isinstance(attr, NoEntry):
                return None
        return attr

    async def ino(self, path) -> Ino:
        attr = await self.attr(path)
        if attr is None:
            raise NotFound(path)
        return attr.ino

    async def where(self, path):
        above, _, name = path.rpartition("/")
        return await self.ino(above), name

    async def names(self, path=""):
        fh = await self.fs.opendir(await self.ino(path))
        sink = Names([])
        await self.fs.readdir(fh, 0, sink)
        self.fs.release(fh)
        return sorted(sink.names)

    async def create(self, path, flags=os.O_EXCL):
        parent, name = await self.where(path)
        child, handle = await self.changes.create(parent, name, flags | os.O_CREAT | os.O_RDWR)
        self.fs.entered(child, parent)
        return self.fs.opened(handle).fh

    @looking_again
    async def open(self, path, flags=os.O_RDONLY):
        return (await self.fs.open(await self.ino(path), flags)).fh

    async def close(self, fh):
        try:
            await self.fs.flush(fh)
        finally:
            self.fs.release(fh)

    async def write(self, path, data):
        """As cp does: create, or truncate, write, close."""
        there = await self.attr(path)
        if there is None:
            fh = await self.create(path)
        else:
            fh = await self.open(path, os.O_WRONLY | os.O_TRUNC)
        try:
            await self.changes.write(fh, 0, data)
        finally:
            await self.close(fh)

    async def read(self, path):
        attr = await self.attr(path)
        assert attr is not None, path
        fh = await self.open(path)
        try:
            data = await self.fs.read(fh, 0, attr.size_bytes + 1)
        finally:
            await self.close(fh)
        assert len(data) == attr.size_bytes, path
        return data

    async def mkdir(self, path):
        parent, name = await self.where(path)
        self.fs.entered(await self.fs.changing(parent).mkdir(parent, name), parent)

    async def symlink(self, path, target):
        parent, name = await self.where(path)
        self.fs.entered(await self.fs.changing(parent).symlink(parent, name, target), parent)

    @looking_again
    async def unlink(self, path):
        parent, name = await self.where(path)
        await self.fs.changing(parent).unlink(parent, name)

    @looking_again
    async def rmdir(self, path):
        parent, name = await self.where(path)
        await self.fs.changing(parent).rmdir(parent, name)

    @looking_again
    async def rename(self, old, new, flags=0):
        was, wanted = await self.where(old), await self.where(new)
        await self.fs.changing(was[0]).rename(was, wanted, flags)

    @looking_again
    async def truncate(self, path, size_bytes):
        await self.changes.setattr(await self.ino(path), None, NewTimes(size_bytes=size_bytes))

    @looking_again
    async def utimens(self, path, mtime_ns):
        times = NewTimes(atime_ns=mtime_ns, mtime_ns=mtime_ns)
        await self.changes.setattr(await self.ino(path), None, times)

    @looking_again
    async def set(self, path, name, value):
        await self.changes.setxattr(await self.ino(path), name, value.encode())

    async def get(self, path, name):
        return (await self.fs.getxattr(await self.ino(path), name)).decode()

    async def refresh(self, path=""):
        await self.fs.getxattr(await self.ino(path), DO_REFRESH)

    async def sent(self):
        """Waits until nothing waits for the server, or for anything else."""
        await self.changes.settle()
        while self.changes.delivery.waiting:
            await self.changes.delivery.sent.wait()
        await self.changes.settle()

    def failed(self):
        return [child.name for child in self.report.failed()]


async def refusal(call, *args):
    """The kind of error that a call ends with; None when it succeeds."""
    try:
        await call(*args)
    except GalleryError as error:
        return type(error)
    return None


@dataclass
class Base:
    """What a mount stands on, opened."""

    backend: FakeBackend
    catalog: object
    content: object
    state: object
    queue: object
    nursery: trio.Nursery
    threads: Threads
    root: AlbumNode
    inodes: InodeTable = field(default_factory=InodeTable)
    notices: Notices = field(default_factory=Notices)
    handles: HandleTable = field(default_factory=HandleTable)

    def __post_init__(self):
        self.inodes.keep(ROOT, self.root)
        self.xattrs = Xattrs(self.backend.capabilities.attributes, self.catalog)
        self.tree = Tree(
            self.catalog,
            self.state,
            self.backend.same_bytes,
            inodes=self.inodes,
            notifier=self.notices,
            nursery=self.nursery,
        )

    def ground(self, policy):
        return Ground(
            catalog=self.catalog,
            content=self.content,
            state=self.state,
            tree=self.tree,
            inodes=self.inodes,
            notifier=self.notices,
            xattrs=self.xattrs,
            queue=self.queue,
            drafts=Drafts(),
            writer=self.backend.writer,
            stat=self.backend.stat,
            nursery=self.nursery,
            errands=Errands(self.nursery),
            disk=self.threads.disk,
            policy=Policy(**policy),
        )

    def files(self, control, changes):
        return OpenFiles(
            Sources(
                catalog=self.catalog,
                content=self.content,
                control=control,
                inodes=self.inodes,
                handles=self.handles,
                notifier=self.notices,
                prefetch=Prefetch(self.tree, self.inodes, self.content, self.nursery),
                changes=changes,
            )
        )

    def filesystem(self, control, changes, **tags):
        return Filesystem(
            Parts(
                catalog=self.catalog,
                inodes=self.inodes,
                handles=self.handles,
                tree=self.tree,
                control=control,
                xattrs=self.xattrs,
                attrs=AttrOptions(uid=0, gid=0, started_s=1),
                files=self.files(control, changes),
                changes=changes,
                **tags,
            )
        )


@asynccontextmanager
async def open_base(backend, place, ttl_s, tagged):
    """Everything below the file system."""
    threads = Threads()
    async with (
        open_state(place / "state.db") as state,
        open_catalog(tagged or backend, CatalogOptions(ttl_s=ttl_s), trio.current_time) as catalog,
        open_content(backend, ContentOptions(directory=place / "cache"), threads) as content,
        open_queue(place / "queue", threads) as queue,
        trio.open_nursery() as nursery,
    ):
        root = AlbumNode(await catalog.root())
        yield Base(backend, catalog, content, state, queue, nursery, threads, root)
        nursery.cancel_scope.cancel()


@asynccontextmanager
async def open_disk(backend, place, ttl_s=60.0, tags=None, *, sends=True, **policy):
    """A mount without a kernel; state and queue below `place` stay between two openings.

    What is accepted is sent behind; without `sends`, when the test runs `changes.delivery`.

    With `tags`, the views of tags are there: TagOptions, and the paths of the mountpoint.
    """
    tagged = None if tags is None else TaggedGallery(backend, backend.tag_viewer, tags[0])
    async with open_base(backend, place, ttl_s, tagged) as base:
        root = base.root.item
        ground = base.ground(policy)
        changes = Changes(ground, base.handles)
        await changes.resume()
        if sends:
            base.nursery.start_soon(changes.delivery.run)
        control = Control({}, Views.HIDDEN)
        report = Report(changes, base.catalog, root.id)
        control.show_failed(report.failed, report.local)
        shown = {}
        if tagged is not None:
            views = TagViews(tagged, base.catalog, base.tree, root.id)
            control.show_tags(views.node)
            shown = {"tags": views, "tag_changes": _tag_changes(ground, changes, views, tags[1])}
        control.open(root, (), await base.state.inodes(keys(root, ())))
        filesystem = base.filesystem(control, changes, **shown)
        here = Disk(filesystem, changes, report, base.inodes, ground.notifier)
        here.threads = base.threads
        try:
            yield here
        finally:
            with trio.move_on_after(5, shield=True):
                await changes.settle()


def _tag_changes(ground, changes, views, tops):
    root = ground.inodes[ROOT].node
    resolver = Resolver(ground.tree, changes.overlay, root=root, tags=views.node, tops=tops)
    return TagChanges(
        Means(
            views=views,
            resolver=resolver,
            writer=ground.writer,
            catalog=ground.catalog,
            state=ground.state,
            tree=ground.tree,
            inodes=ground.inodes,
        )
    )
