"""Keys: sent, refused, fetched again, and never shown."""

import logging
import threading

import pytest

from g3fs.gallery.errors import BadReply, LoginRefused, Unreachable
from g3fs.http.auth import KeyAuth
from g3fs.http.messages import Request
from g3fs.http.multipart import FilePart, Multipart
from g3fs.http.options import HttpOptions
from g3fs.http.redact import Redactor
from tests.unit.http.scripted import OK, Naps, always, http_to, reply, serving

READ = Request(method="GET", target="/item", repeatable=True)


def key_server(valid: str):
    """Accept one key only."""

    def answer(request: bytes) -> bytes:
        return OK if f"X-Key: {valid}\r\n".encode() in request else reply(403, b"[]")

    return always(answer)


def auth(key, login, **more):
    return KeyAuth("X-Key", key=key, login=login, redactor=Redactor(), **more)


def test_a_refused_key_is_fetched_again_once():
    logins: list[int] = []

    def login() -> str:
        logins.append(1)
        return "new-key"

    with (
        serving(key_server("new-key")) as server,
        http_to(server, auth=auth("old-key", login)) as http,
    ):
        assert http.request(READ).status == 200
        assert http.request(READ).status == 200
    assert len(logins) == 1


def test_a_key_that_is_refused_twice_is_given_up():
    logins: list[int] = []

    def login() -> str:
        logins.append(1)
        return f"wrong-{len(logins)}"

    with serving(key_server("other")) as server, http_to(server, auth=auth("old", login)) as http:
        assert http.request(READ).status == 403
    assert len(logins) == 1


def test_without_a_login_the_refusal_is_the_answer():
    with serving(key_server("other")) as server, http_to(server, auth=auth("old", None)) as http:
        assert http.request(READ).status == 403


def test_a_request_without_credentials_carries_none():
    seen: list[bytes] = []

    def answer(request: bytes) -> bytes:
        seen.append(request)
        return OK

    with serving(always(answer)) as server, http_to(server, auth=auth("secret-k", None)) as http:
        http.request(Request(method="GET", target="/public", credentials=False))
    assert b"secret-k" not in seen[0]


def test_a_key_follows_no_redirect_to_another_origin():
    seen: list[bytes] = []

    def foreign(request: bytes) -> bytes:
        seen.append(request)
        return OK

    with (
        serving(always(foreign)) as other,
        serving(always(lambda _: reply(302, b"", f"Location: {other.url}/"))) as server,
        http_to(server, HttpOptions(attempts=1), auth=auth("secret-k", None)) as http,
        pytest.raises(BadReply, match="sends us on to"),
    ):
        http.request(READ)
    assert seen == []


def test_many_threads_log_in_once():
    logins: list[int] = []
    gate = threading.Event()

    def login() -> str:
        logins.append(1)
        gate.wait(10)
        return "key-1"

    keys = auth(None, login)
    results: list[str] = []
    threads = [
        threading.Thread(target=lambda: results.append(keys.headers()["X-Key"])) for _ in range(8)
    ]
    for thread in threads:
        thread.start()
    gate.set()
    for thread in threads:
        thread.join()
    assert results == ["key-1"] * 8
    assert len(logins) == 1


def test_after_a_refused_login_none_is_tried_for_a_minute():
    naps = Naps()
    logins: list[int] = []

    def login() -> str:
        logins.append(1)
        raise LoginRefused("no")

    keys = auth(None, login, clock=naps.clock)
    for _ in range(3):
        with pytest.raises(LoginRefused):
            keys.headers()
    assert len(logins) == 1
    naps.now += 61
    with pytest.raises(LoginRefused):
        keys.headers()
    assert len(logins) == 2


def test_an_upload_is_sent_again_from_the_beginning_with_the_new_key(tmp_path):
    path = tmp_path / "photo.jpg"
    path.write_bytes(b"p" * 100_000)
    bodies: list[bytes] = []

    def answer(request: bytes) -> bytes:
        head, _, body = request.partition(b"\r\n\r\n")
        bodies.append(body)
        return OK if b"X-Key: new-key\r\n" in head + b"\r\n" else reply(403)

    part = FilePart(field="file", filename="a.jpg", media_type="image/jpeg", source=path)
    body = Multipart({"entity": "{}"}, part)
    request = Request(method="POST", target="/item", body=body)
    keys = auth("old-key", lambda: "new-key")
    with serving(always(answer)) as server, http_to(server, auth=keys) as http:
        assert http.request(request).status == 200
    assert bodies[0] == bodies[1]
    assert len(bodies[0]) == len(body)


def test_no_key_shows_in_reprs_errors_or_logs(caplog):
    caplog.set_level(logging.DEBUG)
    secret, proxy_word = "k3yk3yk3yk3y", "pr0xyw0rd"
    options = HttpOptions(
        headers={"Authorization": "Basic c2VjcmV0"}, proxy=f"http://me:{proxy_word}@127.0.0.1:1"
    )
    keys = KeyAuth("X-Key", key=secret, login=None, redactor=options.redactor)
    request = Request(method="GET", target=f"/x?access_key={secret}", repeatable=True)
    with serving(always(lambda _: OK)) as server:
        with http_to(server, HttpOptions(redactor=options.redactor), auth=keys) as http:
            http.request(request)
        with (
            http_to(server, options, auth=keys, pace=Naps().pace()) as http,
            pytest.raises(Unreachable) as caught,
        ):
            http.request(request)
    records = [
        options.redactor.text(record.getMessage())
        if record.name.startswith("urllib3")
        else record.getMessage()
        for record in caplog.records
    ]
    shown = "\n".join(
        [repr(options), repr(keys), repr(request.headers), str(caught.value), *records]
    )
    assert records
    for word in (secret, proxy_word, "c2VjcmV0"):
        assert word not in shown
