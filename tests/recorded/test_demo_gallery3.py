"""The stand-in Gallery 3 answers every recorded request as the real server did."""

import json
import re
from collections.abc import Mapping

import pytest

from tests.recorded.gallery3.recording import Exchange, exchanges
from tests.recorded.gallery3.replay import BEFORE, Answer, replay

NOT_REPLAYED: Mapping[str, str] = {
    "16-misc/2": "the stand-in has no feeds: nothing here reads them",
}
"""Exchange and reason, one a line."""

RANDOM = "06-item-query/3"
"""The exchange whose answer is drawn by lot."""
CHANGING = re.compile(r'"(created|updated|rand_key|(?:thumb|resize)_size)": ?("[^"]*"|[0-9]+)')
CHANGING_TIME = re.compile(r"\bm=[0-9]+")
SMALLER = re.compile("size=(thumb|resize)")
DATE = re.compile(r"\w{3}, \d\d \w{3} \d{4} \d\d:\d\d:\d\d GMT")
EXACT_DATES = ("Thu, 19 Nov 1981 08:52:00 GMT", "Mon, 01 Jan 2035 00:00:00 GMT")
ETAG = re.compile(r'"[0-9a-f]+-[0-9a-f]+"')
HTML_REMARK = re.compile(r"<HTML page, (\d+) bytes, no machine-readable reason>")
BYTES_REMARK = re.compile(r"<(\d+) bytes>")
PERMISSION_PAGE = 1276
TELLING = (
    "Location",
    "X-Gallery-API-Version",
    "Accept-Ranges",
    "Content-Range",
    "ETag",
    "Last-Modified",
)
"""Headers that must be absent where the real server did not send them."""
ALL = {exchange.key: exchange for exchange in exchanges()}


@pytest.fixture(scope="module")
def answers() -> dict[str, Answer]:
    skipped = frozenset(NOT_REPLAYED)
    return {exchange.key: answer for exchange, answer in replay(skipped)}


def test_every_recording_is_replayed_or_excused_and_every_excuse_is_needed(answers):
    assert answers.keys() | NOT_REPLAYED.keys() == ALL.keys()
    assert not answers.keys() & NOT_REPLAYED.keys()
    assert BEFORE.keys() <= ALL.keys()


@pytest.mark.parametrize("key", [key for key in ALL if key not in NOT_REPLAYED])
def test_the_stand_in_answers_as_the_real_server_did(answers, key):
    exchange, answer = ALL[key], answers[key]
    assert answer.status == exchange.status, exchange.title
    _same_headers(exchange, answer)
    _same_body(exchange, answer)


def _same_headers(exchange: Exchange, answer: Answer) -> None:
    expected = dict(exchange.headers)
    if "Content-Length" in expected and SMALLER.search(exchange.target):
        # How small a thumb gets depends on the graphics library.
        expected["Content-Length"] = str(len(answer.body))
    for name, value in expected.items():
        got = answer.headers.get(name, "absent")
        assert _masked_header(name, got) == _masked_header(name, value), name
    unsent = [n for n in TELLING if n in answer.headers and n not in exchange.headers]
    assert not unsent, exchange.title


def _masked_header(name: str, value: str) -> str:
    if name == "ETag":
        return ETAG.sub("tag", value)
    if value in EXACT_DATES or name not in ("Last-Modified", "Expires"):
        return value
    return DATE.sub("date", value)


def _same_body(exchange: Exchange, answer: Answer) -> None:
    text = exchange.body
    if exchange.method == "HEAD" or not text:
        assert answer.body == b""
    elif html := HTML_REMARK.fullmatch(text):
        assert answer.body.lower().startswith((b"<!doctype html", b"<html", b"<pre>"))
        if int(html.group(1)) == PERMISSION_PAGE:
            assert len(answer.body) == PERMISSION_PAGE
    elif BYTES_REMARK.fullmatch(text):
        assert str(len(answer.body)) == answer.headers["Content-Length"]
    elif exchange.key == RANDOM:
        assert list(json.loads(answer.body)) == list(json.loads(text))
        assert len(json.loads(answer.body)["members"]) <= 1
    elif exchange.status >= 400:
        assert answer.body == _php(json.loads(text))
    else:
        assert _masked(answer.body.decode()) == _masked(_php(json.loads(text)).decode())


def _php(data: object) -> bytes:
    return json.dumps(data, separators=(",", ":")).replace("/", "\\/").encode()


def _masked(text: str) -> str:
    """What must be equal to the letter: order of keys and kinds of values included."""
    masked = CHANGING.sub(lambda m: f'"{m[1]}":{"text" if m[2][0] == chr(34) else "number"}', text)
    return CHANGING_TIME.sub("m=time", masked)
