"""docs/semantics.md: files that are sent behind, and what is told of them."""

import json

import pytest

from g3fs.demo.faults import FaultRule
from tests.kernel.matrix import Trip, holdings, media_of, on_a_trip, picture, put, queued, sha256
from tests.kernel.support import run, wait_for

AWAY = FaultRule(action="status", status=503, method="POST", resource="item")
"""Uploads fail for a while."""
REFUSED = FaultRule(action="status", status=413, method="POST", resource="item")
"""Uploads fail for good."""


@pytest.fixture
def behind(mount, serve):
    return on_a_trip(mount, serve, "upload=background")


@pytest.fixture
def files(tmp_path):
    """Three pictures outside of the mount."""
    names = ("m.jpg", "n.jpg", "o.jpg")
    return [put(tmp_path / "new" / name, picture(91 + n)) for n, name in enumerate(names)]


def added(files):
    return {f"trip/{file.name}": file.read_bytes() for file in files}


def test_in_the_background_closing_does_not_wait_for_the_server(behind, files):
    behind.server.faults.add(FaultRule(action="delay", seconds=1, method="POST", resource="item"))
    ran = run("cp", *files, behind.album).ok()
    assert ran.seconds < 1
    seen = behind.seen()
    assert {path: seen[path].sha256 for path in added(files)} == {
        path: sha256(data) for path, data in added(files).items()
    }
    behind.assert_now(added(files))
    posted = [r for r in behind.server.requests.writes() if r.verb == "POST"]
    assert len(posted) == len(files)
    behind.server.faults.clear()
    behind.server.faults.add(REFUSED)
    run("cp", files[0], behind.album / "p.jpg").ok()
    failed = behind.top / ".g3fs/failed"
    wait_for(lambda: run("ls", failed).stdout == "p.jpg\n", 10, "it is refused for good")
    assert "p.jpg" not in run("ls", behind.album).ok().stdout.split()
    behind.assert_now(added(files), refused=1)


def test_files_that_wait_can_be_read_and_moved_and_replaced_and_deleted(behind, files, tmp_path):
    behind.server.faults.add(AWAY)
    m, n, o = files
    again = put(tmp_path / "again.jpg", picture(95))
    script = """
cd "$1"; shift
cp "$1" "$2" "$3" trip; cp "$1" trip/k.jpg
mv trip/m.jpg other/q.jpg; cp "$4" trip/n.jpg; rm trip/o.jpg; mv trip/k.jpg trip/l.jpg
setfattr -n user.xdg.tags -v early other/q.jpg
cmp "$1" other/q.jpg; cmp "$4" trip/n.jpg; cmp "$1" trip/l.jpg; ls trip
"""
    listed = run("sh", "-ec", script, "sh", behind.top, m, n, o, again).ok().stdout
    assert listed.split() == ["a.jpg", "b.jpg", "c.jpg", "l.jpg", "n.jpg"]
    assert media_of(holdings(behind.server)) == media_of(behind.first)
    behind.server.faults.clear()
    now = {"other/q.jpg": m, "trip/n.jpg": again, "trip/l.jpg": m}
    behind.assert_now({path: file.read_bytes() for path, file in now.items()})
    assert holdings(behind.server)["other/q.jpg"].tags == ("early",)


@pytest.mark.parametrize("option", ["upload=background", "upload=close"])
def test_what_waits_is_sent_after_the_end_of_the_mount(behind, mount, files, option):
    behind.server.faults.add(AWAY)
    run("cp", "-p", *files, behind.album).ok()
    assert {stage for stage, _ in queued(behind.mounted)} == {"queued"}
    behind.mounted.process.kill()
    behind.mounted.process.wait()
    run("fusermount3", "-u", behind.top).ok()
    behind.server.faults.clear()
    again = Trip(mount(option, server=behind.server))
    again.first = behind.first
    seen = again.assert_now(added(files))
    stamps = {file.stat().st_mtime_ns for file in files}
    assert {seen[path].mtime_ns for path in added(files)} == stamps


def test_the_queue_is_told_in_the_control_directory(behind, files, tmp_path):
    control = behind.top / ".g3fs"
    assert run("cat", control / "queue").ok().stdout == "Nothing is waiting.\n"
    behind.server.faults.add(AWAY)
    run("cp", files[0], behind.album).ok()
    run("cp", files[1], behind.album / "n.jpg.part").ok()
    short = put(tmp_path / "short.jpg", files[2].read_bytes()[:-2])
    assert run("cp", short, behind.album / "a.jpg").returncode == 1
    told = json.loads(run("cat", control / "queue.json").ok().stdout)["files"]
    facts = {file["path"]: (file["stage"], file["size_bytes"], file["replaces"]) for file in told}
    assert facts == {
        "trip/m.jpg": ("queued", files[0].stat().st_size, False),
        "trip/n.jpg.part": ("staged", files[1].stat().st_size, False),
        "trip/a.jpg": ("failed", short.stat().st_size, True),
    }
    lines = run("cat", control / "queue").ok().stdout.splitlines()
    assert len(lines) == 3
    assert any("trip/a.jpg" in line and "end marker" in line for line in lines)
    assert run("ls", control / "failed").ok().stdout == "a.jpg\n"
