"""One photo renamed over another, on servers that have no call for that.

In the middle the one that goes has a name that nobody gave it, so this is brought to an end, or
back to its beginning, even when whoever asked for it was answered that it takes too long.
"""

import logging
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass
from functools import partial

from g3fs.gallery.errors import GalleryError, ServerError, TimedOut
from g3fs.gallery.ids import ItemId
from g3fs.gallery.items import Entry, Listing, Media
from g3fs.tasks.singleflight import SingleFlight
from g3fs.vfs.directory import Directory
from g3fs.vfs.names import numbered
from g3fs.vfs.writing.doubt import doubting
from g3fs.vfs.writing.draft import Draft
from g3fs.vfs.writing.ground import Ground
from g3fs.vfs.writing.places import Places

log = logging.getLogger(__name__)

_ATTEMPTS = 2
"""To delete what was replaced: a failure leaves a photo that nobody wants."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Successor:
    """Whatever is to have the name."""

    rename: Callable[[], Awaitable[None]]
    """Gives it the name, which nothing has on the server, and lets it be shown so."""
    has_name: Callable[[Listing], bool]
    """Whether it has, by a new listing of the directory."""


class Overwriting:
    """Lets an item have the name of another, which is deleted."""

    def __init__(self, ground: Ground, places: Places) -> None:
        self._ground = ground
        self._places = places
        self._flights = SingleFlight[ItemId, None](ground.nursery)

    async def replace(
        self, directory: Directory, name: str, goes: Media, successor: Successor
    ) -> None:
        """Delete `goes` when the successor has its name; both are as they were if that fails."""
        replace = partial(self._replace, directory, name, goes, successor)
        await self._flights.do(goes.id, replace)

    async def _replace(
        self, directory: Directory, name: str, goes: Media, successor: Successor
    ) -> None:
        album = directory.node.item.id
        async with self._places.stopped(self._ground.drafts.of_item(goes.id)) as draft:
            aside = await self._set_aside(album, name, goes)
            try:
                await successor.rename()
            except GalleryError:
                if not await self._is_made(directory, successor):
                    await self._put_back(album, name, aside)
                    raise
            await self._delete(draft, album, name, aside)

    async def _set_aside(self, album: ItemId, name: str, goes: Media) -> Entry:
        """Give an item another name on the server, until its successor has this one."""
        ground = self._ground
        with doubting(ground.catalog, album):
            try:
                move = ground.writer.move
                aside = await move(goes, album, numbered(name, f"replaced {goes.id}"))
            except (ServerError, TimedOut):
                with suppress(GalleryError):  # then it was not made, as it seems
                    await ground.writer.move(goes, album, name)
                raise
        return aside

    async def _is_made(self, directory: Directory, successor: Successor) -> bool:
        try:
            return successor.has_name(await self._ground.catalog.refresh(directory.node.item.id))
        except GalleryError:
            return False

    async def _put_back(self, album: ItemId, name: str, aside: Entry) -> None:
        try:
            entry = await self._ground.writer.move(aside.item, album, name)
        except GalleryError as error:
            log.warning("%s is called %s on the server now: %s", name, aside.name, error)
            self._ground.catalog.wrote(album, aside)
            self._ground.catalog.doubt(album)
        else:
            self._ground.catalog.wrote(album, entry)

    async def _delete(self, draft: Draft | None, album: ItemId, name: str, aside: Entry) -> None:
        assert isinstance(aside.item, Media)  # what was set aside is what it was
        failure: GalleryError | None = None
        for _ in range(_ATTEMPTS):
            try:
                await self._places.delete_with(draft, album, aside.item)
            except GalleryError as error:
                failure = error
            else:
                return
        log.warning("%s was replaced, and stays as %s: %s", name, aside.name, failure)
        self._ground.catalog.wrote(album, aside)
