"""Own writes: known at once, told like any change, and never lost to an answer that is older."""

from dataclasses import replace

import pytest
import trio

from g3fs.cache.changes import Change
from g3fs.cache.listings import MOST_ASKED
from g3fs.gallery.errors import Busy, NotFound
from g3fs.gallery.items import Details, Entry, Group
from tests.fakes import ROOT, FakeBackend
from tests.unit.cache.catalogs import SetClock, SlowLister, catalog_of, names, settled


@pytest.fixture
def backend():
    return FakeBackend()


@pytest.fixture
def slow():
    return SlowLister()


def entry_of(backend, item, album=ROOT):
    return next(entry for entry in backend.children[album] if entry.item.id == item.id)


async def test_a_new_entry_is_there_at_once_and_the_others_are_the_same_objects(backend):
    backend.add_media("a.jpg")
    async with catalog_of(backend) as catalog:
        before = await catalog.listing(ROOT)
        new = entry_of(backend, backend.add_media("b.jpg"))
        catalog.wrote(ROOT, new)
        after = catalog.known(ROOT)
        assert names(after) == ["a.jpg", "b.jpg"]
        assert after is not before
        assert after.entries[0] is before.entries[0]
        assert catalog.album_of(new.item.id) == ROOT
        assert catalog.news == [Change(album=ROOT, appeared=(new,), own=True)]
        assert await catalog.listing(ROOT) is after
        assert backend.calls["list"] == 1


async def test_a_changed_entry_stays_in_its_place(backend):
    first = backend.add_media("a.jpg")
    backend.add_media("b.jpg")
    async with catalog_of(backend) as catalog:
        old = (await catalog.listing(ROOT)).entries[0]
        backend.rename(first.id, "c.jpg")
        new = entry_of(backend, first)
        catalog.wrote(ROOT, new)
        assert names(catalog.known(ROOT)) == ["c.jpg", "b.jpg"]
        assert catalog.news == [Change(album=ROOT, changed=((old, new),), own=True)]


async def test_a_write_that_changed_nothing_is_no_news(backend):
    photo = backend.add_media("a.jpg")
    async with catalog_of(backend) as catalog:
        before = await catalog.listing(ROOT)
        catalog.wrote(ROOT, replace(entry_of(backend, photo)))
        assert catalog.known(ROOT) is before
        assert catalog.news == []


async def test_a_write_into_an_album_that_is_not_remembered_is_seen_when_that_is_asked_for(backend):
    async with catalog_of(backend) as catalog:
        catalog.wrote(ROOT, entry_of(backend, backend.add_media("a.jpg")))
        assert catalog.known(ROOT) is None
        assert names(await catalog.listing(ROOT)) == ["a.jpg"]


async def test_what_was_moved_is_taken_out_of_where_it_was(backend):
    album = backend.add_album("album")
    photo = backend.add_media("a.jpg")
    async with catalog_of(backend) as catalog:
        await catalog.listing(ROOT)
        await catalog.listing(album.id)
        moved = entry_of(backend, photo)
        catalog.wrote(album.id, moved)
        assert names(catalog.known(ROOT)) == ["album"]
        assert names(catalog.known(album.id)) == ["a.jpg"]
        assert catalog.album_of(photo.id) == album.id
        catalog.removed(ROOT, photo.id)
        assert catalog.album_of(photo.id) == album.id
        assert {change.album for change in catalog.news} == {ROOT, album.id}


async def test_a_file_that_may_stand_in_several_albums_stays_in_the_others(backend):
    album = backend.add_album("album")
    photo = backend.change(replace(backend.add_media("a.jpg"), shared=True))
    async with catalog_of(backend) as catalog:
        await catalog.listing(ROOT)
        await catalog.listing(album.id)
        catalog.wrote(album.id, Entry(name="a.jpg", item=photo))
        assert names(catalog.known(ROOT)) == ["album", "a.jpg"]
        catalog.removed(ROOT, photo.id)
        assert catalog.item(photo.id) == photo


async def test_the_listing_of_a_new_album_is_known_and_empty(backend):
    async with catalog_of(backend) as catalog:
        await catalog.listing(ROOT)
        with pytest.raises(NotFound):
            await catalog.listing("album-2")
        album = backend.add_album("new")
        catalog.made(ROOT, entry_of(backend, album))
        listing = await catalog.listing(album.id)
        assert (listing.album, listing.entries) == (album, ())
        assert backend.calls["list"] == 2
        assert catalog.item(album.id) is album


async def test_an_album_moved_keeps_its_listing(backend):
    target, album = backend.add_album("target"), backend.add_album("album")
    async with catalog_of(backend) as catalog:
        for one in (ROOT, target.id, album.id):
            await catalog.listing(one)
        catalog.wrote(target.id, entry_of(backend, album))
        catalog.removed(ROOT, album.id)
        assert catalog.known(album.id) is not None


async def test_an_album_removed_is_forgotten_and_told_as_vanished(backend):
    album = backend.add_album("album")
    async with catalog_of(backend) as catalog:
        await catalog.listing(ROOT)
        await catalog.listing(album.id)
        backend.remove(album.id)
        catalog.removed(ROOT, album.id)
        assert catalog.known(album.id) is None
        assert catalog.item(album.id) is None
        with pytest.raises(NotFound, match="'album' was deleted"):
            await catalog.listing(album.id)
        assert backend.calls["list"] == 2
        assert [change.vanished for change in catalog.news] == [False, True]
        assert all(change.own for change in catalog.news)


async def test_an_album_that_was_removed_while_it_was_asked_for_is_not_remembered(slow):
    async with catalog_of(slow) as catalog, trio.open_nursery() as nursery:
        await catalog.listing(ROOT)
        album = slow.add_album("no listing has told of it")
        outcomes = []

        async def ask():
            try:
                outcomes.append(await catalog.listing(album.id))
            except NotFound as exc:
                outcomes.append(type(exc))

        slow.hold_lists()
        nursery.start_soon(ask)
        await settled()
        slow.remove(album.id)
        catalog.removed(ROOT, album.id)
        slow.release()
        await settled()
        assert outcomes == [NotFound]
        assert catalog.known(album.id) is None


async def test_an_album_written_is_known_so_by_its_own_listing_too(backend):
    album = backend.add_album("old")
    async with catalog_of(backend) as catalog:
        await catalog.listing(ROOT)
        await catalog.listing(album.id)
        renamed = backend.change(replace(album, title="new"))
        catalog.wrote(ROOT, entry_of(backend, album))
        assert catalog.known(album.id).album == renamed
        assert Change(album=album.id, itself=(album, renamed), own=True) in catalog.news
        assert backend.calls["list"] == 2


async def test_the_root_is_written_without_an_album_to_stand_in(backend):
    async with catalog_of(backend) as catalog:
        root = await catalog.root()
        renamed = backend.change(replace(root, title="new"))
        catalog.wrote(None, Entry(name="", item=renamed))
        assert await catalog.root() == renamed
        assert (backend.calls["root"], backend.calls["list"]) == (1, 0)


async def test_an_answer_that_is_older_than_an_own_write_is_asked_for_again(slow):
    async with catalog_of(slow) as catalog, trio.open_nursery() as nursery:
        answers = []

        async def ask(question):
            answers.append(names(await question(ROOT)))

        slow.hold_lists()
        nursery.start_soon(ask, catalog.listing)
        await settled()
        catalog.wrote(ROOT, entry_of(slow, slow.add_media("a.jpg")))
        slow.release()
        await settled()
        slow.hold_lists()
        nursery.start_soon(ask, catalog.refresh)
        await settled()
        catalog.wrote(ROOT, entry_of(slow, slow.add_media("b.jpg")))
        slow.release()
        await settled()
        assert answers == [["a.jpg"], ["a.jpg", "b.jpg"]]
        assert slow.calls["list"] == 4


async def test_no_such_album_is_not_believed_when_it_was_made_meanwhile(slow):
    async with catalog_of(slow) as catalog, trio.open_nursery() as nursery:
        await catalog.listing(ROOT)
        answers = []

        async def ask():
            answers.append(await catalog.listing("album-2"))

        slow.hold_lists()
        nursery.start_soon(ask)
        await settled()
        album = slow.add_album("new")
        assert album.id == "album-2"
        catalog.made(ROOT, entry_of(slow, album))
        slow.release()
        await settled()
        assert answers == [catalog.known(album.id)]
        assert slow.calls["list"] == 2


async def test_writes_that_follow_each_other_do_not_make_the_server_list_without_end(slow):
    clock = SetClock()
    async with catalog_of(slow, clock, ttl_s=60, first_pause_s=5) as catalog:
        await catalog.listing(ROOT)
        clock.tick(61)
        for number in range(10):
            slow.hold_lists()
            await catalog.listing(ROOT)
            await settled()
            catalog.wrote(ROOT, entry_of(slow, slow.add_media(f"{number}.jpg")))
            slow.release()
            await settled()
        assert slow.calls["list"] == 2
        assert len(catalog.known(ROOT).entries) == 10
        clock.tick(5)
        await catalog.listing(ROOT)
        await settled()
        assert slow.calls["list"] == 3
        assert catalog.statistics().failing == 0


async def test_who_waits_for_a_listing_that_never_comes_to_rest_is_told_so(slow):
    async with catalog_of(slow) as catalog, trio.open_nursery() as nursery:
        slow.hold_lists()
        outcomes = []

        async def ask():
            try:
                await catalog.refresh(ROOT)
            except Busy as exc:
                outcomes.append(str(exc))

        nursery.start_soon(ask)
        for number in range(MOST_ASKED):
            await settled()
            assert outcomes == []
            catalog.wrote(ROOT, entry_of(slow, slow.add_media(f"{number}.jpg")))
            slow.let_one_go()
        await settled()
        assert outcomes == ["album album-1 is being changed faster than it can be listed"]
        assert slow.calls["list"] == MOST_ASKED


async def test_an_own_write_makes_room_like_a_listing(backend):
    albums = [backend.add_album(f"{n}") for n in range(2)]
    for album in albums:
        backend.add_media("a.jpg", parent=album.id)
    async with catalog_of(backend, max_items=4) as catalog:
        for album in albums:
            await catalog.listing(album.id)
        new = backend.add_media("b.jpg", parent=albums[1].id)
        catalog.wrote(albums[1].id, entry_of(backend, new, albums[1].id))
        assert catalog.known(albums[0].id) is None
        assert names(catalog.known(albums[1].id)) == ["a.jpg", "b.jpg"]
        assert catalog.statistics().items == 3


def tagged(*tags):
    return Details(tags=tags)


async def test_an_item_edited_is_asked_for_alone(backend):
    photos = [backend.add_media(f"{n}.jpg") for n in range(5)]
    asked = []

    async def details(group, items):
        asked.append((group, tuple(items)))
        return await FakeBackend.details(backend, group, items)

    backend.details = details
    async with catalog_of(backend) as catalog:
        await catalog.listing(ROOT)
        for group in (Group.TAGS, Group.COMMENTS):
            await catalog.details(group, photos[0].id)
        backend.details_of[photos[1].id, Group.TAGS] = tagged("new")
        catalog.edited(photos[1].id, [Group.TAGS])
        assert catalog.news == [Change(album=ROOT, details=(photos[1].id,), own=True)]
        del asked[:]
        assert await catalog.details(Group.TAGS, photos[1].id) == tagged("new")
        for photo in photos:
            await catalog.details(Group.TAGS, photo.id)
            await catalog.details(Group.COMMENTS, photo.id)
        assert asked == [(Group.TAGS, (photos[1].id,))]


async def test_details_on_their_way_are_not_believed_of_the_item_that_was_edited(backend):
    photos = [backend.add_media(f"{n}.jpg") for n in range(2)]
    release = trio.Event()

    async def details(group, items):
        answer = await FakeBackend.details(backend, group, items)
        await release.wait()
        return answer

    backend.details = details
    async with catalog_of(backend) as catalog, trio.open_nursery() as nursery:
        await catalog.listing(ROOT)
        answers = {}

        async def ask(photo):
            answers[photo.id] = await catalog.details(Group.TAGS, photo.id)

        for photo in photos:
            nursery.start_soon(ask, photo)
        await settled()
        for photo in photos:
            backend.details_of[photo.id, Group.TAGS] = tagged("new")
        catalog.edited(photos[0].id, [Group.TAGS])
        release.set()
        await settled()
        assert answers == {photos[0].id: tagged("new"), photos[1].id: Details()}
        assert backend.calls["details"] == 2
        await ask(photos[0])
        assert backend.calls["details"] == 2
        assert not catalog._details._edited, "nothing is on its way, so nothing need be noted"


async def test_an_item_of_an_album_that_is_not_remembered_can_be_edited_too(backend):
    photo = backend.add_media("a.jpg")
    async with catalog_of(backend) as catalog:
        await catalog.details(Group.TAGS, photo.id)
        backend.details_of[photo.id, Group.TAGS] = tagged("new")
        catalog.edited(photo.id, [Group.TAGS])
        assert await catalog.details(Group.TAGS, photo.id) == tagged("new")


async def test_nothing_is_told_of_an_item_that_was_removed(backend):
    photo = backend.add_media("a.jpg")
    async with catalog_of(backend) as catalog:
        await catalog.listing(ROOT)
        await catalog.details(Group.TAGS, photo.id)
        backend.remove(photo.id)
        catalog.removed(ROOT, photo.id)
        with pytest.raises(NotFound):
            await catalog.details(Group.TAGS, photo.id)
        assert catalog.statistics().details == 0
