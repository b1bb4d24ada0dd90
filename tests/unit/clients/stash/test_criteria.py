"""Conditions: what would find something else than it says is refused."""

import pytest

from g3fs.clients.stash import (
    Date,
    FileFilter,
    GalleryFilter,
    Ids,
    ImageFilter,
    Moment,
    Number,
    Paging,
    Stamp,
    Text,
    TreeIds,
)
from g3fs.clients.stash.wire.filters import doubtful_texts, filter_json
from g3fs.gallery.errors import Invalid

STAMP = Stamp("2026-11-21T09:20:00+05:30")


@pytest.mark.parametrize(
    "make",
    [
        lambda: Ids(()),
        lambda: TreeIds(()),
        lambda: Ids((), "EXCLUDES"),
        lambda: Ids((7,), "IS_NULL"),
        lambda: Ids((7,), "EQUALS"),
        lambda: TreeIds((7,), "NOT_EQUALS"),
        lambda: Text("x", "BETWEEN"),
        lambda: Text("", "INCLUDES"),
        lambda: Text("100%", "NOT_EQUALS"),
        lambda: Text("a_b", "EXCLUDES"),
        lambda: Number(1, "INCLUDES"),
        lambda: Number(1, "BETWEEN"),
        lambda: Number(1, "EQUALS", 2),
        lambda: Date("yesterday"),
        lambda: Date("2024-1-1"),
        lambda: Date("2024-01-01", "BETWEEN"),
        lambda: Moment(STAMP, "IS_NULL"),
        lambda: Moment(STAMP, "BETWEEN"),
        lambda: Paging(page=0),
        lambda: Paging(per_page=0),
        lambda: Paging(per_page=-1),
        lambda: Paging(page=2),
        lambda: Paging(sort=""),
    ],
)
def test_what_would_mean_something_else_is_refused(make):
    with pytest.raises(Invalid):
        make()


@pytest.mark.parametrize(
    ("criterion", "json"),
    [
        (Text("one"), {"value": "one", "modifier": "EQUALS"}),
        (Text("peak 1", "INCLUDES"), {"value": '"peak 1"', "modifier": "INCLUDES"}),
        (Text('a"b', "EXCLUDES"), {"value": '"a"b"', "modifier": "EXCLUDES"}),
        (Text("peak 1"), {"value": "peak 1", "modifier": "EQUALS"}),
        (Text("", "IS_NULL"), {"value": "", "modifier": "IS_NULL"}),
        (Number(1, "BETWEEN", 5), {"value": 1, "value2": 5, "modifier": "BETWEEN"}),
        (Ids((7, 8)), {"value": ["7", "8"], "modifier": "INCLUDES"}),
        (Ids((), "NOT_NULL"), {"modifier": "NOT_NULL"}),
        (TreeIds((7,), depth=-1), {"value": ["7"], "modifier": "INCLUDES", "depth": -1}),
        (Moment(STAMP), {"value": STAMP.text, "modifier": "GREATER_THAN"}),
        (Date("2024"), {"value": "2024", "modifier": "EQUALS"}),
    ],
)
def test_a_condition_is_said_in_the_words_of_the_server(criterion, json):
    assert criterion.json() == json


@pytest.mark.parametrize(
    ("criterion", "texts", "fits"),
    [
        (Text("50%_x"), ("50%_X",), True),
        (Text("50%_x"), ("50aax",), False),
        (Text("a_b", "INCLUDES"), ("xxA_Bxx",), True),
        (Text("a_b", "INCLUDES"), ("acb", "a_ b"), False),
        (Text("b c", "INCLUDES"), ("none", "a b c d"), True),
        (Text("Ärger_"), ("ärger_",), False),
        (Text("x_"), (), False),
    ],
)
def test_texts_are_compared_again_as_the_server_should_have_done(criterion, texts, fits):
    assert criterion.doubtful
    assert criterion.fits(*texts) is fits


def test_a_plain_text_needs_no_second_look():
    assert not Text("one").doubtful
    assert not Text("x%", "MATCHES_REGEX").doubtful


def test_names_and_nested_filters_are_translated():
    wanted = ImageFilter(
        rating=Number(59, "GREATER_THAN"),
        o_count=Number(0),
        updated=Moment(STAMP),
        organized=False,
        is_missing="tags",
        files=FileFilter(modified=Moment(STAMP), both=FileFilter(basename=Text("x"))),
    )
    assert filter_json(wanted) == {
        "rating100": {"value": 59, "modifier": "GREATER_THAN"},
        "o_counter": {"value": 0, "modifier": "EQUALS"},
        "updated_at": {"value": STAMP.text, "modifier": "GREATER_THAN"},
        "organized": False,
        "is_missing": "tags",
        "files_filter": {
            "mod_time": {"value": STAMP.text, "modifier": "GREATER_THAN"},
            "AND": {"basename": {"value": "x", "modifier": "EQUALS"}},
        },
    }
    assert filter_json(GalleryFilter(has_chapters=True)) == {"has_chapters": "true"}


@pytest.mark.parametrize(
    "wanted",
    [
        {"both": {"title": Text("x")}, "either": {"title": Text("y")}},
        {"files": {}},
        {"without": {}},
        {"is_missing": "id) OR (1=1"},
        {"title": "plain"},
        {"organized": None},
    ],
)
def test_filters_that_would_match_everything_or_nothing_sensible_are_refused(wanted):
    with pytest.raises(Invalid):
        filter_json(wanted)


@pytest.mark.parametrize(
    "wanted",
    [
        {"files": {"path": Text("a_b")}},
        {"both": {"files": {"path": Text("a_b")}}},
        {"title": Text("a_b"), "either": {"title": Text("y")}},
    ],
)
def test_what_cannot_be_compared_again_is_refused(wanted):
    with pytest.raises(Invalid):
        doubtful_texts(wanted)


def test_blanks_deep_inside_are_fine_because_they_are_quoted():
    assert doubtful_texts({"files": {"path": Text("a b", "INCLUDES")}}) == {}
