"""What only the answer for one photo tells: labels, keywords, who wrote the title.

A request a photo, 2 ms each. The first question asks for its own photo alone; whoever goes on is
served in batches that grow, so that an album of hundreds does not cost a round trip each.
"""

import json
import logging
from collections.abc import Iterable, Mapping, Sequence
from functools import partial
from types import MappingProxyType

from cachetools import LRUCache

from g3fs.backends.calls import Calls
from g3fs.backends.photoprism import attributes
from g3fs.backends.photoprism.ids import Kind, is_file, path_on_disk, place_of
from g3fs.backends.photoprism.leftovers import Leftovers
from g3fs.clients.photoprism.client import Client
from g3fs.clients.photoprism.wire.photos import WirePhotoDetails
from g3fs.gallery.clock import Clock
from g3fs.gallery.errors import GalleryError, NotFound
from g3fs.gallery.ids import ItemId, TagName
from g3fs.gallery.items import Details, Group, Listing, Media
from g3fs.tasks.gather import gather

log = logging.getLogger(__name__)

WRITTEN = frozenset({"manual", "batch", "admin", "meta", "xmp", "yaml"})
"""Whose titles are worth showing: a person's, on the server or in the file. The server makes up
the others, from the place, the time, the labels or the name."""

_NOTHING = Details()
_IN_A_ROW_S = 2.0
_MOST_AHEAD = 32
_MOST_ALBUMS = 100
"""Uids in one address."""
_AT_ONCE = 6
_KNOWN_FILES = 100_000
_ALBUMS = (Kind.ALBUM, Kind.MONTH, Kind.MOMENT, Kind.STATE)


class DetailReader:
    """Reads details; keeps only what nobody has seen yet."""

    def __init__(self, client: Client, ask: Calls, clock: Clock) -> None:
        self._client = client
        self._ask = ask
        self._clock = clock
        self._photo_of: LRUCache[ItemId, str] = LRUCache(_KNOWN_FILES)
        self._left: Leftovers[tuple[Group, ItemId], Details] = Leftovers(10_000, clock)
        self._window = 1
        self._last_s = -_IN_A_ROW_S

    def learn(self, listing: Listing) -> None:
        """Remember which photo each file is part of."""
        for entry in listing.entries:
            if isinstance(entry.item, Media):
                self.learn_one(entry.item)

    def learn_one(self, media: Media) -> None:
        """The same for one file."""
        photo = media.facts.get(attributes.PHOTO)
        if photo is not None:
            self._photo_of[media.id] = photo

    async def read(self, group: Group, items: Sequence[ItemId]) -> dict[ItemId, Details]:
        """What is told of the first, and of some of the others; what is gone is missing."""
        found = {item: _NOTHING for item in items if _tells_nothing(group, item)}
        first = items[0]
        if first not in found and place_of(first) is not None:
            return found | await self._titles([item for item in items if item not in found])
        if is_file(first) and group in (Group.TAGS, Group.DETAILS):
            files = [item for item in items if is_file(item)]
            found |= await self._of_files(group, files)
        return found

    async def _titles(self, items: Iterable[ItemId]) -> dict[ItemId, Details]:
        """Of albums; many in one request."""
        by_uid = {place.key: place.id for place in map(place_of, items) if place is not None}
        asked = list(by_uid)[:_MOST_ALBUMS]
        wires = await self._ask(partial(self._client.albums.search, uid=asked))
        told = {by_uid[wire.uid]: wire.title for wire in wires if wire.uid in by_uid}
        return {item: _facts({attributes.TITLE: title}) for item, title in told.items()}

    async def _of_files(self, group: Group, items: Sequence[ItemId]) -> dict[ItemId, Details]:
        left = self._left.take((group, items[0]))
        if left is not None:
            return {items[0]: left}
        batch = items[: self._grown()]
        await self._look_up([item for item in batch if item not in self._photo_of])
        calls = [partial(self._of_file, item, must=item == items[0]) for item in batch]
        answers = await gather(*calls, limit=_AT_ONCE)
        self._last_s = self._clock()
        found = {}
        for item, told in zip(batch, answers, strict=True):
            if told is not None:
                found[item] = told.pop(group)
                for other, details in told.items():
                    self._left.put((other, item), details)
        return found

    def _grown(self) -> int:
        """How many files to ask for now."""
        in_a_row = self._clock() - self._last_s < _IN_A_ROW_S
        self._window = min(2 * self._window, _MOST_AHEAD) if in_a_row else 1
        return self._window

    async def _look_up(self, files: Sequence[ItemId]) -> None:
        """Find the photos of files that were in no listing; archived ones are a list apart."""
        for archived in (False, True):
            missing = [file for file in files if file not in self._photo_of]
            if missing:
                search = partial(self._client.photos.search, uid=missing)
                ask = partial(search, archived=True) if archived else search
                for photo in await self._ask(ask):
                    for file in photo.originals:
                        self._photo_of[ItemId(file.uid)] = photo.uid

    async def _of_file(self, item: ItemId, *, must: bool) -> dict[Group, Details] | None:
        photo = self._photo_of.get(item)
        if photo is None:
            return None
        try:
            wire = await self._ask(partial(self._client.photos.get, photo))
        except NotFound:
            return None
        except GalleryError as exc:
            if must:
                raise
            log.debug("details of photo %s: %s", photo, exc)
            return None
        return {Group.TAGS: _tags(wire), Group.DETAILS: _texts(wire)}


def _tells_nothing(group: Group, item: ItemId) -> bool:
    """Whether the server can have nothing to tell of what is there."""
    if group in (Group.LISTING, Group.COMMENTS) and is_file(item):
        return True
    if path_on_disk(item) is not None:
        return True
    place = place_of(item)
    return place is not None and (group is not Group.DETAILS or place.kind not in _ALBUMS)


def _tags(wire: WirePhotoDetails) -> Details:
    names = {label.name for label in wire.labels or () if label.active and label.name}
    return Details(tags=tuple(TagName(name) for name in sorted(names, key=str.casefold)))


def _texts(wire: WirePhotoDetails) -> Details:
    texts = wire.texts
    albums = sorted(album.title for album in wire.albums or ())
    return _facts(
        {
            attributes.TITLE: wire.photo.title if wire.title_src in WRITTEN else "",
            attributes.KEYWORDS: texts.keywords if texts else "",
            attributes.ARTIST: texts.artist if texts else "",
            attributes.COPYRIGHT: texts.copyright if texts else "",
            attributes.ALBUMS: json.dumps(albums, ensure_ascii=False) if albums else "",
        }
    )


def _facts(facts: Mapping[str, str]) -> Details:
    return Details(facts=MappingProxyType({name: text for name, text in facts.items() if text}))
