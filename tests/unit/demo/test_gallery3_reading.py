"""Listings, bytes, public files, rights: what is shown to whom."""

import json

import pytest

from g3fs.demo.gallery3.gallery import Rules
from g3fs.demo.gallery3.rights import set_right
from g3fs.demo.gallery3.site import Gallery3Site, Options
from g3fs.demo.samples import sample_library
from g3fs.demo.synthetic import album_of, tiny_jpeg
from tests.unit.demo.calling import Caller, caller, item_url


def _deny(api: Caller, album: int, right: str, *audiences: str, allowed: bool | None = False):
    for audience in audiences or ("guests", "members"):
        set_right(api.gallery, api.gallery.item(album), audience, right, allowed=allowed)


@pytest.fixture
def nested() -> tuple[Caller, int, int, int]:
    """The administrator; album > album > photo."""
    api = caller()
    outer = api.create(1, "album", "outer")
    inner = api.create(outer, "album", "inner")
    return api, outer, inner, api.create(inner, "photo", "a.jpg")


def test_depth_limits_the_tree_and_members_stand_at_the_limit(nested):
    api, outer, inner, _photo = nested
    answer = api.get(f"tree/{outer}", depth="1", fields="id").get_json()
    assert [e["entity"]["id"] for e in answer["entity"]] == [str(outer), str(inner)]
    assert answer["members"] == [item_url(inner).replace("item", "tree") + "?depth=1&fields=id"]
    everything = api.get(f"tree/{outer}", fields="id").get_json()
    assert len(everything["entity"]) == 3
    assert everything["members"] == []


def test_two_types_match_nothing_in_a_tree_but_do_among_members(nested):
    api, outer, _, photo = nested
    assert len(api.get(f"tree/{outer}", type="photo,movie").get_json()["entity"]) == 1
    assert api.members(outer, scope="all", type="photo,movie") == [photo]


def test_a_tree_is_in_the_order_of_the_album_asked_for(nested):
    api, outer, inner, photo = nested
    first = api.create(outer, "photo", "zzz.jpg", title="AAA")
    api.put(outer, sort_column="title", sort_order="DESC")
    ids = [e["entity"]["id"] for e in api.get(f"tree/{outer}", fields="id").get_json()["entity"]]
    assert ids == [str(i) for i in (outer, inner, first, photo)]


def test_ancestors_start_at_the_root(nested):
    api, outer, inner, photo = nested
    answer = api.get("items", ancestors_for=item_url(photo)).get_json()
    assert [int(e["entity"]["id"]) for e in answer] == [1, outer, inner, photo]


def test_items_come_in_the_order_asked_and_one_bad_id_spoils_all(nested):
    api, outer, _inner, photo = nested
    urls = json.dumps([item_url(photo), item_url(outer)])
    found = [int(e["entity"]["id"]) for e in api.get("items", urls=urls).get_json()]
    assert found == [photo, outer]
    assert api.get("items", urls=json.dumps([item_url(photo), item_url(999)])).status_code == 404


@pytest.mark.parametrize("call", ["item/1", "tree/1", "items", "item/1/"])
def test_members_are_never_paged(call):
    site = Gallery3Site(album_of(150), Options())
    api = Caller(site)
    assert len(api.members(2, num="10", start="3")) == 150
    assert api.get(call).status_code == 200


@pytest.mark.parametrize(
    ("query", "count"), [({}, 10), ({"num": "500"}, 100), ({"num": "7", "start": "115"}, 5)]
)
def test_tags_come_in_pages_of_at_most_a_hundred(query, count):
    api = caller()
    for n in range(120):
        api.call("post", "tags", {"entity": json.dumps({"name": f"t{n}"})})
    assert len(api.get("tags", **query).get_json()["members"]) == count
    assert api.get("tags", start="-1").status_code == 500


def test_an_id_is_read_up_to_the_first_non_digit():
    api = caller()
    assert api.get("item/1abc").status_code == 200
    assert api.get("item/abc").status_code == 404
    assert api.get("item").status_code == 404


def test_an_access_key_in_the_query_is_echoed_and_an_empty_header_counts_as_none():
    api = caller(rules=Rules(guest_access=True))
    key = api.site.admin.api_key
    answer = api._client.get(
        f"/index.php/rest/item/1?access_key={key.upper()}", headers={"X-Gallery-Request-Key": ""}
    ).get_json()
    assert answer["entity"]["can_edit"] is True
    assert key.upper() in answer["url"]


@pytest.mark.parametrize("base", ["", "/gallery3"])
@pytest.mark.parametrize("front", ["", "/index.php"])
def test_index_php_may_be_left_out_and_the_site_may_be_mounted_anywhere(base, front):
    api = caller(base_path=base)
    headers = {"X-Gallery-Request-Key": api.site.admin.api_key}
    answer = api._client.get(f"{base}{front}/rest/item/1", headers=headers)
    assert answer.get_json()["url"] == f"http://localhost{base}/index.php/rest/item/1"
    assert api._client.get("/elsewhere/rest/item/1", headers=headers).status_code == 404


def test_a_site_may_believe_in_another_address_than_the_client_uses():
    api = caller(own_site="http://photos.example:8080/index.php")
    album = api.create(1, "album", "a")
    assert str(api.entity(album)["parent"]).startswith("http://photos.example:8080/index.php/rest")
    answer = api.put(album, parent="http://photos.example:8080/index.php/rest/item/1")
    assert answer.status_code == 200


# Rights.


def test_a_hidden_album_is_missing_for_those_who_may_not_view_it(nested):
    api, outer, inner, photo = nested
    _deny(api, outer, "view")
    bob = api.as_user("bob")
    for path in (f"item/{outer}", f"item/{photo}", f"tree/{inner}", f"data/{photo}?size=thumb"):
        assert bob.get(path).status_code == 404
    assert bob.members(1) == []
    assert bob.post(outer, "album", "x").status_code == 404
    assert len(bob.get("tree/1").get_json()["entity"]) == 1


def test_a_denied_view_cannot_be_given_back_further_down(nested):
    api, outer, inner, _ = nested
    _deny(api, outer, "view")
    _deny(api, inner, "view", allowed=True)
    assert api.as_user("bob").get(f"item/{inner}").status_code == 404


def test_other_rights_can_be_given_back_further_down(nested):
    api, outer, inner, photo = nested
    _deny(api, outer, "view_full")
    assert "file_size" not in api.as_user("bob").entity(photo)
    _deny(api, inner, "view_full", "members", allowed=True)
    assert "file_size" in api.as_user("bob").entity(photo)


def test_guests_see_public_addresses_decided_by_their_own_rights(nested):
    api, outer, _, photo = nested
    _deny(api, outer, "view", "guests")
    entity = api.as_user("bob").entity(photo)
    assert "file_url_public" in entity
    assert "thumb_url_public" not in entity
    assert (entity["view_1"], entity["view_2"]) == ("0", "1")


def test_add_without_edit_uploads_and_then_cannot_touch_the_photo(nested):
    api, outer, _, _ = nested
    _deny(api, outer, "add", "members", allowed=True)
    bob = api.as_user("bob")
    photo = bob.create(outer, "photo", "b.jpg")
    assert (bob.entity(photo)["can_edit"], bob.entity(photo)["can_add"]) == (False, True)
    for answer in (bob.put(photo, title="x"), bob.delete(photo)):
        assert (answer.status_code, len(answer.data)) == (500, 1276)


def test_moving_needs_edit_on_the_target_and_not_add(nested):
    api, outer, _inner, photo = nested
    target = api.create(1, "album", "target")
    _deny(api, outer, "edit", "members", allowed=True)
    bob = api.as_user("bob")
    assert bob.put(photo, parent=item_url(target)).status_code == 500
    _deny(api, target, "edit", "members", allowed=True)
    assert bob.put(photo, parent=item_url(target)).status_code == 200


def test_deleting_somebody_elses_cover_fails_although_it_is_done(nested):
    api, _outer, inner, photo = nested
    _deny(api, inner, "edit", "members", allowed=True)
    assert api.as_user("bob").delete(photo).status_code == 500
    assert api.get(f"item/{photo}").status_code == 404


def test_administrators_are_shown_a_long_page_when_something_breaks():
    api = caller()
    answer = api.get("tree/1", depth="x")
    assert answer.status_code == 500
    assert len(answer.data) > 50_000


# Bytes.


def test_base64_is_cut_at_the_length_of_the_file():
    api = caller()
    photo = api.create(1, "photo", "a.jpg")
    answer = api.get(f"data/{photo}", size="full", encoding="base64")
    assert len(answer.data) == len(tiny_jpeg())
    assert answer.data.startswith(b"/9j/")


@pytest.mark.parametrize(
    ("header", "status", "part"),
    [
        ("bytes=0-9", 206, slice(0, 10)),
        ("bytes=10-", 206, slice(10, None)),
        ("bytes=-5", 206, slice(-5, None)),
        ("bytes=0-999999", 206, slice(None)),
        ("bytes=999999-", 416, None),
        ("bytes=-0", 416, None),
        ("bytes=5-2", 200, slice(None)),
        ("bytes=0-1,3-4", 200, slice(None)),
        ("lines=1-2", 200, slice(None)),
    ],
)
def test_public_files_have_ranges(header, status, part):
    api = caller()
    api.create(1, "photo", "a.jpg")
    answer = api._client.get("/var/albums/a.jpg?m=1", headers={"Range": header})
    assert answer.status_code == status
    if part is not None:
        assert answer.data == tiny_jpeg()[part]


def test_public_files_have_validators():
    api = caller()
    api.create(1, "photo", "a.jpg")
    first = api._client.get("/var/albums/a.jpg")
    for name, value in (("If-None-Match", "ETag"), ("If-Modified-Since", "Last-Modified")):
        again = api._client.get("/var/albums/a.jpg", headers={name: first.headers[value]})
        assert (again.status_code, again.data) == (304, b"")
    stale = {"Range": "bytes=0-1", "If-Range": '"other"'}
    assert api._client.get("/var/albums/a.jpg", headers=stale).status_code == 200


@pytest.mark.parametrize(
    "path", ["albums/none.jpg", "other/a.jpg", "albums/../../x", "albums/%2e%2e/x", "thumbs/x/y"]
)
def test_public_addresses_lead_nowhere_else(path):
    api = caller()
    assert api._client.get(f"/var/{path}").status_code == 404


def test_a_directory_cannot_be_read_at_its_public_address():
    api = caller()
    assert api._client.get("/var/thumbs").status_code == 403


def test_public_files_can_be_out_of_reach():
    api = caller(public_files="off")
    api.create(1, "photo", "a.jpg")
    assert api._client.get("/var/albums/a.jpg").status_code == 404


def test_every_sample_is_served_at_its_public_address_as_through_rest():
    api = Caller(Gallery3Site(sample_library(), Options()))
    entities = [e["entity"] for e in api.get("tree/1").get_json()["entity"]]
    served = 0
    for entity in entities:
        if "file_url_public" in entity:
            public = api._client.get(entity["file_url_public"].removeprefix("http://localhost"))
            full = api.get(f"data/{entity['id']}", size="full")
            assert public.data == full.data
            assert len(full.data) == entity["file_size"]
            assert public.headers["Content-Type"] == entity["mime_type"]
            served += 1
    assert served >= 35
