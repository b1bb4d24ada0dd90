"""The stand-in Stash answers every recorded request as the real server did."""

import json
import re
from collections.abc import Mapping

import pytest

from tests.recorded.stash.recording import Exchange, exchanges
from tests.recorded.stash.replay import BEFORE, STAGES, Answer, replay

NOT_REPLAYED: Mapping[str, str] = {
    "03-errors/37": "the playground is a page for people",
    "12-upload/7": "importObjects takes metadata in, which nothing here does",
    "12-upload/8": "exportObjects gives metadata out, which nothing here reads",
    "14-bytes/19": "previews of animated images need a video encoder",
    "14-bytes/29": "previews of scenes need a video encoder",
    "14-bytes/30": "sprites of scenes need a video encoder",
}
"""Exchange and reason, one a line."""

SHAPE_ONLY: Mapping[str, str] = {
    "03-errors/9": "the two validators have other words for an object in the place of an id",
    "04-galleries/14": "which galleries changed last depends on the work of that day",
    "04-galleries/15": "other dice",
    "17-older-v0.27/3": "the library of the older server was another one",
    "17-older-v0.27/4": "the suggestions name fields that are not imitated",
    "17-older-v0.27/5": "the suggestions come in another order",
}
"""Exchanges whose values, not their shapes, differ; with the reason, one a line."""

MASKS = (
    (re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z"), "TIME"),
    (re.compile(r"([?&]t?=?)\d{10}"), r"\1SECONDS"),
    (re.compile(r"(?<![0-9a-f])([0-9a-f]{32}|[0-9a-f]{16})(?![0-9a-f])"), "HASH"),
    (re.compile(r"eyJ[\w.-]+"), "KEY"),
    (re.compile(r"session=[\w.]*"), "session=COOKIE"),
    (re.compile(r"\w{3}, \d\d \w{3} \d{4} \d\d:\d\d:\d\d GMT"), "DATE"),
)
NUMBERS = frozenset(
    {
        *("count", "size", "filesize", "duration", "bit_rate", "frame_rate"),
        *("scene_count", "scenes_size", "image_count", "images_size", "gallery_count"),
        *("tag_count", "performer_count", "studio_count"),
    }
)
"""Fields that tell how much was in the recorded library."""
CODECS = frozenset({"video_codec", "audio_codec"})
TELLING = (
    *("Location", "WWW-Authenticate", "Content-Range", "Content-Disposition", "Set-Cookie"),
    *("Last-Modified", "ETag"),
)
"""Headers that must be absent where the real server did not send them."""
ALL = {exchange.key: exchange for exchange in exchanges()}


@pytest.fixture(scope="module")
def answers() -> dict[str, Answer]:
    return {exchange.key: answer for exchange, answer in replay(NOT_REPLAYED.keys())}


def test_every_recording_is_replayed_or_excused_and_every_excuse_is_needed(answers):
    assert answers.keys() | NOT_REPLAYED.keys() == ALL.keys()
    assert not answers.keys() & NOT_REPLAYED.keys()
    assert SHAPE_ONLY.keys() <= answers.keys()
    assert BEFORE.keys() <= answers.keys()
    assert STAGES.keys() <= {exchange.file for exchange in ALL.values()}


@pytest.mark.parametrize("key", [key for key in ALL if key not in NOT_REPLAYED])
def test_the_stand_in_answers_as_the_real_server_did(answers, key):
    exchange, answer = ALL[key], answers[key]
    if exchange.status is None:
        assert answer.status == 200
        return
    assert answer.status == exchange.status, answer.body
    _same_headers(exchange, answer)
    _same_body(exchange, answer)


@pytest.mark.parametrize("key", SHAPE_ONLY)
def test_an_answer_that_is_compared_by_shape_really_differs(answers, key):
    given, expected = json.loads(answers[key].body), json.loads(ALL[key].body)
    assert list(_differences(given, expected, values=True))


def _same_headers(exchange: Exchange, answer: Answer) -> None:
    for name, value in exchange.headers.items():
        got = answer.headers.get(name, "absent")
        if name == "Transfer-Encoding":
            # The stand-in ends such a body by closing the connection.
            assert "Content-Length" not in answer.headers
            continue
        if name in ("Content-Length", "ETag") and not _has_known_length(exchange):
            assert got != "absent"
            continue
        assert _masked(got) == _masked(value), name
    if exchange.headers.keys() > {"Content-Type"}:
        # Of the others only the type was recorded.
        unsent = [n for n in TELLING if n in answer.headers and n not in exchange.headers]
        assert not unsent


def _has_known_length(exchange: Exchange) -> bool:
    """Whether the body depends on nothing but the file or the text."""
    made_small = re.search("thumbnail|cover|preview|screenshot", exchange.target)
    told_only = exchange.body.startswith("(text:")
    return (
        not made_small and not told_only and "html" not in exchange.headers.get("Content-Type", "")
    )


def _same_body(exchange: Exchange, answer: Answer) -> None:
    if exchange.is_json:
        values = exchange.key not in SHAPE_ONLY
        found = list(
            _differences(json.loads(answer.body), json.loads(exchange.body), values=values)
        )
        assert not found, json.loads(answer.body)
    elif not exchange.body:
        assert answer.body == b""
    elif re.fullmatch(r"<\d+ bytes>", exchange.body):
        declared = answer.headers.get("Content-Length", str(len(answer.body)))
        assert str(len(answer.body)) == declared
    elif exchange.body.startswith("<"):
        assert answer.body[:3].lower() == exchange.body[:3].lower().encode()
    elif not exchange.body.startswith("(text:"):
        assert answer.body.decode().strip() == exchange.body.strip()


def _differences(given, expected, *, values, at=""):
    """Where the JSON is not as it was: keys and their order, kinds, and values unless masked."""
    if isinstance(expected, dict) and isinstance(given, dict):
        if list(given) != list(expected):
            yield at, list(given)
            return
        for name, value in expected.items():
            yield from _differences(given[name], value, values=values, at=f"{at}.{name}")
    elif isinstance(expected, list) and isinstance(given, list):
        yield from _list_differences(given, expected, values=values, at=at)
    elif _kind(given) != _kind(expected) or (values and not _same_value(given, expected, at)):
        yield at, given


def _list_differences(given, expected, *, values, at):
    more = bool(expected) and isinstance(expected[-1], str) and expected[-1].startswith("... ")
    wanted = expected[:-1] if more else expected
    if values and (len(given) < len(wanted) or (len(given) > len(wanted) and not more)):
        yield at, len(given)
    for number, (one, other) in enumerate(zip(given, wanted, strict=False)):
        yield from _differences(one, other, values=values, at=f"{at}[{number}]")


def _kind(value):
    return type(value) if not isinstance(value, float) else int


def _same_value(given, expected, at):
    name = at.rpartition(".")[2]
    if name in NUMBERS or name in CODECS:
        return True
    return _masked(str(given)) == _masked(str(expected))


def _masked(text: str) -> str:
    for pattern, word in MASKS:
        text = pattern.sub(word, text)
    return text
