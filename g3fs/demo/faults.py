"""The fault plan: what a demo server breaks, when, and how often. Rules are data."""

import re
import threading
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields

BEFORE = frozenset({"delay", "status", "html", "redirect", "stall", "reset_before"})
"""Answered without the gallery: it does not see the request (`delay` only holds it up)."""
ARRIVAL = frozenset({"upload_throttle", "upload_stall", "upload_reset", "upload_refused"})
"""The body of the request arrives slowly; or `size` bytes of it, then there is silence, a reset, or
an answer and the end of the connection, and the gallery does not see the request."""
AFTER = frozenset({"status_after", "reset_after", "truncate_json", "stall_after"})
"""The gallery has done its work, the answer is lost or spoiled."""
DELIVERY = frozenset({"cut", "cut_clean", "short", "long", "drip", "throttle", "stall_body"})
"""The answer is right, its way to the client is not."""
DAMAGE = frozenset(
    {
        "crippled",
        "misplaced",
        "misplaced_beside",
        "half_move",
        "swap_equal_filenames",
        "drop_put_file",
        "swept_tag",
        "lock_timeout",
        "rotate_upload",
        "lost_thumb",
        "lost_original",
        "page_shift",
        "slow_index",
        "cancelled_index",
        "dropped_upload",
        "partial_data",
        "resolver_error",
    }
)
"""Left to the gallery, which does its work badly; each dialect names those that it knows."""
PAGES = frozenset(
    {
        "maintenance",
        "rest_off",
        "too_large",
        "uri_too_long",
        "login_limited",
        "already_running",
        "busy",
        "no_storage",
        "icon",
        "login_page",
    }
)
"""A page is answered, without the gallery; each dialect has those that it knows."""
ACTIONS = BEFORE | ARRIVAL | AFTER | DELIVERY | DAMAGE | PAGES


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """What a rule can match: one request, in the dialect's words."""

    method: str
    """The method that counts, after any override."""
    resource: str
    """`login`, `item`, `data`, `public`, ...; "" for pages that no client asks for."""
    item: int | None
    target: str
    """Path and query as they came."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FaultRule:
    """One thing to break. Conditions that are None match everything."""

    action: str
    method: str | None = None
    resource: str | None = None
    item: int | None = None
    path: str | None = None
    """A regular expression, searched in path and query."""
    skip: int = 0
    """So many matching requests pass unharmed first."""
    times: int | None = None
    """So many requests are harmed, then the rule sleeps; None: all."""
    seconds: float = 0.0
    """`delay`, `slow_index`: how long. `swap_equal_filenames`: how far apart uploads may be."""
    status: int = 500
    """`status`, `status_after`, `upload_refused`, `redirect` (which makes 302 of a 500)."""
    retry_after: str | None = None
    body: str | None = None
    content_type: str = "text/html; charset=UTF-8"
    location: str | None = None
    """`redirect`: the origin to which path and query are added, or a whole address."""
    size: int = 10
    """`cut`, `cut_clean`, `stall_body`: bytes that still arrive. `short`, `long`: bytes off.
    `upload_stall`, `upload_reset`, `upload_refused`: bytes that are read of the request's body."""
    rate: int = 1
    """`drip`, `throttle`, `upload_throttle`: bytes per second."""

    def __post_init__(self) -> None:
        if self.action not in ACTIONS:
            raise ValueError(f"no such fault: {self.action!r}; known: {', '.join(sorted(ACTIONS))}")
        if self.rate < 1 or self.skip < 0 or self.size < 0:
            raise ValueError("rate must be positive, skip and size not negative")
        if self.path is not None:
            re.compile(self.path)

    def matches(self, facts: Facts) -> bool:
        """Whether this request is meant; how often it was meant is the plan's business."""
        return (
            self.method in (None, facts.method)
            and self.resource in (None, facts.resource)
            and self.item in (None, facts.item)
            and (self.path is None or re.search(self.path, facts.target) is not None)
        )


def rule_from(data: Mapping[str, object]) -> FaultRule:
    """A rule from JSON; ValueError for unknown names and wrong types."""
    kinds = {field.name: field.type for field in fields(FaultRule)}
    for name, value in data.items():
        kind = kinds.get(name)
        if kind is None:
            raise ValueError(f"a fault rule has no {name!r}")
        fitting = (int, float) if kind is float else kind
        if isinstance(value, bool) or not isinstance(value, fitting):  # type: ignore[arg-type]  # a type or a union of types, both fit isinstance
            raise ValueError(f"{name} cannot be {value!r}")  # noqa: TRY004 - bad data, not a bug
    return FaultRule(**data)  # type: ignore[arg-type]  # checked above, field by field


@dataclass(slots=True)
class PlantedFault:
    """A rule in a plan, with its history."""

    rule: FaultRule
    seen: int = 0
    """Requests that matched."""
    hits: int = 0
    """Requests that were harmed."""

    def strikes(self, facts: Facts) -> bool:
        """Count the request; whether the rule harms it."""
        if not self.rule.matches(facts):
            return False
        self.seen += 1
        spent = self.rule.times is not None and self.hits >= self.rule.times
        if self.seen <= self.rule.skip or spent:
            return False
        self.hits += 1
        return True


class FaultPlan:
    """The rules in force. Safe to change while the server runs."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._planted: list[PlantedFault] = []

    def add(self, rule: FaultRule) -> PlantedFault:
        """Plant a rule; what comes back counts its hits."""
        planted = PlantedFault(rule)
        with self._lock:
            self._planted.append(planted)
        return planted

    def plant(self, action: str, **conditions: object) -> PlantedFault:
        """Plant a rule given as keywords: an action, and fields of `FaultRule`."""
        return self.add(rule_from({"action": action, **conditions}))

    def remove(self, planted: PlantedFault) -> None:
        """Take one rule out; harmless if it is out already."""
        with self._lock:
            self._planted = [known for known in self._planted if known is not planted]

    def clear(self) -> None:
        """Take all rules out."""
        with self._lock:
            self._planted.clear()

    def take(self, facts: Facts) -> tuple[FaultRule, ...]:
        """The rules that harm this request, in the order in which they were planted."""
        with self._lock:
            return tuple(p.rule for p in self._planted if p.strikes(facts))

    def describe(self) -> list[dict[str, object]]:
        """All rules with their counts, as JSON-ready data."""
        with self._lock:
            return [{**asdict(p.rule), "seen": p.seen, "hits": p.hits} for p in self._planted]
