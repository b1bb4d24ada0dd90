"""Finding a Stash, logging in, and noticing that the login changed."""

import json
import logging

import pytest

from g3fs.clients import stash
from g3fs.gallery import errors
from g3fs.http.options import HttpOptions
from tests.unit.clients.stash.talking import (
    STATUS,
    VERSION,
    Asked,
    data,
    hello,
    talking,
    to_login,
    unauthorised,
)
from tests.unit.http.scripted import reply

KEY = "the-right-key"
ONCE = HttpOptions(attempts=1)


def wants_key(asked: Asked) -> bytes:
    """A server with a login, as it treats who comes without, with a wrong and the right key."""
    key = asked.headers.get("apikey")
    if key == KEY:
        return hello(asked) if asked.target == "/graphql" else reply(200, b"x")
    if key is None and asked.target != "/graphql":
        return to_login()
    return unauthorised()


def is_open(asked: Asked) -> bytes:
    return unauthorised() if asked.headers.get("apikey") else hello(asked)


def test_an_open_server_is_asked_without_a_login():
    with talking(is_open) as server, stash.connect(server.url) as client:
        assert client.facts.open_server
        assert client.facts.version.version == "v0.30.1"
    assert len(server.asked) == 2


def test_a_key_is_never_sent_to_an_open_server_and_the_user_is_told(caplog):
    with caplog.at_level(logging.WARNING), talking(is_open) as server:
        with stash.connect(server.url, api_key=KEY) as client:
            assert client.galleries.all() == ()
        assert {one.logged_in_by for one in server.asked} == {""}
    assert "open to everybody" in caplog.text


def test_a_key_goes_into_its_header_and_into_no_address():
    with talking(wants_key) as server, stash.connect(server.url, api_key=KEY) as client:
        client.bytes.image(7).read()
        assert server.asked[-1].headers["apikey"] == KEY
        assert not any(KEY in one.target for one in server.asked)


def test_without_a_login_nothing_more_is_asked():
    with talking(wants_key) as server:
        with pytest.raises(errors.LoginRefused, match="wants a login"):
            stash.connect(server.url)
        assert len(server.asked) == 1


def test_a_wrong_key_is_refused():
    with talking(wants_key) as server, pytest.raises(errors.LoginRefused):
        stash.connect(server.url, api_key="wrong")


def test_a_login_page_is_never_bytes():
    def answer(asked: Asked) -> bytes:
        return hello(asked) if asked.target == "/graphql" else to_login()

    with talking(answer) as server, stash.connect(server.url) as client:
        with pytest.raises(errors.LoginRefused):
            client.bytes.image(7)
        assert {one.target for one in server.asked} == {"/graphql", "/image/7/image"}


def test_a_login_that_was_removed_meanwhile_is_noticed():
    with talking(wants_key) as server, stash.connect(server.url, api_key=KEY) as client:
        server.answer = is_open
        assert client.galleries.all() == ()
        server.answer = wants_key
        assert client.galleries.all() == ()


def test_a_key_that_was_changed_is_refused_until_it_is_right_again():
    with talking(wants_key) as server, stash.connect(server.url, api_key=KEY) as client:
        server.answer = lambda _: unauthorised()
        for _ in range(2):
            with pytest.raises(errors.LoginRefused):
                client.galleries.all()
        server.answer = wants_key
        assert client.galleries.all() == ()


class Sessions:
    """A server that knows one session at a time."""

    def __init__(self, *, old: bool = False) -> None:
        self.number = 0
        self.old = old

    def __call__(self, asked: Asked) -> bytes:
        if asked.target == "/login":
            return self._login(asked)
        if asked.headers.get("cookie") == f"session=s{self.number}":
            return hello(asked) if asked.target == "/graphql" else reply(200, b"x")
        return unauthorised() if asked.target == "/graphql" else to_login()

    def _login(self, asked: Asked) -> bytes:
        if asked.body != "username=anna&password=a+b%26":
            return reply(401, b"wrong") if not self.old else reply(200, b"<html>")
        self.number += 1
        cookie = f"Set-Cookie: session=s{self.number}; Path=/; Max-Age=3600; SameSite=Lax"
        return reply(302 if self.old else 200, b"", cookie, "Location: /")


@pytest.mark.parametrize("old", [False, True])
def test_name_and_password_give_a_cookie_and_an_expired_one_is_renewed(old):
    sessions = Sessions(old=old)
    with talking(sessions) as server:
        with stash.connect(server.url, username="anna", password="a b&") as client:
            assert client.bytes.image(7).read() == b"x"
            assert sessions.number == 1
            sessions.number = 5
            assert client.bytes.image(7).read() == b"x"
            sessions.number = 8
            assert client.galleries.all() == ()
        logins = [one for one in server.asked if one.target == "/login"]
        assert len(logins) == 3
        assert not any("a b" in one.target for one in server.asked)


@pytest.mark.parametrize("old", [False, True])
def test_a_wrong_password_is_refused_and_not_tried_again_and_again(old):
    with talking(Sessions(old=old)) as server:
        with pytest.raises(errors.LoginRefused, match="name and password"):
            stash.connect(server.url, username="anna", password="wrong")
        assert [one.target for one in server.asked].count("/login") == 1


def test_the_password_helps_where_the_key_is_old():
    with talking(Sessions()) as server:
        words = {"api_key": "old", "username": "anna", "password": "a b&"}
        with stash.connect(server.url, **words) as client:
            assert client.galleries.all() == ()


def test_secrets_are_shown_nowhere():
    login = stash.Login(username="anna", password="pass-word", api_key="key-key")
    assert "pass-word" not in repr(login)
    assert "key-key" not in repr(login)
    with (
        talking(Sessions()) as server,
        stash.connect(server.url, username="anna", password="a b&") as client,
    ):
        assert "s1" not in repr(client.api.http.auth)


@pytest.mark.parametrize(
    ("typed", "base"),
    [
        ("/", ""),
        ("/galleries/12?sort=x", ""),
        ("/stash", "/stash"),
        ("/stash/images", "/stash"),
        ("/stash/graphql", "/stash"),
        ("/stash/login?returnURL=%2F", "/stash"),
        ("/elsewhere", ""),
    ],
)
def test_the_site_is_found_from_any_of_its_pages(typed, base):
    def answer(asked: Asked) -> bytes:
        if asked.target == f"{base}/graphql":
            return hello(asked)
        return reply(200, b"<html>", "Content-Type: text/html")

    with talking(answer) as server:
        assert stash.detect_at(f"{server.url}{typed}").base == base


OTHERS = {
    "a page": reply(200, b"<html>", "Content-Type: text/html"),
    "nothing": reply(404, b"no"),
    "other json": reply(200, b"[]", "Content-Type: application/json"),
    "another graphql": data({"version": None}),
    "a redirect": reply(301, b"", "Location: https://other.example/graphql"),
}


@pytest.mark.parametrize("other", OTHERS)
def test_something_else_is_no_stash(other):
    with talking(lambda _: OTHERS[other]) as server, pytest.raises(errors.NotAGallery):
        stash.detect_at(server.url)


def test_a_login_in_front_of_it_is_told_apart():
    basic = reply(401, b"", "WWW-Authenticate: Basic")
    with talking(lambda _: basic) as server, pytest.raises(errors.LoginRefused):
        stash.detect_at(server.url)


def test_a_server_that_locked_itself_says_so():
    text = b"Your Stash is exposed to the public internet without authentication"
    with (
        talking(lambda _: reply(403, text)) as server,
        pytest.raises(errors.AccessDenied, match="locked itself"),
    ):
        stash.connect(server.url)


@pytest.mark.parametrize(
    ("status", "kind", "words"),
    [
        ({**STATUS, "status": "SETUP"}, errors.Maintenance, "not set up"),
        ({**STATUS, "status": "NEEDS_MIGRATION"}, errors.Maintenance, "migration"),
        ({**STATUS, "status": "DANCING"}, errors.BadReply, "odd state"),
        ({**STATUS, "appSchema": 53}, errors.NotSupported, "too old"),
    ],
)
def test_a_server_that_cannot_be_used_is_refused(status, kind, words):
    def answer(asked: Asked) -> bytes:
        return hello(asked, status=status)

    with talking(answer) as server, pytest.raises(kind, match=words):
        stash.connect(server.url)


def test_a_version_that_is_not_told_is_no_obstacle():
    def answer(asked: Asked) -> bytes:
        return hello(asked, version={**VERSION, "version": None})

    with talking(answer) as server, stash.connect(server.url) as client:
        assert client.facts.version.version == ""


@pytest.mark.parametrize(
    ("answer", "kind"),
    [
        (reply(413, b"<html>"), errors.TooLarge),
        (reply(502, b"<html>"), errors.ServerError),
        (reply(504, b"<html>"), errors.ServerError),
        (reply(400, b'{"errors":[{"message":"no"}],"data":null}'), errors.BadReply),
        (reply(422, b'{"errors":[{"message":"no"}],"data":null}'), errors.NotSupported),
        (reply(200, b"<html>", "Content-Type: text/html"), errors.BadReply),
        (reply(200, b"{}"), errors.BadReply),
        (reply(200, b'{"data": []}'), errors.BadReply),
    ],
)
def test_each_odd_answer_is_one_error(answer, kind):
    with talking(hello) as server, stash.connect(server.url, options=ONCE) as client:
        server.answer = lambda _: answer
        with pytest.raises(kind) as caught:
            client.galleries.all()
        assert type(caught.value) is kind


def test_names_that_are_not_utf8_survive():
    record = {"id": "1", "path": "/p/caf\udce9"}
    page = {"findFolders": {"count": 1, "folders": [record]}}
    body = json.dumps({"data": page}, ensure_ascii=False).encode("utf-8", "surrogateescape")
    with talking(hello) as server, stash.connect(server.url) as client:
        server.answer = lambda _: reply(200, body, "Content-Type: application/json")
        folder = client.folders.all()[0]
        assert folder.name == "caf\udce9"
        with pytest.raises(errors.BadName):
            client.folders.at_path(folder.path)
