"""The client asks what was recorded, and understands what the real server answered."""

import json
import re
from collections.abc import Mapping
from urllib.parse import parse_qsl, urlsplit

import pytest

from tests.recorded.photoprism.play import Play
from tests.recorded.photoprism.plays_albums import ALBUMS, SESSIONS
from tests.recorded.photoprism.plays_bytes import BYTES, DAV, SMALL, UPLOADS
from tests.recorded.photoprism.plays_photos import EDITS, PHOTOS
from tests.recorded.photoprism.recording import BYTES_REMARK, Exchange, exchanges
from tests.recorded.photoprism.stage import APP_PASSWORD, Asked, playing

PLAYS = (*SESSIONS, *ALBUMS, *PHOTOS, *EDITS, *SMALL, *BYTES, *UPLOADS, *DAV)
ALL = {exchange.key: exchange for exchange in exchanges()}

NOT_PLAYED: Mapping[str, str] = {
    "01-detect/2": "finding the server has tests of its own",
    "01-detect/3": "the client does not ask for the page for people",
    "01-detect/4": "the client always accepts JSON",
    "01-detect/5": "an address that nobody asks for; its answer has a test of its own",
    "01-detect/6": "the client sends no HEAD to the API",
    "01-detect/7": "no address of the client ends in a slash by mistake",
    "02-session/4": "the client sends its key as Bearer",
    "02-session/5": "the client does not take the session id for a key",
    "02-session/6": "the client does not ask without a key",
    "02-session/7": "the client logs in by JSON",
    "02-session/10": "the same answer as 15-guest-errors/21",
    "04-albums-list/4": "the client always sends a count",
    "06-album-photos/3": "the client adds nothing by sending nothing",
    "06-album-photos/8": "the client always sends a body",
    "07-photos-list/7": "the client always sends a count",
    "07-photos-list/8": "the type of the argument has no such order",
    "07-photos-list/13": "the client writes whole times",
    "08-photo/2": "the client says who wrote a text; only the answer is played",
    "08-photo/5": "the client sends the whole block of details",
    "08-photo/7": "the client sends the whole block of details",
    "08-photo/10": "the client offers no such change",
    "08-photo/11": "the client writes whole times",
    "09-batch/9": "the client archives nothing by sending nothing",
    "10-bytes/3": "the client asks for parts by their beginning",
    "10-bytes/5": "the client does not ask by date",
    "10-bytes/6": "the client sends no HEAD to the API",
    "10-bytes/7": "the client always sends a token",
    "10-bytes/8": "the client always sends a token",
    "10-bytes/20": "the client always sends a token",
    "11-thumbs/4": "the name that a browser would save is of no use here",
    "11-thumbs/5": "refused tokens have tests of their own",
    "11-thumbs/7": "the type of the argument has no such size",
    "11-thumbs/12": "refused tokens have tests of their own",
    "12-upload/11": "the client sends multipart",
    "12-upload/12": "the client uploads for its own user",
    "12-upload/14": "the client always sends a body",
    "13-webdav/1": "the client knows the methods",
    "13-webdav/2": "the recorded XML is cut in the middle; see the unit tests of WebDAV",
    "13-webdav/3": "the client does not ask without a key",
    "13-webdav/7": "put is three requests under a random name; see the unit tests of WebDAV",
    "13-webdav/8": "as 13-webdav/7",
    "13-webdav/12": "as 13-webdav/7: the client never writes onto a file",
    "13-webdav/21": "as 13-webdav/7",
    "13-webdav/22": "as 13-webdav/7",
    "13-webdav/29": "opening a directory has a unit test",
    "13-webdav/35": "being refused by WebDAV has a unit test",
    "14-index-import/4": "the client always sends a body",
    "14-index-import/6": "the client asks with the slash",
    "15-guest-errors/10": "the client uploads for its own user",
    "15-guest-errors/19": "the client deletes photos by the batch call",
    "15-guest-errors/20": "the client sends JSON",
    "16-labels-folders/7": "the client always sends a count",
    "16-labels-folders/12": "the recorded coordinates lack one; see the unit tests of lists",
    "18-public-readonly/1": "public mode has tests of its own",
    "18-public-readonly/4": "public mode has tests of its own",
    "18-public-readonly/5": "the client always sends a token",
    "18-public-readonly/6": "public mode has tests of its own",
    "18-public-readonly/8": "nobody logs out of public mode",
    "18-public-readonly/13": "as 13-webdav/7; read-only WebDAV has a unit test",
}
"""Exchange and reason, one a line."""

SAYS_MORE: Mapping[str, str] = {
    "05-albums-edit/2": "says that it is no favorite",
    "05-albums-edit/3": "says that it is no favorite",
    "05-albums-edit/13": "says that it is no favorite",
    "15-guest-errors/9": "says that it is no favorite",
    "18-public-readonly/15": "says that it is no favorite",
    "08-photo/4": "says the caption in the words of newer servers too",
    "08-photo/6": "sends the whole block of details",
    "08-photo/9": "sends UTC too, which wins in some zones",
    "08-photo/12": "says who wrote the title",
    "15-guest-errors/8": "says who wrote the title",
    "13-webdav/14": "says that nothing is to be scanned again or cleaned",
    "13-webdav/18": "the same",
    "13-webdav/24": "the same",
    "13-webdav/32": "the same",
    "14-index-import/2": "the same",
    "14-index-import/5": "the same",
    "13-webdav/17": "forbids overwriting",
    "13-webdav/20": "forbids overwriting",
    "16-labels-folders/5": "asks for a fresh answer",
    "16-labels-folders/8": "asks for a fresh answer",
    "16-labels-folders/6": "asks for all files",
    "16-labels-folders/9": "asks for all files",
}
"""Requests that say what the recorded ones say, and more."""

OPEN_BYTES = re.compile(r"/(dl|t|videos|zip)/|/(dl|t)(\?|$)")


def test_every_recording_is_played_or_excused_and_every_excuse_is_needed():
    played = {key for one in PLAYS for key in one.played}
    assert played | NOT_PLAYED.keys() == ALL.keys()
    assert not played & NOT_PLAYED.keys()
    assert SAYS_MORE.keys() <= played


@pytest.mark.parametrize("one", PLAYS, ids=lambda one: one.script[-1])
def test_the_client_asks_and_understands_what_was_recorded(one: Play):
    script = [ALL[key] for key in one.answers]
    keys = (_bearer(ALL[name]) for name in one.played)
    key = next((found for found in keys if found is not None), APP_PASSWORD)
    with playing(script, key=key, readonly=one.readonly) as (client, stage):
        if one.raises is not None:
            with pytest.raises(one.raises) as caught:
                one.call(client)
            assert caught.type is one.raises
        else:
            result = one.call(client)
            assert one.check is None or one.check(result), result
        assert not stage.script
        for name, asked in zip(one.script, stage.asked, strict=True):
            if not name.startswith("~"):
                _same_request(ALL[name], asked)


def _same_request(exchange: Exchange, asked: Asked) -> None:
    more = exchange.key in SAYS_MORE
    assert asked.method == exchange.method
    recorded, sent = urlsplit(exchange.target), urlsplit(asked.target)
    assert sent.path == recorded.path
    same = [
        _alike(_query(recorded.query), _query(sent.query), more=more),
        _alike(_body(exchange), _sent_body(asked), more=more),
        _alike(_telling(exchange.request_headers), _telling(asked.headers), more=more),
    ]
    assert all(same), (exchange.key, asked)
    if _bearer(exchange) is not None:
        assert asked.headers["Authorization"] == exchange.request_headers["Authorization"]
    if OPEN_BYTES.search(exchange.target) and exchange.method == "GET":
        assert "Authorization" not in asked.headers


def test_a_request_that_says_more_than_the_recorded_one_is_named_as_such():
    for one in PLAYS:
        if not SAYS_MORE.keys() & set(one.played):
            continue
        with playing([ALL[key] for key in one.answers], readonly=one.readonly) as (client, stage):
            if one.raises is None:
                one.call(client)
            else:
                with pytest.raises(one.raises):
                    one.call(client)
            for name, asked in zip(one.script, stage.asked, strict=True):
                if name in SAYS_MORE:
                    assert not _exactly(ALL[name], asked), name


def _exactly(exchange: Exchange, asked: Asked) -> bool:
    recorded, sent = urlsplit(exchange.target).query, urlsplit(asked.target).query
    return (
        _query(recorded) == _query(sent)
        and _body(exchange) == _sent_body(asked)
        and _telling(exchange.request_headers) == _telling(asked.headers)
    )


def _alike(recorded: object, sent: object, *, more: bool) -> bool:
    if not more or not isinstance(recorded, dict) or not isinstance(sent, dict):
        return recorded == sent or (more and recorded is None)
    return all(
        name in sent and (name == "count" or _alike(value, sent[name], more=more))
        for name, value in recorded.items()
    )


def _query(query: str) -> dict[str, str]:
    found = dict(parse_qsl(query, keep_blank_values=True))
    if found.get("offset") == "0":
        del found["offset"]
    return found


def _body(exchange: Exchange) -> object:
    text = exchange.request_body
    typed = exchange.request_headers.get("Content-Type", "")
    if typed.startswith("multipart/"):
        return _multipart(text.replace("\n", "\r\n"), "BOUNDARY")
    return json.loads(text) if text.startswith("{") else text or None


def _sent_body(asked: Asked) -> object:
    typed = asked.headers.get("Content-Type", "")
    if typed.startswith("multipart/"):
        boundary = typed.partition("boundary=")[2]
        return _multipart(re.sub(r"\0+", _remark, asked.body.decode()), boundary)
    text = asked.body.decode()
    return json.loads(text) if text.startswith("{") else text or None


def _remark(zeros: re.Match[str]) -> str:
    return f"<{len(zeros[0])} bytes>"


def _multipart(text: str, boundary: str) -> list[str]:
    parts = [part.strip("\r\n") for part in text.split(f"--{boundary}")]
    assert BYTES_REMARK.search(text)
    return [part for part in parts if part]


def _telling(headers: Mapping[str, str]) -> dict[str, str]:
    """The headers that make a difference; the host of a destination is another one here."""
    found = {name: headers[name] for name in ("Range", "Depth", "Overwrite") if name in headers}
    if "Destination" in headers:
        found["Destination"] = urlsplit(headers["Destination"]).path
    return found


def _bearer(exchange: Exchange) -> str | None:
    value = exchange.request_headers.get("Authorization", "")
    return value.removeprefix("Bearer ") if value.startswith("Bearer ") else None
