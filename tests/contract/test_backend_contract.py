"""What every backend promises, whatever its server: the port's docstrings as tests."""

from collections.abc import AsyncIterator
from dataclasses import replace

import pytest
import trio

from g3fs.backends.gallery3.ids import version_of
from g3fs.gallery.backend import Backend, ByteStream, Extent
from g3fs.gallery.errors import NotFound
from g3fs.gallery.ids import ItemId, Version
from g3fs.gallery.items import ORIGINAL, Album, Group, Item, Link, Media, Rendition
from g3fs.tasks.gather import gather
from tests.contract.backend_subjects import SUBJECTS, Subject

UNKNOWN = ItemId("987654321")
"""A number, so that a server that counts its items has to look for it."""
NONSENSE = [ItemId(text) for text in ("", "0", "-1", "1/2", "../1", "1 ", "\u0661", "9" * 40, "\0")]


@pytest.fixture(params=SUBJECTS)
async def subject(request: pytest.FixtureRequest) -> AsyncIterator[Subject]:
    async with SUBJECTS[request.param]() as made:
        yield made


@pytest.fixture
async def backend(subject: Subject) -> Backend:
    return subject.backend


async def everything(stream: ByteStream, piece: int = 1 << 16) -> bytes:
    parts = []
    while part := await stream.read_some(piece):
        assert len(part) <= piece
        parts.append(part)
    assert await stream.read_some(piece) == b""
    return b"".join(parts)


async def read(backend: Backend, media: Media, rendition: Rendition, extent: Extent) -> bytes:
    """What lies in the extent, however the server sends it."""
    async with backend.open(media, rendition, extent) as stream:
        assert stream.offset in (0, extent.offset)
        data = (await everything(stream))[extent.offset - stream.offset :]
    return data if extent.length is None else data[: extent.length]


async def test_the_root_is_an_album_that_can_be_listed(backend: Backend) -> None:
    root = await backend.root()

    listing = await backend.list(root.id)

    assert isinstance(root, Album)
    assert listing.album.id == root.id
    assert listing.entries


async def test_the_root_is_told_alike_by_root_and_stat(backend: Backend) -> None:
    root = await backend.root()

    assert await backend.stat(root.id) == root


async def test_a_listing_names_the_album_and_each_item_once(subject: Subject) -> None:
    listing = await subject.backend.list(subject.album.id)

    ids = [entry.item.id for entry in listing.entries]
    assert listing.album.id == subject.album.id
    assert listing.album.title == subject.album.title
    assert subject.photo.id in ids
    assert len(set(ids)) == len(ids)
    assert subject.album.id not in ids


async def test_listing_twice_gives_the_same(subject: Subject) -> None:
    first = await subject.backend.list(subject.album.id)

    assert await subject.backend.list(subject.album.id) == first


async def test_stat_tells_of_media_what_the_listing_tells(subject: Subject) -> None:
    listing = await subject.backend.list(subject.album.id)

    for entry in listing.entries[:5]:
        assert await subject.backend.stat(entry.item.id) == entry.item


async def test_all_times_are_positive(subject: Subject) -> None:
    for item in await items_of(subject):
        told = (item.times.captured_s, item.times.data_changed_s)
        assert item.times.created_s > 0
        assert item.times.updated_s > 0
        assert all(moment is None or moment > 0 for moment in told)


async def test_facts_are_in_the_table_of_attributes(subject: Subject) -> None:
    table = subject.backend.capabilities.attributes
    listed = {attribute.name for attribute in table if attribute.group is Group.LISTING}

    for item in await items_of(subject):
        if not isinstance(item, Link):
            assert set(item.facts) <= listed
            assert all(item.facts.values()), "what is empty is left out"


async def test_capabilities_are_constant_and_consistent(backend: Backend) -> None:
    capabilities = backend.capabilities
    names = [attribute.name for attribute in capabilities.attributes]

    assert backend.capabilities == capabilities
    assert len(set(names)) == len(names)
    assert all(name.startswith("user.") for name in names)
    assert any(collection.path == "/" for collection in capabilities.collections)
    assert ORIGINAL not in capabilities.renditions
    assert "@" not in capabilities.url


@pytest.mark.parametrize("item", [UNKNOWN, *NONSENSE])
async def test_an_unknown_item_is_not_found(backend: Backend, item: ItemId) -> None:
    with pytest.raises(NotFound):
        await backend.list(item)
    with pytest.raises(NotFound):
        await backend.stat(item)


async def test_media_cannot_be_listed(subject: Subject) -> None:
    with pytest.raises(NotFound):
        await subject.backend.list(subject.photo.id)


async def test_the_original_comes_byte_for_byte(subject: Subject) -> None:
    async with subject.backend.open(subject.photo, ORIGINAL, Extent(0)) as stream:
        assert stream.offset == 0
        assert stream.size_bytes in (None, len(subject.data))
        assert stream.media_type == subject.photo.media_type
        assert await everything(stream) == subject.data
    assert subject.photo.size_bytes in (None, len(subject.data))


async def test_the_original_comes_in_pieces_as_small_as_asked_for(subject: Subject) -> None:
    async with subject.backend.open(subject.photo, ORIGINAL, Extent(0)) as stream:
        assert await everything(stream, piece=997) == subject.data


@pytest.mark.parametrize("length", [1, 100, None])
@pytest.mark.parametrize("part", [0.0, 0.01, 0.5, 0.99])
async def test_any_part_of_the_original_can_be_read(
    subject: Subject, part: float, length: int | None
) -> None:
    offset = int(len(subject.data) * part)
    end = None if length is None else offset + length

    data = await read(subject.backend, subject.photo, ORIGINAL, Extent(offset, length))

    assert data == subject.data[offset:end]


async def test_an_extent_may_reach_past_the_end(subject: Subject) -> None:
    size = len(subject.data)

    last = await read(subject.backend, subject.photo, ORIGINAL, Extent(size - 1, 1000))
    behind = await read(subject.backend, subject.photo, ORIGINAL, Extent(size, 1000))

    assert last == subject.data[-1:]
    assert behind == b""


async def test_each_rendition_is_as_large_as_the_listing_says(subject: Subject) -> None:
    for rendition, facts in subject.photo.renditions.items():
        data = await read(subject.backend, subject.photo, rendition, Extent(0))

        assert rendition in subject.backend.capabilities.renditions
        assert data
        assert facts.size_bytes in (None, len(data))


async def test_a_rendition_that_is_not_there_is_not_found(subject: Subject) -> None:
    with pytest.raises(NotFound):
        async with subject.backend.open(subject.photo, Rendition("poster"), Extent(0)):
            pass


async def test_media_that_are_gone_cannot_be_opened(subject: Subject) -> None:
    gone = replace(subject.photo, id=UNKNOWN, seekable=False)

    with pytest.raises(NotFound):
        async with subject.backend.open(gone, ORIGINAL, Extent(0)):
            pass


async def test_two_streams_do_not_disturb_each_other(subject: Subject) -> None:
    backend, photo = subject.backend, subject.photo
    async with backend.open(photo, ORIGINAL, Extent(0)) as one:
        async with backend.open(photo, ORIGINAL, Extent(0)) as other:
            start = await one.read_some(10)
            assert await everything(other) == subject.data
        assert start + await everything(one) == subject.data


async def test_a_stream_that_is_left_early_harms_nothing(subject: Subject) -> None:
    for _ in range(20):  # more than there are connections to lose
        async with subject.backend.open(subject.photo, ORIGINAL, Extent(0)) as stream:
            assert await stream.read_some(1) == subject.data[:1]

    whole = await read(subject.backend, subject.photo, ORIGINAL, Extent(0))
    assert whole == subject.data


async def test_details_answer_for_the_first_item_in_every_group(subject: Subject) -> None:
    siblings = [item.id for item in await items_of(subject) if item.id != subject.photo.id]

    for group in Group:
        alone = await subject.backend.details(group, [subject.photo.id])
        among = await subject.backend.details(group, [subject.photo.id, *siblings])

        assert alone.keys() == {subject.photo.id}
        assert among[subject.photo.id] == alone[subject.photo.id]
        assert among.keys() <= {subject.photo.id, *siblings}


async def test_details_leave_out_what_is_gone(subject: Subject) -> None:
    for group in (Group.TAGS, Group.COMMENTS):
        assert await subject.backend.details(group, [UNKNOWN]) == {}


async def test_one_item_that_is_gone_spoils_the_tags_of_no_other(subject: Subject) -> None:
    alone = await subject.backend.details(Group.TAGS, [subject.photo.id])

    found = await subject.backend.details(Group.TAGS, [subject.photo.id, UNKNOWN])

    assert found == alone


async def test_bytes_are_the_same_at_their_own_version_only(subject: Subject) -> None:
    backend, photo = subject.backend, subject.photo
    older = version_of(photo.size_bytes, 1)
    larger = version_of((photo.size_bytes or 0) + 1, 2**33)

    assert await backend.same_bytes(photo, photo.version)
    for other in (older, larger, Version("of an older release"), Version("")):
        assert not await backend.same_bytes(photo, other)


async def test_calls_may_be_made_at_once(subject: Subject) -> None:
    backend, album = subject.backend, subject.album

    found = await gather(*[lambda: backend.list(album.id)] * 20)

    assert all(listing == found[0] for listing in found)


async def test_a_cancelled_call_leaves_a_backend_that_works(subject: Subject) -> None:
    with trio.CancelScope() as scope:
        async with trio.open_nursery() as nursery:
            for _ in range(10):
                nursery.start_soon(subject.backend.list, subject.album.id)
                nursery.start_soon(read, subject.backend, subject.photo, ORIGINAL, Extent(0))
            await trio.lowlevel.checkpoint()
            scope.cancel()

    assert scope.cancelled_caught
    assert await read(subject.backend, subject.photo, ORIGINAL, Extent(0)) == subject.data


async def items_of(subject: Subject) -> list[Item]:
    listing = await subject.backend.list(subject.album.id)
    return [entry.item for entry in listing.entries]
