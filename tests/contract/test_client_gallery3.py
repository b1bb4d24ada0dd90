"""What the Gallery 3 client reads, and attaches to items: on the stand-in and a real gallery."""

import pytest

from g3fs.gallery.errors import (
    BadName,
    BytesLost,
    Invalid,
    NotFound,
    NotSupported,
    ValueTooLong,
)
from tests.contract.gallery3_servers import movie, picture

TRICKY = "<b>x</b> & 'q' = on=1 &#65; `;%#+ é 日本 <script>alert(1)</script>\nsecond line"


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
