"""Which requests a demo server got, what it answered, and how many bytes moved."""

import re
import threading
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field

REMEMBERED = 100_000
"""Requests kept; older ones are forgotten, the totals are not."""
ACCESS_KEY = re.compile(r"((?:access_key|[?&]t)=|/(?:t|videos)/[0-9a-z]{16,40}/|/t/)[^&/]+")
"""Keys and tokens in addresses: Gallery 3's, PhotoPrism's."""
CHANGING = frozenset({"POST", "PUT", "PATCH", "DELETE", "MKCOL", "MOVE", "COPY"})
LOGINS = frozenset({"login", "session"})


@dataclass(slots=True, kw_only=True)
class LoggedRequest:
    """One request. Its numbers grow while it is served."""

    number: int
    method: str
    """As sent on the first line."""
    target: str
    """Path and query as sent, any key blanked."""
    headers: Mapping[str, str] = field(repr=False)
    """As sent, names in lower case; only for tests in the same process."""
    resource: str = ""
    override: str | None = None
    """The method that counts, where a header overrides the first line."""
    status: int | None = None
    """None until the answer begins; stays None when there is none."""
    received: int = 0
    """Bytes of the request's body that were read."""
    sent: int = 0
    """Bytes of the answer's body that were handed to the kernel."""
    done: bool = False

    @property
    def verb(self) -> str:
        """The method that counts."""
        return self.override or self.method

    @property
    def writes(self) -> bool:
        """Whether it is meant to change something, going by method and resource.

        A GET that travels as a POST is none, nor is a login. GraphQL queries count, too.
        """
        return self.verb in CHANGING and self.resource not in LOGINS

    def public(self) -> dict[str, object]:
        """JSON-ready, without headers, so without credentials."""
        return {
            "number": self.number,
            "method": self.method,
            "verb": self.verb,
            "target": self.target,
            "resource": self.resource,
            "status": self.status,
            "received": self.received,
            "sent": self.sent,
            "done": self.done,
        }


class RequestLog:
    """All requests since the start or the last `clear`. Safe to read while the server runs."""

    def __init__(self) -> None:
        self._lock = threading.Condition()
        self._entries: list[LoggedRequest] = []
        self._number = 0
        self._connections = 0

    def connected(self) -> None:
        """Count a connection."""
        with self._lock:
            self._connections += 1

    def begin(
        self, method: str, target: str, headers: Mapping[str, str], *, kept: bool = True
    ) -> LoggedRequest:
        """Open the record of a request; its server goes on filling it. Not `kept`: not listed."""
        if not kept:
            return LoggedRequest(number=0, method=method, target=target, headers=headers)
        with self._lock:
            self._number += 1
            entry = LoggedRequest(
                number=self._number,
                method=method,
                target=ACCESS_KEY.sub(r"\1...", target),
                headers=headers,
            )
            self._entries.append(entry)
            self._lock.notify_all()
            if len(self._entries) > 2 * REMEMBERED:
                del self._entries[:-REMEMBERED]
            return entry

    def entries(self, *, verb: str | None = None, resource: str | None = None,
                path: str | None = None) -> list[LoggedRequest]:  # fmt: skip
        """Requests in the order in which they came; `path` is searched in the target."""
        with self._lock:
            chosen = list(self._entries)
        return [
            entry
            for entry in chosen
            if verb in (None, entry.verb)
            and resource in (None, entry.resource)
            and (path is None or re.search(path, entry.target) is not None)
        ]

    def writes(self) -> list[LoggedRequest]:
        """Requests that are meant to change something."""
        return [entry for entry in self.entries() if entry.writes]

    def wait_for(self, count: int, timeout_s: float = 10.0) -> bool:
        """Wait until so many requests have come since the last `clear`; False if they have not."""
        with self._lock:
            return self._lock.wait_for(lambda: len(self._entries) >= count, timeout_s)

    def __len__(self) -> int:
        """Requests since the last `clear`."""
        return len(self._entries)

    @property
    def connections(self) -> int:
        """Connections accepted since the last `clear`."""
        return self._connections

    def counts(self) -> Counter[str]:
        """How many requests of each kind, as "GET tree"."""
        return Counter(f"{entry.verb} {entry.resource}".strip() for entry in self.entries())

    def clear(self) -> None:
        """Forget all requests and start the numbers anew."""
        with self._lock:
            self._entries.clear()
            self._number = self._connections = 0

    def describe(self) -> dict[str, object]:
        """Totals and requests, as JSON-ready data."""
        entries = self.entries()
        return {
            "count": len(entries),
            "connections": self.connections,
            "counts": dict(self.counts()),
            "sent": sum(entry.sent for entry in entries),
            "received": sum(entry.received for entry in entries),
            "requests": [entry.public() for entry in entries],
        }
