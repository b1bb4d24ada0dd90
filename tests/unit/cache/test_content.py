"""Readers over what is on disk and what is on its way."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from functools import partial
from pathlib import Path

import pytest
from trio.testing import wait_all_tasks_blocked

from g3fs.cache.content import Content, ContentOptions, open_content
from g3fs.gallery.backend import Extent
from g3fs.gallery.items import ORIGINAL, Media
from g3fs.tasks.gather import gather
from g3fs.tasks.threads import Threads
from tests.fakes import FakeBackend

KIB = 1024
MIB = 1024 * KIB


def picture(size: int, seed: int = 0) -> bytes:
    """Bytes in which every position is recognisable."""
    words = (n * 2654435761 + seed & 0xFFFFFFFF for n in range(-(-size // 4)))
    return b"".join(word.to_bytes(4, "big") for word in words)[:size]


@pytest.fixture
def gallery() -> FakeBackend:
    return FakeBackend()


@asynccontextmanager
async def opened(gallery: FakeBackend, directory: Path, **options: float) -> AsyncIterator[Content]:
    given = replace(ContentOptions(directory=directory), **options)  # type: ignore[arg-type]  # by name
    async with open_content(gallery, given, Threads()) as content:
        yield content


async def read_all(content: Content, media: Media, *, step: int = 128 * KIB) -> bytes:
    reader = content.open(media, ORIGINAL)
    data = b""
    while part := await reader.read(len(data), step):
        data += part
    reader.close()
    return data


async def test_a_file_is_read_as_it_is_on_the_server(gallery: FakeBackend, tmp_path: Path) -> None:
    data = picture(3 * MIB + 77)
    media = gallery.add_media("a.jpg", data)
    async with opened(gallery, tmp_path) as content:
        assert await read_all(content, media) == data
    assert gallery.sent_bytes() == len(data)


async def test_what_was_read_comes_from_the_disk(gallery: FakeBackend, tmp_path: Path) -> None:
    data = picture(2 * MIB + 5)
    media = gallery.add_media("a.jpg", data)
    async with opened(gallery, tmp_path) as content:
        await read_all(content, media)
    async with opened(gallery, tmp_path) as content:
        assert await read_all(content, media) == data
    assert gallery.sent_bytes() == len(data)


async def test_a_sniff_costs_a_bounded_request(gallery: FakeBackend, tmp_path: Path) -> None:
    data = picture(4 * MIB)
    media = gallery.add_media("a.jpg", data)
    async with opened(gallery, tmp_path) as content:
        reader = content.open(media, ORIGINAL)
        assert await reader.read(0, 64 * KIB) == data[: 64 * KIB]
        await wait_all_tasks_blocked()
        reader.close()
        again = content.open(media, ORIGINAL)
        assert await again.read(0, 64 * KIB) == data[: 64 * KIB]
    assert [request.extent for request in gallery.requests] == [Extent(0, 128 * KIB)]
    assert gallery.sent_bytes() <= 4 * 64 * KIB


async def test_eight_readers_share_one_download(gallery: FakeBackend, tmp_path: Path) -> None:
    data = picture(3 * MIB)
    media = gallery.add_media("a.jpg", data)
    async with opened(gallery, tmp_path) as content:
        results = await gather(*[partial(read_all, content, media)] * 8)
    assert results == [data] * 8
    assert gallery.sent_bytes() == len(data)
