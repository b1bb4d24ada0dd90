"""The catalog against the truth: any sequence of changes, own writes, time, failures, questions."""

from dataclasses import dataclass, replace

import trio
from hypothesis import given
from hypothesis import strategies as st

from g3fs.gallery.errors import NotFound, Unreachable
from g3fs.gallery.items import Album, Entry
from tests.fakes import ROOT, FakeBackend
from tests.unit.cache.catalogmodel import (
    LONGEST_PAUSE_S,
    TTL_S,
    Add,
    Look,
    Refresh,
    Run,
    by_id,
    index,
    steps,
)
from tests.unit.cache.catalogs import SetClock, SlowLister, catalog_of, settled


@dataclass(frozen=True)
class OwnAdd:
    place: int


@dataclass(frozen=True)
class OwnMake:
    place: int


@dataclass(frozen=True)
class OwnRemove:
    which: int


@dataclass(frozen=True)
class OwnRename:
    which: int


@dataclass(frozen=True)
class OwnRetitle:
    which: int


@dataclass(frozen=True)
class OwnMove:
    which: int
    place: int


@dataclass(frozen=True)
class Begun:
    """An own write that the server has done, and that is not answered yet."""

    write: object


@dataclass(frozen=True)
class End:
    """The own write that was begun first is answered."""


@dataclass(frozen=True)
class Slow:
    """The server looks at an album now, and answers later."""

    question: object


@dataclass(frozen=True)
class Release:
    """What was held back is answered."""


OWN_WRITES = (OwnAdd, OwnMake, OwnRemove, OwnRename, OwnRetitle, OwnMove)
own_writes = st.one_of(
    st.builds(OwnAdd, index),
    st.builds(OwnMake, index),
    st.builds(OwnRemove, index),
    st.builds(OwnRename, index),
    st.builds(OwnRetitle, index),
    st.builds(OwnMove, index, index),
)
A_GALLERY = (Add(0, album=True), Add(0, album=False), Add(1, album=False), Look(0), Look(1))
questions = st.one_of(st.builds(Look, index), st.builds(Refresh, index))
steps_with_own_writes = st.one_of(
    steps,
    own_writes,
    own_writes,
    st.builds(Begun, own_writes),
    st.builds(End),
    st.builds(Slow, questions),
    st.builds(Slow, questions),
    st.builds(Release),
)


class OwnRun(Run):
    """A run in which listings take time and own writes happen; judged item by item.

    A listing with an own write in it need not have been true as a whole: each of its lines must.
    """

    def __init__(self, backend, clock, catalog, nursery):
        super().__init__(backend, clock, catalog)
        self.nursery = nursery
        self.moment = 0
        self.lines = {}
        """By album and item (or the album itself): what was true, from which moment and time."""
        self.written = {}
        """By album and item: the moment at which an own write ended."""
        self.unanswered = []

    def note_truth(self):
        super().note_truth()
        for album in self.albums:
            truth = self.truth(album)
            lines = {album: None} if truth is None else {album: truth.album, **by_id(truth)}
            known = {item for place, item in self.lines if place == album}
            for item in known | lines.keys():
                history = self.lines.setdefault((album, item), [(0, float("-inf"), None)])
                if history[-1][2] != lines.get(item):
                    history.append((self.moment, self.clock(), lines.get(item)))

    def was_true(self, album, listing, *, age_s, moment=0):
        lines = {} if listing is None else {album: listing.album, **by_id(listing)}
        places = [place for place in self.lines if place[0] == album]
        if listing is None:  # then nothing in it is judged
            places = [(album, album)]
        return all(
            self.line_was_true(place, lines.get(place[1]), self.clock() - age_s, moment)
            for place in places
        )

    def line_was_true(self, place, line, since_s, moment):
        moment = max(moment, self.written.get(place, 0))
        history = self.lines[place]
        ends = [(begin, begin_s) for begin, begin_s, _ in history[1:]]
        return any(
            truth == line and end > moment and end_s >= since_s
            for (_, _, truth), (end, end_s) in zip(
                history, [*ends, (float("inf"), float("inf"))], strict=True
            )
        )

    async def local(self, step):
        self.nursery.start_soon(self.ask, step, self.moment)
        await settled()

    async def ask(self, step, moment):
        album = self.albums[step.place % len(self.albums)]
        fresh = isinstance(step, Refresh)
        ask = self.catalog.refresh if fresh else self.catalog.listing
        try:
            listing = await ask(album)
        except NotFound:
            assert self.was_true(album, None, age_s=1e9)
        except Unreachable:
            pass
        else:
            assert self.was_true(album, listing, age_s=1e9, moment=moment if fresh else 0)

    async def do(self, step):
        self.moment += 1
        match step:
            case Slow(question):
                self.backend.hold_lists()
                await self.local(question)
            case Release():
                self.backend.release()
            case End():
                self.end(1)
            case Begun(write):
                self.own(write)
            case write if isinstance(write, OWN_WRITES):
                self.own(write)
                self.end(len(self.unanswered))
            case _:
                await super().do(step)
        await settled()
        self.check_what_is_known()

    def end(self, count):
        for _ in range(min(count, len(self.unanswered))):
            self.unanswered.pop(0)()

    def check_what_is_known(self):
        self.compare()
        for album in self.albums:
            if (known := self.catalog.known(album)) is not None:
                assert self.was_true(album, known, age_s=1e9)

    def own(self, step):
        """The server does it now, if it can; the catalog hears of it when it ends."""
        if self.backend.down is None:
            self.done_by_the_server(step)
            self.note_truth()

    def done_by_the_server(self, step):
        backend = self.backend
        alive = [album for album in self.albums if album in backend.children]
        items = [item for item in backend.items.values() if item.id != ROOT]
        match step:
            case OwnAdd(place):
                album = alive[place % len(alive)]
                media = backend.add_media("own.jpg", parent=album)
                self.unanswered.append(lambda: self.wrote(album, media.id))
            case OwnMake(place):
                album = alive[place % len(alive)]
                made = backend.add_album("own", parent=album)
                self.albums.append(made.id)
                self.note_truth()
                self.catalog.made(album, by_id(self.truth(album))[made.id])
                self.written[album, made.id] = self.written[made.id, made.id] = self.moment
            case OwnRetitle(which) if which == 0:
                backend.change(replace(backend.items[ROOT], title=f"own {self.moment}"))
                self.unanswered.append(self.wrote_root)
            case _ if items:
                self.own_of_item(step, items[step.which % len(items)], alive)

    def own_of_item(self, step, item, alive):
        backend = self.backend
        album = self.place_of(item.id)
        match step:
            case OwnRemove() if not backend.children.get(item.id):
                backend.remove(item.id)
                self.unanswered.append(lambda: self.removed(album, item.id))
            case OwnRename():
                backend.rename(item.id, f"own {self.moment}")
                self.unanswered.append(lambda: self.wrote(album, item.id))
            case OwnRetitle():
                backend.change(replace(item, title=f"own {self.moment}"))
                self.unanswered.append(lambda: self.wrote(album, item.id))
            case OwnMove(_, place):
                target = ROOT if isinstance(item, Album) else alive[place % len(alive)]
                backend.children[album] = [
                    entry for entry in backend.children[album] if entry.item.id != item.id
                ]
                backend.place(item.id, target, name="moved")
                self.unanswered.append(lambda: self.moved(album, target, item.id))

    def place_of(self, item):
        for album, entries in self.backend.children.items():
            if any(entry.item.id == item for entry in entries):
                return album
        return None

    def wrote(self, album, item):
        if self.place_of(item) != album:
            return  # somebody else was faster
        entry = by_id(self.truth(album))[item]
        self.catalog.wrote(album, entry)
        self.written[album, item] = self.moment
        if isinstance(entry.item, Album):
            self.written[item, item] = self.moment

    def wrote_root(self):
        root = self.backend.items[ROOT]
        self.catalog.wrote(None, Entry(name="", item=root))
        self.written[ROOT, ROOT] = self.moment

    def removed(self, album, item):
        if self.place_of(item) != album:
            self.catalog.removed(album, item)
            self.written[album, item] = self.moment
            if (item, item) in self.lines and item not in self.backend.items:
                self.written[item, item] = self.moment

    def moved(self, before, album, item):
        self.wrote(album, item)
        self.removed(before, item)


@given(st.lists(steps, max_size=40))
async def test_what_is_served_was_true_and_is_true_after_time_and_one_revalidation(script):
    backend, clock = FakeBackend(), SetClock()
    async with catalog_of(backend, clock, ttl_s=TTL_S, longest_pause_s=LONGEST_PAUSE_S) as catalog:
        await catalog.root()
        run = Run(backend, clock, catalog)
        run.note_truth()
        for step in script:
            await run.do(step)
        await looked_at_again(run)


@given(st.lists(steps_with_own_writes, max_size=40))
async def test_no_answer_is_older_than_an_own_write_that_ended(script):
    backend, clock = SlowLister(), SetClock()
    async with (
        catalog_of(backend, clock, ttl_s=TTL_S, longest_pause_s=LONGEST_PAUSE_S) as catalog,
        trio.open_nursery() as nursery,
    ):
        await catalog.root()
        run = OwnRun(backend, clock, catalog, nursery)
        run.note_truth()
        for step in [*A_GALLERY, *script, Release(), *[End()] * len(script)]:
            await run.do(step)
        await looked_at_again(run)


async def looked_at_again(run):
    """When all is quiet, after time and one look at each album, the catalog has the truth."""
    run.backend.down = None
    run.clock.tick(max(TTL_S, LONGEST_PAUSE_S) + 1)
    for place in range(len(run.albums)):
        await run.do(Look(place))
    for album in run.albums:
        known = run.catalog.known(album)
        assert known == run.truth(album)
        for one in known.entries if known is not None else ():
            assert run.catalog.album_of(one.item.id) == album
            assert run.catalog.item(one.item.id) == run.backend.items[one.item.id]
