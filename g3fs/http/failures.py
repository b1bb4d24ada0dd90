"""The only place where a failure of requests, urllib3 or the socket becomes a gallery error.

Unreachable promises that nothing was sent; whoever writes relies on it.
"""

import errno
import os
import socket
import ssl
from collections.abc import Iterator

import requests
import urllib3

from g3fs.gallery.errors import (
    BadReply,
    GalleryError,
    Invalid,
    LoginRefused,
    ServerError,
    TimedOut,
    TlsFailed,
    Unreachable,
)
from g3fs.http.origin import Origin

TRANSPORT_ERRORS = (requests.RequestException, urllib3.exceptions.HTTPError, OSError, ValueError)
"""All that requests lets through; ValueError is what http.client makes of nonsense in headers."""

TLS_ENDED = (ssl.SSLEOFError, ssl.SSLZeroReturnError)
"""The other side has closed a secure connection, without and with saying so."""

_CERTIFICATE_HINT = "trust its certificate with cafile=FILE, or, at home, use insecure"
_NOT_TLS = (
    "WRONG_VERSION_NUMBER",
    "HTTP_REQUEST",
    "RECORD_LAYER_FAILURE",
    "PACKET_LENGTH_TOO_LONG",
)


def failure(
    exc: BaseException, origin: Origin, *, asked: bool = True, answering: bool = False
) -> GalleryError:
    """What `exc` means.

    `asked`: a byte of the request may have gone out; `answering`: one of the answer was there.
    """
    chain = list(_chain(exc))
    for link in chain:
        if isinstance(link, GalleryError):
            return link
    found = (
        _unusable(chain)
        or _proxy(chain)
        or _tls(chain, origin)
        or _no_connection(chain, origin)
        or _timeout(chain, origin)
    )
    # urllib3 blames the proxy, or TLS, for connections that break off later, too.
    if found is None or (asked and isinstance(found, Unreachable)):
        return _broken(chain, origin, answering=answering)
    return found


def _unusable(chain: list[BaseException]) -> GalleryError | None:
    if _has(chain, requests.exceptions.InvalidHeader, UnicodeError):
        return Invalid("a header or key has characters that cannot be sent")
    if _has(chain, requests.exceptions.InvalidURL, requests.exceptions.InvalidSchema):
        return Invalid("this is not a web address that can be asked")
    return None


def _proxy(chain: list[BaseException]) -> GalleryError | None:
    if not _has(chain, requests.exceptions.ProxyError, urllib3.exceptions.ProxyError):
        return None
    # In the words of http.client; an address may have these digits, too.
    if any(str(link).startswith("Tunnel connection failed: 407") for link in chain):
        return LoginRefused(
            "the proxy asks for a login: give it as proxy=http://NAME:WORD@host:port"
        )
    cause = _os_cause(chain) or "it does not work as a proxy"
    return Unreachable(f"no connection through the proxy: {cause}")


def _tls(chain: list[BaseException], origin: Origin) -> GalleryError | None:
    for link in chain:
        if isinstance(link, ssl.SSLCertVerificationError):
            return TlsFailed(f"{origin.place}: {_certificate(link, origin)}")
    for link in chain:
        if isinstance(link, ssl.SSLError):
            if (link.reason or "") in _NOT_TLS:
                return TlsFailed(f"{origin.place} does not speak TLS; is it an http:// address?")
            return TlsFailed(f"{origin.place}: no secure connection: {_tls_reason(link)}")
    return None


def _tls_reason(exc: ssl.SSLError) -> str:
    return (exc.reason or "the connection was closed").replace("_", " ").lower()


def _certificate(exc: ssl.SSLCertVerificationError, origin: Origin) -> str:
    said = exc.verify_message or ""
    if "expired" in said:
        return f"the certificate has expired ({_CERTIFICATE_HINT})"
    if "not yet valid" in said:
        return "the certificate is not valid yet; is the clock right?"
    if "mismatch" in said or "match" in said:
        return f"the certificate is for another name than {origin.host} ({_CERTIFICATE_HINT})"
    return f"the certificate is from an unknown authority: {said} ({_CERTIFICATE_HINT})"


def _timeout(chain: list[BaseException], origin: Origin) -> GalleryError | None:
    if _has(chain, requests.ConnectTimeout, urllib3.exceptions.ConnectTimeoutError):
        return TimedOut(f"{origin.place} does not answer: no connection in time")
    timeouts = (requests.Timeout, urllib3.exceptions.TimeoutError, TimeoutError)
    if _has(chain, *timeouts):
        return TimedOut(f"{origin.place} does not answer in time")
    return None


def _no_connection(chain: list[BaseException], origin: Origin) -> GalleryError | None:
    if _has(chain, socket.gaierror, urllib3.exceptions.NameResolutionError):
        return Unreachable(f"there is no host {origin.host} (the name cannot be resolved)")
    if _has(chain, urllib3.exceptions.NewConnectionError, ConnectionRefusedError):
        cause = _os_cause(chain) or "the connection failed"
        return Unreachable(f"no connection to {origin.place}: {cause}")
    return None


def _broken(chain: list[BaseException], origin: Origin, *, answering: bool) -> GalleryError:
    for link in chain:
        if isinstance(link, urllib3.exceptions.IncompleteRead):
            return cut_short(origin, received=link.partial, promised=link.partial + link.expected)
    if answering:
        return BadReply(f"{origin.place} broke off in the middle of an answer")
    for link in chain:
        if isinstance(link, ssl.SSLError) and not isinstance(link, TLS_ENDED):
            return ServerError(f"{origin.place}: the secure connection broke: {_tls_reason(link)}")
    if _has(chain, urllib3.exceptions.ProtocolError, ConnectionError, *TLS_ENDED):
        return ServerError(f"{origin.place} closed the connection without an answer")
    return BadReply(f"{origin.place} answered what is not HTTP")


def cut_short(origin: Origin, *, received: int, promised: int) -> BadReply:
    """The error for a body of another length than its headers say, in bytes."""
    word = "only " if received < promised else "at least "
    return BadReply(f"{origin.place} promised {promised} bytes and sent {word}{received}")


def _os_cause(chain: list[BaseException]) -> str | None:
    for link in chain:
        number = link.errno if isinstance(link, OSError) else None
        if number is not None and number in errno.errorcode:
            return os.strerror(number).lower()
    return None


def _has(chain: list[BaseException], *kinds: type[BaseException]) -> bool:
    return any(isinstance(link, kinds) for link in chain)


def _chain(exc: BaseException) -> Iterator[BaseException]:
    """The exception and all that are wrapped in it; requests and urllib3 do it in several ways."""
    queue, seen = [exc], set[int]()
    while queue:
        link = queue.pop(0)
        if id(link) in seen:
            continue
        seen.add(id(link))
        yield link
        # Not __context__: it would lead to what the caller was handling when it called us.
        inner = (*link.args, getattr(link, "reason", None), link.__cause__)
        queue.extend(part for part in inner if isinstance(part, BaseException))
