"""Mending what the server stored badly; for who has the file at hand.

Parallel changes damage items although the answer is 201 (reference of the API, section 14). All of
this is done with the structure locked.
"""

import logging
import secrets
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress

from g3fs.clients.gallery3.api import Api
from g3fs.clients.gallery3.changes import Changes
from g3fs.clients.gallery3.stored import StoredFiles
from g3fs.clients.gallery3.tree import Tree
from g3fs.clients.gallery3.wire import WireItem
from g3fs.gallery.errors import GalleryError, NotFound, ServerError

log = logging.getLogger(__name__)

_MOST_SLUG = 240
PATH_FIELDS = ("web_url", "name", "file_url_public")
"""Fields for which the server computes, and stores, paths."""


class Repairs:
    """Repairs of one item each."""

    def __init__(self, api: Api, tree: Tree, changes: Changes, files: StoredFiles) -> None:
        self._api = api
        self._tree = tree
        self._changes = changes
        self._files = files

    def is_crippled(self, item: WireItem) -> bool:
        """Whether two creates got in each other's way: rights and thumb are missing."""
        return item.kind == "photo" and item.thumb_width is None

    def in_place(
        self,
        item: WireItem,
        send: Callable[[], object] | None,
        size_bytes: int | None,
        *,
        ours: bool,
    ) -> WireItem:
        """An item whose stored path was wrong or whose file is lost, with both in order.

        `send` puts the file, which has `size_bytes`, into the item; None: nobody has it at hand.
        `ours`: the item was just made of that file; else it is put there only if there is none.

        Raises:
            ServerError: it cannot be mended.
        """
        log.info("item %d has a wrong path on the server; mending it", item.id)
        with self._other_slug(item):
            now = self._tree.one(item.id, ("file_size", "file_url_public", "name"))
            other = ours and now.size_bytes not in (None, size_bytes)
            if send is not None and ("full" in now.lost or other):
                send()
        now = self._changes.current(item.id)
        if self._files.is_misplaced(now, size_bytes) or "full" in now.lost:
            raise ServerError(
                f"the gallery stored {item.name} under a wrong path (item {item.id}); do not delete"
                " it: other files would go with it; ask an administrator"
            )
        return now

    def below(self, album: WireItem) -> WireItem:
        """An album with the stored paths of all below in order; no file is sent."""
        log.info("album %d has wrong paths below on the server; mending them", album.id)
        with self._other_slug(album):
            self._tree.read(album.id, fields=PATH_FIELDS)
        self._tree.read(album.id, fields=PATH_FIELDS)
        return self._changes.current(album.id)

    @contextmanager
    def _other_slug(self, item: WireItem) -> Iterator[None]:
        """Change the slug for a while, and back.

        A changed slug makes the server forget the stored paths of an item and of all below; a read
        computes them anew.
        """
        path, slug = f"item/{item.id}", item.slug or ""
        try:
            self._api.put(path, {"slug": f"{slug[:_MOST_SLUG]}-{secrets.token_hex(4)}"})
            yield
        except GalleryError:
            # By its slug people find its page, and we an upload whose answer was lost.
            with suppress(GalleryError):
                self._api.put(path, {"slug": slug})
            raise
        self._api.put(path, {"slug": slug})

    def readable(self, item: WireItem) -> WireItem:
        """An item that `items.get` cannot show for the loss of a smaller picture, without it."""
        self._api.put(f"item/{item.id}", {"thumb_width": 0, "thumb_height": 0})
        return self._changes.current(item.id)

    def remove_crippled(self, item: WireItem) -> None:
        """Delete what was stored without access rights; its path is right."""
        log.info("item %d was stored without access rights; deleting it", item.id)
        try:
            self._api.delete(f"item/{item.id}")
        except NotFound:
            return
