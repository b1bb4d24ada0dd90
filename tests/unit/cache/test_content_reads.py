"""Any sequence of reads over any kind of source gives the right bytes, and fetches none twice."""

import tempfile
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from g3fs.cache.content import Content, ContentOptions, Reader, open_content
from g3fs.cache.download import CHUNK_BYTES
from g3fs.gallery.errors import Unreachable
from g3fs.gallery.items import ORIGINAL, Media
from g3fs.tasks.gather import gather
from g3fs.tasks.threads import Threads
from tests.fakes import FakeBackend, Request

KIB = 1024
MIB = 1024 * KIB

DATA = b"".join((n * 2654435761 & 0xFFFFFFFF).to_bytes(4, "big") for n in range(5 * MIB // 4))
"""Every four bytes tell where they are."""


@dataclass(frozen=True)
class Source:
    """How a server behaves, and what its listing tells."""

    size: int
    size_known: bool
    announced: bool
    ranges: bool
    hint: bool
    chunk_bytes: int
    breaks: tuple[int, ...] = ()
    """The connection breaks once at each of these positions."""


sources = st.builds(
    Source,
    size=st.one_of(st.integers(0, 300 * KIB), st.integers(0, len(DATA))),
    size_known=st.booleans(),
    announced=st.booleans(),
    ranges=st.booleans(),
    hint=st.booleans(),
    chunk_bytes=st.sampled_from([5_000, 64 * KIB, MIB]),
)
places = st.one_of(
    st.integers(0, len(DATA)), st.sampled_from([0, MIB - 1, MIB, 2 * MIB, 3 * MIB - 4096])
)
lengths = st.sampled_from([1, 4096, 64 * KIB, 128 * KIB, MIB, 2 * MIB])
single = st.tuples(places, lengths)
sweeps = st.builds(
    lambda start, count: [(start + n * 128 * KIB, 128 * KIB) for n in range(count)],
    places,
    st.integers(1, 20),
)
steps = st.one_of(single.map(lambda one: [one]), sweeps, st.lists(single, min_size=2, max_size=4))


def add(gallery: FakeBackend, source: Source) -> Media:
    media = gallery.add_media("a.jpg", DATA[: source.size], size_known=source.size_known)
    media = gallery.change(replace(media, seekable=source.hint))
    delivery = gallery.delivery[media.id, ORIGINAL]
    delivery.ranges = source.ranges
    delivery.announced = source.announced
    delivery.chunk_bytes = source.chunk_bytes
    for position in source.breaks:
        delivery.breaks[position].append(Unreachable("reset"))
    return media


def sent_twice(requests: list[Request]) -> int:
    """How many bytes came more than once."""
    sent = sorted(part for request in requests for part in request.sent)
    end = twice = 0
    for offset, length in sent:
        twice += min(max(end - offset, 0), length)
        end = max(end, offset + length)
    return twice


async def check(reader: Reader, source: Source, offset: int, length: int) -> None:
    """Read, again where a connection broke too often in a row; wrong bytes are never right."""
    for _ in range(len(source.breaks) + 1):
        try:
            data = await reader.read(offset, length)
        except Unreachable:
            continue
        assert data == DATA[: min(offset + length, source.size)][offset:]
        return
    raise AssertionError("every break fails one read at most")


async def perform(
    content: Content,
    media: Media,
    source: Source,
    batches: list[tuple[bool, list[tuple[int, int]]]],
) -> None:
    keeper = content.open(media, ORIGINAL)
    reader = content.open(media, ORIGINAL)
    await keeper.read(0, 0)
    for at_once, reads in batches:
        calls = [partial(check, reader, source, *read) for read in reads]
        if at_once:
            await gather(*calls)
        else:
            for call in calls:
                await call()
        reader.close()
        reader = content.open(media, ORIGINAL)
    if not source.breaks:
        assert await keeper.size() == source.size
    reader.close()
    keeper.close()


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(source=sources, batches=st.lists(st.tuples(st.booleans(), steps), min_size=1, max_size=5))
async def test_every_read_is_right_and_nothing_is_fetched_twice(
    source: Source, batches: list[tuple[bool, list[tuple[int, int]]]]
) -> None:
    gallery = FakeBackend()
    media = add(gallery, source)
    with tempfile.TemporaryDirectory() as directory:
        options = ContentOptions(directory=Path(directory))
        async with open_content(gallery, options, Threads()) as content:
            await perform(content, media, source, batches)
    # A transfer that runs into another one has a chunk under way; and before it is known that a
    # server ignores ranges, a second one may take the place of the first. Nothing else comes again.
    bound = (len(gallery.requests) - 1) * CHUNK_BYTES
    assert sent_twice(gallery.requests) <= max(bound, 0)


broken = st.builds(
    replace,
    sources,
    breaks=st.lists(st.integers(0, 2 * MIB), max_size=6, unique=True).map(tuple),
)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    source=broken,
    batches=st.lists(st.tuples(st.booleans(), steps), min_size=1, max_size=4),
    limit=st.sampled_from([0, 200 * KIB, 2 * MIB, 100 * MIB]),
)
async def test_every_read_is_right_when_connections_break_and_the_cache_is_small(
    source: Source, batches: list[tuple[bool, list[tuple[int, int]]]], limit: int
) -> None:
    gallery = FakeBackend()
    media = add(gallery, source)
    with tempfile.TemporaryDirectory() as directory:
        options = ContentOptions(directory=Path(directory), limit_bytes=limit, streams=2)
        async with open_content(gallery, options, Threads()) as content:
            await perform(content, media, source, batches)
