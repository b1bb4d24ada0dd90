"""Bytes: tokens, ranges, what happens when the disk and the index differ; thumbs and archives."""

import io
import zipfile

import pytest
from PIL import Image

from tests.unit.demo.photoprism.calling import API, caller, jpeg, sha1

DATA = jpeg("x" * 500)


@pytest.fixture
def admin():
    admin = caller()
    admin.photo("a.jpg", DATA, mtime=1_600_000_000)
    return admin


@pytest.mark.parametrize(
    ("wanted", "expected"),
    [
        ("bytes=0-9", DATA[:10]),
        ("bytes=100-", DATA[100:]),
        ("bytes=-7", DATA[-7:]),
        ("bytes=10-99999", DATA[10:]),
    ],
)
def test_a_part_is_sent(admin, wanted, expected):
    answer = admin.download(sha1(DATA), Range=wanted)
    assert (answer.status_code, answer.get_data()) == (206, expected)
    assert answer.headers["Content-Length"] == str(len(expected))


def test_several_parts_are_sent_as_one_answer(admin):
    answer = admin.download(sha1(DATA), Range="bytes=0-1,5-6")
    assert answer.headers["Content-Type"].startswith("multipart/byteranges; boundary=")
    assert answer.get_data().count(b"Content-Range: bytes ") == 2


def test_beyond_the_end_there_is_nothing(admin):
    answer = admin.download(sha1(DATA), Range="bytes=99999-")
    assert answer.status_code == 416
    assert answer.headers["Content-Range"] == f"bytes */{len(DATA)}"


def test_a_condition_that_is_not_the_date_gets_the_whole_file(admin):
    date = admin.download(sha1(DATA)).headers["Last-Modified"]
    assert admin.download(sha1(DATA), Range="bytes=0-1", **{"If-Range": date}).status_code == 206
    other = admin.download(sha1(DATA), Range="bytes=0-1", **{"If-Range": '"tag"'})
    assert other.get_data() == DATA
    assert admin.download(sha1(DATA), **{"If-Modified-Since": date}).status_code == 304


def test_tokens_open_bytes_and_keys_do_not(admin):
    user = admin.state.accounts.admin
    address = f"{API}/dl/{sha1(DATA)}"
    assert admin.send("GET", address).status_code == 403
    assert admin.send("GET", f"{address}?t={user.preview_token}").status_code == 403
    thumb = f"{API}/t/{sha1(DATA)}/{user.download_token}/tile_50"
    assert admin.send("GET", thumb).status_code == 200


def test_after_a_restart_tokens_wait_for_a_call_with_a_key(admin):
    admin.site.harm({"kind": "restart"})
    refused = admin.download_without_key(sha1(DATA))
    assert (refused.status_code, refused.headers["Content-Type"]) == (403, "image/svg+xml")
    admin.get("config")
    assert admin.download_without_key(sha1(DATA)).get_data() == DATA


def test_expired_tokens_are_replaced_in_every_list(admin):
    old = admin.state.accounts.admin.download_token
    admin.site.harm({"kind": "expire_tokens"})
    new = admin.call("GET", "photos?count=1").headers["X-Download-Token"]
    assert new != old
    assert admin.send("GET", f"{API}/dl/{sha1(DATA)}?t={old}").status_code == 403
    assert admin.send("GET", f"{API}/dl/{sha1(DATA)}?t={new}").status_code == 200


def test_the_old_hash_delivers_the_new_bytes_until_an_index(admin):
    admin.place("a.jpg", jpeg("new"))
    assert admin.download(sha1(DATA)).get_data() == jpeg("new")
    admin.index()
    assert admin.download(sha1(DATA)).status_code == 404


def test_a_file_that_is_missing_is_flagged_and_an_index_repairs_it(admin):
    admin.state.originals.remove("a.jpg")
    answer = admin.download(sha1(DATA))
    assert (answer.status_code, answer.headers["Content-Type"]) == (404, "image/svg+xml")
    (row,) = admin.get("photos?count=10&merged=true")
    assert row["Files"][0]["Missing"]
    admin.place("a.jpg", DATA, mtime=1_600_000_000)
    admin.index()
    (row,) = admin.get("photos?count=10&merged=true")
    assert "Missing" not in row["Files"][0]


@pytest.mark.parametrize(
    "address", ["dl/{hash}?t=x", "photos?count=1", "status", "t/{hash}/x/tile_50"]
)
def test_there_is_no_head(admin, address):
    answer = admin.call("HEAD", address.format(hash=sha1(DATA)))
    assert answer.status_code == 404


@pytest.mark.parametrize(
    ("size", "pixels"),
    [("tile_50", (50, 50)), ("left_224", (224, 224)), ("fit_720", (60, 40)), ("colors", (3, 3))],
)
def test_a_thumb_is_cropped_or_fitted_and_never_enlarged(admin, size, pixels):
    token = admin.state.accounts.admin.preview_token
    answer = admin.send("GET", f"{API}/t/{sha1(DATA)}/{token}/{size}")
    assert Image.open(io.BytesIO(answer.get_data())).size == pixels


@pytest.mark.parametrize("what", ["t/{hash}/{token}/tile_51", "t/{zeros}/{token}/tile_50",
                                  "videos/{hash}/{token}/avc"])  # fmt: skip
def test_what_cannot_be_shown_is_an_icon_with_200(admin, what):
    token = admin.state.accounts.admin.preview_token
    address = what.format(hash=sha1(DATA), token=token, zeros="0" * 40)
    answer = admin.send("GET", f"{API}/{address}")
    assert (answer.status_code, answer.headers["Content-Type"]) == (200, "image/svg+xml")


def test_a_broken_picture_has_an_icon_for_a_thumb(admin):
    admin.site.harm({"kind": "replace", "file": "a.jpg", "text": "nothing"})
    token = admin.state.accounts.admin.preview_token
    answer = admin.send("GET", f"{API}/t/{sha1(DATA)}/{token}/tile_100")
    assert answer.headers["Content-Type"] == "image/svg+xml"


def test_a_movie_is_sent_whole_and_its_thumb_is_one_of_its_frames(formats):
    admin = caller()
    movie = formats["movie.mp4"]
    uid = admin.photo("movie.mp4", movie)
    user = admin.state.accounts.admin
    assert admin.download(sha1(movie)).get_data() == movie
    played = admin.send("GET", f"{API}/videos/{sha1(movie)}/{user.preview_token}/avc")
    assert played.get_data() == movie
    primary = admin.send("GET", f"{API}/photos/{uid}/dl?t={user.download_token}")
    assert primary.headers["Content-Type"] == "image/jpeg"


def test_an_archive_holds_the_originals_uncompressed(admin):
    album = admin.album("Trip", *admin.files())
    token = admin.state.accounts.admin.download_token
    answer = admin.send("GET", f"{API}/albums/{album}/dl?t={token}")
    with zipfile.ZipFile(io.BytesIO(answer.get_data())) as archive:
        (name,) = archive.namelist()
        assert archive.read(name) == DATA
    assert "Content-Length" not in answer.headers
    empty = admin.send("GET", f"{API}/albums/{admin.album('Empty')}/dl?t={token}")
    assert empty.headers["Content-Type"] == "application/octet-stream"


def test_a_file_name_beyond_ascii_is_encoded():
    admin = caller()
    admin.photo("日本 写真.jpg", DATA)
    expected = "attachment; filename*=UTF-8''%E6%97%A5%E6%9C%AC+%E5%86%99%E7%9C%9F.jpg"
    assert admin.download(sha1(DATA)).headers["Content-Disposition"] == expected
