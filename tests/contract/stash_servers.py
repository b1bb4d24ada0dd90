"""The servers that the Stash client is tried on: the stand-in, and a real one if named.

A real one needs a library of its own: tests make and destroy galleries and tags there, and change
texts of images. It loses nothing, but for texts of its first images.
"""

import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from g3fs.clients import stash
from g3fs.clients.stash import Client, WireGallery, WireImage, WireTag
from g3fs.demo.server import DemoServer

NOBODY = 987_654
"""No id of anything."""

URL, KEY = "G3FS_TEST_STASH_URL", "G3FS_TEST_STASH_API_KEY"


@contextmanager
def stand_in() -> Iterator[Client]:
    with DemoServer("stash") as server, stash.connect(server.url, api_key=server.api_key) as client:
        yield client


@contextmanager
def real() -> Iterator[Client]:
    with stash.connect(os.environ[URL], api_key=os.environ.get(KEY)) as client:
        yield client


def absent(kind: str) -> str | None:
    """Why a server of this kind cannot be tried."""
    if kind == "stand-in" or os.environ.get(URL):
        return None
    return f"no real Stash is named in {URL}"


@contextmanager
def server(kind: str) -> Iterator[Client]:
    with stand_in() if kind == "stand-in" else real() as client:
        yield client


@dataclass
class Place:
    """A gallery, a tag and a few images for one test."""

    client: Client
    gallery: WireGallery
    tag: WireTag
    images: tuple[WireImage, ...]

    @property
    def ids(self) -> list[int]:
        return [image.id for image in self.images]

    def contents(self) -> list[int]:
        return sorted(self.client.contents.ids(self.gallery.id))


@contextmanager
def scratch(client: Client) -> Iterator[Place]:
    """A place that is gone afterwards."""
    name = f"g3fs-test-{secrets.token_hex(6)}"
    gallery, tag = client.galleries.create(name), client.tags.create(name)
    folder = next(g for g in client.galleries.all() if g.kind == "folder" and g.image_count > 3)
    try:
        yield Place(client, gallery, tag, client.images.in_gallery(folder.id)[:4])
    finally:
        client.galleries.destroy([gallery.id])
        client.tags.destroy([tag.id])


KINDS = ["stand-in", "real"]
