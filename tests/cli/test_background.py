"""Work in the background: what the caller learns, and what is left of it.

The work runs in interpreters of its own, because a fork of the test process would take the test
with it.
"""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

LIMIT_S = 20

CALLER = """
import os, sys, time
from pathlib import Path
from g3fs.cli.background import run_in_background
from g3fs.cli.exits import Failure
from g3fs.config.errors import ConfigError

here = Path(sys.argv[1])

def work(ready):
    (here / "pid").write_text(str(os.getpid()))
{work}

try:
    run_in_background(work, "the work", deadline_s={deadline_s})
except Failure as failure:
    print(f"{{failure.code}} {{failure}}")
else:
    print("ready")
"""


@pytest.fixture
def call(tmp_path):
    """Runs the work, given as source, in the background of an interpreter of its own."""

    def start(work, deadline_s=15.0):
        lines = "".join(f"    {line}\n" for line in work.strip().splitlines())
        source = CALLER.format(work=lines, deadline_s=deadline_s)
        return subprocess.Popen(
            [sys.executable, "-c", source, str(tmp_path)],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    return start


def said(process):
    """What the caller printed; its stdout and stderr are closed then, by the work too."""
    out, err = process.communicate(timeout=LIMIT_S)
    assert err == ""
    return out.strip()


def wait_for_end(pid):
    deadline = time.monotonic() + LIMIT_S
    while Path(f"/proc/{pid}/stat").exists():
        if Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] == "Z":
            return
        assert time.monotonic() < deadline, f"process {pid} is still there"
        time.sleep(0.01)


def test_the_caller_returns_when_the_work_is_ready_and_the_work_goes_on(call, tmp_path):
    work = 'ready()\nwhile not (here / "end").exists(): time.sleep(0.01)'
    assert said(call(work)) == "ready"
    pid = int((tmp_path / "pid").read_text())
    assert os.getsid(pid) == pid
    assert Path(f"/proc/{pid}/cwd").readlink() == Path("/")
    assert {Path(f"/proc/{pid}/fd/{fd}").readlink() for fd in (0, 1, 2)} == {Path("/dev/null")}
    assert {link.name for link in Path(f"/proc/{pid}/fd").iterdir()} == {"0", "1", "2"}
    (tmp_path / "end").touch()
    wait_for_end(pid)


@pytest.mark.parametrize(
    ("work", "line"),
    [
        ('raise ConfigError("no such option")', "32 no such option"),
        ('raise Failure("nothing there", 5)', "5 nothing there"),
        ("os._exit(3)", "32 the mount process ended without a word"),
        ("os.kill(os.getpid(), 9)", "32 the mount process ended without a word"),
        (
            'os.write(2, b"fusermount3: not allowed\\n"); raise ConfigError("cannot mount")',
            "32 cannot mount (fusermount3: not allowed)",
        ),
    ],
)
def test_the_caller_learns_why_the_work_did_not_get_ready(call, tmp_path, work, line):
    assert said(call(work)) == line
    wait_for_end(int((tmp_path / "pid").read_text()))


def test_work_that_is_not_ready_in_time_is_ended(call, tmp_path):
    assert (
        said(call("time.sleep(60)", deadline_s=0.5)) == "32 the work: no answer within 0.5 seconds"
    )
    wait_for_end(int((tmp_path / "pid").read_text()))


def test_work_that_does_not_want_to_end_is_killed(call, tmp_path):
    work = "import signal; signal.signal(signal.SIGTERM, signal.SIG_IGN); time.sleep(60)"
    assert said(call(work, deadline_s=0.5)) == "32 the work: no answer within 0.5 seconds"
    wait_for_end(int((tmp_path / "pid").read_text()))


def test_a_caller_that_is_stopped_takes_the_work_with_it(call, tmp_path):
    process = call("time.sleep(60)")
    deadline = time.monotonic() + LIMIT_S
    while not (tmp_path / "pid").exists() or not (tmp_path / "pid").read_text():
        assert time.monotonic() < deadline
        time.sleep(0.01)
    process.send_signal(signal.SIGTERM)
    assert said(process) == "130 stopped by SIGTERM"
    wait_for_end(int((tmp_path / "pid").read_text()))


def test_the_variables_with_secrets_leave_the_process(tmp_path):
    source = """
import os
from pathlib import Path
from g3fs.config.surroundings import take_variables
taken = take_variables(os.environ)
print(taken["PASSWORD"].reveal(), taken["API_KEY"].reveal(), os.environ["OTHER"])
print(Path("/proc/self/environ").read_bytes().decode().replace("\\0", " "))
"""
    environ = {"G3FS_PASSWORD": "hunter2", "G3FS_API_KEY": "k3y-k3y", "OTHER": "stays"}
    done = subprocess.run(
        [sys.executable, "-c", source],
        env={**os.environ, **environ},
        capture_output=True,
        text=True,
        check=True,
        timeout=LIMIT_S,
    )
    values, shown = done.stdout.splitlines()
    assert values == "hunter2 k3y-k3y stays"
    assert "OTHER=stays" in shown
    assert "hunter2" not in shown
    assert "k3y-k3y" not in shown
