"""docs/semantics.md: writing, and names that programs use for a while."""

import hashlib
import subprocess
import time
from pathlib import Path

import pytest

from g3fs.demo.faults import FaultRule
from tests.kernel.matrix import (
    Trip,
    holdings,
    media_of,
    on_a_trip,
    picture,
    put,
    queued,
    sha256,
)
from tests.kernel.remote import ERRNO_OF, Remote, conversation, python
from tests.kernel.support import counted, run, wait_for

EVERY_CHANGE = (
    ERRNO_OF
    + """
file, album = sys.argv[1:]
calls = [
    (os.open, file, os.O_WRONLY), (os.open, file, os.O_RDWR), (os.truncate, file, 0),
    (os.open, album + "/new.jpg", os.O_CREAT | os.O_WRONLY), (os.unlink, file), (os.rmdir, album),
    (os.mkdir, album + "/new"), (os.rename, file, file + ".jpg"), (os.mknod, album + "/node.jpg"),
    (os.rename, file, album + "/welcome.jpg"), (os.symlink, "welcome.jpg", album + "/link"),
    (os.link, file, album + "/link.jpg"), (os.chmod, file, 0o600), (os.utime, file, (1, 1)),
    (os.setxattr, file, "user.xdg.comment", b"x"), (os.removexattr, file, "user.xdg.tags"),
]
for call, *args in calls:
    print(call.__name__, errno_of(call, *args))
"""
)


def test_a_read_only_mount_changes_nothing(mount, serve):
    gallery, stash, photoprism = serve(), serve(kind="stash"), serve(kind="photoprism")
    for server, option in ((gallery, "ro"), (stash, "rw"), (photoprism, "rw")):
        top = mount(option, server=server).path
        found = run("find", top, "-name", "*.jpg", "-size", "+0").ok().stdout.splitlines()[0]
        with counted(server) as requests:
            lines = python(EVERY_CHANGE, found, Path(found).parent).ok().stdout.splitlines()
        assert len(lines) == 16
        assert [line for line in lines if not line.endswith(" EROFS")] == []
        assert requests.total() == 0, requests


WRITE_SLOWLY = """
import os, sys
fd = os.open(sys.argv[1], os.O_CREAT | os.O_EXCL | os.O_WRONLY)
data = bytes.fromhex(sys.argv[2])
for at in range(0, len(data), 777):
    os.pwrite(fd, data[at : at + 777], at)
os.fsync(fd)
print("written", flush=True)
sys.stdin.readline()
os.close(fd)
"""


def test_a_new_file_is_an_item_when_it_is_closed(mount, serve):
    trip, data = on_a_trip(mount, serve), picture(61)
    path = trip.album / "new.jpg"
    with conversation(WRITE_SLOWLY, path, data.hex()) as writer:
        assert writer.stdout.readline() == "written\n"
        assert media_of(holdings(trip.server)) == media_of(trip.first)
        assert run("sha256sum", path).ok().stdout.split()[0] == sha256(data)
        assert "new.jpg" in run("ls", trip.album).ok().stdout.split()
        writer.communicate("go\n", timeout=30)
    trip.assert_now({"trip/new.jpg": data})


@pytest.mark.parametrize(
    ("rule", "message"),
    [
        (FaultRule(action="status", status=413, method="POST", resource="item"), "too large"),
        (FaultRule(action="status", method="POST", resource="item"), "Input/output error"),
        (FaultRule(action="stall", method="POST", resource="item"), "timed out"),
    ],
    ids=["413", "500", "silence"],
)
def test_closing_reports_the_verdict_of_the_server(mount, serve, tmp_path, rule, message):
    trip, data = on_a_trip(mount, serve, "timeout=3"), picture(62)
    source = put(tmp_path / "new.jpg", data)
    trip.server.faults.add(rule)
    copied = run("cp", source, trip.album)
    assert copied.returncode == 1
    assert message in copied.stderr
    assert "new.jpg" not in run("ls", trip.album).ok().stdout.split()
    trip.server.faults.clear()
    photo = trip.album / "c.jpg"
    wait_for(lambda: run("cat", photo).returncode == 0, 20, "it counts as there again")
    trip.assert_now({}, refused=1)
    run("cp", source, trip.album).ok()
    trip.assert_now({"trip/new.jpg": data})


def test_a_new_name_closed_empty_waits_for_its_data(mount, serve):
    trip, data = on_a_trip(mount, serve), picture(63)
    path = trip.album / "new.jpg"
    run("touch", path).ok()
    trip.assert_now({}, here={"trip/new.jpg": b""})
    assert queued(trip.mounted) == [("staged", "trip/new.jpg")]
    trip.mounted.unmount()
    again = Trip(mount(server=trip.server))
    again.assert_now({}, here={"trip/new.jpg": b""})
    put(trip.top.parent / "data", data)
    run("sh", "-c", 'cat "$1" > "$2"', "sh", trip.top.parent / "data", again.album / "new.jpg").ok()
    again.assert_now({"trip/new.jpg": data})


def test_writing_over_a_photo_changes_its_data_and_nothing_else(mount, serve):
    trip = on_a_trip(mount, serve)
    new = [picture(n) for n in (64, 65, 66)]
    script = """
import mmap, os, sys
album, a, b, c = sys.argv[1], *(bytes.fromhex(text) for text in sys.argv[2:])
fd = os.open(album + "/a.jpg", os.O_WRONLY | os.O_TRUNC)
os.write(fd, a); os.close(fd)
fd = os.open(album + "/b.jpg", os.O_RDWR)
os.ftruncate(fd, len(b))
with mmap.mmap(fd, 0) as pages:
    pages[:] = b
os.close(fd)
fd = os.open(album + "/.c.jpg.x1Y2z3", os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600)
os.write(fd, c); os.close(fd)
os.rename(album + "/.c.jpg.x1Y2z3", album + "/c.jpg")
"""
    python(script, trip.album, *(data.hex() for data in new)).ok()
    trip.assert_now({f"trip/{name}.jpg": data for name, data in zip("abc", new, strict=True)})


def test_data_that_is_cut_short_replaces_nothing(mount, serve, tmp_path):
    trip, data = on_a_trip(mount, serve), picture(67)
    for short in (data[:-2], data[:1000], picture(68, "PNG")[:-12]):
        source = put(tmp_path / "short", short)
        copied = run("cp", source, trip.album / "a.jpg")
        assert "Input/output error" in copied.stderr
        run("cp", source, trip.album / ".b.jpg.Ab12Cd").ok()
        assert run("mv", trip.album / ".b.jpg.Ab12Cd", trip.album / "b.jpg").returncode == 1
        run("rm", trip.album / ".b.jpg.Ab12Cd").ok()
        trip.assert_now({}, refused=1)
        kept = run("sha256sum", trip.top / ".g3fs/failed/a.jpg").ok().stdout.split()[0]
        assert kept == sha256(short)
    assert trip.server.requests.writes() == []


def test_a_photo_that_is_emptied_and_closed_is_what_it_was(mount, serve):
    trip = on_a_trip(mount, serve)
    run("cat", trip.album / "a.jpg").ok()
    run("sh", "-ec", 'cd "$1"; : > a.jpg; truncate -s 0 b.jpg', "sh", trip.album).ok()
    answer = python(ERRNO_OF + "print(errno_of(os.truncate, sys.argv[1], 0))", trip.album / "c.jpg")
    assert answer.ok().stdout == "EINVAL\n"
    trip.assert_now({})
    assert trip.server.requests.writes() == []
    assert "a.jpg was emptied and not written" in run("cat", trip.top / ".g3fs/log").ok().stdout


def test_what_the_server_refused_is_kept_and_not_sent_by_itself(mount, serve, tmp_path):
    trip, old, new = on_a_trip(mount, serve), picture(71), picture(72)
    trip.server.faults.add(FaultRule(action="status", status=413, method="POST", resource="item"))
    for data in (old, new):
        assert run("cp", put(tmp_path / "new.jpg", data), trip.album).returncode == 1
    trip.server.faults.clear()
    failed = trip.top / ".g3fs/failed"
    assert run("ls", failed).ok().stdout.split() == ["new.jpg"]
    trip.mounted.unmount()
    again = Trip(mount(server=trip.server))
    sent = len(trip.server.requests.writes())
    again.assert_now({}, refused=1)
    kept = again.top / ".g3fs/failed/new.jpg"
    assert run("sha256sum", kept).ok().stdout.split()[0] == sha256(new)
    assert len(trip.server.requests.writes()) == sent
    run("cp", kept, again.album).ok()
    again.assert_now({"trip/new.jpg": new})


@pytest.mark.parametrize("action", ["reset_after", "status_after"])
def test_an_upload_whose_answer_was_lost_is_not_sent_twice(mount, serve, tmp_path, action):
    trip, data = on_a_trip(mount, serve, "timeout=3"), picture(73)
    source = put(tmp_path / "new.jpg", data)
    trip.server.faults.add(FaultRule(action=action, method="POST", resource="item", times=1))
    if run("cp", source, trip.album).returncode:
        run("cp", "-n", source, trip.album).ok()
    trip.assert_now({"trip/new.jpg": data})
    uploads = [r for r in trip.server.requests.writes() if r.verb == "POST"]
    assert len(uploads) == 1


def test_what_was_written_here_is_not_fetched(mount, serve, tmp_path):
    trip, data = on_a_trip(mount, serve), picture(74)
    source = put(tmp_path / "new.jpg", data)
    run("cp", source, trip.album).ok()
    run("cp", source, trip.album / "a.jpg").ok()
    trip.mounted.unmount()
    again = Trip(mount(server=trip.server))
    again.server.requests.clear()
    for name in ("new.jpg", "a.jpg"):
        found = run("sha256sum", again.album / name).ok().stdout.split()[0]
        assert found == hashlib.sha256(data).hexdigest()
    read = [r for r in again.server.requests.entries() if r.resource in {"data", "public"}]
    assert read == []


def test_what_is_written_into_a_photo_shows_where_it_is_open_or_mapped(mount, serve):
    trip = on_a_trip(mount, serve)
    script = """
import mmap, os, sys
reader = os.open(sys.argv[1], os.O_RDONLY)
size = os.fstat(reader).st_size
pages = mmap.mmap(reader, size, prot=mmap.PROT_READ)
before = pages[:], os.pread(reader, size, 0)
writer = os.open(sys.argv[1], os.O_WRONLY)
for at in (0, 4097, size - 5):
    os.pwrite(writer, b"fresh", at)
    wanted = before[0][:at] + b"fresh" + before[0][at + 5 :]
    before = pages[:], os.pread(reader, size, 0)
    assert before == (wanted, wanted), at
os.pwrite(writer, b"longer", size)
assert os.pread(reader, 11, size - 5) == b"freshlonger"
"""
    put(trip.album / "a.jpg", picture(77) + bytes(20_000))
    python(script, trip.album / "a.jpg").ok()


def test_what_is_changed_here_shows_at_once(mount, serve, tmp_path):
    trip, data = on_a_trip(mount, serve, "ttl=3600"), picture(75)
    source = put(tmp_path / "new.jpg", data)
    script = """
cd "$1"; ls -lR . > /dev/null
cp "$2" trip/n.jpg; cp "$2" trip/a.jpg; rm trip/b.jpg; mv trip/c.jpg other; mkdir other/more
ls -R . ; stat -c %s trip/a.jpg
"""
    shown = run("sh", "-ec", script, "sh", trip.top, source).ok().stdout.splitlines()
    assert shown == [
        *(".:", "empty", "other", "trip", "", "./empty:", ""),
        *("./other:", "c.jpg", "d.jpg", "more", "", "./other/more:", ""),
        *("./trip:", "a.jpg", "n.jpg", str(len(data))),
    ]


def test_an_album_answers_while_a_large_file_is_on_its_way_into_it(mount, serve, tmp_path):
    trip = on_a_trip(mount, serve)
    data = picture(76) + bytes(2_000_000)
    source = put(tmp_path / "large.jpg", data)
    rule = FaultRule(action="upload_throttle", method="POST", resource="item", rate=500_000)
    trip.server.faults.add(rule)
    with subprocess.Popen(["cp", source, trip.album]) as copying:
        wait_for(lambda: len(trip.server.requests.writes()) > 0, 10, "the upload begins")
        start = time.monotonic()
        assert "large.jpg" in run("ls", "-l", trip.album).ok().stdout
        run("cat", trip.album / "a.jpg", trip.album / "b.jpg").ok()
        assert time.monotonic() - start < 2
        assert copying.poll() is None
        assert copying.wait(30) == 0
    trip.assert_now({"trip/large.jpg": data})


def test_temporary_names_stay_on_this_machine(mount, serve, tmp_path):
    trip, data = on_a_trip(mount, serve), picture(77)
    source = put(tmp_path / "new.jpg", data)
    names = [".x.jpg.Ab12Cd", "x.jpg.part", "x.jpg~", "4913", "._x.jpg", "Thumbs.db", "x.tmp"]
    for name in names:
        run("cp", "-p", source, trip.album / name).ok()
    here = {f"trip/{name}": data for name in names}
    before = trip.assert_now({}, here=here)
    assert {stage for stage, _ in queued(trip.mounted)} == {"staged"}
    trip.mounted.unmount()
    again = Trip(mount(server=trip.server))
    after = again.assert_now({}, here=here)
    assert {p: f.mtime_ns for p, f in before.items()} == {p: f.mtime_ns for p, f in after.items()}
    run("mv", again.album / "x.jpg.part", again.album / "x.jpg").ok()
    run("rm", *(again.album / name for name in names if name != "x.jpg.part")).ok()
    again.assert_now({"trip/x.jpg": data})


def test_a_temporary_file_renamed_over_a_photo_replaces_its_data(mount, serve, tmp_path):
    trip, new, other = on_a_trip(mount, serve), picture(78), picture(79)
    run("cp", put(tmp_path / "new", new), trip.album / ".a.jpg.Ab12Cd").ok()
    refuse = FaultRule(action="status", status=413, method="PUT", resource="item")
    trip.server.faults.add(refuse)
    moved = run("mv", trip.album / ".a.jpg.Ab12Cd", trip.album / "a.jpg")
    assert "too large" in moved.stderr
    trip.assert_now({}, here={"trip/.a.jpg.Ab12Cd": new})
    trip.server.faults.clear()
    run("mv", trip.album / ".a.jpg.Ab12Cd", trip.album / "a.jpg").ok()
    script = """
import os, sys
temporary = sys.argv[1] + "/.goutputstream-AB12CD"
fd = os.open(temporary, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600)
os.write(fd, bytes.fromhex(sys.argv[2]))
os.rename(temporary, sys.argv[1] + "/b.jpg")
os.close(fd)
"""
    python(script, trip.album, other.hex()).ok()
    trip.assert_now({"trip/a.jpg": new, "trip/b.jpg": other})


def test_a_photo_renamed_away_and_written_anew_is_the_same_item(mount, serve, tmp_path):
    trip, new = on_a_trip(mount, serve), picture(80)
    source = put(tmp_path / "new", new)
    script = """
cd "$1"
mv a.jpg a.jpg~; cp "$2" a.jpg; rm a.jpg~
mv b.jpg b.jpg_original; cp "$2" b.jpg
mv c.jpg c.jpg.bak; mv c.jpg.bak c.jpg
"""
    run("sh", "-ec", script, "sh", trip.album, source).ok()
    kept = {"trip/b.jpg_original": trip.original("trip/b.jpg")}
    trip.assert_now({"trip/a.jpg": new, "trip/b.jpg": new}, here=kept)
    trip.mounted.unmount()
    again = Trip(mount(server=trip.server))
    again.assert_now({}, here=kept)


def test_a_photo_deleted_beside_its_finished_successor_is_replaced(mount, serve, tmp_path):
    trip, new = on_a_trip(mount, serve), picture(81)
    source = put(tmp_path / "new", new)
    script = (
        'cd "$1"; cp "$2" a.jpg.part; rm a.jpg; mv a.jpg.part a.jpg; cp "$2" b.jpg.part; rm b.jpg'
    )
    run("sh", "-ec", script, "sh", trip.album, source).ok()
    shown = run("ls", trip.album).ok().stdout.split()
    assert shown == ["a.jpg", "b.jpg.part", "c.jpg"]
    trip_now = {"trip/a.jpg": new, "trip/b.jpg": None}
    wait_for(lambda: "trip/b.jpg" not in holdings(trip.server), 10, "nothing has replaced it")
    trip.assert_now(trip_now, here={"trip/b.jpg.part": new})
    assert Remote(trip.server).id_of("trip/a.jpg") == trip.first["trip/a.jpg"].id
