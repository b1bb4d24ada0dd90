"""Operations that write, on a gallery that does its work badly, or fails in the middle."""

from dataclasses import dataclass

import pytest

from tests.kernel.operations import Operation, library, variant
from tests.kernel.scene import Scene, open_scene

MAKING = ("create", "rename a new file")
REPLACING = ("replace", "rename a new file over a photo")
MOVING = ("rename a photo", "move a photo", "rename a photo over another")
MOVING_ALBUMS = ("rename an album", "move an album")
TAGGING = ("set tags", "add a tag")


@dataclass(frozen=True, kw_only=True)
class Case:
    """Damage, the request that does it, and to what it is done."""

    action: str
    method: str
    operation: Operation


def cases(action: str, method: str, *names: str) -> tuple[Case, ...]:
    return tuple(
        Case(action=action, method=method, operation=variant(name, f"{action} by {method}"))
        for name in names
    )


MENDED = (
    *cases("crippled", "POST", *MAKING),
    *cases("misplaced", "POST", *MAKING),
    *cases("misplaced", "PUT", *MOVING, *MOVING_ALBUMS),
    *cases("half_move", "PUT", "move a photo", "move an album"),
    *cases("lost_thumb", "POST", *MAKING),
    *cases("lost_thumb", "PUT", *REPLACING),
    *cases("lost_original", "POST", *MAKING),
    *cases("lost_original", "PUT", *REPLACING),
    *cases("swept_tag", "POST", *TAGGING),
)
DROPPED = cases("drop_put_file", "PUT", *REPLACING)
TURNED = (*cases("rotate_upload", "POST", *MAKING), *cases("rotate_upload", "PUT", *REPLACING))
TWICE = variant("move a photo", "by half, twice")


@pytest.fixture
def scene(mount, serve, tmp_path):
    operations = [case.operation for case in (*MENDED, *DROPPED, *TURNED)]
    server = serve(library=library([*operations, TWICE]))
    with open_scene(mount("timeout=5", server=server), tmp_path) as opened:
        yield opened


def test_what_the_server_damages_is_mended_before_the_answer(scene: Scene):
    for case in MENDED:
        operation = case.operation
        before = scene.prepare(operation)
        planted = scene.server.faults.plant(case.action, method=case.method, times=1)
        scene.expect(operation, "answer", scene.do(operation), "OK")
        scene.expect(operation, "hits", planted.hits, 1)
        scene.expect_state(operation, operation.effect(before))
        scene.server.faults.clear()
    scene.expect_no_more()


def test_data_that_the_server_drops_or_turns_is_not_mistaken(scene: Scene):
    for operation in (case.operation for case in DROPPED):
        before = scene.prepare(operation)
        with scene.broken({"action": "drop_put_file"}):
            scene.expect(operation, "answer", scene.do(operation), "EFBIG")
        scene.expect_state(operation, before)
        scene.expect(operation, "again", scene.do(operation), "OK")
        scene.expect_state(operation, operation.effect(before))
    for operation in (case.operation for case in TURNED):
        before = scene.prepare(operation)
        with scene.broken({"action": "rotate_upload", "times": 1}):
            scene.expect(operation, "answer", scene.do(operation), "OK")
        assert scene.held(operation).keys() == operation.effect(before).keys()
        assert scene.held(operation) != operation.effect(before)
        scene.expect_state(operation, scene.held(operation))
    scene.expect_no_more()


def test_a_move_that_fails_by_half_and_again_is_mended_by_the_next_one(scene: Scene):
    before, at = scene.prepare(TWICE), scene.at(TWICE)
    with scene.broken({"action": "half_move"}):
        assert scene.do(TWICE) == "EIO"

    def is_moved() -> bool:
        """It is shown in one place or the other, and goes to a third."""
        outcomes = [scene.hands("rename", at / way, at / "full/a.jpg") for way in WAYS]
        return "OK" in outcomes

    scene.wait_for(is_moved)
    scene.wait_until_shown(TWICE)
    assert scene.held(TWICE)["full/a.jpg"] == before["a.jpg"]
    assert scene.server.site.complaints() == []


WAYS = ("a.jpg", "sub/a.jpg")
