import os

import pytest
from hypothesis import given
from hypothesis import strategies as st

from g3fs.gallery.ids import parse_numbered
from g3fs.vfs.names import (
    NAME_MAX,
    Wanted,
    folded,
    legal_name,
    numbered,
    unique_names,
    with_extension,
)


@pytest.mark.parametrize(
    ("title", "name"),
    [
        ("Summer/Winter", "Summer\N{DIVISION SLASH}Winter"),
        ("..", "\N{TWO DOT LEADER}"),
        (".", "\N{ONE DOT LEADER}"),
        ("", "17"),
        ("   ", "17"),
        ("a\0b\nc", "a␀b␊c"),
        ("\x7f\x85", "␡\ufffd"),
        ("é" * 200, "é" * 127),
        ("\ud800", "\ufffd"),
        ("caf\udce9", "caf\udce9"),
        (".hidden", ".hidden"),
    ],
)
def test_a_title_becomes_a_legal_name(title, name):
    assert legal_name(title, media_type=None, fallback="17") == name


@pytest.mark.parametrize(
    ("name", "media_type", "shown"),
    [
        ("a.jpg", "image/jpeg", "a.jpg"),
        ("a.JPEG", "image/jpeg", "a.JPEG"),
        ("a", "image/jpeg", "a.jpg"),
        ("a.png", "image/jpeg", "a.png.jpg"),
        ("clip.mp4", "video/mp4", "clip.mp4"),
        ("odd.xyz", "application/x-unheard-of", "odd.xyz"),
        ("é" * 200 + ".jpg", "image/jpeg", "é" * 125 + ".jpg"),
    ],
)
def test_a_file_name_has_an_extension_that_fits_its_type(name, media_type, shown):
    assert legal_name(name, media_type=media_type, fallback="17") == shown


def test_a_rendition_of_another_type_changes_the_extension():
    assert with_extension("clip.mp4", "image/jpeg") == "clip.jpg"
    assert with_extension("a.jpeg", "image/jpeg") == "a.jpeg"


def test_the_lowest_id_keeps_a_name_and_the_others_get_theirs_before_the_extension():
    wanted = [Wanted(id=i, base="v.jpg") for i in ("100", "20", "3")]
    assert unique_names(wanted) == {"3": "v.jpg", "20": "v (20).jpg", "100": "v (100).jpg"}


def test_a_name_once_shown_is_not_taken_away_by_a_lower_id():
    wanted = [Wanted(id="3", base="v.jpg"), Wanted(id="20", base="v.jpg", pinned="v.jpg")]
    assert unique_names(wanted) == {"20": "v.jpg", "3": "v (3).jpg"}


def test_composed_and_decomposed_names_do_not_stand_side_by_side():
    names = unique_names([Wanted(id="1", base="é.jpg"), Wanted(id="2", base="é.jpg")])
    assert names == {"1": "é.jpg", "2": "é (2).jpg"}


def test_a_numbered_name_can_be_read_back():
    assert parse_numbered(numbered("a.b.jpg", "17")) == ("a.b.jpg", "17")
    assert parse_numbered(numbered("album", "17")) == ("album", "17")
    assert parse_numbered("plain.jpg") is None


def test_people_see_the_id_of_the_server_without_the_prefix_of_the_backend():
    wanted = [Wanted(id=i, base="Trip") for i in ("album:a1", "album:b2")]
    assert unique_names(wanted) == {"album:a1": "Trip", "album:b2": "Trip (b2)"}


tiny_names = st.text(alphabet="aé (12).jpg", max_size=8)


@given(st.lists(tiny_names, max_size=12))
def test_names_in_one_directory_are_always_different(titles):
    wanted = [
        Wanted(id=str(i), base=legal_name(title, media_type=None, fallback=str(i)))
        for i, title in enumerate(titles, start=1)
    ]
    names = unique_names(wanted)
    assert len({folded(name) for name in names.values()}) == len(titles)


@given(st.text(max_size=400), st.sampled_from([None, "image/jpeg", "video/mp4"]))
def test_whatever_the_server_says_the_name_is_legal_and_comes_back_from_the_kernel(title, media):
    name = legal_name(title, media_type=media, fallback="17")
    raw = os.fsencode(name)
    assert 0 < len(raw) <= NAME_MAX
    assert b"/" not in raw
    assert b"\0" not in raw
    assert name not in {".", ".."}
    assert os.fsdecode(raw) == name


def test_names_that_others_have_are_not_given_again():
    wanted = [Wanted(id="7", base="a.jpg"), Wanted(id="8", base="b.jpg", pinned="c.jpg")]
    others = {"a.jpg", "a (7).jpg", "c.jpg"}
    assert unique_names(wanted, others) == {"7": "a (7) (7).jpg", "8": "b.jpg"}
