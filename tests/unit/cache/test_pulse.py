"""The pulse of a server: asked while somebody looks, and believed."""

import trio
import trio.testing

from g3fs.cache.pulse import follow_pulse
from g3fs.gallery.errors import Unreachable
from tests.fakes import ROOT, FakeBackend
from tests.unit.cache.catalogs import SetClock, catalog_of, names


class Server:
    """A pulse that can be set, counts who feels it, and lets a test wait for that."""

    def __init__(self):
        self.token = "one"
        self.felt = 0
        self.error = None
        self.news = trio.Event()

    async def pulse(self):
        self.felt += 1
        self.news.set()
        self.news = trio.Event()
        await trio.lowlevel.checkpoint()
        if self.error:
            raise self.error
        return self.token

    async def wait_felt(self, times):
        with trio.fail_after(1000):
            while self.felt < times:
                await self.news.wait()
        await trio.sleep(1)


async def test_a_changed_pulse_lets_the_catalog_look_again(autojump_clock):
    backend, server = FakeBackend(), Server()
    async with catalog_of(backend, SetClock()) as catalog, trio.open_nursery() as nursery:
        await catalog.listing(ROOT)
        nursery.start_soon(follow_pulse, catalog, server.pulse)
        await server.wait_felt(1)
        backend.add_media("new.jpg")
        server.token = "two"
        await catalog.listing(ROOT)
        await server.wait_felt(2)
        listing = catalog.known(ROOT)
        assert names(listing) == ["new.jpg"]
        assert len(catalog.news) == 1, "and the kernel can be told"
        nursery.cancel_scope.cancel()


async def test_an_idle_mount_asks_nothing(autojump_clock):
    server = Server()
    async with catalog_of(FakeBackend(), SetClock()) as catalog, trio.open_nursery() as nursery:
        nursery.start_soon(follow_pulse, catalog, server.pulse)
        await trio.sleep(3600)
        assert server.felt == 1
        nursery.cancel_scope.cancel()


async def test_an_unchanged_pulse_asks_for_no_listing(autojump_clock):
    backend, server = FakeBackend(), Server()
    async with catalog_of(backend, SetClock()) as catalog, trio.open_nursery() as nursery:
        await catalog.listing(ROOT)
        nursery.start_soon(follow_pulse, catalog, server.pulse)
        await server.wait_felt(1)
        for times in (2, 3, 4):
            await catalog.listing(ROOT)
            await server.wait_felt(times)
        assert backend.calls["list"] == 1
        nursery.cancel_scope.cancel()


async def test_a_server_that_does_not_answer_has_not_changed(autojump_clock):
    backend, server = FakeBackend(), Server()
    async with catalog_of(backend, SetClock()) as catalog, trio.open_nursery() as nursery:
        await catalog.listing(ROOT)
        nursery.start_soon(follow_pulse, catalog, server.pulse)
        await server.wait_felt(1)
        server.error = Unreachable("gone")
        await catalog.listing(ROOT)
        await server.wait_felt(2)
        server.error = None
        await catalog.listing(ROOT)
        await server.wait_felt(3)
        assert backend.calls["list"] == 1
        nursery.cancel_scope.cancel()


async def test_only_the_albums_used_last_are_asked_for_at_once(autojump_clock):
    backend = FakeBackend()
    albums = [backend.add_album(f"a{n}") for n in range(5)]
    async with catalog_of(backend, SetClock()) as catalog:
        for album in albums:
            await catalog.listing(album.id)
        backend.asked.clear()
        catalog.recheck(2)
        await trio.testing.wait_all_tasks_blocked()
        assert {item for _, item in backend.asked} == {albums[3].id, albums[4].id}
        await catalog.listing(albums[0].id)
        await trio.testing.wait_all_tasks_blocked()
        assert ("list", albums[0].id) in backend.asked, "the others when somebody looks"
