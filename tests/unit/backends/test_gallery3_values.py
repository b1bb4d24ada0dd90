"""Small values of backends/gallery3: ids, versions, compact mappings, remarks."""

import logging

import pytest
from hypothesis import given
from hypothesis import strategies as st

from g3fs.backends.facts import Facts
from g3fs.backends.gallery3.compact import RESIZE, THUMB, Renditions
from g3fs.backends.gallery3.ids import item_id, number_of, parts_of, version_of
from g3fs.backends.remarks import Remarks
from g3fs.gallery.errors import NotFound
from g3fs.gallery.ids import ItemId, Version
from g3fs.gallery.items import RenditionFacts

NAMES = ("user.a", "user.b", "user.c")
texts = st.tuples(*[st.none() | st.text(max_size=2)] * 3)
sizes = st.none() | st.integers(0, 3)


def facts_as_dict(values):
    return {name: text for name, text in zip(NAMES, values, strict=True) if text}


def renditions(thumb, resize):
    return Renditions(
        thumb_bytes=thumb, thumb_type="image/jpeg", resize_bytes=resize, resize_type="image/png"
    )


def renditions_as_dict(thumb, resize):
    return {
        name: RenditionFacts(size_bytes=size, media_type=kind)
        for name, size, kind in ((THUMB, thumb, "image/jpeg"), (RESIZE, resize, "image/png"))
        if size
    }


@given(st.integers(1, 2**63 - 1))
def test_a_number_becomes_an_id_and_comes_back(number):
    assert number_of(item_id(number)) == number


@pytest.mark.parametrize("text", ["", "0", "-1", "1.5", " 1", "1\n", "²", str(2**63), "9" * 99])
def test_what_is_no_number_is_no_item(text):
    with pytest.raises(NotFound):
        number_of(ItemId(text))


@given(st.none() | st.integers(0, 2**60), st.integers(1, 2**33))
def test_a_version_tells_what_it_was_made_of(size_bytes, updated_s):
    assert parts_of(version_of(size_bytes, updated_s)) == (size_bytes, updated_s)


@pytest.mark.parametrize("text", ["", "-", "1-", "-1", "?", "1-2-3", "v1", "1-2\n", "a" * 40])
def test_a_version_that_is_not_ours_tells_nothing(text):
    assert parts_of(Version(text)) is None


@given(texts, texts)
def test_facts_are_as_good_as_a_dictionary(one, other):
    facts, plain = Facts(NAMES, one), facts_as_dict(one)

    assert dict(facts) == plain
    assert len(facts) == len(plain)
    assert facts == plain
    assert [facts.get(name) for name in (*NAMES, "user.d")] == [
        plain.get(name) for name in (*NAMES, "user.d")
    ]
    assert (facts == Facts(NAMES, other)) == (plain == facts_as_dict(other))
    assert repr(facts) == repr(plain)


@given(sizes, sizes, sizes, sizes)
def test_renditions_are_as_good_as_a_dictionary(thumb, resize, other_thumb, other_resize):
    found, plain = renditions(thumb, resize), renditions_as_dict(thumb, resize)

    assert dict(found) == plain
    assert len(found) == len(plain)
    assert found == plain
    assert found.get(THUMB) == plain.get(THUMB)
    assert found.get(RESIZE) == plain.get(RESIZE)
    same = plain == renditions_as_dict(other_thumb, other_resize)
    assert (found == renditions(other_thumb, other_resize)) == same
    assert repr(found) == repr(plain)


def test_compact_mappings_are_not_hashable_as_no_mapping_is():
    for mapping in (Facts(NAMES, (None,) * 3), renditions(1, 2)):
        with pytest.raises(TypeError):
            hash(mapping)


def test_each_remark_is_made_once(caplog):
    remarks = Remarks(logging.getLogger("g3fs.test"))
    for number in (1, 2, 1, 2, 1):
        remarks.once("item %d is odd", number)

    assert caplog.messages == ["item 1 is odd", "item 2 is odd"]


def test_a_thousand_remarks_are_enough(caplog):
    remarks = Remarks(logging.getLogger("g3fs.test"))
    for number in range(1100):
        remarks.once("item %d is odd", number)

    assert len(caplog.records) == 1000
