"""Gallery 3: what tags and comments cost, and what is remembered of them."""

from collections import Counter
from collections.abc import Iterator

import pytest
from trio.testing import MockClock

from g3fs.backends.calls import Calls
from g3fs.backends.gallery3.comments import CommentReader
from g3fs.backends.gallery3.tags import TagReader
from g3fs.backends.registry import open_backend
from g3fs.clients.gallery3.client import Login, open_client
from g3fs.demo.gallery3.site import Options
from g3fs.demo.library import Album, Library, Remark
from g3fs.demo.server import DemoServer
from g3fs.gallery.errors import Maintenance
from g3fs.gallery.ids import ItemId, TagName
from g3fs.gallery.items import Details, Group
from g3fs.tasks.threads import Threads
from tests.contract.backend_subjects import credentials_of, photo, small_library
from tests.contract.gallery3_demo import HILL, HOLIDAYS, RAIN, SEA, Site, plant, running, site

__all__ = ["site"]

UNKNOWN = ItemId("987654321")


def counts(site: Site) -> Counter[str]:
    return Counter(entry.resource for entry in site.requests())


@pytest.fixture
def crowd() -> Iterator[Site]:
    """Two hundred photos, five tags, every tenth photo with a comment."""
    photos = tuple(
        photo(
            f"p{number}.jpg",
            tags=(f"tag {number % 5}", "all"),
            remarks=(Remark(text=f"remark {number}"),) if number % 10 == 0 else (),
        )
        for number in range(200)
    )
    yield from running(Library(children=(Album(name="crowd", children=photos),)))


async def ids_in(site: Site) -> list[ItemId]:
    async with site.backend() as backend:
        return [entry.item.id for entry in (await backend.list(HOLIDAYS)).entries]


async def test_tags_of_two_hundred_items_cost_a_handful_of_requests(crowd: Site) -> None:
    ids = await ids_in(crowd)
    async with crowd.backend() as backend:
        found = await backend.details(Group.TAGS, ids)
        first = counts(crowd)
        crowd.server.requests.clear()
        again = await backend.details(Group.TAGS, ids)

    assert found.keys() == set(ids)
    assert found[ids[3]].tags == ("all", "tag 3")
    assert first["items"] <= 2
    assert first["tag"] == 6
    assert again == found
    assert counts(crowd) == {"items": first["items"]}


async def test_names_of_tags_are_asked_for_anew_after_ten_minutes(site: Site) -> None:
    now = 0.0
    with open_client(site.server.url, Login(api_key=site.server.api_key)) as client:
        reader = TagReader(client, Calls(Threads()), lambda: now)
        assert (await reader.read([int(RAIN)]))[int(RAIN)].tags == ("Holiday",)
        next(tag for tag in site.server.site.gallery.tags if tag.name == "Holiday").name = "Trip"
        now = 599.0
        assert (await reader.read([int(RAIN)]))[int(RAIN)].tags == ("Holiday",)
        now = 601.0
        assert (await reader.read([int(RAIN)]))[int(RAIN)].tags == ("Trip",)


async def test_tags_are_sorted_by_name(site: Site) -> None:
    async with site.backend() as backend:
        assert (await backend.details(Group.TAGS, [SEA]))[SEA].tags == ("Holiday", "Sea")


async def test_an_item_without_tags_has_none(site: Site) -> None:
    async with site.backend() as backend:
        assert await backend.details(Group.TAGS, [HILL]) == {HILL: Details()}


@pytest.mark.parametrize("kind", ["lost_thumb", "lost_original"])
async def test_broken_items_spoil_the_tags_of_no_others(site: Site, kind: str) -> None:
    site.damage(SEA, kind)
    async with site.backend() as backend:
        found = await backend.details(Group.TAGS, [RAIN, HILL, SEA])
        of_the_broken_one = await backend.details(Group.TAGS, [SEA, RAIN, HILL])

    assert found[RAIN].tags == of_the_broken_one[RAIN].tags == ("Holiday",)
    assert found[HILL].tags == ()
    assert of_the_broken_one[SEA].tags == ("Holiday", "Sea")


async def test_broken_items_are_looked_for_only_once(crowd: Site) -> None:
    ids = await ids_in(crowd)
    for item in ids[10:50:10]:
        crowd.damage(item, "lost_thumb")
    async with crowd.backend() as backend:
        first = await backend.details(Group.TAGS, ids)
        assert counts(crowd)["items"] > 10
        crowd.server.requests.clear()
        again = await backend.details(Group.TAGS, ids)

    assert again == first
    assert len(first) == 196
    assert counts(crowd) == {"items": 2}


async def test_where_a_bulk_read_takes_too_long_the_first_item_has_its_tags(
    site: Site, autojump_clock: MockClock
) -> None:
    autojump_clock.autojump_threshold = 0.5  # requests that are answered take less
    with open_client(site.server.url, Login(api_key=site.server.api_key)) as client:
        reader = TagReader(client, Calls(Threads()), lambda: 0.0)
        stalled = site.server.faults.plant("stall", resource="items")
        found = await reader.read([int(RAIN), int(SEA)])
        site.server.stop()

    assert stalled.hits == 1
    assert found == {int(RAIN): Details(tags=(TagName("Holiday"),))}


async def test_a_tag_that_vanishes_is_left_out(site: Site) -> None:
    sea = next(tag for tag in site.server.site.gallery.tags if tag.name == "Sea")
    plant(site, {"action": "status", "status": 404, "body": "[]"}, resource="tag", item=sea.id)
    async with site.backend() as backend:
        assert (await backend.details(Group.TAGS, [SEA]))[SEA].tags == ("Holiday",)


async def test_very_many_tags_are_asked_for_only_for_the_first_item() -> None:
    photos = tuple(
        photo(f"p{number}.jpg", tags=tuple(f"tag {number}/{each}" for each in range(30)))
        for number in range(10)
    )
    for crowd in running(Library(children=(Album(name="crowd", children=photos),))):
        ids = await ids_in(crowd)
        async with crowd.backend() as backend:
            found = await backend.details(Group.TAGS, ids)

        assert len(found[ids[0]].tags) == 30
        assert all(len(details.tags) == 30 for details in found.values())
        assert counts(crowd)["tag"] == 130


async def test_comments_of_one_item_are_the_published_ones_oldest_first(site: Site) -> None:
    gallery = site.server.site.gallery
    (first,) = gallery.comments
    for number, state in enumerate(["published", None, "spam", "unpublished", "deleted"]):
        gallery.comments.put(
            type(first)(
                id=first.id + 1 + number,
                item_id=int(SEA),
                author_id=2,
                text=f"{state}",
                created=first.created - number,
                updated=0,
                state=state,
            )
        )
    async with site.backend() as backend:
        comments = (await backend.details(Group.COMMENTS, [SEA]))[SEA].comments

    assert [comment.text for comment in comments] == ["None", "Lovely!", "published"]
    assert {comment.state for comment in comments} == {"published"}
    assert [comment.author for comment in comments] == ["user 2", "guest", "user 2"]


async def test_comments_of_one_item_cost_one_request_and_one_each(site: Site) -> None:
    async with site.backend() as backend:
        for _ in range(2):
            await backend.details(Group.COMMENTS, [SEA])

    assert counts(site) == {"item_comments": 2, "comment": 1}


async def test_comments_of_an_album_are_read_once_each(crowd: Site) -> None:
    ids = await ids_in(crowd)
    async with crowd.backend() as backend:
        found = await backend.details(Group.COMMENTS, ids)
        first = counts(crowd)
        crowd.server.requests.clear()
        again = await backend.details(Group.COMMENTS, ids)

    assert found.keys() == set(ids)
    assert [comment.text for comment in found[ids[20]].comments] == ["remark 20"]
    assert found[ids[1]] == Details()
    assert first == {"comments": 1, "comment": 20}
    assert again == found
    assert counts(crowd) == {"comments": 1}


async def test_too_many_comments_are_not_read_for_a_whole_album() -> None:
    remarks = tuple(Remark(text=f"remark {number}") for number in range(301))
    photos = (photo("quiet.jpg"), photo("loud.jpg", remarks=remarks))
    for crowd in running(Library(children=(Album(name="crowd", children=photos),))):
        async with crowd.backend() as backend:
            for _ in range(2):
                assert await backend.details(Group.COMMENTS, [SEA, HILL]) == {SEA: Details()}

        assert counts(crowd) == {"comments": 4, "item_comments": 2}


async def test_whether_there_are_too_many_comments_is_asked_again_after_an_hour() -> None:
    remarks = tuple(Remark(text=f"remark {number}") for number in range(301))
    photos = (photo("quiet.jpg"), photo("loud.jpg", remarks=remarks))
    asked = [int(SEA), int(HILL)]
    with DemoServer(library=Library(children=(Album(name="crowd", children=photos),))) as server:
        now = 0.0
        with open_client(server.url, Login(api_key=server.api_key)) as client:
            reader = CommentReader(client, Calls(Threads()), lambda: now)
            await reader.read(asked)
            server.site.gallery.comments.drop(1)
            now = 3599.0
            assert len(await reader.read(asked)) == 1
            now = 3601.0
            assert len(await reader.read(asked)) == 2


async def test_where_all_comments_take_too_long_the_first_item_has_its_own(
    site: Site, autojump_clock: MockClock
) -> None:
    autojump_clock.autojump_threshold = 0.5
    with open_client(site.server.url, Login(api_key=site.server.api_key)) as client:
        reader = CommentReader(client, Calls(Threads()), lambda: 0.0)
        stalled = site.server.faults.plant("stall", resource="comments")
        found = await reader.read([int(SEA), int(HILL)])
        site.server.stop()

    assert stalled.hits == 1
    assert found.keys() == {int(SEA)}
    assert [comment.text for comment in found[int(SEA)].comments] == ["Lovely!"]


async def test_a_comment_that_vanishes_is_left_out(site: Site) -> None:
    plant(site, {"action": "status", "status": 404, "body": "[]"}, resource="comment")
    async with site.backend() as backend:
        assert await backend.details(Group.COMMENTS, [SEA]) == {SEA: Details()}


async def test_modules_that_are_off_have_no_attributes_and_cost_nothing(site: Site) -> None:
    fault = {"action": "html", "body": '["item","tree"]', "content_type": "application/json"}
    plant(site, fault, resource="registry")
    async with open_backend(credentials_of(site.server)) as backend:
        names = {attribute.name for attribute in backend.capabilities.attributes}
        site.server.requests.clear()
        for group in (Group.TAGS, Group.COMMENTS):
            assert await backend.details(group, [SEA]) == {SEA: Details()}

    assert "user.xdg.comment" in names
    assert not names & {"user.xdg.tags", "user.g3fs.tags", "user.g3fs.comments"}
    assert counts(site) == {}


async def test_an_unknown_item_has_no_details(site: Site) -> None:
    async with site.backend() as backend:
        for group in (Group.TAGS, Group.COMMENTS):
            assert await backend.details(group, [UNKNOWN]) == {}


@pytest.mark.parametrize("kind", ["lost_thumb", "lost_original"])
async def test_a_broken_item_is_there_without_a_web_page(site: Site, kind: str) -> None:
    site.damage(SEA, kind)
    async with site.backend() as backend:
        found = await backend.details(Group.DETAILS, [SEA, HILL])

        assert "user.xdg.origin.url" not in found[SEA].facts
        assert "user.xdg.origin.url" in found[HILL].facts
        assert UNKNOWN not in await backend.details(Group.DETAILS, [UNKNOWN, HILL])


async def test_a_gallery_in_maintenance_is_not_asked_item_by_item(crowd: Site) -> None:
    ids = await ids_in(crowd)
    async with crowd.backend() as backend:
        plant(crowd, {"action": "maintenance"})
        crowd.server.requests.clear()
        with pytest.raises(Maintenance):
            await backend.details(Group.DETAILS, ids)

    assert len(crowd.server.requests) == 1


@pytest.mark.parametrize("own_site", [None, "http://inside.example:8080/index.php"])
async def test_web_pages_have_the_address_that_the_user_knows(own_site: str | None) -> None:
    options = Options(base_path="/photos", own_site=own_site)
    with DemoServer(library=small_library(), options=options) as server:
        async with open_backend(credentials_of(server)) as backend:
            server.requests.clear()
            found = await backend.details(Group.DETAILS, [SEA, HILL])

        assert found[SEA].facts["user.xdg.origin.url"] == f"{server.url}/holidays/sea"
        assert found.keys() == {SEA, HILL}
        assert len(server.requests) == 1
