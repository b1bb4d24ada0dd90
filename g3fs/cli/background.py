"""Running something in the background, and learning in the foreground how its start went.

The fork comes before any thread, event loop or socket exists (none of them survives it). The
child tells through a pipe: `ready`, or the exit code and the line that the user shall see.
"""

import contextlib
import json
import os
import select
import signal
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from types import FrameType
from typing import NoReturn

from g3fs.cli.exits import INTERRUPTED, MOUNT_FAILED, Failure
from g3fs.cli.saying import explain

_READY = b"ready"
_FAREWELL_S = 3.0
"""How long a child that is told to stop may take before it is killed."""

_STOPPING = (signal.SIGTERM, signal.SIGHUP)

Work = Callable[[Callable[[], None]], None]
"""Gets the function to call when it is ready; goes on working after that."""


def run_in_background(work: Work, about: str, *, deadline_s: float) -> None:
    """Return as soon as `work`, in a process of its own, calls its `ready`.

    `about` is what to call it when it is late.

    Raises:
        Failure: it raised something before, or died, or was not ready in time; it is gone then.
    """
    for stream in (sys.stdout, sys.stderr):
        stream.flush()
    reading, writing = os.pipe()
    with os.fdopen(reading, "rb") as pipe, _signals_raise():
        pid = os.fork()
        if pid == 0:
            os.close(reading)
            _be_the_child(work, writing)
        os.close(writing)
        try:
            told = _read_until(pipe.fileno(), time.monotonic() + deadline_s)
        except BaseException:
            _end(pid)
            raise
    if told == _READY:
        return
    if told is None:
        _end(pid)
        raise Failure(f"{about}: no answer within {deadline_s:g} seconds", MOUNT_FAILED)
    os.waitpid(pid, 0)
    raise _failure(told)


def _be_the_child(work: Work, writing: int) -> NoReturn:
    code = 0
    try:
        os.setsid()
        for number in _STOPPING:
            signal.signal(number, signal.SIG_DFL)
        child = _Child(writing)
        child.leave_terminal()
        try:
            work(child.ready)
        except Exception as exc:  # noqa: BLE001 - the process ends here: it is told, not raised
            failure = explain(exc, MOUNT_FAILED)
            child.fail(failure)
            code = failure.code
    finally:
        # Not sys.exit: the parent's cleanup is not ours to do twice.
        os._exit(code)


@dataclass
class _Child:
    """The background process' side."""

    writing: int
    stderr: int = -1

    def leave_terminal(self) -> None:
        """Hold nothing of the caller's: a pipe or ssh would wait for us.

        What libraries and fusermount3 write to stderr until we are ready is kept for the line.
        """
        os.chdir("/")
        nothing = os.open(os.devnull, os.O_RDWR)
        self.stderr = os.memfd_create("stderr", os.MFD_CLOEXEC)
        for target, descriptor in ((0, nothing), (1, nothing), (2, self.stderr)):
            os.dup2(descriptor, target)
        os.close(nothing)

    def ready(self) -> None:
        """The start has succeeded; from now on nobody reads what we print."""
        nothing = os.open(os.devnull, os.O_RDWR)
        os.dup2(nothing, 2)
        os.close(nothing)
        os.close(self.stderr)
        self._tell(_READY)

    def fail(self, failure: Failure) -> None:
        """Tell why it ends, if anybody still listens."""
        line = str(failure)
        if failure.code == MOUNT_FAILED and (heard := self._overheard()):
            line = f"{line} ({heard})"
        self._tell(json.dumps([failure.code, line]).encode())

    def _overheard(self) -> str:
        """The last line that others printed to our stderr."""
        with contextlib.suppress(OSError):
            lines = os.pread(self.stderr, 4096, 0).decode(errors="replace").strip().splitlines()
            return lines[-1].strip() if lines else ""
        return ""

    def _tell(self, message: bytes) -> None:
        with contextlib.suppress(OSError):  # the parent was killed, or was told before
            os.write(self.writing, message)
            os.close(self.writing)


def _failure(told: bytes) -> Failure:
    try:
        code, line = json.loads(told)
    except ValueError:
        return Failure("the mount process ended without a word", MOUNT_FAILED)
    return Failure(str(line), int(code))


def _read_until(descriptor: int, deadline: float) -> bytes | None:
    """Everything that comes until the other end is closed; None when `deadline` passes first."""
    told = b""
    while True:
        left = deadline - time.monotonic()
        if left <= 0 or not select.select([descriptor], [], [], left)[0]:
            return None
        piece = os.read(descriptor, 65536)
        if not piece:
            return told
        told += piece


def _end(pid: int) -> None:
    """Stop the child: politely, so that it can unmount, then for certain."""
    watch = os.pidfd_open(pid)
    try:
        os.kill(pid, signal.SIGTERM)
        if not select.select([watch], [], [], _FAREWELL_S)[0]:
            os.kill(pid, signal.SIGKILL)
        os.waitpid(pid, 0)
    finally:
        os.close(watch)


@contextlib.contextmanager
def _signals_raise() -> Iterator[None]:
    """While in the context SIGTERM and SIGHUP raise Failure, as SIGINT raises KeyboardInterrupt."""

    def stop(number: int, _frame: FrameType | None) -> NoReturn:
        raise Failure(f"stopped by {signal.Signals(number).name}", INTERRUPTED)

    before = {number: signal.signal(number, stop) for number in _STOPPING}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
