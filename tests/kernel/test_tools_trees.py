"""Whole trees, several tools at once, and tools that are stopped in the middle."""

import os
import signal
import subprocess
import unicodedata

import pytest

from tests.kernel.matrix import (
    holdings,
    media_of,
    on_a_trip,
    picture,
    put,
    queued,
    sha256,
)
from tests.kernel.support import run, wait_for

NAMES = [
    "plain.jpg",
    "two words.jpg",
    "UPPER.JPG",
    "a.b.jpg",
    "c..d.jpg",
    "_x.jpg",
    "tail_.jpg",
    "x__y.jpg",
    ".hidden.jpg",
    "no photo.png",
    "a PNG called.jpg",
    "50% & more; 'so' \"there\".jpg",
    "a+b.jpg",
    "a b.jpg",
    "写真.jpg",
    unicodedata.normalize("NFC", "Grüße aus Köln.jpg"),
    unicodedata.normalize("NFD", "Hügel über Größe.jpg"),
]
FOLDERS = [
    "",
    "two words",
    unicodedata.normalize("NFC", "Ümläut"),
    unicodedata.normalize("NFD", "Ümläut é"),
    "2024.07 Rügen",
    "_private_",
    ".dot",
    "deep/deeper/deepest",
]


@pytest.fixture
def tree(tmp_path):
    """Directories and pictures with all kinds of names."""
    top = tmp_path / "tree"
    number = 100
    for folder in FOLDERS:
        for name in NAMES if folder in {"", "Ümläut"} else NAMES[:3]:
            number += 1
            kind = "PNG" if "PNG" in name or name.endswith("png") else "JPEG"
            stamp_ns = 1_000_000_000_123_456_789 + number * 10**12
            put(top / folder / name, picture(number, kind), stamp_ns=stamp_ns)
    for folder in sorted(FOLDERS, key=len, reverse=True):
        os.utime(top / folder, ns=(10**18 + 7, 10**18 + 7))
    return top


def files_of(top):
    found = (path for path in top.rglob("*") if path.is_file())
    return {str(path.relative_to(top)): sha256(path.read_bytes()) for path in found}


def test_a_tree_copied_by_rsync_is_not_copied_again_after_a_remount(mount, serve, tree):
    trip = on_a_trip(mount, serve)
    target = trip.top / "empty"
    run("rsync", "-a", f"{tree}/", f"{target}/", timeout=60).ok()
    assert queued(trip.mounted) == []
    seen = {p.removeprefix("empty/"): f.sha256 for p, f in trip.seen().items() if "empty/" in p}
    assert seen == files_of(tree)
    stored = [sha for path, sha in media_of(holdings(trip.server)).items() if "empty/" in path]
    assert sorted(stored) == sorted(seen.values())
    trip.mounted.unmount()
    again = mount(server=trip.server)
    written = len(trip.server.requests.writes())
    for options in ("-ai", "-ai --delete", "-anci --delete"):
        ran = run(
            "rsync", *options.split(), f"{tree}/", f"{again.path / 'empty'}/", timeout=60
        ).ok()
        files = [line for line in ran.stdout.splitlines() if not line.startswith(".d")]
        assert files == [], "nothing differs but perhaps the time of a directory"
    assert len(trip.server.requests.writes()) == written


def test_a_tree_copied_by_cp_is_the_same_after_a_remount(mount, serve, tree):
    trip = on_a_trip(mount, serve)
    run("cp", "-a", tree, trip.album, timeout=60).ok()
    trip.mounted.unmount()
    again = mount(server=trip.server)
    written = len(trip.server.requests.writes())
    run("diff", "-r", tree, again.path / "trip/tree").ok()
    run("cp", "-au", f"{tree}/.", again.path / "trip/tree", timeout=60).ok()
    assert len(trip.server.requests.writes()) == written


def parallel(tool, source, targets):
    """Runs a tool for each file of a directory, four at a time, in turn into the targets."""
    names = sorted(path.name for path in source.iterdir())
    lines = [f"{source / n}\0{targets[i % len(targets)]}" for i, n in enumerate(names)]
    return run("xargs", "-0", "-n2", "-P4", *tool, stdin="\0".join(lines), timeout=60)


@pytest.mark.parametrize("tool", [("cp",), ("rsync", "-a")], ids=" ".join)
@pytest.mark.parametrize("albums", [["trip"], ["trip", "other", "empty", ""]], ids=["one", "four"])
def test_four_copies_at_once_all_arrive(mount, serve, tmp_path, tool, albums):
    trip = on_a_trip(mount, serve)
    pictures = {f"p{n:02}.jpg": picture(200 + n) for n in range(16)}
    for name, data in pictures.items():
        put(tmp_path / "new" / name, data)
    parallel(tool, tmp_path / "new", [trip.top / album for album in albums]).ok()
    places = {name: albums[i % len(albums)] for i, name in enumerate(sorted(pictures))}
    trip.assert_now({f"{places[n]}/{n}".lstrip("/"): data for n, data in pictures.items()})


def test_four_trees_at_once_all_arrive_in_albums_of_their_own(mount, serve, tmp_path):
    trip = on_a_trip(mount, serve)
    wanted = {}
    for n in range(4):
        for m in range(6):
            data = picture(300 + 10 * n + m)
            put(tmp_path / f"tree{n}" / f"sub {m % 2}/p{m}.jpg", data)
            wanted[f"trip/tree{n}/sub {m % 2}/p{m}.jpg"] = data
    script = 'ls -d "$1"/tree? | xargs -P4 -I{} cp -r {} "$2"'
    run("sh", "-ec", script, "sh", tmp_path, trip.album, timeout=60).ok()
    trip.assert_now(wanted)


def test_photos_can_be_replaced_moved_and_deleted_while_others_arrive(mount, serve, tmp_path):
    trip = on_a_trip(mount, serve)
    pictures = {f"p{n:02}.jpg": picture(400 + n) for n in range(8)}
    for name, data in pictures.items():
        put(tmp_path / "new" / name, data)
    new = put(tmp_path / "other.jpg", picture(410))
    script = """
cp "$1"/* "$2/trip" & copying=$!
cp "$3" "$2/trip/a.jpg"; mv "$2/trip/b.jpg" "$2/other"; rm "$2/trip/c.jpg"
wait $copying
"""
    run("sh", "-ec", script, "sh", tmp_path / "new", trip.top, new, timeout=60).ok()
    changes = {f"trip/{name}": data for name, data in pictures.items()}
    changes |= {"trip/a.jpg": new.read_bytes(), "trip/c.jpg": None}
    trip.assert_now(changes, moved={"other/b.jpg": "trip/b.jpg"})


@pytest.mark.parametrize("upload", ["close", "background"])
def test_a_copy_stopped_in_the_middle_leaves_the_photo_as_it_was(mount, serve, tmp_path, upload):
    trip = on_a_trip(mount, serve, f"upload={upload}")
    data, pipe = picture(501, width=1600), tmp_path / "pipe"
    half = len(data) // 2
    os.mkfifo(pipe)
    path = trip.album / "a.jpg"
    with subprocess.Popen(["cp", pipe, path]) as copying, pipe.open("wb", 0) as source:
        source.write(data[:half])
        wait_for(lambda: run("stat", "-c%s", path).stdout == f"{half}\n", 10, "half of it is there")
        copying.send_signal(signal.SIGINT)
        assert copying.wait(20) == -signal.SIGINT
    wait_for(lambda: len(queued(trip.mounted)) == 1, 10, "it is refused")
    trip.assert_now({}, refused=1)
    kept = run("sha256sum", trip.top / ".g3fs/failed/a.jpg").ok().stdout.split()[0]
    assert kept == sha256(data[:half])
    assert trip.server.requests.writes() == []
    put(tmp_path / "whole.jpg", data)
    run("cp", tmp_path / "whole.jpg", path).ok()
    trip.assert_now({"trip/a.jpg": data})
