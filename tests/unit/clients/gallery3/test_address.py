"""Addresses: typed by people, told by servers, and hostile."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from g3fs.clients.gallery3.address import (
    candidates,
    id_in,
    names_place,
    pair_in,
    rebased,
    server_prefix,
)
from g3fs.gallery.errors import NotSupported


@pytest.mark.parametrize(
    ("typed", "first"),
    [
        ("http://h/index.php", "/index.php"),
        ("http://h/index.php/", "/index.php"),
        ("http://h/gallery3/index.php/holidays/sea?page=2", "/gallery3/index.php"),
        ("http://h/gallery3/index.php/rest/item/17", "/gallery3/index.php"),
        ("http://h/gallery3", "/gallery3/index.php"),
        ("http://h/gallery3/", "/gallery3/index.php"),
        ("http://h/photos/rest/item/17", "/photos"),
        ("http://h", "/index.php"),
    ],
)
def test_the_likeliest_place_is_tried_first(typed, first):
    assert candidates(typed)[0] == first


@pytest.mark.parametrize("typed", ["http://h/photos", "http://h/photos/holidays/sea"])
def test_a_gallery_without_index_php_is_among_the_places(typed):
    assert "/photos" in candidates(typed)
    assert candidates(typed)[-1] == ""


@given(st.lists(st.text("abc", min_size=1, max_size=3), max_size=30))
def test_a_long_address_does_not_make_many_questions(segments):
    assert len(candidates("http://h/" + "/".join(segments))) <= 10


@pytest.mark.parametrize(
    ("url", "number"),
    [
        ("http://h/index.php/rest/item/17", 17),
        ("https://other:8080/x/rest/item/17?scope=all&amp;type=photo", 17),
        ("http://h/rest/item/17/", 17),
        ("http://h/rest/tag_item/3,17", None),
        ("http://h/rest/item/", None),
        ("http://h/rest/item/1abc", None),
        ("http://h/rest/item/-1", None),
        ("http://h/rest/item/" + "9" * 30, None),
        ("17", None),
        ("", None),
    ],
)
def test_ids_are_read_from_any_address(url, number):
    assert id_in(url) == number


def test_pairs_of_ids_are_read_from_any_address():
    assert pair_in("http://h/rest/tag_item/3,17?x=1") == (3, 17)
    assert pair_in("http://h/rest/item/17") is None


@pytest.mark.parametrize(
    ("url", "prefix"),
    [
        ("http://gallery.example/index.php/rest/item/1", "http://gallery.example/index.php/rest"),
        ("http://g/rest/item/1?scope=all&amp;x=1", "http://g/rest"),
        ("http://g/a&amp;b/rest/item/1", "http://g/a&b/rest"),
        ("http://g/rest/item/12", None),
    ],
)
def test_the_servers_own_prefix_is_what_stands_before_the_item(url, prefix):
    assert server_prefix(url, 1) == prefix


@pytest.mark.parametrize(
    ("url", "prefix", "base", "target"),
    [
        (
            "http://inside:8080/gallery3/var/albums/a/b.jpg?m=1",
            "http://inside:8080/gallery3/index.php/rest",
            "/photos/index.php",
            "/photos/var/albums/a/b.jpg?m=1",
        ),
        (
            "http://g/var/thumbs//.album.jpg?m=1",
            "http://g/index.php/rest",
            "/index.php",
            "/var/thumbs//.album.jpg?m=1",
        ),
        ("http://g/x/var/albums/%C3%A9.jpg", "http://g/x/rest", "", "/var/albums/%C3%A9.jpg"),
    ],
)
def test_public_addresses_are_moved_to_our_own_origin(url, prefix, base, target):
    assert rebased(url, prefix=prefix, base=base) == target


@pytest.mark.parametrize(
    "url",
    [
        "http://cdn.example/elsewhere/b.jpg",
        "http://g/gallery3/other/b.jpg",
        "http://g/gallery3/var/../../etc/passwd",
        "http://[broken",
        "",
    ],
)
def test_public_addresses_outside_of_the_gallery_are_not_used(url):
    with pytest.raises(NotSupported):
        rebased(url, prefix="http://g/gallery3/index.php/rest", base="/index.php")


@pytest.mark.parametrize(
    ("typed", "base", "same"),
    [
        ("http://h/", "", True),
        ("http://h/index.php", "/index.php", True),
        ("http://h/gallery3", "/gallery3/index.php", True),
        ("http://h/gallery3/index.php/holidays", "/gallery3/index.php", True),
        ("http://h/gallery3/rest", "/gallery3", True),
        ("http://h/gallery3/nowhere", "/gallery3", False),
        ("http://h/nowhere", "/index.php", False),
    ],
)
def test_an_address_names_its_gallery_and_not_one_further_up(typed, base, same):
    assert names_place(typed, base) is same
