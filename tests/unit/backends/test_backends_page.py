"""docs/backends.md says what the tables in the code say; a difference shows what to write there."""

from pathlib import Path

import pytest

from g3fs.backends.gallery3.attributes import ATTRIBUTES, attributes
from g3fs.backends.gallery3.collections import COLLECTIONS
from g3fs.backends.registry import OPENERS, PLANNED
from g3fs.gallery.attributes import Attribute, On
from g3fs.gallery.collections import Collection, Meaning, Operation
from g3fs.gallery.items import Group

PAGE = Path(__file__).parents[3] / "docs" / "backends.md"

ON = {On.ALL: "all", On.ALBUMS: "albums", On.MEDIA: "media"}


def section(title: str) -> str:
    """The text below a heading, up to the next one."""
    return PAGE.read_text().partition(f"\n{title}\n")[2].partition("\n#")[0]


def table(text: str) -> list[list[str]]:
    """The rows of the first table of a text, without head and rule."""
    lines = [line for line in text.splitlines() if line.startswith("|")]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines[2:]]


def matrix(collections: tuple[Collection, ...]) -> list[list[str]]:
    return [
        [f"`{each.path}`", each.content, each.holds.value]
        + [each.meaning(operation).value for operation in Operation]
        for each in collections
    ]


def attribute_row(attribute: Attribute) -> list[str]:
    return [
        f"`{attribute.name}`",
        ON[attribute.on],
        attribute.group.value,
        "yes" if attribute.writable else "",
        "yes" if attribute.listed else "",
        attribute.meaning,
    ]


def test_the_matrix_of_gallery_3_is_that_of_the_code():
    assert table(section("### What can be done where")) == matrix(COLLECTIONS)


def test_the_head_of_the_matrix_names_every_operation():
    head = section("### What can be done where").partition("\n| ")[2].partition("\n")[0]
    named = [cell.strip() for cell in head.strip("|").split("|")]
    assert named[3:] == [operation.value for operation in Operation]


def test_the_attributes_of_gallery_3_are_those_of_the_code():
    assert table(section("### Extended attributes")) == [attribute_row(a) for a in ATTRIBUTES]


def test_every_kind_of_server_has_its_row():
    kinds = {row[0].strip("`"): row[1] for row in table(section("## Kinds of servers"))}
    assert kinds == {**dict.fromkeys(OPENERS, "yes"), **dict.fromkeys(PLANNED, "not yet")}


@pytest.mark.parametrize("collection", COLLECTIONS)
def test_every_operation_has_a_meaning(collection: Collection):
    assert set(collection.cells) == set(Operation)
    assert Meaning.READ_ONLY not in collection.cells.values()


@pytest.mark.parametrize(
    ("tags", "comments", "off"),
    [
        (True, True, set()),
        (False, True, {Group.TAGS}),
        (True, False, {Group.COMMENTS}),
        (False, False, {Group.TAGS, Group.COMMENTS}),
    ],
)
def test_modules_that_are_off_take_their_attributes_along(tags, comments, off):
    left = attributes(tags=tags, comments=comments)
    assert {a.group for a in ATTRIBUTES} - {a.group for a in left} == off
    assert [a for a in ATTRIBUTES if a.group not in off] == list(left)


def test_what_is_listed_is_writable():
    assert all(attribute.writable for attribute in ATTRIBUTES if attribute.listed)
