"""The brake on failed logins: ten from one address, then one a minute."""

from g3fs.demo.photoprism.catalog import Clock
from g3fs.demo.photoprism.times import SECOND

FAILURES_MAX = 10
EARNED_BACK_NS = 60 * SECOND


class Brake:
    """Counts failures by address."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._state: dict[str, tuple[int, int]] = {}
        """Failures that count, and when one of them was last forgiven."""

    def on(self, address: str) -> bool:
        """Whether logins from there are refused."""
        return self._count(address) >= FAILURES_MAX

    def failed(self, address: str) -> None:
        """Count a failure."""
        count = self._count(address)
        since = self._state.get(address, (0, self._clock()))[1]
        self._state[address] = (count + 1, since)

    def exhaust(self, address: str) -> None:
        """Refuse the next login from there."""
        self._state[address] = (FAILURES_MAX, self._clock())

    def release(self) -> None:
        """Forget everything."""
        self._state.clear()

    def _count(self, address: str) -> int:
        count, since = self._state.get(address, (0, self._clock()))
        earned = min(count, (self._clock() - since) // EARNED_BACK_NS)
        if earned:
            self._state[address] = (count - earned, since + earned * EARNED_BACK_NS)
        return count - earned
