"""The backends that the contract suite is run on, each with a gallery whose content is known."""

import os
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass
from functools import cache, partial
from typing import Any

import pytest
import trio

from g3fs.backends.guarded import Guarded, GuardOptions
from g3fs.backends.options import ServerOptions
from g3fs.backends.registry import open_backend
from g3fs.clients import photoprism, stash
from g3fs.clients.gallery3.client import Login, open_client
from g3fs.demo.gallery3.site import Options
from g3fs.demo.library import Album, Content, Library, Remark
from g3fs.demo.library import Media as DemoMedia
from g3fs.demo.photoprism.options import Options as PhotoPrismOptions
from g3fs.demo.server import DemoServer
from g3fs.demo.stash.options import Options as StashOptions
from g3fs.demo.synthetic import tiny_jpeg
from g3fs.gallery.backend import Backend
from g3fs.gallery.items import Album as AlbumItem
from g3fs.gallery.items import Details, Group, Media, Readable
from tests.fakes import FakeBackend

_MOST_ALBUMS = 50


@dataclass(frozen=True, kw_only=True)
class Subject:
    """A backend, and what the tests may expect in its gallery."""

    backend: Backend
    album: AlbumItem
    """Has several media, among them `photo`."""
    photo: Media
    """Readable, at least 1000 bytes."""
    data: bytes
    """Its original, fetched by other means."""


@asynccontextmanager
async def fake() -> AsyncIterator[Subject]:
    backend = FakeBackend()
    album = backend.add_album("holidays")
    data = bytes(range(256)) * 40
    photo = backend.add_media("sea.jpg", data, parent=album.id, thumb=b"small")
    backend.add_media("hill.jpg", data[::-1], parent=album.id)
    backend.details_of[photo.id, Group.TAGS] = Details()
    yield Subject(backend=backend, album=album, photo=photo, data=data)


@asynccontextmanager
async def guarded_fake() -> AsyncIterator[Subject]:
    async with fake() as subject:
        backend = Guarded(subject.backend, GuardOptions())
        yield Subject(backend=backend, album=subject.album, photo=subject.photo, data=subject.data)


@asynccontextmanager
async def demo_gallery3(options: Options) -> AsyncIterator[Subject]:
    with DemoServer(kind="gallery3", library=small_library(), options=options) as server:
        async with open_backend(credentials_of(server)) as backend:
            yield await _found(backend, partial(_original, credentials_of(server)))


@asynccontextmanager
async def demo_photoprism(options: PhotoPrismOptions) -> AsyncIterator[Subject]:
    with DemoServer(kind="photoprism", library=small_library(), options=options) as server:
        async with open_backend(credentials_of(server)) as backend:
            yield await _found(backend, partial(_photoprism_original, credentials_of(server)))


@asynccontextmanager
async def demo_stash(options: StashOptions) -> AsyncIterator[Subject]:
    with DemoServer(kind="stash", library=small_library(), options=options) as server:
        async with open_backend(credentials_of(server)) as backend:
            yield await _found(backend, partial(_stash_original, credentials_of(server)))


@asynccontextmanager
async def real_gallery3() -> AsyncIterator[Subject]:
    options = real_server("gallery3")
    async with open_backend(options) as backend:
        yield await _found(backend, partial(_original, options))


@asynccontextmanager
async def real_photoprism() -> AsyncIterator[Subject]:
    options = real_server("photoprism")
    async with open_backend(options) as backend:
        yield await _found(backend, partial(_photoprism_original, options))


@asynccontextmanager
async def real_stash() -> AsyncIterator[Subject]:
    options = real_server("stash")
    async with open_backend(options) as backend:
        yield await _found(backend, partial(_stash_original, options))


def real_server(kind: str) -> ServerOptions:
    """The real server that the environment names; skips the test if it names none."""
    prefix = f"G3FS_TEST_{kind.upper()}"
    url = os.environ.get(f"{prefix}_URL")
    if url is None:
        pytest.skip(f"{prefix}_URL is not set")
    return ServerOptions(
        url=url,
        kind=kind,
        username=os.environ.get(f"{prefix}_USERNAME"),
        password=os.environ.get(f"{prefix}_PASSWORD"),
        api_key=os.environ.get(f"{prefix}_API_KEY"),
    )


SUBJECTS: Mapping[str, Callable[[], AbstractAsyncContextManager[Subject]]] = {
    "fake": fake,
    "guarded": guarded_fake,
    "gallery3": partial(demo_gallery3, Options()),
    "gallery3 behind a proxy": partial(
        demo_gallery3,
        Options(
            base_path="/photos", own_site="http://inside.example:8080/index.php", public_files="off"
        ),
    ),
    "real gallery3": real_gallery3,
    "photoprism": partial(demo_photoprism, PhotoPrismOptions()),
    "photoprism without webdav": partial(demo_photoprism, PhotoPrismOptions(webdav=False)),
    "photoprism in public mode": partial(demo_photoprism, PhotoPrismOptions(public=True)),
    "real photoprism": real_photoprism,
    "stash": partial(demo_stash, StashOptions()),
    "stash v0.27 behind a proxy": partial(
        demo_stash, StashOptions(version="v0.27.2", base_path="/stash", zone_minutes=330)
    ),
    "stash that is open": partial(demo_stash, StashOptions(username="")),
    "real stash": real_stash,
}


def small_library() -> Library:
    """Two albums, one in the other, with everything that the port can tell."""
    return Library(
        children=(
            Album(
                name="holidays",
                title="Holidays 2024",
                caption="Sea and hills",
                children=(
                    photo("sea.jpg", tags=("Sea", "Holiday"), remarks=(Remark(text="Lovely!"),)),
                    photo("hill.jpg", caption="A hill"),
                    photo("rain.jpg", tags=("Holiday",)),
                    Album(name="summit", children=(photo("peak.jpg"),)),
                ),
            ),
        )
    )


def photo(name: str, **facts: Any) -> DemoMedia:
    """A picture of a few kilobytes, quickly made, different from all others."""
    data = _head() + name.encode() * 1000
    return DemoMedia(name=name, content=Content(lambda: data), width=60, height=40, **facts)


@cache
def _head() -> bytes:
    return tiny_jpeg()


def credentials_of(server: DemoServer) -> ServerOptions:
    """The administrator of a demo server."""
    return ServerOptions(url=server.url, username=server.username, password=server.password)


async def _found(backend: Backend, original: Callable[[Media], bytes]) -> Subject:
    """Look for an album with several media; shallow ones first, a limited number."""
    queue = [await backend.root()]
    for _ in range(_MOST_ALBUMS):
        if not queue:
            break
        album = queue.pop(0)
        entries = (await backend.list(album.id)).entries
        queue += [entry.item for entry in entries if isinstance(entry.item, AlbumItem)]
        photos = [entry.item for entry in entries if _usable(entry.item)]
        if len(photos) > 1 and isinstance(photos[0], Media):
            data = await trio.to_thread.run_sync(original, photos[0])
            return Subject(backend=backend, album=album, photo=photos[0], data=data)
    raise AssertionError("the gallery has no album with two readable photos")


def _usable(item: object) -> bool:
    return (
        isinstance(item, Media)
        and item.readable is Readable.YES
        and item.media_type.startswith("image/")
        and (item.size_bytes or 0) >= 1000
    )


def _original(options: ServerOptions, media: Media) -> bytes:
    login = Login(username=options.username, password=options.password)
    with open_client(options.url, login) as client:
        return client.bytes.read(int(media.id))


def _photoprism_original(options: ServerOptions, media: Media) -> bytes:
    words = {"username": options.username, "password": options.password}
    with photoprism.connect(options.url, **words) as client:
        return client.bytes.original(media.version).read()


def _stash_original(options: ServerOptions, media: Media) -> bytes:
    words = {"username": options.username, "password": options.password}
    with stash.connect(options.url, **words) as client:
        image = client.images.by_checksum(media.version)
        return client.bytes.image(image.id).read()
