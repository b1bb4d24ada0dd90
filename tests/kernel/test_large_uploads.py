"""A large file on its way to the server holds up nobody else."""

import hashlib
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from g3fs.demo.library import Album, Library
from g3fs.demo.proxy import DelayProxy
from g3fs.demo.proxy_link import Conditions
from g3fs.demo.server import DemoServer
from tests.kernel.support import Mount, run, run_g3fs, wait_for
from tests.kernel.writing import Hands, photo, picture, queue_of, status_of

LARGE = 20_000_000
SLOW = Conditions(round_trip_s=0.0, up_bytes_per_s=300_000)
"""The large file would take more than a minute."""
FAST = Conditions(round_trip_s=0.0)
PROMISED_S = 5.0
"""In which others are answered meanwhile."""
LIMIT_S = 60.0


@dataclass(frozen=True, kw_only=True)
class Scene:
    """A mount over a slow line, and a large file."""

    server: DemoServer
    mounted: Mount
    proxy: DelayProxy
    hands: Hands
    large: Path

    @property
    def trip(self) -> Path:
        return self.mounted.path / "trip"

    def wait_until_on_its_way(self) -> None:
        def is_moving() -> bool:
            return bool(status_of(self.mounted, self.hands)["queue"]["sent_bytes_of_uploads"])

        wait_for(is_moving, LIMIT_S, "the large file is on its way")

    @contextmanager
    def copying(self, name: str) -> Iterator[subprocess.Popen[bytes]]:
        """Copy the large file into the album, the last part of it without delay."""
        with subprocess.Popen(["cp", self.large, self.trip / name]) as process:
            try:
                yield process
            finally:
                self.proxy.set(FAST)

    def has(self, path: str) -> bool:
        """Whether the gallery has the large file there, once."""
        digest = hashlib.sha256(self.large.read_bytes()).hexdigest()
        found = [p for p, item in self.server.site.snapshot().items() if item.sha256 == digest]
        assert found in ([], [path])
        return bool(found)


@pytest.fixture
def scene(mount, serve, tmp_path):
    photos = (photo("a.jpg"), photo("b.jpg"))
    albums = (Album(name="trip", children=photos), Album(name="other", children=(photo("c.jpg"),)))
    server = serve(library=Library(children=albums))
    mounted = mount("timeout=10", server=server, conditions=SLOW, limit_s=120.0)
    large = tmp_path / "large.jpg"
    large.write_bytes(picture("large", LARGE))
    assert mounted.proxy is not None
    with Hands() as hands:
        yield Scene(server=server, mounted=mounted, proxy=mounted.proxy, hands=hands, large=large)


def test_others_are_answered_while_a_large_file_is_on_its_way(scene: Scene, tmp_path):
    small = tmp_path / "small.jpg"
    small.write_bytes(picture("small"))
    with scene.copying("large.jpg") as copying:
        scene.wait_until_on_its_way()
        listed = run("ls", "-l", scene.trip, timeout=PROMISED_S).ok().stdout
        assert all(name in listed for name in ("a.jpg", "b.jpg", "large.jpg"))
        run(
            "cat", scene.trip / "a.jpg", scene.mounted.path / "other/c.jpg", timeout=PROMISED_S
        ).ok()
        run("ls", "-lR", scene.mounted.path, timeout=PROMISED_S).ok()
        run_g3fs("refresh", scene.trip, timeout=PROMISED_S).ok()
        run("cp", small, scene.trip / "small.jpg", timeout=PROMISED_S).ok()
        run("mkdir", scene.trip / "made", timeout=PROMISED_S).ok()
        run("mv", scene.trip / "b.jpg", scene.trip / "made", timeout=PROMISED_S).ok()
        run("rm", scene.trip / "a.jpg", timeout=PROMISED_S).ok()
        assert copying.poll() is None
    assert copying.returncode == 0
    assert scene.has("trip/large.jpg")
    there = set(scene.server.site.snapshot())
    assert there == {
        *("", "other", "other/c.jpg", "trip", "trip/large.jpg", "trip/small.jpg"),
        *("trip/made", "trip/made/b.jpg"),
    }
    assert scene.server.site.complaints() == []


@pytest.mark.parametrize("name", ["large.jpg", "a.jpg"])
def test_a_large_file_that_is_renamed_goes_on_behind(scene: Scene, name: str):
    staged = scene.trip / ".large.jpg.Ab12Cd"
    run("cp", scene.large, staged).ok()
    run("mv", staged, scene.trip / name, timeout=3 * PROMISED_S).ok()
    assert not scene.has(f"trip/{name}")
    (record,) = queue_of(scene.mounted, scene.hands)
    assert (record["path"], record["stage"]) == (f"trip/{name}", "queued")
    assert record["accepted"]
    assert 0 < record["sent_bytes"] < LARGE
    run("ls", "-l", scene.trip, timeout=PROMISED_S).ok()
    run("cmp", scene.large, scene.trip / name, timeout=PROMISED_S).ok()
    run("cat", scene.trip / "b.jpg", timeout=PROMISED_S).ok()
    scene.proxy.set(FAST)
    wait_for(lambda: not queue_of(scene.mounted, scene.hands), LIMIT_S, "it has arrived")
    assert scene.has(f"trip/{name}")
    names = {name, "a.jpg", "b.jpg"}
    assert set(scene.hands.tell("listdir", scene.trip)) == names
    run("cmp", scene.large, scene.trip / name).ok()
    assert scene.server.site.complaints() == []


@pytest.mark.parametrize("name", ["large.jpg", "a.jpg"])
def test_a_file_that_is_renamed_while_it_is_sent_arrives_under_its_new_name(scene: Scene, name):
    with scene.copying(name) as copying:
        scene.wait_until_on_its_way()
        run("mv", scene.trip / name, scene.mounted.path / "other/moved.jpg", timeout=LIMIT_S).ok()
        assert copying.poll() is None
    assert copying.returncode == 0
    assert scene.has("other/moved.jpg")
    assert set(scene.hands.tell("listdir", scene.trip)) == {"a.jpg", "b.jpg"} - {name}
    assert queue_of(scene.mounted, scene.hands) == []


@pytest.mark.parametrize("name", ["large.jpg", "a.jpg"])
def test_a_file_that_is_deleted_while_it_is_sent_is_gone(scene: Scene, name):
    with scene.copying(name) as copying:
        scene.wait_until_on_its_way()
        run("rm", scene.trip / name, timeout=LIMIT_S).ok()
    assert copying.returncode == 0
    assert not scene.has(f"trip/{name}")
    assert set(scene.hands.tell("listdir", scene.trip)) == {"a.jpg", "b.jpg"} - {name}
    wait_for(lambda: not queue_of(scene.mounted, scene.hands), LIMIT_S, "nothing waits")


READER = """
import errno, os, sys
fd = os.open(sys.argv[1], os.O_RDONLY)
print("open", flush=True)
sys.stdin.readline()
try:
    print(len(os.read(fd, 1 << 20)))
except OSError as error:
    print(errno.errorcode[error.errno])
"""


def test_a_photo_is_read_whole_while_it_is_replaced(scene: Scene):
    staged, place = scene.trip / ".large.jpg.Ab12Cd", scene.trip / "a.jpg"
    run("cp", scene.large, staged).ok()
    run("stat", place).ok()
    argv = [sys.executable, "-c", READER, place]
    with subprocess.Popen(argv, text=True, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as early:
        assert early.stdout.readline() == "open\n"
        with subprocess.Popen(["mv", staged, place]) as moving:
            try:
                scene.wait_until_on_its_way()
                run("cmp", scene.large, place, timeout=PROMISED_S).ok()
                assert early.communicate("\n", timeout=PROMISED_S)[0] == "ESTALE\n"
                assert moving.poll() is None
            finally:
                early.kill()
                scene.proxy.set(FAST)
    assert moving.returncode == 0
    assert scene.has("trip/a.jpg")
    run("cmp", scene.large, place).ok()
