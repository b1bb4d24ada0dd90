"""The harness itself: it must get out of what it is there to catch."""

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.kernel.support import (
    MountedProcess,
    assert_no_traceback,
    mounted_device,
    run,
    wait_for,
)

_HANGING = Path(__file__).parent / "hanging.py"


@pytest.fixture
def hanging(tmp_path: Path) -> Iterator[MountedProcess]:
    path = tmp_path / "a mount"
    argv = [sys.executable, str(_HANGING), str(path)]
    mounted = MountedProcess(argv, path, tmp_path / "log", {}, limit_s=1.0)
    try:
        mounted.wait_until_mounted()
        yield mounted
    finally:
        mounted.destroy()


def test_the_watchdog_frees_whoever_waits_for_a_hung_mount(hanging: MountedProcess) -> None:
    ran = run("stat", hanging.path / "nothing")
    assert ran.returncode != 0
    assert hanging.watchdog.bit
    wait_for(lambda: mounted_device(hanging.path) is None, 10.0, "unmounted by the watchdog")


def test_a_command_that_hangs_is_ended_with_all_that_it_started() -> None:
    with pytest.raises(subprocess.TimeoutExpired):
        run("sh", "-c", "sleep 1000 & sleep 1000", timeout=0.1)


def test_a_hung_mount_is_taken_down_at_the_end_of_its_test(hanging: MountedProcess) -> None:
    with pytest.raises(subprocess.TimeoutExpired):
        run("stat", hanging.path / "nothing", timeout=0.1)
    hanging.destroy()
    assert mounted_device(hanging.path) is None
    assert hanging.process.returncode is not None


def test_a_mount_that_fails_is_reported_in_its_own_words(tmp_path: Path) -> None:
    mounted = MountedProcess(
        [sys.executable, "-c", "raise SystemExit('no such gallery')"],
        tmp_path / "mount",
        tmp_path / "log",
        {},
        limit_s=30.0,
    )
    try:
        with pytest.raises(AssertionError, match="no such gallery"):
            mounted.wait_until_mounted()
    finally:
        mounted.destroy()


def test_waiting_ends_with_a_reason() -> None:
    with pytest.raises(AssertionError, match="pigs fly"):
        wait_for(lambda: False, 0.0, "pigs fly")


def test_a_traceback_in_a_log_is_a_failure() -> None:
    assert_no_traceback("ERROR one line that says why")
    with pytest.raises(AssertionError, match="KeyError"):
        assert_no_traceback("x\nTraceback (most recent call last):\n  ...\nKeyError: 1\n")


def test_a_tool_is_given_its_input_and_its_result_is_told() -> None:
    ran = run("sh", "-c", "cat; echo oops >&2; exit 3", stdin="hello")
    assert (ran.returncode, ran.stdout, ran.stderr) == (3, "hello", "oops\n")
