"""Gallery 3: where bytes are fetched, what is believed, and how a transfer ends."""

from collections.abc import Callable

import pytest

from g3fs.demo.gallery3.shelving import place
from g3fs.demo.gallery3.site import Options
from g3fs.demo.server import DemoServer
from g3fs.gallery.backend import Extent
from g3fs.gallery.errors import (
    BadReply,
    BytesLost,
    GalleryError,
    Maintenance,
    NotFound,
    ServerError,
    Stale,
)
from g3fs.gallery.items import ORIGINAL, Rendition
from tests.contract.backend_subjects import small_library
from tests.contract.gallery3_demo import (
    HILL,
    HOLIDAYS,
    RAIN,
    SEA,
    Fault,
    Site,
    media_in,
    media_of,
    plant,
    read,
    site,
    until,
)

__all__ = ["site"]

THUMB = Rendition("thumb")
KEY_HEADER = "x-gallery-request-key"


def resources(site: Site) -> list[str]:
    return [entry.resource for entry in site.requests()]


async def test_the_public_address_is_used_without_the_key(site: Site) -> None:
    async with site.backend() as backend:
        sea = media_in(await backend.list(HOLIDAYS), SEA)
        site.server.requests.clear()
        assert len(await read(backend, sea)) == sea.size_bytes

    (request,) = site.requests()
    assert request.resource == "public"
    assert KEY_HEADER not in request.headers
    assert site.server.api_key not in request.target


async def test_only_what_is_asked_for_is_sent(site: Site) -> None:
    async with site.backend() as backend:
        sea = media_in(await backend.list(HOLIDAYS), SEA)
        site.server.requests.clear()
        async with backend.open(sea, ORIGINAL, Extent(1000, 500)) as stream:
            assert stream.offset == 1000
            sizes = [len(await stream.read_some(1 << 20)) for _ in range(500)]

    (request,) = site.requests()
    await until(lambda: request.done)
    assert sum(sizes) == 500
    assert request.headers["range"] == "bytes=1000-1499"
    assert request.sent == 500


async def test_a_small_file_whose_address_is_not_known_comes_through_the_api(site: Site) -> None:
    async with site.backend() as backend:
        sea = await media_of(backend, SEA)
    async with site.backend() as another:
        assert len(await read(another, sea)) == sea.size_bytes

    assert resources(site) == ["data"]


async def test_a_part_of_a_file_whose_address_is_not_known_is_worth_a_question(site: Site) -> None:
    async with site.backend() as backend:
        sea = await media_of(backend, SEA)
    async with site.backend() as another:
        assert len(await read(another, sea, offset=2000)) == (sea.size_bytes or 0) - 2000

    assert resources(site) == ["tree", "public"]


async def test_a_private_album_is_read_through_the_api(site: Site) -> None:
    site.hide(SEA, "file_url_public")
    async with site.backend() as backend:
        sea = await media_of(backend, SEA)
        site.server.requests.clear()
        data = await read(backend, sea, offset=2000)

    assert not sea.seekable
    assert len(data) == (sea.size_bytes or 0) - 2000
    assert resources(site) == ["data"]
    assert site.requests()[0].headers[KEY_HEADER] == site.server.api_key


@pytest.mark.parametrize(
    "fault",
    [
        {"action": "status", "status": 404},
        {"action": "status", "status": 403},
        {"action": "html"},
        {"action": "html", "content_type": "image/jpeg"},
        {"action": "html", "content_type": "text/plain"},
        {"action": "redirect", "location": "http://elsewhere.example"},
        {"action": "maintenance"},
    ],
)
async def test_whatever_is_wrong_with_the_public_address_the_file_comes(
    site: Site, fault: Fault
) -> None:
    plant(site, fault, resource="public")
    async with site.backend() as backend:
        sea = media_in(await backend.list(HOLIDAYS), SEA)
        assert len(await read(backend, sea)) == sea.size_bytes
        site.server.requests.clear()
        assert len(await read(backend, sea)) == sea.size_bytes

    assert resources(site) == ["data"]


async def test_a_text_of_the_right_size_is_no_photo(site: Site) -> None:
    async with site.backend() as backend:
        sea = media_in(await backend.list(HOLIDAYS), SEA)
        text = {"body": "x" * (sea.size_bytes or 0), "content_type": "text/plain"}
        plant(site, {"action": "html", **text}, resource="public")
        data = await read(backend, sea)

    assert not data.startswith(b"xxx")
    assert resources(site) == ["tree", "public", "data"]


async def test_an_address_without_a_file_behind_it_is_not_tried(site: Site) -> None:
    site.lie(SEA, {"file_url_public": f"{site.server.origin}/var/albums/x/sea.jpg?m=0"})
    async with site.backend() as backend:
        sea = media_in(await backend.list(HOLIDAYS), SEA)
        await read(backend, sea)

    assert not sea.seekable
    assert resources(site) == ["tree", "data"]


async def test_after_three_items_public_addresses_are_given_up(
    site: Site, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("INFO")
    site.server.faults.plant("status", status=404, resource="public")
    async with site.backend() as backend:
        listing = await backend.list(HOLIDAYS)
        for item in (SEA, HILL, RAIN):
            await read(backend, media_in(listing, item))
        site.server.requests.clear()
        peak = await media_of(backend, type(SEA)("7"))
        await read(backend, peak)

    assert not peak.seekable
    assert resources(site) == ["tree", "data"]
    assert [text for text in caplog.messages if "public addresses do not work" in text]


async def test_where_public_addresses_worked_once_they_are_not_given_up(site: Site) -> None:
    async with site.backend() as backend:
        listing = await backend.list(HOLIDAYS)
        await read(backend, media_in(listing, SEA))
        site.server.faults.plant("status", status=404, resource="public")
        for item in (SEA, HILL, RAIN):
            await read(backend, media_in(listing, item))
        site.server.faults.clear()
        site.server.requests.clear()
        await read(backend, await media_of(backend, type(SEA)("7")))

    assert resources(site) == ["tree", "public"]


async def test_the_key_and_the_request_stay_at_the_origin() -> None:
    with DemoServer(library=small_library()) as elsewhere:
        own_site = f"{elsewhere.origin}/index.php"
        with DemoServer(
            library=small_library(), options=Options(own_site=own_site, base_path="/g")
        ) as server:
            site = Site(server=server)
            async with site.backend() as backend:
                sea = media_in(await backend.list(HOLIDAYS), SEA)
                assert len(await read(backend, sea, offset=10)) > 0
                server.faults.plant("redirect", location=elsewhere.origin)
                for call in (backend.root, lambda: read(backend, sea, THUMB)):
                    with pytest.raises(BadReply):
                        await call()
        assert len(elsewhere.requests) == 0
        assert server.requests.entries(resource="public")


async def test_a_title_changes_no_bytes(site: Site) -> None:
    async with site.backend() as backend:
        listing = await backend.list(HOLIDAYS)
        for item in (SEA, HILL):
            site.retitle(item)
        sea, hill = media_in(listing, SEA), media_in(listing, HILL)

        assert len(await read(backend, sea)) == sea.size_bytes
        site.server.faults.plant("status", status=404, resource="public")
        assert len(await read(backend, hill)) == hill.size_bytes
        assert len(await read(backend, hill, THUMB)) > 0
        assert await backend.same_bytes(await media_of(backend, SEA), sea.version)


@pytest.mark.parametrize("public", [True, False])
@pytest.mark.parametrize("change", [lambda data: data[::-1], lambda data: data + b"more"])
async def test_other_bytes_than_those_of_the_version_are_stale(
    site: Site, change: Callable[[bytes], bytes], public: bool
) -> None:
    if not public:
        site.server.faults.plant("status", status=404, resource="public")
    async with site.backend() as backend:
        before = media_in(await backend.list(HOLIDAYS), SEA)
        data = await read(backend, before)
        site.replace(SEA, change(data))
        with pytest.raises(Stale):
            await read(backend, before)

        after = await media_of(backend, SEA)
        assert after.version != before.version
        assert await read(backend, after) == change(data)
        assert not await backend.same_bytes(after, before.version)


async def test_a_thumb_that_was_made_anew_is_stale(site: Site) -> None:
    row, gallery = site.item(SEA), site.server.site.gallery
    async with site.backend() as backend:
        before = media_in(await backend.list(HOLIDAYS), SEA)
        where = place(row, gallery.path(row), "thumbs")
        gallery.files.put("thumbs", where, lambda: b"\xff\xd8 other", row.updated)
        with pytest.raises(Stale):
            await read(backend, before, THUMB)

        after = media_in(await backend.list(HOLIDAYS), SEA)
        assert await read(backend, after, THUMB) == b"\xff\xd8 other"


async def test_a_clock_that_is_wrong_on_the_server_stops_nobody(site: Site) -> None:
    row, gallery = site.item(SEA), site.server.site.gallery
    gallery.files.put("albums", gallery.path(row), lambda: b"\xff\xd8 late", row.updated + 3600)
    async with site.backend() as backend:
        sea = media_in(await backend.list(HOLIDAYS), SEA)

        assert await read(backend, sea) == b"\xff\xd8 late"


async def test_an_item_that_was_deleted_is_not_found(site: Site) -> None:
    async with site.backend() as backend:
        sea = media_in(await backend.list(HOLIDAYS), SEA)
        site.damage(SEA, "lost_original")
        site.server.site.gallery.take_out(site.item(SEA))
        for rendition in (ORIGINAL, THUMB):
            with pytest.raises(NotFound) as caught:
                await read(backend, sea, rendition)
            assert caught.type is NotFound


async def test_a_file_that_was_lost_meanwhile_is_lost(site: Site) -> None:
    async with site.backend() as backend:
        sea = media_in(await backend.list(HOLIDAYS), SEA)
        site.damage(SEA, "lost_original")
        with pytest.raises(BytesLost):
            await read(backend, sea)
        lost = await media_of(backend, SEA)
        site.server.requests.clear()
        with pytest.raises(BytesLost):
            await read(backend, lost)

    assert resources(site) == []


@pytest.mark.parametrize("rendition", [ORIGINAL, THUMB])
@pytest.mark.parametrize(
    ("fault", "error"),
    [
        ({"action": "html"}, Maintenance),
        ({"action": "html", "content_type": "text/plain"}, BadReply),
        ({"action": "status", "status": 500}, ServerError),
        ({"action": "short", "size": 10}, BadReply),
        ({"action": "cut", "size": 100}, BadReply),
        ({"action": "cut_clean", "size": 100}, BadReply),
        ({"action": "reset_before"}, ServerError),
    ],
)
async def test_spoiled_bytes_are_never_taken_for_the_file(
    site: Site, fault: Fault, error: type[GalleryError], rendition: Rendition
) -> None:
    site.server.faults.plant("status", status=404, resource="public")
    plant(site, fault, resource="data")
    async with site.backend() as backend:
        sea = media_in(await backend.list(HOLIDAYS), SEA)
        with pytest.raises(error):
            await read(backend, sea, rendition)


async def test_a_body_of_another_length_than_the_listing_said_is_no_file(site: Site) -> None:
    site.lie(SEA, {"file_size": 99})
    async with site.backend() as backend:
        sea = media_in(await backend.list(HOLIDAYS), SEA)
        with pytest.raises(BadReply, match="99"):
            await read(backend, sea)
