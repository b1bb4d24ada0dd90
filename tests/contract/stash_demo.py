"""A demo server with a small library, and a backend on it, for the tests of backends/stash."""

from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

import pytest

from g3fs.backends.options import ServerOptions
from g3fs.backends.registry import open_backend
from g3fs.demo.faults import rule_from
from g3fs.demo.library import Album, Content, Library
from g3fs.demo.library import Media as DemoMedia
from g3fs.demo.movies import movie
from g3fs.demo.server import DemoServer
from g3fs.demo.stash.library import Credit, HandMade, StashLibrary, archive
from g3fs.demo.stash.options import Options
from g3fs.demo.stash.rows import File
from g3fs.gallery.backend import Backend, Extent
from g3fs.gallery.ids import ItemId
from g3fs.gallery.items import ORIGINAL, Item, Listing, Media, Rendition
from g3fs.http.options import HttpOptions
from tests.contract.backend_subjects import photo

IMPATIENT = HttpOptions(timeout_s=1.0, read_timeout_s=1.0, attempts=1)
"""For tests in which the server is silent."""
ONCE = HttpOptions(attempts=1)
"""For tests in which it fails again and again."""


def library() -> StashLibrary:
    """Folders, a zip, a scene, a copy, and galleries made by hand that share an image."""
    sea, hill = photo("sea.jpg", tags=("Sea", "Holiday")), photo("hill.jpg")
    copy = DemoMedia(name="copy of the hill.jpg", content=hill.content)
    pages = {"ch1/1.jpg": photo("a").content, "ch2/1.jpg": photo("b").content}
    frames = [photo("frame").content.read()] * 3
    surf = DemoMedia(
        name="surf.mp4", content=Content(lambda: movie(frames, 60, 40)), mime_type="video/mp4"
    )
    shared = (("holidays", "sea.jpg"), ("holidays", "hill.jpg"))
    return StashLibrary(
        children=(
            Album(
                name="holidays",
                children=(sea, hill, photo("rain.jpg"), Album(name="copies", children=(copy,))),
            ),
            archive("comic.zip", pages),
            surf,
        ),
        hand_made=(
            HandMade(
                title="Best",
                images=shared,
                tags=("Sea",),
                cover=shared[1],
                chapters=(("Start", 2), ("Again", 1)),
            ),
            HandMade(title="Best", images=shared[:1]),
            HandMade(title="Nothing"),
        ),
        credits=(Credit(place=shared[0], rating=4, studio="One", performers=("Ann",)),),
        studios=("One",),
        performers=("Ann",),
    )


@dataclass(kw_only=True)
class Site:
    """A running demo server."""

    server: DemoServer
    http: HttpOptions = field(default_factory=HttpOptions)

    def credentials(self) -> ServerOptions:
        return ServerOptions(
            url=self.server.url, kind="stash", api_key=self.server.api_key, http=self.http
        )

    @asynccontextmanager
    async def backend(self) -> AsyncIterator[Backend]:
        """Opened; the requests so far are forgotten."""
        async with open_backend(self.credentials()) as backend:
            self.server.requests.clear()
            yield backend

    def requests(self) -> list[str]:
        """What was asked since then, by the names of the calls."""
        return [each.resource for each in self.server.requests.entries()]

    def file(self, name: str) -> File:
        """A file of the server."""
        files = self.server.site.world.store.files.rows.values()
        found: File = next(each for each in files if each.basename == name)
        return found

    def harm(self, kind: str, **more: object) -> None:
        self.server.site.harm({"kind": kind, **more})


@pytest.fixture
def site() -> Iterator[Site]:
    yield from running(library())


def running(
    content: Library, *, http: HttpOptions | None = None, options: Options | None = None
) -> Iterator[Site]:
    with DemoServer(kind="stash", library=content, options=options) as server:
        yield Site(server=server, http=http or HttpOptions())


def entries(listing: Listing) -> dict[str, Item]:
    """The items of a listing, by the name that the server gives; of equal names the last."""
    return {entry.name: entry.item for entry in listing.entries}


async def at(backend: Backend, path: str) -> Item:
    """What has this path, as its directory lists it."""
    item: Item = await backend.root()
    for name in path.split("/"):
        item = entries(await backend.list(item.id))[name]
    return item


async def media_at(backend: Backend, path: str) -> Media:
    """The file of this path."""
    found = await at(backend, path)
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


def place(word: str, number: int | str) -> ItemId:
    """The id of a directory."""
    return ItemId(f"{word}:{number}")


Fault = Mapping[str, object]
"""Fields of a rule of the demo server's fault plan."""


def plant(site: Site, fault: Fault, **conditions: object) -> None:
    """Break the server in this way from now on."""
    site.server.faults.add(rule_from({**fault, **conditions}))
