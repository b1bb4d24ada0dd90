"""The stand-in PhotoPrism answers every recorded request as the real server did."""

import json
import re
from collections.abc import Mapping

import pytest

from tests.recorded.photoprism.recording import BYTES_REMARK, Exchange, exchanges, whole
from tests.recorded.photoprism.replay import BEFORE, Answer, replay

NOT_REPLAYED: Mapping[str, str] = {}
"""Exchange and reason, one a line. The websocket's file holds no requests; see test_events.py."""

COMPARED = ("Content-Type", "Cache-Control", "Location", "Dav", "Allow", "Www-Authenticate",
            "Accept-Ranges", "Content-Disposition", "Content-Range", "X-Limit", "X-Offset",
            "X-Download-Token", "X-Preview-Token", "X-Files")  # fmt: skip
"""Headers that must be equal."""
PRESENT = ("Last-Modified", "ETag", "X-Count", "X-Folders")
ABSENT = ("X-Count", "X-Download-Token", "Accept-Ranges", "Content-Range", "ETag", "Location")
"""Headers that must be missing where the real server did not send them."""
MADE_HERE = ("10-bytes/14", "10-bytes/19", "10-bytes/22", "11-thumbs", "18-public-readonly/6")
"""Pictures and archives that a server makes have other sizes here."""
OPTIONAL_WORDS = (
    "CameraSrc CameraMake CameraType LensMake ThumbSrc DeletedAt MainColor Colors Luminance Diff "
    "Chroma Codec Orientation FPS Frames OriginalName UpdatedIn CreatedBy MediaUTC cached Keywords "
    "Duration Markers"
)
OPTIONAL = frozenset(OPTIONAL_WORDS.split())
"""Keys that are missing where they have no value."""
SAME_WORDS = (
    "error code message status token_type provider scope mode public authMode readonly "
    "flags baseUri apiUri loginUri edition name about version Title TitleSrc Description "
    "DescriptionSrc Slug CustomSlug Type Caption Filter Order Category Location Notes Path Name "
    "FileName FileRoot Root OriginalName Favorite Private Hidden Missing Primary Mime FileType "
    "MediaType Merged TakenAt TakenAtLocal TakenSrc TimeZone Year Month Day KeywordsSrc NotesSrc "
    "Quality Files LabelSrc Uncertainty root recursive fps"
)
SAME = frozenset(SAME_WORDS.split())
"""Keys whose values must be equal too, in answers about one thing."""
TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,9})?Z")
DRAWN = re.compile(r"photoprism-download-[\w-]+|(?!dltoken|pvtoken)\b[0-9a-z]{8}\b")
CHECKSUM = re.compile(r"(?<=_)[0-9A-F]{8}\b")
HTML_REMARK = re.compile(r"<(\d+) bytes of HTML>")
ALL = {exchange.key: exchange for exchange in exchanges()}


@pytest.fixture(scope="module")
def answers() -> dict[str, tuple[Exchange, Answer]]:
    skipped = frozenset(NOT_REPLAYED)
    return {exchange.key: (exchange, answer) for exchange, answer in replay(skipped)}


def test_every_recording_is_replayed_or_excused_and_every_excuse_is_needed(answers):
    assert answers.keys() | NOT_REPLAYED.keys() == ALL.keys()
    assert not answers.keys() & NOT_REPLAYED.keys()
    assert BEFORE.keys() <= ALL.keys()


@pytest.mark.parametrize("key", [key for key in ALL if key not in NOT_REPLAYED])
def test_the_stand_in_answers_as_the_real_server_did(answers, key):
    exchange, answer = answers[key]
    assert answer.status == exchange.status, (exchange.title, answer.body[:300])
    _same_headers(exchange, answer)
    _same_body(exchange, answer)


def _same_headers(exchange: Exchange, answer: Answer) -> None:
    for name in COMPARED:
        if name in exchange.headers:
            assert _plain(answer.headers.get(name)) == _plain(exchange.headers[name]), name
    for name in PRESENT:
        if name in exchange.headers:
            assert name in answer.headers
    for name in ABSENT:
        if name not in exchange.headers:
            assert name not in answer.headers, name
    remark = BYTES_REMARK.fullmatch(exchange.body)
    made_here = exchange.key.startswith(MADE_HERE) and remark and remark[2] is None
    if remark and remark[2] != "HTML" and not made_here:
        assert answer.headers["Content-Length"] == exchange.headers["Content-Length"]


def _plain(value: str | None) -> str:
    """Without what is drawn by lot: names of archives, tokens of visitors."""
    return DRAWN.sub("drawn", value or "absent")


def _same_body(exchange: Exchange, answer: Answer) -> None:
    text = exchange.body
    if exchange.method == "HEAD" or not text:
        assert answer.body == b""
    elif HTML_REMARK.fullmatch(text):
        assert answer.body.startswith(b"<!DOCTYPE html>")
    elif remark := BYTES_REMARK.fullmatch(text):
        if remark[2] == "SVG":
            assert answer.body.startswith(b"<svg")
        length = answer.headers.get("Content-Length", str(len(answer.body)))
        assert len(answer.body) == int(length)
    elif text.startswith(("{", "[")):
        _same_json(exchange, answer)
    elif text.startswith("<?xml"):
        _same_xml(text, answer.body.decode())
    elif exchange.key == "16-labels-folders/14":
        names = re.findall(r"^(\w+):", answer.body.decode(), re.MULTILINE)
        assert names == re.findall(r"^(\w+):", text, re.MULTILINE)
    else:
        assert answer.body.decode().strip() == text.strip()


def _same_xml(recorded: str, answered: str) -> None:
    """The elements of the first directory and of the first file; the order was not kept."""
    for text in (recorded, answered):
        assert text.startswith(
            '<?xml version="1.0" encoding="UTF-8"?><D:multistatus xmlns:D="DAV:">'
        )
    parts = [re.findall(r"<D:response>.*?</D:response>", t)[:2] for t in (recorded, answered)]
    for old, new in zip(*parts, strict=True):
        assert set(re.findall(r"</?[\w:]+", old)) == set(re.findall(r"</?[\w:]+", new))


def _same_json(exchange: Exchange, answer: Answer) -> None:
    recorded, answered = whole(json.loads(exchange.body)), json.loads(answer.body)
    listing = isinstance(recorded, list)
    complete = _complete(exchange, listing=listing)
    differences = list(_differences("", recorded, answered, (complete, not listing)))
    assert not differences, differences


def _complete(exchange: Exchange, *, listing: bool) -> bool:
    """Whether no key was left out: the length fits; without a length, lists are believed."""
    written = json.dumps(json.loads(exchange.body), separators=(",", ":"), ensure_ascii=False)
    length = exchange.headers.get("Content-Length")
    return listing if length is None else len(written.encode()) == int(length)


def _differences(path, recorded, answered, how):
    complete, values = how
    name = path.rpartition("/")[2]
    if isinstance(recorded, dict):
        if not isinstance(answered, dict):
            yield path, "no object", answered
            return
        missing = recorded.keys() - answered.keys() - OPTIONAL
        given = {key for key, value in answered.items() if (key, value) != ("Files", None)}
        extra = given - recorded.keys() - OPTIONAL if complete else ()
        yield from ((f"{path}/{key}", "missing") for key in missing)
        yield from ((f"{path}/{key}", "not recorded") for key in extra)
        for key in recorded.keys() & answered.keys():
            yield from _differences(f"{path}/{key}", recorded[key], answered[key], how)
    elif isinstance(recorded, list):
        if not isinstance(answered, list) or bool(recorded) != bool(answered):
            yield path, "no list, or one that should be empty or should not", answered
        elif recorded and answered:
            yield from _differences(f"{path}[0]", recorded[0], answered[0], how)
    elif _kind(recorded) != _kind(answered) or (
        values and name in SAME and _unsummed(recorded) != _unsummed(answered)
    ):
        yield path, recorded, answered


def _unsummed(value: object) -> object:
    """Without the checksum of bytes that are others here."""
    return CHECKSUM.sub("sum", value) if isinstance(value, str) else value


def _kind(value: object) -> str:
    if isinstance(value, str) and TIME.fullmatch(value):
        return "no time" if value.startswith("0001") else "time"
    if isinstance(value, int | float) and not isinstance(value, bool):
        return "number"
    return type(value).__name__
