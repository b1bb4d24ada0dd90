"""When something was asked of the server, and so how long its answer may be believed."""

from dataclasses import dataclass

from g3fs.gallery.clock import Clock


@dataclass(frozen=True, slots=True)
class Asked:
    """The moment before a question was sent; its answer is at least as new."""

    number: int
    """Counts the questions: tells before from after where the clock does not."""
    at_s: float


EXPIRED = Asked(0, 0.0)
"""Older than every question."""


class Questions:
    """Numbers the questions and judges the answers."""

    def __init__(self, ttl_s: float, clock: Clock) -> None:
        """Believe answers for `ttl_s` from the moment before they were asked for."""
        self._ttl_s = ttl_s
        self._clock = clock
        self._last = 0

    @property
    def last(self) -> int:
        """The number of the last question that was begun."""
        return self._last

    def begin(self) -> Asked:
        """A question is about to be sent."""
        self._last += 1
        return Asked(self._last, self._clock())

    def now(self) -> Asked:
        """For what is known without asking: as new as an answer to a question begun now."""
        return Asked(self._last, self._clock())

    def is_fresh(self, asked: Asked, contradicted: int) -> bool:
        """Whether the answer counts: young enough, and asked after question `contradicted`."""
        return asked.number > contradicted and self._clock() - asked.at_s <= self._ttl_s
