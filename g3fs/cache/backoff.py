"""When something that failed may be tried again: a pause per key, doubling. No I/O, no waiting."""

from collections.abc import Hashable
from dataclasses import dataclass

from g3fs.gallery.clock import Clock


@dataclass(slots=True)
class _Pause:
    failures: int
    until_s: float


class Backoff:
    """The keys whose last try failed; who succeeds, or is forgotten, costs no memory."""

    def __init__(self, first_s: float, longest_s: float, clock: Clock) -> None:
        self._first_s = first_s
        self._longest_s = longest_s
        self._clock = clock
        self._pauses: dict[Hashable, _Pause] = {}

    def __len__(self) -> int:
        return len(self._pauses)

    def may_try(self, key: Hashable) -> bool:
        """Whether its pause is over, if it has one."""
        pause = self._pauses.get(key)
        return pause is None or self._clock() >= pause.until_s

    def failed(self, key: Hashable) -> int:
        """Begin a pause, twice as long as the last; return how often it has failed in a row."""
        pause = self._pauses.setdefault(key, _Pause(0, 0))
        pause_s = min(self._first_s * 2.0 ** min(pause.failures, 30), self._longest_s)
        pause.failures += 1
        pause.until_s = self._clock() + pause_s
        return pause.failures

    def forgive(self) -> tuple[Hashable, ...]:
        """End all pauses, and tell whose they were; the next ones are as long as they would be."""
        for pause in self._pauses.values():
            pause.until_s = self._clock()
        return tuple(self._pauses)

    def forget(self, key: Hashable) -> None:
        """It succeeded, or nobody asks for it any more."""
        self._pauses.pop(key, None)
