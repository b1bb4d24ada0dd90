"""Listings: believed for a while, served while stale, asked for once."""

import pytest
import trio

from g3fs.gallery.errors import BadReply, NotFound
from g3fs.gallery.ids import ItemId
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


@pytest.mark.parametrize(("age_s", "questions"), [(59.9, 1), (60.1, 2)])
async def test_a_listing_is_believed_for_its_time_to_live(backend, clock, age_s, questions):
    async with catalog_of(backend, clock, ttl_s=60) as catalog:
        await catalog.listing(ROOT)
        clock.tick(age_s)
        await catalog.listing(ROOT)
        await settled()
    assert backend.calls["list"] == questions


async def test_age_counts_from_before_the_question(backend, clock):
    gate = backend.hold("list")
    async with catalog_of(backend, clock, ttl_s=60) as catalog, trio.open_nursery() as nursery:
        nursery.start_soon(catalog.listing, ROOT)
        await settled()
        clock.tick(60.1)
        gate.set()
        await settled()
        await catalog.listing(ROOT)
        await settled()
    assert backend.calls["list"] == 2


async def test_a_stale_listing_is_served_at_once_and_asked_for_behind(backend, clock):
    async with catalog_of(backend, clock) as catalog:
        await catalog.listing(ROOT)
        backend.add_media("b.jpg")
        clock.tick(61)
        gate = backend.hold("list")
        for _ in range(3):
            assert names(await catalog.listing(ROOT)) == ["a.jpg"]
            await settled()
        gate.set()
        await settled()
        assert names(await catalog.listing(ROOT)) == ["a.jpg", "b.jpg"]
    assert backend.calls["list"] == 2


async def test_an_unchanged_answer_is_the_same_object(backend, clock):
    async with catalog_of(backend, clock) as catalog:
        before = await catalog.listing(ROOT)
        assert await catalog.refresh(ROOT) is before
        backend.add_media("b.jpg")
        after = await catalog.refresh(ROOT)
        assert after.entries[0] is before.entries[0]


async def test_a_hundred_listers_ask_once(backend):
    answers = []

    async def lists(catalog):
        answers.append(await catalog.listing(ROOT))

    async with catalog_of(backend) as catalog, trio.open_nursery() as nursery:
        for _ in range(100):
            nursery.start_soon(lists, catalog)
    assert backend.calls["list"] == 1
    assert len(answers) == 100


async def test_cancelling_the_first_lister_does_not_fail_the_second(backend):
    gate = backend.hold("list")
    answers = []

    async def lists(catalog):
        answers.append(await catalog.listing(ROOT))

    async with catalog_of(backend) as catalog, trio.open_nursery() as nursery:
        first = trio.CancelScope()

        async def lists_first():
            with first:
                await catalog.listing(ROOT)

        nursery.start_soon(lists_first)
        await settled()
        nursery.start_soon(lists, catalog)
        await settled()
        first.cancel()
        await settled()
        gate.set()
    assert [names(answer) for answer in answers] == [["a.jpg"]]
    assert backend.calls["list"] == 1


async def test_what_is_known_is_told_without_asking(backend, clock):
    async with catalog_of(backend, clock) as catalog:
        assert catalog.known(ROOT) is None
        listing = await catalog.listing(ROOT)
        media = listing.entries[0].item
        clock.tick(10_000)
        assert catalog.known(ROOT) is listing
        assert catalog.item(media.id) is media
        assert catalog.album_of(media.id) == ROOT
        assert catalog.album_of(ROOT) is None
        assert catalog.item(ItemId("nobody")) is None
        await settled()
    assert backend.calls["list"] == 1


async def test_the_root_is_asked_for_once_and_kept_up_to_date(backend):
    async with catalog_of(backend) as catalog:
        root = await catalog.root()
        assert root.title == "Gallery"
        assert catalog.item(ROOT) is root
        await catalog.listing(ROOT)
        backend.change(
            type(root)(id=ROOT, title="New", times=root.times, can_edit=True, can_add=True)
        )
        await catalog.refresh(ROOT)
        assert (await catalog.root()).title == "New"
    assert backend.calls["root"] == 1


async def test_an_album_is_described_by_the_newer_of_its_two_listings(backend, clock):
    album = backend.add_album("old")
    async with catalog_of(backend, clock) as catalog:
        await catalog.listing(ROOT)
        await catalog.listing(album.id)
        changed = backend.change(album)
        await catalog.refresh(ROOT)
        assert catalog.item(album.id) == changed
        changed_again = backend.change(changed)
        await catalog.refresh(album.id)
        assert catalog.item(album.id) == changed_again


async def test_a_refresh_does_not_believe_a_question_that_began_before_it(backend):
    async with catalog_of(backend) as catalog, trio.open_nursery() as nursery:
        gate = backend.hold("list")
        nursery.start_soon(catalog.listing, ROOT)
        await settled()
        for _ in range(5):
            nursery.start_soon(catalog.refresh, ROOT)
        await settled()
        gate.set()
        await settled()
        assert backend.calls["list"] == 2  # the five share one


async def test_a_mark_during_a_question_makes_its_answer_stale(backend):
    async with catalog_of(backend) as catalog, trio.open_nursery() as nursery:
        gate = backend.hold("list")
        nursery.start_soon(catalog.listing, ROOT)
        await settled()
        catalog.mark_stale(ROOT)
        gate.set()
        await settled()
        assert backend.calls["list"] == 1
        await catalog.listing(ROOT)
        await settled()
        assert backend.calls["list"] == 2
        await catalog.listing(ROOT)
        await settled()
        assert backend.calls["list"] == 2


@pytest.mark.parametrize(("age_s", "questions"), [(4.9, 1), (5.1, 2)])
async def test_no_such_album_is_believed_for_a_short_while(backend, clock, age_s, questions):
    async with catalog_of(backend, clock, negative_ttl_s=5) as catalog:
        for _ in range(2):
            with pytest.raises(NotFound):
                await catalog.listing(ItemId("nobody"))
            clock.tick(age_s)
    assert backend.calls["list"] == questions


async def test_an_album_that_appears_is_no_longer_missing(backend):
    async with catalog_of(backend) as catalog:
        await catalog.listing(ROOT)
        album = backend.add_album("new")
        backend.fail_next("list", NotFound("not yet"))
        with pytest.raises(NotFound):
            await catalog.listing(album.id)
        await catalog.refresh(ROOT)
        assert names(await catalog.listing(album.id)) == []


async def test_a_gone_album_is_forgotten_and_its_parent_asked(backend, clock):
    album = backend.add_album("summer")
    backend.add_media("b.jpg", parent=album.id)
    async with catalog_of(backend, clock) as catalog:
        await catalog.listing(ROOT)
        clock.tick(50)
        inside = await catalog.listing(album.id)
        backend.remove(album.id)
        clock.tick(61)
        backend.calls.clear()
        assert await catalog.listing(album.id) is inside
        await settled()
        assert catalog.known(album.id) is None
        assert catalog.album_of(inside.entries[0].item.id) is None
        assert names(catalog.known(ROOT)) == ["a.jpg"]
        with pytest.raises(NotFound):
            await catalog.listing(album.id)
        assert [
            (change.album, change.vanished, [entry.name for entry in change.gone])
            for change in catalog.news
        ] == [
            (album.id, True, ["b.jpg"]),
            (ROOT, False, ["summer"]),
        ]
    assert backend.calls["list"] == 2


async def test_the_root_is_kept_even_if_the_server_denies_it(backend, clock, caplog):
    async with catalog_of(backend, clock) as catalog:
        await catalog.root()
        await catalog.listing(ROOT)
        backend.fail_next("list", NotFound("no root"))
        clock.tick(61)
        for _ in range(2):
            assert names(await catalog.listing(ROOT)) == ["a.jpg"]
            await settled()
    assert backend.calls["list"] == 2
    assert "no root; showing what is remembered" in caplog.text


async def test_an_answer_about_another_album_is_refused(backend):
    album = backend.add_album("summer")
    backend.items[album.id] = backend.items[ROOT]
    async with catalog_of(backend) as catalog:
        with pytest.raises(BadReply, match="asked for album"):
            await catalog.listing(album.id)


async def test_memory_is_bounded_by_dropping_the_least_used_albums(backend):
    albums = [backend.add_album(f"{number}") for number in range(10)]
    for album in albums:
        for number in range(9):
            backend.add_media(f"{number}.jpg", parent=album.id)
    async with catalog_of(backend, max_items=50) as catalog:
        await catalog.root()
        await catalog.listing(ROOT)  # 12 of 50
        for album in albums[:3]:
            await catalog.listing(album.id)
        catalog.known(albums[0].id)
        await catalog.listing(albums[3].id)
        known = [album.title for album in albums if catalog.known(album.id)]
        assert known == ["0", "2", "3"]
        assert catalog.known(ROOT) is not None
        gone = backend.children[albums[1].id][0].item.id
        assert catalog.album_of(gone) is None
        assert catalog.item(gone) is None
        for album in albums:
            await catalog.listing(album.id)
            assert catalog.statistics().items <= 50
        assert catalog.statistics().evicted == 10
        assert catalog.news == []


async def test_an_album_larger_than_the_bound_is_served_all_the_same(backend):
    big = backend.add_album("big")
    for number in range(20):
        backend.add_media(f"{number}.jpg", parent=big.id)
    async with catalog_of(backend, max_items=10) as catalog:
        await catalog.root()
        await catalog.listing(ROOT)
        assert len((await catalog.listing(big.id)).entries) == 20
        assert catalog.known(big.id) is not None
        assert catalog.known(ROOT) is not None


async def test_revalidations_leave_room_for_those_who_wait(backend, clock):
    albums = [backend.add_album(f"{number}") for number in range(50)]
    async with catalog_of(backend, clock, max_behind=4) as catalog, trio.open_nursery() as nursery:
        for album in albums:
            await catalog.listing(album.id)
        clock.tick(61)
        backend.calls.clear()
        gate = backend.hold("list")
        for album in albums:
            await catalog.listing(album.id)
        await settled()
        assert backend.calls["list"] == 4
        assert catalog.statistics().behind == 50
        nursery.start_soon(catalog.refresh, albums[-1].id)
        await settled()
        assert backend.asked[-1] == ("list", albums[-1].id)
        gate.set()
        await settled()
        assert catalog.statistics().behind == 0
    assert backend.calls["list"] == 50


async def test_leaving_the_catalog_ends_what_it_asks_behind(backend, clock):
    async with catalog_of(backend, clock) as catalog:
        await catalog.listing(ROOT)
        clock.tick(61)
        backend.hold("list")
        await catalog.listing(ROOT)
        await settled()


async def test_an_error_leaves_the_catalog_bare(backend):
    with pytest.raises(KeyError):
        async with catalog_of(backend):
            raise KeyError


async def test_a_bug_behind_the_answers_is_logged_and_ends_nothing(backend, clock, caplog):
    async with catalog_of(backend, clock) as catalog:
        await catalog.listing(ROOT)
        clock.tick(61)
        backend.fail_next("list", ZeroDivisionError())
        await catalog.listing(ROOT)
        await settled()
        assert names(await catalog.listing(ROOT)) == ["a.jpg"]
        await settled()
    assert "ZeroDivisionError" in caplog.text
    assert backend.calls["list"] == 3


async def test_nothing_is_asked_that_nobody_asked_about(backend):
    album = backend.add_album("summer")
    backend.add_album("beach", parent=album.id)
    async with catalog_of(backend) as catalog:
        await catalog.listing(ROOT)
        await settled()
    assert backend.asked == [("list", ROOT)]
