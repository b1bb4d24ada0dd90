"""Details of items (tags, comments): the first question of an album asks for all of it."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from functools import partial

import trio

from g3fs.cache.changes import Change
from g3fs.cache.listings import Listings
from g3fs.cache.memory import Memory
from g3fs.cache.questions import Asked
from g3fs.cache.shelf import Remembered
from g3fs.cache.told import Told, ToldDetails
from g3fs.gallery.errors import AccessDenied, GalleryError, LoginRefused, NotFound
from g3fs.gallery.ids import ItemId
from g3fs.gallery.items import Details, Group, Link
from g3fs.tasks.singleflight import SingleFlight

MAX_STRAYS = 1000
"""Items whose album is not remembered, and of which details are kept all the same."""

Subject = tuple[ItemId, Group]
"""The album asked about, and what."""


@dataclass(frozen=True, slots=True)
class _Answer:
    """What came of one question; `error` may concern nobody but `first`."""

    first: ItemId
    details: Mapping[ItemId, Details]
    error: GalleryError | None = None

    def concerns_all(self) -> bool:
        """Whether the error would meet the other items too."""
        of_one = isinstance(self.error, NotFound | AccessDenied)
        return self.error is not None and (not of_one or isinstance(self.error, LoginRefused))


class ItemDetails:
    """One question per album and group at a time; its answer is for all who wait."""

    def __init__(self, memory: Memory, listings: Listings, nursery: trio.Nursery) -> None:
        """Ask in `nursery`, so that who leaves does not take the answer from the others."""
        self._memory = memory
        self._listings = listings
        self._flights: SingleFlight[Subject, _Answer] = SingleFlight(nursery)
        self._strays = ToldDetails()
        self._edited: dict[tuple[ItemId, Group], int] = {}
        """The question begun last before an own write, while one is on its way."""

    def edited(self, item: ItemId, groups: Collection[Group]) -> None:
        """An own write changed what `groups` tell of `item`: whoever wants it asks the server."""
        for album in (*self._memory.shelf.places(item), item):
            self._told(album).forget([item], groups)
        if self._flights.statistics():
            last = self._memory.questions.last
            self._edited |= {(item, group): last for group in groups}

    async def get(self, group: Group, item: ItemId) -> Details:
        """The remembered details, asked for again behind when stale; unknown ones are asked for."""
        while True:
            found = self._find(group, item)
            if found is not None and not self._must_wait(group, item, *found):
                return found[1].details
            answer = await self._ask(group, item)
            if item in answer.details:
                return answer.details[item]
            if answer.error is None or not (answer.first == item or answer.concerns_all()):
                continue  # the question was a sibling's: ask for this one
            if found is None or isinstance(answer.error, NotFound):
                raise answer.error
            self._memory.revalidations.failed((found[0], group), _what(group, item), answer.error)
            return found[1].details

    def _must_wait(self, group: Group, item: ItemId, album: ItemId, told: Told) -> bool:
        """Whether only the server knows; what is merely old is asked for behind."""
        if self._is_fresh(album, told):
            return False
        subject = (album, group)
        contradicted = told.asked.number <= self._contradicted(album)
        if contradicted and self._memory.revalidations.may_try(subject):
            return True
        again = partial(self._ask_again, group, item)
        self._memory.revalidations.soon(subject, _what(group, item), again)
        return False

    def _find(self, group: Group, item: ItemId) -> tuple[ItemId, Told] | None:
        """What is remembered, and with which album; a file may stand in many, the root in none."""
        for album in (*reversed(self._memory.shelf.places(item)), item):
            if (told := self._told(album).get(group, item)) is not None:
                return album, told
        return None

    def _told(self, album: ItemId) -> ToldDetails:
        remembered = self._memory.shelf.get(album)
        return self._strays if remembered is None else remembered.told

    def _is_fresh(self, album: ItemId, told: Told) -> bool:
        return self._memory.questions.is_fresh(told.asked, self._contradicted(album))

    def _contradicted(self, album: ItemId) -> int:
        remembered = self._memory.shelf.get(album)
        return 0 if remembered is None else remembered.contradicted

    async def _ask_again(self, group: Group, item: ItemId) -> GalleryError | None:
        found = self._find(group, item)
        if found is None or self._is_fresh(*found):
            return None
        error = (await self._ask(group, item)).error
        return None if isinstance(error, NotFound) else error

    async def _ask(self, group: Group, item: ItemId) -> _Answer:
        places = self._memory.shelf.places(item)
        subject = (places[-1] if places else item, group)
        return await self._flights.do(subject, partial(self._load, subject, item))

    async def _load(self, subject: Subject, item: ItemId) -> _Answer:
        album, group = subject
        wanted = [item, *self._unknown_siblings(subject, item)]
        asked = self._memory.questions.begin()
        details: Mapping[ItemId, Details] = {}
        error: GalleryError | None = None
        try:
            answer = await self._memory.backend.details(group, wanted)
            details = self._believed(group, answer, asked)
            self._learn(subject, details, asked)
            if item not in answer:
                error = NotFound(f"the server has no item {item!r} any more")
        except GalleryError as exc:
            error = exc
        finally:
            if self._flights.statistics() == 1:  # this one
                self._edited.clear()
        if isinstance(error, NotFound):
            self._told(album).forget([item])
            self._listings.mark_stale(album)
        return _Answer(item, details, error)

    def _believed(
        self, group: Group, answer: Mapping[ItemId, Details], asked: Asked
    ) -> Mapping[ItemId, Details]:
        """An answer, without the items that were written after the question was begun."""
        if not self._edited:
            return answer
        return {
            item: details
            for item, details in answer.items()
            if self._edited.get((item, group), 0) < asked.number
        }

    def _unknown_siblings(self, subject: Subject, item: ItemId) -> list[ItemId]:
        """The other items of the album of which nothing, or nothing fresh, is remembered."""
        album, group = subject
        remembered = self._memory.shelf.get(album)
        if remembered is None or item not in remembered.keyed:
            return []  # a stray, or the root
        siblings = {entry.item.id: entry.item for entry in remembered.listing.entries}
        return [
            sibling
            for sibling in siblings
            if sibling != item
            and not isinstance(siblings[sibling], Link)
            and not self._knows(remembered, group, sibling)
        ]

    def _knows(self, remembered: Remembered, group: Group, item: ItemId) -> bool:
        told = remembered.told.get(group, item)
        return told is not None and self._memory.is_fresh(remembered, told.asked)

    def _learn(self, subject: Subject, details: Mapping[ItemId, Details], asked: Asked) -> None:
        album, group = subject
        told = self._told(album)
        if told is self._strays and len(told) > MAX_STRAYS:
            told = self._strays = ToldDetails()
        changed = told.learn(group, details, asked)
        self._memory.revalidations.succeeded(subject)
        if changed:
            self._memory.changes.tell(Change(album=album, details=changed))


def _what(group: Group, item: ItemId) -> str:
    return f"{group.value} of item {item!r}"
