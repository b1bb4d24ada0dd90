"""Letting go of what is kept of items that are gone: behind, so that nobody waits for it."""

import logging
import math
from collections.abc import Sequence

import trio

from g3fs.cache.catalog import Catalog
from g3fs.cache.changes import Change
from g3fs.cache.content import Content
from g3fs.cache.state import State
from g3fs.gallery.errors import GalleryError
from g3fs.gallery.ids import ItemId
from g3fs.gallery.items import Rendition
from g3fs.vfs.handles import HandleTable
from g3fs.vfs.nodes import key_in

log = logging.getLogger(__name__)


async def clean_up(
    catalog: Catalog,
    content: Content,
    state: State,
    handles: HandleTable,
    views: Sequence[Rendition],
    *,
    task_status: trio.TaskStatus[None] = trio.TASK_STATUS_IGNORED,
) -> None:
    """Free the bytes of what is gone, and forget what this program itself deleted; for ever.

    What the server does not show any more may come back, and then has its names and times again.
    """
    send, changes = trio.open_memory_channel[Change](math.inf)
    catalog.subscribe(lambda change: send.send_nowait(change) if change.gone else None)
    task_status.started()
    async for change in changes:
        for entry in change.gone:
            item = entry.item.id
            # Else it was moved, or somebody may still read it, as on a disk.
            if not catalog.albums_of(item) and not handles.has_item(item):
                await content.drop(item)
            if change.own:
                await _forget(catalog, state, change.album, item, views)


async def _forget(
    catalog: Catalog, state: State, album: ItemId, item: ItemId, views: Sequence[Rendition]
) -> None:
    standing = catalog.albums_of(item)
    if album in standing:
        return  # it is back already
    keys = [] if standing else [key_in(view, item) for view in views]
    try:
        await state.forget(item, albums=[key_in(view, album) for view in views], keys=keys)
    except GalleryError as error:
        log.debug("what is remembered of item %s stays: %s", item, error)
