"""Places where a test lets the process die."""

import os
import signal
import subprocess
import sys

import pytest

from g3fs.tasks.failpoints import VARIABLE, countdown, reached

PROGRAM = """
from g3fs.tasks.failpoints import reached
for number in range(3):
    reached("journal.after_put")
    reached("spool.after_sync")
    print(number, flush=True)
"""


def run(wish: str | None) -> subprocess.CompletedProcess[str]:
    environment = {name: value for name, value in os.environ.items() if name != VARIABLE}
    if wish is not None:
        environment[VARIABLE] = wish
    return subprocess.run(
        [sys.executable, "-c", PROGRAM],
        check=False,
        env=environment,
        capture_output=True,
        text=True,
    )


def test_without_the_variable_nothing_happens() -> None:
    assert run(None).stdout == "0\n1\n2\n"


@pytest.mark.parametrize(
    ("wish", "printed"),
    [
        ("spool.after_sync", ""),
        ("spool.after_sync:1", ""),
        ("spool.after_sync:3", "0\n1\n"),
        ("spool.after_sync:4", "0\n1\n2\n"),
        ("upload.after_send", "0\n1\n2\n"),
    ],
)
def test_the_process_is_killed_the_nth_time_that_it_comes_there(wish: str, printed: str) -> None:
    done = run(wish)
    assert done.stdout == printed
    assert done.returncode == (0 if printed.endswith("2\n") else -signal.SIGKILL)


@pytest.mark.parametrize(
    "wish",
    ["", "spool.after_sink", "spool.after_sync:0", "spool.after_sync:x", "spool.after_sync:-1"],
)
def test_a_misspelt_wish_is_an_error(wish: str) -> None:
    with pytest.raises(ValueError, match=r"none of journal\.before_put, "):
        countdown(wish)


def test_a_misspelt_variable_ends_the_program_before_it_begins() -> None:
    done = run("journal.after_putt")
    assert done.returncode == 1
    assert done.stdout == ""
    assert "G3FS_FAILPOINT=journal.after_putt" in done.stderr


def test_a_place_that_is_not_wished_for_is_passed() -> None:
    reached("journal.before_put")
