"""The execution of GraphQL: as the general engine where that is a standard, else as the server."""

import json

import pytest
from graphql import get_introspection_query, graphql_sync

from g3fs.demo.stash.documents import Invalid
from g3fs.demo.stash.samples import stash_library
from g3fs.demo.stash.schema import schema_of
from g3fs.demo.stash.variables import coerced
from tests.unit.demo.stash.calling import Caller


@pytest.fixture(scope="module")
def server() -> Caller:
    return Caller(stash_library())


@pytest.mark.parametrize("release", [27, 29, 30])
def test_introspection_is_what_the_general_engine_says(release):
    server = Caller(version=f"v0.{release}.0")
    told = server.ask(get_introspection_query())
    assert told == graphql_sync(schema_of(release), get_introspection_query()).data


def test_aliases_fragments_and_directives(server):
    data = server.ask(
        "query($no: Boolean!) { a: findImage(id: 1) { ...F title @skip(if: $no) }"
        " findImage(id: 1) { __typename visual_files { ... on VideoFile { duration }"
        " ... on ImageFile @include(if: $no) { w: width } ... on BaseFile { __typename } } } }"
        " fragment F on Image { id galleries { id image_count } }",
        no=True,
    )
    assert data["a"] == {"id": "1", "galleries": [{"id": "1", "image_count": 4}]}
    assert data["findImage"]["visual_files"] == [{"w": 400, "__typename": "ImageFile"}]


def test_one_null_where_none_may_be_loses_everything_up_to_the_next_place_that_may_be_null(server):
    file = server.site.world.store.images.rows[1].files[0]
    server.site.harm({"kind": "bad_record", "file": file.id})
    query = (
        "{ findImage(id: 1) { id visual_files { ... on BaseFile { mod_time } } } version { hash } }"
    )
    answer = json.loads(server.reply(query).data)
    assert answer["data"]["findImage"] is None
    assert answer["data"]["version"] == {"hash": "cf3489efd"}
    assert answer["errors"][0]["path"] == ["findImage", "visual_files", 0, "mod_time"]
    listing = json.loads(
        server.reply(
            "{ findImages { images { visual_files { ... on BaseFile { mod_time } } } } }"
        ).data
    )
    assert listing["data"] is None
    file.mod_time = 0


@pytest.mark.parametrize(
    ("kind", "given", "value"),
    [("Int", "2", 2), ("String", 5, "5"), ("ID", 7, "7"), ("Int", None, None)],
)
def test_variables_are_taken_leniently(kind, given, value):
    assert coerced(schema_of(30).type_map[kind], given, ()) == value


@pytest.mark.parametrize(
    ("kind", "given", "message"),
    [
        ("Int", 2.5, "cannot use string as Int"),
        ("Int", True, "cannot use bool as Int"),
        ("Boolean", "true", "cannot use string as Boolean"),
        ("String", ["x"], "cannot use slice as String"),
        ("FindFilterType", "x", "must be a FindFilterType"),
        ("FindFilterType", {"nosuch": 1}, "unknown field"),
        ("SortDirectionEnum", "UP", "UP is not a valid SortDirectionEnum"),
        ("BulkUpdateIds", {"ids": []}, "must be defined"),
    ],
)
def test_variables_that_do_not_fit_are_told_in_the_words_of_the_server(kind, given, message):
    with pytest.raises(Invalid) as refusal:
        coerced(schema_of(30).type_map[kind], given, ("variable", "v"))
    assert refusal.value.errors[0]["message"] == message


def test_a_single_value_is_a_list(server):
    criteria = "{galleries: {value: $g, modifier: INCLUDES}}"
    query = f"query($g: [ID!]) {{ findImages(image_filter: {criteria}) {{ count }} }}"
    assert server.ask(query, g="1")["findImages"]["count"] == 4


def test_a_failed_update_of_several_leaves_all_as_they_were(server):
    before = server.ask("{ findImage(id: 2) { title tags { id } updated_at } }")
    told = server.refusal(
        'mutation { imagesUpdate(input: [{id: 2, title: "x", tag_ids: [1]}, {id: 9999}]) { id } }'
    )
    assert told == "image with id 9999 not found"
    assert server.ask("{ findImage(id: 2) { title tags { id } updated_at } }") == before


def test_a_failed_create_uses_no_id_up(server):
    count = server.ask("{ stats { gallery_count } }")["stats"]["gallery_count"]
    server.refusal('mutation { galleryCreate(input: {title: "x", tag_ids: [9999]}) { id } }')
    first = server.ask('mutation { galleryCreate(input: {title: "x"}) { id } }')
    second = server.ask('mutation { galleryCreate(input: {title: "x"}) { id } }')
    ids = [int(one["galleryCreate"]["id"]) for one in (first, second)]
    assert ids == [count + 1, count + 2]


def test_answers_are_compressed_only_when_asked_and_plain_json():
    server = Caller()
    query = {"json": {"query": "{ version { version } }"}}
    zipped = server.send("POST", "/graphql", {"Accept-Encoding": "gzip"}, **query)
    assert zipped.headers["Content-Encoding"] == "gzip"
    other = server.send("POST", "/graphql", {"Accept-Encoding": "gzip", "Accept": "*/*"}, **query)
    assert "Content-Encoding" not in other.headers
