"""Comments written and deleted; never twice, although the server has nothing to tell them apart."""

from functools import partial

from g3fs.backends.calls import ChangingCalls
from g3fs.backends.gallery3.comments import CommentReader
from g3fs.backends.gallery3.ids import number_of
from g3fs.clients.gallery3.changes import AMBIGUOUS
from g3fs.clients.gallery3.client import Client
from g3fs.clients.gallery3.wire import WireComment
from g3fs.gallery.errors import GalleryError, NotFound
from g3fs.gallery.ids import ItemId

_MAX_ID_DIGITS = 18


class CommentWriter:
    """Changes the comments of items."""

    def __init__(self, client: Client, reader: CommentReader, do: ChangingCalls) -> None:
        self._client = client
        self._reader = reader
        self._do = do

    async def add(self, item: ItemId, text: str) -> None:
        """Write a comment as this user."""
        comment = await self._do(partial(self._added, number_of(item), text))
        if comment is not None:
            self._reader.learn(comment)

    async def remove(self, item: ItemId, comment: str) -> None:
        """Delete one; NotFound when the item has no such comment."""
        number = number_of(item)
        if not comment.isascii() or not comment.isdigit() or len(comment) > _MAX_ID_DIGITS:
            raise NotFound(f"item {item} has no comment {comment!r}")
        await self._do(partial(self._removed, number, int(comment)))
        self._reader.forget(int(comment))

    # In threads

    def _added(self, number: int, text: str) -> WireComment | None:
        """The new comment; None when it is there and cannot be read now."""
        client = self._client.comments
        before = set(client.ids_of(number))
        try:
            comment = client.add(number, text)
        except AMBIGUOUS as exc:
            try:
                new = [client.get(each) for each in client.ids_of(number) if each not in before]
            except GalleryError:
                raise exc from None
            found = next((each for each in new if each.text == text), None)
            if found is None:
                raise
            return found
        try:
            return client.get(comment)
        except GalleryError:
            return None

    def _removed(self, number: int, comment: int) -> None:
        client = self._client.comments
        if client.get(comment).item_id != number:
            raise NotFound(f"item {number} has no comment {comment}")
        try:
            client.delete(comment)
        except NotFound:
            return  # somebody was faster
        except AMBIGUOUS as exc:
            if self._is_there(comment, exc):
                raise

    def _is_there(self, comment: int, failure: GalleryError) -> bool:
        try:
            self._client.comments.get(comment)
        except NotFound:
            return False
        except GalleryError:
            raise failure from None
        return True
