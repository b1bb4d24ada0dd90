"""PhotoPrism: what stands where, under which name, and that one file is one item everywhere."""

from collections.abc import AsyncIterator, Iterator

import pytest

from g3fs.demo.library import Album, Library
from g3fs.demo.photoprism.options import Options
from g3fs.demo.photoprism_samples import sample_library
from g3fs.demo.server import DemoServer
from g3fs.gallery.backend import Backend
from g3fs.gallery.errors import AccessDenied, NotFound
from g3fs.gallery.items import Album as AlbumItem
from g3fs.gallery.items import Item, Media
from tests.contract.backend_subjects import photo
from tests.contract.photoprism_demo import Site, at, entries, library, media_at, read, running

ROOT = [
    "albums", "folders", "calendar", "moments", "states", "people", "labels", "favorites",
    "private", "review", "archive",
]  # fmt: skip


@pytest.fixture(scope="module")
def samples() -> Iterator[Site]:
    yield from running(sample_library())


@pytest.fixture
async def backend(samples: Site) -> AsyncIterator[Backend]:
    async with samples.backend() as opened:
        yield opened


async def names(backend: Backend, path: str) -> list[str]:
    return [entry.name for entry in (await backend.list(await at(backend, path))).entries]


async def everything(backend: Backend) -> dict[str, Item]:
    """All items of the tree, by path."""
    found: dict[str, Item] = {}
    queue = [("", await backend.root())]
    while queue:
        above, album = queue.pop()
        for entry in (await backend.list(album.id)).entries:
            path = f"{above}/{entry.name} {entry.item.id}"
            found[path] = entry.item
            if isinstance(entry.item, AlbumItem):
                queue.append((path, entry.item))
    return found


async def test_the_root_has_the_collections(backend: Backend) -> None:
    listing = await backend.list((await backend.root()).id)

    assert list(entries(listing)) == ROOT


async def test_directories_differ_in_every_place_and_files_are_one(backend: Backend) -> None:
    tree = await everything(backend)
    albums = [item.id for item in tree.values() if isinstance(item, AlbumItem)]
    files = {item.id: item for item in tree.values() if isinstance(item, Media)}

    assert len(set(albums)) == len(albums)
    for item in tree.values():
        if isinstance(item, Media):
            assert files[item.id] == item, "told alike wherever it stands"
    assert len(files) < sum(isinstance(item, Media) for item in tree.values())
    assert all(item.shared for item in files.values() if not item.id.startswith("disk:"))


async def test_albums_are_those_made_by_hand_with_their_titles(backend: Backend) -> None:
    titles = await names(backend, "albums")

    assert titles.count("Trip") == 2
    assert {"..", "...", "2023/24: before & after", "Aniversários 🎂", "Empty"} <= set(titles)


async def test_a_stack_and_a_live_photo_show_each_of_their_files(backend: Backend) -> None:
    assert await names(backend, "albums/Formats") == [
        "pic.jpg", "pic.png", "IMG_9000.jpg", "IMG_9000.mov", "balloons.gif", "phone.heic",
    ]  # fmt: skip


async def test_what_the_server_made_is_never_shown(backend: Backend) -> None:
    heic = await media_at(backend, "albums/Formats/phone.heic")
    movie = await media_at(backend, "folders/2024/clips/waves.mp4")

    assert heic.media_type == "image/heic"
    assert movie.media_type == "video/mp4"
    assert (await read(backend, heic))[4:8] == b"ftyp"
    assert len(await read(backend, movie)) == movie.size_bytes


async def test_the_calendar_has_years_and_months(backend: Backend) -> None:
    assert await names(backend, "calendar") == ["2022", "2023", "2024"]
    assert await names(backend, "calendar/2023") == ["07", "12"]
    assert "wien-1.jpg" in await names(backend, "calendar/2023/12")


async def test_moments_states_people_and_labels_are_the_servers_own(backend: Backend) -> None:
    assert "IMG_0001.jpg" in await names(backend, "moments/Holiday")
    assert "wien-1.jpg" in await names(backend, "states/Wien")
    assert "wien-1.jpg" in await names(backend, "people/Ana")
    assert "wien-1.jpg" in await names(backend, "labels/City")


async def test_flags_are_collections(backend: Backend) -> None:
    assert set(await names(backend, "favorites")) == {"IMG_0003.jpg", "welcome.jpg"}
    assert await names(backend, "private") == ["hill-4.jpg"]
    assert "hill-6.jpg" in await names(backend, "review")
    assert await names(backend, "archive") == ["hill-5.jpg"]


async def test_folders_show_the_disk_with_sidecars_and_archived_files(backend: Backend) -> None:
    tree = await names(backend, "folders/formats")
    xmp = await media_at(backend, "folders/formats/sunrise.xmp")
    archived = await media_at(backend, "folders/2024/hills/hill-5.jpg")

    assert {"pic.jpg", "pic.png", "sunrise.jpg", "sunrise.xmp", "phone.heic"} <= set(tree)
    assert xmp.id == "disk:formats/sunrise.xmp"
    assert b"xmpmeta" in await read(backend, xmp)
    assert archived.id == (await media_at(backend, "archive/hill-5.jpg")).id


async def test_a_file_stacked_with_one_in_another_folder_is_the_same_file() -> None:
    for site in running(library()):
        catalog = site.server.site.state.catalog
        file = catalog.file_named("holidays/sea.jpg")
        catalog.photos[file.photo_uid].path = "elsewhere"
        async with site.backend() as backend:
            assert (await media_at(backend, "folders/holidays/sea.jpg")).id == file.uid


async def test_files_directly_in_the_originals_are_in_folders(backend: Backend) -> None:
    top = await names(backend, "folders")

    assert {"2023", "2024", "formats", "Família & amigos", "welcome.jpg"} == set(top)


async def test_an_archived_file_is_told_alike_when_it_is_asked_for(backend: Backend) -> None:
    archived = await media_at(backend, "archive/hill-5.jpg")

    assert await backend.stat(archived.id) == archived


async def test_the_name_at_the_upload_is_the_name_in_collections() -> None:
    for site in running(library()):
        uploaded = site.server.site.state.catalog.file_named("holidays/hill.jpg")
        uploaded.original_name = "trip/My hill.jpeg"
        async with site.backend() as backend:
            assert "My hill.jpeg" in await names(backend, "albums/Best")
            assert "hill.jpg" in await names(backend, "folders/holidays")
            one = await media_at(backend, "albums/Best/My hill.jpeg")
            assert one == await media_at(backend, "folders/holidays/hill.jpg")


async def test_without_webdav_folders_show_what_is_indexed() -> None:
    for site in running(sample_library(), options=Options(webdav=False)):
        async with site.backend() as backend:
            tree = await names(backend, "folders/formats")
            assert "sunrise.jpg" in tree
            assert "sunrise.xmp" not in tree
            assert await names(backend, "folders/2023/summer/evenings")
            assert not any(each.startswith("PROPFIND") for each in site.requests())


async def test_a_webdav_that_refuses_is_given_up_with_a_line_in_the_log(
    caplog: pytest.LogCaptureFixture,
) -> None:
    for site in running(library()):
        async with site.backend() as backend:
            site.server.faults.plant("status", resource="dav", status=403)
            assert "sea.jpg" in await names(backend, "folders/holidays")
            assert "not its disk" in caplog.text


@pytest.mark.parametrize("webdav", [True, False])
@pytest.mark.parametrize("name", ["a|b", "a*b", 'say "x"', "per%cent", "a_b", "日本 & co"])
async def test_odd_names_of_folders_are_found(name: str, webdav: bool) -> None:
    deep = Album(name="x", children=(photo("deep.jpg"),))
    odd = Album(name=name, children=(photo("in.jpg"), deep))
    content = Library(children=(odd, Album(name="ab", children=(photo("other.jpg"),))))
    for site in running(content, options=Options(webdav=webdav)):
        async with site.backend() as backend:
            assert sorted(await names(backend, f"folders/{name}")) == ["in.jpg", "x"]
            assert await names(backend, f"folders/{name}/x") == ["deep.jpg"]
            assert (await media_at(backend, f"folders/{name}/in.jpg")).shared


async def test_a_guest_sees_no_more_than_the_server_lets_it(
    caplog: pytest.LogCaptureFixture,
) -> None:
    for site in running(library()):
        async with site.backend("guest") as backend:
            assert await names(backend, "albums") == []
            assert await names(backend, "favorites") == []
            for refused in ("folders", "labels"):
                with pytest.raises(AccessDenied):
                    await names(backend, refused)
            assert "guest" in caplog.text


async def test_a_read_only_server_offers_no_rights_to_add() -> None:
    for site in running(library(), options=Options(read_only=True)):
        async with site.backend() as backend:
            best = await backend.stat(await at(backend, "albums/Best"))
            assert isinstance(best, AlbumItem)
            assert not best.can_add


async def test_what_is_gone_is_not_found() -> None:
    with DemoServer(kind="photoprism", library=library()) as server:
        async with Site(server=server).backend() as backend:
            best = await at(backend, "albums/Best")
            state = server.site.state
            uid = best.removeprefix("album:")
            state.catalog.albums[uid].deleted = state.clock()
            for place in (best, "month:abcdefgh", "label:abcdefgh", "folder:nowhere", "year:1900"):
                with pytest.raises(NotFound):
                    await backend.list(place)
                with pytest.raises(NotFound):
                    await backend.stat(place)
