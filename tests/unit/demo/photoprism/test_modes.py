"""Sites that are set up otherwise: public, read-only, below a path, older, newer."""

import io

import pytest

from tests.unit.demo.photoprism.calling import API, Caller, caller, jpeg, sha1

DATA = jpeg("m")


def test_a_public_site_needs_no_key_and_has_no_dav():
    admin = caller()
    admin.photo("a.jpg", DATA)
    admin.site.options.public = True
    anyone = Caller(admin.site, "")
    answer = anyone.call("GET", "photos?count=10")
    assert len(answer.get_json()) == 1
    assert "X-Download-Token" not in answer.headers
    assert anyone.send("GET", f"{API}/dl/{sha1(DATA)}").get_data() == DATA
    assert anyone.post("session", {"username": "x"})["id"] == "2342".ljust(48, "0")
    assert anyone.send("PROPFIND", "/originals/").status_code == 404
    anyone.upload("b.jpg", jpeg("b"))
    assert len(anyone.files()) == 2


def test_a_read_only_site_changes_titles_and_no_files():
    admin = caller()
    uid = admin.photo("a.jpg", DATA)
    admin.site.options.read_only = True
    address = f"users/{admin.state.accounts.admin.uid}/upload/t"
    sent = {"files": (io.BytesIO(DATA), "a.jpg")}
    assert admin.call("POST", address, None, data=sent).status_code == 403
    admin.put(address, {"albums": []}, 403)
    admin.post("batch/photos/delete", {"photos": [uid]}, 403)
    admin.post("import/", {"path": ""}, 403)
    for method in ("PUT", "MKCOL", "DELETE", "MOVE"):
        assert admin.send(method, "/originals/a.jpg").status_code == 403
    assert admin.put(f"photos/{uid}", {"Title": "T", "TitleSrc": "manual"})["Title"] == "T"
    admin.post("batch/photos/archive", {"photos": [uid]})
    admin.post("index", {"path": "/"})
    features = admin.get("settings")["features"]
    assert not features["upload"]
    assert not features["import"]


@pytest.mark.parametrize(
    ("feature", "method", "path", "body"),
    [
        ("delete", "POST", "batch/photos/delete", {"photos": ["ptouhzzzzzzzzzzz"]}),
        ("library", "POST", "index", {"path": "/"}),
        ("import", "POST", "import/", {"path": "/"}),
        ("download", "POST", "zip", {"photos": ["ptouhzzzzzzzzzzz"]}),
    ],
)
def test_a_feature_that_is_off_refuses(feature, method, path, body):
    admin = caller(features_off=frozenset((feature,)))
    answer = admin.call(method, path, body)
    assert (answer.status_code, answer.get_json()["error"]) == (403, "Feature disabled")


def test_nothing_is_served_outside_of_a_base_path():
    admin = caller(base_path="/pics")
    assert admin.get("config")["apiUri"] == "/pics/api/v1"
    assert admin.send("GET", "/api/v1/status").status_code == 404
    assert admin.send("GET", "/pics/").headers["Location"] == "/pics/library/login"
    answer = admin.send("PROPFIND", "/pics/originals/", headers={"Depth": "0"})
    assert b"<D:href>/pics/originals/</D:href>" in answer.get_data()
    put = admin.send("PUT", "/pics/originals/a.jpg", data=DATA)
    assert put.status_code == 201
    target = {"Destination": "http://localhost/pics/originals/b.jpg"}
    assert admin.send("MOVE", "/pics/originals/a.jpg", headers=target).status_code == 201


def test_a_newer_server_says_caption_for_description():
    admin = caller(captions=True)
    uid = admin.photo("a.jpg", DATA)
    change = {"Caption": "c", "CaptionSrc": "manual", "Description": "d", "DescriptionSrc": "x"}
    photo = admin.put(f"photos/{uid}", change)
    assert (photo["Caption"], photo["CaptionSrc"]) == ("c", "manual")
    (row,) = admin.get("photos?count=1")
    assert row["Caption"] == "c"
    assert "Description" not in row.keys() | photo.keys()
    assert "Description" in admin.post("albums", {"Title": "x"})


def test_an_older_server_has_ids_and_no_bearer_keys():
    admin = caller(old_sessions=True)
    word = admin.state.accounts["admin"].password
    stranger = Caller(admin.site, "")
    answer = stranger.post("session", {"username": "admin", "password": word})
    assert "access_token" not in answer
    Caller(admin.site, answer["id"]).get("photos?count=1", 401)
    known = stranger.call("GET", "photos?count=1", headers={"X-Session-ID": answer["id"]})
    assert known.status_code == 200


def test_a_request_of_a_cdn_is_refused_but_for_two():
    admin = caller()
    cdn = {"Cdn-Host": "cdn.example"}
    assert admin.call("GET", "photos?count=1", headers=cdn).status_code == 404
    assert admin.call("GET", "config", headers=cdn).status_code == 200


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "status/", 301),
        ("POST", "import", 307),
        ("GET", "//status", 404),
        ("PATCH", "photos", 404),
        ("OPTIONS", "photos", 404),
        ("DELETE", "photos/ptouhzzzzzzzzzzz", 404),
    ],
)
def test_an_address_that_the_router_does_not_know(method, path, status):
    assert caller().call(method, path).status_code == status


def test_dav_can_be_off():
    admin = caller(webdav=False)
    assert admin.send("PROPFIND", "/originals/").status_code == 404
    assert admin.get("config")["disable"]["webdav"]
