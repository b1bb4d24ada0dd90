"""Copying what is not on the server; a plain directory stands for the mount."""

import os

import pytest

from g3fs.cache.queue.record import Stage
from g3fs.cli.exits import FAILED, OK
from g3fs.cli.queue_export import export_all, source_of
from tests.unit.cli.queues import PLACE, waiting

DATA = b"x" * 1000


@pytest.fixture
def place(tmp_path):
    directory = tmp_path / "mount"
    (directory / ".g3fs" / "failed").mkdir(parents=True)
    (directory / "album").mkdir()
    return directory


@pytest.fixture
def target(tmp_path):
    directory = tmp_path / "target"
    directory.mkdir()
    return directory


def put(place, file, data=DATA):
    source_of(file).write_bytes(data)
    return file


def names(directory):
    return sorted(os.fsencode(path.name) for path in directory.iterdir())


def test_the_bytes_of_every_file_are_in_the_control_directory_by_its_id():
    for stage in (Stage.FAILED, Stage.QUEUED, Stage.STAGED):
        file = waiting(1, stage)
        assert source_of(file) == PLACE / ".g3fs/failed" / file.id


def test_every_complete_file_is_copied_by_its_name(place, target):
    stages = [Stage.QUEUED, Stage.FAILED, Stage.STAGED]
    files = [put(place, waiting(n, stage, mountpoint=place)) for n, stage in enumerate(stages)]
    half = waiting(8, Stage.OPEN, mountpoint=place), waiting(9, Stage.PARKED, mountpoint=place)
    assert export_all([*files, *half], target) == OK
    assert names(target) == [b"0.jpg", b"1.jpg", b"2.jpg"]
    assert {file.read_bytes() for file in target.iterdir()} == {DATA}


def test_a_name_of_any_bytes_is_kept(place, target):
    file = waiting(1, mountpoint=place, name=os.fsdecode(b"caf\xe9\n.jpg"))
    assert export_all([put(place, file)], target) == OK
    assert names(target) == [b"caf\xe9\n.jpg"]


def test_nothing_is_overwritten(place, target):
    (target / "1.jpg").write_bytes(b"mine")
    (target / "1 (2).jpg").symlink_to("nowhere")
    assert export_all([put(place, waiting(1, mountpoint=place))], target) == OK
    assert (target / "1.jpg").read_bytes() == b"mine"
    assert (target / "1 (3).jpg").read_bytes() == DATA
    assert not (target / "nowhere").exists()


def test_a_name_leads_nowhere_else(place, target):
    file = waiting(1, mountpoint=place, name="../../1.jpg", path="album/../album/1.jpg")
    assert export_all([put(place, file)], target) == OK
    assert names(target) == [b"1.jpg"]


def test_a_copy_that_is_not_whole_is_an_error_and_leaves_nothing(place, target, capsys):
    files = [waiting(1, mountpoint=place), waiting(2, mountpoint=place)]
    put(place, files[0], DATA[:-1])
    put(place, files[1])
    assert export_all(files, target) == FAILED
    assert names(target) == [b"2.jpg"]
    assert "999 bytes instead of 1000" in capsys.readouterr().err


def test_a_file_that_cannot_be_read_does_not_keep_the_others(place, target, capsys):
    files = [waiting(1, mountpoint=place), put(place, waiting(2, mountpoint=place))]
    assert export_all(files, target) == FAILED
    assert names(target) == [b"2.jpg"]
    assert "album/1.jpg" in capsys.readouterr().err
