"""Files that were sent: reading them again fetches nothing."""

from pathlib import Path

import pytest
import trio

from g3fs.gallery.items import ORIGINAL
from tests.fakes import FakeBackend
from tests.unit.cache.contents import DATA, MIB, opened, read_all


@pytest.fixture
def gallery() -> FakeBackend:
    return FakeBackend()


@pytest.fixture
def sent(tmp_path: Path) -> Path:
    path = tmp_path / "spool"
    path.write_bytes(DATA)
    return path


as_it_is_or_copied = pytest.mark.parametrize("block_bytes", [len(DATA), len(DATA) - 1])


@as_it_is_or_copied
async def test_what_was_sent_is_read_without_asking_the_server(
    gallery: FakeBackend, sent: Path, tmp_path: Path, block_bytes: int
) -> None:
    media = gallery.add_media("a.jpg", DATA)
    async with opened(gallery, tmp_path, block_bytes=block_bytes) as content:
        copied = not await content.adopt(media, sent)
        assert copied == (block_bytes < len(DATA))
        if copied:
            await trio.Path(sent).write_bytes(DATA[::-1])
        await trio.Path(sent).unlink()
        assert await read_all(content, media) == DATA
    async with opened(gallery, tmp_path) as content:
        assert await read_all(content, media) == DATA
    assert not gallery.calls


@as_it_is_or_copied
async def test_new_bytes_of_an_item_take_the_place_of_the_old_ones(
    gallery: FakeBackend, sent: Path, tmp_path: Path, block_bytes: int
) -> None:
    old = gallery.add_media("a.jpg", DATA[::-1])
    async with opened(gallery, tmp_path, block_bytes=block_bytes) as content:
        await read_all(content, old)
        gallery.calls.clear()
        media = gallery.new_version(old, DATA)
        await content.adopt(media, sent)
        assert await read_all(content, media) == DATA
        assert not gallery.calls
        assert content.statistics().blocks == (1 if block_bytes == len(DATA) else 5)


async def test_what_was_sent_is_checked_like_any_block(
    gallery: FakeBackend, sent: Path, tmp_path: Path
) -> None:
    media = gallery.add_media("a.jpg", DATA)
    async with opened(gallery, tmp_path) as content:
        assert await content.adopt(media, sent)
        await trio.Path(sent).write_bytes(DATA[::-1])  # against the rule
        assert await read_all(content, media) == DATA
    assert gallery.sent_bytes() == len(DATA)


async def test_a_reader_that_was_faster_gets_the_rest_without_asking(
    gallery: FakeBackend, sent: Path, tmp_path: Path
) -> None:
    media = gallery.add_media("a.jpg", DATA)
    gate = gallery.delivery[media.id, ORIGINAL].gate(MIB)
    async with opened(gallery, tmp_path) as content:
        reader = content.open(media, ORIGINAL)
        assert await reader.read(0, 100) == DATA[:100]
        await content.adopt(media, sent)
        assert await reader.read(2 * MIB, 3 * MIB) == DATA[2 * MIB :]
        gate.set()
        assert await reader.read(0, MIB) == DATA[:MIB]
        reader.close()
        assert await read_all(content, media) == DATA
    assert gallery.sent_bytes() <= 2 * MIB
    async with opened(gallery, tmp_path) as content:
        before = gallery.sent_bytes()
        assert await read_all(content, media) == DATA
    assert gallery.sent_bytes() == before


@as_it_is_or_copied
async def test_a_read_that_begins_in_the_middle_is_right_and_fetches_no_byte_twice(
    gallery: FakeBackend, sent: Path, tmp_path: Path, block_bytes: int
) -> None:
    media = gallery.add_media("a.jpg", DATA)
    results = []

    async def read() -> None:
        results.append(await read_all(content, media))

    options = {"block_bytes": block_bytes}
    async with opened(gallery, tmp_path, **options) as content, trio.open_nursery() as nursery:
        nursery.start_soon(content.adopt, media, sent)
        nursery.start_soon(content.adopt, media, sent)
        nursery.start_soon(read)
        await trio.lowlevel.checkpoint()
        nursery.start_soon(read)
    assert results == [DATA, DATA]
    assert gallery.sent_bytes() <= len(DATA)


@pytest.mark.parametrize(
    ("size", "limit_bytes"),
    [(len(DATA) - 1, 100 * MIB), (len(DATA), 20 * MIB - 4), (len(DATA), 0)],
    ids=["turned by the server", "more than its share", "no cache"],
)
async def test_what_does_not_fit_is_left_out(
    gallery: FakeBackend, sent: Path, tmp_path: Path, size: int, limit_bytes: int
) -> None:
    media = gallery.add_media("a.jpg", DATA[:size])
    async with opened(gallery, tmp_path, limit_bytes=limit_bytes) as content:
        await content.adopt(media, sent)
        assert content.statistics().blocks == 0
        assert await read_all(content, media) == DATA[:size]


async def test_a_file_that_is_gone_and_a_size_that_is_not_told_are_left_out(
    gallery: FakeBackend, sent: Path, tmp_path: Path
) -> None:
    told, untold = gallery.add_media("a.jpg", DATA), gallery.add_media("b.jpg", size_known=False)
    async with opened(gallery, tmp_path) as content:
        await content.adopt(told, tmp_path / "nowhere")
        await content.adopt(untold, sent)
        assert content.statistics().blocks == 0


async def test_without_room_on_the_disk_nothing_is_stored_and_nothing_said(
    gallery: FakeBackend, sent: Path, tmp_path: Path
) -> None:
    media = gallery.add_media("a.jpg", DATA)
    async with opened(gallery, tmp_path, spare_share=1.0) as content:
        await content.adopt(media, sent)
        assert content.statistics().blocks == 0
        assert await read_all(content, media) == DATA
