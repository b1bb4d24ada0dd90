"""Tags, comments and details: asked for by the album, believed like listings."""

from dataclasses import replace

import pytest
import trio

from g3fs.gallery.errors import AccessDenied, LoginRefused, NotFound, Unreachable
from g3fs.gallery.ids import ItemId, TagName
from g3fs.gallery.items import Details, Group
from tests.fakes import ROOT, FakeBackend
from tests.unit.cache.catalogs import SetClock, catalog_of, settled


class OneByOne(FakeBackend):
    """A server that answers only for the item that comes first."""

    async def details(self, group, items):
        return await super().details(group, items[:1])


class Choosy(FakeBackend):
    """A server that refuses questions that begin with one item."""

    refused = None
    error = None

    async def details(self, group, items):
        await super().details(group, items)
        if items[0] == self.refused:
            raise self.error
        return {item: Details() for item in items if item != self.refused}


def with_photos(backend, count=200):
    album = backend.add_album("summer")
    photos = [backend.add_media(f"{n}.jpg", parent=album.id) for n in range(count)]
    tag(backend, photos[0], "beach")
    return album, photos


def tag(backend, item, *tags):
    backend.details_of[item.id, Group.TAGS] = Details(tags=tuple(map(TagName, tags)))


async def all_details(catalog, photos, group=Group.TAGS):
    """Asked for all at once; a refusal stands for itself."""
    answers = {}

    async def ask(photo):
        try:
            answers[photo.id] = (await catalog.details(group, photo.id)).tags
        except (NotFound, AccessDenied, Unreachable) as exc:
            answers[photo.id] = type(exc)

    async with trio.open_nursery() as nursery:
        for photo in photos:
            nursery.start_soon(ask, photo)
    return answers


async def opens(gate):
    await settled()
    gate.set()


async def test_two_hundred_photos_cost_one_question_per_group():
    backend = FakeBackend()
    album, photos = with_photos(backend)
    async with catalog_of(backend) as catalog:
        await catalog.listing(album.id)
        for group in (Group.TAGS, Group.COMMENTS):
            for photo in photos:
                await catalog.details(group, photo.id)
        assert (await catalog.details(Group.TAGS, photos[0].id)).tags == ("beach",)
        assert catalog.statistics().details == 400
    assert backend.calls["details"] == 2


async def test_two_hundred_at_once_ask_once_too():
    backend = FakeBackend()
    album, photos = with_photos(backend)
    async with catalog_of(backend) as catalog:
        await catalog.listing(album.id)
        answers = await all_details(catalog, photos)
    assert answers == {photo.id: () for photo in photos} | {photos[0].id: ("beach",)}
    assert backend.calls["details"] == 1


async def test_a_server_that_answers_for_one_is_asked_for_each_once():
    backend = OneByOne()
    album, photos = with_photos(backend, 20)
    async with catalog_of(backend) as catalog:
        await catalog.listing(album.id)
        answers = await all_details(catalog, photos + photos)
    assert answers[photos[0].id] == ("beach",)
    assert backend.calls["details"] == 20


@pytest.mark.parametrize("error", [NotFound("gone"), AccessDenied("private")])
async def test_what_is_refused_of_one_item_is_not_refused_of_its_siblings(error):
    backend = Choosy()
    album, photos = with_photos(backend, 20)
    backend.refused, backend.error = photos[0].id, error
    gate = backend.hold("details")
    async with catalog_of(backend) as catalog, trio.open_nursery() as nursery:
        await catalog.listing(album.id)
        nursery.start_soon(all_details, catalog, photos[:1])
        await settled()
        nursery.start_soon(opens, gate)
        answers = await all_details(catalog, photos)
    assert answers == {photo.id: () for photo in photos} | {photos[0].id: type(error)}
    assert backend.calls["details"] == 2


@pytest.mark.parametrize("error", [Unreachable("no route"), LoginRefused("wrong key")])
async def test_what_concerns_the_server_is_asked_once_for_all(error):
    backend = FakeBackend()
    album, photos = with_photos(backend, 20)
    async with catalog_of(backend) as catalog:
        await catalog.listing(album.id)
        backend.down = error
        answers = await all_details(catalog, photos)
    assert set(answers.values()) == {type(error)}
    assert backend.calls["details"] == 1


async def test_cancelling_the_first_that_asks_does_not_fail_the_second():
    backend = FakeBackend()
    album, photos = with_photos(backend, 2)
    gate = backend.hold("details")
    async with catalog_of(backend) as catalog, trio.open_nursery() as nursery:
        await catalog.listing(album.id)
        first = trio.CancelScope()

        async def asks_first():
            with first:
                await catalog.details(Group.TAGS, photos[1].id)

        nursery.start_soon(asks_first)
        await settled()
        nursery.start_soon(all_details, catalog, photos)
        await settled()
        first.cancel()
        gate.set()
    assert backend.calls["details"] == 1


class Recording(FakeBackend):
    """Keeps whom it was asked about."""

    def __init__(self):
        super().__init__()
        self.wanted = []

    async def details(self, group, items):
        self.wanted.append(items)
        return await super().details(group, items)


async def test_only_what_is_not_known_is_asked_for():
    backend, clock = Recording(), SetClock()
    album, (first, second) = with_photos(backend, 2)
    backend.add_link("link", parent=album.id)
    async with catalog_of(backend, clock) as catalog:
        await catalog.listing(album.id)
        clock.tick(50)
        await catalog.details(Group.TAGS, second.id)
        late = backend.add_media("late.jpg", parent=album.id)
        later = backend.add_media("later.jpg", parent=album.id)
        clock.tick(11)
        await catalog.listing(album.id)
        await settled()
        await catalog.details(Group.TAGS, later.id)
    assert backend.wanted == [[second.id, first.id], [later.id, late.id]]


@pytest.mark.parametrize(("age_s", "questions"), [(59.9, 1), (60.1, 2)])
async def test_details_are_believed_for_the_time_to_live(age_s, questions):
    backend, clock = FakeBackend(), SetClock()
    album, photos = with_photos(backend, 5)
    async with catalog_of(backend, clock, ttl_s=60) as catalog:
        await catalog.listing(album.id)
        await catalog.details(Group.TAGS, photos[0].id)
        clock.tick(age_s)
        for photo in photos:
            await catalog.details(Group.TAGS, photo.id)
            await settled()
    assert backend.calls["details"] == questions


async def test_old_details_are_served_at_once_and_their_difference_is_told():
    backend, clock = FakeBackend(), SetClock()
    album, photos = with_photos(backend, 5)
    async with catalog_of(backend, clock) as catalog:
        await catalog.listing(album.id)
        await catalog.details(Group.TAGS, photos[1].id)
        tag(backend, photos[0], "beach", "sun")
        clock.tick(61)
        gate = backend.hold("details")
        assert (await catalog.details(Group.TAGS, photos[0].id)).tags == ("beach",)
        gate.set()
        await settled()
        assert (await catalog.details(Group.TAGS, photos[0].id)).tags == ("beach", "sun")
        assert [(change.album, change.details) for change in catalog.news] == [
            (album.id, (photos[0].id,))
        ]


async def test_old_details_are_served_while_the_server_is_dead(caplog):
    backend, clock = FakeBackend(), SetClock()
    album, photos = with_photos(backend, 5)
    async with catalog_of(backend, clock) as catalog:
        await catalog.listing(album.id)
        await catalog.details(Group.TAGS, photos[0].id)
        backend.down = Unreachable("no route")
        clock.tick(61)
        for _ in range(3):
            assert (await catalog.details(Group.TAGS, photos[0].id)).tags == ("beach",)
            await settled()
    assert backend.calls["details"] == 2
    assert caplog.text.count("showing what is remembered") == 1


async def test_after_a_refresh_details_are_what_the_server_has():
    backend = FakeBackend()
    album, photos = with_photos(backend, 5)
    async with catalog_of(backend) as catalog:
        await catalog.listing(album.id)
        await catalog.details(Group.TAGS, photos[0].id)
        tag(backend, photos[0], "sun")
        await catalog.refresh(album.id)
        assert (await catalog.details(Group.TAGS, photos[0].id)).tags == ("sun",)
        await catalog.details(Group.TAGS, photos[1].id)
    assert backend.calls["details"] == 2


async def test_contradicted_details_are_better_than_none_from_a_dead_server(caplog):
    backend, clock = FakeBackend(), SetClock()
    album, photos = with_photos(backend, 5)
    async with catalog_of(backend, clock) as catalog:
        await catalog.listing(album.id)
        await catalog.details(Group.TAGS, photos[0].id)
        catalog.mark_stale(album.id)
        backend.down = Unreachable("no route")
        for _ in range(3):
            assert (await catalog.details(Group.TAGS, photos[0].id)).tags == ("beach",)
            await settled()
        assert backend.calls["details"] == 2
        backend.down = None
        tag(backend, photos[0], "sun")
        clock.tick(5.1)
        assert (await catalog.details(Group.TAGS, photos[0].id)).tags == ("sun",)
        assert catalog.statistics().failing == 0
    assert "cannot refresh tags of item" in caplog.text


async def test_a_changed_item_is_asked_about_again_and_its_siblings_are_not():
    backend, clock = Recording(), SetClock()
    album, (first, second) = with_photos(backend, 2)
    async with catalog_of(backend, clock) as catalog:
        await catalog.listing(album.id)
        clock.tick(50)
        await catalog.details(Group.TAGS, first.id)
        backend.change(first)
        tag(backend, first, "sun")
        clock.tick(11)
        await catalog.listing(album.id)
        await settled()
        await catalog.details(Group.TAGS, second.id)
        assert (await catalog.details(Group.TAGS, first.id)).tags == ("sun",)
    assert backend.wanted == [[first.id, second.id], [first.id]]


async def test_an_item_that_is_gone_is_not_found_and_makes_its_album_stale():
    backend = FakeBackend()
    album, photos = with_photos(backend, 3)
    async with catalog_of(backend) as catalog:
        await catalog.listing(album.id)
        backend.remove(photos[1].id)
        with pytest.raises(NotFound):
            await catalog.details(Group.TAGS, photos[1].id)
        await catalog.listing(album.id)
        await settled()
        assert len(catalog.known(album.id).entries) == 2


async def test_a_remembered_item_that_is_gone_is_not_found_after_a_while():
    backend, clock = FakeBackend(), SetClock()
    album, photos = with_photos(backend, 3)
    async with catalog_of(backend, clock) as catalog:
        await catalog.listing(album.id)
        await catalog.details(Group.TAGS, photos[1].id)
        backend.remove(photos[1].id)
        clock.tick(61)
        await catalog.details(Group.TAGS, photos[1].id)
        await settled()
        with pytest.raises(NotFound):
            await catalog.details(Group.TAGS, photos[1].id)
        backend.down = Unreachable("no route")
        with pytest.raises(Unreachable):
            await catalog.details(Group.TAGS, photos[1].id)


async def test_details_of_what_is_gone_take_no_memory():
    backend = FakeBackend()
    album, photos = with_photos(backend, 3)
    async with catalog_of(backend) as catalog:
        await catalog.listing(album.id)
        await catalog.details(Group.TAGS, photos[1].id)
        backend.remove(photos[1].id)
        await catalog.refresh(album.id)
        assert catalog.statistics().details == 2


async def test_what_was_asked_meanwhile_is_not_asked_again_behind():
    backend, clock = FakeBackend(), SetClock()
    album, photos = with_photos(backend, 3)
    async with catalog_of(backend, clock, max_behind=1) as catalog:
        await catalog.listing(album.id)
        await catalog.details(Group.TAGS, photos[0].id)
        clock.tick(61)
        gate = backend.hold("list")
        await catalog.listing(album.id)
        await settled()
        await catalog.details(Group.TAGS, photos[0].id)  # queued behind the listing
        catalog.mark_stale(album.id)
        await catalog.details(Group.TAGS, photos[0].id)  # asks, and waits
        gate.set()
        await settled()
    assert backend.calls["details"] == 2


async def test_the_root_is_asked_about_alone():
    backend = Recording()
    with_photos(backend, 3)
    async with catalog_of(backend) as catalog:
        await catalog.listing(ROOT)
        await catalog.details(Group.TAGS, ROOT)
    assert backend.wanted == [[ROOT]]


async def test_the_root_and_strangers_have_details_too():
    backend = FakeBackend()
    _, photos = with_photos(backend, 3)
    tag(backend, backend.items[ROOT], "all")
    async with catalog_of(backend) as catalog:
        for _ in range(2):
            assert (await catalog.details(Group.TAGS, photos[0].id)).tags == ("beach",)
            assert (await catalog.details(Group.TAGS, ROOT)).tags == ("all",)
        assert backend.calls["details"] == 2
        await catalog.listing(ROOT)
        for _ in range(2):
            assert (await catalog.details(Group.TAGS, ROOT)).tags == ("all",)
        assert backend.calls["details"] == 3
        with pytest.raises(NotFound):
            await catalog.details(Group.TAGS, ItemId("nobody"))


async def test_strangers_are_remembered_up_to_a_number():
    backend = OneByOne()
    _, photos = with_photos(backend, 2500)
    async with catalog_of(backend) as catalog:
        for photo in photos:
            await catalog.details(Group.TAGS, photo.id)
        assert len(catalog._details._strays) <= 1001
        await catalog.details(Group.TAGS, photos[-1].id)
    assert backend.calls["details"] == 2500


async def test_details_go_with_their_album_and_come_with_it_again():
    backend = FakeBackend()
    album, photos = with_photos(backend, 5)
    other, others = with_photos(backend, 5)
    async with catalog_of(backend, max_items=8) as catalog:
        await catalog.listing(album.id)
        await catalog.details(Group.TAGS, photos[0].id)
        await catalog.listing(other.id)
        assert catalog.statistics().details == 0
        await catalog.details(Group.TAGS, others[0].id)
        assert catalog.statistics().details == 5
        await catalog.listing(album.id)
        assert (await catalog.details(Group.TAGS, photos[0].id)).tags == ("beach",)


async def test_a_file_in_two_albums_is_asked_about_once():
    backend = FakeBackend()
    album, photos = with_photos(backend, 3)
    photo = backend.change(replace(photos[0], shared=True))
    other = backend.add_album("best of")
    backend.place(photo.id, other.id, name="best.jpg")
    async with catalog_of(backend) as catalog:
        await catalog.listing(album.id)
        await catalog.details(Group.TAGS, photo.id)
        await catalog.listing(other.id)
        assert (await catalog.details(Group.TAGS, photo.id)).tags == ("beach",)
    assert backend.calls["details"] == 1
