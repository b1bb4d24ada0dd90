"""The directories of originals: what is on the disk, joined by path with what the index knows.

A directory costs two requests, one for each of these. Who asks for a second directory beside a
first is taken to walk through the tree: then both are asked at once about all that lies there.
"""

import logging
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import partial

import trio
from cachetools import LRUCache, TTLCache

from g3fs.backends.calls import Calls
from g3fs.backends.photoprism.archive import Archive
from g3fs.backends.photoprism.convert import Converter, base_name, real_files
from g3fs.backends.photoprism.disk import Disk, Found, parent_of
from g3fs.backends.photoprism.ids import folder
from g3fs.backends.photoprism.leftovers import Leftovers
from g3fs.backends.photoprism.types import type_by_name
from g3fs.clients.photoprism.client import Client
from g3fs.clients.photoprism.wire.dav import WireDavEntry
from g3fs.clients.photoprism.wire.files import WireFile
from g3fs.clients.photoprism.wire.photos import WirePhoto
from g3fs.gallery.clock import Clock
from g3fs.gallery.errors import BadReply
from g3fs.gallery.items import Album, Entry, Listing, Media
from g3fs.tasks.gather import gather

log = logging.getLogger(__name__)

MOST_FILES = 5000
"""In a tree that is asked for at once: a second and a half of the server's time."""
_WALKING_S = 5.0
_TOO_LARGE_S = 600.0
_MOST_DIRECTORIES = 10_000
_MOST_STRANGERS = 50
"""Names in one address; a directory with more of them was never indexed."""
_SPECIAL = frozenset("|*")
"""Cannot be said in a list of names."""

Index = Mapping[str, tuple[WirePhoto, WireFile]]
"""What the index knows, by path."""


class _TooLarge(Exception):
    """There are too many files below a directory."""


@dataclass(frozen=True, slots=True)
class _Seen:
    """What both have told of some directories."""

    found: Found
    index: Index


class Folders:
    """Lists directories."""

    def __init__(
        self, client: Client, convert: Converter, ask: Calls, *, disk: Disk, archive: Archive,
        clock: Clock,
    ) -> None:  # fmt: skip
        self._client = client
        self._convert = convert
        self._ask = ask
        self._disk = disk
        self._archive = archive
        self._ahead: Leftovers[str, Listing] = Leftovers(_MOST_DIRECTORIES, clock)
        self._entered: TTLCache[str, str] = TTLCache(_MOST_DIRECTORIES, _WALKING_S, timer=clock)
        """Directories of which one below was asked for a moment ago, and which."""
        self._too_large: TTLCache[str, bool] = TTLCache(
            _MOST_DIRECTORIES, _TOO_LARGE_S, timer=clock
        )
        self._times: LRUCache[str, float | None] = LRUCache(_MOST_DIRECTORIES)
        """Of directories, as the one above told them."""
        self._walking = trio.Lock()

    async def list(self, path: str) -> Listing:
        """One directory; NotFound if there is none."""
        above = parent_of(path)
        if above is None:
            return await self._one(path)
        if self._entered.get(above, path) != path and above not in self._too_large:
            async with self._walking:
                listing = self._ahead.take(path) or await self._walk(above, path)
        else:
            listing = self._ahead.take(path)
        self._entered[above] = path
        return listing or await self._one(path)

    async def stat(self, path: str) -> Album:
        """One directory, without what is in it."""
        found = await self._ask(partial(self._disk.stat, path))
        self._times[path] = found
        return self._album(path)

    async def _one(self, path: str) -> Listing:
        found, photos = await gather(
            partial(self._ask, partial(self._disk.children, path)),
            partial(self._ask, partial(self._photos_in, path)),
        )
        assert isinstance(found, Found)
        assert isinstance(photos, tuple)
        seen = await self._seen(found, photos)
        return await self._ask(partial(self._listing, path, seen))

    async def _walk(self, above: str, path: str) -> Listing | None:
        """Everything below `above`; of that what is in `path`. None: too much, or it is not there.

        Called by one task at a time: the others find what it has left for them.
        """
        try:
            photos = await self._ask(partial(self._photos_below, above))
            found = await self._ask(partial(self._disk.below, above))
        except (_TooLarge, BadReply) as exc:
            log.debug("%s is not asked for as a whole: %s", above or "/", exc)
            self._too_large[above] = True
            return None
        seen = await self._seen(found, photos)
        listings = await self._ask(partial(self._listings, above, seen))
        for at, listing in listings.items():
            if at != path:
                self._ahead.put(at, listing)
        return listings.get(path)  # None: it is gone; then its own question tells why

    async def _seen(self, found: Found, photos: Iterable[WirePhoto]) -> _Seen:
        """Join by path the photos, and what explains pictures on the disk that are not among them.

        They may be archived, or stacked with a file in another directory, where their photo is.
        Copies that the index has skipped remain.
        """
        index = _by_path(photos)
        if _strangers(found, index):
            index |= _by_path(await self._archive.photos())
        strangers = [path for path in _strangers(found, index) if not _SPECIAL & set(path)]
        if 0 < len(strangers) <= _MOST_STRANGERS:
            search = partial(self._client.photos.search, filename="|".join(strangers))
            index |= _by_path(await self._ask(search))
        return _Seen(found, index)

    def _photos_in(self, path: str) -> tuple[WirePhoto, ...]:
        # With a slash at its end it means exactly this path, whatever characters are in it.
        return self._client.photos.search(path=f"{path}/" if path else "//", order="name")

    def _photos_below(self, path: str) -> tuple[WirePhoto, ...]:
        if not path:
            page = self._client.photos.page(count=MOST_FILES, order="name")
        else:
            name = _pattern(path)
            page = self._client.photos.page(count=MOST_FILES, order="name", path=f"{name}|{name}/*")
        if not page.complete:
            raise _TooLarge(f"there are {page.rows} files or more")
        return page.photos

    def _listing(self, path: str, seen: _Seen) -> Listing:
        return self._listings(path, seen)[path]

    def _listings(self, top: str, seen: _Seen) -> dict[str, Listing]:
        """For a thread: all directories that were seen, by path."""
        entries: dict[str, list[Entry]] = defaultdict(list)
        paths = [top]
        for path, moment in seen.found.directories.items():
            self._times[path] = moment
            paths.append(path)
            above = parent_of(path)
            assert above is not None
            entries[above].append(Entry(name=base_name(path), item=self._album(path)))
        for path, media in self._files(seen):
            entries[parent_of(path) or ""].append(Entry(name=media.title, item=media))
        return {
            path: Listing(album=self._album(path), entries=tuple(entries[path])) for path in paths
        }

    def _files(self, seen: _Seen) -> Iterable[tuple[str, Media]]:
        if seen.found.files is None:
            return [(path, self._convert.media(*known)) for path, known in seen.index.items()]
        return [(entry.path, self._file(entry, seen.index)) for entry in seen.found.files]

    def _file(self, entry: WireDavEntry, index: Index) -> Media:
        known = index.get(entry.path)
        if known is None:
            return self._convert.unindexed(entry)
        photo, file = known
        if entry.size_bytes not in (None, file.size_bytes):
            self._convert.changed_on_disk(entry.path)
            return self._convert.unindexed(entry)
        return self._convert.media(photo, file)

    def _album(self, path: str) -> Album:
        return self._convert.directory(
            folder(path), base_name(path) or "folders", self._times.get(path), add=True
        )


def _by_path(photos: Iterable[WirePhoto]) -> dict[str, tuple[WirePhoto, WireFile]]:
    return {file.name: (photo, file) for photo, file in real_files(photos)}


def _strangers(found: Found, index: Index) -> list[str]:
    """Pictures and movies on the disk that the index does not tell of."""
    return [
        entry.path
        for entry in found.files or ()
        if entry.path not in index and type_by_name(entry.path).startswith(("image/", "video/"))
    ]


def _pattern(path: str) -> str:
    """A path as a pattern that fits it and perhaps others: `|` and outer blanks cannot be said."""
    inner = path.strip()
    start, _, end = path.partition(inner)
    return "*" * bool(start) + inner.replace("|", "*") + "*" * bool(end)
