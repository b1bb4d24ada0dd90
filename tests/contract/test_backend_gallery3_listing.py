"""Gallery 3: what listings cost, what they tell, and what a hostile server makes of them."""

from collections.abc import Iterator

import pytest

from g3fs.demo.library import Album, Library, Rule
from g3fs.demo.synthetic import album_of, tiny_jpeg
from g3fs.gallery.errors import AccessDenied, NotFound
from g3fs.gallery.ids import ItemId
from g3fs.gallery.items import ORIGINAL, Readable, Rendition
from tests.contract.backend_subjects import photo
from tests.contract.gallery3_demo import (
    HILL,
    HOLIDAYS,
    RAIN,
    SEA,
    Site,
    media_in,
    media_of,
    read,
    running,
    site,
)

__all__ = ["site"]

ROOT = ItemId("1")
SUMMIT = ItemId("6")
THUMB, RESIZE = Rendition("thumb"), Rendition("resize")


@pytest.fixture
def crowd() -> Iterator[Site]:
    yield from running(album_of(1000))


async def test_an_album_of_a_thousand_costs_one_request(crowd: Site) -> None:
    async with crowd.backend() as backend:
        listing = await backend.list(HOLIDAYS)

    assert len(listing.entries) == 1000
    assert [entry.resource for entry in crowd.requests()] == ["tree"]


async def test_root_and_stat_cost_one_request_each(site: Site) -> None:
    async with site.backend() as backend:
        await backend.root()
        await backend.stat(SEA)

    assert [entry.resource for entry in site.requests()] == ["tree", "tree"]


async def test_the_entries_are_in_the_order_of_the_server(site: Site) -> None:
    site.item(HOLIDAYS).sort_column = "name"
    site.item(HOLIDAYS).sort_order = "DESC"
    async with site.backend() as backend:
        listing = await backend.list(HOLIDAYS)

    assert [entry.name for entry in listing.entries] == [
        "summit",
        "sea.jpg",
        "rain.jpg",
        "hill.jpg",
    ]


async def test_a_listing_tells_sizes_times_and_facts(site: Site) -> None:
    site.item(SEA).captured = 1_500_000_000
    async with site.backend() as backend:
        listing = await backend.list(HOLIDAYS)

    sea, row = media_in(listing, SEA), site.item(SEA)
    assert sea.media_type == "image/jpeg"
    assert sea.version == f"{sea.size_bytes}-{row.updated}"
    assert sea.times.created_s == row.created
    assert sea.times.captured_s == 1_500_000_000
    assert sea.times.data_changed_s is None
    assert sea.seekable
    assert sea.facts["user.g3fs.width"] == "60"
    assert sea.facts["user.g3fs.slug"] == "sea"
    assert media_in(listing, HILL).facts["user.xdg.comment"] == "A hill"
    assert listing.album.facts["user.xdg.comment"] == "Sea and hills"
    assert listing.album.facts["user.g3fs.title"] == "Holidays 2024"
    assert listing.album.facts["user.g3fs.sort"] == "created ASC"
    assert listing.album.facts["user.g3fs.cover"] == "sea.jpg"


async def test_a_cover_that_lies_elsewhere_is_told_by_its_number(site: Site) -> None:
    async with site.backend() as backend:
        root = await backend.root()

    assert root.facts["user.g3fs.cover"] == f"id:{SEA}"


@pytest.mark.parametrize("title", ["sea.jpg", "sea"])
async def test_a_title_that_is_the_name_is_no_fact(site: Site, title: str) -> None:
    site.item(SEA).title = title
    async with site.backend() as backend:
        assert "user.g3fs.title" not in (await media_of(backend, SEA)).facts


async def test_a_title_that_the_server_made_of_the_name_as_sent_is_no_fact(site: Site) -> None:
    site.item(SEA).name, site.item(SEA).title = "a_b.jpg", "a.b.jpg"
    async with site.backend() as backend:
        assert "user.g3fs.title" not in (await media_of(backend, SEA)).facts


async def test_a_title_that_a_person_set_is_a_fact(site: Site) -> None:
    site.item(SEA).title = "At the sea"
    async with site.backend() as backend:
        assert (await media_of(backend, SEA)).facts["user.g3fs.title"] == "At the sea"


async def test_data_that_were_replaced_later_have_a_time_of_their_own(site: Site) -> None:
    site.replace(SEA, b"\xff\xd8 other data")
    async with site.backend() as backend:
        sea = await media_of(backend, SEA)

    assert sea.times.data_changed_s == sea.times.updated_s == sea.times.created_s + 100


async def test_a_lost_original_is_listed_as_lost(
    site: Site, caplog: pytest.LogCaptureFixture
) -> None:
    site.damage(SEA, "lost_original")
    async with site.backend() as backend:
        listing = await backend.list(HOLIDAYS)
        await backend.list(HOLIDAYS)

    assert media_in(listing, SEA).readable is Readable.LOST
    assert media_in(listing, HILL).readable is Readable.YES
    assert len(listing.entries) == 4
    assert [entry.resource for entry in site.requests()] == ["tree", "tree"]
    assert len([text for text in caplog.messages if "lost the file of item 3" in text]) == 1


async def test_a_lost_thumb_is_no_rendition_and_hides_nothing(site: Site) -> None:
    site.damage(SEA, "lost_thumb")
    async with site.backend() as backend:
        listing = await backend.list(HOLIDAYS)
        sea = media_in(listing, SEA)
        assert len(await read(backend, sea)) == sea.size_bytes

    assert set(sea.renditions) == {RESIZE}
    assert set(media_in(listing, HILL).renditions) == {THUMB, RESIZE}


async def test_an_over_long_path_hides_only_itself(
    site: Site, caplog: pytest.LogCaptureFixture
) -> None:
    site.item(SEA).name = "x" * 300 + ".jpg"
    async with site.backend() as backend:
        listing = await backend.list(HOLIDAYS)

    assert len(listing.entries) == 4
    assert media_in(listing, SEA).readable is Readable.LOST
    assert media_in(listing, HILL).readable is Readable.YES
    assert media_in(listing, HILL).size_bytes is not None
    assert any("broken" in text for text in caplog.messages)


async def test_one_broken_item_can_still_be_looked_at(site: Site) -> None:
    site.item(SEA).name = "x" * 300 + ".jpg"
    async with site.backend() as backend:
        assert (await media_of(backend, SEA)).readable is Readable.LOST


@pytest.mark.parametrize("name", ["", "a/b", "..", "a\0b", "x\ny", "n" * 5000, "\ud800", None])
async def test_names_are_handed_on_as_they_are(site: Site, name: str | None) -> None:
    site.lie(SEA, {"name": name})
    async with site.backend() as backend:
        listing = await backend.list(HOLIDAYS)

    assert listing.entries[0].name == (name or "")
    assert len(listing.entries) == 4


@pytest.mark.parametrize("size", [-1, 2**61, 2**80, "many", None, [], {}])
async def test_an_impossible_size_is_unknown(
    site: Site, size: object, caplog: pytest.LogCaptureFixture
) -> None:
    site.lie(SEA, {"file_size": size, "thumb_size": size})
    async with site.backend() as backend:
        sea = media_in(await backend.list(HOLIDAYS), SEA)
        assert sea.size_bytes is None
        assert sea.readable is Readable.YES
        assert len(await read(backend, sea)) == len(tiny_jpeg() + 1000 * b"sea.jpg")
        await backend.list(HOLIDAYS)

    assert THUMB not in sea.renditions
    assert [text for text in caplog.messages if "size" in text] == [
        "the server tells no possible size of item 3 ('sea.jpg')"
    ]


@pytest.mark.parametrize("moment", [-5, 0, 2**40, 2**70, "soon", None])
async def test_impossible_times_become_possible_ones(site: Site, moment: object) -> None:
    names = ("created", "updated", "captured")
    site.lie(SEA, dict.fromkeys(names, moment))
    async with site.backend() as backend:
        times = media_in(await backend.list(HOLIDAYS), SEA).times

    assert times.captured_s is None
    assert times.created_s == times.updated_s == 1


async def test_one_impossible_time_is_taken_from_the_other(site: Site) -> None:
    site.lie(SEA, {"created": "-1"})
    async with site.backend() as backend:
        times = media_in(await backend.list(HOLIDAYS), SEA).times

    assert times.created_s == times.updated_s == site.item(SEA).updated


@pytest.mark.parametrize("media_type", ["text/html", "image/jpeg\r\nX: y", "", None, "x" * 500])
async def test_an_odd_media_type_becomes_the_usual_one(site: Site, media_type: object) -> None:
    site.lie(SEA, {"mime_type": media_type})
    async with site.backend() as backend:
        assert media_in(await backend.list(HOLIDAYS), SEA).media_type == "image/jpeg"


async def test_an_item_that_makes_no_sense_is_left_out(
    site: Site, caplog: pytest.LogCaptureFixture
) -> None:
    site.lie(SEA, {"type": "poem"})
    async with site.backend() as backend:
        listing = await backend.list(HOLIDAYS)

    assert {entry.item.id for entry in listing.entries} == {HILL, RAIN, SUMMIT}
    assert any("left out" in text for text in caplog.messages)


async def test_an_album_never_lies_in_itself(site: Site, caplog: pytest.LogCaptureFixture) -> None:
    site.lie(SUMMIT, {}, HOLIDAYS, ROOT, SUMMIT)
    async with site.backend() as backend:
        await backend.list(ROOT)
        await backend.list(HOLIDAYS)
        listing = await backend.list(SUMMIT)
        await backend.list(SUMMIT)

    assert [entry.name for entry in listing.entries] == ["peak.jpg"]
    said = [text for text in caplog.messages if "in which it lies itself" in text]
    assert len(said) == len(set(said)) > 0


async def test_rights_that_an_old_server_does_not_tell_are_assumed(site: Site) -> None:
    site.hide(SEA, "can_edit", "can_add")
    async with site.backend() as backend:
        assert (await media_of(backend, SEA)).can_edit


async def test_rights_show_what_the_user_may_do(site: Site) -> None:
    async with site.backend("bob") as backend:
        listing = await backend.list(HOLIDAYS)

    assert not listing.album.can_add
    assert not listing.album.can_edit
    assert not media_in(listing, SEA).can_edit


@pytest.fixture
def previews() -> Iterator[Site]:
    deny = tuple(
        Rule(audience=who, right="view_full", allowed=False) for who in ("guests", "members")
    )
    album = Album(name="previews", rules=deny, children=(photo("proof.jpg"),))
    yield from running(Library(children=(album,)))


async def test_an_original_that_the_user_may_not_have_is_forbidden(previews: Site) -> None:
    async with previews.backend("bob") as backend:
        proof = media_in(await backend.list(HOLIDAYS), SEA)
        with pytest.raises(AccessDenied):
            await read(backend, proof, ORIGINAL)
        assert await read(backend, proof, THUMB)

    assert proof.readable is Readable.FORBIDDEN
    assert proof.size_bytes is None
    assert not proof.seekable
    assert [entry.resource for entry in previews.requests()] == ["tree", "data"]


async def test_what_the_user_may_not_see_is_not_there(site: Site) -> None:
    for audience in ("guests", "members"):
        site.server.site.harm(
            {
                "kind": "right",
                "item": SUMMIT,
                "audience": audience,
                "right": "view",
                "allowed": False,
            }
        )
    async with site.backend("bob") as backend:
        listing = await backend.list(HOLIDAYS)
        with pytest.raises(NotFound):
            await backend.list(SUMMIT)

    assert SUMMIT not in {entry.item.id for entry in listing.entries}
