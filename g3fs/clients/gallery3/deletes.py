"""Deleting items, so that it is certain what went."""

import logging

from g3fs.clients.gallery3.api import ROOT_ID, Api
from g3fs.clients.gallery3.changes import AMBIGUOUS
from g3fs.clients.gallery3.items import Items
from g3fs.clients.gallery3.rights import Rights, check_may_edit
from g3fs.clients.gallery3.stored import StoredFiles
from g3fs.clients.gallery3.tree import Tree
from g3fs.clients.gallery3.wire import WireItem
from g3fs.gallery.errors import (
    GalleryError,
    Invalid,
    NotEmpty,
    NotFound,
    NotPermitted,
    ServerError,
)

log = logging.getLogger(__name__)

_ATTEMPTS = 3
"""Deleting an album may stop half way when a new cover cannot be made; each repetition gets on."""

_LOOK_FIELDS = ("name", "parent", "file_size", "file_url_public", "can_edit")


class Deletes:
    """Removes items; the server works on one at a time."""

    def __init__(
        self, api: Api, tree: Tree, items: Items, rights: Rights, files: StoredFiles
    ) -> None:
        self._api = api
        self._tree = tree
        self._items = items
        self._rights = rights
        self._files = files

    def delete(self, item_id: int, *, recursive: bool = False) -> None:
        """Delete an item; of an album with something in it only if `recursive`.

        A big album takes the server seconds to minutes: better delete from the leaves up.

        Raises:
            NotFound: it is gone already.
            NotEmpty: the album has items, shown to this user or not listed.
            ServerError: it is damaged so that deleting it would take other files along.
        """
        if item_id == ROOT_ID:
            raise NotPermitted("the root album cannot be deleted")
        item = self._tree.one(item_id, _LOOK_FIELDS)
        check_may_edit(item)
        if item.kind != "album":
            self._check_sound(item)
        with self._api.structure.writing():
            if item.kind == "album" and not recursive:
                self._check_empty(item_id)
            self._gone(item_id)

    def _check_empty(self, album_id: int) -> None:
        """See that nothing is in an album now, by both ways in which the server tells.

        A listing leaves out what it cannot describe, and may be wrong next to a change.
        """
        count = len(self._tree.naming(album_id)) - 1
        if not count:
            try:
                count = len(self._items.get(album_id).member_ids or ())
            except NotFound:
                log.debug("album %d lacks its thumbnail: it has no list of members", album_id)
        if count:
            raise NotEmpty(f"album {album_id} has {count} items")

    def _check_sound(self, item: WireItem) -> None:
        """Refuse what has the path of a directory: the server would remove that, with all in it."""
        if self._files.is_misplaced(item):
            raise ServerError(
                f"item {item.id} has a wrong path on the server; deleting it would delete other"
                " files too, so it is not done: ask an administrator"
            )

    def _gone(self, item_id: int) -> None:
        denied = self._rights.no_edit(item_id)
        for attempt in range(_ATTEMPTS):
            try:
                self._api.delete(f"item/{item_id}", denied=denied)
            except (*AMBIGUOUS, Invalid) as exc:
                if not self._is_there(item_id, exc):
                    log.debug("item %d was deleted although the server said: %s", item_id, exc)
                    return
                if attempt == _ATTEMPTS - 1:
                    raise
            except NotFound:
                if attempt == 0:
                    raise
                return
            else:
                return

    def _is_there(self, item_id: int, failure: GalleryError) -> bool:
        try:
            self._tree.one(item_id, ("name",))
        except NotFound:
            return False
        except GalleryError:
            raise failure from None
        return True
