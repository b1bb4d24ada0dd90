"""Listings of albums: served at once when remembered, asked behind when stale, compared."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import partial

import trio
from cachetools import TTLCache

from g3fs.cache.changes import Change, by_key, difference, share_entries, vanished
from g3fs.cache.memory import Memory
from g3fs.cache.questions import Asked
from g3fs.cache.revalidation import PutOff
from g3fs.cache.shelf import Remembered
from g3fs.cache.told import ToldDetails
from g3fs.gallery.errors import BadReply, Busy, GalleryError, NotFound
from g3fs.gallery.ids import ItemId
from g3fs.gallery.items import Entry, Group, Listing, Media
from g3fs.tasks.singleflight import SingleFlight

MAX_MISSING = 10_000
"""Albums known not to exist; bounds the memory that odd questions can cost."""

MOST_ASKED = 5
"""So often somebody who waits for a listing asks anew because an own write came in between."""


@dataclass(frozen=True, slots=True)
class _Answer:
    asked: Asked
    outcome: Listing | GalleryError
    overtaken: bool = False
    """An own write ended meanwhile: the answer may be from before it, or from amidst of it."""

    def listing(self) -> Listing:
        if isinstance(self.outcome, GalleryError):
            raise self.outcome
        return self.outcome


class Listings:
    """One question per album at a time; its answer is for all who wait."""

    def __init__(self, memory: Memory, nursery: trio.Nursery) -> None:
        """Ask in `nursery`, so that who leaves does not take the answer from the others."""
        self._memory = memory
        self._shelf = memory.shelf
        self._flights: SingleFlight[ItemId, _Answer] = SingleFlight(nursery)
        self._contradicted_in_flight: dict[ItemId, int] = {}
        self._overtaken: set[ItemId] = set()
        self._missing: TTLCache[ItemId, str] = TTLCache(
            MAX_MISSING, memory.options.negative_ttl_s, timer=memory.clock
        )

    async def get(self, album: ItemId) -> Listing:
        """What is remembered, asked for again behind when stale; what is not is asked for."""
        for _ in range(MOST_ASKED):
            remembered = self._shelf.use(album)
            if remembered is not None:
                if not self._memory.is_fresh(remembered, remembered.asked):
                    self._revalidate(album, remembered)
                return remembered.listing
            if album in self._missing:
                raise NotFound(self._missing[album])
            answer = await self._ask(album)
            if not answer.overtaken:
                return answer.listing()
        raise Busy(_changing(album))

    async def refresh(self, album: ItemId) -> Listing:
        """The answer to a question that began after this call."""
        self.mark_stale(album)
        since = self._memory.questions.last
        for _ in range(MOST_ASKED):
            answer = await self._ask(album)
            if answer.asked.number > since and not answer.overtaken:
                return answer.listing()
        raise Busy(_changing(album))

    def overtake(self, album: ItemId) -> None:
        """An own write in this album has ended: what is being asked may be too old already."""
        if self._flights.in_flight(album):
            self._overtaken.add(album)

    def exists(self, album: ItemId) -> None:
        """It is not missing any more."""
        self._missing.pop(album, None)

    def drop(self, album: ItemId, reason: str) -> Remembered | None:
        """Forget an album that is no more; return what was remembered."""
        self.overtake(album)
        self._missing[album] = reason
        self.forget_failures(album)
        return self._shelf.drop(album)

    def forget(self, album: ItemId) -> None:
        """Remember nothing of this album, nor what is just being asked about it."""
        self.overtake(album)
        self.forget_failures(album)
        self._shelf.drop(album)

    def mark_stale(self, album: ItemId) -> None:
        """Believe nothing of this album that was asked for until now, details included."""
        last = self._memory.questions.last
        if (remembered := self._shelf.get(album)) is not None:
            remembered.contradicted = last
        elif self._flights.in_flight(album):
            self._contradicted_in_flight[album] = last

    def doubt(self, album: ItemId) -> None:
        """The same, and ask again behind if anything of it is remembered."""
        self.mark_stale(album)
        if (remembered := self._shelf.get(album)) is not None:
            self._revalidate(album, remembered)

    def retry(self, most: int) -> None:
        """Ask behind for what could not be asked for, `most` albums, and end all pauses."""
        failed = [album for album in self._memory.revalidations.forgive() if isinstance(album, str)]
        for album in failed[-most:]:
            if (remembered := self._shelf.get(ItemId(album))) is not None:
                self._revalidate(remembered.listing.album.id, remembered)

    def recheck(self, most: int) -> None:
        """Believe nothing that is remembered, and ask again behind for what was used last."""
        albums = [remembered.listing.album.id for remembered in self._shelf]
        for album in albums:
            self.mark_stale(album)
        for album in albums[-most:]:
            self.doubt(album)

    def _revalidate(self, album: ItemId, remembered: Remembered) -> None:
        what = f"album {remembered.listing.album.title!r}"
        self._memory.revalidations.soon(album, what, partial(self._ask_again, album))

    async def _ask_again(self, album: ItemId) -> GalleryError | None:
        remembered = self._shelf.get(album)
        if remembered is None or self._memory.is_fresh(remembered, remembered.asked):
            return None
        answer = await self._ask(album)
        if answer.overtaken:
            # Somebody writes much into it: what is remembered has it all, and a server that is
            # busy with that is not asked for one long listing after the other.
            raise PutOff
        gone = self._shelf.get(album) is None
        return answer.outcome if isinstance(answer.outcome, GalleryError) and not gone else None

    async def _ask(self, album: ItemId) -> _Answer:
        return await self._flights.do(album, partial(self._load, album))

    async def _load(self, album: ItemId) -> _Answer:
        self._overtaken.discard(album)  # what was written until now is older than the question
        asked = self._memory.questions.begin()
        try:
            listing = await self._memory.backend.list(album)
            if listing.album.id != album:
                raise BadReply(f"asked for album {album}, got {listing.album.id}")
            if album in self._overtaken:
                return _Answer(asked, listing, overtaken=True)
            return _Answer(asked, self._take_over(listing, asked))
        except NotFound as exc:
            if album in self._overtaken:
                return _Answer(asked, exc, overtaken=True)
            self._lose(album, exc)
            return _Answer(asked, exc)
        except GalleryError as exc:
            return _Answer(asked, exc)
        finally:
            self._contradicted_in_flight.pop(album, None)
            self._overtaken.discard(album)

    def _take_over(self, listing: Listing, asked: Asked) -> Listing:
        """Compare with what is remembered, remember, tell; what is equal stays the same object."""
        album = listing.album.id
        keyed = by_key(listing.entries)
        before = self._shelf.get(album)
        self._memory.revalidations.succeeded(album)
        if before is None:
            contradicted = self._contradicted_in_flight.get(album, 0)
            self._remember(Remembered(listing, keyed, asked, contradicted), listing.entries)
            return listing
        keyed = share_entries(before.keyed, keyed)
        change = difference((before.listing.album, listing.album), before.keyed, keyed)
        if change is None:
            before.asked = asked
            return before.listing
        listing = Listing(album=listing.album, entries=tuple(keyed.values()))
        self._remember(replace(before, listing=listing, keyed=keyed, asked=asked), change.appeared)
        self._spread(change, before.told)
        return listing

    def _remember(self, remembered: Remembered, arrived: Iterable[Entry]) -> None:
        album = remembered.listing.album.id
        self._missing.pop(album, None)
        for entry in arrived:
            self._missing.pop(entry.item.id, None)
            if not (isinstance(entry.item, Media) and entry.item.shared):
                for place in self._shelf.places(entry.item.id):
                    self.mark_stale(place)  # it was moved from there
        for evicted in self._shelf.put(album, remembered):
            self.forget_failures(evicted)

    def _spread(self, change: Change, told: ToldDetails) -> None:
        """What a change means for what else is remembered; then tell it."""
        told.expire(after.item.id for _, after in change.changed)
        told.forget(entry.item.id for entry in change.gone)
        if change.itself is not None:
            for place in self._shelf.places(change.album):
                self.mark_stale(place)
        self._memory.changes.tell(change)

    def _lose(self, album: ItemId, reason: NotFound) -> None:
        """The server knows no such album: forget it, and ask the one that listed it."""
        root = self._shelf.root
        if root is not None and root.id == album:
            return
        dropped = self.drop(album, str(reason))
        for place in self._shelf.places(album):
            self.mark_stale(place)
            if (above := self._shelf.get(place)) is not None:
                self._revalidate(place, above)
        if dropped is not None:
            self._memory.changes.tell(vanished(dropped.listing))

    def forget_failures(self, album: ItemId) -> None:
        """It is not remembered any more, and so is not asked for behind."""
        self._memory.revalidations.forget(album)
        for group in Group:
            self._memory.revalidations.forget((album, group))


def _changing(album: ItemId) -> str:
    return f"album {album} is being changed faster than it can be listed"
