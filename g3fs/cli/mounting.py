"""Mounting, in the background or the foreground; the same for `g3fs mount`, mount(8) and fstab."""

import contextlib
import logging
import os
from collections.abc import Callable, Iterator

from g3fs.cli.background import run_in_background
from g3fs.cli.exits import EXPECTED, MOUNT_FAILED
from g3fs.cli.fusermount import unmount
from g3fs.cli.logs import start_log
from g3fs.cli.mountinfo import mounted_at, mounts, resolve
from g3fs.cli.mountpoint import check_machine, check_mountpoint
from g3fs.cli.saying import explain, say
from g3fs.config.options import MountOptions
from g3fs.gallery.errors import GalleryError

log = logging.getLogger(__name__)

_GRACE_S = 5.0
"""Beyond the deadline of the server: for starting, and for what is not the server's fault."""


def mount(options: MountOptions) -> None:
    """Mount as `options` say; in the background it is mounted and answers when this returns.

    Raises:
        Failure, ConfigError, GalleryError: nothing is mounted.
    """
    check_machine(allow_other=options.allow_other)
    check_mountpoint(options.mountpoint, nonempty=options.nonempty)
    if options.source.http.insecure:
        say(f"warning: the certificate of {options.source.url} is not checked (insecure)")
    if options.foreground:
        start_log(options.log, options.source.http.redactor, foreground=True)
        serve(options, lambda: None)
        return
    with _nothing_left_behind(options):
        run_in_background(
            lambda ready: _serve_with_log(options, ready),
            options.source.url,
            deadline_s=options.source.timeout_s + _GRACE_S,
        )


def _serve_with_log(options: MountOptions, ready: Callable[[], None]) -> None:
    start_log(options.log, options.source.http.redactor, foreground=False)
    try:
        serve(options, ready)
    except EXPECTED as exc:
        # The parent tells the user while it still listens; later only the log can.
        log.warning("%s: the mount ended: %s", options.mountpoint, exc)
        raise
    except Exception:
        log.exception("%s: the mount ended by a fault of g3fs", options.mountpoint)
        raise


def serve(options: MountOptions, ready: Callable[[], None]) -> None:
    """Mount and answer the kernel until somebody unmounts, or a signal comes.

    `ready` is called when the mount answers.
    """
    os.umask(0o077)  # state, cache and log are nobody else's business
    # Here, not above: these take a third of a second that no other command has to spend.
    import trio

    from g3fs.app import mounting
    from g3fs.fuse.session import MountFailed
    from g3fs.tasks.threads import hurry_the_loop

    def mounted() -> None:
        log.info("%s: mounted on %s", options.source.url, options.mountpoint)
        if options.source.http.insecure:
            log.warning("%s: its certificate is not checked (insecure)", options.source.url)
        ready()

    async def run() -> None:
        await mounting.serve(options, ready=mounted)

    hurry_the_loop()
    try:
        trio.run(run)
    except MountFailed:
        raise  # it is not the server's doing
    except GalleryError as exc:
        raise explain(exc, MOUNT_FAILED, about=options.source.url) from exc
    log.info("%s: unmounted", options.mountpoint)


@contextlib.contextmanager
def _nothing_left_behind(options: MountOptions) -> Iterator[None]:
    """Unmount what a start that failed may have left; check_mountpoint saw that it was free."""
    try:
        yield
    except BaseException:
        table = mounts()
        place = resolve(options.mountpoint, table)
        there = mounted_at(place, table)
        if there is not None and there.ours:
            unmount(place, lazy=True)
        raise
