"""What subscribers are told: the difference that a refresh found, no more and no less."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from g3fs.cache.changes import Change, by_key, difference, share_entries
from g3fs.gallery.ids import ItemId, Version
from g3fs.gallery.items import Album, Details, Entry, Group, Media, Times
from tests.fakes import ROOT, FakeBackend
from tests.unit.cache.catalogs import SetClock, catalog_of, names, settled

TIMES = Times(created_s=1, updated_s=1)
ALBUM = Album(id=ItemId("album"), title="Album", times=TIMES, can_edit=True, can_add=True)


def entry(item, name):
    media = Media(
        id=ItemId(item),
        title=name,
        media_type="image/jpeg",
        size_bytes=1,
        version=Version("1"),
        times=TIMES,
        can_edit=True,
    )
    return Entry(name=name, item=media)


entries = st.lists(st.builds(entry, st.sampled_from("123"), st.sampled_from("ab")), max_size=6)


@given(entries, entries)
def test_a_change_replayed_on_the_old_listing_gives_the_new_one(before, after):
    keyed = by_key(before)
    shared = share_entries(keyed, by_key(after))
    assert list(shared.values()) == after
    change = difference((ALBUM, ALBUM), keyed, shared)
    if change is None:
        assert before == after
        return
    new_for_old = {id(old): new for old, new in change.changed}
    gone = {id(one) for one in change.gone}
    stayed = [new_for_old.get(id(one), one) for one in before if id(one) not in gone]
    assert sorted([*stayed, *change.appeared], key=repr) == sorted(after, key=repr)
    if not change.reordered:
        appeared = {id(one) for one in change.appeared}
        assert stayed == [one for one in shared.values() if id(one) not in appeared]


def test_what_is_equal_stays_the_same_object():
    before = by_key([entry("1", "a"), entry("2", "b")])
    after = share_entries(before, by_key([entry("1", "a"), entry("2", "c")]))
    assert after["1"] is before["1"]
    assert after["2"] is not before["2"]


@pytest.fixture
def backend():
    return FakeBackend()


async def test_the_first_listing_and_an_equal_one_are_no_news(backend):
    backend.add_media("a.jpg")
    async with catalog_of(backend) as catalog:
        await catalog.listing(ROOT)
        await catalog.refresh(ROOT)
        assert catalog.news == []


async def test_news_name_what_appeared_went_and_changed(backend):
    first, second, third = (backend.add_media(f"{n}.jpg") for n in range(3))
    async with catalog_of(backend) as catalog:
        before = await catalog.listing(ROOT)
        backend.remove(first.id)
        backend.rename(second.id, "two.jpg")
        new = backend.new_version(third, b"other")
        late = backend.add_album("late")
        after = await catalog.refresh(ROOT)
        assert catalog.news == [
            Change(
                album=ROOT,
                appeared=(Entry(name="late", item=late),),
                gone=before.entries[:1],
                changed=(
                    (before.entries[1], Entry(name="two.jpg", item=second)),
                    (before.entries[2], Entry(name="2.jpg", item=new)),
                ),
            )
        ]
        assert catalog.known(ROOT) is after


@pytest.mark.parametrize(
    "what", [{"title": "New"}, {"facts": {"user.xdg.comment": "new"}}, {"can_edit": False}]
)
async def test_titles_facts_and_rights_are_news_of_items_and_of_the_album_itself(backend, what):
    album = backend.add_album("old")
    photo = backend.add_media("a.jpg", parent=album.id)
    async with catalog_of(backend) as catalog:
        await catalog.listing(album.id)
        new_album, new_photo = backend.change(replace(album, **what)), replace(photo, **what)
        backend.items[photo.id] = new_photo
        backend.children[album.id][0] = Entry(name="a.jpg", item=new_photo)
        await catalog.refresh(album.id)
        (change,) = catalog.news
        assert change.itself == (album, new_album)
        assert [(a.item, b.item) for a, b in change.changed] == [(photo, new_photo)]


async def test_another_order_is_news(backend):
    backend.add_media("a.jpg")
    backend.add_media("b.jpg")
    async with catalog_of(backend) as catalog:
        await catalog.listing(ROOT)
        backend.children[ROOT].reverse()
        assert names(await catalog.refresh(ROOT)) == ["b.jpg", "a.jpg"]
        assert catalog.news == [Change(album=ROOT, reordered=True)]


async def test_an_album_that_changed_makes_its_parent_stale(backend):
    album = backend.add_album("old")
    async with catalog_of(backend) as catalog:
        await catalog.listing(ROOT)
        await catalog.listing(album.id)
        changed = backend.change(replace(album, title="new"))
        await catalog.refresh(album.id)
        await catalog.listing(ROOT)
        await settled()
        assert catalog.known(ROOT).entries[0].item == changed


async def test_an_item_that_was_moved_makes_its_old_album_stale(backend):
    album, other = backend.add_album("from"), backend.add_album("to")
    photo = backend.add_media("a.jpg", parent=album.id)
    async with catalog_of(backend) as catalog:
        await catalog.listing(album.id)
        await catalog.listing(other.id)
        backend.children[other.id] = backend.children[album.id]
        backend.children[album.id] = []
        await catalog.refresh(other.id)
        assert catalog.album_of(photo.id) == other.id
        await catalog.listing(album.id)
        await settled()
        assert names(catalog.known(album.id)) == []
        assert catalog.album_of(photo.id) == other.id
        assert catalog.item(photo.id) == photo


async def test_a_shared_file_that_joins_an_album_says_nothing_of_the_others(backend):
    album, other = backend.add_album("one"), backend.add_album("other")
    photo = backend.change(replace(backend.add_media("a.jpg", parent=album.id), shared=True))
    async with catalog_of(backend) as catalog:
        await catalog.listing(album.id)
        backend.place(photo.id, other.id, name="b.jpg")
        await catalog.listing(other.id)
        backend.calls.clear()
        await catalog.listing(album.id)
        await settled()
        assert backend.calls["list"] == 0
        backend.remove(other.id)
        with pytest.raises(Exception, match="no album"):
            await catalog.refresh(other.id)
        assert catalog.album_of(photo.id) == album.id


async def test_revalidation_behind_tells_too(backend):
    clock = SetClock()
    async with catalog_of(backend, clock) as catalog:
        await catalog.listing(ROOT)
        backend.add_media("a.jpg")
        clock.tick(61)
        await catalog.listing(ROOT)
        await settled()
        assert [names_of(change.appeared) for change in catalog.news] == [["a.jpg"]]


def names_of(entries):
    return [one.name for one in entries]


async def test_details_that_are_told_for_the_first_time_are_no_news(backend):
    photo = backend.add_media("a.jpg")
    backend.details_of[photo.id, Group.DETAILS] = Details(facts={"user.g3fs.width": "1"})
    async with catalog_of(backend) as catalog:
        await catalog.listing(ROOT)
        await catalog.details(Group.DETAILS, photo.id)
        assert catalog.news == []
        backend.details_of[photo.id, Group.DETAILS] = Details(facts={"user.g3fs.width": "2"})
        catalog.mark_stale(ROOT)
        await catalog.details(Group.DETAILS, photo.id)
        assert catalog.news == [Change(album=ROOT, details=(photo.id,))]


async def test_a_subscriber_that_fails_does_not_keep_the_news_from_the_others(backend, caplog):
    async with catalog_of(backend) as catalog:
        heard = []

        def deaf(change):
            raise ZeroDivisionError

        leave = catalog.subscribe(deaf)
        catalog.subscribe(heard.append)
        await catalog.listing(ROOT)
        backend.add_media("a.jpg")
        await catalog.refresh(ROOT)
        leave()
        backend.add_media("b.jpg")
        await catalog.refresh(ROOT)
        assert len(heard) == 2
    assert caplog.text.count("a subscriber failed") == 1
