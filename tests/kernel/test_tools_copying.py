"""Tools that bring files into the gallery: new ones, and ones over photos that are there."""

import pytest

from tests.kernel.matrix import STAMP_NS, on_a_trip, picture, put
from tests.kernel.support import run

SEVERAL_DD = 'for f in "$1"/*; do dd if="$f" of="$2/${f##*/}" status=none %s; done'
COPIES = {
    "cp": 'cp "$1"/* "$2"',
    "cp -n": 'cp -n "$1"/* "$2"',
    "install": 'install -m 640 "$1"/* "$2"',
    "cat": 'for f in "$1"/*; do cat "$f" > "$2/${f##*/}"; done',
    "dd": SEVERAL_DD % "bs=977",
    "dd, other blocks": SEVERAL_DD % "ibs=100 obs=4099 conv=fsync",
    "unzip": '(cd "$1"; python3 -m zipfile -c ../zip *); unzip -q -o "$1/../zip" -d "$2"',
    "gio copy": 'gio copy "$1"/* "$2"',
}
FAITHFUL_COPIES = {
    "cp -a": 'cp -a "$1"/* "$2"',
    "cp -p": 'cp -p "$1"/* "$2"',
    "install -p": 'install -p "$1"/* "$2"',
    "tar x": 'tar cf - -C "$1" . | tar xf - -C "$2"',
    "tar x --xattrs": 'tar --xattrs -cf - -C "$1" . | tar --xattrs -xf - -C "$2"',
    "rsync -a": 'rsync -a "$1/" "$2/"',
    "rsync -aX": 'rsync -aX "$1/" "$2/"',
    "rsync --inplace": 'rsync -a --inplace "$1/" "$2/"',
    "mv": 'mv "$1"/* "$2"',
}
ALL = COPIES | FAITHFUL_COPIES
TIMES_TO_THE_SECOND = {"tar x", "install -p"}


def sh(script, *argv):
    """A line of shell."""
    return run("sh", "-ec", script, "sh", *argv)


@pytest.fixture
def new(tmp_path):
    """Three pictures outside of the gallery."""
    source = tmp_path / "new"
    put(source / "x.jpg", picture(11))
    put(source / "y_1.jpg", picture(12, width=640))
    put(source / "z.png", picture(13, "PNG"))
    return source


def added(new, album="trip"):
    return {f"{album}/{file.name}": file.read_bytes() for file in new.iterdir()}


@pytest.mark.parametrize("tool", COPIES)
def test_new_files_become_items(mount, serve, new, tool):
    trip, wanted = on_a_trip(mount, serve), added(new)
    sh(COPIES[tool], new, trip.album).ok()
    trip.assert_now(wanted)


@pytest.mark.parametrize("tool", FAITHFUL_COPIES)
def test_new_files_become_items_with_the_times_of_their_sources(mount, serve, new, tool):
    trip, wanted = on_a_trip(mount, serve), added(new)
    sh(FAITHFUL_COPIES[tool], new, trip.album).ok()
    seen = trip.assert_now(wanted)
    unit = 10**9 if tool in TIMES_TO_THE_SECOND else 1
    assert {seen[path].mtime_ns // unit for path in wanted} == {STAMP_NS // unit}
    assert (list(new.iterdir()) == []) == (tool == "mv")


@pytest.fixture
def other(tmp_path):
    """Other pictures of the same names."""
    source = tmp_path / "other"
    put(source / "a.jpg", picture(21))
    put(source / "c.jpg", picture(22, width=640))
    return source


MAKING_ANEW = {"unzip", "install", "install -p", "mv", "tar x", "tar x --xattrs"}
"""Tools that delete what is there first: the names are the same, the items are not."""


@pytest.mark.parametrize("tool", sorted(ALL.keys() - {"cp -n"} - MAKING_ANEW))
def test_files_over_photos_replace_their_data_and_keep_the_items(mount, serve, other, tool):
    trip, wanted = on_a_trip(mount, serve), added(other)
    sh(ALL[tool], other, trip.album).ok()
    trip.assert_now(wanted)


@pytest.mark.parametrize("tool", sorted(MAKING_ANEW))
def test_tools_that_delete_before_they_write_make_new_items(mount, serve, other, tool):
    trip, wanted = on_a_trip(mount, serve), added(other)
    sh(ALL[tool], other, trip.album).ok()
    trip.assert_now(wanted, anew=wanted)


@pytest.mark.parametrize("tool", ["cp -n", "cp -u", "rsync --ignore-existing", "mv -n"])
def test_what_is_there_is_left_alone_by_tools_that_were_told_so(mount, serve, other, tool):
    trip = on_a_trip(mount, serve)
    put(other / "new.jpg", picture(23))
    wanted = {"trip/new.jpg": (other / "new.jpg").read_bytes()}
    run("sh", "-ec", f'{tool} "$1"/* "$2"', "sh", other, trip.album)  # mv tells that it did not
    trip.assert_now(wanted)


@pytest.mark.parametrize(
    ("tool", "again"), [("cp -p", "cp -pu"), ("cp -a", "cp -au"), ("rsync -a", "rsync -a")]
)
def test_a_faithful_copy_done_again_writes_nothing(mount, serve, other, tool, again):
    trip = on_a_trip(mount, serve)
    wanted = added(other)
    sh(f'{tool} "$1"/* "$2"', other, trip.album).ok()
    written = len(trip.server.requests.writes())
    sh(f'{again} "$1"/* "$2"', other, trip.album).ok()
    assert len(trip.server.requests.writes()) == written
    trip.assert_now(wanted)


def test_a_backup_of_the_photo_stays_on_this_machine(mount, serve, other):
    trip, wanted = on_a_trip(mount, serve), added(other)
    sh('cp -b "$1"/* "$2"', other, trip.album).ok()
    backups = {f"{path}~": trip.original(path) for path in wanted}
    trip.assert_now(wanted, here=backups)
