"""A mount that is told to end while a file is on its way: it ends soon, and loses nothing."""

import signal
import subprocess

import pytest

from tests.kernel.crashing import ALBUM, OLD, Scene, digest, library, photo
from tests.kernel.support import MOUNT_LIMIT_S, run, wait_for

SIZE_BYTES = 4_000_000
BYTES_PER_S = 100_000
"""So that the file would be on its way for 40 s."""
LIMIT_S = 30.0
AT_ONCE_S = 8.0
"""Less than a mount waits for files that only it has."""


@pytest.fixture
def scene(mount, serve, tmp_path):
    scene = Scene(mount, serve(library=library()), tmp_path / "scene")
    for method in ("POST", "PUT"):
        scene.server.faults.plant(
            "upload_throttle", method=method, resource="item", rate=BYTES_PER_S, times=1
        )
    return scene


@pytest.fixture
def large(tmp_path):
    path = tmp_path / "large.jpg"
    path.write_bytes(photo("large", SIZE_BYTES))
    return path


def is_on_its_way(scene):
    return any(entry.received for entry in scene.server.requests.writes())


def stored(scene, name):
    return {
        path: shown.sha256
        for path, shown in scene.server.site.snapshot().items()
        if path == f"{ALBUM}/{name}" or path.startswith(f"{ALBUM}/{name.removesuffix('.jpg')}-")
    }


def end(mounted, number, limit_s=MOUNT_LIMIT_S):
    mounted.process.send_signal(number)
    assert mounted.process.wait(limit_s) == 0, mounted.log


@pytest.mark.parametrize("name", ["new.jpg", OLD[0]])
def test_an_accepted_file_is_sent_by_the_next_mount(scene, large, name):
    first = scene.mount("upload=background")
    before = scene.server.site.snapshot()
    run("cp", large, scene.album / name).ok()
    wait_for(lambda: is_on_its_way(scene), LIMIT_S, "the file on its way")
    end(first, signal.SIGTERM, AT_ONCE_S)
    assert f"{ALBUM}/new.jpg" not in scene.server.site.snapshot()
    second = scene.mount("upload=background")
    scene.settle()
    assert stored(scene, name) == {f"{ALBUM}/{name}": digest(large.read_bytes())}
    now = scene.server.site.snapshot()
    assert {path: now[path].id for path in before} == {path: before[path].id for path in before}
    assert scene.in_stage("failed") == []
    assert second.unmount() == 0


@pytest.mark.parametrize(("name", "number"), [("new.jpg", signal.SIGTERM), (OLD[0], signal.SIGINT)])
def test_a_file_whose_close_did_not_return_is_not_lost(scene, large, name, number):
    first = scene.mount()
    before = scene.server.site.snapshot()
    with subprocess.Popen(["cp", large, scene.album / name], stderr=subprocess.PIPE) as copying:
        wait_for(lambda: is_on_its_way(scene), LIMIT_S, "the file on its way")
        end(first, number)
        _, complaint = copying.communicate(timeout=LIMIT_S)
    assert copying.returncode == 1, complaint
    scene.server.faults.clear()
    second = scene.mount()
    scene.settle()
    kept = scene.in_stage("failed")
    old = {} if name not in OLD else {f"{ALBUM}/{name}": before[f"{ALBUM}/{name}"].sha256}
    new = {f"{ALBUM}/{name}": digest(large.read_bytes())}
    assert stored(scene, name) == (old if kept else new)
    run("cp", large, scene.album / name).ok()
    assert stored(scene, name) == new
    assert scene.in_stage("failed") == []
    assert scene.server.site.complaints() == []
    assert second.unmount() == 0
