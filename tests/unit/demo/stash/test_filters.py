"""Filters of the stand-in Stash, with the traps of the real ones."""

import pytest

from g3fs.demo.library import Album, Content, Library, Media
from g3fs.demo.stash.samples import stash_library
from g3fs.demo.synthetic import tiny_jpeg
from tests.unit.demo.stash.calling import Caller


@pytest.fixture(scope="module")
def server() -> Caller:
    return Caller(stash_library())


def _images(server: Caller, criteria: str) -> int:
    found = server.ask(f"{{ findImages(image_filter: {{{criteria}}}) {{ count }} }}")
    return found["findImages"]["count"]


def _all(server: Caller) -> int:
    return server.ask("{ stats { image_count } }")["stats"]["image_count"]


@pytest.mark.parametrize(
    "criteria",
    [
        "galleries: {value: [], modifier: INCLUDES}",
        'galleries: {value: ["3"], modifier: EQUALS}',
        'performers: {value: ["1"], modifier: GREATER_THAN}',
    ],
)
def test_an_empty_list_and_an_unknown_modifier_of_a_list_are_no_condition(server, criteria):
    assert _images(server, criteria) == _all(server)


@pytest.mark.parametrize(
    ("criteria", "count"),
    [
        ('path: {value: "/DATA/pictures/holidays/beach-0_.jpg", modifier: EQUALS}', 7),
        ('path: {value: "%copy.jpg", modifier: EQUALS}', 1),
        ('path: {value: "peak 1.jpg", modifier: INCLUDES}', 5),
        (r'path: {value: "\"peak 1.jpg\"", modifier: INCLUDES}', 1),
        ('path: {value: "beach-0[12]", modifier: MATCHES_REGEX}', 2),
        ('title: {value: "x", modifier: NOT_EQUALS}', 0),
        ('title: {value: "x", modifier: EXCLUDES}', 0),
        ("rating100: {value: 80, modifier: NOT_EQUALS}", 1),
        ("rating100: {value: 80, value2: 100, modifier: BETWEEN}", 2),
        ('galleries: {value: ["nonsense"], modifier: INCLUDES}', 0),
        ('is_missing: "studio", organized: true', 0),
        ("file_count: {value: 1, modifier: GREATER_THAN}", 1),
        ("o_counter: {value: 0, modifier: GREATER_THAN}", 1),
    ],
)
def test_what_criteria_find(server, criteria, count):
    assert _images(server, criteria) == count


def test_a_tag_with_those_below_it(server):
    tags = server.ask("{ findTags { tags { id name image_count } } }")["findTags"]["tags"]
    above = next(tag for tag in tags if tag["name"] == "Mountains")
    flat = "tags: {value: [%s], modifier: INCLUDES, depth: %d}"
    assert _images(server, flat % (above["id"], 0)) == above["image_count"]
    assert _images(server, flat % (above["id"], -1)) >= above["image_count"]


def test_an_image_of_several_files_is_in_and_out_of_a_path(server):
    inside = 'path: {value: "Copies", modifier: INCLUDES}'
    outside = inside.replace("INCLUDES", "EXCLUDES")
    assert _images(server, inside) == 1
    assert _images(server, outside) == _all(server)


@pytest.mark.parametrize(
    ("criteria", "message"),
    [
        ('title: {value: "x", modifier: INCLUDES_ALL}', "unsupported string filter modifier"),
        ("rating100: {value: 1, modifier: INCLUDES}", "unsupported int modifier"),
        ('path: {value: "([", modifier: MATCHES_REGEX}', "missing closing ]: `[`"),
        ('is_missing: "nosuch"', "no such column"),
        ('tags: {value: ["1"], modifier: NOT_EQUALS}', "invalid modifier"),
        ("OR: {organized: true}, AND: {organized: true}", "cannot have AND and OR"),
    ],
)
def test_filters_that_the_server_refuses_or_crashes_on(server, criteria, message):
    assert message in server.refusal(f"{{ findImages(image_filter: {{{criteria}}}) {{ count }} }}")


@pytest.mark.parametrize("zone", [0, 330, -90])
def test_times_are_compared_as_text_in_the_zone_of_the_server(zone):
    server = Caller(zone_minutes=zone)
    server.put("a/b.jpg")
    server.scan()
    moment = server.image("a/b.jpg")["updated_at"]
    assert moment.endswith({0: "Z", 330: "+05:30", -90: "-01:30"}[zone])
    exact = f'updated_at: {{value: "{moment}", modifier: EQUALS}}'
    assert _images(server, exact) == 1
    blank = moment.replace("T", " ")
    assert _images(server, f'updated_at: {{value: "{blank}", modifier: GREATER_THAN}}') == 1


def test_ids_come_in_the_order_asked_for_whatever_the_filter_says(server):
    asked = '{ findImages(ids: ["9", "3"], image_filter: {organized: true}, filter: {per_page: 1})'
    found = server.ask(asked + " { images { id } } }")
    assert [image["id"] for image in found["findImages"]["images"]] == ["9", "3"]


@pytest.mark.parametrize("sort", ["random_7", "path", "title", "filesize", "resolution"])
def test_an_order_is_the_same_each_time_and_pages_fit_together(server, sort):
    page = '{ findImages(filter: {sort: "%s", per_page: %d, page: %d}) { images { id } } }'

    def ids(size: int, number: int) -> list[str]:
        return [i["id"] for i in server.ask(page % (sort, size, number))["findImages"]["images"]]

    assert ids(5, 1) + ids(5, 2) == ids(10, 1)
    assert len(set(ids(-1, 1))) == _all(server)


def test_paths_are_sorted_as_people_count(server):
    found = server.ask(
        '{ findImages(image_filter: {path: {value: "peak", modifier: INCLUDES}},'
        ' filter: {sort: "path"}) { images { visual_files { ... on BaseFile { basename } } } } }'
    )
    names = [i["visual_files"][0]["basename"] for i in found["findImages"]["images"]]
    assert names == ["peak 1.jpg", "peak 2.jpg", "peak 10.jpg"]


def test_paths_are_sorted_with_folder_and_name_put_together():
    """As the real server does it: without a slash between the two."""
    inner = Album(name="png", children=(_photo("shape.jpg"),))
    server = Caller(Library(children=(Album(name="s", children=(_photo("animated.jpg"), inner)),)))
    found = server.ask(
        '{ findImages(filter: {sort: "path"})'
        " { images { visual_files { ... on BaseFile { basename } } } } }"
    )
    names = [image["visual_files"][0]["basename"] for image in found["findImages"]["images"]]
    assert names == ["shape.jpg", "animated.jpg"]


def _photo(name: str) -> Media:
    data = tiny_jpeg() + name.encode()
    return Media(name=name, content=Content(lambda: data), width=60, height=40)
