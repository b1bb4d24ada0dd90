"""A wrapper of the port: nothing waits past its deadline, and a dead server costs nobody time."""

import time
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from functools import partial
from typing import TypeVar
from urllib.parse import urlsplit

import trio

from g3fs.backends.breaker import Breaker, BreakerStatistics
from g3fs.backends.guard import Guard, in_time
from g3fs.backends.guardedwriting import GuardedTagViewer, GuardedWriter
from g3fs.gallery.backend import Backend, ByteStream, Capabilities, Extent, Pulsed, Scan, Scans
from g3fs.gallery.clock import WallClock
from g3fs.gallery.errors import GalleryError, TimedOut, Unreachable
from g3fs.gallery.ids import ItemId, Version
from g3fs.gallery.items import Album, Details, Group, Item, Listing, Media, Rendition
from g3fs.gallery.writing import HasTagViews, TagViewer, Writer, Writes

T = TypeVar("T")


@dataclass(frozen=True, slots=True, kw_only=True)
class GuardOptions:
    """How patient the guard is."""

    deadline_s: float = 30.0
    """For a metadata call in all, for the beginning of a transfer, and for each wait for bytes."""
    unreachable_limit: int = 2
    """How many calls in a row find nobody before the breaker opens."""
    first_probe_s: float = 1.0
    """Between opening and the first probe; each next wait is twice as long."""
    longest_probe_s: float = 30.0
    probe_deadline_s: float = 5.0
    """For one probe; a server that needs longer is not back yet."""
    wall_clock: WallClock = time.time


class Guarded:
    """A backend with deadlines and a circuit breaker.

    While the breaker is open, calls fail with Unreachable and do not touch the network; `run` finds
    out when the server is back.
    """

    def __init__(
        self,
        backend: Backend,
        options: GuardOptions,
        *,
        probe: Callable[[], Awaitable[object]] | None = None,
    ) -> None:
        """Guard `backend`; `probe` is a cheap call of its server (default: its root album).

        `backend.open` must not hold a cancel scope or nursery while its stream is in use.
        """
        self._backend = backend
        self._options = options
        self._probe = probe or backend.root
        self._place = urlsplit(backend.capabilities.url).netloc or backend.capabilities.url
        self._breaker = Breaker(
            self._place,
            unreachable_limit=options.unreachable_limit,
            wall_clock=options.wall_clock,
        )
        self._guard = Guard(self._place, self._breaker, options.deadline_s)

    @property
    def capabilities(self) -> Capabilities:
        return self._backend.capabilities

    @property
    def scans(self) -> Scans | None:
        """The same for scans; None where the server has none."""
        return (
            _GuardedScans(self._backend, self._call) if isinstance(self._backend, Scans) else None
        )

    @property
    def pulse(self) -> Callable[[], Awaitable[str]] | None:
        """The same for the pulse; None where the server has none."""
        backend = self._backend
        if not isinstance(backend, Pulsed):
            return None
        return lambda: self._call("its counters", backend.pulse)

    @property
    def writer(self) -> Writer | None:
        """The same for changes; None where the server takes none."""
        backend = self._backend
        return GuardedWriter(backend.writer, self._guard) if isinstance(backend, Writes) else None

    @property
    def tag_viewer(self) -> TagViewer | None:
        """The same for tags as directories; None where the server has none to show."""
        viewer = self._backend.tag_viewer if isinstance(self._backend, HasTagViews) else None
        return None if viewer is None else GuardedTagViewer(viewer, self._guard)

    def statistics(self) -> BreakerStatistics:
        """Whether the server answers, and since when."""
        return self._breaker.statistics()

    async def run(self) -> None:
        """Probe while the breaker is open; runs until it is cancelled."""
        while True:
            await self._breaker.wait_opened()
            await self._probe_until_back()

    async def wait_back(self) -> None:
        """Return when the server answers again, the next time that it did not."""
        await self._breaker.wait_closed()

    async def root(self) -> Album:
        return await self._call("the root album", self._backend.root)

    async def list(self, album: ItemId) -> Listing:
        return await self._call(f"album {album}", lambda: self._backend.list(album))

    async def stat(self, item: ItemId) -> Item:
        return await self._call(f"item {item}", lambda: self._backend.stat(item))

    async def details(self, group: Group, items: Sequence[ItemId]) -> Mapping[ItemId, Details]:
        what = f"{group.value} of item {items[0]}"
        return await self._call(what, lambda: self._backend.details(group, items))

    @asynccontextmanager
    async def open(
        self, media: Media, rendition: Rendition, extent: Extent
    ) -> AsyncIterator[ByteStream]:
        async with AsyncExitStack() as stack:
            opening = self._backend.open(media, rendition, extent)
            enter = partial(stack.enter_async_context, opening)
            stream = await self._call(f"item {media.id}", enter)
            yield _GuardedStream(stream, partial(self._call, f"more of item {media.id}"))

    async def same_bytes(self, media: Media, before: Version) -> bool:
        what = f"item {media.id}"
        return await self._call(what, lambda: self._backend.same_bytes(media, before))

    async def _call(self, what: str, call: Callable[[], Awaitable[T]]) -> T:
        return await self._guard.in_time(f"send {what}", call)

    async def _probe_until_back(self) -> None:
        options = self._options
        # After a deadline the server may well be there, and only that one call was slow.
        delay_s = 0.0 if self._breaker.opened_by_waiting else options.first_probe_s
        while True:
            await trio.sleep(delay_s)
            if await self._is_back():
                self._breaker.close()
                return
            delay_s = min(max(2 * delay_s, options.first_probe_s), options.longest_probe_s)

    async def _is_back(self) -> bool:
        """Any answer counts, a refusal too: the calls that follow will say what is wrong."""
        deadline_s = self._options.probe_deadline_s
        late = f"{self._place} did not answer within {deadline_s:g} s"
        try:
            await in_time(deadline_s, self._probe, late)
        except (TimedOut, Unreachable) as exc:
            self._breaker.noted(exc)
            return False
        except GalleryError:
            return True
        return True


class _GuardedScans:
    """Scans whose every call is bounded."""

    def __init__(
        self,
        scans: Scans,
        call: Callable[[str, Callable[[], Awaitable[Scan]]], Awaitable[Scan]],
    ) -> None:
        self._scans = scans
        self._call = call

    async def scan(self, album: ItemId) -> Scan:
        return await self._call(f"a scan of {album}", lambda: self._scans.scan(album))

    async def scanned(self, scan: str) -> Scan:
        return await self._call(f"scan {scan}", lambda: self._scans.scanned(scan))


class _GuardedStream:
    """A stream whose every wait is bounded."""

    def __init__(
        self,
        stream: ByteStream,
        call: Callable[[Callable[[], Awaitable[bytes]]], Awaitable[bytes]],
    ) -> None:
        self._stream = stream
        self._call = call

    @property
    def offset(self) -> int:
        return self._stream.offset

    @property
    def size_bytes(self) -> int | None:
        return self._stream.size_bytes

    @property
    def media_type(self) -> str:
        return self._stream.media_type

    async def read_some(self, max_bytes: int) -> bytes:
        return await self._call(lambda: self._stream.read_some(max_bytes))


_conforms: type[Backend] = Guarded
_scans_conform: type[Scans] = _GuardedScans
