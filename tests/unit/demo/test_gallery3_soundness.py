"""What tests see of a gallery from inside: everything it holds, and whether it is whole."""

import hashlib
import json
from pathlib import Path

import pytest

from g3fs.demo.gallery3.rows import Comment
from g3fs.demo.gallery3.site import Gallery3Site, Options
from g3fs.demo.library import Album, Content, Library, Media, Remark, Rule
from g3fs.demo.samples import sample_library
from g3fs.demo.synthetic import tiny_jpeg
from tests.unit.demo.calling import Caller, caller, item_url


def test_a_snapshot_tells_everything_by_path():
    photo = Media(
        name="a.jpg",
        content=Content(tiny_jpeg),
        title="Beach",
        caption="Sunny",
        captured=7,
        tags=("sun", "sea"),
        remarks=(
            Remark(text="late", created=9),
            Remark(text="early", created=8),
            Remark(text="spam", published=False),
        ),
    )
    library = Library(title="All", children=(Album(name="x", children=(photo,)),))
    found = Gallery3Site(library, Options()).snapshot()
    assert list(found) == ["", "x", "x/a.jpg"]
    assert (found[""].title, found["x"].sha256, found["x"].cover) == ("All", None, 3)
    shown = found["x/a.jpg"]
    assert shown.sha256 == hashlib.sha256(tiny_jpeg()).hexdigest()
    assert (shown.id, shown.kind, shown.slug, shown.captured) == (3, "photo", "a", 7)
    assert (shown.title, shown.description) == ("Beach", "Sunny")
    assert (shown.tags, shown.comments) == (("sea", "sun"), ("early", "late"))


def test_bytes_that_are_lost_have_no_checksum():
    api = caller()
    photo = api.create(1, "photo", "a.jpg")
    api.site.harm({"kind": "lost_original", "item": photo})
    assert api.site.snapshot()["a.jpg"].sha256 is None


def test_two_items_at_one_path_are_no_snapshot():
    api = caller()
    api.create(1, "photo", "a.jpg")
    other = api.create(1, "photo", "b.jpg")
    api.gallery.items[other].name = "a.jpg"
    with pytest.raises(ValueError, match=r"two items at 'a.jpg'"):
        api.site.snapshot()


@pytest.mark.parametrize("kept", [False, True])
def test_nothing_is_wrong_with_a_gallery_after_all_kinds_of_work(kept, tmp_path: Path):
    site = Gallery3Site(sample_library(), Options(), tmp_path if kept else None)
    api = Caller(site)
    assert site.complaints() == []
    left, right = (api.create(1, "album", name) for name in ("left", "right"))
    inner = api.create(left, "album", "inner")
    photo = api.create(inner, "photo", "a.jpg")
    movie = api.create(inner, "movie", "m.mp4", content=b"movie", filename="x.mp4")
    api.put_file(photo, tiny_jpeg() + b"new")
    api.put(photo, name="b.jpg", slug="b")
    api.put(inner, parent=item_url(right), name="moved", slug="moved")
    api.put(right, album_cover=item_url(photo))
    api.put(movie, parent=item_url(1))
    api.call("post", "tags", {"entity": json.dumps({"name": "new"})})
    api.delete(photo)
    api.delete(left)
    assert site.complaints() == []
    assert {"right/moved", "m.mp4"} <= site.snapshot().keys()
    site.close()


@pytest.mark.parametrize(
    ("kind", "complaint"),
    [
        ("misplaced", "item 3 is stored as 'x', not 'x/a.jpg'"),
        ("misplaced_beside", "item 3 is stored as 'x/b.jpg', not 'x/a.jpg'"),
        ("lost_thumb", "missing in thumbs: x/a.jpg"),
        ("lost_original", "missing in albums: x/a.jpg"),
        ("crippled", "item 3 has no permission rows"),
    ],
)
def test_every_damage_is_complained_about(kind, complaint):
    api = caller()
    album = api.create(1, "album", "x")
    photo = api.create(album, "photo", "a.jpg")
    api.create(album, "photo", "b.jpg")
    api.site.harm({"kind": kind, "item": photo})
    assert complaint in api.site.complaints()


def test_files_that_belong_to_nobody_are_complained_about():
    api = caller()
    api.gallery.files.put("albums", "lost.jpg", tiny_jpeg, 0)
    api.gallery.files.make_directory("empty")
    assert api.site.complaints() == [
        "nobody's in albums: empty",
        "nobody's in albums: lost.jpg",
        "nobody's in resizes: empty",
        "nobody's in thumbs: empty",
    ]


def test_rows_that_do_not_fit_each_other_are_complained_about():
    api = caller()
    album = api.create(1, "album", "x")
    one, two = (api.create(album, "photo", f"{name}.jpg") for name in "ab")
    gallery = api.gallery
    gallery.items[two].slug = "A"
    gallery.items[two].level = 7
    gallery.items[one].album_cover_id = 99
    gallery.tags_of[one] = [5]
    gallery.comments.put(Comment(id=1, item_id=98, author_id=1, text="lost", created=0, updated=0))
    assert api.site.complaints() == [
        f"album {album} has 2 items with the slug 'A'",
        "comment 1 is on item 98, which is gone",
        f"item {one} has the cover 99, which is gone",
        f"item {two} is not where album {album} has it",
        f"tag 5 and item {one} disagree",
    ]


def test_an_item_without_an_album_is_complained_about():
    api = caller()
    photo = api.create(1, "photo", "a.jpg")
    api.gallery.items[photo].parent_id = 77
    assert f"item {photo} has no album above: 77" in api.site.complaints()


def test_a_path_that_is_too_long_is_complained_about():
    api = caller()
    api.post(1, "album", "é" * 60, slug="long")
    assert "item 2 has a path that is too long" in api.site.complaints()


# Rights, as libraries set them.


def _rights(*granted: str) -> tuple[Rule, ...]:
    return tuple(
        Rule(audience="members", right=right, allowed=right in granted) for right in ("add", "edit")
    )


@pytest.mark.parametrize("granted", [(), ("add",), ("edit",), ("add", "edit")])
def test_members_have_the_rights_that_the_library_gives_them_everywhere(granted):
    children = (Album(name="x", children=(Media(name="a.jpg", content=Content(tiny_jpeg)),)),)
    site = Gallery3Site(Library(children=children, rules=_rights(*granted)), Options())
    bob = Caller(site, "bob")
    entity = bob.entity(2)
    assert (entity["can_add"], entity["can_edit"]) == ("add" in granted, "edit" in granted)
    assert bob.post(2, "photo", "new.jpg").status_code == (201 if "add" in granted else 500)
    done = 200 if "edit" in granted else 500
    assert bob.put(3, name="b.jpg", slug="b").status_code == done
    assert bob.put_file(3, tiny_jpeg()).status_code == done
    assert bob.delete(3).status_code == done


def test_an_album_can_have_other_rights_than_the_gallery():
    inner = Album(name="x", rules=_rights("add"))
    site = Gallery3Site(Library(children=(inner,), rules=_rights("add", "edit")), Options())
    entity = Caller(site, "bob").entity(2)
    assert (entity["can_add"], entity["can_edit"]) == (True, False)


def test_rights_can_be_changed_while_the_server_runs():
    api = caller()
    order = {"kind": "right", "item": 1, "audience": "members", "right": "edit", "allowed": True}
    api.site.harm(order)
    assert api.as_user("bob").entity(1)["can_edit"] is True
