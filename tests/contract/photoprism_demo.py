"""A demo server with a small library, and a backend on it, for the tests of backends/photoprism."""

from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

import pytest

from g3fs.backends.options import ServerOptions
from g3fs.backends.registry import open_backend
from g3fs.demo.faults import rule_from
from g3fs.demo.library import Album, Collection, Library
from g3fs.demo.photoprism.options import Options
from g3fs.demo.server import DemoServer
from g3fs.gallery.backend import Backend, Extent
from g3fs.gallery.ids import ItemId
from g3fs.gallery.items import ORIGINAL, Listing, Media, Rendition
from g3fs.http.options import HttpOptions
from tests.contract.backend_subjects import photo

IMPATIENT = HttpOptions(timeout_s=1.0, read_timeout_s=1.0, attempts=1)
"""For tests in which the server is silent."""
ONCE = HttpOptions(attempts=1)
"""For tests in which it fails again and again."""


def library() -> Library:
    """Two folders, one in the other, and two albums that share a photo."""
    sea = photo("sea.jpg", tags=("Sea", "Holiday"), caption="Wind", title="The sea", favorite=True)
    peak = Album(name="summit", children=(photo("peak.jpg", archived=True),))
    return Library(
        children=(
            Album(name="holidays", children=(sea, photo("hill.jpg"), photo("rain.jpg"), peak)),
        ),
        users=("guest",),
        collections=(
            Collection(title="Best", members=("holidays/sea.jpg", "holidays/hill.jpg")),
            Collection(title="Water", members=("holidays/sea.jpg", "holidays/rain.jpg")),
        ),
    )


def many_folders(count: int) -> Library:
    """Folders of folders, with two photos in each of the inner ones."""
    outer: dict[int, list[Album]] = {}
    for number in range(count):
        photos = tuple(photo(f"{number}-{n}.jpg") for n in range(2))
        outer.setdefault(number // 10, []).append(Album(name=f"day {number}", children=photos))
    years = tuple(Album(name=f"y{n}", children=tuple(days)) for n, days in outer.items())
    return Library(children=years)


@dataclass(kw_only=True)
class Site:
    """A running demo server."""

    server: DemoServer
    http: HttpOptions = field(default_factory=HttpOptions)

    def credentials(self, username: str = "admin") -> ServerOptions:
        return ServerOptions(
            url=self.server.url,
            kind="photoprism",
            username=username,
            password=self.server.account(username).password,
            http=self.http,
        )

    @asynccontextmanager
    async def backend(self, username: str = "admin") -> AsyncIterator[Backend]:
        """Opened for a user; the requests so far are forgotten."""
        async with open_backend(self.credentials(username)) as backend:
            self.server.requests.clear()
            yield backend

    def requests(self) -> list[str]:
        """What was asked since then, as `GET photos`."""
        return [f"{each.method} {each.resource}" for each in self.server.requests.entries()]

    def harm(self, kind: str, **more: object) -> None:
        self.server.site.harm({"kind": kind, **more})


@pytest.fixture
def site() -> Iterator[Site]:
    yield from running(library())


def running(
    content: Library, *, http: HttpOptions | None = None, options: Options | None = None
) -> Iterator[Site]:
    with DemoServer(kind="photoprism", library=content, options=options) as server:
        yield Site(server=server, http=http or HttpOptions())


def entries(listing: Listing) -> dict[str, ItemId]:
    """The ids in a listing, by name."""
    return {entry.name: entry.item.id for entry in listing.entries}


async def at(backend: Backend, path: str) -> ItemId:
    """The id of what has this path."""
    item = (await backend.root()).id
    for name in path.split("/"):
        item = entries(await backend.list(item))[name]
    return item


async def media_at(backend: Backend, path: str) -> Media:
    """The file of this path, as its directory lists it."""
    above, _, name = path.rpartition("/")
    listing = await backend.list(await at(backend, above))
    found = next(entry.item for entry in listing.entries if entry.name == name)
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
