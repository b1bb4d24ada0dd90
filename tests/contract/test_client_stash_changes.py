"""What the Stash client promises who changes things, on the stand-in and, if named, a real one."""

import secrets
import threading

import pytest

from g3fs.clients.stash import (
    GalleryFilter,
    IdList,
    Number,
    SceneFilter,
    TextList,
    TreeIds,
)
from g3fs.gallery.errors import (
    AlreadyExists,
    BadName,
    Invalid,
    NotFound,
    NotPermitted,
)
from tests.contract.stash_servers import KINDS, NOBODY, absent, scratch, server

TRICKY = "<b>x</b> & 'q' = \"on\" / %_ \\ é 日本 {a} $v\nsecond line"


@pytest.fixture(scope="module", params=KINDS)
def client(request):
    reason = absent(request.param)
    if reason is not None:
        pytest.skip(reason)
    with server(request.param) as opened:
        yield opened


@pytest.fixture
def place(client):
    with scratch(client) as made:
        yield made


def test_a_gallery_takes_all_facts_and_loses_them_again(place):
    galleries = place.client.galleries
    changed = galleries.update(
        place.gallery.id,
        title=TRICKY,
        details=TRICKY,
        code="C-1",
        photographer="Ann",
        date="2024-05-06",
        rating=80,
        organized=True,
        urls=["http://a.example/1", "http://a.example/2"],
        tag_ids=[place.tag.id],
    )
    assert galleries.get(place.gallery.id) == changed
    assert (changed.title, changed.details) == (TRICKY, TRICKY)
    assert (changed.code, changed.photographer, changed.date) == ("C-1", "Ann", "2024-05-06")
    assert (changed.rating, changed.organized) == (80, True)
    assert changed.urls == ("http://a.example/1", "http://a.example/2")
    assert [tag.name for tag in changed.tags] == [place.tag.name]
    bare = galleries.update(
        place.gallery.id,
        details=None,
        code=None,
        photographer=None,
        date=None,
        rating=None,
        urls=None,
        tag_ids=None,
    )
    assert (bare.details, bare.code, bare.date, bare.rating) == ("", "", "", None)
    assert (bare.title, bare.organized, bare.urls, bare.tags) == (TRICKY, True, (), ())
    with pytest.raises(Invalid):
        galleries.update(place.gallery.id, title="")
    with pytest.raises(NotFound):
        galleries.update(NOBODY, title="x")
    with pytest.raises(NotFound):
        galleries.update(place.gallery.id, tag_ids=[NOBODY])


def test_several_galleries_change_together_or_not_at_all(place):
    galleries, number = place.client.galleries, place.gallery.id
    with pytest.raises(NotFound):
        galleries.update_many({number: {"title": "lost"}, NOBODY: {"title": "x"}})
    with pytest.raises(NotFound):
        galleries.bulk_update([number, NOBODY], rating=10)
    with pytest.raises(NotFound):
        galleries.destroy([number, NOBODY])
    assert galleries.get(number).title == place.gallery.name
    (changed,) = galleries.update_many({number: {"rating": 20}})
    assert changed.rating == 20


def test_bulk_changes_add_remove_and_set(place):
    bulk, number = place.client.galleries.bulk_update, place.gallery.id
    urls = TextList("ADD", ("http://c.example/",))
    (added,) = bulk([number], tag_ids=IdList("ADD", (place.tag.id,)), urls=urls)
    assert [tag.id for tag in added.tags] == [place.tag.id]
    assert added.urls == ("http://c.example/",)
    (removed,) = bulk([number], tag_ids=IdList("REMOVE", (place.tag.id, NOBODY)))
    assert removed.tags == ()
    (cleared,) = bulk([number], urls=TextList("SET", ()))
    assert cleared.urls == ()


def test_images_are_added_removed_and_set(place):
    one, two, three, four = place.ids
    contents, number = place.client.contents, place.gallery.id
    contents.add(number, [one, two])
    contents.add(number, [two, three])
    assert place.contents() == sorted([one, two, three])
    contents.remove(number, [one, NOBODY])
    assert place.contents() == sorted([two, three])
    contents.set(number, [three, four])
    assert place.contents() == sorted([three, four])
    with pytest.raises(NotFound):
        contents.set(number, [one, NOBODY])
    assert place.contents() == sorted([three, four])
    contents.set(number, [])
    assert place.contents() == []
    with pytest.raises(NotFound):
        contents.add(NOBODY, [one])


def test_folders_and_zips_keep_their_images(place):
    kinds = {gallery.kind: gallery for gallery in place.client.galleries.all()}
    for kind in ("folder", "zip"):
        with pytest.raises(NotPermitted):
            place.client.contents.add(kinds[kind].id, [place.ids[0]])
        with pytest.raises(NotPermitted):
            place.client.contents.set(kinds[kind].id, [])
    with pytest.raises(NotPermitted):
        place.client.images.update(place.ids[0], gallery_ids=None)


def test_the_cover_is_only_ever_an_image_of_the_gallery(place):
    covers, number = place.client.covers, place.gallery.id
    place.client.contents.add(number, place.ids[:3])
    covers.set(number, place.ids[2])
    assert covers.get(number) == place.client.galleries.get(number).cover_id == place.ids[2]
    with pytest.raises(NotFound):
        covers.set(number, place.ids[3])
    assert covers.get(number) == place.ids[2]
    assert covers.reset(number) in place.ids
    with pytest.raises(NotFound):
        covers.get(NOBODY)


def test_chapters_come_change_and_go(place):
    chapters, number = place.client.chapters, place.gallery.id
    place.client.contents.add(number, place.ids[:3])
    last = chapters.create(number, "Last", 3)
    first = chapters.create(number, "First", 1)
    assert [one.title for one in place.client.galleries.get(number).chapters] == ["First", "Last"]
    assert chapters.update(first.id, title="Begin").image_index == 1
    assert chapters.update(last.id, image_index=2).title == "Last"
    for title, index in (("x", 4), ("x", 0)):
        with pytest.raises(Invalid):
            chapters.create(number, title, index)
    assert number in [
        one.id for one in place.client.galleries.find(GalleryFilter(has_chapters=True)).items
    ]
    chapters.destroy(first.id)
    with pytest.raises(NotFound):
        chapters.destroy(first.id)


def test_an_image_takes_all_facts_and_loses_them_again(place):
    images, number = place.client.images, place.ids[0]
    changed = images.update(
        number,
        title=TRICKY,
        details=TRICKY,
        code="C-1",
        photographer="Ann",
        date="2024-05-06",
        rating=1,
        organized=True,
        urls=["http://a.example/1"],
        tag_ids=[place.tag.id],
    )
    assert images.get(number) == changed
    assert (changed.title, changed.details, changed.photographer) == (TRICKY, TRICKY, "Ann")
    assert (changed.rating, changed.organized, changed.date) == (1, True, "2024-05-06")
    found = place.client.places.with_tag(place.tag.id)
    assert [image.id for image in found.images] == [number]
    bare = images.update(
        number,
        title=None,
        details=None,
        code=None,
        photographer=None,
        date=None,
        rating=None,
        organized=False,
        urls=None,
        tag_ids=None,
    )
    assert (bare.title, bare.details, bare.rating, bare.urls) == ("", "", None, ())
    assert bare.files == changed.files
    with pytest.raises(Invalid):
        images.update(number, organized=None)
    with pytest.raises(NotFound):
        images.update(NOBODY, title="x")


def test_the_counter_goes_up_and_down_and_never_below_nothing(place):
    for counter, number in (
        (place.client.images.o_counter, place.ids[0]),
        (place.client.scenes.o_counter, place.client.scenes.all()[0].id),
    ):
        counter.reset(number)
        assert [counter.increment(number), counter.increment(number)] == [1, 2]
        assert [counter.decrement(number), counter.reset(number)] == [1, 0]
        assert counter.decrement(number) == 0
        with pytest.raises(NotFound):
            counter.increment(NOBODY)


def test_a_scene_takes_facts_and_is_found_by_them(place):
    scenes, tag = place.client.scenes, place.tag.id
    number = scenes.all()[0].id
    changed = scenes.update(number, title="Film", director="Ann", rating=60, tag_ids=[tag])
    assert (changed.title, changed.director, changed.rating) == ("Film", "Ann", 60)
    found = scenes.find(SceneFilter(tags=TreeIds((tag,)), rating=Number(59, "GREATER_THAN")))
    assert [one.id for one in found.items] == [number]
    (bare,) = scenes.bulk_update([number], tag_ids=IdList("REMOVE", (tag,)), title=None)
    assert (bare.title, bare.tags) == ("", ())
    scenes.update(number, director=None, rating=None)


def test_a_tag_is_found_by_name_or_alias_and_made_once(place):
    tags, name = place.client.tags, place.tag.name
    assert tags.named(name.upper()).id == place.tag.id
    assert tags.ensure(f" {name} ").id == place.tag.id
    assert tags.update(place.tag.id, aliases=[f"{name}-alias"]).aliases == (f"{name}-alias",)
    assert tags.ensure(f"{name}-ALIAS").id == place.tag.id
    with pytest.raises(AlreadyExists):
        tags.create(name)
    with pytest.raises(Invalid):
        tags.create("  ")
    assert tags.named(f"{name}-other") is None


def test_a_tag_that_many_make_at_once_is_one(client):
    name, found = f"g3fs-race-{secrets.token_hex(6)}", []

    def make() -> None:
        found.append(client.tags.ensure(name).id)

    threads = [threading.Thread(target=make) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(found) == 8
    assert len(set(found)) == 1
    client.tags.destroy(found[:1])
    with pytest.raises(NotFound):
        client.tags.destroy(found[:1])


def test_merged_tags_live_on_as_aliases(place):
    other = place.client.tags.create(f"{place.tag.name}-b", description="gone soon")
    place.client.images.bulk_update(place.ids[:1], tag_ids=IdList("ADD", (other.id,)))
    merged = place.client.tags.merge([other.id], place.tag.id)
    assert other.name in merged.aliases
    assert place.tag.id in [tag.id for tag in place.client.images.get(place.ids[0]).tags]
    with pytest.raises(NotFound):
        place.client.tags.get(other.id)
    with pytest.raises(Invalid):
        place.client.tags.merge([place.tag.id], place.tag.id)


def test_a_file_is_renamed_where_it_is(place):
    client = place.client
    file = next(f for image in place.images for f in image.files if f.zip_file_id is None)
    stem, dot, extension = file.basename.rpartition(".")
    name = f"{stem} ü {secrets.token_hex(3)}{dot}{extension}"
    client.files.rename(file, name)
    renamed = client.files.get(file.id)
    assert (renamed.basename, renamed.folder_id) == (name, file.folder_id)
    client.files.rename(renamed, file.basename)
    for bad, kind in (("../x.jpg", BadName), (f"{stem}.txt", Invalid), ("", BadName)):
        with pytest.raises(kind):
            client.files.rename(file, bad)
    zipped = next(f for i in client.images.all() for f in i.files if f.zip_file_id is not None)
    with pytest.raises(NotPermitted):
        client.files.rename(zipped, "x.jpg")


def test_a_name_that_is_taken_is_refused(client):
    folder = next(
        one for one in client.galleries.all() if one.kind == "folder" and one.image_count > 1
    )
    one, two, *_ = client.files.in_folder(folder.folder_id)
    with pytest.raises(AlreadyExists):
        client.files.rename(one, two.basename)


def test_the_first_file_of_an_image_is_chosen_and_never_deleted_alone(client):
    image = next(one for one in client.images.all() if len(one.files) > 1)
    first, second, *_ = image.files
    assert client.images.update(image.id, primary_file_id=second.id).files[0].id == second.id
    assert client.images.update(image.id, primary_file_id=first.id).files[0].id == first.id
    with pytest.raises(NotPermitted):
        client.files.delete(first.id)
    with pytest.raises(NotFound):
        client.files.delete(NOBODY)
