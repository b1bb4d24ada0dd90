"""Real tools on real mounts: a mount is a process of its own, so is every tool that touches it.

The pytest process never makes a system call on a mount. A call on a mount that hangs cannot be
interrupted, so nothing could report it; a subprocess can be waited for with a limit, and a
watchdog ends the kernel's connection when a mount outlives its own.
"""

import os
import re
import signal
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from g3fs.demo.proxy import DelayProxy
from g3fs.demo.server import DemoServer

POLL_S = 0.01
MOUNT_LIMIT_S = 20.0
"""How long a mount may take to answer, or to end; reached only when something is broken."""
RUN_LIMIT_S = 30.0
_FUSECTL = Path("/sys/fs/fuse/connections")


def why_no_fuse() -> str | None:
    """The reason why nothing can be mounted here; None when it can."""
    if not os.access("/dev/fuse", os.R_OK | os.W_OK):
        return "/dev/fuse is missing or may not be opened"
    found = any((Path(x) / "fusermount3").exists() for x in os.get_exec_path())
    return None if found else "fusermount3 is not installed (Debian package fuse3)"


def wait_for(holds: Callable[[], bool], limit_s: float, what: str) -> None:
    """Returns as soon as it holds; AssertionError naming `what` after the limit."""
    deadline = time.monotonic() + limit_s
    while not holds():
        assert time.monotonic() < deadline, f"not within {limit_s} s: {what}"
        time.sleep(POLL_S)


@dataclass(frozen=True, slots=True)
class Ran:
    """What became of a command. Text is surrogate-escaped, as names may be any bytes."""

    argv: tuple[str, ...]
    returncode: int
    stdout: str
    stderr: str
    seconds: float

    def ok(self) -> "Ran":
        """Itself, if the command succeeded."""
        assert self.returncode == 0, f"{self.argv} ended with {self.returncode}: {self.stderr}"
        return self


def run(
    *argv: str | os.PathLike[str],
    timeout: float = RUN_LIMIT_S,
    cwd: str | os.PathLike[str] | None = None,
    env: Mapping[str, str] | None = None,
    stdin: str = "",
) -> Ran:
    """Runs a tool to its end; subprocess.TimeoutExpired, with all it started killed, if it hangs.

    A tool in the middle of a system call on a hung mount cannot be killed; then this returns when
    the mount's watchdog has ended the connection.
    """
    words = tuple(os.fspath(x) for x in argv)
    start = time.monotonic()
    with subprocess.Popen(
        words,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        cwd=cwd,
        env={**os.environ, "LC_ALL": "C.UTF-8", **(env or {})},
        start_new_session=True,
    ) as process:
        try:
            out, err = process.communicate(stdin.encode(), timeout)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            raise
    seconds = time.monotonic() - start
    return Ran(words, process.returncode, _text(out), _text(err), seconds)


def run_g3fs(*argv: str | os.PathLike[str], timeout: float = RUN_LIMIT_S, **env: str) -> Ran:
    """Runs the command line of this checkout."""
    return run(sys.executable, "-m", "g3fs", *argv, timeout=timeout, env=env)


def assert_no_traceback(log: str) -> None:
    """The program may log errors; it must not fall over anything."""
    found = re.search(r"Traceback \(most recent call last\)|ExceptionGroup|never awaited", log)
    assert found is None, f"the log has a traceback:\n{log[found.start() :]}"


@contextmanager
def counted(server: DemoServer) -> Iterator[Counter[str]]:
    """Fills the counter, at the end, with the requests made inside, as {"GET tree": 2}."""
    before = server.requests.counts()
    requests: Counter[str] = Counter()
    yield requests
    requests.update(server.requests.counts() - before)


def mounted_device(path: Path) -> str | None:
    """`major:minor` of what is mounted exactly here; None if nothing is. Does not touch it."""
    wanted = os.fspath(path)
    device = None
    for line in Path("/proc/self/mountinfo").read_text().splitlines():
        words = line.split(" ")
        if re.sub(r"\\([0-7]{3})", lambda m: chr(int(m[1], 8)), words[4]) == wanted:
            device = words[2]  # the last one is on top
    return device


def abort_connection(path: Path, process: subprocess.Popen[bytes]) -> None:
    """Ends a hung mount whatever state it is in: whoever waits for it gets an error at once."""
    device = mounted_device(path)
    if device is not None:
        _abort_in_kernel(device.partition(":")[2])
    if process.poll() is None:
        process.kill()
    if device is not None:
        run("fusermount3", "-uz", path)


def _abort_in_kernel(minor: str) -> None:
    switch = _FUSECTL / minor / "abort"
    mounted_here = False
    if not switch.exists() and os.geteuid() == 0:
        mounted_here = run("mount", "-t", "fusectl", "fusectl", _FUSECTL).returncode == 0
    try:
        if switch.exists():
            switch.write_text("1")
    finally:
        if mounted_here:
            run("umount", _FUSECTL)


class Watchdog:
    """Ends a mount that is still there after its limit."""

    def __init__(self, path: Path, process: subprocess.Popen[bytes], limit_s: float) -> None:
        self.bit = False
        self._calm = threading.Event()
        self._thread = threading.Thread(
            target=self._watch, args=(path, process, limit_s), name=f"watchdog of {path.name}"
        )
        self._thread.start()

    def _watch(self, path: Path, process: subprocess.Popen[bytes], limit_s: float) -> None:
        if not self._calm.wait(limit_s):
            self.bit = True
            abort_connection(path, process)

    def call_off(self) -> None:
        self._calm.set()
        self._thread.join()


class MountedProcess:
    """A program that mounts a directory and stays in the foreground, with its log and watchdog."""

    def __init__(
        self,
        argv: Sequence[str],
        path: Path,
        log_path: Path,
        env: Mapping[str, str],
        limit_s: float,
    ) -> None:
        self.path = path
        self.log_path = log_path
        path.mkdir(exist_ok=True)
        with log_path.open("ab") as log:
            self.process = subprocess.Popen(
                argv, stdin=subprocess.DEVNULL, stdout=log, stderr=log, env={**os.environ, **env}
            )
        self.watchdog = Watchdog(path, self.process, limit_s)

    @property
    def log(self) -> str:
        """All that the program has said so far."""
        return self.log_path.read_text(errors="replace")

    def wait_until_mounted(self) -> None:
        """AssertionError with the program's own words when it ends instead."""

        def settled() -> bool:
            return mounted_device(self.path) is not None or self.process.poll() is not None

        try:
            wait_for(settled, MOUNT_LIMIT_S, f"{self.path} mounted")
        except AssertionError as error:
            error.add_note(self.log)
            raise
        assert self.process.poll() is None, f"the mount ended at once: {self.log}"

    def unmount(self) -> int:
        """Unmounts as a user does and waits; the exit code of the mount."""
        run("fusermount3", "-u", self.path).ok()
        return self.wait()

    def wait(self) -> int:
        """Waits for the mount's process to end by itself; its exit code."""
        code = self.process.wait(MOUNT_LIMIT_S)
        self.watchdog.call_off()
        return code

    def destroy(self) -> None:
        """Leaves nothing behind, whatever happened; never fails on its own account."""
        try:
            if mounted_device(self.path) is not None:
                run("fusermount3", "-u", self.path)
            self.process.terminate()
            self.process.wait(MOUNT_LIMIT_S)
        except subprocess.TimeoutExpired:
            abort_connection(self.path, self.process)
        finally:
            self.process.wait()
            self.watchdog.call_off()
            if mounted_device(self.path) is not None:
                run("fusermount3", "-uz", self.path)


class Mount(MountedProcess):
    """`g3fs mount` on a demo server, perhaps behind a proxy."""

    server: DemoServer
    proxy: DelayProxy | None = None

    def requests(self) -> Counter[str]:
        """What the server was asked so far, by anybody, as {"GET tree": 2}."""
        return self.server.requests.counts()


def _text(data: bytes) -> str:
    return data.decode(errors="surrogateescape")
