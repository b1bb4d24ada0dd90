"""A file lock between processes: shared by those who use something, alone by who repairs it."""

import fcntl
import os
import time
from pathlib import Path

_POLL_S = 0.02


class NoLocks(OSError):
    """The file system cannot lock: some network disks."""


class FileLock:
    """An flock(2) on a file of its own; released by the kernel when the process ends.

    Blocking calls, for worker threads; NoLocks where locks do not work. The file stays: deleting
    it would let two in at once.
    """

    def __init__(self, path: Path) -> None:
        """Open the lock's file, made if need be; OSError when that cannot be done."""
        self._fd = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)

    def acquire_alone_or_shared(self, timeout_s: float) -> bool:
        """Take it alone if nobody has it (True), shared if others share it (False).

        Raises:
            OSError: somebody kept it alone for `timeout_s`; the lock is released then.
        """
        give_up = time.monotonic() + timeout_s
        while True:
            for kind in (fcntl.LOCK_EX, fcntl.LOCK_SH):
                if self._try(kind):
                    return kind == fcntl.LOCK_EX
            if time.monotonic() > give_up:
                self.release()
                raise TimeoutError(None, "another process is busy opening it")
            time.sleep(_POLL_S)

    def acquire_alone(self) -> bool:
        """Take it alone if nobody has it, without waiting; False when somebody does."""
        return self._try(fcntl.LOCK_EX)

    def share(self) -> None:
        """Let others in; nobody holds it alone for long."""
        fcntl.flock(self._fd, fcntl.LOCK_SH)

    def release(self) -> None:
        """Give it back, for good."""
        os.close(self._fd)

    def _try(self, kind: int) -> bool:
        try:
            fcntl.flock(self._fd, kind | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        except OSError as exc:
            raise NoLocks(
                exc.errno,
                f"its file system has no file locks ({exc.strerror}): choose a local disk",
            ) from exc
        return True
