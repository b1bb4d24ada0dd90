"""Deleting items, so that it is certain what went."""

import logging

from g3fs.clients.gallery3.api import ROOT_ID, Api
from g3fs.clients.gallery3.bytes import Bytes
from g3fs.clients.gallery3.changes import AMBIGUOUS
from g3fs.clients.gallery3.rights import Rights, check_may_edit
from g3fs.clients.gallery3.tree import Tree
from g3fs.clients.gallery3.uploads import is_misplaced
from g3fs.clients.gallery3.wire import WireItem
from g3fs.gallery.errors import (
    BadReply,
    BytesLost,
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
_BLOCK = 4096


class Deletes:
    """Removes items; the server works on one at a time."""

    def __init__(self, api: Api, tree: Tree, rights: Rights, source: Bytes) -> None:
        self._api = api
        self._tree = tree
        self._rights = rights
        self._bytes = source

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
        item, *children = self._tree.read(item_id, depth=1, fields=_LOOK_FIELDS)
        check_may_edit(item)
        if children and not recursive:
            raise NotEmpty(f"album {item_id} has {len(children)} items")
        self._check_sound(item)
        with self._api.structure.writing():
            self._gone(item_id)

    def _check_sound(self, item: WireItem) -> None:
        """Refuse what has the path of a directory: the server would remove that, with all in it."""
        doubtful = item.size_bytes is not None and item.size_bytes % _BLOCK == 0
        if is_misplaced(item) or (doubtful and not self._can_be_read(item)):
            raise ServerError(
                f"item {item.id} has a wrong path on the server; deleting it would delete other"
                " files too, so it is not done: ask an administrator"
            )

    def _can_be_read(self, item: WireItem) -> bool:
        """Whether there is a file of the size that the server says; a directory cannot be sent."""
        try:
            with self._bytes.open(item.id) as stream:
                return bool(stream.read1(_BLOCK))
        except (BytesLost, BadReply):
            return False

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
