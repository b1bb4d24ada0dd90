"""Photos: lists and pages, edits with their conditions, archive and delete with their losses."""

import pytest

from g3fs.demo.photoprism.heif import heif
from g3fs.demo.synthetic import tiny_jpeg
from tests.unit.demo.photoprism.calling import caller, jpeg


def _stack(admin) -> str:
    admin.place("s/pic.jpg", jpeg("one"))
    admin.place("s/pic.heic", heif(tiny_jpeg(), 60, 40))
    admin.index("/s")
    (uid,) = admin.files()
    return uid


def test_count_and_offset_are_those_of_files_so_that_a_page_may_cut_a_photo():
    admin = caller()
    uid = _stack(admin)
    first = admin.call("GET", "photos?count=1&merged=true")
    second = admin.get("photos?count=1&offset=1&merged=true")
    assert first.headers["X-Count"] == "1"
    assert [row["UID"] for row in (*first.get_json(), *second)] == [uid, uid]
    assert admin.files()[uid] == ["s/pic.jpg", "s/pic.heic"]


def test_without_merged_there_is_a_row_for_each_file_and_no_size():
    admin = caller()
    _stack(admin)
    rows = admin.get("photos?count=10")
    assert [row["Files"] for row in rows] == [None, None]


@pytest.mark.parametrize("address", ["photos", "photos?count=0", "photos?count=x", "albums"])
def test_a_list_without_a_good_count_is_refused(address):
    assert caller().get(address, 400)["error"] == "Unable to do that"


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("path=2023/summer", 1),
        ("path=2023/*", 2),
        ("path=/2023/SUMMER", 1),
        ("path=2023/summer/", 1),
        ("path=2023/SUMMER/", 0),
        ("path=2023/*/", 0),
        ("path=//", 1),
        ("path=", 3),
        ("path=2023/summer|2023/winter", 2),
        ("filename=2023/winter/b.jpg", 1),
        ("name=a", 1),
        ("year=2024", 3),
        ("month=5", 3),
        ("before=2024-05-02", 0),
        ("after=2024-05-02", 3),
        ("q=summer", 1),
        ("q=name:a", 1),
        ("type=video", 0),
        ("favorite=true", 0),
        ("archived=true", 0),
        ("album=nothing", 0),
        ("nonsense=1", 3),
    ],
)
def test_a_filter_finds(query, found):
    admin = caller()
    for path in ("2023/summer/a.jpg", "2023/winter/b.jpg", "c.jpg"):
        admin.photo(path)
    assert len(admin.get(f"photos?count=100&{query}")) == found


def test_a_folder_with_a_bar_in_its_name_is_never_found_by_path():
    admin = caller()
    admin.photo("a|b/x.jpg")
    assert not admin.get("photos?count=10&path=a|b")
    (folder,) = admin.get("albums?count=10&type=folder")
    assert len(admin.files(s=folder["UID"])) == 1


@pytest.mark.parametrize("name", ["movie.mp4", "still.gif", "phone.heic"])
def test_what_browsers_do_not_show_gets_a_jpeg_that_leads_and_lies_elsewhere(name, formats):
    admin = caller()
    admin.photo(name, formats[name])
    (row,) = admin.get("photos?count=10&merged=true")
    assert (row["FileRoot"], row["FileName"]) == ("sidecar", f"{name}.jpg")
    assert [(f["Root"], f["Primary"]) for f in row["Files"]] == [("sidecar", True), ("/", False)]
    assert row["Files"][1]["Size"] == len(formats[name])


def test_a_title_without_its_source_is_dropped():
    admin = caller()
    uid = admin.photo("2023/summer/a.jpg")
    generated = admin.get(f"photos/{uid}")["Title"]
    assert admin.put(f"photos/{uid}", {"Title": "Mine"})["Title"] == generated
    assert admin.put(f"photos/{uid}", {"Title": "Mine", "TitleSrc": "manual"})["Title"] == "Mine"
    assert admin.put(f"photos/{uid}", {"Title": "Other"})["Title"] == "Other"
    emptied = admin.put(f"photos/{uid}", {"Title": "", "TitleSrc": "manual"})
    assert (emptied["Title"], emptied["TitleSrc"]) == (generated, "")


def test_details_need_the_number_and_lose_what_is_left_out():
    admin = caller()
    uid = admin.photo("a.jpg")
    number = admin.get(f"photos/{uid}")["ID"]
    block = {"Keywords": "Pier, New York, sea x 12", "KeywordsSrc": "manual", "Artist": "Ann"}
    assert admin.put(f"photos/{uid}", {"Details": block})["Details"]["Artist"] == ""
    stored = admin.put(f"photos/{uid}", {"Details": {"PhotoID": number, **block}})["Details"]
    assert (stored["Keywords"], stored["Artist"]) == ("new, pier, sea, york", "Ann")
    only = admin.put(f"photos/{uid}", {"Details": {"PhotoID": number, "Notes": "n"}})["Details"]
    assert (only["Keywords"], only["Artist"], only["Notes"]) == ("", "", "n")


def test_a_local_time_is_reckoned_to_utc_unless_the_zone_is_utc():
    admin = caller()
    uid = admin.photo("a.jpg")
    local = {"TakenAtLocal": "2023-07-07T18:30:00Z", "TakenSrc": "manual"}
    vienna = admin.put(f"photos/{uid}", {**local, "TimeZone": "Europe/Vienna"})
    assert vienna["TakenAt"] == "2023-07-07T16:30:00Z"
    utc = admin.put(
        f"photos/{uid}", {**local, "TimeZone": "UTC", "TakenAt": "2022-01-01T00:00:00Z"}
    )
    assert utc["TakenAtLocal"] == utc["TakenAt"] == "2022-01-01T00:00:00Z"


def test_likes_move_no_time_and_edits_do():
    admin = caller()
    uid = admin.photo("a.jpg")
    before = admin.get(f"photos/{uid}")["UpdatedAt"]
    assert admin.post(f"photos/{uid}/like")["photo"]["Favorite"]
    assert admin.get(f"photos/{uid}")["UpdatedAt"] == before
    assert admin.put(f"photos/{uid}", {"Private": True})["UpdatedAt"] > before


def test_changes_since_a_time_are_found_to_the_second():
    admin = caller()
    old, new = admin.photo("a.jpg"), admin.photo("b.jpg")
    admin.state.clock.pass_by(100)
    when = admin.put(f"photos/{new}", {"Title": "x", "TitleSrc": "manual"})["EditedAt"]
    assert list(admin.files(updated=when)) == [new]
    assert old not in admin.files(edited=when)


def test_private_by_batch_is_a_toggle():
    admin = caller()
    uid = admin.photo("a.jpg")
    for expected in (True, False):
        admin.post("batch/photos/private", {"photos": [uid]})
        assert admin.get(f"photos/{uid}")["Private"] is expected


def test_archiving_leaves_albums_for_good():
    admin = caller()
    uid = admin.photo("a.jpg")
    album = admin.album("Trip", uid)
    admin.post("batch/photos/archive", {"photos": [uid]})
    assert not admin.files()
    assert list(admin.files(archived="true")) == [uid]
    assert admin.listed_album(album)["PhotoCount"] == 0
    admin.post("batch/photos/restore", {"photos": [uid]})
    assert list(admin.files()) == [uid]
    assert not admin.files(s=album)


def test_adding_an_archived_photo_restores_it_only_if_nobody_edited_it():
    admin = caller()
    fresh, edited = admin.photo("a.jpg"), admin.photo("b.jpg")
    admin.put(f"photos/{edited}", {"Title": "x", "TitleSrc": "manual"})
    admin.post("batch/photos/archive", {"photos": [fresh, edited]})
    album = admin.album("Trip", fresh, edited)
    assert list(admin.files(s=album)) == [fresh]
    assert admin.listed_album(album)["PhotoCount"] == 2
    admin.post("batch/photos/restore", {"photos": [edited]})
    assert set(admin.files(s=album)) == {fresh, edited}


def test_deleting_needs_no_archive_and_a_new_file_is_a_new_photo():
    admin = caller()
    data = jpeg("a")
    uid = admin.photo("a.jpg", data)
    admin.post("batch/photos/delete", {"photos": [uid]})
    admin.get(f"photos/{uid}", 404)
    assert admin.send("HEAD", "/originals/a.jpg").status_code == 404
    assert admin.photo("a.jpg", data) != uid


def test_a_label_is_one_by_slug_and_leaves_by_number():
    admin = caller()
    uid = admin.photo("a.jpg")
    first = admin.post(f"photos/{uid}/label", {"Name": "sea side"})["Labels"]
    again = admin.post(f"photos/{uid}/label", {"Name": "Sea-Side"})["Labels"]
    assert [label["Label"]["Name"] for label in first] == ["Sea Side"]
    assert [label["LabelID"] for label in again] == [first[0]["LabelID"]]
    assert list(admin.files(label="sea-side")) == [uid]
    number = first[0]["LabelID"]
    assert admin.delete(f"photos/{uid}/label/{number}")["Labels"] == []
    admin.delete(f"photos/{uid}/label/{number}", None, 404)


def test_a_file_of_a_stack_leaves_as_a_photo_of_its_own():
    admin = caller()
    uid = _stack(admin)
    heic = admin.get(f"photos/{uid}")["Files"][1]
    admin.post(f"photos/{uid}/files/{heic['UID']}/unstack")
    names = sorted(name for files in admin.files().values() for name in files)
    assert f"s/pic.{heic['Hash'][:8]}.heic" in names
    assert len(admin.files()) == 2


def test_turning_rewrites_the_file():
    admin = caller()
    uid = admin.photo("a.jpg")
    before = admin.get(f"photos/{uid}")["Files"][0]
    admin.put(f"photos/{uid}/files/{before['UID']}/orientation", {"Orientation": 6})
    after = admin.get(f"photos/{uid}")["Files"][0]
    assert after["Hash"] != before["Hash"]
    assert (after["Width"], after["Height"]) == (before["Height"], before["Width"])
