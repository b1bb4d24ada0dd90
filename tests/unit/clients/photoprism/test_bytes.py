"""Downloads: tokens that change, pictures that mean "no", files that were replaced."""

import threading

import pytest

from g3fs.clients.photoprism import Client, Part
from g3fs.clients.photoprism.tokens import Tokens
from g3fs.clients.photoprism.wire.sessions import config_from
from g3fs.gallery.errors import (
    AccessDenied,
    BadReply,
    BytesLost,
    Invalid,
    NotFound,
    ServerError,
    Stale,
)
from g3fs.http.redact import Redactor
from tests.unit.clients.photoprism.site import (
    ALBUM,
    CONFIG,
    HASH,
    ICON,
    NO_TOKEN,
    SESSION,
    Answer,
    Asked,
    Site,
    said,
)

DL = f"dl/{HASH}"


def _with_token(token: str, answer: Answer):
    return lambda asked: answer if asked.query.get("t") == token else NO_TOKEN


def _session(download: str, preview: str = "pvtoken1") -> Answer:
    config = {**SESSION["config"], "downloadToken": download, "previewToken": preview}
    return said({**SESSION, "config": config})


def test_the_newest_token_of_any_list_is_used(site: Site, prism: Client):
    site.api("GET", "photos", said([], X_Download_Token="newer1", X_Preview_Token="newer2"))
    site.api("GET", DL, _with_token("newer1", Answer(200, b"abc", "image/jpeg")))
    prism.photos.search()
    assert prism.bytes.original(HASH).read() == b"abc"
    assert prism.api.tokens.preview == "newer2"


def test_a_refused_token_is_renewed_by_one_call_and_the_bytes_asked_once_more(site, prism):
    site.api("GET", DL, _with_token("fresh1", Answer(200, b"abc", "image/jpeg")))
    site.api("GET", "session", _session("fresh1"))
    assert prism.bytes.original(HASH).read() == b"abc"
    assert [one.path.rpartition("/")[2] for one in site.asked] == [HASH, "session", HASH]


def test_after_a_restart_the_same_token_works_again(site, prism):
    site.api("GET", DL, [NO_TOKEN, Answer(200, b"abc", "image/jpeg")])
    assert prism.bytes.original(HASH).read() == b"abc"
    assert {one.query.get("t") for one in site.asked if one.query} == {"dltoken1"}


def test_a_token_that_stays_refused_is_asked_for_twice_only(site, prism):
    site.api("GET", DL, NO_TOKEN)
    with pytest.raises(AccessDenied):
        prism.bytes.original(HASH)
    assert len(site.asked) == 3


def test_a_refused_preview_token_is_renewed_in_the_path(site, prism):
    site.on("GET", f"/api/v1/t/{HASH}/pvtoken1/tile_50", NO_TOKEN)
    site.on("GET", f"/api/v1/t/{HASH}/a%2Fb/tile_50", Answer(200, b"abc", "image/jpeg"))
    site.api("GET", "session", _session("dltoken1", "a/b"))
    assert prism.bytes.thumb(HASH, "tile_50").read() == b"abc"


def test_an_archive_refused_in_json_is_asked_for_once_more(site, prism):
    refused = said({"code": 403, "error": "Permission denied"}, 403)
    site.api("GET", f"albums/{ALBUM}/dl", [refused, Answer(200, b"PK", "application/zip")])
    assert prism.bytes.album_zip(ALBUM).read() == b"PK"


def test_threads_that_meet_a_restart_together_renew_once():
    tokens, asked, barrier = Tokens(Redactor()), [], threading.Barrier(4)

    def meet() -> None:
        seen = tokens.renewals
        barrier.wait()
        tokens.renew(seen, lambda: asked.append(1))

    threads = [threading.Thread(target=meet) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert asked == [1]


def test_tokens_are_masked_and_very_old_ones_forgotten():
    redactor = Redactor()
    tokens = Tokens(redactor)
    for number in range(100):
        tokens.learn({"X-Download-Token": f"token-{number:03}", "X-Preview-Token": "preview-1"})
    assert redactor.text("/x/token-099/y preview-1") == "/x/***/y ***"
    assert redactor.text("/x/token-003/y") == "/x/token-003/y"
    assert tokens.download == "token-099"


def test_the_word_public_is_no_secret_and_no_token_of_a_protected_site():
    redactor = Redactor()
    tokens = Tokens(redactor)
    tokens.learn({"X-Download-Token": "dltoken1", "X-Preview-Token": "pvtoken1"})
    tokens.learn_from(config_from({**CONFIG, "previewToken": "public"}))
    assert tokens.download == "dltoken1"
    assert redactor.text("a public place") == "a public place"


@pytest.mark.parametrize(
    ("answer", "error"),
    [
        (Answer(404, b"<svg/>", "image/svg+xml"), BytesLost),
        (said({"error": "record not found"}, 404), NotFound),
        (Answer(200, b"<html>login", "text/html; charset=utf-8"), BadReply),
        (Answer(502, b"<html>", "text/html"), ServerError),
        (Answer(206, b"abc", "image/jpeg"), BadReply),
        (Answer(206, b"abc", "image/jpeg", {"Content-Range": "bytes 7-9/10"}), BadReply),
        (Answer(200, b"abc", "image/jpeg"), Stale),
        (Answer(416, b"", "text/plain", {"Content-Range": "bytes */3"}), Stale),
        (Answer(416, b"", "text/plain", {"Content-Range": "bytes */10"}), Invalid),
    ],
)
def test_what_is_not_the_file_is_an_error(site, prism, answer, error):
    site.api("GET", DL, answer)
    with pytest.raises(error) as caught:
        prism.bytes.original(HASH, Part(offset=5, size_bytes=10))
    assert caught.type is error


def test_an_icon_is_no_thumbnail_but_may_be_an_original(site, prism):
    site.api("GET", DL, ICON)
    site.on("GET", f"/api/v1/t/{HASH}/pvtoken1/fit_720", ICON)
    assert prism.bytes.original(HASH).read() == b"<svg/>"
    with pytest.raises(NotFound):
        prism.bytes.thumb(HASH, "fit_720")


def test_a_part_is_asked_for_by_its_first_and_last_byte(site, prism):
    def respond(asked: Asked) -> Answer:
        assert asked.headers["Range"] == "bytes=2-4"
        return Answer(206, b"cde", "image/jpeg", {"Content-Range": "bytes 2-4/10"})

    site.api("GET", DL, respond)
    with prism.bytes.original(HASH, Part(offset=2, end=5, size_bytes=10)) as stream:
        assert (stream.offset, stream.size_bytes, stream.read()) == (2, 10, b"cde")


def test_a_body_that_ends_early_is_an_error(site, prism):
    headers = {"Content-Length": "10", "Connection": "close"}
    site.api("GET", DL, Answer(200, b"abc", "image/jpeg", headers))
    with pytest.raises(BadReply):
        prism.bytes.original(HASH).read()


@pytest.mark.parametrize("text", ["", "../session", "abc", "g" * 40])
def test_a_hash_that_is_none_is_refused_before_anything_is_asked(site, prism, text):
    with pytest.raises(Invalid):
        prism.bytes.original(text)
    assert site.asked == []


def test_a_zip_name_cannot_lead_elsewhere(site, prism):
    with pytest.raises(Invalid):
        prism.bytes.zip("../session")
    assert site.asked == []
