"""What the Gallery 3 client makes and changes: on the stand-in and a real gallery."""

import threading
from datetime import UTC, datetime

import pytest

from g3fs.clients.gallery3 import CLEAR, NewAlbum, Properties, Upload
from g3fs.gallery.errors import (
    AlreadyExists,
    BadName,
    Cancelled,
    Invalid,
    NameTooLong,
    NotEmpty,
    NotFound,
    NotPermitted,
    ValueTooLong,
)
from tests.contract.gallery3_servers import movie, picture


def test_many_items_come_at_once_and_bad_ids_are_named(place):
    ids = [place.album.add_photo(picture(), name=f"{n}.jpg").id for n in range(4)]
    many = place.client.items.many([ids[0], 999_999, *ids[1:], 999_998, ids[0]])
    assert [item.id for item in many.found] == ids
    assert many.missing == (999_999, 999_998)
    assert many.found[0].tag_ids == ()


@pytest.mark.parametrize("name", ["A_B.PNG", "a_b.jpg", "a.b.gif", "a_b.mp4"])
def test_a_taken_name_is_refused_before_anything_is_sent(place, name):
    place.album.add_photo(picture(), name="a_b.jpg")
    source = movie() if name.endswith("mp4") else picture()
    with pytest.raises(AlreadyExists):
        place.client.uploads.create(place.album.id, Upload(name=name, source=source))
    assert len(place.album.children()) == 1


@pytest.mark.parametrize(
    ("name", "kind"), [("x😀", BadName), ("日" * 29, NameTooLong), ("n" * 256, NameTooLong)]
)
def test_a_name_that_cannot_be_stored_is_refused(place, name, kind):
    with pytest.raises(kind):
        place.album.add_album(name)


def test_a_name_of_a_page_is_possible_in_the_root_with_another_slug(site):
    album = site.gallery.root.add_album("tags")
    try:
        assert (album.name, album.facts.slug) == ("tags", "tags-01")
    finally:
        album.delete()


def test_names_that_want_one_slug_live_together(place):
    first, second = place.album.add_album("日本"), place.album.add_album("中国")
    assert (first.name, second.name) == ("日本", "中国")
    assert first.facts.slug != second.facts.slug


@pytest.mark.parametrize(
    ("data", "name"), [(b"text", "a.jpg"), (b"", "a.jpg"), (b"%PDF-1.4", "a.pdf")]
)
def test_what_is_no_picture_is_refused(place, tmp_path, data, name):
    path = tmp_path / name
    path.write_bytes(data)
    with pytest.raises(Invalid):
        place.album.add_photo(path)


def test_an_empty_movie_is_refused_by_the_server(place, tmp_path):
    path = tmp_path / "a.mp4"
    path.touch()
    with pytest.raises(Invalid, match="empty_data_file"):
        place.album.add_movie(path)


def test_properties_are_changed_and_cleared(place):
    photo = place.album.add_photo(picture(), name="one.jpg", description="before")
    moment = datetime(2020, 1, 2, 3, 4, 5, tzinfo=UTC)
    photo.update(title="After", description="<i>&amp;</i>", captured=moment)
    assert (photo.title, photo.description, photo.captured) == ("After", "<i>&amp;</i>", moment)
    photo.update(captured=CLEAR, description=CLEAR)
    assert (photo.title, photo.description, photo.captured) == ("After", "", None)
    place.client.edits.update(photo.id, Properties(view_count=12))
    assert photo.refresh().facts.view_count == 12


@pytest.mark.parametrize(
    ("properties", "kind"),
    [
        (Properties(title=""), Invalid),
        (Properties(title="t" * 256), ValueTooLong),
        (Properties(title="😀"), BadName),
        (Properties(description="d" * 65536), ValueTooLong),
        (Properties(captured_s=2**31), Invalid),
        (Properties(sort_column="nonsense"), Invalid),
    ],
)
def test_a_value_that_cannot_be_stored_is_refused(place, properties, kind):
    with pytest.raises(kind):
        place.client.edits.update(place.album.id, properties)


def test_the_order_of_an_album_is_set_by_column_and_by_hand(place):
    photos = [place.album.add_photo(picture(), name=f"{n}.jpg") for n in (2, 3, 1)]
    place.album.update(sort_column="name", sort_order="DESC")
    assert [item.name for item in place.album.children()] == ["3.jpg", "2.jpg", "1.jpg"]
    place.album.reorder([photos[2], photos[0], photos[1]])
    assert place.album.facts.sort_column == "weight"
    assert [item.name for item in place.album.children()] == ["1.jpg", "2.jpg", "3.jpg"]


def test_a_cover_is_chosen(place):
    place.album.add_photo(picture(), name="one.jpg")
    two = place.album.add_photo(picture(), name="two.jpg")
    assert place.album.set_cover(two).facts.cover_id == two.id


def test_a_rename_frees_the_old_name(place):
    photo = place.album.add_photo(picture(), name="a.jpg").rename("b.jpg")
    assert (photo.name, photo.facts.slug, photo.title) == ("b.jpg", "b", "a.jpg")
    again = place.album.add_photo(picture(), name="a.jpg")
    assert (again.name, again.facts.slug) == ("a.jpg", "a")


def test_a_rename_keeps_the_type_of_the_data(place):
    photo = place.album.add_photo(picture(), name="a.jpg")
    assert photo.rename("b.png").name == "b.jpg"
    with pytest.raises(AlreadyExists):
        place.album.add_photo(picture(), name="c.jpg").rename("B.gif")


def test_an_item_is_moved_with_and_without_a_new_name(place):
    left, right = place.album.add_album("left"), place.album.add_album("right")
    photo = left.add_photo(picture(), name="a.jpg")
    data = photo.read()
    photo.move_to(right)
    assert (photo.parent.id, photo.name) == (right.id, "a.jpg")
    photo.move_to(left, "b.jpg")
    assert (photo.parent.id, photo.name) == (left.id, "b.jpg")
    assert photo.read() == data
    left.move_to(right)
    assert [item.id for item in right.children()] == [left.id]
    assert left.children()[0].read() == data


def test_an_album_is_not_moved_into_itself(place):
    sub = place.album.add_album("sub")
    for target in (sub, place.album):
        with pytest.raises(Invalid):
            place.album.move_to(target)


def test_a_move_that_would_poison_paths_below_is_refused(place):
    deep = place.album.add_album("d" * 60)
    photo = deep.add_photo(picture(), name="p" * 60 + ".jpg")
    with pytest.raises(NameTooLong):
        deep.rename("日" * 19)
    assert photo.refresh().read() == picture().getvalue()


def test_data_is_replaced_and_the_rest_stays(place):
    photo = place.album.add_photo(picture(), name="a.jpg", title="Title").tag("Kept")
    place.client.edits.update(photo.id, Properties(description="kept"))
    photo.replace(picture(90, 80, colour=1))
    assert photo.read() == picture(90, 80, colour=1).getvalue()
    assert (photo.facts.width, photo.title, photo.description) == (90, "Title", "kept")
    assert photo.tags == ["Kept"]


def test_replacing_by_another_type_changes_the_extension(place):
    photo = place.album.add_photo(picture(), name="a.jpg")
    photo.replace(picture(kind="PNG"))
    assert (photo.name, photo.facts.mime_type) == ("a.png", "image/png")


def test_the_root_and_albums_have_no_data_to_replace(place):
    with pytest.raises(Invalid):
        place.album.replace(picture())


def test_an_item_is_deleted_once(place):
    photo = place.album.add_photo(picture(), name="a.jpg")
    photo.delete()
    with pytest.raises(NotFound):
        photo.delete()
    with pytest.raises(NotFound):
        photo.refresh()


def test_an_album_with_something_in_it_is_deleted_only_on_demand(place):
    sub = place.album.add_album("sub")
    sub.add_photo(picture(), name="a.jpg")
    with pytest.raises(NotEmpty):
        sub.delete()
    sub.delete(recursive=True)
    assert place.album.children() == []


def test_the_root_is_neither_deleted_nor_renamed(site):
    with pytest.raises(NotPermitted):
        site.gallery.root.delete(recursive=True)
    with pytest.raises(NotPermitted):
        site.gallery.root.rename("x")


def test_two_uploads_of_one_name_at_once_do_not_meet(place):
    """Both see that the name is free; only one may have it."""
    results: list[str] = []

    def upload(colour: int) -> None:
        new = Upload(name="same.jpg", source=picture(colour=colour))
        try:
            results.append(place.client.uploads.create(place.album.id, new).name or "")
        except AlreadyExists:
            results.append("taken")

    threads = [threading.Thread(target=upload, args=(n,)) for n in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(results) == ["same.jpg", "taken", "taken", "taken"]
    assert len(place.album.children()) == 1


def test_many_uploads_at_once_keep_their_bytes(place):
    def upload(number: int) -> None:
        place.client.uploads.create(
            place.album.id,
            Upload(name=f"{number}.png", source=picture(colour=number, kind="PNG")),
        )

    threads = [threading.Thread(target=upload, args=(n,)) for n in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for photo in place.album.children():
        number = int(photo.name.partition(".")[0])
        assert photo.read() == picture(colour=number, kind="PNG").getvalue()
    assert len(place.album.children()) == 8


def test_an_album_made_with_a_known_place_needs_no_look(place):
    known = place.client.places.look(place.album.id)
    album = place.client.albums.create(known, NewAlbum(name="x", slug="chosen"))
    assert album.slug == "chosen"
    fresh = place.client.places.look(place.album.id)
    with pytest.raises(AlreadyExists):
        place.client.albums.create(fresh, NewAlbum(name="y", slug="CHOSEN"))


class Leaving:
    """A progress that gives the upload of a small file up, once it has sent so many pieces."""

    def __init__(self, pieces: int) -> None:
        self._pieces = pieces
        self._seen: set[int] = set()

    def __call__(self, sent_bytes: int) -> None:
        self._seen.add(sent_bytes)
        if len(self._seen) >= self._pieces:
            raise Cancelled("enough")


@pytest.mark.parametrize("pieces", [1, 2])
def test_an_upload_is_given_up_until_its_last_byte(place, pieces):
    upload = Upload(name="new.jpg", source=picture(), progress=Leaving(pieces))
    with pytest.raises(Cancelled):
        place.client.uploads.create(place.album.id, upload)
    assert place.album.children() == []


def test_an_upload_that_is_given_up_too_late_is_waited_for(place):
    upload = Upload(name="new.jpg", source=picture(), progress=Leaving(3))
    assert place.client.uploads.create(place.album.id, upload).name == "new.jpg"
    photo = place.album.photos[0]
    photo.replace(picture(70, 50), progress=Leaving(3))
    assert photo.read() == picture(70, 50).getvalue()
