"""What a user may not do is refused before anything is sent, and can be seen beforehand."""

from collections.abc import Mapping
from dataclasses import dataclass

import pytest

from g3fs.demo.gallery3.gallery import Rules
from g3fs.demo.gallery3.site import Options
from g3fs.demo.library import Library, Rule
from tests.kernel.operations import OPERATIONS, Operation, library
from tests.kernel.scene import Scene, open_scene
from tests.kernel.support import mounted_device, run_g3fs
from tests.kernel.writing import Hands

ADDING = frozenset({"create", "rename a new file", "mkdir"})
EDITING = frozenset(operation.name for operation in OPERATIONS) - ADDING
DELETING = frozenset({"unlink", "rename a photo over another"})
REPLACING = frozenset({"replace", "rename a new file over a photo"})


@dataclass(frozen=True, kw_only=True)
class Case:
    rules: tuple[Rule, ...] = ()
    allowed: frozenset[str] = frozenset()
    directory: int
    file: int


def rule(right: str, *, allowed: bool = True) -> Rule:
    return Rule(audience="members", right=right, allowed=allowed)


CASES: Mapping[str, Case] = {
    "add": Case(rules=(rule("add"),), allowed=ADDING, directory=0o755, file=0o444),
    "edit": Case(rules=(rule("edit"),), allowed=EDITING, directory=0o755, file=0o644),
    "both": Case(
        rules=(rule("add"), rule("edit")), allowed=ADDING | EDITING, directory=0o755, file=0o644
    ),
    "neither": Case(directory=0o555, file=0o444),
}


@pytest.fixture
def served(serve):
    """A server with these rules."""

    def start(*rules: Rule):
        options = Options(rules=Rules(guest_access=True))
        return serve(library=Library(children=library().children, rules=rules), options=options)

    return start


@pytest.fixture
def as_member(mount, tmp_path):
    """The scene of somebody who is no administrator."""

    def start(server, *options):
        env = {"G3FS_USERNAME": "bob", "G3FS_API_KEY": server.account("bob").api_key}
        return open_scene(mount(*options, server=server, env=env), tmp_path)

    return start


def modes(scene: Scene, operation: Operation) -> tuple[int, int]:
    at = scene.at(operation)
    return scene.hands.tell("mode", at), scene.hands.tell("mode", at / "a.jpg")


def expect_refusal(scene: Scene, operation: Operation, errno: str) -> None:
    """Nothing is sent, nothing has changed, here and there."""
    before = scene.prepare(operation)
    scene.server.requests.clear()
    scene.expect(operation, "answer", scene.do(operation), errno)
    scene.expect(operation, "sent", scene.server.requests.writes(), [])
    scene.expect_state(operation, before)


def expect_success(scene: Scene, operation: Operation) -> None:
    before = scene.prepare(operation)
    scene.expect(operation, "answer", scene.do(operation), "OK")
    scene.expect_state(operation, operation.effect(before))


@pytest.mark.parametrize("rights", CASES)
def test_rights_are_seen_in_the_mode_and_asked_before_anything_is_sent(served, as_member, rights):
    case = CASES[rights]
    with as_member(served(*case.rules)) as scene:
        for operation in OPERATIONS:
            wanted = (case.directory, case.file)
            scene.expect(operation, "mode", modes(scene, operation), wanted)
            if operation.name in case.allowed:
                expect_success(scene, operation)
            else:
                expect_refusal(scene, operation, "EACCES")
        scene.expect_no_more()


def test_a_guest_changes_nothing(served, mount, tmp_path):
    nobody = {"G3FS_USERNAME": "", "G3FS_API_KEY": ""}
    with open_scene(mount(server=served(), env=nobody), tmp_path) as scene:
        for operation in OPERATIONS:
            scene.expect(operation, "mode", modes(scene, operation), (0o555, 0o444))
            before = scene.prepare(operation)
            scene.server.requests.clear()
            scene.expect(operation, "answer", scene.do(operation), "EACCES")
            scene.expect(operation, "sent", scene.server.requests.writes(), [])
            scene.expect(operation, "the gallery has", scene.held(operation), before)
        scene.expect_no_more()


def test_originals_that_cannot_be_read_cannot_be_edited_either(served, as_member):
    hidden = Rule(audience="guests", right="view_full", allowed=False)
    server = served(rule("edit"), rule("view_full", allowed=False), hidden)
    with as_member(server) as scene:
        photo = scene.mounted.path / "replace/a.jpg"
        assert scene.hands.tell("mode", photo) == 0
        server.requests.clear()
        assert scene.hands("read", photo) == "EACCES"
        assert scene.hands("append", photo, "x") == "EACCES"
        assert scene.hands("truncate", photo, 10) == "EACCES"
        assert server.requests.writes() == []


def test_delete_deny_refuses_what_would_take_data_away(served, mount, tmp_path):
    with open_scene(mount("delete=deny", server=served()), tmp_path) as scene:
        for operation in OPERATIONS:
            if operation.name in DELETING | REPLACING:
                expect_refusal(scene, operation, "EPERM")
            else:
                expect_success(scene, operation)
        scene.expect_no_more()


def test_a_bin_that_the_server_does_not_have_is_refused_at_once(served, tmp_path, home):
    server, place = served(), tmp_path / "place"
    place.mkdir()
    env = {**home, "G3FS_USERNAME": server.username, "G3FS_API_KEY": server.api_key}
    ran = run_g3fs("mount", server.url, place, "-o", "delete=trash", "--foreground", **env)
    assert ran.returncode != 0
    line = ran.stderr.splitlines()[-1]
    assert "no archive" in line
    assert "delete=allow" in line
    assert mounted_device(place) is None


def test_a_read_only_mount_refuses_everything(served, mount, tmp_path):
    with open_scene(mount("ro", server=served()), tmp_path) as scene:
        for operation in OPERATIONS:
            before = scene.held(operation)
            outcomes = {
                scene.hands(*call)
                for call in (
                    *operation.before(scene.at(operation), scene.source),
                    operation.call(scene.at(operation), scene.source),
                )
            }
            # What was to be renamed could not be made.
            allowed = {"EROFS", "ENOENT"} if operation.staged else {"EROFS"}
            scene.expect(operation, "answers", outcomes - allowed, set())
            scene.expect_state(operation, before)
        assert scene.server.requests.writes() == []
        scene.expect_no_more()


@pytest.mark.parametrize("kind", ["photoprism", "stash"])
def test_servers_that_are_not_written_to_refuse_everything(mount, serve, tmp_path, kind):
    server = serve(kind=kind)
    mounted = mount(server=server)
    source = tmp_path / "new"
    source.write_bytes(b"new")
    with Hands() as hands:
        top = mounted.path
        albums = [top / name for name in hands.tell("listdir", top)]
        directory, photo = hands.tell("first_file", top)
        before = hands.tell("walk", top)
        calls = [
            *(("mkdir", album / "made") for album in (top, *albums)),
            *(("write", album / "new.jpg", source) for album in (top, *albums)),
            ("mknod", f"{directory}/new.jpg"),
            ("rmdir", albums[0]),
            ("rename", albums[0], top / "other"),
            ("unlink", photo),
            ("rename", photo, f"{directory}/other.jpg"),
            ("write", photo, source),
            ("append", photo, "x"),
            ("truncate", photo, 10),
            ("set_attribute", photo, "user.xdg.tags", "new"),
            ("removexattr", photo, "user.xdg.tags"),
            ("touch", photo, 1),
            ("symlink", "x", f"{directory}/link"),
            ("link", photo, f"{directory}/link"),
        ]
        server.requests.clear()
        outcomes = {call: hands(*call) for call in calls}
        assert {c: o for c, o in outcomes.items() if o != "EROFS"} == {}
        assert server.requests.writes() == []
        assert hands.tell("walk", top) == before
