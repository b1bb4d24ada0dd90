"""Listings that are forgotten: nobody is told, and who looks next waits for the server."""

import pytest
import trio

from g3fs.gallery.errors import Unreachable
from tests.fakes import ROOT, FakeBackend
from tests.unit.cache.catalogs import SlowLister, catalog_of, names, settled


async def test_a_forgotten_listing_is_asked_for_anew_and_nobody_is_told():
    backend = FakeBackend()
    media = backend.add_media("a.jpg")
    async with catalog_of(backend) as catalog:
        await catalog.listing(ROOT)
        catalog.forget(ROOT)
        assert catalog.known(ROOT) is None
        assert catalog.entry(ROOT, media.id) is None
        assert catalog.album_of(media.id) is None
        backend.remove(media.id)
        assert names(await catalog.listing(ROOT)) == []
        assert catalog.news == []
        catalog.forget(ROOT)
        catalog.forget(ROOT)
        backend.down = Unreachable("nobody there")
        with pytest.raises(Unreachable):
            await catalog.listing(ROOT)


async def test_an_answer_to_an_older_question_is_not_believed():
    backend = SlowLister()
    media = backend.add_media("a.jpg")
    found = []
    async with catalog_of(backend) as catalog, trio.open_nursery() as nursery:

        async def look():
            found.append(names(await catalog.listing(ROOT)))

        backend.hold_lists()
        nursery.start_soon(look)
        await settled()
        backend.remove(media.id)
        catalog.forget(ROOT)
        backend.release()
    assert found == [[]]


async def test_an_entry_is_told_as_it_was_listed():
    backend = FakeBackend()
    media = backend.add_media("a.jpg")
    async with catalog_of(backend) as catalog:
        assert catalog.entry(ROOT, media.id) is None
        (entry,) = (await catalog.listing(ROOT)).entries
        assert catalog.entry(ROOT, media.id) is entry
