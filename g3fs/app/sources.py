"""Servers, as far as they can be used without a mount."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace

from g3fs.backends.guarded import Guarded, GuardOptions
from g3fs.backends.options import ServerOptions
from g3fs.backends.registry import log_in, open_backend
from g3fs.config.options import SourceOptions
from g3fs.config.secret import Secret
from g3fs.gallery.backend import Backend
from g3fs.gallery.errors import NotFound
from g3fs.gallery.items import ORIGINAL, Album, Media
from g3fs.tasks.background import open_background
from g3fs.tasks.threads import Threads
from g3fs.vfs.names import folded
from g3fs.vfs.naming import named

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


async def list_source(options: SourceOptions, path: str) -> Sequence[ListedEntry]:
    """The names in one directory of a gallery, without mounting it.

    Raises:
        NotFound: no such directory.
        Any other GalleryError: the server cannot be used as asked.
    """
    async with guarded(options, Threads()) as backend:
        listing = await backend.list((await find_album(backend, path)).id)
        entries = [_listed(name, node.item) for name, node in named(listing, ORIGINAL)]
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
        children = named(await backend.list(album.id), ORIGINAL)
        found = [node for shown, node in children if folded(shown) == folded(name)]
        if not found or not isinstance(found[0].item, Album):
            raise NotFound(f"{path}: there is no directory {name!r} in {album.title!r}")
        album = found[0].item
    return album


@asynccontextmanager
async def guarded(options: SourceOptions, threads: Threads) -> AsyncIterator[Guarded]:
    """The backend of a source, with deadlines and breaker."""
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
        lock_file=options.lock_file,
    )
