"""What the server makes of names and slugs."""

import random

import pytest

from g3fs.demo.gallery3.inputfilter import filtered
from g3fs.demo.gallery3.names import album_name, file_name, folded, slug_of
from g3fs.demo.gallery3.siblings import Siblings


@pytest.mark.parametrize(
    ("sent", "stored"),
    [
        ("plain", "plain"),
        ("a/b\\c", "a_b_c"),
        ("__a__b__", "a_b"),
        ("dots...", "dots"),
        ("w.x", "w.x"),
        (".hidden", ".hidden"),
        ("", "album"),
        ("0", "album"),
        ("..", "album"),
        ("/", "album"),
        ("東京 2023", "東京 2023"),
    ],
)
def test_an_album_keeps_its_name_but_for_slashes_underscores_and_final_dots(sent, stored):
    assert album_name(sent) == stored


@pytest.mark.parametrize(
    ("sent", "real", "kind", "stored"),
    [
        ("a.jpg", "jpg", "photo", "a.jpg"),
        ("a.JPEG", "jpg", "photo", "a.JPEG"),
        ("a.tar.jpg", "jpg", "photo", "a_tar.jpg"),
        (".hid.jpg", "jpg", "photo", "hid.jpg"),
        ("_x_.jpg", "jpg", "photo", "x.jpg"),
        ("logo.jpg", "png", "photo", "logo.png"),
        ("noext", "gif", "photo", "noext.gif"),
        ("", "jpg", "photo", "photo.jpg"),
        ("0", "mp4", "movie", "movie.mp4"),
        ("...", "webm", "movie", "movie.webm"),
        ("a/b.jpg", "jpg", "photo", "a_b.jpg"),
    ],
)
def test_a_file_has_one_dot_and_an_extension_that_fits_its_data(sent, real, kind, stored):
    assert file_name(sent, real, kind) == stored


@pytest.mark.parametrize(
    ("name", "kind", "slug"),
    [
        ("day 1", "album", "day-1"),
        ("x.y.z", "album", "x-y"),
        ("Ana & Rui.jpg", "photo", "Ana-and-Rui"),
        ("Avó Conceição.jpg", "photo", "Avo-Conceicao"),
        ("Straße.jpg", "photo", "Strasse"),
        ("a:b.jpg", "photo", "a-b"),
        ("snake_case.jpg", "photo", "snake_case"),
        ("--x--.jpg", "photo", "x"),
        ("東京.jpg", "photo", "photo"),
        ("0.mp4", "movie", "movie"),
    ],
)
def test_a_slug_is_the_name_in_ascii_without_extension(name, kind, slug):
    assert slug_of(name, kind) == slug


@pytest.mark.parametrize(
    ("there", "kind", "newcomer", "clashes"),
    [
        ("v.jpg", "photo", "v.png", True),
        ("v.jpg", "movie", "v.mp4", True),
        ("V.JPG", "photo", "v.jpg", True),
        ("vé.jpg", "photo", "ve.jpg", True),
        ("v.x", "photo", "v.jpg", True),
        ("v.x.y", "photo", "v.jpg", True),
        ("v .jpg", "photo", "v.jpg", False),
        ("va.jpg", "photo", "v.jpg", False),
        ("v.jpg", "album", "v", False),
        ("v.jpg", "album", "v.jpg ", True),
        ("v.jpg", "album", "V.jpg", True),
        ("v.x", "album", "v.y", False),
    ],
)
def test_files_clash_by_what_stands_before_a_dot_and_albums_by_the_whole_name(
    there, kind, newcomer, clashes
):
    siblings = Siblings()
    siblings.add(there, "unrelated")
    assert siblings.clashes(kind, newcomer, "other") is clashes


def test_a_taken_slug_clashes_whatever_the_name():
    siblings = Siblings()
    siblings.add("a.jpg", "Sea")
    assert siblings.clashes("album", "b", "sea")


def test_a_child_that_left_leaves_its_name():
    siblings = Siblings()
    siblings.add("a.jpg", "a")
    siblings.drop("a.jpg", "a")
    assert not siblings.clashes("photo", "a.jpg", "a")


def test_a_clash_puts_the_same_number_behind_name_and_slug():
    siblings = Siblings()
    rng = random.Random(1)
    for expected in (("v.jpg", "v"), ("v-01.jpg", "v-01"), ("v-02.jpg", "v-02")):
        settled = siblings.settle("photo", "v.jpg", "v", rng)
        assert settled == expected
        siblings.add(*settled)
    assert siblings.settle("album", "w.z", "v", rng) == ("w.z-03", "v-03")


def test_after_99_clashes_the_number_is_random():
    siblings = Siblings()
    rng = random.Random(1)
    for _ in range(100):
        siblings.add(*siblings.settle("photo", "v.jpg", "v", rng))
    name, slug = siblings.settle("photo", "v.jpg", "v", rng)
    assert name == slug.replace("v-", "v-") + ".jpg"
    assert len(slug) > len("v-99")


@pytest.mark.parametrize(
    ("sent", "seen"),
    [
        ('{"title": "plain text, é"}', '{"title": "plain text, é"}'),
        ("a<script>b</script>c", "abc"),
        ("<META x>", ""),
        ("&#65;&#x42;", "AB"),
        ("&#65", "A"),
        ("&amp;", "&amp;"),
        ("&lt;b&gt;", "&lt;b&gt;"),
        ("&#39;", "&#39;"),
        ('<a onclick="x">', "<a >"),
        ("<a xmlns='x'>", "<a >"),
        ("phone=1 'x'", "phx'"),
        ('<b style="x">c', "<b >c"),
        ("&amp;lt;b", "&amp;lt;b"),
        ("href=javascript:alert(1)", "href=nojavascript...alert(1)"),
        ("<scr<script>ipt>", ""),
        ("line\r\nline\rline", "line\nline\nline"),
        ("<b>bold</b>", "<b>bold</b>"),
    ],
)
def test_form_values_lose_scripts_handlers_and_entities(sent, seen):
    assert filtered(sent) == seen


def test_text_escaped_as_json_passes_the_input_filter_unchanged():
    escaped = '{"t": "\\u003cscript\\u003e \\u0026#65; on\\u003d"}'
    assert filtered(escaped) == escaped


@pytest.mark.parametrize(
    ("one", "other", "equal"),
    [
        ("Été", "ete", True),
        ("e\N{COMBINING ACUTE ACCENT}", "é", False),
        ("ß", "s", True),
        ("ß", "ss", False),
        ("й", "и", False),
        ("ё", "\N{CYRILLIC SMALL LETTER IE}", True),
        ("ガ", "カ", False),
        ("\N{LATIN SMALL LETTER DOTLESS I}", "i", True),
        ("ﬁ", "fi", False),
    ],
)
def test_names_are_equal_as_they_are_to_the_real_database(one, other, equal):
    assert (folded(one) == folded(other)) is equal
