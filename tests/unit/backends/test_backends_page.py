"""docs/backends.md says what the tables in the code say; a difference shows what to write there."""

from pathlib import Path

import pytest

from g3fs.backends.gallery3 import attributes as gallery3_attributes
from g3fs.backends.gallery3 import collections as gallery3_collections
from g3fs.backends.photoprism import attributes as photoprism_attributes
from g3fs.backends.photoprism import collections as photoprism_collections
from g3fs.backends.photoprism import ids as photoprism_ids
from g3fs.backends.registry import KINDS
from g3fs.backends.stash import attributes as stash_attributes
from g3fs.backends.stash import collections as stash_collections
from g3fs.gallery.attributes import Attribute, On
from g3fs.gallery.collections import Collection, Holds, Meaning, Operation
from g3fs.gallery.items import Group

PAGE = Path(__file__).parents[3] / "docs" / "backends.md"

ON = {On.ALL: "all", On.ALBUMS: "albums", On.MEDIA: "media"}


TABLES = {
    "Gallery 3": (gallery3_collections.COLLECTIONS, gallery3_attributes.ATTRIBUTES),
    "PhotoPrism": (photoprism_collections.COLLECTIONS, photoprism_attributes.ATTRIBUTES),
    "Stash": (stash_collections.COLLECTIONS, stash_attributes.ATTRIBUTES),
}
"""What each chapter of the page is printed from."""

every_chapter = pytest.mark.parametrize("chapter", TABLES)


def section(chapter: str, title: str = "") -> str:
    """The text below a heading in a chapter, up to the next one."""
    text = PAGE.read_text().partition(f"\n## {chapter}\n")[2].partition("\n## ")[0]
    text = text.partition(f"\n### {title}\n")[2] if title else text
    return text.partition("\n#")[0]


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


@every_chapter
def test_the_matrix_is_that_of_the_code(chapter: str):
    assert table(section(chapter, "What can be done where")) == matrix(TABLES[chapter][0])


@every_chapter
def test_the_head_of_the_matrix_names_every_operation(chapter: str):
    text = section(chapter, "What can be done where")
    head = text.partition("\n| ")[2].partition("\n")[0]
    named = [cell.strip() for cell in head.strip("|").split("|")]
    assert named[3:] == [operation.value for operation in Operation]


@every_chapter
def test_the_attributes_are_those_of_the_code(chapter: str):
    assert table(section(chapter, "Extended attributes")) == [
        attribute_row(attribute) for attribute in TABLES[chapter][1]
    ]


def test_every_kind_of_server_has_its_row_and_its_chapter():
    kinds = {row[0].strip("`"): row[1] for row in table(section("Kinds of servers"))}
    assert kinds == dict.fromkeys(KINDS, "yes")
    assert {kind.name for kind in KINDS.values()} == set(TABLES)


@pytest.mark.parametrize("collection", gallery3_collections.COLLECTIONS)
def test_every_operation_has_a_meaning_on_gallery_3(collection: Collection):
    assert set(collection.cells) == set(Operation)


@every_chapter
def test_the_cells_say_what_the_server_can_do(chapter: str):
    for collection in TABLES[chapter][0]:
        meanings = set(collection.cells.values())
        assert Meaning.READ_ONLY not in meanings
        assert collection.holds is not Holds.SHOWN or not meanings, "nothing can be done there"


def test_every_kind_of_directory_of_photoprism_has_one_row():
    kinds = [row.kind for row in photoprism_collections.TREE]
    assert sorted(kinds, key=str) == sorted(photoprism_ids.Kind, key=str)


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
    table = gallery3_attributes.ATTRIBUTES
    left = gallery3_attributes.attributes(tags=tags, comments=comments)
    assert {a.group for a in table} - {a.group for a in left} == off
    assert [a for a in table if a.group not in off] == list(left)


@every_chapter
def test_what_is_listed_is_writable(chapter: str):
    assert all(attribute.writable for attribute in TABLES[chapter][1] if attribute.listed)
