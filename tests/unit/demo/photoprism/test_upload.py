"""Upload and import: new names, silent drops, duplicates, albums."""

import io

import pytest

from g3fs.demo.photoprism.crc32c import crc32c
from g3fs.demo.photoprism.disk import put
from tests.unit.demo.photoprism.calling import TAKEN, caller, jpeg, sha1

DATA = jpeg("up")


def test_an_upload_is_renamed_to_time_and_checksum_and_remembers_its_name():
    admin = caller()
    admin.upload("holiday snap.jpg", DATA)
    file = admin.get(f"files/{sha1(DATA)}")
    assert file["Name"] == f"2024/05/20240502_123456_{crc32c(DATA):08X}.jpg"
    assert file["OriginalName"] == "holiday snap.jpg"
    photo = admin.get(f"photos/{file['PhotoUID']}")
    assert photo["OriginalName"] == "holiday snap"
    assert photo["Title"] == "Holiday Snap / 2024"
    assert photo["CreatedBy"] == admin.state.accounts.admin.uid


@pytest.mark.parametrize(
    ("name", "data"),
    [("notes.txt", b"hello"), ("empty.jpg", b""), ("broken.jpg", DATA[:200]), ("x.jpg", b"text")],
)
def test_what_is_no_picture_is_dropped_without_a_word(name, data):
    admin = caller()
    admin.upload(name, data)
    admin.get(f"files/{sha1(data)}", 404)
    assert not admin.files()


def test_what_is_too_large_is_dropped():
    admin = caller(originals_limit=len(DATA) - 1)
    admin.upload("a.jpg", DATA)
    admin.get(f"files/{sha1(DATA)}", 404)


def test_the_same_content_joins_the_album_and_is_stored_once():
    admin = caller()
    uid, album = admin.photo("a.jpg", DATA), admin.album("Trip")
    admin.upload("other.jpg", DATA, album)
    assert admin.files(s=album) == {uid: ["a.jpg"]}
    assert admin.files() == {uid: ["a.jpg"]}


def test_an_archived_photo_stays_archived_when_it_is_uploaded_again():
    admin = caller()
    uid = admin.photo("a.jpg", DATA)
    admin.post("batch/photos/archive", {"photos": [uid]})
    admin.upload("a.jpg", DATA, admin.album("Trip"))
    assert not admin.files()
    assert list(admin.files(archived="true")) == [uid]


def test_a_title_makes_an_album_and_an_unknown_uid_is_ignored():
    admin = caller()
    admin.upload("a.jpg", DATA, "Best of", "atouhzzzzzzzzzzz")
    (album,) = admin.get("albums?count=10&type=album")
    assert (album["Title"], album["PhotoCount"]) == ("Best of", 1)


def test_a_wrong_extension_hides_the_picture(formats):
    admin = caller()
    data = formats["still.gif"]
    admin.upload("x.jpg", data)
    uid = admin.get(f"files/{sha1(data)}")["PhotoUID"]
    assert admin.get(f"photos/{uid}")["Quality"] == -1
    assert not admin.files()


def test_two_files_of_one_name_in_one_upload_stay_together(formats):
    admin = caller()
    address = f"users/{admin.state.accounts.admin.uid}/upload/t"
    sent = [(io.BytesIO(DATA), "IMG_1.jpg"), (io.BytesIO(formats["clip.mov"]), "IMG_1.mov")]
    admin.call("POST", address, None, data={"files": sent})
    admin.put(address, {"albums": []})
    (names,) = admin.files().values()
    assert {name.rpartition(".")[2] for name in names} == {"jpg", "mov"}


def test_a_wrong_field_name_uploads_nothing():
    admin = caller()
    address = f"users/{admin.state.accounts.admin.uid}/upload/t"
    answer = admin.call("POST", address, None, data={"file": (io.BytesIO(DATA), "a.jpg")})
    assert answer.get_json()["message"] == "0 files uploaded in 0 s"


def test_an_import_moves_files_and_fills_an_album():
    admin = caller()
    put(admin.state.imports, "scan/card one.jpg", DATA, TAKEN * 10**9)
    admin.post("import/", {"path": "scan", "move": True, "albums": ["Scans"]})
    assert not admin.state.imports.names("scan")
    (album,) = admin.get("albums?count=10&type=album")
    assert len(admin.files(s=album["UID"])) == 1


def test_a_picture_without_a_date_is_named_by_the_time_of_the_upload():
    admin = caller()
    data = jpeg("plain", None)
    admin.upload("a.jpg", data)
    assert admin.get(f"files/{sha1(data)}")["Name"].startswith("2027/01/20270115_080000_")
