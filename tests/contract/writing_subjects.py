"""The backends that the contract of writing is tried on, each with an album of our own in it."""

import secrets
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from g3fs.backends.guarded import Guarded, GuardOptions
from g3fs.backends.options import ServerOptions
from g3fs.backends.registry import open_backend
from g3fs.demo.gallery3.site import Options
from g3fs.demo.server import DemoServer
from g3fs.gallery.backend import Backend, Extent
from g3fs.gallery.ids import ItemId
from g3fs.gallery.items import ORIGINAL, Album, Entry, Media
from g3fs.gallery.writing import TagViewer, Upload, Writer
from tests.contract.backend_subjects import credentials_of, real_server, small_library
from tests.contract.gallery3_servers import movie, picture
from tests.fakes import FakeBackend


@dataclass(frozen=True, kw_only=True)
class Subject:
    """A backend that can be written to, and an empty album that is gone afterwards."""

    backend: Backend
    writer: Writer
    viewer: TagViewer
    album: Album
    files: Path
    """A directory for what is uploaded."""

    def file(self, data: bytes) -> Path:
        path = self.files / secrets.token_hex(8)
        path.write_bytes(data)
        return path

    def photo(self, colour: int = 7, kind: str = "JPEG") -> Path:
        """A picture; those of different colours differ in size too."""
        return self.file(picture(40 + colour, 30, colour=colour, kind=kind).getvalue())

    def movie(self) -> Path:
        return self.file(movie().getvalue())

    async def upload(self, name: str, source: Path, album: ItemId | None = None) -> Upload:
        """One that has its mark."""
        place = self.album.id if album is None else album
        mark = await self.writer.mark(place, name)
        return Upload(album=place, name=name, source=source, mark=mark)

    async def added(
        self, name: str, source: Path | None = None, album: ItemId | None = None
    ) -> Entry:
        upload = await self.upload(name, source or self.photo(), album)
        return await self.writer.create(upload, nobody)

    async def entries(self, album: ItemId | None = None) -> dict[str, Entry]:
        """What the album has, by name; what is in it twice fails."""
        listing = await self.backend.list(self.album.id if album is None else album)
        found = {entry.name: entry for entry in listing.entries}
        assert len(found) == len(listing.entries)
        return found

    async def data(self, entry: Entry) -> bytes:
        assert isinstance(entry.item, Media)
        async with self.backend.open(entry.item, ORIGINAL, Extent(0)) as stream:
            parts = []
            while part := await stream.read_some(1 << 16):
                parts.append(part)
            return b"".join(parts)


def nobody(_sent_bytes: int) -> None:
    """Nobody wants to know how far an upload is."""


def media(entry: Entry) -> Media:
    assert isinstance(entry.item, Media)
    return entry.item


def album(entry: Entry) -> Album:
    assert isinstance(entry.item, Album)
    return entry.item


@asynccontextmanager
async def fake(files: Path) -> AsyncIterator[Subject]:
    backend = FakeBackend()
    yield Subject(
        backend=backend,
        writer=backend.writer,
        viewer=backend.tag_viewer,
        album=backend.add_album("scratch"),
        files=files,
    )


@asynccontextmanager
async def guarded_fake(files: Path) -> AsyncIterator[Subject]:
    backend = FakeBackend()
    guarded = Guarded(backend, GuardOptions())
    async with _scratch(guarded, guarded.writer, guarded.tag_viewer, files) as subject:
        yield subject


@asynccontextmanager
async def demo_gallery3(options: Options, files: Path) -> AsyncIterator[Subject]:
    with DemoServer(kind="gallery3", library=small_library(), options=options) as server:
        async with _opened(credentials_of(server), files) as subject:
            yield subject


@asynccontextmanager
async def real_gallery3(files: Path) -> AsyncIterator[Subject]:
    async with _opened(real_server("gallery3"), files) as subject:
        yield subject


@asynccontextmanager
async def _opened(options: ServerOptions, files: Path) -> AsyncIterator[Subject]:
    async with open_backend(options) as backend:
        guarded = Guarded(backend, GuardOptions())
        async with _scratch(guarded, guarded.writer, guarded.tag_viewer, files) as subject:
            yield subject


@asynccontextmanager
async def _scratch(
    backend: Backend, writer: Writer | None, viewer: TagViewer | None, files: Path
) -> AsyncIterator[Subject]:
    assert writer is not None
    assert viewer is not None
    root = await backend.root()
    made = await writer.make_album(root.id, f"g3fs-test-{secrets.token_hex(6)}")
    try:
        yield Subject(backend=backend, writer=writer, viewer=viewer, album=album(made), files=files)
    finally:
        await _remove(backend, writer, album(made))


async def _remove(backend: Backend, writer: Writer, top: Album) -> None:
    for entry in (await backend.list(top.id)).entries:
        if isinstance(entry.item, Album):
            await _remove(backend, writer, entry.item)
        else:
            await writer.delete(media(entry))
    await writer.remove_album(top)


SUBJECTS: Mapping[str, Callable[[Path], AbstractAsyncContextManager[Subject]]] = {
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
}
