"""What can happen to a catalog and its server, as data; and a run of it, judged by the truth."""

from dataclasses import dataclass, replace

from hypothesis import strategies as st

from g3fs.gallery.errors import NotFound, Unreachable
from g3fs.gallery.items import Album, Listing
from tests.fakes import ROOT
from tests.unit.cache.catalogs import settled

TTL_S = 60
LONGEST_PAUSE_S = 60


@dataclass(frozen=True)
class Add:
    place: int
    album: bool


@dataclass(frozen=True)
class Remove:
    which: int


@dataclass(frozen=True)
class Retitle:
    which: int


@dataclass(frozen=True)
class Rename:
    which: int


@dataclass(frozen=True)
class Move:
    which: int
    place: int


@dataclass(frozen=True)
class Reverse:
    place: int


@dataclass(frozen=True)
class Tick:
    seconds: float


@dataclass(frozen=True)
class Server:
    up: bool


@dataclass(frozen=True)
class Look:
    place: int


@dataclass(frozen=True)
class Refresh:
    place: int


@dataclass(frozen=True)
class Mark:
    place: int


index = st.integers(0, 5)
steps = st.one_of(
    st.builds(Add, index, st.booleans()),
    st.builds(Remove, index),
    st.builds(Retitle, index),
    st.builds(Rename, index),
    st.builds(Move, index, index),
    st.builds(Reverse, index),
    st.builds(Tick, st.sampled_from([1.0, 30.0, 61.0])),
    st.builds(Server, st.booleans()),
    st.builds(Look, index),
    st.builds(Look, index),
    st.builds(Refresh, index),
    st.builds(Mark, index),
)


class Run:
    """A gallery, a catalog of it, and a copy of the catalog kept by its news alone."""

    def __init__(self, backend, clock, catalog):
        self.backend = backend
        self.clock = clock
        self.catalog = catalog
        self.albums = [ROOT]
        self.copies = {}
        self.history = {}
        """By album: what was true, and since when, in order."""
        self.last_failure = float("-inf")
        catalog.subscribe(self.hear)

    def hear(self, change):
        copy = self.copies.pop(change.album, None)
        if change.vanished:
            assert copy is None or set(ids(copy)) == {one.item.id for one in change.gone}
        elif copy is not None and not change.details:
            self.copies[change.album] = replayed(copy, change)

    def truth(self, album):
        if album not in self.backend.children:
            return None
        return Listing(album=self.backend.items[album], entries=tuple(self.backend.children[album]))

    def remote(self, step):
        """Something happens on the server."""
        backend = self.backend
        alive = [album for album in self.albums if album in backend.children]
        items = [item for item in backend.items.values() if item.id != ROOT]
        match step:
            case Add(place, album):
                parent = alive[place % len(alive)]
                if album:
                    self.albums.append(backend.add_album("new", parent=parent).id)
                else:
                    backend.add_media("new.jpg", parent=parent)
            case Reverse(place):
                backend.children[alive[place % len(alive)]].reverse()
            case _ if items:
                self.of_item(step, items[step.which % len(items)], alive)

    def of_item(self, step, item, alive):
        backend = self.backend
        match step:
            case Remove():
                backend.remove(item.id)
            case Retitle():
                backend.change(replace(item, title=item.title + "!"))
            case Rename():
                backend.rename(item.id, f"{item.id} renamed")
            case Move(_, place) if not isinstance(item, Album):
                for entries in backend.children.values():
                    entries[:] = [entry for entry in entries if entry.item.id != item.id]
                backend.place(item.id, alive[place % len(alive)], name="moved")

    async def local(self, step):
        """Somebody asks the catalog."""
        album = self.albums[step.place % len(self.albums)]
        ask = self.catalog.refresh if isinstance(step, Refresh) else self.catalog.listing
        if self.backend.down is not None:
            self.last_failure = self.clock()
        try:
            listing = await ask(album)
        except NotFound:
            assert self.was_true(album, None, age_s=TTL_S)
        except Unreachable:
            assert self.backend.down is not None
        else:
            assert self.was_true(album, listing, age_s=0 if isinstance(step, Refresh) else 1e9)
        await settled()
        self.compare()
        if self.clock() - self.last_failure > LONGEST_PAUSE_S:
            assert self.was_true(album, self.catalog.known(album), age_s=TTL_S)

    def was_true(self, album, listing, *, age_s):
        """Whether `listing` was the truth at a moment not more than `age_s` ago."""
        since = self.clock() - age_s
        history = self.history[album]
        ends = [begin for begin, _ in history[1:]] + [float("inf")]
        return any(
            truth == listing and end >= since for (_, truth), end in zip(history, ends, strict=True)
        )

    def note_truth(self):
        for album in self.albums:
            history = self.history.setdefault(album, [])
            truth = self.truth(album)
            if not history or history[-1][1] != truth:
                history.append((self.clock(), truth))

    async def do(self, step):
        match step:
            case Tick(seconds):
                self.clock.tick(seconds)
            case Server(up):
                self.backend.down = None if up else Unreachable("down")
            case Mark(place):
                self.catalog.mark_stale(self.albums[place % len(self.albums)])
            case Look() | Refresh():
                await self.local(step)
            case _:
                self.remote(step)
                self.note_truth()

    def compare(self):
        for album in self.albums:
            known = self.catalog.known(album)
            if known is None:
                self.copies.pop(album, None)
            else:
                copy = self.copies.setdefault(album, known)
                assert by_id(copy) == by_id(known)
                assert copy.album == known.album


def ids(listing):
    return [one.item.id for one in listing.entries]


def by_id(listing):
    return {one.item.id: one for one in listing.entries}


def replayed(copy, change):
    entries = by_id(copy)
    for one in change.gone:
        assert entries.pop(one.item.id) == one
    for old, new in change.changed:
        assert entries[old.item.id] == old
        entries[old.item.id] = new
    for one in change.appeared:
        assert one.item.id not in entries
        entries[one.item.id] = one
    album = change.itself[1] if change.itself is not None else copy.album
    assert change.itself is None or change.itself[0] == copy.album
    return Listing(album=album, entries=tuple(entries.values()))
