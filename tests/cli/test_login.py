"""Logging in once, and what is kept of it."""

import json
from collections.abc import Iterator

import pytest

from g3fs.demo.server import DemoServer
from tests.cli.support import assert_one_line, refused_url


def stored(g3fs):
    return g3fs.home / "state" / "g3fs" / "logins.json"


def test_a_login_is_kept_where_only_the_owner_can_read_it_and_used_from_then_on(g3fs, gallery):
    words = ("login", gallery.url, "--user", gallery.username, "--password-stdin")
    done = g3fs(*words, stdin=f"{gallery.password}\n").ok()
    assert gallery.url in done.stdout
    assert stored(g3fs).stat().st_mode & 0o777 == 0o600
    text = stored(g3fs).read_text()
    assert gallery.api_key in text
    assert gallery.password not in text
    for said in (done.stdout, done.stderr):
        assert gallery.api_key not in said
        assert gallery.password not in said
    assert "welcome.jpg" in g3fs("ls", gallery.url).ok().stdout


def test_the_password_may_come_from_the_environment(g3fs, gallery):
    secret = {"G3FS_USERNAME": gallery.username, "G3FS_PASSWORD": gallery.password}
    g3fs("login", gallery.url, **secret).ok()
    assert list(json.loads(stored(g3fs).read_text())["logins"]) == [gallery.url]


def test_a_wrong_password_stores_nothing(g3fs, gallery):
    done = g3fs("login", gallery.url, "--user", "admin", "--password-stdin", stdin="wrong-one\n")
    assert_one_line(done, "password", 1)
    assert "wrong-one" not in done.stderr
    assert not stored(g3fs).exists()


def test_an_empty_password_asks_nobody(g3fs, gallery):
    done = g3fs("login", gallery.url, "--user", "admin", "--password-stdin", stdin="\n")
    assert_one_line(done, "the password is empty", 1)


def test_a_server_that_is_away_is_named(g3fs):
    done = g3fs("login", refused_url(), "--user", "ann", "--password-stdin", stdin="x\n")
    assert_one_line(done, "connection refused", 1)


def test_a_store_that_others_can_read_is_refused(g3fs, gallery):
    words = ("login", gallery.url, "--user", gallery.username, "--password-stdin")
    g3fs(*words, stdin=f"{gallery.password}\n").ok()
    stored(g3fs).chmod(0o644)
    assert_one_line(g3fs("ls", gallery.url), "chmod 600", 1)


def test_without_a_terminal_nobody_is_asked(g3fs, gallery):
    assert_one_line(g3fs("login", gallery.url), "use --user NAME", 1)
    assert_one_line(g3fs("login", gallery.url, "--user", "ann"), "use --password-stdin", 1)


@pytest.fixture
def prism() -> Iterator[DemoServer]:
    with DemoServer(kind="photoprism") as server:
        yield server


def test_a_login_to_photoprism_makes_an_app_password(g3fs, prism):
    words = ("login", prism.url, "--user", "admin", "--password-stdin")
    done = g3fs(*words, stdin=f"{prism.password}\n").ok()
    key = json.loads(stored(g3fs).read_text())["logins"][prism.url]["api_key"]
    sessions = prism.site.state.accounts.sessions
    assert "PhotoPrism" in done.stdout
    assert key not in done.stdout
    assert sessions[key].provider != "local"
    assert [each for each in sessions.values() if each.provider == "local"] == []
    assert "albums" in g3fs("ls", prism.url).ok().stdout


def test_where_there_are_no_app_passwords_the_session_is_kept(g3fs, prism):
    prism.faults.plant("status", path="/oauth/token", status=404)
    words = ("login", prism.url, "--user", "admin", "--password-stdin")
    done = g3fs(*words, stdin=f"{prism.password}\n").ok()
    assert "two weeks" in done.stdout
    assert "albums" in g3fs("ls", prism.url).ok().stdout


def test_too_many_failed_logins_are_one_clear_line(g3fs, prism):
    prism.site.harm({"kind": "limit_logins"})
    words = ("login", prism.url, "--user", "admin", "--password-stdin")
    done = g3fs(*words, stdin=f"{prism.password}\n")
    assert_one_line(done, "too many failed logins", 1)


@pytest.fixture
def stash() -> Iterator[DemoServer]:
    with DemoServer(kind="stash") as server:
        yield server


def test_a_login_to_stash_takes_the_key_that_the_server_has(g3fs, stash):
    words = ("login", stash.url, "--user", "admin", "--password-stdin")
    done = g3fs(*words, stdin=f"{stash.password}\n").ok()
    key = json.loads(stored(g3fs).read_text())["logins"][stash.url]["api_key"]
    assert "Stash v0.30.1" in done.stdout
    assert key == stash.api_key
    assert "galleries" in g3fs("ls", stash.url).ok().stdout


def test_a_stash_without_a_key_says_where_to_make_one(g3fs, stash):
    stash.site.world.settings.api_key = ""
    words = ("login", stash.url, "--user", "admin", "--password-stdin")
    done = g3fs(*words, stdin=f"{stash.password}\n")
    assert_one_line(done, "no API key yet: make one in its settings", 1)


def test_a_wrong_password_of_stash_is_one_clear_line(g3fs, stash):
    words = ("login", stash.url, "--user", "admin", "--password-stdin")
    assert_one_line(g3fs(*words, stdin="wrong\n"), "does not accept this name and password", 1)
