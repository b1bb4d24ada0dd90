"""The disk under the queue is full: programs are told, and nothing that was there is lost."""

import errno
import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.kernel.crashing import ALBUM, OLD, Scene, digest, library, photo
from tests.kernel.support import run, wait_for

MIB = 1024 * 1024
DISK_BYTES = 8 * MIB
LIMIT_S = 30.0
FULL = os.strerror(errno.ENOSPC)


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Path]:
    """A small disk of its own for what is not on the server yet."""
    if os.geteuid() != 0:
        pytest.skip("only root can mount a small disk")
    path = tmp_path / "disk"
    path.mkdir()
    size = f"size={DISK_BYTES}"
    run("mount", "-t", "tmpfs", "-o", size, "tmpfs", path).ok()
    try:
        yield path
    finally:
        run("umount", "-l", path)


@pytest.fixture
def scene(mount, serve, tmp_path, disk):
    return Scene(mount, serve(library=library()), tmp_path / "scene", XDG_DATA_HOME=str(disk))


@pytest.fixture
def large(tmp_path):
    """A photo that is larger than the disk."""
    path = tmp_path / "large.jpg"
    path.write_bytes(photo("large", DISK_BYTES + MIB))
    return path


@pytest.fixture
def small(tmp_path):
    path = tmp_path / "small.jpg"
    path.write_bytes(photo("small"))
    return path


def free_bytes(disk):
    facts = os.statvfs(disk)
    return facts.f_bavail * facts.f_frsize


def fill(disk, left_bytes=0):
    """Take all the room but this."""
    with (disk / "filling").open("wb", buffering=0) as file:
        left = free_bytes(disk) - left_bytes
        while left > 0 and (done := _written(file, min(left, MIB))):
            left -= done


def _written(file, size):
    try:
        return file.write(bytes(size))
    except OSError:
        return 0 if size == 1 else _written(file, 1)


def originals(scene):
    return {path: shown.sha256 for path, shown in scene.server.site.snapshot().items()}


def test_a_file_that_is_too_large_for_the_disk_is_refused_while_it_is_written(
    scene, disk, large, small
):
    mounted = scene.mount()
    before, free = originals(scene), free_bytes(disk)
    ran = run("cp", large, scene.album / "new.jpg")
    assert ran.returncode == 1
    assert FULL in ran.stderr
    wait_for(lambda: free_bytes(disk) >= free - MIB // 4, LIMIT_S, "the room given back")
    assert originals(scene) == before
    assert run("ls", scene.album).ok().stdout.split() == list(OLD)
    run("cp", small, scene.album / "new.jpg").ok()
    assert originals(scene) == {**before, f"{ALBUM}/new.jpg": digest(small.read_bytes())}
    assert scene.in_stage("failed") == []
    assert mounted.unmount() == 0


@pytest.mark.parametrize(
    "tool", ['cp "$1" "$2"', 'rsync "$1" "$2"', 'rsync --inplace "$1" "$2"', 'cat "$1" >> "$2"']
)
def test_what_is_there_survives_a_replacement_that_is_too_large(scene, disk, large, small, tool):
    mounted = scene.mount()
    before, free = originals(scene), free_bytes(disk)
    old = scene.album / OLD[0]
    assert run("sh", "-c", tool, "sh", large, old).returncode != 0
    wait_for(lambda: free_bytes(disk) >= free - MIB // 4, LIMIT_S, "the room given back")
    assert originals(scene) == before
    assert run("sha256sum", old).ok().stdout.split()[0] == before[f"{ALBUM}/{OLD[0]}"]
    run("cp", small, old).ok()
    after = {**before, f"{ALBUM}/{OLD[0]}": digest(small.read_bytes())}
    assert originals(scene) == after
    assert scene.server.site.complaints() == []
    assert scene.in_stage("failed") == []
    assert mounted.unmount() == 0


def test_a_disk_with_no_room_at_all_is_no_reason_to_end(scene, disk, small):
    mounted = scene.mount()
    before = originals(scene)
    fill(disk)
    for target in ("new.jpg", OLD[0], ".new.jpg.Ab12Cd"):
        ran = run("cp", small, scene.album / target)
        assert FULL in ran.stderr
    assert originals(scene) == before
    assert scene.digests().keys() == {path for path in before if path.endswith(".jpg")}
    (disk / "filling").unlink()
    run("cp", small, scene.album / "new.jpg").ok()
    assert originals(scene) == {**before, f"{ALBUM}/new.jpg": digest(small.read_bytes())}
    assert mounted.unmount() == 0


def test_the_journal_has_room_for_what_needs_none(scene, disk, small):
    mounted = scene.mount()
    staged, item = scene.album / ".new.jpg.Ab12Cd", scene.album / "new.jpg"
    run("cp", small, staged).ok()
    fill(disk)
    run("touch", scene.album / "empty.jpg").ok()
    run("mv", staged, item).ok()
    run("mv", scene.album / OLD[0], scene.album / f"{OLD[0]}~").ok()
    run("rm", scene.album / "empty.jpg").ok()
    assert mounted.unmount() == 0
    again = scene.mount()
    names = set(run("ls", scene.album).ok().stdout.split())
    assert names == {"new.jpg", f"{OLD[0]}~", *OLD[1:]}
    assert originals(scene)[f"{ALBUM}/new.jpg"] == digest(small.read_bytes())
    assert again.unmount() == 0


def test_a_queue_that_fills_the_disk_is_emptied_when_the_server_is_back(scene, disk, tmp_path):
    first = scene.mount("upload=background")
    before = originals(scene)
    run("ls", scene.album).ok()
    scene.server.hang_up()
    accepted = {}
    for number in range(20):
        source = tmp_path / f"{number}.jpg"
        source.write_bytes(photo(f"number {number}", MIB))
        if run("cp", source, scene.album / source.name).returncode == 0:
            accepted[f"{ALBUM}/{source.name}"] = digest(source.read_bytes())
    assert 4 <= len(accepted) < DISK_BYTES / MIB
    fill(disk)
    assert first.unmount() == 0
    scene.server.listen()
    second = scene.mount("upload=background")
    scene.settle()
    assert originals(scene) == before | accepted
    assert scene.in_stage("failed") == []
    assert second.unmount() == 0
    (disk / "filling").unlink()
    assert free_bytes(disk) > DISK_BYTES - MIB
