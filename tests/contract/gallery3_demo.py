"""A demo server with a small gallery, and a backend on it, for the tests of backends/gallery3."""

from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

import pytest
import trio

from g3fs.backends.options import ServerOptions
from g3fs.backends.registry import open_backend
from g3fs.demo.faults import rule_from
from g3fs.demo.gallery3.rows import Distortion, Item
from g3fs.demo.library import Library
from g3fs.demo.requestlog import LoggedRequest
from g3fs.demo.server import DemoServer
from g3fs.gallery.backend import Backend, Extent
from g3fs.gallery.ids import ItemId
from g3fs.gallery.items import ORIGINAL, Listing, Media, Rendition
from g3fs.http.options import HttpOptions
from tests.contract.backend_subjects import small_library

HOLIDAYS, SEA, HILL, RAIN = (ItemId(number) for number in "2345")
"""The items of `small_library`, as they are numbered there."""

IMPATIENT = HttpOptions(timeout_s=1.0, read_timeout_s=1.0, attempts=1)
"""For tests in which the server is silent."""
ONCE = HttpOptions(attempts=1)
"""For tests in which it fails again and again."""


@dataclass(kw_only=True)
class Site:
    """A running demo server."""

    server: DemoServer
    http: HttpOptions = field(default_factory=HttpOptions)

    @asynccontextmanager
    async def backend(self, username: str = "admin") -> AsyncIterator[Backend]:
        """Opened for a user; the requests so far are forgotten."""
        options = ServerOptions(
            url=self.server.url,
            username=username,
            password=self.server.account(username).password,
            http=self.http,
        )
        async with open_backend(options) as backend:
            self.server.requests.clear()
            yield backend

    def requests(self, resource: str | None = None) -> list[LoggedRequest]:
        return self.server.requests.entries(resource=resource)

    def item(self, item: ItemId) -> Item:
        return self.server.site.gallery.items[int(item)]

    def lie(self, item: ItemId, fields: Mapping[str, object], *children: ItemId) -> None:
        """Let the server tell nonsense about an item."""
        distortion = Distortion(fields=fields, children=tuple(int(child) for child in children))
        self.server.site.gallery.distortions[int(item)] = distortion

    def hide(self, item: ItemId, *names: str) -> None:
        """Let the server leave fields out."""
        distortion = Distortion(fields={}, hidden=frozenset(names))
        self.server.site.gallery.distortions[int(item)] = distortion

    def damage(self, item: ItemId, kind: str) -> None:
        self.server.site.harm({"kind": kind, "item": item})

    def retitle(self, item: ItemId) -> None:
        """Somebody changes the title, some time later."""
        self.item(item).title = "Another title"
        self.item(item).updated += 100

    def replace(self, item: ItemId, data: bytes) -> None:
        """Somebody uploads other data for it, some time later."""
        row, gallery = self.item(item), self.server.site.gallery
        row.updated += 100
        gallery.files.put("albums", gallery.path(row), lambda: data, row.updated)


@pytest.fixture
def site() -> Iterator[Site]:
    yield from running(small_library())


def running(library: Library, http: HttpOptions | None = None) -> Iterator[Site]:
    with DemoServer(kind="gallery3", library=library) as server:
        yield Site(server=server, http=http or HttpOptions())


def media_in(listing: Listing, item: ItemId) -> Media:
    """One of the media of a listing."""
    found = next(entry.item for entry in listing.entries if entry.item.id == item)
    assert isinstance(found, Media)
    return found


async def media_of(backend: Backend, item: ItemId) -> Media:
    found = await backend.stat(item)
    assert isinstance(found, Media)
    return found


async def read(
    backend: Backend, media: Media, rendition: Rendition = ORIGINAL, offset: int = 0
) -> bytes:
    """Everything from `offset` on, wherever the server begins."""
    async with backend.open(media, rendition, Extent(offset)) as stream:
        parts = []
        while part := await stream.read_some(1 << 16):
            parts.append(part)
        return b"".join(parts)[offset - stream.offset :]


Fault = Mapping[str, object]
"""Fields of a rule of the demo server's fault plan."""


def plant(site: Site, fault: Fault, **conditions: object) -> None:
    """Break the server in this way from now on."""
    site.server.faults.add(rule_from({**fault, **conditions}))


async def until(condition: Callable[[], bool]) -> None:
    """Wait for something that happens in a thread, and so sets no event; fail after 10 s."""
    with trio.fail_after(10):
        while not condition():  # noqa: ASYNC110 - see above
            await trio.sleep(0.01)
