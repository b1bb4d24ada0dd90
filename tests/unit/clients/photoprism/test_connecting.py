"""Finding the server, logging in, staying logged in, leaving."""

import logging

import pytest

from g3fs.clients.photoprism import Login, connect, detect_at
from g3fs.clients.photoprism.detect import candidates
from g3fs.gallery.errors import AccessDenied, Busy, Invalid, LoginRefused, NotAGallery, NotFound
from g3fs.http.options import HttpOptions
from tests.unit.clients.photoprism.site import (
    CONFIG,
    DENIED,
    KEY,
    NO_TOKEN,
    REFUSED,
    SESSION,
    USER,
    Answer,
    Asked,
    Clock,
    Site,
    opened,
    said,
)

PASSWORD = Login(username="admin", password="correct horse")
LIMIT = said({"code": 429, "error": "rate limit exceeded"}, 429)


def _only_with(key: str, answer: Answer):
    def respond(asked: Asked) -> Answer:
        return answer if asked.headers.get("Authorization") == f"Bearer {key}" else REFUSED

    return respond


@pytest.mark.parametrize(
    ("path", "places"),
    [
        ("", ("",)),
        ("/pics", ("/pics", "")),
        ("/pics/library/browse", ("/pics", "")),
        ("/library/albums/atouipcoaig8r03k/view", ("",)),
        ("/pics/api/v1/", ("/pics", "")),
        ("/originals/2023", ("",)),
        ("/pics/import/", ("/pics", "")),
        ("/pics/s/linktoken1/summer", ("/pics", "")),
    ],
)
def test_an_address_from_the_browser_leads_to_the_site(path, places):
    assert candidates(f"https://photos.example{path}") == places


def test_a_site_below_a_path_is_found_and_asked_there(site):
    site.rules.clear()
    site.on("GET", "/pics/api/v1/config", said(CONFIG))
    site.on("GET", "/pics/api/v1/session", said(SESSION))
    site.on("GET", "/pics/api/v1/status", said({"status": "operational"}))
    with connect(f"{site.origin}/pics/library/browse", api_key=KEY) as prism:
        assert prism.url == f"{site.origin}/pics"
        assert prism.status() == "operational"


def test_another_server_is_no_gallery(site):
    site.on("GET", "/api/v1/config", Answer(200, b"<html>", "text/html"))
    with pytest.raises(NotAGallery):
        detect_at(site.origin)


def test_a_login_in_front_is_named(site):
    site.on("GET", "/api/v1/config", Answer(401, b"", "text/html"))
    with pytest.raises(LoginRefused):
        detect_at(site.origin)


def test_a_password_becomes_a_key_which_is_given_back_at_the_end(site):
    site.api("POST", "session", said(SESSION))
    site.api("DELETE", "session", said({"status": "deleted"}))
    with opened(site, PASSWORD) as prism:
        assert prism.facts.user is not None
        assert prism.facts.user.uid == USER
        assert prism.facts.webdav
    login = site.last("POST", "/api/v1/session")
    assert login.json == {"username": "admin", "password": "correct horse"}
    assert "Authorization" not in login.headers
    assert site.last("DELETE", "/api/v1/session").headers["Authorization"] == f"Bearer {KEY}"


def test_an_app_password_is_used_as_it_is_and_stays(site):
    with opened(site):
        pass
    assert [(one.method, one.path) for one in site.asked] == [
        ("GET", "/api/v1/config"),
        ("GET", "/api/v1/session"),
    ]


def test_a_key_whose_scope_has_no_sessions_gets_its_tokens_from_the_configuration(site):
    site.api("GET", "session", DENIED)
    known = {**CONFIG, "mode": "user", "downloadToken": "dl-9", "previewToken": "pv-9"}
    site.api("GET", "config", [said(CONFIG), said(known)])
    with opened(site) as prism:
        assert prism.api.tokens.download == "dl-9"
        assert prism.facts.user is None
        with pytest.raises(AccessDenied):
            prism.uploads.process("word")


def test_a_wrong_key_is_refused_at_once(site):
    site.api("GET", "session", REFUSED)
    with pytest.raises(LoginRefused):
        opened(site)


def test_a_protected_site_wants_a_login(site):
    with pytest.raises(LoginRefused):
        opened(site, Login())


def test_a_site_in_public_mode_needs_nothing(site):
    site.api("GET", "config", said({**CONFIG, "public": True, "previewToken": "public"}))
    site.api("POST", "session", said(SESSION))
    site.api("PUT", f"users/{USER}/upload/word", said({"code": 200}))
    site.on("GET", f"/api/v1/dl/{'a' * 40}", Answer(200, b"abc", "image/jpeg"))
    with opened(site, Login()) as prism:
        assert prism.bytes.original("a" * 40).read() == b"abc"
        assert site.asked[-1].query == {"t": "public"}
        assert not prism.facts.webdav
        prism.uploads.process("word")
        prism.uploads.process("word")
    assert not any("Authorization" in one.headers for one in site.asked)
    assert [one.method for one in site.asked].count("POST") == 1


def test_an_expired_session_is_renewed_once_and_the_call_repeated(site):
    fresh = {**SESSION, "access_token": "fresh-key"}
    site.api("POST", "session", [said(SESSION), said(fresh)])
    with opened(site, PASSWORD) as prism:
        site.api("GET", "labels", _only_with("fresh-key", said([])))
        assert prism.labels.search() == ()
        assert site.calls() == [("GET", "/api/v1/labels")] * 2


def test_a_missing_right_is_no_reason_to_log_in_again(site):
    site.api("POST", "session", said(SESSION))
    site.api("GET", "labels", DENIED)
    with opened(site, PASSWORD) as prism:
        with pytest.raises(AccessDenied):
            prism.labels.search()
        assert [one.method for one in site.asked].count("POST") == 1


@pytest.mark.parametrize(
    ("answer", "error"),
    [(said({"error": "Invalid credentials"}, 401), LoginRefused), (LIMIT, Busy)],
)
def test_a_failed_login_is_not_repeated_for_a_minute(site, answer, error):
    clock = Clock()
    site.api("POST", "session", said(SESSION))
    with opened(site, PASSWORD, clock) as prism:
        site.api("GET", "labels", REFUSED)
        site.api("POST", "session", answer)
        site.asked.clear()
        for _ in range(3):
            with pytest.raises(error):
                prism.labels.search()
        assert [one.method for one in site.asked].count("POST") == 1
        clock.sleep(61)
        site.api("POST", "session", said({**SESSION, "access_token": "fresh-key"}))
        site.api("GET", "labels", _only_with("fresh-key", said([])))
        assert prism.labels.search() == ()


def test_too_many_failures_say_how_long_to_wait(site):
    site.api("POST", "session", LIMIT)
    with pytest.raises(Busy) as caught:
        opened(site, PASSWORD)
    assert caught.value.retry_after_s == 60


def test_a_passcode_is_sent_with_one_login_only(site):
    site.api("POST", "session", said(SESSION))
    login = Login(username="admin", password="correct horse", passcode="123456")
    with opened(site, login) as prism:
        assert site.last("POST", "/api/v1/session").json["passcode"] == "123456"
        site.api("GET", "labels", REFUSED)
        site.api("POST", "session", said({"code": 32, "error": "x", "message": "y"}, 401))
        with pytest.raises(LoginRefused):
            prism.labels.search()
        assert "passcode" not in site.last("POST", "/api/v1/session").json


def test_a_server_before_2024_gets_the_key_in_its_own_header(site):
    site.api("POST", "session", said({"id": "old-key", "config": SESSION["config"]}))
    with opened(site, PASSWORD):
        assert site.last("GET", "/api/v1/session").headers["X-Session-ID"] == "old-key"


def test_a_session_key_is_tried_in_the_old_way_as_well(site):
    def respond(asked: Asked) -> Answer:
        return said(SESSION) if "X-Session-ID" in asked.headers else REFUSED

    site.api("GET", "session", respond)
    with opened(site) as prism:
        assert prism.facts.user is not None


def test_a_client_of_oauth_gets_its_key_by_a_form(site):
    site.api("POST", "oauth/token", said({"access_token": "oauth-key", "expires_in": 86400}))
    with opened(site, Login(client_id="cid", client_secret="hush hush")):
        form = site.last("POST", "/api/v1/oauth/token")
        assert b"grant_type=client_credentials&client_id=cid" in form.body
        assert site.asked[-1].headers["Authorization"] == "Bearer oauth-key"


def test_an_oauth_client_without_secret_is_refused_before_anything_is_asked():
    with pytest.raises(Invalid):
        Login(client_id="cid")


def test_a_visitor_logs_in_by_the_token_of_a_share_link(site):
    site.api("POST", "session", said(SESSION))
    with opened(site, Login(share_token="linktoken1")):
        assert site.last("POST", "/api/v1/session").json == {"token": "linktoken1"}


def test_an_app_password_can_be_made(site, prism):
    site.api("POST", "oauth/token", said({"access_token": "made-made", "scope": "*"}))
    made = prism.sessions.new_app_password("admin", "correct horse", name="g3fs")
    assert made.key == "made-made"
    assert site.asked[-1].json == {
        "grant_type": "password",
        "username": "admin",
        "password": "correct horse",
        "client_name": "g3fs",
        "scope": "*",
        "expires_in": 31536000,
    }


def test_an_unknown_call_is_told_from_an_unknown_thing(site: Site, prism):
    site.api("GET", "labels", said({"error": "Not found"}, 404))
    with pytest.raises(Exception, match="knows no such call"):
        prism.labels.search()
    site.api("GET", "files/" + "0" * 40, said({"error": "record not found"}, 404))
    with pytest.raises(NotFound):
        prism.photos.file("0" * 40)


def test_secrets_show_in_no_repr(site):
    login = Login(username="admin", password="pw-pw", api_key="key-key", share_token="sh-sh")
    assert not any(secret in repr(login) for secret in ("pw-pw", "key-key", "sh-sh"))
    with opened(site) as prism:
        assert "dltoken1" not in f"{prism.facts} {prism.api.tokens!r} {prism.api.http.auth!r}"
        assert KEY not in f"{prism!r} {prism.sessions.get()!r} {prism.api.http.auth!r}"


def test_tokens_and_keys_reach_no_log_not_even_that_of_urllib3(site, caplog):
    caplog.set_level(logging.DEBUG)
    site.on("GET", f"/api/v1/t/{'a' * 40}/pvtoken1/tile_50", NO_TOKEN)
    site.on("GET", f"/api/v1/dl/{'a' * 40}", Answer(200, b"abc", "image/jpeg"))
    with opened(site) as prism:
        prism.bytes.original("a" * 40).close()
        with pytest.raises(AccessDenied):
            prism.bytes.thumb("a" * 40, "tile_50")
    assert any(record.name.startswith("urllib3") for record in caplog.records)
    assert "/t/" in caplog.text
    assert not any(secret in caplog.text for secret in ("dltoken1", "pvtoken1", KEY))


def test_an_app_password_works_from_options_with_their_own_redactor(site):
    options = HttpOptions()
    with connect(site.origin, options=options, api_key=KEY):
        assert options.redactor.text(f"t={KEY}") == "t=***"
