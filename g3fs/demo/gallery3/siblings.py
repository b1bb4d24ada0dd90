"""The clash rule: which names and slugs are free in an album. One index an album, no searching."""

import random
from collections import Counter
from collections.abc import Iterator

from g3fs.demo.gallery3.names import Kind, folded, same_key, split_stem

NUMBERED = 99
"""Suffixes tried in order before a random one."""


class Siblings:
    """Names and slugs in use among the children of one album, ignoring case and accents."""

    def __init__(self) -> None:
        self._names: Counter[str] = Counter()
        self._prefixes: Counter[str] = Counter()
        self._slugs: Counter[str] = Counter()

    def add(self, name: str, slug: str) -> None:
        """A child is there."""
        self._names[same_key(name)] += 1
        self._slugs[same_key(slug)] += 1
        self._prefixes.update(_dotted_prefixes(name))

    def drop(self, name: str, slug: str) -> None:
        """A child is gone, or about to get another name."""
        self._names[same_key(name)] -= 1
        self._slugs[same_key(slug)] -= 1
        self._prefixes.subtract(_dotted_prefixes(name))

    def clashes(self, kind: Kind, name: str, slug: str) -> bool:
        """Whether the server would rename a newcomer of this name and slug."""
        if self._slugs[same_key(slug)]:
            return True
        if kind == "album":
            return bool(self._names[same_key(name)])
        return bool(self._prefixes[folded(split_stem(name, kind)[0])])

    def settle(self, kind: Kind, name: str, slug: str, rng: random.Random) -> tuple[str, str]:
        """The name and slug that a newcomer gets: the same number behind both if they clash."""
        if not self.clashes(kind, name, slug):
            return name, slug
        stem, extension = split_stem(name, kind)
        for suffix in _suffixes(rng):
            numbered = f"{stem}{suffix}{extension}", f"{slug}{suffix}"
            if not self.clashes(kind, *numbered):
                return numbered
        raise AssertionError("suffixes never end")


def _suffixes(rng: random.Random) -> Iterator[str]:
    yield from (f"-{number:02}" for number in range(1, NUMBERED + 1))
    while True:
        yield f"-{rng.randint(100, 9999)}"


def _dotted_prefixes(name: str) -> list[str]:
    """Everything that stands before a dot of the name: `a.b.c` has `a` and `a.b`."""
    parts = folded(name).split(".")
    return [".".join(parts[:count]) for count in range(1, len(parts))]
