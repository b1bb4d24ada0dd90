"""What a mount leaves behind is taken over by the next one, and by one only."""

from pathlib import Path

import pytest

from tests.kernel.crashing import (
    ALBUM,
    OLD,
    Scene,
    digest,
    in_stage,
    kill,
    library,
    photo,
    settle,
    wait_for_death,
)
from tests.kernel.support import run, run_g3fs

BEHIND = "upload=background"
STAGED = ".staged-{}.jpg.Ab12Cd"


@pytest.fixture
def scene(mount, serve, tmp_path):
    return Scene(mount, serve(library=library()), tmp_path / "scene")


@pytest.fixture
def places(tmp_path):
    """Where several mounts are."""
    return [tmp_path / f"place{number}" for number in range(3)]


def put(place, tmp_path, name, text=""):
    """Copy a photo of these words into the album of a mount; the path of the item to be."""
    source = tmp_path / "source.jpg"
    source.write_bytes(photo(text or name))
    run("cp", source, place / ALBUM / name).ok()
    return f"{ALBUM}/{name}"


def leave(place, tmp_path, number):
    """Let a mount have a queued, a staged and a parked file; what is queued."""
    run("ls", place / ALBUM).ok()
    put(place, tmp_path, STAGED.format(number))
    old = place / ALBUM / OLD[number]
    run("mv", old, f"{old}~").ok()
    return [put(place, tmp_path, f"new-{number}-{n}.jpg") for n in range(3)]


def stored(scene, path):
    shown = scene.server.site.snapshot().get(path)
    return None if shown is None else shown.sha256


def wanted(path):
    return digest(photo(Path(path).name))


def names(place):
    return set(run("ls", "-A", place / ALBUM).ok().stdout.split())


def test_mounts_have_queues_of_their_own_and_the_next_takes_over_what_is_left(
    scene, places, tmp_path
):
    dying, living, heir = places
    killed, other = scene.mount(BEHIND, at=dying), scene.mount(BEHIND, at=living)
    run("ls", dying / ALBUM, living / ALBUM).ok()
    scene.server.hang_up()
    left, kept = put(dying, tmp_path, "left.jpg"), put(living, tmp_path, "kept.jpg")
    assert (in_stage(dying, "queued"), in_stage(living, "queued")) == ([left], [kept])
    kill(killed)
    scene.server.listen()
    third = scene.mount(BEHIND, at=heir)
    settle(heir)
    settle(living)
    assert [stored(scene, path) for path in (left, kept)] == [wanted(left), wanted(kept)]
    assert len(scene.server.site.snapshot()) == 2 + len(OLD) + 2
    assert [mounted.unmount() for mounted in (third, other)] == [0, 0]


@pytest.mark.parametrize(
    "failpoint", [None, "queue.after_merge_insert:1", "queue.after_merge_move:2"]
)
def test_what_several_mounts_left_is_brought_together(scene, places, tmp_path, failpoint):
    mounts = [scene.mount(BEHIND, at=place) for place in places[:2]]
    for place in places[:2]:
        run("ls", place / ALBUM).ok()
    scene.server.hang_up()
    paths = [path for number in range(2) for path in leave(places[number], tmp_path, number)]
    for mounted in mounts:
        kill(mounted)
    scene.server.listen()
    if failpoint is not None:
        wait_for_death(scene.mount(BEHIND, failpoint=failpoint, wait=False))
    heir = scene.mount(BEHIND)
    scene.settle()
    assert {path: stored(scene, path) for path in paths} == {path: wanted(path) for path in paths}
    assert len(scene.server.site.snapshot()) == 2 + len(OLD) + len(paths)
    assert scene.server.site.complaints() == []
    shown = {Path(path).name for path in paths} | {*OLD[2:], f"{OLD[0]}~", f"{OLD[1]}~"}
    assert names(scene.mountpoint) == shown | {STAGED.format(number) for number in range(2)}
    assert heir.unmount() == 0


def test_of_two_files_of_one_name_one_is_stored_and_the_other_kept(scene, places, tmp_path):
    mounts = [scene.mount(BEHIND, at=place) for place in places[:2]]
    for place in places[:2]:
        run("ls", place / ALBUM).ok()
    scene.server.hang_up()
    for place, text in zip(places, ("one", "two"), strict=False):
        put(place, tmp_path, "same.jpg", text)
    for mounted in mounts:
        kill(mounted)
    scene.server.listen()
    heir = scene.mount(BEHIND)
    scene.settle()
    (failed,) = scene.in_stage("failed")
    bytes_kept = run("sha256sum", scene.mountpoint / ".g3fs/failed/same.jpg").ok().stdout.split()[0]
    both = {stored(scene, failed), bytes_kept}
    assert both == {digest(photo("one")), digest(photo("two"))}
    assert len(scene.server.site.snapshot()) == 2 + len(OLD) + 1
    assert heir.unmount() == 0


def test_what_waits_when_somebody_unmounts_is_sent_by_the_next_mount(scene, tmp_path, home):
    scene.server.faults.plant("status", method="POST", resource="item", status=503)
    first = scene.mount(BEHIND)
    paths = leave(scene.mountpoint, tmp_path, 0)
    assert first.unmount() == 0
    second = scene.mount(BEHIND)
    assert scene.in_stage("queued") == paths
    told = run_g3fs("umount", scene.mountpoint, "--timeout", "0.2", **home)
    assert told.returncode == 6
    assert all(path in told.stdout for path in paths)
    assert second.wait() == 0
    scene.server.faults.clear()
    third = scene.mount(BEHIND)
    told = run_g3fs("umount", scene.mountpoint, **home)
    assert STAGED.format(0) in told.ok().stdout
    assert third.wait() == 0
    assert {path: stored(scene, path) for path in paths} == {path: wanted(path) for path in paths}
