"""Reading a file of a mount that may never answer: a system call cannot be given up, a process can.

A process and no thread, because a thread that waits for the kernel keeps its program from ending.
"""

import contextlib
import errno
import os
import subprocess
import sys
from pathlib import Path

from g3fs.cli.fusermount import child_environment

DEADLINE_S = 5.0
"""For files that a mount makes without asking anybody: far more than a busy machine needs."""

_FAREWELL_S = 1.0
_READER = """
import sys
try:
    with open(sys.argv[1], "rb") as file:
        content = file.read()
except OSError as error:
    sys.exit(error.errno)
sys.stdout.buffer.write(content)
"""


def read_within(path: Path, deadline_s: float = DEADLINE_S) -> bytes:
    """The content of a small file.

    Raises:
        OSError: as open(2) and read(2) say; ETIMEDOUT when there was no answer in time.
    """
    process = subprocess.Popen(  # noqa: S603 - our own interpreter and program, no shell
        [sys.executable, "-I", "-S", "-c", _READER, os.fspath(path)],
        env=child_environment(),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
    )
    try:
        content, _ = process.communicate(timeout=deadline_s)
    except subprocess.TimeoutExpired:
        raise _error(errno.ETIMEDOUT, path) from None
    finally:
        _end(process)
    if process.returncode:
        raise _error(process.returncode, path)
    return content


def _error(number: int, path: Path) -> OSError:
    return OSError(number, os.strerror(number), os.fspath(path))


def _end(process: subprocess.Popen[bytes]) -> None:
    if process.stdout is not None:
        process.stdout.close()
    if process.poll() is None:
        process.kill()
        # A request that the mount has taken up survives SIGKILL; the process then ends with it.
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(_FAREWELL_S)
