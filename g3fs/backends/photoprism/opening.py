"""From an address and credentials to a backend that is ready."""

import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from functools import partial

import trio

from g3fs.backends.calls import Calls
from g3fs.backends.options import ServerOptions
from g3fs.backends.photoprism.attributes import ATTRIBUTES
from g3fs.backends.photoprism.backend import PhotoPrismBackend
from g3fs.backends.photoprism.collections import COLLECTIONS
from g3fs.backends.photoprism.convert import RENDITIONS, Converter
from g3fs.clients.photoprism.client import Client, Facts, open_client
from g3fs.clients.photoprism.login import Login
from g3fs.clients.photoprism.wire.sessions import WireConfig
from g3fs.gallery.backend import Backend, Capabilities

log = logging.getLogger(__name__)

_UNNAMED = "(app password)"
"""A key of a narrow scope does not tell whose it is."""
_GUESTS = ("guest", "visitor")
_LOGOUT_S = 5.0
_LONG_AGO_S = 1_514_764_800
"""2018, before the first release: for servers that do not tell their version."""


@asynccontextmanager
async def open_photoprism(options: ServerOptions) -> AsyncIterator[Backend]:
    """Find the site and log in; logs out and closes the connections when left.

    Raises:
        NotAGallery: something else answers there.
        LoginRefused: the credentials are not accepted, or there are none and some are needed.
        Busy: too many failed logins from this machine.
        Unreachable, TimedOut, TlsFailed: nothing answers.
    """
    ask = Calls(options.threads)
    client = await ask(partial(_opened, options))
    try:
        facts = client.facts
        _remark(facts)
        writable = not facts.config.readonly
        convert = Converter(
            can_edit=facts.may("edit"),
            can_add=writable and facts.may("upload"),
            made_s=_built_s(facts.config.version),
        )
        yield PhotoPrismBackend(
            client,
            _capabilities(options, facts),
            convert,
            threads=options.threads,
            clock=options.clock,
        )
    finally:
        # A session that was opened here is of no use to anybody else; whoever leaves is patient.
        with trio.move_on_after(_LOGOUT_S, shield=True):
            await ask(client.close)


def _opened(options: ServerOptions) -> Client:
    login = Login(username=options.username, password=options.password, api_key=options.api_key)
    return open_client(options.url, login, options=options.http)


def _remark(facts: Facts) -> None:
    """Say what this user will miss."""
    if facts.user is not None and facts.user.role in _GUESTS:
        log.warning("this user is a %s: only albums shared with it are shown", facts.user.role)
    if not facts.webdav:
        log.warning("there is no WebDAV here: folders/ shows what is indexed, not the disk")


def _capabilities(options: ServerOptions, facts: Facts) -> Capabilities:
    named = facts.user.name if facts.user is not None else ""
    return Capabilities(
        server=server_name(facts.config),
        url=options.url,
        user=None if facts.config.public else named or options.username or _UNNAMED,
        collections=COLLECTIONS,
        attributes=ATTRIBUTES,
        renditions=RENDITIONS,
        archive=True,
    )


def server_name(config: WireConfig) -> str:
    """For people: `PhotoPrism 241213`."""
    return f"{config.name or 'PhotoPrism'} {config.version.partition('-')[0]}".strip()


def _built_s(version: str) -> int:
    """Noon of the day that the version begins with; what is nowhere on the server has that time."""
    try:
        day = datetime.strptime(version[:6], "%y%m%d").replace(hour=12, tzinfo=UTC)
    except ValueError:
        return _LONG_AGO_S
    return int(day.timestamp())
