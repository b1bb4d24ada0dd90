"""The catalog: what is known of albums and items, remembered in memory, refreshed when asked.

Remembered things are answered at once, however old; what is older than `ttl_s` is asked for again
behind the answer, and those who subscribed are told what differed. So a server that is slow or dead
costs waiting only for what was never seen. Nothing is asked for that nobody asked about.

Errors are those of the port. All calls may be made concurrently and again; cancelling one takes
nothing from the others.
"""

from collections.abc import AsyncIterator, Callable, Collection
from contextlib import asynccontextmanager
from dataclasses import dataclass

import trio

from g3fs.cache.backoff import Backoff
from g3fs.cache.behind import Behind
from g3fs.cache.changes import Change, Changes
from g3fs.cache.itemdetails import ItemDetails
from g3fs.cache.listings import Listings
from g3fs.cache.memory import CatalogOptions, Memory
from g3fs.cache.ownwrites import OwnWrites
from g3fs.cache.questions import Questions
from g3fs.cache.revalidation import Revalidations
from g3fs.cache.shelf import Shelf
from g3fs.gallery.backend import Backend
from g3fs.gallery.clock import Clock
from g3fs.gallery.ids import ItemId
from g3fs.gallery.items import Album, Details, Entry, Group, Item, Listing
from g3fs.tasks.background import open_background
from g3fs.tasks.singleflight import SingleFlight


@dataclass(frozen=True, slots=True, kw_only=True)
class CatalogStatistics:
    """How full and how busy a catalog is."""

    albums: int
    items: int
    """Albums and entries together, which is what `max_items` limits."""
    max_items: int
    details: int
    """Items times groups of which details are remembered."""
    questions: int
    """Listings and bulk details that were asked of the server so far."""
    behind: int
    """Revalidations that wait or run."""
    failing: int
    """Albums, and details of albums, whose last revalidation failed."""
    evicted: int
    """Albums dropped to make room so far."""


class Catalog:
    """One per mount; made by `open_catalog`."""

    def __init__(self, memory: Memory, behind: Behind, nursery: trio.Nursery) -> None:
        self._memory = memory
        self._shelf = memory.shelf
        self._behind = behind
        self._roots: SingleFlight[None, Album] = SingleFlight(nursery)
        self._listings = Listings(memory, nursery)
        self._details = ItemDetails(memory, self._listings, nursery)
        self._own = OwnWrites(memory, self._listings, self._details)
        self.looks = 0
        """How often anybody asked for a listing."""

    async def root(self) -> Album:
        """The album that is the root directory, as remembered; asked for once."""
        if self._shelf.root is None:
            self._shelf.root = await self._roots.do(None, self._memory.backend.root)
        remembered = self._shelf.get(self._shelf.root.id)
        return self._shelf.root if remembered is None else remembered.listing.album

    def known(self, album: ItemId) -> Listing | None:
        """Whatever is remembered, however old; no I/O."""
        remembered = self._shelf.use(album)
        return None if remembered is None else remembered.listing

    async def listing(self, album: ItemId) -> Listing:
        """The remembered listing, at once; a stale one is asked for again behind.

        Waits for the server only when nothing is remembered. Equal listings are the same object,
        and so are equal entries of different ones.

        Raises:
            NotFound: there is no such album; believed for `negative_ttl_s`.
            Busy: own writes into it followed each other so fast that no listing was believable.
        """
        self.looks += 1
        return await self._listings.get(album)

    async def refresh(self, album: ItemId) -> Listing:
        """The album as the server has it now; its details count as stale.

        Raises:
            NotFound: it is gone, and forgotten.
            Busy: as `listing`.
            Any other error of the port: what was remembered stays, stale.
        """
        return await self._listings.refresh(album)

    def mark_stale(self, album: ItemId) -> None:
        """Believe nothing of it that was asked for until now, details included; asks nothing."""
        self._listings.mark_stale(album)

    def doubt(self, album: ItemId) -> None:
        """As `mark_stale`, and ask behind: whoever was told of it may not look again for long."""
        self._listings.doubt(album)

    def forget(self, album: ItemId) -> None:
        """Remember nothing of its listing: who looks next waits for the server; tells nobody."""
        self._listings.forget(album)

    def recheck(self, most: int) -> None:
        """Something, somewhere, has changed: believe nothing, look again at what was used last.

        At most `most` albums are asked for, behind; the others when somebody looks at them.
        """
        self._listings.recheck(most)

    def retry(self, most: int) -> None:
        """The server answers again: what it did not answer for is asked, behind; pauses end.

        At most `most` albums are asked for at once; the others when somebody looks at them.
        """
        self._listings.retry(most)

    def wrote(self, album: ItemId | None, entry: Entry) -> None:
        """An own write ended: `entry` stands in `album` so from now on, new or changed.

        What can stand in one album only is taken out of the one where it was remembered. After a
        move, call `removed` for that one all the same, then: it may not be remembered. `album` None
        is for the root, which stands in no album.

        An answer to a listing of these albums that was asked for before this call is not believed.
        """
        self._own.wrote(album, entry)

    def made(self, album: ItemId, entry: Entry) -> None:
        """An own write made an album: as `wrote`, and its listing, which is empty, is known."""
        self._own.made(album, entry)

    def removed(self, album: ItemId, item: ItemId) -> None:
        """An own write ended: `item` does not stand in `album` any more.

        An album that stands nowhere else is forgotten with all that was in it.
        """
        self._own.removed(album, item)

    def edited(self, item: ItemId, groups: Collection[Group]) -> None:
        """An own write changed what these groups tell of one item: the next question asks for it.

        Not for LISTING, whose facts come with `wrote`.
        """
        self._own.edited(item, groups)

    def album_of(self, item: ItemId) -> ItemId | None:
        """The album in which `item` was listed last; None for the root, and what is unknown."""
        places = self._shelf.places(item)
        return places[-1] if places else None

    def albums_of(self, item: ItemId) -> tuple[ItemId, ...]:
        """All remembered albums in which `item` stands, the one listed last at the end."""
        return self._shelf.places(item)

    def entry(self, album: ItemId, item: ItemId) -> Entry | None:
        """How `item` was listed in an album that is remembered."""
        remembered = self._shelf.get(album)
        return None if remembered is None else remembered.keyed.get(item)

    def item(self, item: ItemId) -> Item | None:
        """The item as the newest answer described it."""
        return self._shelf.item(item)

    async def details(self, group: Group, item: ItemId) -> Details:
        """What `group` tells of `item`; believed and served like listings.

        The first question of an album asks for all of its items of which nothing is known. After
        `refresh`, `mark_stale`, or a change of the item, it waits for the server if that answers.

        Raises:
            NotFound: the item is gone.
        """
        return await self._details.get(group, item)

    def subscribe(self, callback: Callable[[Change], None]) -> Callable[[], None]:
        """Be told what a refresh, or an own write, made different, by a plain call.

        What is returned ends it.

        The first listing of an album is no change; nor is what differs from one that was evicted.
        """
        return self._memory.changes.subscribe(callback)

    def statistics(self) -> CatalogStatistics:
        """A snapshot; costs a look at every remembered album."""
        return CatalogStatistics(
            albums=len(self._shelf),
            items=self._shelf.items,
            max_items=self._memory.options.max_items,
            details=sum(len(remembered.told) for remembered in self._shelf),
            questions=self._memory.questions.last,
            behind=len(self._behind),
            failing=self._memory.revalidations.failing,
            evicted=self._shelf.evicted,
        )


@asynccontextmanager
async def open_catalog(
    backend: Backend, options: CatalogOptions, clock: Clock
) -> AsyncIterator[Catalog]:
    """An empty catalog; leaving the context ends what it asks behind."""
    async with open_background() as nursery:
        behind = Behind(nursery, options.max_behind)
        backoff = Backoff(options.first_pause_s, options.longest_pause_s, clock)
        memory = Memory(
            backend=backend,
            options=options,
            clock=clock,
            shelf=Shelf(options.max_items),
            questions=Questions(options.ttl_s, clock),
            revalidations=Revalidations(behind, backoff),
            changes=Changes(),
        )
        yield Catalog(memory, behind, nursery)
