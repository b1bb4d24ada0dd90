"""Gallery 3: how transfers end, and that nothing is left behind."""

from collections.abc import Iterator

import pytest
import trio

from g3fs.backends.options import ServerOptions
from g3fs.backends.registry import open_backend
from g3fs.demo.server import DemoServer
from g3fs.demo.synthetic import big_file
from g3fs.gallery.backend import Extent
from g3fs.gallery.errors import Cancelled, Stale
from g3fs.gallery.items import ORIGINAL
from g3fs.http.options import HttpOptions
from g3fs.tasks.threads import Threads
from tests.contract.backend_subjects import small_library
from tests.contract.gallery3_demo import (
    HOLIDAYS,
    SEA,
    Site,
    media_in,
    media_of,
    plant,
    read,
    running,
    site,
    until,
)

__all__ = ["site"]

BIG = SEA
"""The only photo of `big_file` has the same number."""


@pytest.fixture
def slow() -> Iterator[Site]:
    """Twenty megabytes that would take twenty seconds."""
    for big in running(big_file()):
        big.server.faults.plant("throttle", rate=1_000_000, resource="public")
        big.server.faults.plant("throttle", rate=1_000_000, resource="data")
        yield big


@pytest.mark.parametrize("hidden", [(), ("file_url_public",)])
async def test_leaving_a_stream_stops_the_transfer(slow: Site, hidden: tuple[str, ...]) -> None:
    slow.hide(BIG, *hidden)
    async with slow.backend() as backend:
        big = await media_of(backend, BIG)
        async with backend.open(big, ORIGINAL, Extent(0)) as stream:
            assert await stream.read_some(1 << 16)
        transfer = slow.requests()[-1]
        await until(lambda: transfer.done)

    assert transfer.sent < 10_000_000


async def test_a_stream_whose_reader_was_cancelled_is_closed(site: Site) -> None:
    plant(site, {"action": "stall_body", "size": 100}, resource="public")
    async with site.backend() as backend:
        sea = media_in(await backend.list(HOLIDAYS), SEA)
        async with backend.open(sea, ORIGINAL, Extent(0)) as stream:
            got = 0
            while got < 100:
                got += len(await stream.read_some(100 - got))
            with trio.move_on_after(0.05) as scope:
                await stream.read_some(100)
            with pytest.raises(Cancelled):
                await stream.read_some(100)

    assert scope.cancelled_caught


async def test_a_cancelled_reader_leaves_no_thread_behind() -> None:
    threads = Threads()
    with DemoServer(library=small_library()) as server:
        options = ServerOptions(
            url=server.url, username="admin", password=server.password, threads=threads
        )
        async with open_backend(options) as backend:
            sea = media_in(await backend.list(HOLIDAYS), SEA)
            server.faults.plant("stall_body", size=100)
            async with trio.open_nursery() as nursery:
                for _ in range(4):
                    nursery.start_soon(read, backend, sea)
                await until(lambda: len(server.requests.entries(resource="public")) == 4)
                await until(lambda: threads.bulk.borrowed_tokens == 4)
                nursery.cancel_scope.cancel()
            await until(lambda: threads.bulk.borrowed_tokens == 0)
            server.faults.clear()
            assert len(await read(backend, sea)) == sea.size_bytes


async def test_a_reader_that_is_cancelled_while_it_opens_leaves_no_thread_behind() -> None:
    threads = Threads()
    with DemoServer(library=small_library()) as server:
        options = ServerOptions(
            url=server.url, username="admin", password=server.password, threads=threads
        )
        async with open_backend(options) as backend:
            sea = media_in(await backend.list(HOLIDAYS), SEA)
            server.faults.plant("stall", resource="public")
            async with trio.open_nursery() as nursery:
                nursery.start_soon(read, backend, sea)
                await until(lambda: bool(server.requests.entries(resource="public")))
                nursery.cancel_scope.cancel()
            await until(lambda: threads.bulk.borrowed_tokens == 0)


async def test_answers_that_are_refused_occupy_no_connection() -> None:
    for few in running(small_library(), HttpOptions(max_connections=1, pool_timeout_s=1)):
        async with few.backend() as backend:
            sea = media_in(await backend.list(HOLIDAYS), SEA)
            few.replace(SEA, b"\xff\xd8" * 300_000)
            for _ in range(3):
                with pytest.raises(Stale):
                    await read(backend, sea)
