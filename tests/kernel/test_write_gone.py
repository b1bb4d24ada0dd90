"""Operations that write, on what somebody else has deleted meanwhile."""

import pytest

from tests.kernel.operations import NEW_SHA256, OPERATIONS, library
from tests.kernel.remote import Remote
from tests.kernel.scene import Scene, open_scene

VICTIMS = {"rmdir": "sub", "rename an album": "full", "move an album": "full"}
"""What is deleted; a.jpg where nothing else is said."""
UNTOUCHED = {"create", "rename a new file", "mkdir", "set a cover"}


@pytest.fixture
def scene(mount, serve, tmp_path):
    with open_scene(mount("timeout=5", server=serve(library=library())), tmp_path) as opened:
        yield opened


def test_what_is_gone_is_not_there_and_shown_no_more(scene: Scene):
    remote = Remote(scene.server)
    for operation in OPERATIONS:
        if operation.name in UNTOUCHED:
            continue
        scene.prepare(operation)
        scene.shown(operation)
        victim = VICTIMS.get(operation.name, "a.jpg")
        remote.delete(f"{operation.name}/{victim}")
        before = scene.held(operation)
        outcome = scene.do(operation)
        scene.wait_until_shown(operation)
        if operation.sends:
            scene.expect(operation, "answer", outcome, "OK")
            made = scene.held(operation)["a.jpg"]
            scene.expect(operation, "made", (made.id, made.sha256), (None, NEW_SHA256))
        else:
            wanted = "OK" if operation.name == "unlink" else "ENOENT"
            scene.expect(operation, "answer", outcome, wanted)
            scene.expect_state(operation, before)
    scene.expect_no_more()


def test_what_goes_into_an_album_that_is_gone_is_kept(scene: Scene):
    remote = Remote(scene.server)
    for operation in OPERATIONS:
        scene.prepare(operation)
        scene.shown(operation)
        remote.delete(operation.name)
        wanted = "OK" if operation.name == "unlink" else "ENOENT"
        scene.expect(operation, "answer", scene.do(operation), wanted)
    assert scene.kept() == {"new.jpg": NEW_SHA256, "a.jpg": NEW_SHA256}
    scene.expect_no_more()
