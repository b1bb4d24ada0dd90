"""Finding records: one by its id, several, all, or those that fit a filter."""

import logging
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Generic, TypeVar

from g3fs.clients.stash.api import NORMALLY, Api, Ending
from g3fs.clients.stash.documents import Call
from g3fs.clients.stash.replies import problem_error
from g3fs.clients.stash.wire.answers import Problem
from g3fs.clients.stash.wire.families import FILTER, Family
from g3fs.clients.stash.wire.fields import Fields
from g3fs.clients.stash.wire.filters import (
    ALL,
    COUNT_ONLY,
    AnyFilter,
    Paging,
    doubtful_texts,
    filter_json,
    fitting,
)
from g3fs.gallery.errors import BadReply, NotFound

log = logging.getLogger(__name__)

T = TypeVar("T")

_AT_ONCE = 1000
"""Records that are asked for by their ids in one request; the server takes at least 5,000."""


@dataclass(frozen=True, slots=True)
class Page(Generic[T]):
    """Some of the matches of a search."""

    count: int
    """Of all matches."""
    items: tuple[T, ...]


class Finder(Generic[T]):
    """Finds records of one family; every call may be repeated and made from several threads."""

    def __init__(self, api: Api, family: Family[T]) -> None:
        self._api = api
        self._family = family

    def get(self, number: int) -> T:
        """One record by its id.

        Raises:
            NotFound: there is none.
        """
        family = self._family
        fields = self._api.maybe(family.one, id=str(number))
        if fields is None:
            raise NotFound(f"there is no {family.what} {number}")
        return family.read(fields)

    def get_many(self, numbers: Iterable[int]) -> Mapping[int, T]:
        """Several records by their ids, in one request; those that do not exist are missing."""
        wanted = list(dict.fromkeys(numbers))
        found = self._each(wanted, NORMALLY)
        family = self._family
        return {n: family.read(Fields(v, family.what)) for n, v in found if v is not None}

    def find(
        self, wanted: AnyFilter | None = None, paging: Paging = ALL, *, ending: Ending = NORMALLY
    ) -> Page[T]:
        """The records that fit; all of them, or those of a page.

        Raises:
            Invalid: the server would find something else than what the filter says.
        """
        doubtful = doubtful_texts(wanted or {})
        if not doubtful:
            return self._found(wanted, paging, ending)
        # The server finds more than that, so the pages are cut here.
        whole = Paging(sort=paging.sort, descending=paging.descending, search=paging.search)
        found = self._found(wanted, whole, ending)
        texts = self._family.texts
        fits = [one for one in found.items if fitting(doubtful, partial(texts, one))]
        return Page(len(fits), tuple(fits[paging.cut(len(fits))]))

    def all(self) -> tuple[T, ...]:
        """All there are, by id, in one request."""
        return self.find().items

    def count(self, wanted: AnyFilter | None = None) -> int:
        """How many fit."""
        if doubtful_texts(wanted or {}):
            return self.find(wanted).count
        call = self.call(wanted, ALL)
        counting = Call(call.operation, {**call.arguments, FILTER: COUNT_ONLY})
        return self._family.page(self._api.values([counting])[0])[0]

    def call_one(self, number: int) -> Call:
        """The question that `get` asks, to be asked together with others."""
        return Call(self._family.one, {"id": str(number)})

    def one_from(self, value: object, number: int) -> T:
        """Read what such a question gave; NotFound where that is nothing."""
        if value is None:
            raise NotFound(f"there is no {self._family.what} {number}")
        return self._family.read(Fields(value, self._family.what))

    def call(self, wanted: AnyFilter | None, paging: Paging) -> Call:
        """The question that `find` asks, to be asked together with others."""
        conditions = {self._family.filter_name: filter_json(wanted)} if wanted else {}
        return Call(self._family.find, {**conditions, FILTER: paging.json()})

    def page_from(self, value: object, paging: Paging = ALL) -> Page[T]:
        """Read what such a question gave."""
        count, items = self._family.page(value)
        if paging.per_page is None and len(items) != count:
            raise BadReply(f"{count} {self._family.list_name} were announced, {len(items)} came")
        return Page(count, items)

    def _found(self, wanted: AnyFilter | None, paging: Paging, ending: Ending) -> Page[T]:
        call = self.call(wanted, paging)
        found = self._api.values_or_problem([call], ending)
        if not isinstance(found, Problem):
            return self.page_from(found[0], paging)
        if not self._family.replaceable:
            raise problem_error(found, self._family.find.name)
        return self._without_bad_ones(call, ending)

    def _without_bad_ones(self, call: Call, ending: Ending) -> Page[T]:
        """Ask for the ids, and then for each record by itself: bad ones stay alone."""
        family = self._family
        ids = self._api.values([Call(family.ids_only(), call.arguments)], ending)[0]
        found: list[T] = []
        for number, value in self._each(family.ids(ids), ending):
            if value is None:
                log.warning("%s %d is left out: Stash has a bad record of it", family.what, number)
            else:
                found.append(family.read(Fields(value, family.what)))
        return Page(len(found), tuple(found))

    def _each(self, numbers: Sequence[int], ending: Ending) -> Iterator[tuple[int, object]]:
        for start in range(0, len(numbers), _AT_ONCE):
            part = numbers[start : start + _AT_ONCE]
            calls = [self.call_one(number) for number in part]
            yield from zip(part, self._api.salvaged(calls, ending), strict=True)
