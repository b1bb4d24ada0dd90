"""Answers of hostile and broken servers."""

import contextlib
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from g3fs.clients.gallery3 import wire
from g3fs.gallery.errors import BadReply

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
)
FIELD = st.sampled_from(
    [*wire.LISTING_FIELDS, "url", "entity", "members", "relationships", "tags", "items", "text"]
)
NEAR_MISS = st.dictionaries(
    FIELD, st.one_of(JSON, st.dictionaries(FIELD, JSON), st.lists(st.dictionaries(FIELD, JSON)))
)
READERS = [
    wire.key_from,
    wire.item_from,
    wire.listing_from,
    wire.items_from,
    wire.tag_from,
    wire.comment_from,
    wire.member_ids_from,
    wire.pairs_from,
    wire.pair_from,
    wire.created_id_from,
    wire.url_from,
    wire.names_from,
]


@given(st.one_of(JSON, NEAR_MISS))
def test_no_answer_breaks_a_reader(reply):
    for read in READERS:
        with contextlib.suppress(BadReply):
            read(reply)


@given(st.binary())
def test_no_bytes_break_the_decoder(body):
    with contextlib.suppress(BadReply):
        wire.decoded(body)
    wire.codes_from(body)


@pytest.mark.parametrize("body", [b"", b"<html>", b'{"url": "x', b"[" * 100_000, b"9" * 5000])
def test_what_is_no_json_is_a_bad_reply(body):
    with pytest.raises(BadReply):
        wire.decoded(body)


def entity(**fields: object) -> dict[str, object]:
    return {"entity": {"id": "7", "type": "photo", **fields}}


@pytest.mark.parametrize(
    ("fields", "missing"),
    [
        ({"id": None}, "id"),
        ({"id": "x"}, "id"),
        ({"id": 0}, "id"),
        ({"id": -3}, "id"),
        ({"id": True}, "id"),
        ({"type": "folder"}, "type"),
        ({"type": None}, "type"),
        ({"parent": "no address"}, "parent"),
        ({"name": {}}, "name"),
    ],
)
def test_a_bad_reply_names_the_field(fields, missing):
    with pytest.raises(BadReply, match=missing):
        wire.item_from(entity(**fields))


@pytest.mark.parametrize("value", [-1, "-5", 10**30, "many", None, [], {}, True, 1e400])
def test_a_size_that_cannot_be_is_unknown(value):
    item = wire.item_from(entity(file_size=value))
    assert item.size_bytes is None
    assert item.lost == frozenset()


def test_a_file_that_the_server_does_not_find_is_lost():
    item = wire.item_from(entity(file_size=False, thumb_size=5))
    assert item.size_bytes is None
    assert item.lost == {"full"}
    assert item.thumb_bytes == 5


@pytest.mark.parametrize(
    ("value", "flag"),
    [(True, True), ("1", True), (1, True), (False, False), ("0", False), (0, False), (None, None)],
)
def test_flags_come_in_many_forms(value, flag):
    assert wire.item_from(entity(can_edit=value)).can_edit is flag


def test_numbers_come_as_text_and_as_numbers():
    for value in (1200, "1200", 1200.0):
        assert wire.item_from(entity(width=value)).width == 1200


@pytest.mark.parametrize(
    ("url", "stamp"),
    [
        ("http://h/rest/data/7?size=full&m=1795224694", 1795224694),
        ("http://h/var/albums/a.jpg?m=0", None),
        ("http://[/a.jpg?m=12", 12),
        ("http://h/a.jpg?m=x", None),
        ("http://h/a.jpg", None),
    ],
)
def test_the_time_of_the_data_is_in_its_address(url, stamp):
    assert wire.item_from(entity(file_url_public=url)).data_changed_s == stamp


def test_hostile_names_come_through_for_whoever_makes_file_names():
    for name in ("../../etc", "a/b", "a\0b", "x" * 300, "\u202e", ""):
        text = json.dumps(entity(name=name))
        assert wire.item_from(wire.decoded(text.encode())).name == name


def listing(*entities: object) -> dict[str, object]:
    album = {"entity": {"id": 2, "type": "album"}}
    return {"entity": [album, *entities]}


def test_an_unreadable_child_is_left_out_and_logged(caplog):
    items = wire.listing_from(listing(entity(), {"entity": []}, entity(id="8", type="?"), 5))
    assert [item.id for item in items] == [2, 7]
    assert len(caplog.records) == 3


def test_a_child_that_is_listed_twice_counts_once(caplog):
    items = wire.listing_from(listing(entity(name="a"), entity(name="b"), entity(id=2)))
    assert [(item.id, item.name) for item in items] == [(2, None), (7, "a")]
    assert len(caplog.records) == 2


def test_an_album_that_does_not_list_itself_is_a_bad_reply():
    with pytest.raises(BadReply):
        wire.listing_from({"entity": []})


def test_empty_php_arrays_count_as_empty_objects():
    item = wire.item_from({"entity": {"id": 1, "type": "album"}, "relationships": []})
    assert item.tag_ids is None
    assert item.member_ids is None


@pytest.mark.parametrize("key", ["", "short", "a" * 200, "with space 1234567", 5, None, ["x"]])
def test_what_is_no_key_is_not_taken_for_one(key):
    with pytest.raises(BadReply):
        wire.key_from(key)
