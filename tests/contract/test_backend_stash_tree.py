"""Stash: what listings cost, what they tell, and what a hostile server makes of them."""

from collections.abc import Iterator

import pytest

from g3fs.demo.stash.library import HandMade, StashLibrary
from g3fs.demo.stash.options import Options
from g3fs.demo.synthetic import album_of
from g3fs.gallery.backend import Extent
from g3fs.gallery.errors import NotFound
from g3fs.gallery.ids import ItemId
from g3fs.gallery.items import ORIGINAL, Group, Link, Media, Step
from tests.contract.backend_subjects import photo
from tests.contract.stash_demo import Site, at, entries, library, media_at, read, running, site

__all__ = ["site"]

HOLIDAYS = "folders/pictures/holidays"


async def test_the_root_has_the_collections_and_asks_nothing_for_them(site: Site) -> None:
    async with site.backend() as backend:
        root = await backend.root()
        assert site.requests() == ["version"]
        listing = await backend.list(root.id)

    assert list(entries(listing)) == ["galleries", "folders", "tags", "performers", "studios"]
    assert len(site.requests()) == 1


@pytest.fixture(scope="module")
def crowd() -> Iterator[Site]:
    hand_made = tuple(HandMade(title=f"Gallery {n}") for n in range(500))
    crowd = StashLibrary(children=album_of(2000, "many").children, hand_made=hand_made)
    yield from running(crowd)


async def test_five_hundred_galleries_cost_one_request(crowd: Site) -> None:
    async with crowd.backend() as backend:
        listing = await backend.list(ItemId("galleries"))

    assert len(listing.entries) == 501
    assert len(crowd.requests()) == 1


@pytest.mark.parametrize("path", ["galleries/many", "folders/pictures/many"])
async def test_two_thousand_images_cost_one_request_with_exact_sizes(
    crowd: Site, path: str
) -> None:
    async with crowd.backend() as backend:
        album = (await at(backend, path)).id
        crowd.server.requests.clear()
        listing = await backend.list(album)

    assert len(listing.entries) == 2000
    assert len(crowd.requests()) == 1
    for name, item in list(entries(listing).items())[:50]:
        assert isinstance(item, Media)
        assert item.size_bytes == crowd.file(name).size


async def test_every_kind_of_directory_costs_one_request(site: Site) -> None:
    async with site.backend() as backend:
        for path in ("galleries", HOLIDAYS, "tags/Sea", "performers/Ann", "studios/One"):
            album = (await at(backend, path)).id
            site.server.requests.clear()
            await backend.list(album)
            assert len(site.requests()) == 1, path
            await backend.stat(album)
            assert len(site.requests()) <= 2, path


async def test_attributes_come_with_the_listing(site: Site) -> None:
    async with site.backend() as backend:
        sea = await media_at(backend, f"{HOLIDAYS}/sea.jpg")
        best = entries(await backend.list(ItemId("galleries")))["Best"]

    assert sea.facts["user.xdg.tags"] == "Holiday,Sea"
    assert sea.facts["user.g3fs.tags"] == '["Holiday","Sea"]'
    assert sea.facts["user.g3fs.rating"] == "4"
    assert sea.facts["user.baloo.rating"] == "1", "whatever is rated has at least one star"
    assert sea.facts["user.g3fs.performers"] == '["Ann"]'
    assert sea.facts["user.g3fs.studio"] == "One"
    assert not isinstance(best, Link)
    assert best.facts["user.g3fs.title"] == "Best"


async def test_covers_and_chapters_name_images_of_the_gallery(site: Site) -> None:
    async with site.backend() as backend:
        galleries = (await backend.list(ItemId("galleries"))).entries
        best = next(each.item.id for each in galleries if each.name == "Best")
        others = [each.item.id for each in galleries if each.item.id != best]
        site.server.requests.clear()
        found = await backend.details(Group.DETAILS, [best, *others])

    assert found[best].facts["user.g3fs.cover"] == "hill.jpg"
    assert found[best].facts["user.g3fs.chapters"] == (
        '[{"title":"Again","image":"hill.jpg"},{"title":"Start","image":"sea.jpg"}]'
    )
    assert found[best].facts["user.xdg.origin.url"].startswith(f"{site.server.url}/galleries/")
    assert found.keys() == {best, *others}
    assert len(site.requests()) == 3


async def test_the_file_of_a_place_is_shown_there(site: Site) -> None:
    async with site.backend() as backend:
        here = await media_at(backend, f"{HOLIDAYS}/hill.jpg")
        there = await media_at(backend, f"{HOLIDAYS}/copies/copy of the hill.jpg")
        gallery = await media_at(backend, "galleries/holidays/hill.jpg")
        copies = await media_at(backend, "galleries/copies/copy of the hill.jpg")
        assert await read(backend, here) == await read(backend, there)

    assert gallery == here
    assert copies == there
    assert here.id != there.id
    assert here.version == there.version
    assert here.shared


async def test_a_zip_is_a_directory_and_a_gallery(site: Site) -> None:
    async with site.backend() as backend:
        inner = await media_at(backend, "folders/pictures/comic.zip/ch1/1.jpg")
        gallery = entries(await backend.list((await at(backend, "galleries/comic.zip")).id))
        assert gallery["ch1/1.jpg"] == inner
        async with backend.open(inner, ORIGINAL, Extent(500, 10)) as stream:
            assert stream.offset == 0, "the server unpacks all of it anyway"

    assert set(gallery) == {"ch1/1.jpg", "ch2/1.jpg"}
    assert not inner.seekable


async def test_galleries_are_links_where_they_only_stand(site: Site) -> None:
    async with site.backend() as backend:
        listing = await backend.list((await at(backend, "tags/Sea")).id)
        link = entries(listing)["Best"]
        assert await backend.stat(link.id) == link

    assert isinstance(link, Link)
    assert link.path[0] == Step("galleries")
    assert link.path[1].name == "Best"
    assert link.depth == 2


async def test_a_link_that_is_none_any_more_is_not_found(site: Site) -> None:
    async with site.backend() as backend:
        for item in (
            "tag:1/gallery:99",
            "tag:99/gallery:1",
            "gallery:1/tag:1",
            "folder:1/gallery:1",
        ):
            with pytest.raises(NotFound):
                await backend.stat(ItemId(item))


async def test_a_file_that_was_in_no_listing_is_found(site: Site) -> None:
    number = site.file("hill.jpg").id
    async with site.backend() as backend:
        media = await backend.stat(ItemId(str(number)))
        assert len(site.requests()) <= 2
        assert isinstance(media, Media)
        assert len(await read(backend, media)) == media.size_bytes

    assert media.title == "hill.jpg"


async def test_a_replaced_file_has_another_version(site: Site) -> None:
    async with site.backend() as backend:
        before = await media_at(backend, f"{HOLIDAYS}/rain.jpg")
        world, file = site.server.site.world, site.file("rain.jpg")
        world.disk.write(file.path, photo("other.jpg").content, world.now() + 10)
        world.scan_now(["/data/pictures/holidays"])
        after = await media_at(backend, f"{HOLIDAYS}/rain.jpg")

    assert after.id == before.id
    assert after.version != before.version


async def test_hostile_titles_and_names_are_passed_on(site: Site) -> None:
    titles = ["a/b", "..", "   ", "x" * 100_000, "nul\0", "line\nbreak"]
    galleries = site.server.site.world.store.galleries.rows
    for title, gallery in zip(titles, galleries.values(), strict=False):
        gallery.title = title
    async with site.backend() as backend:
        listing = await backend.list(ItemId("galleries"))

    assert {title for title in titles if title.strip()} <= set(entries(listing))
    assert len({entry.item.id for entry in listing.entries}) == len(galleries)


async def test_an_image_without_files_is_left_out(site: Site) -> None:
    images = site.server.site.world.store.images.rows
    victim = next(each for each in images.values() if each.files[0].basename == "rain.jpg")
    async with site.backend() as backend:
        gallery = (await at(backend, "galleries/holidays")).id
        victim.files.clear()
        names = entries(await backend.list(gallery))

    assert set(names) == {"sea.jpg", "hill.jpg"}


@pytest.fixture
def old() -> Iterator[Site]:
    yield from running(library(), options=Options(version="v0.27.2"))


async def test_an_old_server_has_no_folders(old: Site) -> None:
    async with old.backend() as backend:
        names = entries(await backend.list(ItemId("root")))
        assert "folders" not in names
        assert all("folders" not in each.path for each in backend.capabilities.collections)
        for item in ("folders", "folder:1"):
            with pytest.raises(NotFound):
                await backend.list(ItemId(item))
        with pytest.raises(NotFound):
            await backend.stat(ItemId("1"))
        media = await media_at(backend, "galleries/holidays/rain.jpg")
        assert await backend.stat(media.id) == media
