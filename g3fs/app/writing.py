"""The writing half of a mount, put together."""

import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

import trio

from g3fs.backends.guarded import Guarded
from g3fs.cache.catalog import Catalog
from g3fs.cache.content import Content
from g3fs.cache.queue.queue import open_queue
from g3fs.cache.state import State
from g3fs.config.options import MountOptions
from g3fs.fuse.notifier import KernelNotifier
from g3fs.gallery.errors import NotSupported
from g3fs.gallery.writing import Writer
from g3fs.tasks.background import open_background
from g3fs.tasks.threads import Threads
from g3fs.vfs.handles import HandleTable
from g3fs.vfs.inodes import InodeTable
from g3fs.vfs.tagviews.views import TagViews
from g3fs.vfs.tree import Tree
from g3fs.vfs.writing.changes import Changes
from g3fs.vfs.writing.delivery import Delivery
from g3fs.vfs.writing.drafts import Drafts
from g3fs.vfs.writing.errands import Errands
from g3fs.vfs.writing.ground import Ground, Policy
from g3fs.vfs.xattrs import Xattrs

log = logging.getLogger(__name__)

SETTLING_S = 10.0
"""What a clean end may cost for files whose last byte came with their release; the journal has the
others."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """The reading half, on which the other one stands."""

    state: State
    catalog: Catalog
    content: Content
    inodes: InodeTable
    handles: HandleTable
    tree: Tree
    xattrs: Xattrs
    notifier: KernelNotifier
    nursery: trio.Nursery
    tags: TagViews | None
    """None where there are none to show."""


@asynccontextmanager
async def open_changes(
    options: MountOptions, backend: Guarded, reading: Reading, threads: Threads
) -> AsyncIterator[Changes | None]:
    """The writing half; None where the server, or the user, wants no changes.

    Raises:
        NotSupported: `delete=trash`, and the server has no archive.
    """
    writer = None if options.ro else _writer(options, backend)
    if writer is None:
        yield None
        return
    async with open_queue(options.queue_parent, threads) as queue, open_background() as nursery:
        ground = Ground(
            catalog=reading.catalog,
            content=reading.content,
            state=reading.state,
            tree=reading.tree,
            inodes=reading.inodes,
            notifier=reading.notifier,
            xattrs=reading.xattrs,
            queue=queue,
            drafts=Drafts(),
            writer=writer,
            stat=backend.stat,
            nursery=nursery,
            errands=Errands(nursery),
            disk=threads.disk,
            policy=_policy(options),
        )
        changes = Changes(ground, reading.handles)
        await changes.resume()
        try:
            async with open_background() as sending:
                sending.start_soon(changes.delivery.run)
                sending.start_soon(_hurry_when_back, backend, changes.delivery)
                yield changes
        finally:  # what was on its way behind is left to the next mount, and waited for no more
            with trio.move_on_after(SETTLING_S, shield=True):
                await changes.settle()


def _writer(options: MountOptions, backend: Guarded) -> Writer | None:
    if backend.writer is None:
        log.info("%s: read-only, this version does not write there", options.source.url)
    elif options.delete == "trash":
        server = backend.capabilities.server
        raise NotSupported(f"{server} has no archive: use delete=allow or deny")
    return backend.writer


async def _hurry_when_back(backend: Guarded, delivery: Delivery) -> None:
    while True:
        await backend.wait_back()
        delivery.hurry()


def _policy(options: MountOptions) -> Policy:
    return Policy(may_delete=options.delete == "allow", background=options.upload == "background")
