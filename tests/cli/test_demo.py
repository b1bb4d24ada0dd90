"""The demo: a server and a mount, of which nothing is left."""

import json
import signal
import subprocess
from pathlib import Path

import pytest

from tests.cli.support import assert_one_line
from tests.kernel.support import mounted_device, run

LIMIT_S = 30.0


def lines_until(process, words):
    """What the process prints up to the line with `words`."""
    lines = []
    for line in process.stdout:
        lines.append(line)
        if words in line:
            return lines
    raise AssertionError(f"it ended: {lines} {process.stderr.read()}")


@pytest.mark.parametrize("end", [signal.SIGINT, signal.SIGTERM])
def test_the_demo_mounts_and_leaves_nothing_behind(g3fs, tmp_path, end):
    place = tmp_path / "gallery"
    with g3fs.start("demo", place) as process:
        lines_until(process, "Ctrl-C")
        assert run("ls", place).ok().stdout
        process.send_signal(end)
        _, err = process.communicate(timeout=LIMIT_S)
    assert process.returncode == 0, err
    assert "Traceback" not in err
    assert mounted_device(place) is None
    assert not place.exists()
    assert list(g3fs.scratch.iterdir()) == []
    assert list(g3fs.home.iterdir()) == []


@pytest.mark.parametrize(("kind", "writable"), [("gallery3", True), ("photoprism", False)])
def test_the_demo_suggests_writing_only_where_that_works(g3fs, tmp_path, kind, writable):
    place = tmp_path / "gallery"
    with g3fs.start("demo", "--kind", kind, place) as process:
        said = "".join(lines_until(process, "Ctrl-C"))
        process.send_signal(signal.SIGINT)
        process.communicate(timeout=LIMIT_S)
    assert (f"mkdir {place}/new" in said) is writable


def test_a_program_that_stays_inside_does_not_keep_the_demo(g3fs, tmp_path):
    place = tmp_path / "gallery"
    with g3fs.start("demo", place) as process:
        lines_until(process, "Ctrl-C")
        with subprocess.Popen(["cat"], cwd=place, stdin=subprocess.PIPE) as inside:
            process.send_signal(signal.SIGINT)
            _, err = process.communicate(timeout=LIMIT_S)
            inside.stdin.close()
    assert process.returncode == 0, err
    assert "files are still open" in err
    assert "fuse:" not in err, "libfuse complains about a mount that is gone"
    assert not place.exists()


def test_a_directory_that_was_there_before_stays(g3fs, place):
    with g3fs.start("demo", place) as process:
        lines_until(process, "Ctrl-C")
        process.send_signal(signal.SIGINT)
        process.communicate(timeout=LIMIT_S)
    assert place.exists()


def test_unmounting_ends_the_demo(g3fs, tmp_path):
    place = tmp_path / "gallery"
    with g3fs.start("demo", place) as process:
        lines_until(process, "Ctrl-C")
        g3fs("umount", place).ok()
        process.communicate(timeout=LIMIT_S)
    assert process.returncode == 0
    assert not place.exists()


def test_a_signal_while_it_starts_leaves_nothing_either(g3fs, tmp_path):
    place = tmp_path / "gallery"
    with g3fs.start("demo", place) as process:
        lines_until(process, "Starting")
        process.send_signal(signal.SIGTERM)
        process.communicate(timeout=LIMIT_S)
    assert not place.exists()
    assert mounted_device(place) is None
    assert list(g3fs.scratch.iterdir()) == []


def test_the_server_alone_says_on_one_line_how_to_reach_it(g3fs):
    with g3fs.start("demo", "--server-only") as process:
        access = json.loads(process.stdout.readline())
        done = g3fs("ls", access["url"], G3FS_API_KEY=access["api_key"])
        process.send_signal(signal.SIGTERM)
        out, _ = process.communicate(timeout=LIMIT_S)
    assert "welcome.jpg" in done.ok().stdout
    assert {"url", "username", "password", "api_key"} <= access.keys()
    assert process.returncode == 0
    assert out == ""


def test_the_server_keeps_its_pictures_where_it_is_told(g3fs, tmp_path):
    with g3fs.start("demo", "--server-only", "--data", tmp_path / "data") as process:
        process.stdout.readline()
        process.send_signal(signal.SIGTERM)
        process.communicate(timeout=LIMIT_S)
    assert list((tmp_path / "data").iterdir())


def test_the_demo_can_be_a_photoprism(g3fs, tmp_path):
    place = tmp_path / "gallery"
    with g3fs.start("demo", place, "--kind", "photoprism") as process:
        lines_until(process, "Ctrl-C")
        assert "Best of" in run("ls", place / "albums").ok().stdout
        process.send_signal(signal.SIGINT)
        _, err = process.communicate(timeout=LIMIT_S)
    assert process.returncode == 0, err
    assert not place.exists()


def test_a_photoprism_alone_can_be_listed(g3fs):
    with g3fs.start("demo", "--server-only", "--kind", "photoprism") as process:
        access = json.loads(process.stdout.readline())
        done = g3fs("ls", f"{access['url']}/folders/2023", G3FS_API_KEY=access["api_key"])
        process.send_signal(signal.SIGTERM)
        process.communicate(timeout=LIMIT_S)
    assert "summer" in done.stdout


def test_the_demo_can_be_a_stash(g3fs, tmp_path):
    place = tmp_path / "gallery"
    with g3fs.start("demo", place, "--kind", "stash") as process:
        lines_until(process, "Ctrl-C")
        assert "Best of" in run("ls", place / "galleries").ok().stdout
        process.send_signal(signal.SIGINT)
        _, err = process.communicate(timeout=LIMIT_S)
    assert process.returncode == 0, err
    assert not place.exists()


def test_a_taken_port_is_one_clear_line(g3fs, gallery):
    port = gallery.origin.rpartition(":")[2]
    assert_one_line(g3fs("demo", "--server-only", "--port", port), "Address already in use", 1)


def test_a_demo_on_a_directory_with_files_is_refused(g3fs, tmp_path):
    (tmp_path / "files").mkdir()
    (tmp_path / "files" / "x").touch()
    assert_one_line(g3fs("demo", Path(tmp_path / "files")), "is not empty", 32)
