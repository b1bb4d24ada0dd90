"""Creating, changing, moving and deleting items."""

import json

import pytest

from g3fs.demo.gallery3.gallery import Rules
from g3fs.demo.metadata import with_capture_time, with_iptc
from g3fs.demo.pictures import Scene, draw, encode
from g3fs.demo.synthetic import tiny_jpeg
from tests.unit.demo.calling import Time, caller, item_url

CAPTURED = 1_600_000_000


def _picture(kind: str = "JPEG", width: int = 300, height: int = 150) -> bytes:
    return encode(draw(Scene(theme="sea", label="x", seed=1, width=width, height=height)), kind)


def test_an_upload_is_served_bit_for_bit_and_tells_its_size():
    api = caller()
    data = _picture() + b"trailing"
    photo = api.create(1, "photo", "a.jpg", content=data)
    assert api.get(f"data/{photo}", size="full").data == data
    assert api.entity(photo)["file_size"] == len(data)


def test_a_photo_tells_its_date_its_caption_and_its_keywords():
    api = caller()
    data = with_iptc(with_capture_time(_picture(), CAPTURED), ["One, two", "três"], "Olá")
    entity = api.entity(photo := api.create(1, "photo", "a.jpg", content=data))
    assert (entity["captured"], entity["description"]) == (str(CAPTURED), "Olá")
    pairs = api.get(f"item_tags/{photo}").get_json()["members"]
    tags = [api.get(url.split("/rest/")[1].split(",")[0].replace("_item", "")) for url in pairs]
    assert [tag.get_json()["entity"]["name"] for tag in tags] == ["One", "two", "três"]


def test_a_sent_description_wins_over_the_caption():
    api = caller()
    data = with_iptc(_picture(), [], "caption")
    photo = api.create(1, "photo", "a.jpg", content=data, description="sent")
    assert api.entity(photo)["description"] == "sent"


@pytest.mark.parametrize("kind", ["PNG", "GIF", "WEBP"])
def test_the_extension_follows_the_data(kind):
    api = caller()
    photo = api.create(1, "photo", "a.jpg", content=_picture(kind))
    entity = api.entity(photo)
    assert (entity["name"], entity["mime_type"]) == (f"a.{kind.lower()}", f"image/{kind.lower()}")


def test_a_jpeg_that_ends_early_is_accepted():
    api = caller()
    api.create(1, "photo", "a.jpg", content=_picture()[:2000])


def test_smaller_pictures_keep_proportions_and_are_never_enlarged():
    api = caller()
    entity = api.entity(api.create(1, "photo", "a.jpg", content=_picture()))
    assert (entity["thumb_width"], entity["thumb_height"]) == ("200", "100")
    assert (entity["resize_width"], entity["resize_height"]) == ("300", "150")


def test_a_small_photo_is_its_own_thumb():
    api = caller()
    photo = api.create(1, "photo", "a.jpg")
    assert api.get(f"data/{photo}", size="thumb").data == tiny_jpeg()


def test_anything_named_mp4_is_a_movie():
    api = caller()
    movie = api.create(1, "movie", "m.mp4", content=b"hello", filename="x.mp4")
    assert api.entity(movie)["width"] == "0"


def test_the_first_photo_covers_every_album_above():
    api = caller()
    outer = api.create(1, "album", "outer")
    inner = api.create(outer, "album", "inner")
    photo = api.create(inner, "photo", "a.jpg")
    api.create(inner, "photo", "b.jpg")
    assert {api.entity(a)["album_cover"] for a in (1, outer, inner)} == {item_url(photo)}


def test_a_deleted_cover_is_replaced_by_the_next_photo_or_none():
    api = caller()
    album = api.create(1, "album", "a")
    first, second = (api.create(album, "photo", f"{n}.jpg") for n in "xy")
    api.delete(first)
    assert api.entity(album)["album_cover"] == item_url(second)
    api.delete(second)
    assert "album_cover" not in api.entity(album)


def test_deleting_an_item_sweeps_tags_that_nothing_carries():
    api = caller()
    photo = api.create(1, "photo", "a.jpg")
    api.call("post", "tags", {"entity": json.dumps({"name": "lonely"})})
    api.delete(photo)
    assert api.get("tags").get_json()["members"] == []


def test_a_native_put_is_answered_and_changes_nothing():
    api = caller()
    album = api.create(1, "album", "a")
    data = {"entity": json.dumps({"title": "new"})}
    answer = api.call("PUT", f"item/{album}", data, method="PUT")
    assert (answer.status_code, answer.data) == (200, b"null")
    assert api.entity(album)["title"] == "a"


@pytest.mark.parametrize(
    ("entity", "status"),
    [("", 200), ("{", 200), ("null", 200), ("[]", 200), ('"x"', 200), ("0", 200), ("false", 200),
     ("1", 500), ("true", 500), ("[1]", 500), ("NaN", 200)],
)  # fmt: skip
def test_an_entity_that_is_no_object_changes_nothing_or_fails(entity, status):
    api = caller()
    assert api.call("put", "item/1", {"entity": entity}).status_code == status


def test_a_change_that_the_database_refuses_changes_nothing_at_all():
    api = caller()
    album = api.create(1, "album", "a")
    assert api.put(album, name="b", title="b", captured="soon").status_code == 500
    assert api.names(album) == ("a", "a")
    assert api.entity(album)["title"] == "a"


@pytest.mark.parametrize(
    ("value", "stored"),
    [(5, "5"), (5.6, "6"), (-(2**31), str(-(2**31))), (None, None), (0, "0")],
)
def test_captured_takes_numbers_of_32_bits_and_null(value, stored):
    api = caller()
    photo = api.create(1, "photo", "a.jpg", content=with_capture_time(_picture(), CAPTURED))
    assert api.put(photo, captured=value).status_code == 200
    assert api.entity(photo)["captured"] == stored


def test_updated_moves_with_known_fields_only():
    api = caller()
    album = api.create(1, "album", "a")
    before = api.entity(album)["updated"]
    api.gallery.clock = Time(1_800_000_100)
    api.put(album, nonsense=1, id=5, view_count=3)
    assert api.entity(album)["updated"] == before
    api.put(album, title="a")
    assert api.entity(album)["updated"] == "1800000100"


def test_new_data_keep_the_id_and_change_extension_and_date():
    api = caller()
    photo = api.create(1, "photo", "a.jpg")
    assert api.put_file(photo, _picture("PNG")).status_code == 200
    assert api.entity(photo)["name"] == "a.png"
    assert api.get(f"data/{photo}", size="full").data == _picture("PNG")
    dated = with_capture_time(_picture(), CAPTURED)
    api.put_file(photo, dated)
    assert api.entity(photo)["captured"] == str(CAPTURED)


def test_renaming_keeps_the_slug_which_blocks_the_old_name():
    api = caller()
    photo = api.create(1, "photo", "a.jpg")
    api.put(photo, name="b.jpg")
    assert api.names(photo) == ("b.jpg", "a")
    assert api.names(api.create(1, "photo", "a.jpg")) == ("a-01.jpg", "a-01")


def test_a_rename_to_the_own_name_in_other_letters_is_no_clash():
    api = caller()
    photo = api.create(1, "photo", "a.jpg")
    api.put(photo, name="A.jpg", slug="A")
    assert api.names(photo) == ("A.jpg", "A")


def test_moving_an_album_carries_everything_below():
    api = caller()
    left, right = (api.create(1, "album", name) for name in ("left", "right"))
    inner = api.create(left, "album", "inner")
    photo = api.create(inner, "photo", "a.jpg")
    assert api.put(inner, parent=item_url(right), name="moved", slug="moved").status_code == 200
    entity = api.entity(photo)
    assert "/var/albums/right/moved/a.jpg" in str(entity["file_url_public"])
    assert entity["web_url"] == "http://localhost/index.php/right/moved/a"
    assert api.get(f"data/{photo}", size="full").data == tiny_jpeg()
    assert (api.members(left), api.members(right)) == ([], [inner])


def test_moving_into_the_root_under_a_reserved_slug_is_refused():
    api = caller()
    album = api.create(1, "album", "a")
    photo = api.create(album, "photo", "login.jpg")
    answer = api.put(photo, parent=item_url(1))
    assert (answer.status_code, answer.get_json(force=True)) == (400, {"slug": "reserved"})


@pytest.mark.parametrize("prefix", ["http://other--ho/index.php/rest", "x" * 31])
def test_the_servers_own_prefix_is_cut_off_by_length_and_not_compared(prefix):
    api = caller()
    album, target = (api.create(1, "album", name) for name in "ab")
    assert len(prefix) == len("http://localhost/index.php/rest")
    assert api.put(album, parent=f"{prefix}/item/{target}").status_code == 200
    assert api.put(album, parent=f"{prefix[1:]}/item/1").status_code == 404


def test_members_order_an_album_that_is_sorted_by_weight():
    api = caller()
    album = api.create(1, "album", "a")
    ids = [api.create(album, "photo", f"{n}.jpg") for n in range(3)]
    wanted = [ids[2], ids[0], ids[1]]
    members = json.dumps([item_url(i) for i in wanted])
    api.call("put", f"item/{album}", {"members": members})
    assert api.members(album) == ids
    api.put(album, sort_column="weight")
    api.call("put", f"item/{album}", {"members": members})
    assert api.members(album) == wanted


def test_a_path_of_255_encoded_characters_is_the_longest():
    api = caller()
    api.create(1, "album", "é" * 42 + "abc")
    assert api.post(1, "album", "é" * 42 + "abcd").status_code == 500


def test_an_item_with_a_path_too_long_stays_and_poisons_listings():
    api = caller()
    assert api.post(1, "album", "é" * 60, slug="long").status_code == 500
    (album,) = api.members(1)
    assert api.get(f"item/{album}").status_code == 500
    assert api.delete(album).status_code == 500
    assert api.get("tree/1", fields="id,name").status_code == 200
    assert api.get("tree/1", fields="id,web_url").status_code == 500
    assert api.as_user("bob").get(f"item/{album}").status_code == 404
    assert api.put(album, name="short", slug="short").status_code == 200
    assert api.delete(album).status_code == 200


def test_a_longer_name_up_the_path_poisons_what_is_below_with_status_200():
    api = caller()
    album = api.create(1, "album", "a")
    photo = api.create(album, "photo", "n" * 200 + ".jpg", slug="n")
    assert api.put(album, name="a" * 100).status_code == 200
    assert api.get(f"item/{photo}").status_code == 500
    api.put(album, name="a")
    assert api.get(f"data/{photo}", size="full").data == tiny_jpeg()


def test_a_younger_schema_allows_longer_paths():
    api = caller(rules=Rules(path_limit=768))
    api.create(1, "album", "é" * 60)
