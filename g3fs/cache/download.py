"""One transfer: walks forward through a file, fetches what is missing, pauses when far enough.

A transfer has at most one stream open at a time. While nobody wants more it does not read, and so
the server is held up (backpressure); after a while it closes the stream, and asks again when it is
wanted. When the connection breaks it goes on where it was.
"""

import logging
import math
from dataclasses import dataclass
from typing import Protocol

import trio

from g3fs.cache.pieces import Growing
from g3fs.cache.readahead import FIRST, MIB, Window
from g3fs.cache.slots import Slots
from g3fs.gallery.backend import Backend, ByteStream, Extent
from g3fs.gallery.errors import (
    BadReply,
    Busy,
    ServerError,
    TimedOut,
    Unreachable,
)
from g3fs.gallery.items import Media, Rendition

log = logging.getLogger(__name__)

CHUNK_BYTES = 256 * 1024
"""Asked of a stream at a time: large enough for 1 GB/s, small beside the window."""

PROGRESS_BYTES = 16 * 1024
"""Fewer bytes than these are no progress: a server that drips would hold a reader up for hours."""

RESUMES = 4
"""How often a broken connection is resumed before a MiB has come through."""

PASSING = (BadReply, Busy, ServerError, TimedOut, Unreachable)
"""What may be over when asked again."""


TURN_BYTES = 8 * MIB
"""After so much, a stream that can be resumed makes room for others that wait for a place."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Pace:
    """How long things may take, in seconds."""

    progress_timeout_s: float
    """Without PROGRESS_BYTES, or the end, for so long, readers that wait get TimedOut."""
    pause_s: float
    """A stream that nobody reads is closed after this."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Means:
    """What transfers share."""

    backend: Backend
    slots: Slots
    pace: Pace


class Target(Protocol):
    """The file that a transfer fills; all methods but `room` are plain, and so atomic."""

    media: Media
    """As the newest listing shows it."""
    rendition: Rendition
    size_bytes: int | None
    ranges: bool | None
    """Whether the server obeys ranges; None when that was not seen yet."""

    def next_missing(self, transfer: "Transfer") -> int | None:
        """The first byte from the transfer's position on that nobody has; None: nothing is left.

        Nothing is left, too, where another transfer is at work.
        """
        ...

    def gap_end(self, offset: int) -> int | None:
        """Where the next bytes that are here, or on their way, begin; None: nowhere."""
        ...

    def answered(self, transfer: "Transfer", stream: ByteStream, asked: int) -> bool:
        """Learn from the head of an answer; False when another transfer does this one's work.

        Raises:
            Stale, BadReply: these are not the bytes that were asked for.
        """
        ...

    def deliver(self, transfer: "Transfer", chunk: bytes) -> int:
        """Take bytes that lie at the transfer's position, and move it; how many were new."""
        ...

    def ended(self, transfer: "Transfer", stream: ByteStream, *, more: bool) -> None:
        """The answer ended at the transfer's position; or, with `more`, should have and did not.

        Raises:
            Stale, BadReply: that is not where the file ends.
        """
        ...

    async def room(self) -> None:
        """Wait while much is still on its way to the disk."""
        ...


class Transfer:
    """State of one walk; `go_on` and `retire` steer it, `run` is its task."""

    def __init__(self, target: Target, means: Means, *, start: int) -> None:
        self.position = start
        """The next byte that the stream brings."""
        self.growing: Growing | None = None
        """The bytes before `position`, while they are not complete; the target's."""
        self.until = start
        self.open_ended = False
        self.reach: float = start
        """Where the answer that is under way ends; `position` when there is none."""
        self.scope = trio.CancelScope()
        self.retired = False
        self._target = target
        self._means = means
        self._wake = trio.Event()
        self._progress_s = 0.0
        """When the last progress was made, or waited for."""
        self._progress_bytes = 0
        """Since then."""
        self._new_bytes = 0
        self._superfluous = False
        self._close = False

    @property
    def paused(self) -> bool:
        """Whether it is as far as anybody wants."""
        return self.position >= self.until

    def go_on(self, window: Window) -> None:
        """Fetch at least so far."""
        self.open_ended |= window.open_ended
        if window.until > self.until:
            self.until = window.until
            self._wake.set()

    def retire(self) -> None:
        """End the transfer promptly, even while it waits for bytes."""
        self.retired = True
        self.scope.cancel()

    def give_way(self) -> None:
        """Close the stream, if it is paused: others need its place."""
        self._close = True
        self._wake.set()

    async def run(self) -> None:
        """Walk until nothing is missing ahead; to be run inside of `scope`.

        Raises:
            GalleryError: it cannot go on.
        """
        tries, tried_at = RESUMES, 0
        self._wait_anew()
        while await self._wanted():
            before = self._new_bytes
            try:
                await self._fetch()
            except PASSING as exc:
                if self._new_bytes - tried_at >= MIB:
                    tries, tried_at = RESUMES, self._new_bytes
                tries -= 1
                if self._new_bytes == before or not tries:
                    raise
                log.debug("%s: resuming at %d: %s", self._target.media.id, self.position, exc)

    async def _wanted(self) -> bool:
        """Wait until more is wanted; False when nothing is missing ahead."""
        while not self._superfluous and (missing := self._target.next_missing(self)) is not None:
            if self._target.ranges is not False:
                self.position = self.reach = missing
            if not self.paused:
                return True
            self._wake = trio.Event()
            await self._wake.wait()
            self._wait_anew()
        return False

    def _extent(self) -> Extent:
        size = self._target.size_bytes
        if self._target.ranges is False:
            return Extent(0)
        end = self._target.gap_end(self.position) or size
        if size is None or end is None:
            return Extent(self.position)
        if not self.open_ended:
            end = min(end, max(self.until, self.position + FIRST))
        return Extent(self.position, None if end >= size else end - self.position)

    async def _fetch(self) -> None:
        """Ask once, and take what is wanted of the answer."""
        timeout_s = self._means.pace.progress_timeout_s
        with trio.CancelScope(deadline=self._progress_s + timeout_s) as deadline:
            async with self._means.slots.place():
                await self._answer(deadline)
        if deadline.cancelled_caught:
            came = f"{self._progress_bytes} bytes" if self._progress_bytes else "no byte"
            raise TimedOut(f"{self._target.media.id}: {came} came in {timeout_s:g} s")

    async def _answer(self, deadline: trio.CancelScope) -> None:
        target, extent = self._target, self._extent()
        self.reach = math.inf if extent.length is None else extent.offset + extent.length
        try:
            async with self._means.backend.open(target.media, target.rendition, extent) as stream:
                if target.answered(self, stream, extent.offset):
                    self.position = stream.offset
                    await self._take(stream, deadline)
                else:
                    self._superfluous = True
        finally:
            self.reach = self.position

    async def _take(self, stream: ByteStream, deadline: trio.CancelScope) -> None:
        """Read the answer to its end, or as far as bytes are missing, or until a long pause."""
        target, first = self._target, self.position
        while True:
            # An answer is read to its end, b"", although all is here: the connection is used again.
            over = self.position == self.reach or self.position == target.size_bytes
            if not over and (self._passed(first) or not await self._resumed()):
                return
            deadline.deadline = self._progress_s + self._means.pace.progress_timeout_s
            chunk = await stream.read_some(1 if over else self._next_bytes())
            deadline.deadline = math.inf
            if self.position == target.size_bytes or not (chunk or over):
                target.ended(self, stream, more=bool(chunk))
                return
            if not chunk:
                return
            if over:  # asked for the first bytes, and all of them come: it ignores ranges
                target.ranges, self.reach = False, math.inf
            self._new_bytes += target.deliver(self, chunk)
            self._progressed(len(chunk))
            delivered_s = trio.current_time()
            await target.room()
            self._progress_s += trio.current_time() - delivered_s  # not the server's doing

    def _progressed(self, count: int) -> None:
        self._progress_bytes += count
        if self._progress_bytes >= PROGRESS_BYTES:
            self._wait_anew()

    def _wait_anew(self) -> None:
        """From now on the deadline runs."""
        self._progress_s, self._progress_bytes = trio.current_time(), 0

    def _passed(self, first: int) -> bool:
        """Whether to close a stream that could go on.

        What it still brings is here already; or others wait for its place, and to ask again costs
        little beside what came since `first`.
        """
        missing = self._target.next_missing(self)
        if missing is None:
            return True
        if self._target.ranges is False:
            return False
        fair = self._means.slots.waited_for and self.position - first >= TURN_BYTES
        return fair or missing != self.position

    def _next_bytes(self) -> int:
        ends = (self.until, self._target.size_bytes, self._target.gap_end(self.position))
        nearest = min(end for end in ends if end is not None and end > self.position)
        return min(CHUNK_BYTES, nearest - self.position)

    async def _resumed(self) -> bool:
        """Wait until more is wanted; False when that took long, or others need the place."""
        slots, self._close = self._means.slots, False
        if not self.paused:
            return True
        if slots.waited_for:
            return False
        slots.pause(self)
        try:
            with trio.move_on_after(self._means.pace.pause_s):
                while self.paused and not self._close:
                    self._wake = trio.Event()
                    await self._wake.wait()
        finally:
            slots.resume(self)
        self._wait_anew()
        return not self.paused
