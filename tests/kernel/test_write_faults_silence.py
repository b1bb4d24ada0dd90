"""Operations that write, on a gallery that does not answer, or is not there at all."""

import pytest

from tests.kernel.operations import OPERATIONS, library
from tests.kernel.scene import Scene, open_scene
from tests.kernel.writing import without_covers

CHOSEN = tuple(
    operation
    for operation in OPERATIONS
    if operation.name
    in {
        "create",
        "rename a new file over a photo",
        "mkdir",
        "unlink",
        "move a photo",
        "set a title",
    }
)
"""One of each kind: silence costs the whole deadline."""
DONE_ALREADY = {"EEXIST", "ENOENT"}


@pytest.fixture
def scene(mount, serve, tmp_path):
    with open_scene(mount("timeout=1", server=serve(library=library())), tmp_path) as opened:
        yield opened


@pytest.mark.parametrize("action", ["stall", "stall_after"])
def test_silence_ends_at_the_deadline_and_nothing_is_done_twice(scene: Scene, action: str):
    for operation in CHOSEN:
        before = scene.prepare(operation)
        with scene.broken({"action": action, "times": 1}):
            outcome = scene.do(operation)
        scene.expect(operation, "answer", outcome, "ETIMEDOUT")
        after = before if action == "stall" else operation.effect(before)
        scene.expect(operation, "the gallery has", scene.held(operation), after)
        scene.wait_until_answering()
        scene.wait_until_shown(operation)

        def is_done() -> bool:
            again = scene.do(operation)  # noqa: B023
            assert again in {"OK", *DONE_ALREADY, "ETIMEDOUT", "EHOSTUNREACH"}, again
            return again in {"OK", *DONE_ALREADY}

        scene.wait_for(is_done)
        scene.wait_until_shown(operation)
        scene.expect_state(operation, operation.effect(before))
        scene.expect(operation, "kept", scene.kept(), {})
    scene.expect_no_more()


def test_a_server_that_is_gone_is_told_at_once_and_loses_nothing(scene: Scene):
    before = {operation.name: scene.prepare(operation) for operation in OPERATIONS}
    for operation in OPERATIONS:
        scene.shown(operation)
    scene.server.hang_up()
    for operation in OPERATIONS:
        scene.expect(operation, "answer", scene.do(operation), "EHOSTUNREACH")
        scene.expect(
            operation, "shown", scene.shown(operation), without_covers(before[operation.name])
        )
    scene.server.listen()
    scene.wait_until_answering()
    for operation in OPERATIONS:
        scene.expect_state(operation, before[operation.name])
        scene.expect(operation, "again", scene.do(operation), "OK")
        scene.expect_state(operation, operation.effect(before[operation.name]))
    assert scene.kept() == {}
    scene.expect_no_more()
