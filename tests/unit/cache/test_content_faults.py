"""Transfers when the server is slow, breaks or says no, and when readers leave."""

from functools import partial
from pathlib import Path

import pytest
import trio
from trio.testing import MockClock, wait_all_tasks_blocked

from g3fs.gallery.errors import BadReply, Cancelled, GalleryError, TimedOut, Unreachable
from g3fs.gallery.items import ORIGINAL
from tests.fakes import FakeBackend
from tests.unit.cache.contents import (
    DATA,
    KIB,
    MIB,
    opened,
    outcome,
    read_all,
    started,
    without_ranges,
)


@pytest.fixture
def gallery() -> FakeBackend:
    return FakeBackend()


@pytest.mark.parametrize("ranges", [True, False])
async def test_a_broken_connection_is_resumed(
    gallery: FakeBackend, tmp_path: Path, *, ranges: bool
) -> None:
    media = gallery.add_media("a.jpg", DATA)
    media = media if ranges else without_ranges(gallery, media)
    for position in (700_000, 2_000_000, 2_000_100):
        gallery.delivery[media.id, ORIGINAL].breaks[position].append(BadReply("cut"))
    async with opened(gallery, tmp_path) as content:
        assert await read_all(content, media) == DATA
    if ranges:
        assert gallery.sent_bytes() == len(DATA)


async def test_a_connection_that_breaks_without_progress_is_an_error(
    gallery: FakeBackend, tmp_path: Path
) -> None:
    media = gallery.add_media("a.jpg", DATA)
    gallery.delivery[media.id, ORIGINAL].breaks[700_000].extend([BadReply("cut")] * 2)
    async with opened(gallery, tmp_path) as content:
        with pytest.raises(BadReply, match="cut"):
            await read_all(content, media)
        assert await read_all(content, media) == DATA


async def test_a_connection_that_breaks_all_the_time_is_given_up(
    gallery: FakeBackend, tmp_path: Path
) -> None:
    media = gallery.add_media("a.jpg", DATA)
    breaks = gallery.delivery[media.id, ORIGINAL].breaks
    for position in range(300_000, 400_000, 1000):
        breaks[position].append(Unreachable("reset"))
    async with opened(gallery, tmp_path) as content:
        with pytest.raises(Unreachable):
            await read_all(content, media)
    assert len(gallery.requests) < 10


@pytest.mark.parametrize("error", [Unreachable("refused"), BadReply("a web page")])
async def test_an_error_of_the_server_reaches_all_readers_and_the_next_read_asks_again(
    gallery: FakeBackend, tmp_path: Path, error: GalleryError
) -> None:
    media = gallery.add_media("a.jpg", DATA)
    gate = gallery.hold("open")
    gallery.fail_next("open", error)
    results: list[object] = []
    async with opened(gallery, tmp_path) as content, trio.open_nursery() as nursery:
        readers = [content.open(media, ORIGINAL) for _ in range(3)]
        for reader in readers:
            nursery.start_soon(outcome, partial(reader.read, 0, 100), results)
        while not gallery.calls["open"]:
            await trio.lowlevel.checkpoint()
        gate.set()
        while len(results) < 3:
            await trio.lowlevel.checkpoint()
        assert results == [error] * 3
        assert await readers[0].read(0, 100) == DATA[:100]


async def test_an_error_far_ahead_does_not_fail_the_reader_behind(
    gallery: FakeBackend, tmp_path: Path
) -> None:
    media = gallery.add_media("a.jpg", DATA)
    gallery.delivery[media.id, ORIGINAL].breaks[MIB].extend([BadReply("cut")] * 9)
    async with opened(gallery, tmp_path) as content:
        reader = content.open(media, ORIGINAL)
        assert await reader.read(0, 600 * KIB) == DATA[: 600 * KIB]
        await wait_all_tasks_blocked()
        assert await reader.read(600 * KIB, 400 * KIB) == DATA[600 * KIB : 1000 * KIB]
        reader.close()


async def test_closing_the_last_reader_stops_the_transfer_at_once(
    gallery: FakeBackend, tmp_path: Path
) -> None:
    media = gallery.add_media("a.jpg", DATA)
    gallery.delivery[media.id, ORIGINAL].gate(MIB)
    async with opened(gallery, tmp_path) as content:
        first, second = (content.open(media, ORIGINAL) for _ in range(2))
        await first.read(0, 900 * KIB)
        await second.read(0, 10)
        await wait_all_tasks_blocked()
        first.close()
        await wait_all_tasks_blocked()
        assert not gallery.requests[-1].closed
        second.close()
        await wait_all_tasks_blocked()
        assert gallery.requests[-1].closed
        assert content.statistics().transfers == 0


async def test_closing_while_a_read_waits_ends_both(gallery: FakeBackend, tmp_path: Path) -> None:
    media = gallery.add_media("a.jpg", DATA)
    results: list[object] = []
    async with opened(gallery, tmp_path) as content, trio.open_nursery() as nursery:
        for gate in (gallery.delivery[media.id, ORIGINAL].gate(100 * KIB), gallery.hold("open")):
            reader = content.open(media, ORIGINAL)
            nursery.start_soon(outcome, partial(reader.read, 0, 200 * KIB), results)
            while not content.statistics().transfers:
                await trio.lowlevel.checkpoint()
            reader.close()
            await wait_all_tasks_blocked()
            assert isinstance(results.pop(), Cancelled)
            assert content.statistics().transfers == 0
            gate.set()


async def test_closing_before_anything_was_found_out_ends_the_read(
    gallery: FakeBackend, tmp_path: Path
) -> None:
    media = gallery.add_media("a.jpg", DATA)
    results: list[object] = []
    async with opened(gallery, tmp_path) as content:
        await read_all(content, media)
        gate = gallery.hold("same_bytes")
        reader = content.open(gallery.new_version(media, DATA), ORIGINAL)
        async with trio.open_nursery() as nursery:
            nursery.start_soon(outcome, partial(reader.read, 0, 10), results)
            while not gallery.calls["same_bytes"]:
                await trio.lowlevel.checkpoint()
            reader.close()
            gate.set()
        assert isinstance(results[0], Cancelled)


async def test_a_reader_that_gives_up_leaves_the_others_their_download(
    gallery: FakeBackend, tmp_path: Path
) -> None:
    media = gallery.add_media("a.jpg", DATA)
    gate = gallery.delivery[media.id, ORIGINAL].gate(100 * KIB)
    results: list[object] = []
    async with opened(gallery, tmp_path) as content, trio.open_nursery() as nursery:
        impatient, patient = (content.open(media, ORIGINAL) for _ in range(2))
        scope = trio.CancelScope()

        async def give_up() -> None:
            with scope:
                await impatient.read(0, 200 * KIB)

        nursery.start_soon(give_up)
        nursery.start_soon(outcome, partial(patient.read, 0, 200 * KIB), results)
        while not gallery.sent_bytes():
            await trio.lowlevel.checkpoint()
        scope.cancel()
        impatient.close()
        await wait_all_tasks_blocked()
        gate.set()
        while not results:
            await trio.lowlevel.checkpoint()
        assert results == [DATA[: 200 * KIB]]
        patient.close()
    assert gallery.sent_bytes() <= 256 * KIB


async def test_a_reader_that_sees_no_byte_for_the_deadline_gets_timed_out(
    gallery: FakeBackend, tmp_path: Path, mock_clock: MockClock
) -> None:
    media = gallery.add_media("a.jpg", DATA)
    gate = gallery.delivery[media.id, ORIGINAL].gate(100 * KIB)
    results: list[object] = []
    async with (
        opened(gallery, tmp_path, progress_timeout_s=30) as content,
        trio.open_nursery() as nursery,
    ):
        reader = content.open(media, ORIGINAL)
        nursery.start_soon(outcome, partial(reader.read, 0, 200 * KIB), results)
        await started(gallery, 100 * KIB)
        mock_clock.jump(29)
        await wait_all_tasks_blocked()
        assert not results
        mock_clock.jump(2)
        while not results:
            await trio.lowlevel.checkpoint()
        assert isinstance(results[0], TimedOut)
        assert gallery.requests[-1].closed
        gate.set()
        assert await reader.read(0, 200 * KIB) == DATA[: 200 * KIB]
        reader.close()


async def test_a_drip_of_bytes_is_progress(
    gallery: FakeBackend, tmp_path: Path, mock_clock: MockClock
) -> None:
    media = gallery.add_media("a.jpg", DATA)
    delivery = gallery.delivery[media.id, ORIGINAL]
    gates = [delivery.gate(n * 10 * KIB) for n in range(1, 10)]
    results: list[object] = []
    async with (
        opened(gallery, tmp_path, progress_timeout_s=30) as content,
        trio.open_nursery() as nursery,
    ):
        reader = content.open(media, ORIGINAL)
        nursery.start_soon(outcome, partial(reader.read, 0, 100 * KIB), results)
        for n, gate in enumerate(gates, 1):
            await started(gallery, n * 10 * KIB)
            mock_clock.jump(20)
            gate.set()
        while not results:
            await trio.lowlevel.checkpoint()
        assert results == [DATA[: 100 * KIB]]
        reader.close()


@pytest.mark.parametrize("ranges", [True, False])
async def test_a_paused_stream_is_not_judged_but_closed_and_asked_again_later(
    gallery: FakeBackend, tmp_path: Path, mock_clock: MockClock, *, ranges: bool
) -> None:
    media = gallery.add_media("a.jpg", DATA)
    media = media if ranges else without_ranges(gallery, media)
    async with opened(gallery, tmp_path, progress_timeout_s=30, pause_s=50) as content:
        reader = content.open(media, ORIGINAL)
        await reader.read(0, 900 * KIB)
        await wait_all_tasks_blocked()
        mock_clock.jump(45)
        await wait_all_tasks_blocked()
        assert not gallery.requests[-1].closed
        mock_clock.jump(10)
        await wait_all_tasks_blocked()
        assert gallery.requests[-1].closed
        mock_clock.jump(1000)
        for offset in range(0, len(DATA), MIB):
            assert await reader.read(offset, MIB) == DATA[offset:][:MIB]
        reader.close()
    if ranges:
        assert gallery.sent_bytes() == len(DATA)


async def test_leaving_ends_all_transfers(gallery: FakeBackend, tmp_path: Path) -> None:
    media = gallery.add_media("a.jpg", DATA)
    gallery.delivery[media.id, ORIGINAL].gate(MIB)
    async with opened(gallery, tmp_path) as content:
        await content.open(media, ORIGINAL).read(0, 700 * KIB)
    assert all(request.closed for request in gallery.requests)
    async with opened(gallery, tmp_path) as content:
        assert await content.open(media, ORIGINAL).read(0, 700 * KIB) == DATA[: 700 * KIB]
    assert gallery.sent_bytes() <= MIB
