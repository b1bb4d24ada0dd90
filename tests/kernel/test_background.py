"""upload=background: close(2) is answered by the journal, and files are sent behind, in order."""

import hashlib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from g3fs.demo.library import Album, Library
from g3fs.demo.server import DemoServer
from tests.kernel.support import Mount, run_g3fs, wait_for
from tests.kernel.writing import Hands, photo, picture, queue_of, status_of

LIMIT_S = 30.0
LARGE = 3_000_000
SLOW = 1_000_000
"""Bytes per second: a large file takes some seconds."""
REMARKS = ("user.xdg.tags", "user.g3fs.title", "user.xdg.comment")


def sha256(name: str, size: int = 5000) -> str:
    """Of the local file of that name."""
    return hashlib.sha256(picture(name, size)).hexdigest()


@dataclass(frozen=True, kw_only=True)
class Scene:
    """A mount that sends behind, with the album `trip`, whose listing is known."""

    server: DemoServer
    mounted: Mount
    hands: Hands
    files: Path

    @property
    def trip(self) -> Path:
        return self.mounted.path / "trip"

    def write(self, name: str, data: str | None = None, size: int = 5000) -> None:
        """Copy a local file into the album."""
        source = self.files / f"local {data or name}"
        source.write_bytes(picture(data or name, size))
        self.hands.tell("write", self.trip / name, source)

    def held(self) -> dict[str, str]:
        """Digests of the photos that the gallery has, by their paths."""
        return {p: item.sha256 for p, item in self.server.site.snapshot().items() if item.sha256}

    def shown(self) -> dict[str, str]:
        """The same of those that the mount shows."""
        seen = self.hands.tell("look", self.mounted.path)
        return {path: item["sha256"] for path, item in seen.items() if item["sha256"]}

    def queue(self) -> list[tuple[str, str]]:
        return [(each["path"], each["stage"]) for each in queue_of(self.mounted, self.hands)]

    def status(self) -> dict[str, Any]:
        return dict(status_of(self.mounted, self.hands)["queue"])

    def wait_until_sent(self) -> None:
        wait_for(lambda: not self.queue(), LIMIT_S, "nothing waits any more")

    def wait_until_on_its_way(self, size: int) -> None:
        def is_moving() -> bool:
            status = self.status()
            sent_bytes, all_bytes = status["sent_bytes_of_uploads"], status["bytes_of_uploads"]
            return 0 < sent_bytes <= all_bytes == len(picture("", size))

        wait_for(is_moving, LIMIT_S, "it is on its way")

    def expect(self, wanted: dict[str, str]) -> None:
        """The gallery has this and is whole, and the mount shows it."""
        assert self.held() == wanted
        assert self.shown() == wanted
        assert self.server.site.complaints() == []


@pytest.fixture
def server(serve):
    photos = (photo(f"old-{n}.jpg", tags=("Old",), title=f"Title {n}") for n in range(3))
    return serve(library=Library(children=(Album(name="trip", children=(*photos, SUB)),)))


SUB = Album(name="sub", children=(photo("inner.jpg"),))


@pytest.fixture
def scene(mount, server, tmp_path):
    mounted = mount("upload=background", "timeout=5", server=server)
    with Hands() as hands:
        hands.tell("look", mounted.path)
        yield Scene(server=server, mounted=mounted, hands=hands, files=tmp_path)


def test_files_are_accepted_while_the_server_is_gone_and_sent_in_order(scene: Scene):
    before = scene.held()
    scene.server.hang_up()
    names = ["c.jpg", "a.jpg", "b.jpg"]
    for name in names:
        scene.write(name)
    assert scene.queue() == [(f"trip/{name}", "queued") for name in names]
    assert scene.status()["waiting"] == 3
    arriving = {f"trip/{name}": sha256(name) for name in names}
    assert scene.shown() == before | arriving
    assert scene.held() == before
    scene.server.listen()
    scene.wait_until_sent()
    scene.expect(before | arriving)
    ids = [scene.server.site.snapshot()[path].id for path in arriving]
    assert ids == sorted(ids)
    assert scene.status()["waiting"] == 0


def test_files_that_wait_can_be_moved_tagged_replaced_and_deleted(scene: Scene):
    before, at, hands = scene.held(), scene.trip, scene.hands
    scene.server.hang_up()
    for name in ("renamed", "moved", "tagged", "written", "deleted", "over", "under", "old"):
        scene.write(f"{name}.jpg")
    hands.tell("rename", at / "renamed.jpg", at / "new name.jpg")
    hands.tell("rename", at / "moved.jpg", at / "sub/moved.jpg")
    for name, value in zip(REMARKS, ("Sea,Sun", "Dusk", "By the sea"), strict=True):
        hands.tell("set_attribute", at / "tagged.jpg", name, value)
        assert hands.tell("attribute", at / "tagged.jpg", name) == value
    scene.write("written.jpg", data="written anew.jpg", size=7000)
    hands.tell("unlink", at / "deleted.jpg")
    hands.tell("rename", at / "over.jpg", at / "under.jpg")
    hands.tell("rename", at / "old.jpg", at / "old-1.jpg")
    scene.write("old-2.jpg", data="edited.jpg")
    wanted = before | {
        "trip/new name.jpg": sha256("renamed.jpg"),
        "trip/sub/moved.jpg": sha256("moved.jpg"),
        "trip/tagged.jpg": sha256("tagged.jpg"),
        "trip/written.jpg": sha256("written anew.jpg", 7000),
        "trip/under.jpg": sha256("over.jpg"),
        "trip/old-1.jpg": sha256("old.jpg"),
        "trip/old-2.jpg": sha256("edited.jpg"),
    }
    assert scene.shown() == wanted
    known = scene.server.site.snapshot()
    scene.server.listen()
    scene.wait_until_sent()
    scene.expect(wanted)
    now = scene.server.site.snapshot()
    assert now["trip/tagged.jpg"].tags == ("Sea", "Sun")
    assert now["trip/tagged.jpg"].title == "Dusk"
    assert now["trip/tagged.jpg"].description == "By the sea"
    for name in ("trip/old-1.jpg", "trip/old-2.jpg"):
        assert (now[name].id, now[name].tags, now[name].title) == (
            known[name].id,
            known[name].tags,
            known[name].title,
        )


CHANGES = {
    "renamed": lambda at: (("rename", at / "big.jpg", at / "other.jpg"),),
    "moved": lambda at: (("rename", at / "big.jpg", at / "sub/big.jpg"),),
    "deleted": lambda at: (("unlink", at / "big.jpg"),),
    "renamed over a photo": lambda at: (("rename", at / "big.jpg", at / "old-1.jpg"),),
    "tagged": lambda at: (("set_attribute", at / "big.jpg", "user.xdg.tags", "New"),),
}
END = {
    "renamed": {"trip/other.jpg": sha256("big.jpg", LARGE)},
    "moved": {"trip/sub/big.jpg": sha256("big.jpg", LARGE)},
    "deleted": {},
    "renamed over a photo": {"trip/old-1.jpg": sha256("big.jpg", LARGE)},
    "tagged": {"trip/big.jpg": sha256("big.jpg", LARGE)},
}


@pytest.mark.parametrize("change", CHANGES)
def test_a_file_on_its_way_can_be_changed(scene: Scene, change: str):
    before = scene.held()
    scene.server.faults.plant("upload_throttle", method="POST", rate=SLOW, times=1)
    scene.write("big.jpg", size=LARGE)
    scene.wait_until_on_its_way(LARGE)
    for call in CHANGES[change](scene.trip):
        scene.hands.tell(*call)
    assert scene.shown() == before | END[change]
    scene.wait_until_sent()
    scene.expect(before | END[change])
    if change == "tagged":
        assert scene.server.site.snapshot()["trip/big.jpg"].tags == ("New",)


def test_a_file_on_its_way_can_be_written_anew(scene: Scene):
    before = scene.held()
    scene.server.faults.plant("upload_throttle", method="POST", rate=SLOW, times=1)
    scene.write("big.jpg", size=LARGE)
    scene.wait_until_on_its_way(LARGE)
    scene.write("big.jpg", data="newer.jpg")
    wanted = before | {"trip/big.jpg": sha256("newer.jpg")}
    assert scene.shown() == wanted
    scene.wait_until_sent()
    scene.expect(wanted)


def test_what_is_refused_for_good_is_kept_told_and_sent_again_on_demand(scene: Scene):
    before = scene.held()
    planted = scene.server.faults.plant("too_large", method="POST", resource="item")
    for name in ("a.jpg", "b.jpg"):
        scene.write(name)
    wait_for(lambda: {s for _, s in scene.queue()} == {"failed"}, LIMIT_S, "both are refused")
    scene.server.faults.remove(planted)
    scene.expect(before)
    failed = scene.mounted.path / ".g3fs/failed"
    assert sorted(scene.hands.tell("listdir", failed)) == ["a.jpg", "b.jpg"]
    assert scene.hands.tell("read", failed / "a.jpg") == sha256("a.jpg")
    reasons = {each["reason"] for each in queue_of(scene.mounted, scene.hands)}
    assert reasons == {"the web server takes no file of this size"}
    log = scene.hands.tell("text", scene.mounted.path / ".g3fs/log")
    assert "a.jpg was accepted and is refused now: the web server takes no file of this" in log
    run_g3fs("queue", "retry", scene.mounted.path, "a.jpg").ok()
    run_g3fs("queue", "drop", "--yes", scene.mounted.path, "b.jpg").ok()
    scene.wait_until_sent()
    scene.expect(before | {"trip/a.jpg": sha256("a.jpg")})
    assert scene.hands.tell("listdir", failed) == []


def test_a_server_that_fails_for_a_while_gets_everything_once(scene: Scene):
    before = scene.held()
    scene.server.faults.plant("status_after", method="POST", resource="item", times=1)
    scene.server.faults.plant("reset_before", method="POST", resource="item", skip=1, times=1)
    names = ("a.jpg", "b.jpg", "c.jpg")
    for name in names:
        scene.write(name)
    scene.wait_until_sent()
    scene.expect(before | {f"trip/{name}": sha256(name) for name in names})


def test_unmounting_tells_what_is_left_and_the_next_mount_sends_it(scene: Scene, mount):
    before = scene.held()
    scene.server.hang_up()
    scene.write("a.jpg")
    ran = run_g3fs("umount", scene.mounted.path, "--timeout", "1")
    assert ran.returncode != 0
    assert "1 file" in ran.stdout + ran.stderr
    assert scene.mounted.wait() == 0
    scene.server.listen()
    again = mount(server=scene.server)
    wanted = before | {"trip/a.jpg": sha256("a.jpg")}
    wait_for(lambda: scene.held() == wanted, LIMIT_S, "it is sent")
    assert scene.server.site.complaints() == []
    assert again.path != scene.mounted.path


def test_unmounting_waits_for_what_is_on_its_way(scene: Scene):
    before = scene.held()
    scene.server.faults.plant("upload_throttle", method="POST", rate=SLOW, times=1)
    scene.write("big.jpg", size=LARGE)
    ran = run_g3fs("umount", scene.mounted.path)
    assert ran.returncode == 0, ran.stdout + ran.stderr
    assert scene.held() == before | {"trip/big.jpg": sha256("big.jpg", LARGE)}
