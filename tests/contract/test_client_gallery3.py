"""What the Gallery 3 client promises, on the stand-in and, if it is named, on a real gallery."""

import secrets
import threading
from datetime import UTC, datetime

import pytest

from g3fs.clients.gallery3 import CLEAR, NewAlbum, Properties, Upload
from g3fs.gallery.errors import (
    AlreadyExists,
    BadName,
    BytesLost,
    Invalid,
    NameTooLong,
    NotEmpty,
    NotFound,
    NotPermitted,
    NotSupported,
    ValueTooLong,
)
from tests.contract.gallery3_servers import Place, has_real, movie, picture, real, stand_in

TRICKY = "<b>x</b> & 'q' = on=1 &#65; `;%#+ é 日本 <script>alert(1)</script>\nsecond line"


@pytest.fixture(scope="module", params=["stand-in", "real"])
def site(request):
    if request.param == "real" and not has_real():
        pytest.skip("no real gallery is named in G3FS_TEST_GALLERY3_URL and its like")
    with stand_in() if request.param == "stand-in" else real() as place:
        yield place


@pytest.fixture
def place(site):
    """An album of its own for each test."""
    return Place(site.gallery, site.album.add_album(secrets.token_hex(4)))


def test_the_root_has_neither_name_nor_parent(site):
    root = site.gallery.root
    assert (root.id, root.kind, root.name, root.parent) == (1, "album", "", None)
    assert root.facts.can_add is True


def test_the_registry_names_the_modules(site):
    assert {"item", "tree", "tags", "comments"} <= site.client.registry()


def test_text_arrives_unchanged_whatever_is_in_it(place):
    album = place.album.add_album("tricky", TRICKY.replace("\n", " "), TRICKY)
    assert (album.title, album.description) == (TRICKY.replace("\n", " "), TRICKY)
    album.refresh()
    assert album.description == TRICKY


def test_a_photo_is_read_as_it_was_sent(place):
    data = picture().getvalue()
    photo = place.album.add_photo(picture(), name="a.b.jpg", title="Sea", description="Blue")
    assert (photo.kind, photo.name, photo.title) == ("photo", "a_b.jpg", "Sea")
    assert photo.description == "Blue"
    assert photo.facts.size_bytes == len(data)
    assert photo.facts.mime_type == "image/jpeg"
    assert photo.read() == data
    assert photo.thumb.read()[:2] == b"\xff\xd8"
    assert len(photo.resize.read()) == photo.facts.resize_bytes


def test_a_movie_is_read_as_it_was_sent(place):
    clip = place.album.add_movie(movie(), name="clip.mp4")
    assert (clip.kind, clip.facts.mime_type) == ("movie", "video/mp4")
    assert clip.read() == movie().getvalue()


def test_a_file_is_uploaded_from_its_path_and_saved_to_another(place, tmp_path):
    source, copy = tmp_path / "picture.png", tmp_path / "copy.png"
    source.write_bytes(picture(kind="PNG").getvalue())
    told: list[int] = []
    photo = place.album.add_photo(source, progress=told.append)
    assert photo.name == "picture.png"
    assert told[-1] > source.stat().st_size
    assert photo.original.save(copy) == source.stat().st_size
    assert copy.read_bytes() == source.read_bytes()


def test_a_listing_has_the_album_first_and_what_is_in_it(place):
    place.album.add_photo(picture(), name="one.jpg")
    place.album.add_album("two")
    place.album.add_movie(movie(), name="three.mp4")
    album, *children = place.client.tree.listing(place.album.id)
    assert album.id == place.album.id
    assert {(item.kind, item.name) for item in children} == {
        ("photo", "one.jpg"),
        ("album", "two"),
        ("movie", "three.mp4"),
    }
    photo = next(item for item in children if item.kind == "photo")
    assert photo.size_bytes == len(picture().getvalue())
    assert photo.parent_id == place.album.id
    assert (photo.can_edit, photo.can_add) == (True, True)


def test_kinds_and_albums_are_listed_apart(place):
    sub = place.album.add_album("sub")
    photo = sub.add_photo(picture(), name="one.jpg")
    assert [item.id for item in place.album.albums] == [sub.id]
    assert [item.id for item in sub.photos] == [photo.id]
    assert sub.movies == []
    assert [item.id for item in place.client.tree.albums(place.album.id)] == [
        place.album.id,
        sub.id,
    ]
    deep = place.client.items.get(place.album.id, scope="all", kinds=("photo", "movie"))
    assert deep.member_ids == (photo.id,)
    assert place.client.items.get(sub.id, name="ONE").member_ids == (photo.id,)
    assert place.client.items.get(sub.id, name="two").member_ids == ()


def test_a_random_image_is_found_even_among_few(place):
    photo = place.album.add_photo(picture(), name="one.jpg")
    assert [place.album.random_image().id for _ in range(5)] == [photo.id] * 5
    assert place.album.add_album("empty").random_image() is None


def test_ancestors_go_from_the_root_down(place):
    photo = place.album.add_album("sub").add_photo(picture(), name="one.jpg")
    line = place.client.items.ancestors(photo.id)
    assert line[0].id == 1
    assert [item.name for item in line[-2:]] == ["sub", "one.jpg"]


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


def test_tags_are_attached_found_and_taken_off(place):
    one = place.album.add_photo(picture(), name="one.jpg")
    name = f"Tag {place.album.id}, with comma"
    one.tag(name, name.upper())
    assert one.tags == [name]
    assert [item.id for item in place.gallery.tagged(name.lower())] == [one.id]
    assert place.gallery.tags()[name] == (one.id,)
    (tag_id,) = place.client.tags.of_item(one.id)
    assert place.client.items.get(one.id).tag_ids == (tag_id,)
    assert place.client.tags.is_attached(tag_id, one.id)
    assert place.client.tags.items_of(tag_id) == (one.id,)
    one.untag(name.swapcase())
    assert one.tags == []
    assert not place.client.tags.is_attached(tag_id, one.id)
    with pytest.raises(NotFound):
        one.untag(name)


def test_a_tag_is_renamed_merged_cleared_and_deleted(place):
    one = place.album.add_photo(picture(), name="one.jpg")
    two = place.album.add_photo(picture(), name="two.jpg")
    stem = f"t{place.album.id}"
    first = place.client.tags.attach(f"{stem} a", one.id)
    second = place.client.tags.attach(f"{stem} b", two.id)
    place.client.tags.rename(first, f"{stem} B")
    tag = place.client.tags.get(first)
    assert (tag.name, set(tag.item_ids)) == (f"{stem} B", {one.id, two.id})
    with pytest.raises(NotFound):
        place.client.tags.get(second)
    place.client.tags.clear(first)
    assert place.client.tags.items_of(first) == ()
    place.client.tags.delete(place.client.tags.attach(f"{stem} c", one.id))
    one.tag(f"{stem} d", f"{stem} e")
    place.client.tags.detach_all(one.id)
    assert one.tags == []


@pytest.mark.parametrize(
    ("name", "kind"),
    [("", Invalid), ("0", Invalid), (" ", Invalid), ("t" * 129, ValueTooLong), ("😀", BadName)],
)
def test_a_tag_that_cannot_be_is_refused(place, name, kind):
    with pytest.raises(kind):
        place.client.tags.create(name)


def test_comments_are_written_read_and_deleted(place):
    photo = place.album.add_photo(picture(), name="one.jpg")
    first = photo.add_comment(TRICKY)
    second = photo.add_comment("second")
    assert first.text == TRICKY
    assert first.item_id == photo.id
    assert {comment.id for comment in photo.comments} <= {first.id, second.id}
    everything = place.client.comments.of_item(photo.id, state=None)
    assert {comment.id for comment in everything} == {first.id, second.id}
    assert first.id in set(place.client.comments.ids())
    place.client.comments.delete(first.id)
    assert place.client.comments.ids_of(photo.id) == (second.id,)
    with pytest.raises(Invalid):
        photo.add_comment("")


def test_bytes_come_in_pieces_and_can_be_left(place):
    photo = place.album.add_photo(picture(800, 600), name="one.jpg")
    data = picture(800, 600).getvalue()
    with photo.original.open() as stream:
        assert (stream.offset, stream.size_bytes) == (0, len(data))
        assert stream.media_type == "image/jpeg"
        assert data.startswith(stream.read1(100))
    assert photo.read() == data


def test_the_public_address_gives_any_part_without_the_key(place):
    photo = place.album.add_photo(picture(), name="Ü 100% é.jpg")
    data = picture().getvalue()
    url = photo.facts.file_url_public
    assert url is not None
    with place.client.bytes.open_public(url, offset=10, end=30) as stream:
        assert (stream.offset, stream.size_bytes) == (10, len(data))
        assert stream.read() == data[10:30]
    with place.client.bytes.open_public(url, offset=len(data) - 5) as stream:
        assert stream.read() == data[-5:]
    with place.client.bytes.open_public(url) as stream:
        assert stream.read() == data
        assert stream.modified_s is not None
    with pytest.raises(NotFound):
        place.client.bytes.open_public(url.replace(".jpg", ".gif"))
    with pytest.raises(NotSupported):
        place.client.bytes.open_public("http://elsewhere.example/a.jpg")


def test_bytes_are_not_sent_again_when_nothing_changed(place):
    photo = place.album.add_photo(picture(), name="one.jpg")
    assert place.client.bytes.open_if_newer(photo.id, than_s=2**31) is None
    stream = place.client.bytes.open_if_newer(photo.id, than_s=0)
    assert stream is not None
    with stream:
        assert stream.read() == picture().getvalue()


def test_bytes_that_are_not_there_are_told_apart_from_items_that_are_not(place):
    clip = place.album.add_movie(movie(), name="clip.mp4")
    for item, size in ((place.album, "full"), (clip, "resize")):
        with pytest.raises(BytesLost):
            place.client.bytes.open(item.id, size)
    with pytest.raises(NotFound) as caught:
        place.client.bytes.open(999_999)
    assert type(caught.value) is NotFound


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
