"""What the catalog does while the server fails: serves, pauses, says so once."""

import logging
import re

import pytest

from g3fs.gallery.errors import AccessDenied, NotFound, Unreachable
from tests.fakes import ROOT, FakeBackend
from tests.unit.cache.catalogs import SetClock, catalog_of, names, settled


@pytest.fixture
def backend():
    backend = FakeBackend()
    backend.add_media("a.jpg")
    return backend


@pytest.fixture
def clock():
    return SetClock()


async def test_a_dead_server_costs_one_try_per_pause_and_one_line(backend, clock, caplog):
    albums = [backend.add_album(f"album {number}") for number in range(5)]
    async with catalog_of(backend, clock) as catalog:
        for album in albums:
            await catalog.listing(album.id)
        clock.tick(61)
        backend.down = Unreachable("no route to host")
        backend.calls.clear()
        tries = []
        for _ in range(30):  # pauses of 5, 10 and 20 seconds, then 40
            for album in albums:
                assert (await catalog.listing(album.id)).album == album
            await settled()
            tries.append(backend.calls["list"] / 5)
            clock.tick(1.3)
        assert tries == [1] * 4 + [2] * 8 + [3] * 16 + [4] * 2
        assert catalog.statistics().failing == 5
        backend.down = None
        clock.tick(60)
        for album in albums:
            await catalog.listing(album.id)
        await settled()
        assert catalog.statistics().failing == 0
    (line,) = [r.getMessage() for r in caplog.records if r.levelno >= logging.WARNING]
    assert re.fullmatch(
        r"cannot refresh album 'album \d': no route to host; showing what is remembered", line
    )


async def test_what_a_dead_server_did_not_answer_is_asked_when_it_is_back(backend, clock):
    albums = [backend.add_album(f"album {number}") for number in range(3)]
    async with catalog_of(backend, clock) as catalog:
        for album in albums:
            await catalog.listing(album.id)
        backend.down = Unreachable("no route to host")
        for album in albums[:2]:
            catalog.doubt(album.id)
        await settled()
        assert catalog.statistics().failing == 2
        backend.down = None
        backend.calls.clear()
        catalog.retry(1)
        await settled()
        assert backend.calls["list"] == 1
        for album in albums:
            await catalog.listing(album.id)
        await settled()
        assert backend.calls["list"] == 2
        assert catalog.statistics().failing == 0


async def test_a_refresh_that_succeeds_ends_the_pause_and_the_log_says_so(backend, clock, caplog):
    caplog.set_level(logging.INFO)
    async with catalog_of(backend, clock) as catalog:
        await catalog.listing(ROOT)
        clock.tick(61)
        backend.fail_next("list", Unreachable("gone"))
        await catalog.listing(ROOT)
        await settled()
        assert catalog.statistics().failing == 1
        await catalog.refresh(ROOT)
        assert catalog.statistics().failing == 0
    assert caplog.messages[-1] == "the server answers again"


async def test_what_is_forgotten_has_no_pause(backend, clock, caplog):
    albums = [backend.add_album(f"{number}") for number in range(3)]
    async with catalog_of(backend, clock, max_items=2) as catalog:
        for album in albums[:2]:
            await catalog.listing(album.id)
        clock.tick(61)
        backend.down = Unreachable("gone")
        for album in albums[:2]:
            await catalog.listing(album.id)
        await settled()
        assert catalog.statistics().failing == 2
        backend.down = None
        await catalog.listing(albums[2].id)
        assert catalog.statistics().failing == 1
        backend.remove(albums[1].id)
        with pytest.raises(NotFound):
            await catalog.refresh(albums[1].id)
        assert catalog.statistics().failing == 0
    assert caplog.text.count("showing what is remembered") == 1


async def test_an_item_that_is_gone_stands_nowhere(backend):
    gone = backend.items[backend.children[ROOT][0].item.id]
    async with catalog_of(backend) as catalog:
        await catalog.listing(ROOT)
        backend.remove(gone.id)
        await catalog.refresh(ROOT)
        assert catalog.album_of(gone.id) is None
        assert catalog.item(gone.id) is None


async def test_pauses_grow_to_a_minute_and_no_longer(backend, clock):
    async with catalog_of(backend, clock) as catalog:
        await catalog.listing(ROOT)
        clock.tick(61)
        backend.down = Unreachable("gone")
        for _ in range(100):
            clock.tick(60)
            await catalog.listing(ROOT)
            await settled()
    assert backend.calls["list"] == 101


async def test_an_unknown_album_is_asked_for_again_after_a_failure(backend):
    backend.fail_next("list", Unreachable("gone"))
    async with catalog_of(backend) as catalog:
        with pytest.raises(Unreachable):
            await catalog.listing(ROOT)
        assert names(await catalog.listing(ROOT)) == ["a.jpg"]


async def test_a_refresh_that_fails_says_so_and_keeps_what_is_remembered(backend):
    async with catalog_of(backend) as catalog:
        await catalog.listing(ROOT)
        backend.fail_next("list", AccessDenied("not any more"))
        with pytest.raises(AccessDenied):
            await catalog.refresh(ROOT)
        assert names(await catalog.listing(ROOT)) == ["a.jpg"]
