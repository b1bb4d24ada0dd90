"""A pool of requests sessions; each serves one call at a time, and keeps its connection."""

import threading
from dataclasses import dataclass, field
from http.cookiejar import DefaultCookiePolicy

import requests

from g3fs.gallery.clock import Clock
from g3fs.gallery.errors import TimedOut
from g3fs.http.adapter import WatchedAdapter
from g3fs.http.deadline import Watch
from g3fs.http.options import HttpOptions
from g3fs.http.origin import Origin
from g3fs.http.tls import tls_context


class _Session(requests.Session):
    """Leaves redirects to us: requests would read their body, and prepare what comes next."""

    def get_redirect_target(self, resp: requests.Response) -> None:
        return None


@dataclass(slots=True)
class Slot:
    """One session with the watch over its one connection."""

    session: requests.Session
    watch: Watch
    idle_since: float = field(default=0.0)


class SessionPool:
    """Checks slots out and in; the warmest first. For several threads."""

    def __init__(self, origin: Origin, options: HttpOptions, clock: Clock) -> None:
        self._origin = origin
        self._options = options
        self._clock = clock
        self._context = tls_context(options) if origin.scheme == "https" or options.proxy else None
        self._changed = threading.Condition()
        self._idle: list[Slot] = []
        self._made = 0
        self._closed = False

    def checkout(self, wait_s: float) -> Slot:
        """A slot that is the caller's until `checkin`.

        Raises:
            TimedOut: all are in use, for `wait_s`.
        """
        with self._changed:
            if self._closed:
                raise RuntimeError("the client is closed")
            free = self._changed.wait_for(self._is_free, timeout=max(wait_s, 0))
            if not free:
                count, place = self._options.max_connections, self._origin.place
                raise TimedOut(f"all {count} connections to {place} are busy")
            if self._idle:
                return self._idle.pop()
            self._made += 1
        return self._new()

    def checkin(self, slot: Slot) -> None:
        """Give a slot back; its answer must have been read or closed."""
        slot.idle_since = self._clock()
        with self._changed:
            if not self._closed:
                self._idle.append(slot)
                self._changed.notify()
                return
        slot.session.close()

    def close(self) -> None:
        """Close what is idle now, and the rest as it comes back."""
        with self._changed:
            self._closed = True
            idle, self._idle = self._idle, []
        for slot in idle:
            slot.session.close()

    def _is_free(self) -> bool:
        return bool(self._idle) or self._made < self._options.max_connections

    def _new(self) -> Slot:
        watch = Watch(self._clock)
        session = _Session()
        session.trust_env = False
        session.headers.clear()
        session.cookies.set_policy(DefaultCookiePolicy(allowed_domains=[]))
        if self._options.proxy is not None:
            session.proxies = {"http": self._options.proxy, "https": self._options.proxy}
        session.mount(f"{self._origin.scheme}://", WatchedAdapter(watch, self._context))
        return Slot(session, watch)
