"""Telling the kernel to forget: one task, because the kernel may make us wait for its own locks."""

import logging
import math
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

import pyfuse3
import trio

from g3fs.fuse.busy import BusyDirectories
from g3fs.tasks.threads import in_thread
from g3fs.vfs.nodes import Ino

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class _Notice:
    give: Callable[[], None]
    directory: pyfuse3.InodeT | None = None
    """That the kernel locks to take it."""


class KernelNotifier:
    """Notices in the order in which they were given.

    The kernel takes a notice of a name only when nothing is being answered in its directory, so a
    notice is never given from a handler: it waits here until that is so, then for a thread that has
    nothing else to do.
    """

    def __init__(self) -> None:
        self.busy = BusyDirectories()
        """To be told by whoever answers the kernel."""
        self._send, self._receive = trio.open_memory_channel[_Notice](math.inf)
        self._at_once = trio.CapacityLimiter(4)

    def forget_entry(self, parent: Ino, name: str) -> None:
        """The name in that directory is not what the kernel remembers."""
        raw = pyfuse3.FileNameT(name.encode("utf-8", "surrogateescape"))
        directory = pyfuse3.InodeT(parent)
        self._send.send_nowait(_Notice(lambda: pyfuse3.invalidate_entry(directory, raw), directory))

    def forget_attributes(self, ino: Ino) -> None:
        """The attributes have changed; the bytes have not."""
        self._send.send_nowait(_Notice(lambda: pyfuse3.invalidate_inode(pyfuse3.InodeT(ino), True)))

    async def forget_size(self, ino: Ino) -> None:
        """The same, and the kernel has forgotten them when this returns; that takes no lock."""
        give = partial(pyfuse3.invalidate_inode, pyfuse3.InodeT(ino), True)
        try:
            await in_thread(self._at_once, give, abandon=True)
        except OSError as error:
            log.debug("notice to the kernel: %s", error)

    def forget_content(self, ino: Ino) -> None:
        """The bytes have changed."""
        self._send.send_nowait(
            _Notice(lambda: pyfuse3.invalidate_inode(pyfuse3.InodeT(ino), False))
        )

    async def run(self) -> None:
        """Give the notices; runs until it is cancelled."""
        one_at_a_time = trio.CapacityLimiter(1)
        async for notice in self._receive:
            if notice.directory is not None:
                await self.busy.idle(notice.directory)
            try:
                await in_thread(one_at_a_time, notice.give, abandon=True)
            except OSError as error:
                # ENOENT: the kernel does not know the inode or name, so there is nothing to forget.
                log.debug("notice to the kernel: %s", error)
