"""What an answer told of more than was asked: used once, and only while it is young.

Used once, so that who asks again is told what the server says now.
"""

from typing import Generic, TypeVar

from cachetools import TTLCache

from g3fs.gallery.clock import Clock

YOUNG_S = 5.0
"""How old what was never shown to anybody may be when it is: a walk through a tree is faster."""

K = TypeVar("K")
V = TypeVar("V")


class Leftovers(Generic[K, V]):
    """A small memory that forgets by itself, and what was taken out of it."""

    def __init__(self, most: int, clock: Clock) -> None:
        self._kept: TTLCache[K, V] = TTLCache(most, YOUNG_S, timer=clock)

    def put(self, key: K, value: V) -> None:
        """Keep it for who asks next."""
        self._kept[key] = value

    def take(self, key: K) -> V | None:
        """What is there; then it is not any more."""
        self._kept.expire()
        return self._kept.pop(key, None)
