"""What is fetched, in which requests, and who waits for whom."""

import math
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from functools import partial
from pathlib import Path

import pytest
import trio
from trio.testing import wait_all_tasks_blocked

from g3fs.cache.content import Content
from g3fs.gallery.backend import Extent
from g3fs.gallery.errors import GalleryError
from g3fs.gallery.items import ORIGINAL, Media
from tests.fakes import FakeBackend
from tests.unit.cache.contents import (
    DATA,
    KIB,
    MIB,
    opened,
    outcome,
    read_all,
    without_ranges,
)


@pytest.fixture
def gallery() -> FakeBackend:
    return FakeBackend()


def extents(gallery: FakeBackend) -> list[Extent]:
    return [request.extent for request in gallery.requests]


async def test_a_sniff_costs_one_bounded_request_and_the_next_one_nothing(
    gallery: FakeBackend, tmp_path: Path
) -> None:
    media = gallery.add_media("a.jpg", DATA)
    async with opened(gallery, tmp_path) as content:
        for _ in range(2):
            reader = content.open(media, ORIGINAL)
            assert await reader.read(0, 64 * KIB) == DATA[: 64 * KIB]
            await wait_all_tasks_blocked()
            reader.close()
    assert extents(gallery) == [Extent(0, 128 * KIB)]


async def test_a_sniff_of_a_server_without_ranges_stops_reading_early(
    gallery: FakeBackend, tmp_path: Path
) -> None:
    media = without_ranges(gallery, gallery.add_media("a.jpg", DATA))
    async with opened(gallery, tmp_path) as content:
        reader = content.open(media, ORIGINAL)
        assert await reader.read(0, 64 * KIB) == DATA[: 64 * KIB]
        await wait_all_tasks_blocked()
        assert gallery.sent_bytes() <= 4 * 64 * KIB
        reader.close()


async def test_reading_starts_before_the_download_ends(
    gallery: FakeBackend, tmp_path: Path
) -> None:
    media = without_ranges(gallery, gallery.add_media("a.jpg", DATA))
    gallery.delivery[media.id, ORIGINAL].gate(200 * KIB)
    async with opened(gallery, tmp_path) as content:
        reader = content.open(media, ORIGINAL)
        assert await reader.read(100 * KIB, 100 * KIB) == DATA[100 * KIB : 200 * KIB]
        reader.close()


async def test_a_far_seek_does_not_wait_for_what_lies_between(
    gallery: FakeBackend, tmp_path: Path
) -> None:
    media = gallery.add_media("a.mp4", DATA)
    gallery.delivery[media.id, ORIGINAL].gate(2 * MIB)
    async with opened(gallery, tmp_path) as content:
        reader = content.open(media, ORIGINAL)
        await reader.read(0, MIB)
        assert await reader.read(len(DATA) - 100, 100) == DATA[-100:]
        assert await reader.read(3 * MIB + 500 * KIB, 10) == DATA[3 * MIB + 500 * KIB :][:10]
        reader.close()
    assert extents(gallery) == [
        Extent(0),
        Extent(len(DATA) - 64 * KIB),
        Extent(3 * MIB + 448 * KIB, 180 * KIB),
    ]


async def test_many_seeks_keep_few_transfers(gallery: FakeBackend, tmp_path: Path) -> None:
    media = gallery.add_media("a.mp4", DATA)
    async with opened(gallery, tmp_path) as content:
        reader = content.open(media, ORIGINAL)
        for place in (4, 1, 3, 0, 2):
            offset = place * MIB + 300 * KIB
            assert await reader.read(offset, 100) == DATA[offset:][:100]
            assert content.statistics().transfers <= 3 + 1  # one may be ending
        reader.close()


async def test_without_ranges_a_seek_waits_and_nothing_is_fetched_twice(
    gallery: FakeBackend, tmp_path: Path
) -> None:
    media = without_ranges(gallery, gallery.add_media("a.mp4", DATA))
    async with opened(gallery, tmp_path) as content:
        reader = content.open(media, ORIGINAL)
        assert await reader.read(len(DATA) - 100, 100) == DATA[-100:]
        assert await reader.read(0, 10) == DATA[:10]
        reader.close()
        assert await read_all(content, media) == DATA
    assert gallery.sent_bytes() == len(DATA)


async def test_that_a_server_ignores_ranges_is_remembered(
    gallery: FakeBackend, tmp_path: Path
) -> None:
    media = gallery.add_media("a.mp4", DATA)
    gallery.delivery[media.id, ORIGINAL].ranges = False
    async with opened(gallery, tmp_path) as content:
        reader = content.open(media, ORIGINAL)
        await reader.read(3 * MIB, 10)
        reader.close()
    gallery.requests.clear()
    async with opened(gallery, tmp_path) as content:
        reader = content.open(media, ORIGINAL)
        await reader.read(len(DATA) - 10, 10)
        reader.close()
    assert extents(gallery) == [Extent(0)]


@asynccontextmanager
async def patient(gallery: FakeBackend, directory: Path, *, streams: int) -> AsyncIterator[Content]:
    """No pause ends by itself, and what waits for one to end fails."""
    with trio.fail_after(10):
        async with opened(gallery, directory, streams=streams, pause_s=math.inf) as content:
            yield content


async def test_paused_streams_make_room_for_who_waits(gallery: FakeBackend, tmp_path: Path) -> None:
    files = [without_ranges(gallery, gallery.add_media(f"{n}.jpg", DATA)) for n in range(5)]
    async with patient(gallery, tmp_path, streams=2) as content:
        readers = [content.open(media, ORIGINAL) for media in files]
        for reader in readers * 2:
            assert await reader.read(0, 10) == DATA[:10]
            assert sum(not request.closed for request in gallery.requests) <= 2
        for reader in readers:
            assert await reader.read(300 * KIB, 10) == DATA[300 * KIB :][:10]
            reader.close()


async def test_a_long_download_lets_others_have_their_turn(
    gallery: FakeBackend, tmp_path: Path
) -> None:
    long = [gallery.add_media(f"{n}.mp4", DATA * 5) for n in range(2)]
    short = gallery.add_media("short.jpg", DATA)
    order: list[str] = []

    async def download(content: Content, media: Media) -> None:
        with suppress(GalleryError):
            await read_all(content, media, step=MIB)
        order.append(media.title)

    async with opened(gallery, tmp_path, streams=1) as content, trio.open_nursery() as nursery:
        for media in long:
            nursery.start_soon(download, content, media)
        while gallery.sent_bytes() < MIB:  # and do not wait until all tasks rest: that may be late
            await trio.lowlevel.checkpoint()
        nursery.start_soon(download, content, short)
    assert order[0] == "short.jpg"


async def test_a_stream_that_pauses_while_others_wait_makes_room(
    gallery: FakeBackend, tmp_path: Path
) -> None:
    first, second = (
        without_ranges(gallery, gallery.add_media(name, DATA)) for name in ("a.jpg", "b.jpg")
    )
    gate = gallery.delivery[first.id, ORIGINAL].gate(64 * KIB)
    results: list[object] = []
    async with patient(gallery, tmp_path, streams=1) as content, trio.open_nursery() as nursery:
        readers = [content.open(media, ORIGINAL) for media in (first, second)]
        for n, reader in enumerate(readers):
            nursery.start_soon(outcome, partial(reader.read, 0, 100 * KIB), results)
            while content.statistics().transfers <= n:
                await trio.lowlevel.checkpoint()
            await wait_all_tasks_blocked()
        gate.set()
        while len(results) < 2:
            await trio.lowlevel.checkpoint()
        assert results == [DATA[: 100 * KIB]] * 2
        for reader in readers:
            reader.close()


async def test_a_stream_that_arrives_first_does_the_work_of_one_that_still_asks(
    gallery: FakeBackend, tmp_path: Path
) -> None:
    media = gallery.add_media("a.mp4", DATA)
    delivery = gallery.delivery[media.id, ORIGINAL]
    delivery.ranges = False  # the listing promises otherwise
    gate = delivery.gate(400 * KIB)
    results: list[object] = []
    async with opened(gallery, tmp_path) as content, trio.open_nursery() as nursery:
        reader, seeking = (content.open(media, ORIGINAL) for _ in range(2))
        await reader.read(0, 300 * KIB)
        asking = gallery.hold("open")
        nursery.start_soon(outcome, partial(seeking.read, 2 * MIB, 10), results)
        while gallery.calls["open"] < 2:
            await trio.lowlevel.checkpoint()
        gate.set()
        for offset in range(0, len(DATA), 100 * KIB):
            assert await reader.read(offset, 100 * KIB) == DATA[offset:][: 100 * KIB]
        assert results == [DATA[2 * MIB :][:10]]
        asking.set()
        reader.close()
        seeking.close()
    assert gallery.sent_bytes() == len(DATA)
