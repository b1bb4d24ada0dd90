"""Requests to one server: pinned to its origin, patient, bounded in time, discreet."""

import logging
from collections.abc import Callable, Mapping
from contextlib import ExitStack
from dataclasses import dataclass, replace
from typing import TypeVar

import requests

from g3fs.gallery.errors import BadReply, GalleryError, ServerError
from g3fs.http.auth import Auth, NoAuth
from g3fs.http.cancel import Cancel
from g3fs.http.failures import TRANSPORT_ERRORS, failure
from g3fs.http.messages import NO_HEADERS, Reply, Request
from g3fs.http.options import HttpOptions
from g3fs.http.origin import origin_of, resolved, target_of
from g3fs.http.redact import RedactingFilter
from g3fs.http.retry import (
    PASSING,
    TOO_MANY,
    UNAVAILABLE,
    Pace,
    may_repeat,
    retry_after_s,
    too_busy,
)
from g3fs.http.session import SessionPool, Slot
from g3fs.http.stream import StreamedReply

log = logging.getLogger(__name__)

_URLLIB3_LOG = logging.getLogger("urllib3.connectionpool")

T = TypeVar("T")

_REFUSED = frozenset({401, 403})
_REDIRECTS = (301, 302, 303, 307, 308)
_MAX_REDIRECTS = 3
_MAX_IDLE_S = 4.0
"""Writes use no connection that was idle for longer: the server may be closing it just now (five
seconds are the shortest keep-alive of common servers), and a write is not sent twice."""
_LEAST_CONNECT_S = 0.001


class _Final(Exception):
    """Carries an error past the retries: asking again would end in the same."""

    def __init__(self, error: GalleryError) -> None:
        super().__init__()
        self.error = error


@dataclass(frozen=True, slots=True)
class _Call:
    request: Request
    deadline: float
    timeout_s: float
    cancel: Cancel


class Http:
    """The way to one server; for several threads, each in a call of its own."""

    def __init__(
        self,
        url: str,
        options: HttpOptions,
        *,
        auth: Auth | None = None,
        pace: Pace | None = None,
        refused: frozenset[int] = _REFUSED,
        redirects: int = _MAX_REDIRECTS,
    ) -> None:
        """How to talk to the server of an address.

        `refused`: the statuses that make `auth` get other credentials. `redirects`: how many are
        followed; with 0 they are answers like others.
        """
        self.origin = origin_of(url)
        self.options = options
        self.auth: Auth = auth or NoAuth()
        self._refused = refused
        self._redirects = redirects
        self._pace = pace or Pace()
        self._pool = SessionPool(self.origin, options, self._pace.clock)
        # At DEBUG urllib3 logs addresses by itself, and these may hold secrets.
        self._discretion = RedactingFilter(options.redactor)
        _URLLIB3_LOG.addFilter(self._discretion)

    def request(self, request: Request, cancel: Cancel | None = None) -> Reply:
        """The whole answer, whatever its status."""
        return self._patiently(request, cancel, self._whole)

    def open(self, request: Request, cancel: Cancel | None = None) -> StreamedReply:
        """The answer as soon as its headers are there, whatever its status; the caller closes it.

        The body is judged by progress: `read_timeout_s` between two pieces.
        """
        return self._patiently(request, cancel, self._headers_only)

    def close(self) -> None:
        """Close the connections; calls that are under way end normally."""
        self._pool.close()
        _URLLIB3_LOG.removeFilter(self._discretion)

    def _whole(self, stream: StreamedReply) -> Reply:
        with stream:
            body = stream.read_all(self.options.max_body_bytes)
        return Reply(status=stream.status, headers=stream.headers, body=body)

    def _headers_only(self, stream: StreamedReply) -> StreamedReply:
        stream.unbound()
        return stream

    def _patiently(
        self, request: Request, cancel: Cancel | None, finish: Callable[[StreamedReply], T]
    ) -> T:
        timeout_s = self.options.timeout_s if request.timeout_s is None else request.timeout_s
        deadline = self._pace.clock() + timeout_s
        call = _Call(request, deadline, timeout_s, cancel or Cancel())
        attempt = 1
        while True:
            last = attempt >= self.options.attempts
            try:
                stream = self._authorised(call)
                delay_s = self._hesitation_s(call, stream, attempt, last=last)
                if delay_s is None:
                    with call.cancel.aborting(stream.close):
                        return finish(stream)
            except _Final as exc:
                raise exc.error from None
            except GalleryError as exc:
                delay_s = self._pace.delay_s(attempt + 1)
                late = self._pace.clock() + delay_s >= deadline
                if last or late or not may_repeat(exc, repeatable=request.repeatable):
                    raise
                log.debug("%s %s: %s; once more", request.method, self._safe(request.target), exc)
            self._pace.sleep(delay_s)
            call.cancel.check()
            attempt += 1

    def _hesitation_s(
        self, call: _Call, stream: StreamedReply, attempt: int, *, last: bool
    ) -> float | None:
        """How long to wait before the same question is asked again; None: this is the answer."""
        if stream.status not in PASSING:
            return None
        asked_s = retry_after_s(stream.headers.get("Retry-After"), self._pace.wall_clock)
        delay_s = self._pace.delay_s(attempt + 1) if asked_s is None else asked_s
        in_time = self._pace.clock() + delay_s < call.deadline
        if call.request.repeatable and in_time and not last:
            stream.close()
            return delay_s
        if stream.status == TOO_MANY or (stream.status == UNAVAILABLE and asked_s is not None):
            stream.close()
            raise too_busy(self.origin.place, asked_s)
        return None

    def _authorised(self, call: _Call) -> StreamedReply:
        """Ask with credentials; when they are refused, once more with new ones."""
        if not call.request.credentials:
            return self._followed(call, NO_HEADERS)
        credentials = self.auth.headers()
        stream = self._followed(call, credentials)
        if stream.status not in self._refused:
            return stream
        try:
            renewed = self.auth.renew(credentials)
        except BaseException:
            stream.close()
            raise
        if not renewed:
            return stream
        stream.close()
        return self._followed(call, self.auth.headers())

    def _followed(self, call: _Call, credentials: Mapping[str, str]) -> StreamedReply:
        for _ in range(self._redirects + 1):
            stream = self._sent(call, credentials)
            location = stream.headers.get("Location")
            if not self._redirects or stream.status not in _REDIRECTS or location is None:
                return stream
            stream.close()
            target = self._redirected(call.request, location)
            call = replace(call, request=replace(call.request, target=target))
        raise _Final(BadReply(f"{self.origin.place} redirects in circles"))

    def _redirected(self, request: Request, location: str) -> str:
        """The target that a redirect leads to, if it may be followed."""
        try:
            url = resolved(self.origin, request.target, location)
            other = origin_of(url)
        except (GalleryError, ValueError):
            error = BadReply(f"{self.origin.place} redirects to a nonsensical address")
            raise _Final(error) from None
        if other != self.origin:
            text = (
                f"{self.origin} sends us on to {other}, which is not asked because it is another"
                " server; if it is the right one, give its address"
            )
            raise _Final(BadReply(text))
        if request.method not in ("GET", "HEAD") or request.body is not None:
            text = f"{self.origin} redirects a {request.method} request: wrong address?"
            raise _Final(BadReply(text))
        return target_of(url)

    def _sent(self, call: _Call, credentials: Mapping[str, str]) -> StreamedReply:
        """One request on one connection; once more if that had died while it was idle."""
        left_s = max(call.deadline - self._pace.clock(), 0)
        slot = self._pool.checkout(min(self.options.pool_timeout_s, left_s))
        with ExitStack() as undo:
            undo.callback(self._pool.checkin, slot)
            if not call.request.repeatable and self._pace.clock() - slot.idle_since > _MAX_IDLE_S:
                slot.session.close()
            with call.cancel.aborting(slot.watch.abort):
                try:
                    stream = self._answer(slot, call, credentials)
                except ServerError:
                    stale = not slot.watch.connected and not slot.watch.received_bytes
                    if not (stale and call.request.repeatable):
                        raise
                    stream = self._answer(slot, call, credentials)
            undo.pop_all()
        return stream

    def _answer(self, slot: Slot, call: _Call, credentials: Mapping[str, str]) -> StreamedReply:
        request, started = call.request, self._pace.clock()
        streamed = request.body is not None and not isinstance(request.body, bytes)
        slot.watch.start(
            deadline=None if streamed else call.deadline,
            read_s=self.options.read_timeout_s if request.wait_s is None else request.wait_s,
            write_s=self.options.write_timeout_s,
            reply_s=call.timeout_s if streamed else None,
        )
        slot.watch.cancel = call.cancel
        connect_s = min(self.options.connect_timeout_s, call.deadline - started)
        try:
            response = slot.session.send(
                self._prepared(slot, request, credentials),
                stream=True,
                timeout=(max(connect_s, _LEAST_CONNECT_S), None),
                allow_redirects=False,
                proxies=slot.session.proxies,
            )
        except BaseException as exc:
            slot.watch.drop()
            if not isinstance(exc, TRANSPORT_ERRORS):
                raise
            call.cancel.check()
            asked, answering = slot.watch.sent_bytes > 0, slot.watch.received_bytes > 0
            error = failure(exc, self.origin, asked=asked, answering=answering)
            log.debug("%s %s: %s", request.method, self._safe(request.target), error)
            raise error from None
        slot.watch.cancel = None
        slot.watch.read_s = self.options.read_timeout_s
        stream = StreamedReply(response, slot, self.origin, self._pool.checkin)
        self._log(request, stream, started)
        return stream

    def _prepared(
        self, slot: Slot, request: Request, credentials: Mapping[str, str]
    ) -> requests.PreparedRequest:
        headers = {
            "User-Agent": self.options.user_agent,
            "Accept": "*/*",
            "Accept-Encoding": "identity" if request.media else "gzip",
            **self.options.headers,
            **request.headers,
            **credentials,
        }
        url = f"{self.origin}{request.target}"
        plain = requests.Request(request.method, url, headers=headers, data=request.body)
        return slot.session.prepare_request(plain)

    def _log(self, request: Request, stream: StreamedReply, started: float) -> None:
        log.debug(
            "%s %s -> %d, %s bytes, %d ms",
            request.method,
            self._safe(request.target),
            stream.status,
            "?" if stream.length_bytes is None else stream.length_bytes,
            (self._pace.clock() - started) * 1000,
        )

    def _safe(self, text: str) -> str:
        return self.options.redactor.text(text)
