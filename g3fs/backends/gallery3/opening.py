"""From an address and credentials to a backend that is ready."""

from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, closing, contextmanager
from functools import partial

from g3fs.backends.calls import Calls
from g3fs.backends.gallery3.attributes import attributes
from g3fs.backends.gallery3.backend import Gallery3Backend
from g3fs.backends.gallery3.collections import COLLECTIONS
from g3fs.backends.gallery3.convert import RENDITIONS
from g3fs.backends.options import ServerOptions
from g3fs.clients.gallery3.address import names_place
from g3fs.clients.gallery3.client import Client, Login, open_client
from g3fs.clients.gallery3.lock import Structure
from g3fs.clients.gallery3.processlock import ProcessStructure
from g3fs.gallery.backend import Backend, Capabilities
from g3fs.gallery.errors import OtherPlace
from g3fs.tasks.background import open_background

_UNNAMED = "(API key)"
"""The API tells nobody whose key it is."""


@asynccontextmanager
async def open_gallery3(options: ServerOptions) -> AsyncIterator[Backend]:
    """Find the gallery and log in; closes the connections when left.

    Raises:
        NotAGallery, NotSupported, Maintenance: there is none, or it cannot be used.
        LoginRefused: the credentials are not accepted, or guests may see nothing.
        Unreachable, TimedOut, TlsFailed: nothing answers.
        GalleryError: the lock between programs cannot be made.
    """
    ask = Calls(options.threads)
    with _lock(options) as structure:
        client = await ask(partial(_opened, options, structure))
        async with _backend(options, client, ask) as backend:
            yield backend


@asynccontextmanager
async def _backend(
    options: ServerOptions, client: Client, ask: Calls
) -> AsyncIterator[Gallery3Backend]:
    try:
        resources = await ask(client.registry)
        async with open_background() as nursery:
            backend = Gallery3Backend(
                client,
                _capabilities(options, resources),
                threads=options.threads,
                clock=options.clock,
                nursery=nursery,
            )
            try:
                yield backend
            finally:
                backend.writer.close()  # and the nursery waits for what is being changed
    finally:
        client.close()


@contextmanager
def _lock(options: ServerOptions) -> Iterator[Structure | None]:
    """The lock between programs, if one is wanted."""
    if options.lock_file is None:
        yield None
        return
    with closing(ProcessStructure(options.lock_file, options.http.timeout_s)) as structure:
        yield structure


def _opened(options: ServerOptions, structure: Structure | None) -> Client:
    login = Login(username=options.username, password=options.password, api_key=options.api_key)
    return open_there(options, login, structure)


def open_there(options: ServerOptions, login: Login, structure: Structure | None = None) -> Client:
    """The client of the gallery at that very address.

    Raises:
        OtherPlace: there is one, but further up: somebody mistyped what lies behind it.
    """
    client = open_client(options.url, login, options=options.http, structure=structure)
    if not names_place(options.url, client.api.base):
        client.close()
        place = client.url.removesuffix("/index.php")
        raise OtherPlace(f"there is no gallery at {options.url}, but there is one at {place}")
    return client


def _capabilities(options: ServerOptions, resources: frozenset[str]) -> Capabilities:
    guest = options.password is None and options.api_key is None
    return Capabilities(
        server="Gallery 3 (REST API 3.0)",
        url=options.url,
        user=None if guest else options.username or _UNNAMED,
        collections=COLLECTIONS,
        attributes=attributes(tags="tags" in resources, comments="comments" in resources),
        renditions=RENDITIONS,
        archive=False,
    )
