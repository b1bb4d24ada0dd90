"""The ways in which the stand-in spoils its gallery, and how a client repairs them."""

import json

import pytest

from g3fs.demo.faults import FaultRule
from g3fs.demo.gallery3.hostile import FIELDS, NAMES
from g3fs.demo.pictures import Scene, draw, encode
from g3fs.demo.synthetic import tiny_jpeg
from tests.unit.demo.calling import Time, caller, item_url


def _rule(action: str) -> FaultRule:
    return FaultRule(action=action)


def _status(api, item: int) -> int:
    return api.get(f"item/{item}").status_code


def test_a_crippled_upload_is_500_stored_and_visible_in_safe_listings_only():
    api = caller()
    assert api.post(1, "photo", "a.jpg", damage=_rule("crippled")).status_code == 500
    (photo,) = api.members(1)
    assert api.get(f"item/{photo}").status_code == 404
    assert api.get("tree/1").status_code == 404
    assert api.fields(photo, "id", "file_size")["file_size"] == len(tiny_jpeg())
    assert api.as_user("bob").get(f"tree/{photo}", fields="id").status_code == 404
    assert api.names(api.create(1, "photo", "a.jpg"))[0] == "a-01.jpg"
    assert api.delete(photo).status_code == 200


def test_a_misplaced_upload_is_201_and_has_the_size_of_a_directory():
    api = caller()
    album = api.create(1, "album", "a")
    photo = api.create(album, "photo", "p.jpg", damage=_rule("misplaced"))
    fields = api.fields(photo, "file_size", "file_url_public")
    assert fields["file_size"] == 4096
    assert "/p.jpg" not in str(fields["file_url_public"])
    answer = api.get(f"data/{photo}", size="full")
    assert (answer.headers["Content-Length"], answer.data) == ("4096", b"")


def test_deleting_a_misplaced_item_takes_the_files_of_its_album_along():
    api = caller()
    album = api.create(1, "album", "a")
    other = api.create(album, "photo", "other.jpg")
    photo = api.create(album, "photo", "p.jpg", damage=_rule("misplaced"))
    assert api.delete(photo).status_code == 200
    assert api.get(f"data/{other}", size="full").status_code == 404
    assert api.fields(other, "file_size") == {"file_size": False}


def test_a_changed_slug_brings_a_misplaced_item_back():
    api = caller()
    album = api.create(1, "album", "a")
    photo = api.create(album, "photo", "p.jpg", damage=_rule("misplaced"))
    api.put(photo, slug="other")
    assert api.fields(photo, "file_size")["file_size"] == len(tiny_jpeg())
    assert api.get(f"data/{photo}", size="full").data == tiny_jpeg()


def test_a_lost_thumb_hides_the_item_and_its_album_until_the_sides_are_cleared():
    api = caller()
    album = api.create(1, "album", "a")
    photo = api.create(album, "photo", "p.jpg", damage=_rule("lost_thumb"))
    assert _status(api, photo) == 404
    assert api.get(f"tree/{album}").status_code == 404
    assert api.fields(photo, "thumb_size", "file_size")["thumb_size"] is False
    assert str(api.fields(photo, "thumb_url_public")["thumb_url_public"]).endswith("?m=0")
    assert api.put(photo, thumb_width=0, thumb_height=0).status_code == 200
    assert _status(api, photo) == 200


def test_a_lost_original_comes_back_with_new_data():
    api = caller()
    photo = api.create(1, "photo", "p.jpg", damage=_rule("lost_original"))
    assert api.get(f"data/{photo}", size="full").status_code == 404
    assert api.fields(photo, "file_size")["file_size"] is False
    api.put_file(photo, tiny_jpeg())
    assert _status(api, photo) == 200


@pytest.mark.parametrize("kind", ["photo", "album"])
def test_half_a_move_is_undone_by_moving_back_and_forth(kind):
    api = caller()
    left, right = (api.create(1, "album", name) for name in ("left", "right"))
    item = api.create(left, kind, "x.jpg" if kind == "photo" else "x")
    moved = api.put(item, parent=item_url(right), damage=_rule("half_move"))
    assert moved.status_code == 500
    assert api.entity(item)["parent"] == item_url(right)
    assert (api.members(left), api.members(right)) == ([], [item])
    listed = [e["entity"]["id"] for e in api.get(f"tree/{left}", fields="id").get_json()["entity"]]
    assert listed == [str(left), str(item)]
    assert len(api.get(f"tree/{right}", fields="id").get_json()["entity"]) == 1
    api.put(item, parent=item_url(right))
    assert len(api.get(f"tree/{right}", fields="id").get_json()["entity"]) == 1
    api.put(item, parent=item_url(left))
    api.put(item, parent=item_url(right))
    assert len(api.get(f"tree/{right}", fields="id").get_json()["entity"]) == 2
    if kind == "photo":
        assert api.get(f"data/{item}", size="full").data == tiny_jpeg()


def test_a_lock_that_is_not_free_leaves_creates_and_deletes_undone():
    api = caller()
    assert api.post(1, "album", "a", damage=_rule("lock_timeout")).status_code == 500
    assert api.members(1) == []


def test_uploads_of_one_filename_in_one_second_swap_their_bytes():
    api = caller()
    other = tiny_jpeg() + b"other"
    rule = _rule("swap_equal_filenames")
    first = api.create(1, "photo", "a.jpg", filename="same.jpg", damage=rule)
    second = api.create(1, "photo", "b.jpg", content=other, filename="same.jpg", damage=rule)
    assert api.get(f"data/{first}", size="full").data == other
    assert api.get(f"data/{second}", size="full").data == tiny_jpeg()
    api.gallery.clock = Time(1_800_000_002)
    third = api.create(1, "photo", "c.jpg", filename="same.jpg", damage=rule)
    assert api.get(f"data/{third}", size="full").data == tiny_jpeg()


def test_a_dropped_put_file_is_answered_200_and_changes_no_bytes():
    api = caller()
    photo = api.create(1, "photo", "a.jpg")
    answer = api.put_file(photo, tiny_jpeg() + b"new", damage=_rule("drop_put_file"))
    assert (answer.status_code, answer.data) == (200, b"null")
    assert api.get(f"data/{photo}", size="full").data == tiny_jpeg()


def test_a_rotated_upload_has_other_bytes_and_swapped_sides():
    api = caller()
    data = encode(draw(Scene(theme="sea", label="", seed=1, width=90, height=60)), "JPEG")
    photo = api.create(1, "photo", "a.jpg", content=data, damage=_rule("rotate_upload"))
    entity = api.entity(photo)
    assert (entity["width"], entity["height"]) == ("60", "90")
    assert api.get(f"data/{photo}", size="full").data != data


def test_a_hostile_album_tells_every_lie_it_was_built_for():
    api = caller()
    top = api.site.harm({"kind": "hostile", "item": 1})["item"]
    answer = api.get(f"tree/{top}", fields="id,type,name,parent,file_size").get_json()
    entities = [e["entity"] for e in answer["entity"]]
    told = [e.get("name") for e in entities]
    assert all(name in told for name in NAMES)
    sizes = [e.get("file_size") for e in entities]
    assert all(lie["file_size"] in sizes for lie in FIELDS.values() if "file_size" in lie)
    assert api.get(f"tree/{top}").status_code == 200


def test_a_hostile_album_holds_itself_and_the_root():
    api = caller()
    api.site.harm({"kind": "hostile", "item": 1})
    rows = {item.name: item.id for item in api.gallery.items}
    assert api.members(rows["itself"]) == [rows["itself"]]
    assert api.members(rows["upwards"]) == [rows["loops"], 1]
    listed = api.get(f"tree/{rows['upwards']}", depth="1", fields="id").get_json()["entity"]
    assert [int(e["entity"]["id"]) for e in listed] == [rows["upwards"], rows["loops"], 1]


@pytest.mark.parametrize(
    "order",
    [
        {"kind": "nonsense", "item": 1},
        {"kind": "lost_thumb", "item": 99},
        {"kind": "right", "item": 1, "audience": "nobody", "right": "view", "allowed": True},
        {"kind": "right", "item": 1, "audience": "guests", "right": "fly", "allowed": True},
        {"kind": "right", "item": 1, "audience": "guests", "right": "view", "allowed": "yes"},
    ],
)
def test_orders_that_make_no_sense_are_refused(order):
    with pytest.raises(ValueError, match=r"no such|no item|allowed"):
        caller().site.harm(order)


def test_a_misplaced_item_whose_bytes_are_lost_is_repaired_by_slug_data_and_slug():
    api = caller()
    album = api.create(1, "album", "a")
    photo = api.create(album, "photo", "p.jpg")
    api.site.harm({"kind": "lost_original", "item": photo})
    api.site.harm({"kind": "misplaced", "item": photo})
    assert api.fields(photo, "file_size") == {"file_size": 4096}
    api.put(photo, slug="repair")
    assert api.fields(photo, "file_size") == {"file_size": False}
    api.put_file(photo, tiny_jpeg())
    api.put(photo, slug="p")
    assert api.fields(photo, "slug", "file_size") == {"slug": "p", "file_size": len(tiny_jpeg())}
    assert api.site.complaints() == []


def test_an_item_can_be_misplaced_onto_another_whose_bytes_it_takes():
    api = caller()
    victim = api.create(1, "photo", "a.jpg")
    photo = api.create(
        1, "photo", "b.jpg", content=tiny_jpeg() + b"b", damage=_rule("misplaced_beside")
    )
    fields = api.fields(photo, "file_size", "file_url_public")
    assert fields["file_size"] == len(tiny_jpeg()) + 1
    assert "/a.jpg" in str(fields["file_url_public"])
    assert api.get(f"data/{victim}", size="full").data == tiny_jpeg() + b"b"
    api.put(photo, slug="repair")
    assert api.fields(photo, "file_size") == {"file_size": False}
    api.put_file(photo, tiny_jpeg() + b"b")
    assert api.site.complaints() == []


def test_the_first_upload_of_an_album_has_nobody_to_be_misplaced_onto():
    api = caller()
    api.create(1, "photo", "a.jpg", damage=_rule("misplaced_beside"))
    assert api.site.complaints() == []


def test_photos_below_a_renamed_album_can_be_misplaced_until_its_slug_changes():
    api = caller()
    album = api.create(1, "album", "a")
    photos = [api.create(album, "photo", f"{name}.jpg") for name in "pq"]
    assert api.put(album, name="b", slug="b", damage=_rule("misplaced")).status_code == 200
    assert [api.fields(p, "file_size") for p in photos] == [{"file_size": 4096}] * 2
    api.put(album, slug="c")
    assert [api.fields(p, "file_size")["file_size"] for p in photos] == [len(tiny_jpeg())] * 2
    assert api.site.complaints() == []


def test_a_renamed_photo_can_be_misplaced_until_its_slug_changes():
    api = caller()
    photo = api.create(api.create(1, "album", "a"), "photo", "p.jpg")
    api.put(photo, name="q.jpg", slug="q", damage=_rule("misplaced"))
    assert api.fields(photo, "name", "file_size") == {"name": "q.jpg", "file_size": 4096}
    api.put(photo, slug="r")
    assert api.fields(photo, "file_size") == {"file_size": len(tiny_jpeg())}


def test_a_misplaced_item_in_the_root_takes_all_files_along_when_it_is_deleted():
    api = caller()
    other = api.create(api.create(1, "album", "a"), "photo", "other.jpg")
    photo = api.create(1, "photo", "p.jpg", damage=_rule("misplaced"))
    api.delete(photo)
    assert api.get(f"data/{other}", size="full").status_code == 404


def test_a_changed_slug_neither_moves_files_nor_ends_half_a_move():
    api = caller()
    left, right = (api.create(1, "album", name) for name in ("left", "right"))
    photo = api.create(left, "photo", "x.jpg")
    api.put(photo, parent=item_url(right), damage=_rule("half_move"))
    api.put(photo, slug="other")
    assert api.get(f"data/{photo}", size="full").data == tiny_jpeg()
    assert api.site.complaints() == [
        f"item {photo} is listed below {left}, not {right}",
    ]


def test_data_that_replaces_other_data_swaps_with_an_upload_of_its_filename():
    api = caller()
    photo = api.create(1, "photo", "a.jpg")
    rule = _rule("swap_equal_filenames")
    mine, theirs = tiny_jpeg() + b"mine", tiny_jpeg() + b"theirs"
    assert api.put_file(photo, mine, filename="same.jpg", damage=rule).status_code == 200
    other = api.create(1, "photo", "b.jpg", content=theirs, filename="same.jpg", damage=rule)
    assert api.get(f"data/{photo}", size="full").data == theirs
    assert api.get(f"data/{other}", size="full").data == mine


@pytest.mark.parametrize(("kind", "status"), [("lost_thumb", 404), ("lost_original", 404)])
def test_data_that_replaces_other_data_can_lose_its_files(kind, status):
    api = caller()
    photo = api.create(1, "photo", "a.jpg")
    assert api.put_file(photo, tiny_jpeg(), damage=_rule(kind)).status_code == 200
    assert _status(api, photo) == status
    api.put_file(photo, tiny_jpeg())
    assert _status(api, photo) == 200


def test_a_new_tag_can_be_swept_away_before_it_is_attached():
    api = caller()
    photo = api.create(1, "photo", "a.jpg")
    rule = _rule("swept_tag")
    entity = {"entity": json.dumps({"name": "new"})}
    swept = {"environ_overrides": {"g3fs.demo.damage": {rule.action: rule}}}
    tag = api.call("post", "tags", entity, **swept).get_json()["url"]
    pair = {"entity": json.dumps({"tag": tag, "item": item_url(photo)})}
    assert api.call("post", f"item_tags/{photo}", pair).status_code == 404
    again = api.call("post", "tags", entity).get_json()["url"]
    pair = {"entity": json.dumps({"tag": again, "item": item_url(photo)})}
    assert api.call("post", f"item_tags/{photo}", pair).status_code == 201
