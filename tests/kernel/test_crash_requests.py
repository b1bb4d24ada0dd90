"""A mount that is killed at any request to the server: nothing is lost, nothing is there twice."""

import re
import subprocess
from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.kernel.crashing import ALBUM, Job, Scene, digest, kill, library, photo
from tests.kernel.support import run, wait_for

PHOTOS = [Job(name=f"photo-{number}.jpg", tool='cp "$1" "$2"') for number in range(10)]
REQUESTS = {
    "stall": [1, 4, 8, 15, 22],
    "stall_after": [2, 5, 14, 21],
}
"""At which request since `cp` began: one that the gallery never sees, or one that it has carried
out without a word."""
AT_ONCE = 4
LIMIT_S = 30.0


@pytest.mark.parametrize("upload", ["close", "background"])
def test_a_copied_tree_is_whole_after_a_kill_at_any_request(mount, serve, tmp_path, upload):
    cuts = [(action, request) for action, requests in REQUESTS.items() for request in requests]
    cuts = cuts if upload == "close" else cuts[1::2]
    with ThreadPoolExecutor(AT_ONCE) as pool:
        killed = [
            pool.submit(
                _kill,
                Scene(mount, serve(library=library()), tmp_path / action / str(request)),
                request,
                action,
                f"upload={upload}",
            )
            for action, request in cuts
        ]
        for each in killed:
            each.result()


def test_a_file_written_anew_before_its_upload_was_answered_is_one_item_after_a_kill(
    mount, serve, tmp_path
):
    scene = Scene(mount, serve(library=library()), tmp_path / "scene")
    sources = {name: tmp_path / name for name in ("first", "second")}
    for name, source in sources.items():
        source.write_bytes(photo(name))
    victim = scene.mount("upload=background")
    run("ls", scene.album).ok()
    before = len(scene.server.site.snapshot())
    scene.server.faults.plant("stall_after", method="POST", resource="item", times=1)
    run("cp", sources["first"], scene.album / "new.jpg").ok()
    wait_for(lambda: len(scene.server.site.snapshot()) > before, LIMIT_S, "the upload")
    run("cp", sources["second"], scene.album / "new.jpg").ok()
    kill(victim)
    mounted = scene.mount("upload=background")
    scene.settle()
    now = scene.server.site.snapshot()
    assert scene.in_stage("failed") == [], mounted.log
    assert now[f"{ALBUM}/new.jpg"].sha256 == digest(photo("second"))
    assert len(now) == before + 1
    assert mounted.unmount() == 0


def _kill(scene: Scene, request: int, action: str, options: str) -> None:
    victim = scene.mount(options)
    scene.server.requests.clear()
    scene.server.faults.plant(action, skip=request - 1, times=1)
    for job in PHOTOS:
        scene.source(job)
    with subprocess.Popen(
        ["cp", "-rv", f"{scene.sources}/.", scene.album],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as copying:
        assert scene.server.requests.wait_for(request, LIMIT_S), scene.server.requests.counts()
        kill(victim)
        begun, complaints = copying.communicate(timeout=LIMIT_S)
    done = [job for job in PHOTOS if _named(begun, job) and not _named(complaints, job)]
    scene.recover(PHOTOS, done, options)


def _named(text: str, job: Job) -> bool:
    return re.search(rf"/{re.escape(job.name)}'", text) is not None
