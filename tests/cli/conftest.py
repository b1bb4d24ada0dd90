"""Fixtures of the command line tests: a demo gallery, a home, and mounts that always end."""

import os
import re
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest

from g3fs.demo.server import DemoServer
from tests.cli.scenes import Scene
from tests.cli.support import G3fs, daemons
from tests.kernel.support import run, wait_for, why_no_fuse

MOUNTING = (
    "test_mount",
    "test_demo",
    "test_helper",
    "test_secrets",
    "test_standin",
    "test_writing",
)


@pytest.fixture(autouse=True)
def _fuse(request):
    """Skips tests that mount where that cannot be; in CI it is a failure."""
    if not request.path.name.startswith(MOUNTING):
        return
    reason = why_no_fuse()
    if reason is not None and os.environ.get("CI") == "true":
        pytest.fail(reason)
    if reason is not None:
        pytest.skip(reason)


@pytest.fixture(scope="module")
def shared_gallery() -> Iterator[DemoServer]:
    with DemoServer() as server:
        yield server


@pytest.fixture
def gallery(shared_gallery: DemoServer) -> Iterator[DemoServer]:
    """A demo gallery without faults; what a test breaks is repaired for the next."""
    yield shared_gallery
    shared_gallery.faults.clear()


@pytest.fixture
def g3fs(tmp_path: Path) -> Iterator[G3fs]:
    """Runs commands in a home of the test's own; whatever they mounted is gone afterwards."""
    (tmp_path / "tmp").mkdir()
    home = tmp_path / "home"
    home.mkdir()
    yield G3fs(home=home, scratch=tmp_path / "tmp")
    for _ in range(3):  # mounts may be stacked
        for line in Path("/proc/self/mountinfo").read_text().splitlines():
            place = re.sub(r"\\([0-7]{3})", lambda m: chr(int(m[1], 8)), line.split(" ")[4])
            if Path(place).is_relative_to(tmp_path):
                run("fusermount3", "-uz", place)
    left = daemons(tmp_path)
    try:
        wait_for(lambda: not daemons(tmp_path), 5.0, f"the end of {left}")
    except AssertionError:
        for pid in daemons(tmp_path):
            os.kill(pid, signal.SIGKILL)
        raise


@pytest.fixture
def place(tmp_path: Path) -> Path:
    """An empty directory to mount on."""
    directory = tmp_path / "place"
    directory.mkdir()
    return directory


@pytest.fixture
def scene(tmp_path: Path, place: Path) -> Iterator[Scene]:
    """A stand-in mount that goes by a script."""
    scene = Scene(tmp_path / "scene", place)
    yield scene
    if scene.mounted is not None:
        scene.mounted.destroy()
