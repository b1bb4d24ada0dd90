"""From an address and credentials to a backend that is ready."""

import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import partial

from g3fs.backends.calls import Calls
from g3fs.backends.options import ServerOptions
from g3fs.backends.stash.attributes import ATTRIBUTES
from g3fs.backends.stash.backend import StashBackend
from g3fs.backends.stash.collections import collections
from g3fs.backends.stash.convert import RENDITIONS
from g3fs.clients.stash.client import Client, open_client
from g3fs.clients.stash.detect import Facts
from g3fs.clients.stash.login import Login
from g3fs.gallery.backend import Backend, Capabilities

log = logging.getLogger(__name__)

_UNNAMED = "(API key)"
"""There is one user, and the name is not asked for."""


@asynccontextmanager
async def open_stash(options: ServerOptions) -> AsyncIterator[Backend]:
    """Find the server and log in; closes the connections when left.

    Raises:
        NotAGallery: something else answers there.
        LoginRefused: the credentials are not accepted, or there are none and some are needed.
        AccessDenied: the server has locked itself.
        Maintenance: it is not set up, or waits for a migration.
        NotSupported: it is older than v0.24.
        Unreachable, TimedOut, TlsFailed: nothing answers.
    """
    ask = Calls(options.threads)
    client = await ask(partial(_opened, options))
    try:
        if not client.facts.has_folders:
            log.warning("this Stash is older than v0.29 and does not tell its folders: no folders/")
        yield StashBackend(client, _capabilities(options, client.facts), threads=options.threads)
    finally:
        client.close()


def server_name(facts: Facts) -> str:
    """For people: `Stash v0.30.1`."""
    return f"Stash {facts.version.version.partition('-')[0]}".strip()


def _opened(options: ServerOptions) -> Client:
    login = Login(username=options.username, password=options.password, api_key=options.api_key)
    return open_client(options.url, login, options=options.http)


def _capabilities(options: ServerOptions, facts: Facts) -> Capabilities:
    return Capabilities(
        server=server_name(facts),
        url=options.url,
        user=None if facts.open_server else options.username or _UNNAMED,
        collections=collections(folders=facts.has_folders),
        attributes=ATTRIBUTES,
        renditions=RENDITIONS,
        archive=False,
    )
