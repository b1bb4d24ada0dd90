"""Stash: from what the client read to values of the port."""

import re
from pathlib import Path

import pytest

from g3fs.backends.stash.attributes import ATTRIBUTES
from g3fs.backends.stash.collections import TREE, at_the_root, collections, row_of
from g3fs.backends.stash.convert import THUMB, Converter, first, in_gallery
from g3fs.backends.stash.ids import Kind, Place, file_of, link_id, link_of, place_of
from g3fs.backends.stash.types import media_type
from g3fs.clients.stash.wire.fields import Stamp
from g3fs.clients.stash.wire.files import WireFile
from g3fs.clients.stash.wire.galleries import WireGallery
from g3fs.clients.stash.wire.images import WireImage
from g3fs.clients.stash.wire.named import WireNamed, WirePerformer
from g3fs.clients.stash.wire.scenes import WireScene
from g3fs.gallery.attributes import On
from g3fs.gallery.collections import Meaning, Operation
from g3fs.gallery.errors import NotFound
from g3fs.gallery.ids import ItemId, shown_id
from g3fs.vfs.names import missing_extension

SEMANTICS = Path(__file__).parents[3] / "docs" / "semantics.md"
MADE = Stamp("2024-01-02T03:04:05+05:30")
MADE_S = 1_704_144_845


def wire_file(number=1, **fields):
    name = fields.pop("basename", "sea.jpg")
    usual = {
        "kind": "image",
        "path": f"/data/{name}",
        "size_bytes": 1000,
        "modified": Stamp("2023-05-06T07:08:09Z"),
        "created": MADE,
        "folder_id": 2,
        "fingerprints": (("md5", "abc"),),
        "format": "mjpeg",
        "width": 60,
        "height": 40,
    }
    return WireFile(id=number, basename=name, **{**usual, **fields})


def wire_image(*files, **fields):
    usual = {"title": "", "created": MADE, "updated": MADE}
    return WireImage(id=9, files=files or (wire_file(),), **{**usual, **fields})


def media(*, file=None, **fields):
    file = file or wire_file()
    return Converter().media(wire_image(file, **fields), file)


@pytest.mark.parametrize("kind", Kind)
def test_every_directory_has_an_id_that_leads_back_to_it(kind):
    place = Place(kind) if kind.single else Place(kind, 17)

    assert place_of(place.id) == place


@pytest.mark.parametrize(
    "item", ["", "0", "gallery", "gallery:", "gallery:0", "gallery:1 ", "x:1", "tag:1/", "\0"]
)
def test_nonsense_is_no_place(item):
    assert place_of(ItemId(item)) is None
    assert link_of(ItemId(item)) is None
    with pytest.raises(NotFound):
        file_of(ItemId(item))


def test_people_see_the_number_of_the_server():
    assert shown_id(Place(Kind.GALLERY, 17).id) == "17"
    assert shown_id(link_id(Place(Kind.TAG, 3), 17)) == "17"


def test_a_link_stands_where_galleries_are_links():
    tag = Place(Kind.TAG, 3)

    assert link_of(link_id(tag, 17)) == (tag, 17)
    assert link_of(link_id(Place(Kind.FOLDER, 3), 17)) is None
    assert link_of(ItemId("tag:3/tag:17")) is None


def test_every_kind_of_directory_has_a_row():
    assert {row.kind for row in TREE} == set(Kind)
    assert {row.kind for row in TREE if row.fixed} == {Kind.GALLERY, Kind.FOLDER}


def test_only_galleries_made_by_hand_take_something_in():
    assert row_of(Kind.GALLERY).can_add
    assert not row_of(Kind.GALLERY, fixed=True).can_add
    assert not row_of(Kind.FOLDER).can_add
    assert row_of(Kind.FOLDER).can_edit
    assert not row_of(Kind.FOLDER, fixed=True).can_edit


def test_nothing_can_be_uploaded_anywhere():
    assert all(row.collection.meaning(Operation.CREATE) is Meaning.REFUSED for row in TREE)


def test_an_old_server_has_no_folders():
    assert Kind.FOLDERS not in at_the_root(folders=False)
    assert len(collections(folders=False)) == len(TREE) - 3


@pytest.mark.parametrize(
    "name",
    [
        *("a.jpg", "A.JPEG", "a.png", "a.gif", "a.webp", "a.avif", "a.mp4", "a.m4v", "a.mov"),
        *("a.webm", "a.mkv", "a.wmv", "a.avi", "a.mpg", "a.mpeg", "a.flv", "a.f4v", "a.rmvb"),
        *("noextension", "a.", ".jpg", "a.jxl", "a.html", "a.\udcff"),
    ],
)
@pytest.mark.parametrize("video", [False, True])
def test_a_file_keeps_the_name_that_it_has_on_the_disk(name, video):
    told = media_type(name, video=video)

    assert told.startswith(("image/", "video/"))
    if name != ".jpg":  # which has no extension to those who look at names
        assert missing_extension(name, told) == ""


def test_the_version_is_the_hash_of_the_file():
    assert media().version == "abc"


def test_without_a_hash_the_version_is_size_and_time():
    first_version = media(file=wire_file(fingerprints=())).version
    larger = media(file=wire_file(fingerprints=(), size_bytes=1001)).version
    later = media(file=wire_file(fingerprints=(), modified=MADE)).version

    assert len({first_version, larger, later}) == 3


def test_the_hash_of_a_scene_is_not_of_its_middle_so_its_time_counts():
    def version(modified):
        file = wire_file(kind="video", fingerprints=(("oshash", "123"),), modified=Stamp(modified))
        scene = WireScene(id=1, title="", files=(file,), created=MADE, updated=MADE)
        return Converter().media(scene, file).version

    assert version("2024-01-01T00:00:00Z") != version("2024-01-01T00:00:01Z")


def test_times_are_those_of_the_image_else_of_the_file():
    plain, dated = media().times, media(date="2020-02-29").times

    assert plain.created_s == MADE_S
    assert plain.captured_s == 1_683_356_889
    assert dated.captured_s == 1_582_977_600, "noon of that day"
    assert plain.data_changed_s is None


@pytest.mark.parametrize("date", ["2020", "2020-02", "2020-13-40", "0001-01-01", "yesterday!"])
def test_a_date_that_is_no_day_is_no_time(date):
    assert media(date=date).times.captured_s == media().times.captured_s


def test_a_file_that_changed_after_it_was_found_says_when():
    later = Stamp("2024-06-01T00:00:00Z")

    assert media(file=wire_file(modified=later)).times.data_changed_s == int(later.seconds)


def test_impossible_times_are_bent_straight():
    odd = Stamp("0001-01-01T00:00:00Z")
    times = media(file=wire_file(created=odd, modified=odd), created=odd, updated=odd).times

    assert (times.created_s, times.updated_s, times.captured_s) == (1, 1, 1)


@pytest.mark.parametrize(
    ("rating", "stars"),
    [(1, "1"), (4, "1"), (5, "1"), (14, "1"), (15, "2"), (80, "8"), (95, "10"), (100, "10")],
)
def test_ratings_are_told_out_of_ten_and_out_of_a_hundred(rating, stars):
    facts = media(rating=rating).facts

    assert facts["user.baloo.rating"] == stars
    assert facts["user.g3fs.rating"] == str(rating)


@pytest.mark.parametrize("rating", [None, 0, -5, 150])
def test_what_no_person_gives_is_no_rating(rating):
    assert not {"user.baloo.rating", "user.g3fs.rating"} & set(media(rating=rating).facts)


def test_a_comma_in_the_name_of_a_tag_is_shown_as_another_character():
    facts = media(tags=(WireNamed(1, "b, c"), WireNamed(2, "A"))).facts

    assert facts["user.xdg.tags"] == "A,b\u201a c"
    assert facts["user.g3fs.tags"] == '["A","b, c"]'


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({}, "image/jpeg"),
        ({"kind": "video", "format": "gif", "basename": "a.gif"}, "image/jpeg"),
        ({"kind": "video", "format": "mp4", "basename": "a.mp4"}, "video/mp4"),
        ({"width": 0, "height": 0, "basename": "a.png"}, "image/png"),
    ],
)
def test_a_thumbnail_is_expected_to_be_what_the_server_makes_of_such_a_file(fields, expected):
    assert media(file=wire_file(**fields)).renditions[THUMB].media_type == expected


def test_the_type_that_a_thumbnail_really_has_is_remembered():
    converter, file = Converter(), wire_file()
    converter.learn_thumb(ItemId("1"), "image/webp")

    told = converter.media(wire_image(file), file).renditions[THUMB].media_type

    assert told == "image/webp"


def test_a_gallery_of_a_folder_has_the_files_that_lie_in_it():
    gallery = WireGallery(id=1, title="", folder_id=2, folder_path="/d", created=MADE, updated=MADE)
    files = (wire_file(1, folder_id=3), wire_file(2), wire_file(3, basename="again.jpg"))

    assert [file.id for _, file in in_gallery(gallery)(files)] == [2, 3]


def test_a_gallery_of_equal_zips_has_each_page_once_under_its_path():
    zips = tuple(
        wire_file(number, kind="gallery", path=f"/d/{number}.zip", basename=f"{number}.zip")
        for number in (5, 6)
    )
    gallery = WireGallery(id=1, title="", files=zips, created=MADE, updated=MADE)
    pages = tuple(
        wire_file(10 + n, zip_file_id=n, path=f"/d/{n}.zip/ch1/1.jpg", basename="1.jpg")
        for n in (5, 6)
    )

    assert in_gallery(gallery)(pages) == [("ch1/1.jpg", pages[0])]
    assert not Converter().media(wire_image(*pages), pages[0]).seekable


def test_a_gallery_made_by_hand_has_the_first_file():
    gallery = WireGallery(id=1, title="x", created=MADE, updated=MADE)
    files = (wire_file(1), wire_file(2))

    assert in_gallery(gallery)(files) == first(files) == [("sea.jpg", files[0])]


def test_performers_of_one_name_are_told_apart_as_on_the_server():
    wire = WirePerformer(id=1, name="Ann", disambiguation="the singer")

    assert Converter().named(Place(Kind.PERFORMER, 1), wire).title == "Ann (the singer)"


def test_the_page_of_promises_names_every_attribute():
    text = SEMANTICS.read_text().partition("On Stash, beside")[2].partition("On PhotoPrism")[0]
    told = dict.fromkeys(re.findall(r"`(user\.[^`]+)`", text.partition("|")[0]))
    for line in text.splitlines():
        if line.startswith("| `"):
            names, where, listed = line.split("|")[1:4]
            for name in re.findall(r"`(\.[a-z]+|user\.[a-z0-9.]+)`", names):
                full = name if name.startswith("user.") else f"user.g3fs{name}"
                told[full] = (where.strip(), listed.strip())
    words = {On.ALL: "all", On.ALBUMS: "albums", On.MEDIA: "media"}
    for attribute in ATTRIBUTES:
        expected = (words[attribute.on], "yes" if attribute.listed else "no")
        assert attribute.name in told
        where = told.pop(attribute.name)
        assert where in (None, expected, ("as apt", expected[1])), attribute.name
    assert not told
