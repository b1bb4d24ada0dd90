"""The servers that the Gallery 3 client is tried on: the stand-in, and a real one if named."""

import io
import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from PIL import Image

from g3fs.clients import gallery3
from g3fs.demo.server import DemoServer

URL, USERNAME, PASSWORD = (f"G3FS_TEST_GALLERY3_{word}" for word in ("URL", "USERNAME", "PASSWORD"))


@dataclass(frozen=True)
class Place:
    """A gallery, and an album of our own in it that is gone afterwards."""

    gallery: gallery3.Gallery
    album: gallery3.Item

    @property
    def client(self) -> gallery3.Client:
        return self.gallery.client


@contextmanager
def scratch(url: str, username: str, password: str) -> Iterator[Place]:
    with gallery3.connect(url, username=username, password=password) as gallery:
        album = gallery.root.add_album(f"g3fs-test-{secrets.token_hex(6)}")
        try:
            yield Place(gallery, album)
        finally:
            album.delete(recursive=True)


@contextmanager
def stand_in() -> Iterator[Place]:
    with DemoServer() as server, scratch(server.url, server.username, server.password) as place:
        yield place


@contextmanager
def real() -> Iterator[Place]:
    with scratch(os.environ[URL], os.environ[USERNAME], os.environ[PASSWORD]) as place:
        yield place


def has_real() -> bool:
    return all(os.environ.get(name) for name in (URL, USERNAME, PASSWORD))


def picture(
    width: int = 60, height: int = 40, *, colour: int = 7, kind: str = "JPEG"
) -> io.BytesIO:
    """A small picture, as an open file."""
    buffer = io.BytesIO()
    Image.new("RGB", (width, height), (colour, 90, 200)).save(buffer, kind)
    buffer.seek(0)
    return buffer


def movie(tail: int = 100) -> io.BytesIO:
    """What a gallery takes for a movie."""
    return io.BytesIO(b"\0\0\0\x18ftypmp42\0\0\0\0mp42isom" + b"m" * tail)
