"""Who gets in, with what key, and what the key opens."""

import base64

import pytest

from g3fs.demo.photoprism.accounts import Session
from tests.unit.demo.photoprism.calling import Caller, caller, jpeg


def _log_in(admin, password=None, name="admin", status=200):
    word = admin.state.accounts["admin"].password if password is None else password
    stranger = Caller(admin.site, "")
    return stranger.post("session", {"username": name, "password": word}, status)


def test_a_login_gives_a_key_and_names_ignore_case():
    admin = caller()
    answer = _log_in(admin, name="ADMIN")
    assert answer["access_token"] == answer["id"]
    assert Caller(admin.site, answer["id"]).get("session")["user"]["Name"] == "admin"
    Caller(admin.site, answer["session_id"]).get("session", 401)


def test_a_login_with_a_key_kills_the_old_key():
    admin = caller()
    old = Caller(admin.site, _log_in(admin)["id"])
    word = admin.state.accounts["admin"].password
    new = old.post("session", {"username": "admin", "password": word})
    old.get("session", 401)
    Caller(admin.site, new["id"]).get("session")


def test_ten_failures_block_the_right_password_too_and_a_minute_earns_one_back():
    admin = caller()
    for _ in range(10):
        _log_in(admin, "wrong", status=401)
    _log_in(admin, status=429)
    admin.get("session")
    admin.state.clock.pass_by(61)
    _log_in(admin, "wrong", status=401)
    _log_in(admin, status=429)


def test_a_session_ends_after_its_time_and_nothing_renews_it():
    admin = caller(session_max_age_s=15)
    session = Caller(admin.site, _log_in(admin)["id"])
    for _ in range(2):
        session.get("session")
        admin.state.clock.pass_by(8)
    session.get("session", 401)


def test_expired_sessions_leave_app_passwords_alone():
    admin = caller()
    session = Caller(admin.site, _log_in(admin)["id"])
    admin.site.harm({"kind": "expire_sessions"})
    session.get("photos?count=1", 401)
    admin.get("photos?count=1")


@pytest.mark.parametrize("header", ["Authorization", "X-Auth-Token", "X-Session-ID"])
def test_a_key_is_taken_from_three_headers(header):
    admin = caller()
    value = f"Bearer {admin.key}" if header == "Authorization" else admin.key
    answer = Caller(admin.site, "").call("GET", "session", headers={header: value})
    assert answer.status_code == 200


def test_a_wrong_key_makes_a_stranger_of_config_and_is_refused_elsewhere():
    stranger = Caller(caller().site, "wrong")
    config = stranger.get("config")
    assert (config["mode"], config["downloadToken"]) == ("public", "public")
    stranger.get("session", 401)


@pytest.mark.parametrize(
    ("scope", "opens", "refuses"),
    [
        ("albums files photos", "albums?count=1", "labels?count=1"),
        ("albums files photos", "folders/originals", "settings"),
        ("albums", "albums?count=1", "photos?count=1"),
        ("webdav", "config", "session"),
        ("*", "settings", None),
    ],
)
def test_a_scope_limits_a_key(scope, opens, refuses):
    admin = caller()
    key = admin.state.accounts.make_app_password(admin.state.accounts.admin, scope).key
    limited = Caller(admin.site, key)
    limited.get(opens)
    if refuses is not None:
        limited.get(refuses, 403)


def test_an_app_password_is_made_with_the_key_of_a_login():
    admin = caller()
    word = admin.state.accounts["admin"].password
    wish = {"grant_type": "password", "username": "admin", "password": word, "scope": "webdav",
            "client_name": "mount", "expires_in": 100}  # fmt: skip
    admin.post("oauth/token", wish, 401)
    made = Caller(admin.site, _log_in(admin)["id"]).post("oauth/token", wish)
    assert (made["scope"], made["client_name"], made["expires_in"]) == ("webdav", "mount", 100)
    dav = Caller(admin.site, made["access_token"])
    assert dav.send("PROPFIND", "/originals/", headers={"Depth": "0"}).status_code == 207


def test_a_client_without_a_user_sees_files_and_no_photos():
    admin = caller()
    client = admin.state.accounts.make_client("cli")
    form = {"grant_type": "client_credentials", "client_id": client.id}
    answer = Caller(admin.site, "").call(
        "POST", "oauth/token", None, data={**form, "client_secret": client.secret}
    )
    key = Caller(admin.site, answer.get_json()["access_token"])
    key.get("labels?count=1")
    key.get("photos?count=1", 400)
    key.get("albums?count=1", 400)


def test_a_guest_sees_nothing_but_what_it_can_name():
    admin = caller()
    uid = admin.photo("a.jpg", jpeg("g"))
    guest = Caller(admin.site, admin.state.accounts["guest"].api_key)
    assert guest.get("photos?count=10") == []
    assert guest.get(f"photos/{uid}")["UID"] == uid
    guest.get("albums?count=10", 400)
    guest.get(f"photos?count=10&s={admin.album('Trip', uid)}", 400)
    for address in ("labels?count=1", "folders/originals"):
        guest.get(address, 403)
    guest.put(f"photos/{uid}", {"Title": "x"}, 403)
    assert guest.send("PROPFIND", "/originals/", headers={"Depth": "0"}).status_code == 401


def test_a_visitor_sees_the_shared_album():
    admin = caller()
    album = admin.album("Trip", admin.photo("a.jpg", jpeg("v")))
    login = Caller(admin.site, _log_in(admin)["id"])
    admin.post(f"albums/{album}/links", {}, 403)
    token = login.post(f"albums/{album}/links", {})["Token"]
    key = Caller(admin.site, "").post("session", {"token": token})["access_token"]
    visitor = Caller(admin.site, key)
    assert [a["UID"] for a in visitor.get("albums?count=10&type=album")] == [album]
    assert len(visitor.files(s=album)) == 1
    visitor.get(f"photos?count=10&s={admin.album('Other')}", 400)


@pytest.mark.parametrize("word", ["key", "password"])
def test_dav_takes_basic_with_an_app_password_or_the_password(word):
    admin = caller()
    account = admin.site.admin
    secret = account.api_key if word == "key" else account.password
    value = base64.b64encode(f"admin:{secret}".encode()).decode()
    answer = Caller(admin.site, "").send(
        "PROPFIND", "/originals/", headers={"Authorization": f"Basic {value}", "Depth": "0"}
    )
    assert answer.status_code == 207


def test_dav_refuses_a_key_without_its_scope():
    admin = caller()
    accounts = admin.state.accounts
    key = accounts.keep(
        Session(key="x", user=accounts.admin, provider="application", scope="photos")
    ).key
    answer = Caller(admin.site, key).send("PROPFIND", "/originals/")
    assert answer.status_code == 401
    assert answer.headers["Www-Authenticate"].startswith("Basic")
