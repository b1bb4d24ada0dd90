"""Every operation that writes, on a gallery that fails: the errno of the table, all or nothing.

Each operation has an album of its own, so that one mount serves for all of them.
"""

from collections.abc import Mapping

import pytest

from tests.kernel.operations import OPERATIONS, library
from tests.kernel.scene import Fault, Scene, open_scene


@pytest.fixture
def scene(mount, serve, tmp_path):
    with open_scene(mount("timeout=5", server=serve(library=library())), tmp_path) as opened:
        yield opened


REFUSALS: Mapping[str, tuple[Fault, str]] = {
    "500": ({"action": "status", "status": 500}, "EIO"),
    "503 later": ({"action": "status", "status": 503, "retry_after": "9999"}, "EBUSY"),
    "403": ({"action": "status", "status": 403}, "EACCES"),
    "413": ({"action": "too_large"}, "EFBIG"),
    "507": ({"action": "status", "status": 507}, "ENOSPC"),
    "web page": ({"action": "html"}, "EIO"),
    "elsewhere": ({"action": "redirect", "location": "http://other.example"}, "EIO"),
    "reset": ({"action": "reset_before"}, "EIO"),
    "early answer": ({"action": "upload_refused", "status": 413, "size": 100}, "EFBIG"),
    "reset in the body": ({"action": "upload_reset", "size": 100}, "EIO"),
    "no lock": ({"action": "lock_timeout", "times": 1}, "EIO"),
}
"""The server does nothing, and says so or nothing at all."""


LOCKED = frozenset(
    {
        *("create", "rename a new file", "mkdir"),
        *("rename a photo", "rename an album", "rename a photo over another"),
    }
)
"""What the server refuses for want of a lock; deleting is tried again, a half move mended."""


@pytest.mark.parametrize("fault", REFUSALS)
def test_what_the_server_refuses_is_not_done_and_can_be_done_again(scene: Scene, fault: str):
    rule, errno = REFUSALS[fault]
    for operation in OPERATIONS:
        before = scene.prepare(operation)
        with scene.broken(rule):
            outcome = scene.do(operation)
        if fault == "no lock" and operation.name not in LOCKED:
            scene.expect(operation, "answer", outcome, "OK")
        else:
            scene.expect(operation, "answer", outcome, errno)
            scene.expect_state(operation, before)
            scene.expect(operation, "kept", scene.kept(), operation.keeps)
            scene.expect(operation, "again", scene.do(operation), "OK")
        scene.expect_state(operation, operation.effect(before))
        scene.expect(operation, "kept again", scene.kept(), {})
    scene.expect_no_more()


LOST_ANSWERS: Mapping[str, Fault] = {
    "500": {"action": "status_after", "status": 500},
    "504": {"action": "status_after", "status": 504},
    "reset": {"action": "reset_after"},
    "half an answer": {"action": "truncate_json"},
}
"""The server does all of it, and its answer is something else."""


@pytest.mark.parametrize("fault", LOST_ANSWERS)
def test_what_the_server_did_is_answered_for_whatever_it_says(scene: Scene, fault: str):
    for operation in OPERATIONS:
        before = scene.prepare(operation)
        # A new tag is put on in two steps, each of which may fail once.
        times = {"times": 1} if "tag" in operation.name else {}
        with scene.broken({**LOST_ANSWERS[fault], **times}):
            outcome = scene.do(operation)
        scene.expect(operation, "answer", outcome, "OK")
        scene.expect_state(operation, operation.effect(before))
        scene.expect(operation, "kept", scene.kept(), {})
    scene.expect_no_more()
