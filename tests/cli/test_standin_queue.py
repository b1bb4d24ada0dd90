"""The commands of `g3fs queue` on a mount whose queue goes by a script."""

import json
import os

import pytest

from g3fs.cache.queue.record import Stage
from tests.cli.scenes import FAILED, QUEUED, STAGED, on_a_terminal
from tests.cli.support import assert_one_line
from tests.unit.cli.queues import document, waiting


def test_the_queue_of_a_mount_is_listed(g3fs, scene):
    place = scene.mount([FAILED, STAGED])
    lines = g3fs("queue", "list", place).ok().stdout.splitlines()
    assert [line.split()[:2] for line in lines] == [["00000001", "failed"], ["00000003", "staged"]]
    told = g3fs("queue", "list", place, "--json").ok().stdout
    assert json.loads(told) == document(FAILED, STAGED)


def test_the_queues_of_all_mounts_are_listed(g3fs, scene):
    """Other tests may have mounts of their own at the same time, dead ones too."""
    place = scene.mount([FAILED])
    for words in (["queue"], ["queue", "list"]):
        lines = g3fs(*words).stdout.splitlines()
        assert lines[lines.index(str(place)) + 1].split()[1] == "failed"
    everything = json.loads(g3fs("queue", "list", "--json").stdout)
    assert everything[str(place)] == document(FAILED)


def test_a_file_is_found_in_the_queue_of_whichever_mount(g3fs, scene):
    scene.mount([FAILED])
    assert "use --yes" in g3fs("queue", "drop", FAILED.id).stderr


def test_what_galleries_keep_that_are_not_mounted_is_told(g3fs, scene):
    scene.mount()
    queue = g3fs.home / "data/g3fs/photos.example.org-0123456789abcdef/queue-2"
    (queue / "spool").mkdir(parents=True)
    (queue.parent / "queue-1/spool").mkdir(parents=True)
    (queue / "lock").touch()
    for number in (1, 2):
        (queue / f"spool/{number}").write_bytes(bytes(1024))
    lines = g3fs("queue").stdout.splitlines()
    (told,) = [line for line in lines if "Without a mount" in line]
    assert "2 files (2.0 KiB) for photos.example.org" in told
    assert str(queue) in told


def test_names_with_odd_bytes_are_listed(g3fs, scene):
    odd = waiting(1, Stage.STAGED, name=os.fsdecode(b"caf\xe9.part"))
    place = scene.mount([odd])
    assert "caf\\xdce9.part" in g3fs("queue", "list", place).ok().stdout
    told = json.loads(g3fs("queue", "list", place, "--json").ok().stdout)
    assert os.fsencode(told["files"][0]["name"]) == b"caf\xe9.part"


def test_an_empty_queue_says_so(g3fs, scene):
    assert g3fs("queue", "list", scene.mount()).ok().stdout == "Nothing is waiting.\n"


def test_the_queue_of_a_directory_that_is_no_mount_is_an_error(g3fs, place):
    assert_one_line(g3fs("queue", "list", place), "no g3fs is mounted", 1)
    assert_one_line(g3fs("queue", "list", "--jsno"), "No such option", 2)


def test_a_refused_file_is_sent_again_and_the_verdict_told(g3fs, scene):
    second = waiting(2, Stage.FAILED)
    again = waiting(2, Stage.FAILED, reason="still no JPEG")
    place = scene.mount([FAILED, second], [QUEUED, waiting(2)], [waiting(2)], [again])
    done = g3fs("queue", "retry", place, "--all")
    assert done.returncode == 1
    assert "album/1.jpg: sent" in done.stdout
    assert "refused again: album/2.jpg: still no JPEG" in done.stderr
    verb = "user.g3fs.do.queue.retry"
    assert scene.calls == [["", f"{verb}.{FAILED.id}"], ["", f"{verb}.{second.id}"]]


def test_a_refused_file_that_gets_through_is_a_success(g3fs, scene):
    place = scene.mount([FAILED], [])
    assert g3fs("queue", "retry", place, "1.jpg").ok().stdout == "album/1.jpg: sent\n"


def test_a_file_that_is_still_not_sent_is_told(g3fs, scene):
    place = scene.mount([FAILED], [waiting(1, reason="server away")])
    done = g3fs("queue", "retry", place, "1.jpg", "--timeout", "0.2")
    assert done.returncode == 1
    assert "not sent yet, it is tried again: album/1.jpg: server away" in done.stderr


def test_only_what_was_refused_can_be_sent_again(g3fs, scene):
    place = scene.mount([STAGED])
    assert_one_line(
        g3fs("queue", "retry", place, ".x.jpg.part"), "was not refused, it is staged", 1
    )
    assert_one_line(g3fs("queue", "retry", place), "or --all", 2)
    assert g3fs("queue", "retry", place, "--all").ok().stdout == "Nothing was refused.\n"
    assert scene.calls == []


def test_a_file_is_dropped_only_when_the_user_says_so(g3fs, scene):
    place = scene.mount([FAILED])
    assert_one_line(g3fs("queue", "drop", place, FAILED.id), "use --yes", 2)
    assert scene.calls == []
    g3fs("queue", "drop", place, "--yes", FAILED.id).ok()
    assert scene.calls == [["", f"user.g3fs.do.queue.drop.{FAILED.id}"]]


@pytest.mark.parametrize(("answer", "dropped"), [("y\n", 1), ("n\n", 0)])
def test_on_a_terminal_dropping_asks(g3fs, scene, answer, dropped):
    place = scene.mount([STAGED])
    done = on_a_terminal(g3fs, "queue", "drop", place, STAGED.id[:8], answer=answer)
    assert "album/.x.jpg.part" in done.stdout
    assert done.returncode == 1 - dropped
    assert len(scene.calls) == dropped


def test_what_is_on_its_way_cannot_be_dropped(g3fs, scene):
    place = scene.mount([QUEUED])
    assert_one_line(g3fs("queue", "drop", "--yes", place, "1.jpg"), "is queued", 1)


def test_what_is_not_on_the_server_can_be_copied(g3fs, scene, tmp_path):
    for file in (QUEUED, waiting(3, Stage.FAILED)):
        (scene.tree / ".g3fs/failed" / file.id).write_bytes(b"y" * 1000)
    place = scene.mount([QUEUED, waiting(3, Stage.FAILED)])
    done = g3fs("queue", "export", tmp_path / "rescued", place).ok()
    assert sorted(done.stdout.splitlines()) == [
        str(tmp_path / "rescued" / name) for name in ("1.jpg", "3.jpg")
    ]
    assert (tmp_path / "rescued/3.jpg").read_bytes() == b"y" * 1000
    g3fs("queue", "export", tmp_path / "one", place, "1.jpg").ok()
    assert [file.name for file in (tmp_path / "one").iterdir()] == ["1.jpg"]
    assert_one_line(g3fs("queue", "export", place / "album"), "is on a g3fs mount", 1)
    file = tmp_path / "rescued/3.jpg"
    assert_one_line(g3fs("queue", "export", file), "3.jpg is not a directory", 1)
