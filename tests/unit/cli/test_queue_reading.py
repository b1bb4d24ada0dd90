"""What a mount tells of its queue, and which files words on a command line mean."""

import json
import os
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from g3fs.cache.queue.record import Stage
from g3fs.cli.exits import Failure
from g3fs.cli.picking import picked
from g3fs.cli.queue import lines
from g3fs.cli.queuefile import files_in, read_queue, read_queues
from tests.unit.cli.queues import PLACE, document, entry, waiting, write_queue

ODD = "caf\udce9\n.jpg"
"""A name with a byte that is not UTF-8, and a line break."""


@pytest.mark.parametrize("stage", list(Stage))
def test_what_a_mount_tells_is_what_is_known(stage):
    since = datetime(2026, 5, 4, 3, 2, 1, tzinfo=UTC)
    file = waiting(stage=stage, reason="no", since=since, sent_bytes=5)
    assert files_in(json.loads(json.dumps(document(file))), PLACE) == [file]


@pytest.mark.parametrize("plain", [True, False], ids=["escaped", "as bytes"])
def test_names_with_odd_bytes_survive(tmp_path, plain):
    (tmp_path / ".g3fs").mkdir()
    text = json.dumps(document(waiting(name=ODD)), ensure_ascii=plain)
    (tmp_path / ".g3fs" / "queue.json").write_bytes(os.fsencode(text))
    (file,) = read_queue(tmp_path)
    assert os.fsencode(file.name) == b"caf\xe9\n.jpg"


@pytest.mark.parametrize("slashed", ["/album/1.jpg", "album/1.jpg"])
def test_a_path_begins_at_the_mountpoint(slashed):
    (file,) = files_in({"files": [entry(waiting(), path=slashed)]}, PLACE)
    assert file.path == "album/1.jpg"


def test_a_file_without_a_place_is_called_by_its_name():
    (file,) = files_in({"files": [entry(waiting(), path="")]}, PLACE)
    assert file.path == "1.jpg"


@pytest.mark.parametrize(
    "told",
    [
        None,
        [],
        {},
        {"files": 3},
        {"files": [3]},
        {"files": [{}]},
        {"files": [entry(waiting(), stage="lost")]},
        {"files": [entry(waiting(), size_bytes="many")]},
        {"files": [entry(waiting(), since="yesterday")]},
    ],
)
def test_an_answer_that_is_none_is_told(told):
    with pytest.raises(Failure, match="cannot be understood"):
        files_in(told, PLACE)


def test_text_that_is_no_json_is_told(tmp_path):
    write_queue(tmp_path)
    (tmp_path / ".g3fs" / "queue.json").write_text("{")
    with pytest.raises(Failure, match="cannot be understood"):
        read_queue(tmp_path)


def test_a_directory_where_nothing_is_mounted_has_no_queue(tmp_path):
    with pytest.raises(Failure, match="no g3fs is mounted on"):
        read_queue(tmp_path)


def test_a_mount_that_does_not_answer_does_not_hide_the_others(tmp_path):
    good, bad = tmp_path / "good", tmp_path / "bad"
    good.mkdir()
    write_queue(good, waiting())
    complaints = []
    (file,) = read_queues([bad, good], complaints.append)
    assert file.mountpoint == good
    assert len(complaints) == 1
    assert str(bad) in complaints[0]


def test_a_single_mount_that_does_not_answer_is_an_error(tmp_path):
    with pytest.raises(Failure):
        read_queues([tmp_path], pytest.fail)


FILES = [
    replace(waiting(1, name="a.jpg"), id="abcd1" + "0" * 27),
    replace(waiting(2, name="b.jpg"), id="abcd2" + "0" * 27, path="one/b.jpg"),
    replace(waiting(3, name="b.jpg"), id="beef" + "0" * 28, path="two/b.jpg"),
    replace(waiting(6, name="b (99).jpg"), id="99" * 16, path="three/b.jpg"),
    replace(waiting(4, name="café.jpg"), id="cafe" + "0" * 28),
    replace(waiting(5, name="beef"), id="f" * 32, path="beef"),
]


@pytest.mark.parametrize(
    ("word", "index"),
    [
        ("abcd1" + "0" * 27, 0),
        ("abcd1", 0),
        ("ABCD1", 0),
        ("a.jpg", 0),
        ("album/a.jpg", 0),
        ("/mnt/photos/album/a.jpg", 0),
        ("one/b.jpg", 1),
        ("b (99).jpg", 3),
        ("cafe\u0301.jpg", 4),
        ("ffff", 5),
    ],
)
def test_a_file_is_meant_by_its_id_its_name_or_its_path(word, index):
    assert picked(FILES, [word]) == [FILES[index]]


@pytest.mark.parametrize(
    ("word", "complaint"),
    [
        ("abcd", "several fit: .*abcd1.*album/a.jpg.*abcd2.*one/b.jpg"),
        ("b.jpg", "several fit: .*abcd2.*beef.*9999"),
        ("beef", "several fit"),
        ("fff", "nothing in the queue"),
        ("c.jpg", "nothing in the queue"),
        ("", "nothing in the queue"),
    ],
)
def test_a_word_that_means_no_file_or_several_is_an_error(word, complaint):
    with pytest.raises(Failure, match=complaint):
        picked(FILES, [word])


def test_a_file_that_is_named_twice_is_meant_once():
    assert picked(FILES, ["a.jpg", "abcd1", "cafe"]) == [FILES[0], FILES[4]]


def test_the_list_has_a_line_for_each_file():
    since = datetime(2026, 5, 4, 3, 2, 1, tzinfo=UTC)
    failed = waiting(0xABC, Stage.FAILED, reason="no\nspace", since=since, size_bytes=3 * 1024**2)
    shown = lines([failed, waiting(2, sent_bytes=420), waiting(3, Stage.STAGED, name=ODD)])
    local = since.astimezone().strftime("%Y-%m-%d %H:%M")
    assert shown[0].split() == [
        *("00000abc", "failed", "3.0", "MiB", *local.split()),
        *("album/2748.jpg:", "no", "space"),
    ]
    assert "sending 42 %" in shown[1]
    assert "album/caf\\xdce9 .jpg" in shown[2]


def test_an_empty_queue_is_said_to_be_empty():
    assert lines([]) == ["Nothing is waiting."]
