"""Readers: what is on disk, what is on its way, and which version it is."""

import shutil
from dataclasses import replace
from functools import partial
from pathlib import Path

import pytest
import trio

from g3fs.cache.blockstore import LAYOUT
from g3fs.gallery.errors import AccessDenied, BytesLost, GalleryError, NotFound, Stale, Unreachable
from g3fs.gallery.items import ORIGINAL, Readable, Rendition, RenditionFacts
from g3fs.tasks.gather import gather
from tests.fakes import FakeBackend
from tests.unit.cache.contents import DATA, KIB, MIB, opened, read_all, without_ranges

THUMB = Rendition("thumb")


@pytest.fixture
def gallery() -> FakeBackend:
    return FakeBackend()


async def test_a_file_is_read_as_it_is_on_the_server(gallery: FakeBackend, tmp_path: Path) -> None:
    media = gallery.add_media("a.jpg", DATA)
    async with opened(gallery, tmp_path) as content:
        assert await read_all(content, media) == DATA
    assert gallery.sent_bytes() == len(DATA)


async def test_opening_a_file_asks_nothing(gallery: FakeBackend, tmp_path: Path) -> None:
    media = gallery.add_media("a.jpg", DATA)
    async with opened(gallery, tmp_path) as content:
        reader = content.open(media, ORIGINAL)
        assert await reader.size() == len(DATA)
        reader.close()
    assert not gallery.calls


async def test_what_was_read_comes_from_the_disk_after_a_restart(
    gallery: FakeBackend, tmp_path: Path
) -> None:
    media = gallery.add_media("a.jpg", DATA)
    async with opened(gallery, tmp_path) as content:
        await read_all(content, media)
    gallery.down = Unreachable("down")
    async with opened(gallery, tmp_path) as content:
        assert await read_all(content, media) == DATA
        assert content.statistics().misses == 0


async def test_part_of_a_block_is_remembered_too(gallery: FakeBackend, tmp_path: Path) -> None:
    media = gallery.add_media("a.jpg", DATA)
    async with opened(gallery, tmp_path) as content:
        reader = content.open(media, ORIGINAL)
        await reader.read(3 * MIB + 100, 50)
    gallery.down = Unreachable("down")
    async with opened(gallery, tmp_path) as content:
        reader = content.open(media, ORIGINAL)
        assert await reader.read(3 * MIB + 100, 50) == DATA[3 * MIB + 100 :][:50]


async def test_eight_readers_share_one_download(gallery: FakeBackend, tmp_path: Path) -> None:
    media = gallery.add_media("a.jpg", DATA)
    async with opened(gallery, tmp_path) as content:
        results = await gather(*[partial(read_all, content, media)] * 8)
    assert all(result == DATA for result in results)
    assert gallery.sent_bytes() == len(DATA)


async def test_an_empty_file_costs_nothing(gallery: FakeBackend, tmp_path: Path) -> None:
    media = gallery.add_media("a.jpg", b"")
    async with opened(gallery, tmp_path) as content:
        assert await read_all(content, media) == b""
    assert not gallery.calls


@pytest.mark.parametrize("announced", [True, False])
async def test_a_size_that_the_listing_does_not_tell_is_found_out(
    gallery: FakeBackend, tmp_path: Path, *, announced: bool
) -> None:
    media = gallery.add_media("a.jpg", DATA, size_known=False)
    gallery.delivery[media.id, ORIGINAL].announced = announced
    async with opened(gallery, tmp_path) as content:
        reader = content.open(media, ORIGINAL)
        assert await reader.size() == len(DATA)
        reader.close()
    assert (gallery.sent_bytes() == len(DATA)) != announced


async def test_a_smaller_picture_is_a_file_of_its_own(gallery: FakeBackend, tmp_path: Path) -> None:
    media = gallery.add_media("a.jpg", DATA, thumb=b"small")
    async with opened(gallery, tmp_path) as content:
        assert await read_all(content, media, rendition=THUMB) == b"small"
        assert await read_all(content, media) == DATA


async def test_a_smaller_picture_may_have_another_size_than_was_told(
    gallery: FakeBackend, tmp_path: Path
) -> None:
    media = gallery.add_media("a.jpg", DATA, thumb=b"small picture")
    facts = RenditionFacts(size_bytes=5, media_type="image/jpeg")
    media = gallery.change(replace(media, renditions={THUMB: facts}))
    for _ in range(2):
        async with opened(gallery, tmp_path) as content:
            reader = content.open(media, THUMB)
            assert await reader.read(0, 100) == b"small picture"
            assert await reader.size() == 13
    assert len(gallery.requests) == 1


@pytest.mark.parametrize("announced", [True, False])
@pytest.mark.parametrize("size", [100, len(DATA) - 1, len(DATA) + 1])
async def test_an_original_of_another_size_than_was_listed_is_stale(
    gallery: FakeBackend, tmp_path: Path, size: int, *, announced: bool
) -> None:
    media = gallery.change(replace(gallery.add_media("a.jpg", DATA), size_bytes=size))
    gallery.delivery[media.id, ORIGINAL].announced = announced
    async with opened(gallery, tmp_path) as content:
        if announced or size > len(DATA):
            with pytest.raises(Stale):
                await read_all(content, media)
        else:  # it shows only once everything that was listed has come
            assert await read_all(content, media) == DATA[:size]


@pytest.mark.parametrize(
    ("readable", "error"), [(Readable.FORBIDDEN, AccessDenied), (Readable.LOST, BytesLost)]
)
async def test_what_cannot_be_had_is_said_by_name(
    gallery: FakeBackend, tmp_path: Path, readable: Readable, error: type[GalleryError]
) -> None:
    media = gallery.change(replace(gallery.add_media("a.jpg", DATA), readable=readable))
    async with opened(gallery, tmp_path) as content:
        with pytest.raises(error):
            await read_all(content, media)
    assert gallery.calls["open"] == 1


async def test_a_change_that_was_not_of_the_bytes_fetches_nothing(
    gallery: FakeBackend, tmp_path: Path
) -> None:
    media = gallery.add_media("a.jpg", DATA)
    async with opened(gallery, tmp_path) as content:
        await read_all(content, media)
    media = gallery.new_version(media, DATA)
    for _ in range(2):
        async with opened(gallery, tmp_path) as content:
            assert await read_all(content, media) == DATA
    assert gallery.sent_bytes() == len(DATA)
    assert gallery.calls["same_bytes"] == 1


async def test_changed_bytes_are_fetched_and_the_old_ones_freed(
    gallery: FakeBackend, tmp_path: Path
) -> None:
    media = gallery.add_media("a.jpg", DATA)
    async with opened(gallery, tmp_path) as content:
        await read_all(content, media)
        media = gallery.new_version(media, DATA[::-1])
        assert await read_all(content, media) == DATA[::-1]
        await content.drop(media.id)
        assert content.statistics().blocks == 0


async def test_a_handle_never_mixes_two_versions(gallery: FakeBackend, tmp_path: Path) -> None:
    old = gallery.add_media("a.jpg", DATA)
    async with opened(gallery, tmp_path) as content:
        before = content.open(old, ORIGINAL)
        await before.read(0, 128 * KIB)
        new = gallery.new_version(old, DATA[::-1])
        assert await read_all(content, new) == DATA[::-1]

        assert await before.read(0, 128 * KIB) == DATA[: 128 * KIB]
        with pytest.raises(Stale):
            await before.read(4 * MIB, 10)
        before.close()


async def test_a_handle_of_before_a_new_title_shares_the_download(
    gallery: FakeBackend, tmp_path: Path
) -> None:
    old = gallery.add_media("a.jpg", DATA)
    async with opened(gallery, tmp_path) as content:
        first = content.open(old, ORIGINAL)
        await first.read(0, MIB)
        first.close()
        before = content.open(old, ORIGINAL)
        await before.read(0, 10)
        new = gallery.new_version(old, DATA)
        after = content.open(new, ORIGINAL)
        for offset in range(0, len(DATA), MIB):
            calls = [partial(reader.read, offset, MIB) for reader in (before, after)]
            assert await gather(*calls) == [DATA[offset:][:MIB]] * 2
        before.close()
        after.close()
    assert gallery.sent_bytes() == len(DATA)


async def test_a_damaged_block_alone_is_fetched_again(gallery: FakeBackend, tmp_path: Path) -> None:
    media = gallery.add_media("a.jpg", DATA)
    async with opened(gallery, tmp_path) as content:
        await read_all(content, media)
    damage_one(tmp_path)
    async with opened(gallery, tmp_path) as content:
        assert await read_all(content, media) == DATA
    assert gallery.sent_bytes() == len(DATA) + MIB


def damage_one(directory: Path) -> None:
    """Change one byte of one block, as a bad disk does."""
    path = next(directory.glob(f"{LAYOUT}/??/*"))
    path.write_bytes(b"X" + path.read_bytes()[1:])


def delete_at_once(directory: Path) -> None:
    """Out of the way first: blocks may still be on their way into it."""
    gone = directory.rename(directory.with_name(f"{directory.name}-gone"))
    shutil.rmtree(gone)


@pytest.mark.parametrize("ranges", [True, False])
async def test_reading_goes_on_when_the_cache_is_deleted(
    gallery: FakeBackend, tmp_path: Path, *, ranges: bool
) -> None:
    media = gallery.add_media("a.jpg", DATA)
    media = media if ranges else without_ranges(gallery, media)
    async with opened(gallery, tmp_path) as content:
        reader = content.open(media, ORIGINAL)
        assert await reader.read(0, 2 * MIB) == DATA[: 2 * MIB]
        delete_at_once(tmp_path)
        for offset in range(0, len(DATA), 256 * KIB):
            assert await reader.read(offset, 256 * KIB) == DATA[offset:][: 256 * KIB]
        reader.close()
        other = gallery.add_media("b.jpg", DATA)
        await read_all(content, other)
    async with opened(gallery, tmp_path) as content:
        await read_all(content, other)
    assert gallery.sent_bytes(other.id) == len(DATA)


@pytest.mark.parametrize("ranges", [True, False])
@pytest.mark.parametrize("limit", [0, 100 * KIB, 2 * MIB])
async def test_reading_needs_no_room_in_the_cache(
    gallery: FakeBackend, tmp_path: Path, limit: int, *, ranges: bool
) -> None:
    media = gallery.add_media("a.jpg", DATA)
    media = media if ranges else without_ranges(gallery, media)
    async with opened(gallery, tmp_path, limit_bytes=limit) as content:
        assert await read_all(content, media) == DATA
        assert await read_all(content, media) == DATA
        assert content.statistics().size_bytes <= limit


async def test_an_item_that_is_gone_frees_its_blocks_once_it_is_closed(
    gallery: FakeBackend, tmp_path: Path
) -> None:
    media = gallery.add_media("a.jpg", DATA, thumb=b"small")
    async with opened(gallery, tmp_path) as content:
        await read_all(content, media, rendition=THUMB)
        reader = content.open(media, ORIGINAL)
        await reader.read(0, MIB)
        gallery.remove(media.id)
        await content.drop(media.id)
        assert await reader.read(0, MIB) == DATA[:MIB]
        with pytest.raises(NotFound):
            await reader.read(4 * MIB, 1)
        reader.close()
        await content.drop(media.id)
        assert content.statistics().blocks == 0


async def test_statistics_tell_what_was_fetched(gallery: FakeBackend, tmp_path: Path) -> None:
    media = gallery.add_media("a.jpg", DATA[: 100 * KIB])
    async with opened(gallery, tmp_path) as content:
        await read_all(content, media, step=MIB)
        await read_all(content, media, step=MIB)
        with trio.fail_after(10):
            while content.statistics().transfers:  # its last block may be on the way to the disk
                await trio.lowlevel.checkpoint()
        found = content.statistics()
    assert (found.misses, found.fetched_bytes, found.transfers) == (1, 100 * KIB, 0)
