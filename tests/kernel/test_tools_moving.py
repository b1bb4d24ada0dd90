"""Moving photos and albums: in, out, within, over each other, from one gallery to another."""

import pytest

from tests.kernel.matrix import (
    STAMP_NS,
    Trip,
    assert_same_item,
    holdings,
    media_of,
    on_a_trip,
    picture,
    put,
    trip_library,
)
from tests.kernel.remote import ERRNO_OF, python
from tests.kernel.support import run


def sh(script, *argv):
    """A line of shell."""
    return run("sh", "-ec", script, "sh", *argv)


def uploads(trip):
    """How many bytes of pictures the server has got."""
    return sum(entry.received for entry in trip.server.requests.writes() if entry.received > 1500)


@pytest.mark.parametrize("tool", ["mv", "gio move", "rsync -aX --remove-source-files"])
def test_photos_moved_out_are_gone_here_and_whole_there(mount, serve, tmp_path, tool):
    trip = on_a_trip(mount, serve)
    out = tmp_path / "out"
    out.mkdir()
    sh(f'{tool} "$1/a.jpg" "$1/c.jpg" "$2"', trip.album, out).ok()
    for name in ("a.jpg", "c.jpg"):
        assert (out / name).read_bytes() == trip.original(f"trip/{name}")
    listed = run("getfattr", "-d", "--absolute-names", out / "a.jpg").ok().stdout
    assert 'user.xdg.comment="Description 1"' in listed
    trip.assert_now({"trip/a.jpg": None, "trip/c.jpg": None})


@pytest.mark.parametrize(
    ("script", "moved"),
    [
        ('mv "$1/trip/a.jpg" "$1/trip/new.jpg"', {"trip/new.jpg": "trip/a.jpg"}),
        ('mv "$1/trip/a.jpg" "$1/other"', {"other/a.jpg": "trip/a.jpg"}),
        ('mv "$1/trip/a.jpg" "$1/empty/x y.jpeg"', {"empty/x y.jpeg": "trip/a.jpg"}),
        ('mv "$1/trip/a.jpg" "$1"', {"a.jpg": "trip/a.jpg"}),
        ('gio move "$1/trip/a.jpg" "$1/other/z.jpg"', {"other/z.jpg": "trip/a.jpg"}),
        ('cd "$1"; mv trip/a.jpg t.jpg; mv trip/b.jpg trip/a.jpg; mv t.jpg trip/b.jpg',
         {"trip/a.jpg": "trip/b.jpg", "trip/b.jpg": "trip/a.jpg"}),
        ('cd "$1/trip"; for f in *.jpg; do mv "$f" "n-$f"; done',
         {f"trip/n-{n}.jpg": f"trip/{n}.jpg" for n in "abc"}),
        ('mv "$1/trip" "$1/journey"',
         {"journey": "trip", **{f"journey/{n}.jpg": f"trip/{n}.jpg" for n in "abc"}}),
        ('mv "$1/trip" "$1/other"',
         {"other/trip": "trip", **{f"other/trip/{n}.jpg": f"trip/{n}.jpg" for n in "abc"}}),
    ],
)  # fmt: skip
def test_moving_within_the_gallery_sends_no_data(mount, serve, script, moved):
    trip = on_a_trip(mount, serve)
    sh(script, trip.top).ok()
    trip.assert_now({}, moved=moved)
    assert uploads(trip) == 0


def test_a_photo_renamed_over_another_takes_its_name_and_keeps_its_own_identity(mount, serve):
    trip = on_a_trip(mount, serve)
    sh('cd "$1"; mv trip/a.jpg trip/b.jpg; mv -f other/d.jpg trip/c.jpg', trip.top).ok()
    trip.assert_now({}, moved={"trip/b.jpg": "trip/a.jpg", "trip/c.jpg": "other/d.jpg"})
    assert uploads(trip) == 0


@pytest.mark.parametrize(
    ("script", "message"),
    [
        ('mv -T "$1/trip" "$1/other"', "not empty"),
        ('mv -T "$1/trip/a.jpg" "$1/other"', "directory"),
        ('mv -T "$1/trip" "$1/other/d.jpg"', "directory"),
        ('mv "$1/trip" "$1/trip/a"', "subdirectory of itself"),
        ('mv "$1/trip/a.jpg" "$1/trip/a.txt"', "cannot move"),
    ],
)
def test_what_cannot_be_moved_stays(mount, serve, script, message):
    trip = on_a_trip(mount, serve)
    moved = sh(script, trip.top)
    assert moved.returncode != 0
    assert message in moved.stderr
    trip.assert_now({})


def test_an_album_takes_the_place_of_an_empty_one(mount, serve):
    trip = on_a_trip(mount, serve)
    sh('mv -T "$1/trip" "$1/empty"', trip.top).ok()
    photos = {f"empty/{n}.jpg": f"trip/{n}.jpg" for n in "abc"}
    trip.assert_now({}, moved={"empty": "trip", **photos})


def test_a_move_that_may_not_replace_does_not(mount, serve):
    trip = on_a_trip(mount, serve)
    script = (
        ERRNO_OF
        + """
import ctypes
libc = ctypes.CDLL(None, use_errno=True)
def renameat2(old, new, flags):
    if libc.renameat2(-100, old.encode(), -100, new.encode(), flags):
        raise OSError(ctypes.get_errno(), "renameat2")
for flags in (1, 2, 4, 3):
    print(errno_of(renameat2, sys.argv[1] + "/a.jpg", sys.argv[1] + "/b.jpg", flags))
"""
    )
    answers = python(script, trip.album).ok().stdout.split()
    assert answers == ["EEXIST", "EINVAL", "EINVAL", "EINVAL"]
    trip.assert_now({})


def test_a_directory_tree_moved_in_arrives_whole(mount, serve, tmp_path):
    trip = on_a_trip(mount, serve)
    wanted = {}
    for number, path in enumerate(("x.jpg", "deep/y.jpg", "deep/er/z.jpg", "deep/er/b.png")):
        data = picture(40 + number, "PNG" if path.endswith("png") else "JPEG")
        put(tmp_path / "tree" / path, data)
        wanted[f"trip/tree/{path}"] = data
    run("mv", tmp_path / "tree", trip.album).ok()
    seen = trip.assert_now(wanted)
    assert {seen[path].mtime_ns for path in wanted} == {STAMP_NS}
    assert not (tmp_path / "tree").exists()


@pytest.fixture
def two(mount, serve):
    """A gallery with photos that say something of themselves, and one with two empty albums."""
    source, target = on_a_trip(mount, serve), serve(library=trip_library(photos=False))
    return source, Trip(mount(server=target))


@pytest.mark.parametrize(
    "tool", ["rsync -aX", "rsync -aX --inplace", "cp -a", "tar --xattrs"]
)  # fmt: skip
def test_a_copy_from_one_gallery_to_another_carries_what_people_wrote(two, tool):
    source, target = two
    script = {
        "cp -a": 'cp -a "$1/." "$2"',
        "tar --xattrs": 'tar --format=posix --xattrs -C "$1" -cf - . | tar --xattrs -C "$2" -xf -',
    }.get(tool, f'{tool} "$1/" "$2/"')
    sh(script, source.album, target.album).ok()
    held = holdings(target.server)
    for name in ("a.jpg", "b.jpg", "c.jpg"):
        old, new = source.first[f"trip/{name}"], held[f"trip/{name}"]
        assert (new.sha256, new.title, new.description) == (old.sha256, old.title, old.description)
        assert (new.tags, new.captured) == (old.tags, old.captured)
    seen = target.seen()
    wanted = {
        path: digest for path, digest in media_of(source.first).items() if "d.jpg" not in path
    }
    assert {path: file.sha256 for path, file in seen.items()} == wanted
    ours = source.seen()
    if tool != "tar --xattrs":
        assert {p: f.mtime_ns for p, f in seen.items()} == {p: ours[p].mtime_ns for p in seen}
    written = len(target.server.requests.writes())
    sh('rsync -aX "$1/" "$2/"', source.album, target.album).ok()
    assert len(target.server.requests.writes()) == written, "there is nothing to do any more"


def test_an_rsync_over_photos_of_another_gallery_brings_them_into_line(mount, serve):
    source, target = on_a_trip(mount, serve), on_a_trip(mount, serve)
    sh('cd "$1"; setfattr -n user.xdg.tags -v "new,sea" a.jpg', source.album).ok()
    sh('cd "$1"; setfattr -n user.xdg.comment -v "Told anew" a.jpg', source.album).ok()
    sh('cd "$1"; setfattr -x user.xdg.comment b.jpg', source.album).ok()
    new = picture(44)
    put(source.top.parent / "new.jpg", new)
    run("cp", source.top.parent / "new.jpg", source.album / "c.jpg").ok()
    sh('rsync -aX "$1/" "$2/"', source.album, target.album).ok()
    held = holdings(target.server)
    assert held["trip/a.jpg"].tags == ("new", "sea")
    assert held["trip/a.jpg"].description == "Told anew"
    assert held["trip/b.jpg"].description is None
    assert_same_item(target.first["trip/c.jpg"], held["trip/c.jpg"])
    assert {path: item.comments for path, item in held.items()} == {
        path: item.comments for path, item in target.first.items()
    }
    assert media_of(held) == media_of(holdings(source.server))
