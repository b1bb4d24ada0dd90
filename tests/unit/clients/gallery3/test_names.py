"""Names as the server would make them, and names that it must not be asked for."""

import random
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from g3fs.clients.gallery3 import names
from g3fs.clients.gallery3.wire import WireItem
from g3fs.demo.gallery3 import names as server_names
from g3fs.demo.gallery3.siblings import Siblings
from g3fs.gallery.errors import BadName, Invalid, NameTooLong

ANY_NAME = st.text(st.characters(max_codepoint=0xFFFF, blacklist_categories=["Cs"]), max_size=40)
TRICKY_NAME = st.text("aAbéÉ.._ -/\\0&ж", max_size=6)
EXTENSIONS = st.sampled_from(sorted(names.MEDIA_TYPES))
FILE_KINDS = st.sampled_from(["photo", "movie"])
KINDS = st.sampled_from(["album", "photo", "movie"])


@given(st.one_of(ANY_NAME, TRICKY_NAME))
def test_album_names_are_predicted_as_the_stand_in_makes_them(name):
    predicted = names.album_name(name)  # which is what is sent
    assert server_names.album_name(predicted) == predicted
    assert predicted in {server_names.album_name(name), _made_again_and_again(name)}


def _made_again_and_again(name):
    while (made := server_names.album_name(name)) != name:
        name = made
    return name


@given(st.one_of(ANY_NAME, TRICKY_NAME), EXTENSIONS, FILE_KINDS)
def test_file_names_are_predicted_as_the_stand_in_makes_them(name, extension, kind):
    assert names.file_name(name, extension, kind) == server_names.file_name(name, extension, kind)


@pytest.mark.parametrize(
    ("given_name", "stored"),
    [
        ("a.tar.jpg", "a_tar.jpg"),
        (".hid.jpg", "hid.jpg"),
        ("_x.jpg", "x.jpg"),
        ("photo.JPG", "photo.JPG"),
        ("photo.jpeg", "photo.jpeg"),
        ("logo.png", "logo.jpg"),
        ("none", "none.jpg"),
        (".jpg", "photo.jpg"),
        ("0", "photo.jpg"),
        ("a/b\\c.jpg", "a_b_c.jpg"),
        ("a__b.jpg", "a_b.jpg"),
        ("Grüße 日本.jpg", "Grüße 日本.jpg"),
    ],
)
def test_a_photo_gets_one_dot_and_a_fitting_extension(given_name, stored):
    assert names.file_name(given_name, "jpg", "photo") == stored


@pytest.mark.parametrize(
    ("given_name", "stored"),
    [
        (".hidden", ".hidden"),
        ("w.z", "w.z"),
        ("dots...", "dots"),
        ("_a_", "a"),
        ("a/b", "a_b"),
        ("", "album"),
        ("0", "album"),
        ("___", "album"),
        ("  blanks  ", "  blanks  "),
    ],
)
def test_an_album_keeps_its_dots(given_name, stored):
    assert names.album_name(given_name) == stored


@given(st.one_of(ANY_NAME, TRICKY_NAME), EXTENSIONS, FILE_KINDS)
def test_predicting_a_prediction_changes_nothing(name, extension, kind):
    stored = names.file_name(name, extension, kind)
    assert names.file_name(stored, extension, kind) == stored
    assert stored.count(".") == 1
    assert not stored.startswith(".")


@given(ANY_NAME, KINDS, st.lists(TRICKY_NAME, max_size=5), st.booleans())
def test_a_free_slug_is_free_and_legal(name, kind, taken, in_root):
    lower = {slug.lower() for slug in taken}
    slug = names.free_slug(name, kind, lower.__contains__, in_root=in_root)
    names.check_slug(slug, in_root=in_root)
    assert slug.lower() not in lower


@pytest.mark.parametrize(
    ("name", "kind", "slug"),
    [
        ("beach.jpg", "photo", "beach"),
        ("Über alle Hügel.jpg", "photo", "Uber-alle-Hugel"),
        ("a&b", "album", "a-and-b"),
        ("x.y.z", "album", "x-y"),
        ("日本", "album", "album"),
        ("under_score", "album", "under_score"),
        ("--a--", "album", "a"),
    ],
)
def test_a_slug_suits_its_name(name, kind, slug):
    assert names.slug_of(name, kind) == slug


def test_a_taken_slug_gets_a_number():
    taken = {"beach", "beach-01"}
    assert names.free_slug("Beach.jpg", "photo", taken.__contains__, in_root=False) == "Beach-02"


@pytest.mark.parametrize("name", ["tags", "Login", "admin_users", "rest"])
def test_pages_of_the_site_are_no_slugs_in_the_root(name):
    nothing = frozenset[str]().__contains__
    assert names.free_slug(name, "album", nothing, in_root=False) == name
    assert names.free_slug(name, "album", nothing, in_root=True) == f"{name}-01"
    with pytest.raises(BadName):
        names.check_slug(name, in_root=True)


def item(name: str, kind: names.Kind = "photo", number: int = 7) -> WireItem:
    return WireItem(id=number, kind=kind, name=name)


@pytest.mark.parametrize(
    ("name", "kind", "sibling", "clashes"),
    [
        ("v.jpg", "photo", "v.png", True),
        ("v.jpg", "photo", "v.mp4", True),
        ("v.jpg", "photo", "V.JPG", True),
        ("v.jpg", "photo", "v.x", True),
        ("v.jpg", "photo", "v .jpg", False),
        ("v.jpg", "photo", "v2.jpg", False),
        ("v.jpg", "photo", "v", False),
        ("café.jpg", "photo", "CAFE.png", True),
        ("trip", "album", "Trip  ", True),
        ("trip", "album", "trip.jpg", False),
        ("a%.jpg", "photo", "ab.jpg", False),
        ("e\u0301", "album", "é", False),
    ],
)
def test_a_clash_is_seen_beforehand(name, kind, sibling, clashes):
    assert (names.clash(name, kind, [item(sibling)]) is not None) is clashes


@given(st.text("aB é. ", max_size=6), st.text("aB é. ", max_size=6), KINDS)
def test_a_clash_is_a_key_that_is_taken(name, sibling, kind):
    clashes = names.clash(name, kind, [item(sibling)]) is not None
    assert (names.key_wanted(name, kind) in names.keys_of(sibling)) is clashes


@given(
    st.lists(st.tuples(st.text("abAB é", min_size=1, max_size=3), KINDS), min_size=1, max_size=6),
    st.text("abAB é", min_size=1, max_size=3),
    KINDS,
)
def test_a_name_without_clash_is_kept_by_the_server(siblings, name, kind):
    """The stand-in's own clash rule decides; slugs are kept apart."""
    server = Siblings()
    items = []
    for number, (stem, sibling_kind) in enumerate(siblings):
        stored = stem if sibling_kind == "album" else f"{stem}.jpg"
        server.add(stored, f"slug-{number}")
        items.append(item(stored, sibling_kind, number + 1))
    wanted = name if kind == "album" else f"{name}.png"
    kept = server.settle(kind, wanted, "free", random.Random(1))[0] == wanted
    assert (names.clash(wanted, kind, items) is None) is kept


@pytest.mark.parametrize(
    ("one", "other", "equal"),
    [
        ("é", "e", True),
        ("\u0401", "\u0435", True),
        ("ß", "s", True),
        ("ß", "ss", False),
        ("й", "и", False),
        ("ガ", "カ", False),
        ("가", "각", False),
        ("ﬁ", "fi", False),
        ("ł", "l", False),
        ("\u0131", "i", True),
        ("ა", "Ა", False),
        ("Σ", "ς", True),
    ],
)
def test_names_are_compared_as_the_database_does(one, other, equal):
    """Measured on MariaDB 10.11: two albums of these names, side by side or renamed."""
    assert (names.folded(one) == names.folded(other)) is equal


@pytest.mark.parametrize("name", ["x😀.jpg", "\ud800.jpg", "a\0b.jpg"])
def test_what_cannot_be_stored_is_refused(name):
    with pytest.raises(BadName):
        names.check_name(name, [name], ["x"])


@pytest.mark.parametrize(
    ("path", "fits"),
    [
        (["a" * 255], True),
        (["a" * 256], False),
        (["a" * 127, "b" * 127], True),
        (["a" * 127, "b" * 128], False),
        (["日" * 28], True),
        (["日" * 29], False),
        (["é" * 42], True),
        (["é" * 43], False),
    ],
)
def test_the_length_of_the_whole_encoded_path_counts(path, fits):
    if fits:
        names.check_name(path[-1], path, ["x"])
    else:
        with pytest.raises(NameTooLong):
            names.check_name(path[-1], path, ["x"])


def test_the_path_of_slugs_counts_as_well():
    with pytest.raises(NameTooLong):
        names.check_name("a", ["a"], ["s" * 200, "t" * 100])


@pytest.mark.parametrize("slug", ["", "a b", "ä", "a/b", "a.b"])
def test_a_slug_has_plain_characters_only(slug):
    with pytest.raises(Invalid):
        names.check_slug(slug, in_root=False)


@given(ANY_NAME)
def test_a_slug_is_safe_in_an_address(name):
    assert re.fullmatch(r"[A-Za-z0-9_-]+", names.slug_of(name, "photo"))
