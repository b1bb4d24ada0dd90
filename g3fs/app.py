"""The composition root: what is opened last is closed first, as the page shows."""

import logging
import os
import time
from collections.abc import AsyncIterator, Callable, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager, contextmanager
from dataclasses import asdict, dataclass, replace
from functools import partial

from g3fs.backends.guarded import Guarded, GuardOptions
from g3fs.backends.options import ServerOptions
from g3fs.backends.registry import log_in, open_backend
from g3fs.cache.catalog import Catalog, open_catalog
from g3fs.cache.content import Content, ContentOptions, open_content
from g3fs.cache.memory import CatalogOptions
from g3fs.cache.pulse import follow_pulse
from g3fs.cache.state import open_state
from g3fs.config.options import MountOptions, SourceOptions
from g3fs.config.secret import Secret
from g3fs.fuse.notifier import KernelNotifier
from g3fs.fuse.operations import Operations
from g3fs.fuse.session import SessionOptions
from g3fs.fuse.session import serve as serve_kernel
from g3fs.gallery.backend import Backend
from g3fs.gallery.errors import NotFound
from g3fs.gallery.items import ORIGINAL, Album, Media
from g3fs.http.redact import RedactingFilter
from g3fs.tasks.background import open_background
from g3fs.tasks.threads import Threads
from g3fs.vfs.attrs import AttrOptions, TimeShown
from g3fs.vfs.control import Control, Document, Views, keys
from g3fs.vfs.directory import named
from g3fs.vfs.filesystem import Filesystem, Parts
from g3fs.vfs.handles import HandleTable
from g3fs.vfs.inodes import InodeTable
from g3fs.vfs.logbook import Folding, Logbook
from g3fs.vfs.names import folded
from g3fs.vfs.nodes import ROOT, AlbumNode
from g3fs.vfs.prefetch import Prefetch
from g3fs.vfs.status import Report, as_json, as_text
from g3fs.vfs.tree import Tree
from g3fs.vfs.xattrs import Xattrs

PATIENCE = 0.9
"""Of the deadline of a system call, what one call of the server may take: so that the reason is
known, and the breaker told, before the kernel is answered."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ListedEntry:
    """One line of `g3fs ls`."""

    name: str
    directory: bool
    size_bytes: int | None
    """None for directories, and where the server does not tell."""
    mtime_s: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class LoginResult:
    """What a login gave."""

    user: str
    api_key: Secret
    server: str
    """What answers there, for people."""
    remark: str
    """What the user should know of the key; "" for nothing."""


async def serve(options: MountOptions, *, ready: Callable[[], None]) -> None:
    """Mount, and answer the kernel until somebody unmounts or a signal asks to end.

    `ready` is called once, when the mount answers.

    Raises:
        GalleryError: before `ready` was called; nothing is mounted.
    """
    threads = Threads()
    with _logbook(options) as logbook:
        async with _guarded(options.source, threads) as backend:
            root = await find_album(backend, options.subdir)
            async with open_filesystem(options, backend, root, threads, logbook) as filesystem:
                deadline_s = options.source.timeout_s
                operations = Operations(filesystem, deadline_s=deadline_s, ready=ready)
                await serve_kernel(operations, _session(options))


@asynccontextmanager
async def open_filesystem(
    options: MountOptions, backend: Guarded, root: Album, threads: Threads, logbook: Logbook
) -> AsyncIterator[Filesystem]:
    """Stack the caches and the file system; what is opened last is closed first."""
    async with (
        open_state(options.state_dir / "state.db") as state,
        open_catalog(backend, CatalogOptions(ttl_s=options.ttl_s), time.monotonic) as catalog,
        open_content(backend, _content(options), threads) as content,
        open_background() as nursery,
    ):
        inodes, notifier = InodeTable(), KernelNotifier()
        tree = Tree(catalog, state, inodes=inodes, notifier=notifier, nursery=nursery)
        inodes.keep(ROOT, AlbumNode(root))
        await catalog.listing(root.id)  # so that the mount's first answer needs no server
        renditions = backend.capabilities.renditions
        status = partial(_report, options, backend, catalog, content, logbook)
        control = Control(_documents(status, logbook), Views(options.views))
        control.open(root, renditions, await state.inodes(keys(root, renditions)))
        await nursery.start(tree.follow, [ORIGINAL, *renditions])
        nursery.start_soon(notifier.run)
        if backend.pulse is not None:
            nursery.start_soon(follow_pulse, catalog, backend.pulse)
        yield Filesystem(
            Parts(
                catalog=catalog,
                content=content,
                inodes=inodes,
                handles=HandleTable(),
                tree=tree,
                control=control,
                xattrs=Xattrs(backend.capabilities.attributes, catalog),
                attrs=_attrs(options),
                notifier=notifier,
                prefetch=Prefetch(tree, inodes, content, nursery),
                scans=backend.scans,
            )
        )


async def list_source(options: SourceOptions, path: str) -> Sequence[ListedEntry]:
    """The names in one directory of a gallery, without mounting it.

    Raises:
        NotFound: no such directory.
        Any other GalleryError: the server cannot be used as asked.
    """
    async with _guarded(options, Threads()) as backend:
        listing = await backend.list((await find_album(backend, path)).id)
        entries = [_listed(name.shown, node.item) for name, node in named(listing, ORIGINAL, {})]
        return sorted(entries, key=lambda entry: entry.name)


def fetch_api_key(options: SourceOptions, password: Secret) -> LoginResult:
    """Log in once and get the key that lasts.

    Raises:
        LoginRefused: a wrong name or password.
        Any other GalleryError: there is no gallery that answers.
    """
    server = replace(_server(options, Threads()), password=password.reveal(), api_key=None)
    issued = log_in(server)
    options.http.redactor.add(issued.key)
    return LoginResult(
        user=issued.user,
        api_key=Secret(issued.key),
        server=issued.server,
        remark=issued.remark,
    )


async def find_album(backend: Backend, path: str) -> Album:
    """The album behind a path of names from the gallery's root; "" is the root.

    Raises:
        NotFound: a name on the way is not there, or is no directory.
    """
    album = await backend.root()
    for name in filter(None, path.split("/")):
        children = named(await backend.list(album.id), ORIGINAL, {})
        found = [node for names, node in children if folded(names.shown) == folded(name)]
        if not found or not isinstance(found[0].item, Album):
            raise NotFound(f"{path}: there is no directory {name!r} in {album.title!r}")
        album = found[0].item
    return album


@asynccontextmanager
async def _guarded(options: SourceOptions, threads: Threads) -> AsyncIterator[Guarded]:
    guard = GuardOptions(deadline_s=options.timeout_s * PATIENCE)
    async with (
        open_backend(_server(options, threads)) as backend,
        open_background() as nursery,
    ):
        guarded = Guarded(backend, guard)
        nursery.start_soon(guarded.run)
        yield guarded


def _listed(name: str, item: object) -> ListedEntry:
    size_bytes = item.size_bytes if isinstance(item, Media) else None
    mtime_s = None
    if isinstance(item, Media):
        mtime_s = item.times.captured_s or item.times.created_s
    return ListedEntry(
        name=name, directory=isinstance(item, Album), size_bytes=size_bytes, mtime_s=mtime_s
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


def _server(options: SourceOptions, threads: Threads) -> ServerOptions:
    known = options.credentials
    return ServerOptions(
        url=options.url,
        kind=options.kind,
        username=known.username,
        password=known.password.reveal() if known.password else None,
        api_key=known.api_key.reveal() if known.api_key else None,
        http=options.http,
        threads=threads,
    )


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


def _documents(status: Callable[[], Report], logbook: Logbook) -> Mapping[str, Document]:
    """The files of the control tree."""
    return {
        "status": lambda: as_text(status()),
        "status.json": lambda: as_json(status()),
        "log": logbook.text,
    }


def _report(
    options: MountOptions, backend: Guarded, catalog: Catalog, content: Content, logbook: Logbook
) -> Report:
    capabilities, guard = backend.capabilities, backend.statistics()
    return {
        "server": {
            "address": capabilities.url,
            "kind": capabilities.server,
            "user": capabilities.user or "guest",
            "state": guard.state.value,
            "since": time.strftime("%Y-%m-%d %H:%M:%S", time.localtime(guard.since_s)),
            "last_error": guard.last_error,
        },
        "mount": {
            "mountpoint": str(options.mountpoint),
            "directory": f"/{options.subdir}",
            "read_only": True,
            "ttl_s": options.ttl_s,
            "timeout_s": options.source.timeout_s,
        },
        "listings": asdict(catalog.statistics()),
        "bytes": asdict(content.statistics()),
        "log": {"last_errors": logbook.errors},
    }
