"""Which transfer brings what a reader waits for: an old one, a new one, or one that is to be free.

Plain code, and so atomic, but for `wait`; the transfers run in the nursery of Content.
"""

import logging
import sys
from collections.abc import Iterable
from dataclasses import dataclass, field

import trio

from g3fs.cache.download import Means, Transfer
from g3fs.cache.intake import Counters, Intake
from g3fs.cache.pieces import Growing
from g3fs.cache.readahead import FIRST, GRAIN, NEAR, Limits, Pattern, Window, ahead, window
from g3fs.gallery.errors import Cancelled, GalleryError, Stale

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Crew:
    """Who carries out what is steered, shared by all files."""

    nursery: trio.Nursery
    means: Means
    counters: Counters
    cache_bytes: int
    transfers_per_file: int


@dataclass(slots=True, eq=False)
class _Want:
    """A reader that waits for bytes `start` to `end`; `end` None: for the size."""

    start: int
    end: int | None
    plan: Window
    done: trio.Event = field(default_factory=trio.Event)
    transfer: Transfer | None = None
    error: Exception | None = None


class Steering:
    """The transfers of one file, and those who wait for them."""

    def __init__(self, intake: Intake, crew: Crew) -> None:
        self._intake = intake
        self._crew = crew
        self._transfers: list[Transfer] = []
        self._wants: list[_Want] = []

    @property
    def busy(self) -> bool:
        """Whether there is any transfer."""
        return bool(self._transfers)

    async def wait_bytes(self, pattern: Pattern, start: int, end: int) -> None:
        """Wait until the bytes from `start`, which are missing, are here: to `end` or a piece.

        Raises: what the transfer raised that should have brought them.
        """
        plan = window(pattern, start, end, self._limits())
        end = min(end, self._intake.gap_end(start) or end)
        await self._wait(_Want(start, end, plan))

    async def wait_size(self) -> None:
        """Wait until the size is known."""
        start = self._intake.pieces.covered_to(0)
        await self._wait(_Want(start, None, self._size_plan()))

    def push(self, pattern: Pattern, end: int) -> None:
        """A reader has everything up to `end`: let the transfer ahead of it keep its distance."""
        if self._transfers:
            front = self._intake.pieces.covered_to(end)
            for transfer in self._transfers:
                if transfer.position == front:
                    transfer.go_on(ahead(pattern, end, self._limits()))

    def stop(self) -> None:
        """End all transfers promptly; what has come is stored. Who still waits gets Cancelled."""
        for want in self._wants:
            if not want.done.is_set():
                want.error = Cancelled("closed")
                want.done.set()
        for transfer in list(self._transfers):
            self._retire(transfer)

    # What the intake tells: see intake.Listener

    def others(self, transfer: Transfer) -> Iterable[Transfer]:
        return [other for other in self._transfers if other is not transfer]

    def overtaken(self, growing: Growing) -> None:
        for transfer in [t for t in self._transfers if t.growing is growing]:
            self._retire(transfer)
            self._free(transfer)

    def arrived(self) -> None:
        for want in self._wants:
            if want.end is None:
                here = self._intake.size_bytes is not None
            else:
                here = self._intake.has(want.start, want.end)
            if here:
                want.done.set()

    def size_known(self) -> None:
        for transfer in list(self._transfers):  # a far want may be better served by one of its own
            self._free(transfer)

    def size_untold(self) -> None:
        for want in self._wants:
            if want.end is None and want.transfer is not None:
                want.transfer.go_on(self._size_plan())

    # Below

    def _limits(self) -> Limits:
        intake = self._intake
        return Limits(
            size_bytes=intake.size_bytes,
            ranges=intake.media.seekable if intake.ranges is None else intake.ranges,
            cache_bytes=self._crew.cache_bytes,
        )

    def _size_plan(self) -> Window:
        return Window(sys.maxsize if self._intake.untold else FIRST, open_ended=True)

    async def _wait(self, want: _Want) -> None:
        if self._intake.fault is not None:
            raise self._intake.fault
        self._wants.append(want)
        try:
            self._steer(want)
            await want.done.wait()
        finally:
            self._wants.remove(want)
            self._settle()
        if want.error is not None:
            raise want.error

    def _steer(self, want: _Want) -> None:
        """Let a transfer bring what is wanted; while none is free, the want waits for one."""
        want.transfer = self._serving(want.start) or self._begin(want.start)
        if want.transfer is not None:
            want.transfer.go_on(want.plan)

    def _settle(self) -> None:
        for want in self._wants:
            if want.transfer is None and not want.done.is_set():
                self._steer(want)

    def _free(self, transfer: Transfer) -> None:
        """Let others bring what `transfer` was to bring."""
        for want in self._wants:
            if want.transfer is transfer:
                want.transfer = None
        self._settle()

    def _serving(self, start: int) -> Transfer | None:
        """The transfer that brings byte `start` soonest, if a new one would not be better."""
        behind = [t for t in self._transfers if t.position <= start and self._soon(t, start)]
        return max(behind, key=lambda t: t.position, default=None)

    def _soon(self, transfer: Transfer, start: int) -> bool:
        limits, distance = self._limits(), start - transfer.position
        if limits.size_bytes is None or not limits.ranges:
            return True
        if transfer.reach == transfer.position:  # no stream is open
            return distance < GRAIN
        return start < transfer.reach and distance <= NEAR

    def _begin(self, wanted: int) -> Transfer | None:
        crew = self._crew
        if len(self._transfers) >= crew.transfers_per_file:
            busy = {want.transfer for want in self._wants}
            free = [transfer for transfer in self._transfers if transfer not in busy]
            if not free:
                return None
            self._retire(free[0])
        transfer = Transfer(self._intake, crew.means, start=self._start(wanted))
        self._intake.start(transfer)
        self._transfers.append(transfer)
        crew.nursery.start_soon(self._run, transfer)
        return transfer

    def _start(self, wanted: int) -> int:
        """A little before what is wanted, but not where bytes are here or under way."""
        intake = self._intake
        if intake.ranges is False:
            return 0
        if intake.size_bytes is None:  # the wanted byte may not exist
            return intake.pieces.covered_to(0)
        before = intake.pieces.before(wanted)
        coming = [int(t.reach) for t in self._transfers if t.position <= wanted >= t.reach]
        return max(wanted - wanted % GRAIN, before.end if before else 0, *coming, 0)

    def _retire(self, transfer: Transfer) -> None:
        self._transfers.remove(transfer)
        self._intake.finish(transfer)
        transfer.retire()

    async def _run(self, transfer: Transfer) -> None:
        media = self._intake.media.id
        error: Exception | None = None
        self._crew.counters.transfers += 1
        try:
            with transfer.scope:
                await transfer.run()
        except GalleryError as exc:
            log.debug("%s: transfer ended at %d: %s", media, transfer.position, exc)
            error = exc
        except Exception as exc:
            log.exception("%s: transfer failed", media)
            error = exc
        finally:  # no await in here: a cancelled task could not get past it
            self._crew.counters.transfers -= 1
            self._over(transfer, error)

    def _over(self, transfer: Transfer, error: Exception | None) -> None:
        if isinstance(error, Stale):
            self._intake.fault = error
        self._intake.finish(transfer)
        if transfer in self._transfers:
            self._transfers.remove(transfer)
        for want in self._wants:
            if want.transfer is transfer and not want.done.is_set():
                want.transfer, want.error = None, error
                if error is not None:
                    want.done.set()
        self.arrived()
        self._settle()
