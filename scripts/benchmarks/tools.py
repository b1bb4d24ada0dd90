"""Programs that the benchmark runs, with their time and CPU; the only place that starts any."""

import os
import resource
import signal
import subprocess
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

TOOL_LIMIT_S = 900.0
"""Nothing measured here takes so long; a mount that hangs is then killed."""
_TICKS_PER_S = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True, slots=True)
class Run:
    """What a tool took; `error` is empty if it succeeded."""

    seconds: float
    cpu_s: float
    error: str
    output: str


def run(argv: Sequence[str], stdin: str = "", limit_s: float = TOOL_LIMIT_S) -> Run:
    """Runs a tool to its end, or to its limit, when it is killed and `error` says so."""
    start = time.monotonic()
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    process = start_process(argv, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    error = ""
    try:
        out, err = process.communicate(stdin.encode(), limit_s)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        error, out, err = f"took more than {limit_s:.0f} s", b"", b""
    seconds = time.monotonic() - start
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    if process.returncode and not error:
        lines = err.decode(errors="replace").strip().splitlines() or [f"{process.returncode}"]
        error = lines[0]
    cpu_s = after.ru_utime - before.ru_utime + after.ru_stime - before.ru_stime
    return Run(seconds, cpu_s, error, out.decode(errors="replace"))


def start_process(
    argv: Sequence[str],
    *,
    stdin: int | None = subprocess.DEVNULL,
    stdout: int | None = subprocess.DEVNULL,
    stderr: int | None = subprocess.PIPE,
    env: Mapping[str, str] | None = None,
) -> subprocess.Popen[bytes]:
    """Starts a program in a session of its own."""
    return subprocess.Popen(  # noqa: S603 - the commands are this benchmark's own
        argv,
        stdin=stdin,
        stdout=stdout,
        stderr=stderr,
        env={**os.environ, "LC_ALL": "C.UTF-8", **(env or {})},
        start_new_session=True,
    )


def cpu_seconds(pid: int) -> float:
    """User and system time of a process so far."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / _TICKS_PER_S


def resident_bytes(pid: int) -> int:
    """Memory that a process has in RAM now."""
    pages = int(Path(f"/proc/{pid}/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE")


def is_mounted(path: Path) -> bool:
    """Whether something is mounted exactly here; asks the kernel's table, not the mount."""
    return any(
        line.split(" ")[4] == str(path)
        for line in Path("/proc/self/mountinfo").read_text().splitlines()
    )
