"""WebDAV writes, and what an index makes of them."""

import pytest

from g3fs.demo.photoprism.heif import heif
from g3fs.demo.synthetic import tiny_jpeg
from tests.unit.demo.photoprism.calling import caller, jpeg, sha1

A, B = jpeg("a"), jpeg("bb")


@pytest.fixture
def admin():
    return caller()


def _titled(admin, path="d/a.jpg"):
    uid = admin.photo(path, A, mtime=1_600_000_000)
    admin.put(f"photos/{uid}", {"Title": "Mine", "TitleSrc": "manual"})
    return uid, admin.album("Trip", uid)


def _kept(admin, uid, album):
    """Title and album are still those of before."""
    return admin.get(f"photos/{uid}")["Title"] == "Mine" and uid in admin.files(s=album)


def test_a_new_file_is_unknown_until_its_folder_is_indexed(admin):
    admin.place("d/a.jpg", A)
    admin.get(f"files/{sha1(A)}", 404)
    admin.index("/d/a.jpg")
    admin.get(f"files/{sha1(A)}", 404)
    admin.index("/d")
    assert admin.get(f"files/{sha1(A)}")["Name"] == "d/a.jpg"


def test_replaced_bytes_keep_the_photo(admin):
    uid, album = _titled(admin)
    admin.place("d/a.jpg", B)
    admin.index("/d")
    assert admin.get(f"files/{sha1(B)}")["PhotoUID"] == uid
    assert _kept(admin, uid, album)


def test_bytes_replaced_within_the_second_stay_unnoticed_until_a_rescan(admin):
    _titled(admin)
    admin.place("d/a.jpg", B, mtime=1_600_000_000)
    admin.index("/d")
    admin.get(f"files/{sha1(A)}")
    admin.index("/d", rescan=True)
    assert admin.get(f"files/{sha1(B)}")["Size"] == len(B)


@pytest.mark.parametrize("first", ["/d", "/e"])
def test_a_moved_file_keeps_the_photo_whichever_folder_is_indexed_first(admin, first):
    uid, album = _titled(admin)
    admin.send("MKCOL", "/originals/e")
    assert admin.move("d/a.jpg", "e/renamed.jpg") == 201
    admin.index(first)
    admin.index("/e")
    photo = admin.get(f"photos/{uid}")
    assert (photo["Path"], photo["Name"], photo["OriginalName"]) == ("e", "renamed", "a")
    assert _kept(admin, uid, album)


def test_a_renamed_directory_keeps_its_photos_movies_too(admin, formats):
    uid, album = _titled(admin)
    movie = admin.photo("d/movie.mp4", formats["movie.mp4"])
    admin.move("d", "new")
    admin.index()
    assert _kept(admin, uid, album)
    assert admin.files()[movie] == ["new/movie.mp4.jpg", "new/movie.mp4"]


def test_a_move_onto_a_file_needs_overwrite_and_gives_the_target_the_bytes(admin):
    uid, album = _titled(admin)
    other = admin.photo("d/b.jpg", B, mtime=1_600_000_500)
    assert admin.move("d/b.jpg", "d/a.jpg") == 412
    assert admin.move("d/b.jpg", "d/a.jpg", Overwrite="T") == 204
    admin.index("/d")
    assert admin.get(f"files/{sha1(B)}")["PhotoUID"] == uid
    assert admin.get(f"photos/{other}")["DeletedAt"] is not None
    assert _kept(admin, uid, album)


def test_a_second_copy_is_not_indexed_and_takes_over_when_the_first_goes_unseen(admin):
    uid = admin.photo("d/a.jpg", A, mtime=1_600_000_000)
    admin.place("d/copy.jpg", A, mtime=1_600_000_001)
    admin.index()
    assert admin.files() == {uid: ["d/a.jpg"]}
    admin.place("e/later.jpg", A, mtime=1_600_000_002)
    admin.send("DELETE", "/originals/d/a.jpg")
    admin.index("/d")
    assert not admin.files()
    admin.index("/e")
    assert admin.files() == {uid: ["e/later.jpg"]}


def test_a_second_copy_that_was_seen_counts_after_a_rescan_only(admin):
    uid = admin.photo("d/a.jpg", A, mtime=1_600_000_000)
    admin.place("d/copy.jpg", A, mtime=1_600_000_001)
    admin.index()
    admin.send("DELETE", "/originals/d/a.jpg")
    admin.index()
    assert not admin.files()
    admin.index(rescan=True)
    assert admin.files() == {uid: ["d/copy.jpg"]}


def test_a_deleted_file_hides_the_photo_until_it_is_put_back(admin):
    uid, album = _titled(admin)
    admin.send("DELETE", "/originals/d/a.jpg")
    admin.index("/d")
    lost = admin.get(f"photos/{uid}")
    assert (lost["Quality"], lost["Files"], bool(lost["DeletedAt"])) == (-1, [], True)
    assert not admin.files()
    admin.place("d/a.jpg", A)
    admin.index("/d")
    assert _kept(admin, uid, album)


def test_other_content_under_the_path_of_a_deleted_file_inherits_everything(admin):
    uid, album = _titled(admin)
    admin.send("DELETE", "/originals/d/a.jpg")
    admin.index("/d")
    assert admin.photo("d/a.jpg", B) == uid
    assert _kept(admin, uid, album)


def test_an_archived_photo_stays_archived_when_its_file_changes(admin):
    uid = admin.photo("d/a.jpg", A)
    admin.post("batch/photos/archive", {"photos": [uid]})
    admin.place("d/a.jpg", B, mtime=1_600_000_000)
    admin.index(rescan=True)
    assert list(admin.files(archived="true")) == [uid]


@pytest.mark.parametrize("name", [".a.jpg", "@a.jpg", "_.a.jpg", "__a.jpg", "@dir/a.jpg", "a.txt"])
def test_some_names_are_stored_and_never_indexed(admin, name):
    admin.place(name, A)
    admin.index()
    assert not admin.files()
    assert admin.send("GET", f"/originals/{name}").get_data() == A


def test_a_single_underscore_is_indexed_and_an_empty_file_is_not(admin):
    admin.place("_a.jpg", A)
    admin.place("empty.jpg", b"")
    admin.index()
    assert list(admin.files().values()) == [["_a.jpg"]]


def test_files_of_one_name_become_one_photo_and_one_of_them_may_go(admin):
    uid = admin.photo("d/pic.jpg", A)
    admin.place("d/pic.heic", heif(tiny_jpeg(), 60, 40))
    admin.place("d/pic.xmp", b"<x/>")
    admin.index("/d")
    assert admin.files() == {uid: ["d/pic.jpg", "d/pic.heic"]}
    admin.send("DELETE", "/originals/d/pic.jpg")
    admin.index("/d")
    assert admin.files() == {uid: ["d/pic.heic.jpg", "d/pic.heic"]}


def test_a_live_pair_is_one_photo_and_so_is_a_short_movie(admin, formats):
    admin.photo("IMG_1.jpg", A)
    admin.place("IMG_1.mov", formats["clip.mov"])
    admin.place("long.mp4", formats["movie.mp4"])
    admin.index()
    kinds = {row["Name"]: row["Type"] for row in admin.get("photos?count=10")}
    assert kinds == {"IMG_1": "live", "long": "video"}


def test_one_of_a_live_pair_stays_in_it_under_another_name(admin, formats):
    uid = admin.photo("IMG_1.jpg", A)
    admin.place("IMG_1.mov", formats["clip.mov"])
    admin.index()
    admin.move("IMG_1.mov", "other.mov")
    admin.index()
    assert admin.files() == {uid: ["IMG_1.jpg", "other.mov"]}


def test_a_picture_with_the_wrong_extension_is_known_and_in_no_list(admin, formats):
    admin.place("x.jpg", formats["still.gif"])
    admin.index()
    uid = admin.get(f"files/{sha1(formats['still.gif'])}")["PhotoUID"]
    assert admin.get(f"photos/{uid}")["Quality"] == -1
    assert not admin.files()


def test_a_folder_lists_files_that_are_indexed_and_dav_lists_all(admin):
    admin.photo("d/a.jpg", A)
    admin.place("d/.hidden", b"x")
    admin.place("d/e/b.jpg", B)
    listing = admin.get("folders/originals/d?files=true&count=100")
    assert [f["Name"] for f in listing["files"]] == ["d/a.jpg"]
    assert [f["Path"] for f in listing["folders"]] == ["d/e"]
    text = admin.send("PROPFIND", "/originals/d/", headers={"Depth": "1"}).get_data(as_text=True)
    assert all(f"<D:displayname>{n}<" in text for n in ("d", "a.jpg", ".hidden", "e"))


def test_folders_are_told_from_memory_for_a_quarter_of_an_hour(admin):
    admin.place("d/a.jpg", A)
    admin.get("folders/originals")
    admin.send("MKCOL", "/originals/new")
    assert [f["Path"] for f in admin.get("folders/originals")["folders"]] == ["d"]
    fresh = admin.get("folders/originals?uncached=true")["folders"]
    assert [f["Path"] for f in fresh] == ["d", "new"]
    admin.state.clock.pass_by(901)
    assert len(admin.get("folders/originals")["folders"]) == 2


@pytest.mark.parametrize(
    ("method", "path", "headers", "status"),
    [
        ("MKCOL", "d", {}, 405),
        ("MKCOL", "none/d", {}, 409),
        ("PUT", "none/a.jpg", {}, 409),
        ("PUT", "d/a.jpg", {}, 201),
        ("GET", "d/", {}, 405),
        ("GET", "none", {}, 404),
        ("PUT", "d/" + "x" * 256, {}, 404),
        ("COPY", "d/a.jpg", {"Destination": "/originals/d/c.jpg"}, 201),
        ("MOVE", "d/a.jpg", {"Destination": "/originals/none/c.jpg"}, 409),
        ("MOVE", "d/a.jpg", {}, 400),
        ("MOVE", "d", {"Destination": "/originals/d/e"}, 403),
        ("DELETE", "d", {}, 204),
        ("DELETE", "none", {}, 404),
        ("LOCK", "d/a.jpg", {}, 200),
        ("PATCH", "d/a.jpg", {}, 405),
    ],
)
def test_a_method_answers(admin, method, path, headers, status):
    admin.place("d/a.jpg", A)
    assert admin.send(method, f"/originals/{path}", headers=headers).status_code == status


def test_times_come_from_the_header_and_not_from_the_future(admin):
    admin.place("a.jpg", A, mtime=1_600_000_000)
    assert admin.state.originals.stat("a.jpg").mtime == 1_600_000_000
    admin.place("b.jpg", B, mtime=9_000_000_000)
    assert admin.state.originals.stat("b.jpg").mtime < 9_000_000_000


def test_an_index_begins_by_itself_after_a_while_where_that_is_on():
    admin = caller(auto_index_s=300)
    admin.place("a.jpg", A)
    assert not admin.files()
    admin.state.clock.pass_by(301)
    assert len(admin.files()) == 1
