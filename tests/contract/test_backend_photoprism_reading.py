"""PhotoPrism: bytes that are never mixed, facts, and what each question costs."""

from collections.abc import Iterator

import pytest

from g3fs.backends.photoprism.folders import MOST_FILES
from g3fs.demo.library import Album, Collection, Library
from g3fs.demo.photoprism.running import run_index
from g3fs.gallery.backend import Extent
from g3fs.gallery.errors import BytesLost, NotFound, Stale
from g3fs.gallery.items import Group, Rendition
from tests.contract.backend_subjects import photo
from tests.contract.photoprism_demo import (
    Site,
    at,
    entries,
    library,
    many_folders,
    media_at,
    read,
    running,
)

SEA = "albums/Best/sea.jpg"


@pytest.fixture
def site() -> Iterator[Site]:
    yield from running(library())


async def test_a_file_replaced_behind_the_index_is_stale(site: Site) -> None:
    async with site.backend() as backend:
        sea = await media_at(backend, SEA)
        site.harm("replace", file="holidays/sea.jpg", text="other bytes")

        with pytest.raises(Stale):
            await read(backend, sea)
        with pytest.raises(Stale):
            await read(backend, sea, offset=3000)


async def test_in_folders_such_a_file_is_what_the_disk_has(
    site: Site, caplog: pytest.LogCaptureFixture
) -> None:
    async with site.backend() as backend:
        site.harm("replace", file="holidays/sea.jpg", text="other bytes")
        sea = await media_at(backend, "folders/holidays/sea.jpg")

        assert sea.size_bytes == len("other bytes")
        assert await read(backend, sea) == b"other bytes"
        assert "has not indexed it since" in caplog.text


async def test_a_file_indexed_anew_has_another_version_and_the_same_id(site: Site) -> None:
    async with site.backend() as backend:
        sea = await media_at(backend, SEA)
        data = b"".join([await read(backend, sea), b"more"]).decode("latin-1")
        site.harm("replace", file="holidays/sea.jpg", text=data, mtime=1_800_000_000)
        index(site)
        now = await media_at(backend, SEA)

        assert now.id == sea.id
        assert now.version != sea.version
        assert not await backend.same_bytes(now, sea.version)
        with pytest.raises(Stale):
            await read(backend, sea)
        assert len(await read(backend, now)) == now.size_bytes


async def test_a_file_missing_on_the_disk_is_lost_and_its_album_is_not(site: Site) -> None:
    async with site.backend() as backend:
        sea = await media_at(backend, SEA)
        site.harm("lose", file="holidays/sea.jpg")

        with pytest.raises(BytesLost):
            await read(backend, sea)
        assert "hill.jpg" in entries(await backend.list(await at(backend, "albums/Best")))
        assert "sea.jpg" not in entries(await backend.list(await at(backend, "folders/holidays")))


async def test_an_icon_is_never_passed_on_as_a_picture(site: Site) -> None:
    async with site.backend() as backend:
        sea = await media_at(backend, SEA)
        site.server.faults.plant("icon", path="/t/")

        with pytest.raises(BytesLost):
            await read(backend, sea, Rendition("fit_720"))


async def test_files_of_the_disk_are_read_in_parts(site: Site) -> None:
    async with site.backend() as backend:
        put(site, "holidays/notes.txt", b"0123456789")
        notes = await media_at(backend, "folders/holidays/notes.txt")

        async with backend.open(notes, Rendition("original"), Extent(3, 4)) as stream:
            assert stream.offset == 3
            assert await stream.read_some(100) == b"3456"
        assert await backend.stat(notes.id) == notes
        assert await backend.details(Group.DETAILS, [notes.id]) != {}
        with pytest.raises(NotFound):
            await read(backend, notes, Rendition("fit_720"))


async def test_facts_come_with_the_listing(site: Site) -> None:
    async with site.backend() as backend:
        sea = await media_at(backend, SEA)

        assert sea.facts["user.xdg.comment"] == "Wind"
        assert sea.facts["user.g3fs.favorite"] == "1"
        assert sea.facts["user.g3fs.hash"] == sea.version
        assert "user.g3fs.private" not in sea.facts


async def test_labels_and_texts_come_with_one_request_a_photo(site: Site) -> None:
    async with site.backend() as backend:
        sea = await media_at(backend, SEA)
        site.server.requests.clear()
        tags = await backend.details(Group.TAGS, [sea.id])
        texts = await backend.details(Group.DETAILS, [sea.id])

        assert tags[sea.id].tags == ("Holiday", "Sea")
        assert texts[sea.id].facts["user.g3fs.title"] == "The sea"
        assert texts[sea.id].facts["user.g3fs.albums"] == '["Best", "Water"]'
        assert site.requests() == ["GET photo"]


async def test_a_title_that_the_server_made_up_is_not_told(site: Site) -> None:
    async with site.backend() as backend:
        hill = await media_at(backend, "albums/Best/hill.jpg")
        texts = await backend.details(Group.DETAILS, [hill.id])

        assert "user.g3fs.title" not in texts[hill.id].facts


async def test_a_label_that_was_removed_is_no_tag(site: Site) -> None:
    async with site.backend() as backend:
        sea = await media_at(backend, SEA)
        state = site.server.site.state
        rows = state.catalog.photos[sea.facts["user.g3fs.photo"]].labels
        next(iter(rows.values())).uncertainty = 100

        tags = await backend.details(Group.TAGS, [sea.id])
        assert len(tags[sea.id].tags) == 1


async def test_details_of_files_that_were_in_no_listing_are_found(site: Site) -> None:
    async with site.backend() as backend:
        peak = await media_at(backend, "archive/peak.jpg")
        sea = await media_at(backend, SEA)
    async with site.backend() as backend:
        found = await backend.details(Group.TAGS, [peak.id, sea.id])

        assert peak.id in found


async def test_titles_of_albums_cost_one_request_for_all(site: Site) -> None:
    async with site.backend() as backend:
        albums = list(entries(await backend.list(await at(backend, "albums"))).values())
        site.server.requests.clear()
        found = await backend.details(Group.DETAILS, albums)

        assert {each.facts["user.g3fs.title"] for each in found.values()} == {"Best", "Water"}
        assert site.requests() == ["GET albums"]


async def test_forty_albums_cost_one_request_and_each_of_them_one() -> None:
    albums = tuple(Collection(title=f"No {n}", members=("a.jpg",)) for n in range(40))
    for site in running(Library(children=(photo("a.jpg"),), collections=albums)):
        async with site.backend() as backend:
            listing = await backend.list(await at(backend, "albums"))
            assert site.requests() == ["GET status", "GET albums"]
            for entry in listing.entries:
                await backend.list(entry.item.id)
            assert site.requests()[2:] == ["GET photos"] * 40


async def test_an_album_that_is_listed_again_is_asked_for_again(site: Site) -> None:
    async with site.backend() as backend:
        best = await at(backend, "albums/Best")
        await backend.list(best)
        site.server.requests.clear()
        await backend.list(best)

        assert sorted(site.requests()) == ["GET albums", "GET photos"]


async def test_two_thousand_photos_cost_two_requests() -> None:
    names = [f"{n}.jpg" for n in range(2000)]
    content = Library(
        children=(Album(name="all", children=tuple(photo(name) for name in names)),),
        collections=(Collection(title="All", members=tuple(f"all/{name}" for name in names)),),
    )
    for site in running(content):
        async with site.backend() as backend:
            folder = await at(backend, "folders/all")
            album = await at(backend, "albums/All")
            for place in (folder, album):
                site.server.requests.clear()
                assert len((await backend.list(place)).entries) == 2000
                assert len(site.requests()) <= 2


@pytest.mark.parametrize("webdav", [True, False])
async def test_a_walk_over_sixty_folders_costs_far_fewer_requests(webdav: bool) -> None:
    for site in running(many_folders(60)):
        site.harm("options", webdav=webdav)
        async with site.backend() as backend:
            files, folders = 0, 0
            queue = [await at(backend, "folders")]
            while queue:
                for entry in (await backend.list(queue.pop())).entries:
                    if entry.item.id.startswith("folder:"):
                        queue.append(entry.item.id)
                        folders += 1
                    else:
                        files += 1
            assert (folders, files) == (66, 120)
            assert len(site.requests()) <= 12, site.requests()


async def test_a_folder_that_is_listed_again_is_asked_for_again(site: Site) -> None:
    async with site.backend() as backend:
        holidays = await at(backend, "folders/holidays")
        before = await backend.list(holidays)
        put(site, "holidays/new.txt", b"x")
        after = await backend.list(holidays)

        assert entries(after).keys() - entries(before).keys() == {"new.txt"}


async def test_a_tree_that_is_too_large_is_walked_folder_by_folder() -> None:
    crowd = tuple(photo(f"{n}.jpg") for n in range(MOST_FILES + 1))
    small = tuple(Album(name=f"d{n}", children=(photo(f"in {n}.jpg"),)) for n in range(4))
    for site in running(Library(children=(Album(name="crowd", children=crowd), *small))):
        async with site.backend() as backend:
            for n in range(4):
                found = await backend.list(await at(backend, f"folders/d{n}"))
                assert list(entries(found)) == [f"in {n}.jpg"]


def index(site: Site) -> None:
    """Let the server look at its disk."""
    run_index(site.server.site.state, "")


def put(site: Site, path: str, data: bytes) -> None:
    """Lay a file on the server's disk."""
    with site.server.site.state.originals.create(path) as file:
        file.write(data)
