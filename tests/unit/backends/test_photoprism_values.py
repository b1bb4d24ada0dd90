"""Ids, types and texts of the PhotoPrism backend."""

import re
from pathlib import Path

import pytest

from g3fs.backends.photoprism.attributes import ATTRIBUTES
from g3fs.backends.photoprism.ids import (
    Kind,
    Place,
    folder,
    is_file,
    on_disk,
    path_on_disk,
    place_of,
)
from g3fs.backends.photoprism.types import extension_of, media_type, type_by_name
from g3fs.backends.registry import KINDS
from g3fs.clients.photoprism.wire.files import WireFile
from g3fs.gallery.attributes import On
from g3fs.gallery.ids import ItemId
from g3fs.vfs.names import missing_extension

SEMANTICS = Path(__file__).parents[3] / "docs" / "semantics.md"
UID = "ptouhlu4fwx39moe"


def file_of(name: str, mime_type: str = "", **more) -> WireFile:
    return WireFile(
        uid="ftouhlu4fwx39moe", photo_uid=UID, name=name, root="/", hash="0" * 40,
        size_bytes=1, mime_type=mime_type, **more,
    )  # fmt: skip


@pytest.mark.parametrize(
    "place",
    [
        Place(Kind.ROOT),
        Place(Kind.ALBUM, UID),
        Place(Kind.YEAR, "2023"),
        folder(""),
        folder("a/b c"),
    ],
)
def test_a_place_is_found_again_by_its_id(place):
    assert place_of(place.id) == place


@pytest.mark.parametrize(
    "text",
    ["", "album", "album:", "album:x/y", "folder:", "folder:/a", "folder:a/", "folder:\0",
     "year:23", "root:x", "favorites:1", "nothing", UID, "ftouhlu4fwx39moe"],
)  # fmt: skip
def test_what_is_no_place_is_none(text):
    assert place_of(ItemId(text)) is None


def test_no_kind_of_place_looks_like_a_file():
    assert [kind for kind in Kind if is_file(Place(kind).id)] == []


@pytest.mark.parametrize("path", ["a.txt", "a/b:c.jpg", "disk:x"])
def test_a_file_of_the_disk_has_its_path_in_its_id(path):
    assert path_on_disk(on_disk(path)) == path
    assert not is_file(on_disk(path))
    assert place_of(on_disk(path)) is None


@pytest.mark.parametrize("text", ["disk:", "disk:/a", "disk:a/", "disk:a\0", "a"])
def test_what_is_no_file_of_the_disk_has_no_path(text):
    assert path_on_disk(ItemId(text)) is None


@pytest.mark.parametrize(
    ("name", "told", "is_said_to_be"),
    [
        ("a.JPG", "image/jpeg", "image/jpeg"),
        ("a.heic", "image/heic", "image/heic"),
        ("a.mov", "video/quicktime", "video/quicktime"),
        ("a.m4v", "video/mp4", "video/mp4"),
        ("a.mpo", "image/jpeg", "image/x-mpo"),
        ("a.thm", "image/jpeg", "image/x-thm"),
        ("a", "image/jpeg", "image/x-unknown"),
        ("a.png", "", "image/png"),
        ("a.jpg", "text/html", "image/jpeg"),
    ],
)
def test_the_type_fits_the_name_on_the_disk(name, told, is_said_to_be):
    assert media_type(file_of(name, told), name) == is_said_to_be
    assert missing_extension(name, is_said_to_be) == ""


@pytest.mark.parametrize(
    "name",
    ["README", "notes.txt", "a.xmp", "a.json", "a.yml", ".hidden", "a.tar.gz", "IMG.AAE", "x.",
     "a.ö", "a.hif", "a.avif", "a.bmp", "a.dng", "a.m2ts", "Thumbs.db", "a.html", "a.py"],
)  # fmt: skip
def test_a_file_of_the_disk_keeps_its_name(name):
    assert missing_extension(name, type_by_name(name)) == ""


def test_an_extension_is_short_and_has_a_stem_before_it():
    assert extension_of("a.JPG") == "jpg"
    assert extension_of(".profile") == ""
    assert extension_of("a.not an extension") == ""


def test_the_page_of_promises_names_every_attribute():
    text = SEMANTICS.read_text().partition("On PhotoPrism, beside")[2].partition("\n###")[0]
    rows = [line.split("|")[1:4] for line in text.splitlines() if line.startswith("| `")]
    told = {}
    for names, where, listed in rows:
        for name in re.findall(r"`([^`]+)`", names):
            full = name if name.startswith("user.") else f"user.g3fs{name}"
            told[full] = (where.strip(), listed.strip())
    words = {On.ALL: "all", On.ALBUMS: "albums", On.MEDIA: "media"}
    told |= {
        name: told.get(name) for name in re.findall(r"`(user\.[^`]+)`", text.partition("|")[0])
    }
    for attribute in ATTRIBUTES:
        expected = (words[attribute.on], "yes" if attribute.listed else "no")
        assert attribute.name in told
        assert told[attribute.name] in (None, expected), attribute.name
    assert len(told) == len(ATTRIBUTES)


def test_the_table_of_kinds_asks_gallery_3_first():
    assert next(iter(KINDS)) == "gallery3"
