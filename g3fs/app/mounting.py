"""A mount, put together: what is opened last is closed first, as the page shows."""

import logging
import os
import time
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from functools import partial

from g3fs.app.sources import find_album, guarded
from g3fs.app.tagging import tag_changes, tagged_gallery
from g3fs.app.telling import documents, report
from g3fs.app.writing import Reading, open_changes
from g3fs.backends.guarded import Guarded
from g3fs.cache.catalog import Catalog, open_catalog
from g3fs.cache.content import ContentOptions, open_content
from g3fs.cache.memory import CatalogOptions
from g3fs.cache.pulse import follow_pulse
from g3fs.cache.state import open_state
from g3fs.config.options import MountOptions
from g3fs.fuse.notifier import KernelNotifier
from g3fs.fuse.operations import Operations
from g3fs.fuse.session import SessionOptions
from g3fs.fuse.session import serve as serve_kernel
from g3fs.gallery.items import ORIGINAL, Album
from g3fs.http.redact import RedactingFilter
from g3fs.tasks.background import open_background
from g3fs.tasks.threads import Threads
from g3fs.vfs.attrs import AttrOptions, TimeShown
from g3fs.vfs.cleaning import clean_up
from g3fs.vfs.control import Control, Views, keys
from g3fs.vfs.filesystem import Filesystem, Parts
from g3fs.vfs.handles import HandleTable
from g3fs.vfs.inodes import InodeTable
from g3fs.vfs.logbook import Folding, Logbook
from g3fs.vfs.nodes import ROOT, TAG_VIEW, AlbumNode
from g3fs.vfs.openfiles import OpenFiles, Sources
from g3fs.vfs.prefetch import Prefetch
from g3fs.vfs.tagviews.views import TagViews
from g3fs.vfs.tree import Tree
from g3fs.vfs.writing.changes import Changes
from g3fs.vfs.writing.report import Report
from g3fs.vfs.xattrs import Xattrs

RETRIED = 10
"""Directories that are asked for as soon as the server is back, if it did not answer for them."""


async def serve(options: MountOptions, *, ready: Callable[[], None]) -> None:
    """Mount, and answer the kernel until somebody unmounts or a signal asks to end.

    `ready` is called once, when the mount answers.

    Raises:
        GalleryError: before `ready` was called; nothing is mounted.
    """
    threads = Threads()
    with _logbook(options) as logbook:
        async with guarded(options.source, threads) as backend:
            root = await find_album(backend, options.subdir)
            notifier, deadline_s = KernelNotifier(), options.source.timeout_s
            opened = open_filesystem(options, backend, root, threads, logbook, notifier)
            async with opened as filesystem:
                busy = notifier.busy
                operations = Operations(filesystem, busy, deadline_s=deadline_s, ready=ready)
                await serve_kernel(operations, _session(options))


@asynccontextmanager
async def open_filesystem(
    options: MountOptions,
    backend: Guarded,
    root: Album,
    threads: Threads,
    logbook: Logbook,
    notifier: KernelNotifier,
) -> AsyncIterator[Filesystem]:
    """Stack the caches and the file system; what is opened last is closed first."""
    tagged = tagged_gallery(options, backend, root)
    asked, known = tagged or backend, CatalogOptions(ttl_s=options.ttl_s)
    async with (
        open_state(options.state_dir / "state.db") as state,
        open_catalog(asked, known, time.monotonic) as catalog,
        open_content(backend, _content(options), threads) as content,
        open_background() as nursery,
    ):
        inodes = InodeTable()
        tree = Tree(
            catalog, state, backend.same_bytes, inodes=inodes, notifier=notifier, nursery=nursery
        )
        inodes.keep(ROOT, AlbumNode(root))
        await catalog.listing(root.id)  # so that the mount's first answer needs no server
        reading = Reading(
            state=state,
            catalog=catalog,
            content=content,
            inodes=inodes,
            handles=HandleTable(),
            tree=tree,
            xattrs=Xattrs(backend.capabilities.attributes, catalog),
            notifier=notifier,
            nursery=nursery,
            tags=None if tagged is None else TagViews(tagged, catalog, tree, root.id),
        )
        await _start(backend, reading)
        async with open_changes(options, backend, reading, threads) as changes:
            control = await _control(options, backend, reading, changes, logbook)
            yield _filesystem(options, backend, reading, control, changes)


async def _start(backend: Guarded, reading: Reading) -> None:
    """What goes on while the gallery is mounted."""
    nursery, catalog = reading.nursery, reading.catalog
    views = [ORIGINAL, TAG_VIEW, *backend.capabilities.renditions]
    await nursery.start(reading.tree.follow, views)
    kept = (reading.content, reading.state, reading.handles)
    await nursery.start(clean_up, catalog, *kept, views)
    nursery.start_soon(reading.notifier.run)
    nursery.start_soon(_retry_when_back, backend, catalog)
    if backend.pulse is not None:
        nursery.start_soon(follow_pulse, catalog, backend.pulse)


async def _retry_when_back(backend: Guarded, catalog: Catalog) -> None:
    while True:
        await backend.wait_back()
        catalog.retry(RETRIED)


async def _control(
    options: MountOptions,
    backend: Guarded,
    reading: Reading,
    changes: Changes | None,
    logbook: Logbook,
) -> Control:
    root = reading.inodes[ROOT].node
    assert isinstance(root, AlbumNode)  # entered when the layers below were opened
    queue = Report(changes, reading.catalog, root.item.id) if changes is not None else None
    status = partial(report, options, backend, reading, queue, logbook)
    control = Control(documents(status, logbook, queue), Views(options.views))
    if queue is not None:
        control.show_failed(queue.failed, queue.local)
    if reading.tags is not None:
        control.show_tags(reading.tags.node)
    renditions = backend.capabilities.renditions
    numbers = await reading.state.inodes(keys(root.item, renditions))
    control.open(root.item, renditions, numbers)
    return control


def _filesystem(
    options: MountOptions,
    backend: Guarded,
    reading: Reading,
    control: Control,
    changes: Changes | None,
) -> Filesystem:
    prefetch = Prefetch(reading.tree, reading.inodes, reading.content, reading.nursery)
    files = OpenFiles(
        Sources(
            catalog=reading.catalog,
            content=reading.content,
            control=control,
            inodes=reading.inodes,
            handles=reading.handles,
            notifier=reading.notifier,
            prefetch=prefetch,
            changes=changes,
        )
    )
    return Filesystem(
        Parts(
            catalog=reading.catalog,
            inodes=reading.inodes,
            handles=reading.handles,
            tree=reading.tree,
            control=control,
            xattrs=reading.xattrs,
            attrs=_attrs(options),
            files=files,
            changes=changes,
            scans=backend.scans,
            tags=reading.tags,
            tag_changes=tag_changes(options, backend, reading, changes),
        )
    )


@contextmanager
def _logbook(options: MountOptions) -> Iterator[Logbook]:
    """Keep the last lines of the log, for the control directory; and tell repeats once."""
    logbook = Logbook()
    logbook.addFilter(Folding(time.monotonic))
    logbook.addFilter(RedactingFilter(options.source.http.redactor))
    logger = logging.getLogger("g3fs")
    logger.addHandler(logbook)
    try:
        yield logbook
    finally:
        logger.removeHandler(logbook)


def _attrs(options: MountOptions) -> AttrOptions:
    return AttrOptions(
        uid=options.uid,
        gid=options.gid,
        file_mask=options.fmask,
        directory_mask=options.dmask,
        mtime=TimeShown(options.mtime),
        timeout_s=options.ttl_s,
        started_s=int(time.time()),
    )


def _content(options: MountOptions) -> ContentOptions:
    return ContentOptions(
        directory=options.cache_dir,
        limit_bytes=options.cache_size_bytes,
        progress_timeout_s=options.source.timeout_s,
    )


def _session(options: MountOptions) -> SessionOptions:
    return SessionOptions(
        mountpoint=options.mountpoint,
        source=options.source.shown_as,
        read_only=options.ro,
        allow_other=options.allow_other,
        flags=options.kernel_flags,
        environment=dict(os.environ),
    )
