"""The details of one album's items, as far as they were told. No I/O."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from g3fs.cache.questions import EXPIRED, Asked
from g3fs.gallery.ids import ItemId
from g3fs.gallery.items import Details, Group


@dataclass(frozen=True, slots=True)
class Told:
    """What the server said of one item, and when it was asked."""

    details: Details
    asked: Asked


_NOTHING = Details()


class ToldDetails:
    """By group and item. Most photos have no tags: those of one answer share one object."""

    def __init__(self) -> None:
        self._told: dict[Group, dict[ItemId, Told]] = {}

    def __len__(self) -> int:
        return sum(len(of_group) for of_group in self._told.values())

    def get(self, group: Group, item: ItemId) -> Told | None:
        """What is remembered, however old."""
        return self._told.get(group, {}).get(item)

    def learn(
        self, group: Group, answer: Mapping[ItemId, Details], asked: Asked
    ) -> tuple[ItemId, ...]:
        """Take an answer over; return the items of which something else was told before."""
        of_group = self._told.setdefault(group, {})
        nothing = Told(_NOTHING, asked)
        changed = []
        for item, details in answer.items():
            before = of_group.get(item)
            if before is not None and before.details != details:
                changed.append(item)
            of_group[item] = nothing if details == _NOTHING else Told(details, asked)
        return tuple(changed)

    def expire(self, items: Iterable[ItemId]) -> None:
        """What is remembered of `items` is no longer believed, but better than nothing."""
        for item in items:
            for of_group in self._told.values():
                if item in of_group:
                    of_group[item] = Told(of_group[item].details, EXPIRED)

    def forget(self, items: Iterable[ItemId], groups: Iterable[Group] = Group) -> None:
        """`items` are gone, or nothing that `groups` tell of them is right any more."""
        of_groups = [self._told[group] for group in groups if group in self._told]
        for item in items:
            for of_group in of_groups:
                of_group.pop(item, None)
