"""What must not be lost and is no cache: inode numbers, pinned names, aliases, remembered times.

One SQLite file per server and user, shared by all mounts of it on this machine. Each call is one
transaction in a worker thread, one after the other; all may be called concurrently and again.
Errors: NoSpace, Busy (another process keeps the file locked), DatabaseFailed.
"""

import logging
from collections.abc import AsyncIterator, Callable, Collection, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TypeVar, TypeVarTuple

import trio

from g3fs.cache import statetables as tables
from g3fs.cache.database import Database, DatabaseFailed, open_database
from g3fs.cache.statetables import Alias, Known, PinnedName, Question, RememberedTimes
from g3fs.gallery.errors import Busy, NoSpace
from g3fs.tasks.threads import in_thread

log = logging.getLogger(__name__)

FIRST_PASSING_INODE = 2**62
"""Numbers from here on hold for one mount only; 1024 and what follows never gets so far."""

T = TypeVar("T")
Ts = TypeVarTuple("Ts")


class State:
    """The state database; made by `open_state`."""

    def __init__(self, database: Database, thread: trio.CapacityLimiter) -> None:
        """Use `database` from one thread at a time, which `thread` (one token) sees to."""
        self._database = database
        self._thread = thread
        self._passing: dict[str, int] = {}

    async def inodes(self, keys: Sequence[str]) -> Mapping[str, int]:
        """The inode number of each key; one that has none gets the next, in the order of `keys`.

        Stable across mounts, the same for all processes, never used for anything else again. When
        the file cannot be written (a full disk must not stop anybody from reading pictures), new
        keys get numbers that hold while this State is open.
        """
        known = self._with_passing(await self._run(tables.known_inodes, keys), keys)
        missing = [key for key in keys if key not in known]
        if not missing:
            return known
        return {**known, **await self._numbered(missing, partial(tables.new_inodes, keys=missing))}

    async def new_inode(self, key: str) -> int:
        """As `inodes`, of one key that nobody has seen before."""
        return (await self._numbered([key], partial(tables.new_inodes, keys=[key])))[key]

    async def look(self, question: Question) -> Known:
        """What `names`, `aliases`, `inodes` (of those that have one) and `times` tell, at once."""
        known = await self._run(tables.look, question)
        return replace(known, inodes=self._with_passing(known.inodes, question.keys))

    async def enter(
        self, album: str, pins: Mapping[str, PinnedName], keys: Sequence[str]
    ) -> Mapping[str, int]:
        """Do `pin_names` and number `keys`, as `inodes` does, at once.

        When the file cannot be written, names shown now may be others after a remount.
        """
        return await self._numbered(keys, partial(tables.enter, album=album, pins=pins, keys=keys))

    async def names(
        self, album: str, items: Collection[str] | None = None
    ) -> Mapping[str, PinnedName]:
        """The pinned names of an album, by item id; of all, or of those among `items`."""
        return await self._run(tables.pinned_names, album, items)

    async def pin_names(
        self, album: str, pins: Mapping[str, PinnedName], gone: Collection[str] = ()
    ) -> None:
        """Add or replace pins, and drop those of the items `gone`; all or nothing.

        Two processes that pin one item differently: the later one wins.
        """
        await self._run(tables.pin_names, album, pins, gone)

    async def times(self, keys: Sequence[str]) -> Mapping[str, RememberedTimes]:
        """What utimensat(2) was told of those of `keys` (as in `inodes`) that were told something.

        Whether the data still is at the version of the answer is for the caller to see.
        """
        return await self._run(tables.times, keys)

    async def remember_times(self, by_key: Mapping[str, RememberedTimes]) -> None:
        """Add or replace; times beyond 64 bits of nanoseconds are clamped."""
        await self._run(tables.remember_times, by_key)

    async def judge_times(
        self, judged: Mapping[str, RememberedTimes], versions: Mapping[str, str]
    ) -> None:
        """Let those of `judged` that have one of `versions` hold for it, and drop the others.

        What was set anew since `judged` was read stays as it is.
        """
        await self._run(tables.judge_times, judged, versions)

    async def aliases(
        self, album: str, items: Collection[str] | None = None
    ) -> Mapping[str, Alias]:
        """The names that users gave in an album and the server spells otherwise, by item id.

        Of all, or of those among `items`. Whether the server still spells it so is for the caller
        to see.
        """
        return await self._run(tables.aliases, album, items)

    async def set_alias(self, album: str, item: str, alias: Alias) -> None:
        """Add or replace one; safe from a power cut when this returns."""
        await self._run(tables.set_alias, album, item, alias)

    async def remove_alias(self, album: str, item: str) -> None:
        """Drop one, if it is there."""
        await self._run(tables.remove_alias, album, item)

    async def forget(
        self, item: str, *, albums: Collection[str], keys: Collection[str] = ()
    ) -> None:
        """Drop the pins and aliases of an item in `albums`, and the times of `keys`.

        `albums` are as in `names` and in `aliases`. Inode numbers stay: they are never reused.
        """
        await self._run(tables.forget, item, albums, keys)

    async def _run(self, work: Callable[[Database, *Ts], T], *args: *Ts) -> T:
        # A cancelled caller need not wait: the transaction ends as a whole in its thread, and the
        # limiter keeps the next one out until then.
        return await in_thread(self._thread, work, self._database, *args, abandon=True)

    async def _numbered(
        self, keys: Sequence[str], work: Callable[[Database], Mapping[str, int]]
    ) -> Mapping[str, int]:
        """What `work` returns for `keys`; when it cannot be, numbers that hold for this mount."""
        try:
            return await self._run(work)
        except (NoSpace, Busy, DatabaseFailed) as exc:
            self._number_in_passing(keys, exc)
            return self._with_passing({}, keys)

    def _with_passing(self, known: Mapping[str, int], keys: Sequence[str]) -> Mapping[str, int]:
        if not self._passing:
            return known
        return {**known, **{key: self._passing[key] for key in keys if key in self._passing}}

    def _number_in_passing(self, keys: Sequence[str], reason: Exception) -> None:
        if not self._passing:
            text = "%s; new names, and the inode numbers of new files, hold for this mount only"
            log.warning(text, reason)
        for key in keys:
            self._passing.setdefault(key, FIRST_PASSING_INODE + len(self._passing))


@asynccontextmanager
async def open_state(path: Path) -> AsyncIterator[State]:
    """Open the file, made or migrated as needed; a damaged one is moved aside with a warning.

    Raises:
        DatabaseFailed: a newer version, another program's, damaged and in use, or not accessible;
            the file is left as it was.
    """
    thread = trio.CapacityLimiter(1)
    # Not abandoned: somebody must close what was opened.
    database = await in_thread(thread, open_database, path, tables.SCHEMA, abandon=False)
    try:
        yield State(database, thread)
    finally:
        with trio.CancelScope(shield=True):  # short: waits for the last transaction, then closes
            await in_thread(thread, database.close, abandon=False)
