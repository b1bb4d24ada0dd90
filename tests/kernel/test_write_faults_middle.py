"""Operations that write, on a gallery that fails once, at each of their requests in turn."""

import pytest

from tests.kernel.operations import library, variant
from tests.kernel.scene import Scene, open_scene

OPERATIONS = (
    *("create", "replace", "rename a new file over a photo", "mkdir", "rmdir", "unlink"),
    *("move a photo", "rename an album", "rename a photo over another", "set tags", "comment"),
)
DONE_ALREADY = ("EEXIST", "ENOENT", "ENODATA")
MOST_REQUESTS = 12
"""Of one operation; checked."""


@pytest.fixture
def scene(mount, serve, tmp_path):
    turns = [variant(name, str(turn)) for name in OPERATIONS for turn in range(MOST_REQUESTS)]
    with open_scene(mount("timeout=5", server=serve(library=library(turns))), tmp_path) as opened:
        yield opened


@pytest.mark.parametrize("action", ["status", "reset_after"])
def test_a_failure_at_any_request_is_all_or_nothing(scene: Scene, action: str):
    for name in OPERATIONS:
        for turn in range(MOST_REQUESTS):
            operation = variant(name, str(turn))
            before = scene.prepare(operation)
            scene.shown(operation)
            planted = scene.server.faults.plant(action, skip=turn, times=1)
            outcome = scene.do(operation)
            scene.server.faults.clear()
            after = operation.effect(before)
            if outcome != "OK":
                # It may be done, and only the look at it have failed.
                done = scene.held(operation) == after
                scene.expect(operation, "answer", outcome, "EIO")
                scene.wait_until_shown(operation)
                scene.expect_state(operation, after if done else before)
                again = scene.do(operation)
                scene.expect(
                    operation, "again", again in {"OK", *(DONE_ALREADY if done else ())}, True
                )
            scene.expect_state(operation, after)
            if not planted.hits:
                break
        assert not planted.hits, f"{name} takes more than {MOST_REQUESTS} requests"
    scene.expect_no_more()
