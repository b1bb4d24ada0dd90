"""One mounted file system in the kernel, from init to close."""

import contextlib
import logging
import signal
import subprocess
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pyfuse3
import trio

from g3fs.fuse.operations import Operations
from g3fs.gallery.errors import GalleryError

log = logging.getLogger(__name__)

MIN_TASKS = 6
MAX_TASKS = 400
"""Requests of the kernel that are answered at once. When all wait for the server, `stat` waits too:
far more than the threads that wait for servers, so that there is always a task left."""

UNMOUNT_DEADLINE_S = 5.0
"""How long open files may hold up the end after a signal."""

STOPPING = (signal.SIGTERM, signal.SIGINT, signal.SIGHUP)


class MountFailed(GalleryError):
    """The kernel, or fusermount3, would not mount."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionOptions:
    """How the kernel is asked to mount."""

    mountpoint: Path
    source: str
    """Shown in /proc/self/mountinfo; no credentials."""
    read_only: bool
    allow_other: bool
    flags: Sequence[str] = ()
    """Further words of mount(8) that the kernel knows: noexec, noatime."""
    environment: dict[str, str] = field(default_factory=dict)
    """Of the programs that are called to unmount; holds no secrets."""


async def serve(operations: Operations, options: SessionOptions) -> None:
    """Mount, answer the kernel until somebody unmounts, or a signal asks to end.

    Raises:
        MountFailed: nothing is mounted.
    """
    detached = trio.Event()
    async with _mounted(operations, options, detached), trio.open_nursery() as nursery:
        await nursery.start(_unmount_on_signal, options, nursery.cancel_scope, detached)
        await pyfuse3.main(min_tasks=MIN_TASKS, max_tasks=MAX_TASKS)
        nursery.cancel_scope.cancel()


@asynccontextmanager
async def _mounted(
    operations: Operations, options: SessionOptions, detached: trio.Event
) -> AsyncIterator[None]:
    try:
        pyfuse3.init(operations, str(options.mountpoint), kernel_options(options))
    except RuntimeError as error:
        raise MountFailed(f"{options.mountpoint}: cannot be mounted: {error}") from error
    try:
        yield
    finally:
        # libfuse would complain on stderr about a mount that is out of the tree already.
        pyfuse3.close(unmount=not detached.is_set())


def kernel_options(options: SessionOptions) -> set[str]:
    """The words for pyfuse3; it does not know those that only mount(8) does."""
    words = {
        "default_permissions",
        "subtype=g3fs",
        f"fsname={escaped(options.source)}",
        "nosuid",
        "nodev",
        *options.flags,
    }
    if options.read_only:
        words.add("ro")
    if options.allow_other:
        words.add("allow_other")
    return words


def escaped(value: str) -> str:
    """A value for libfuse's option parser, which splits at commas."""
    return value.replace("\\", "\\\\").replace(",", "\\,")


async def _unmount_on_signal(
    options: SessionOptions,
    session: trio.CancelScope,
    detached: trio.Event,
    *,
    task_status: trio.TaskStatus[None] = trio.TASK_STATUS_IGNORED,
) -> None:
    with trio.open_signal_receiver(*STOPPING) as signals:
        task_status.started()
        number = await anext(signals)
        log.info("%s: unmounting", signal.Signals(number).name)
        if await _unmount(options):
            detached.set()
        # When nothing is open, the main loop ends by itself and this sleep with it.
        await trio.sleep(UNMOUNT_DEADLINE_S)
        log.warning("%s: files are still open; they cannot be read on", options.mountpoint)
        pyfuse3.terminate()
        session.cancel()


async def _unmount(options: SessionOptions) -> bool:
    """Take the mount out of the tree; open files go on working until closed. False: it failed."""
    command = ["fusermount3", "-u", "-z", "--", str(options.mountpoint)]
    with contextlib.suppress(OSError):  # not found: close() unmounts as well
        done = await trio.run_process(
            command,
            check=False,
            env=options.environment,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        return done.returncode == 0
    return False
