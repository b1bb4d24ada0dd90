"""Comments: the resources `comments`, `comment` and `item_comments`."""

from collections.abc import Iterable, Iterator

from g3fs.clients.gallery3 import wire
from g3fs.clients.gallery3.api import Api
from g3fs.clients.gallery3.pages import paged_ids
from g3fs.clients.gallery3.rights import Rights
from g3fs.clients.gallery3.texts import check_long_text
from g3fs.clients.gallery3.wire import WireComment
from g3fs.gallery.errors import Invalid, NotFound

PUBLISHED = "published"


class Comments:
    """Reading and writing comments. One request each: the server has nothing in bulk."""

    def __init__(self, api: Api, rights: Rights) -> None:
        self._api = api
        self._rights = rights

    def ids(self) -> Iterator[int]:
        """The ids of all comments of the gallery, ascending, page by page."""
        return paged_ids(self._api, "comments")

    def ids_of(self, item_id: int) -> tuple[int, ...]:
        """The ids of the comments of an item, newest first, in all states."""
        return wire.member_ids_from(self._api.get(f"item_comments/{item_id}"))

    def get(self, comment_id: int) -> WireComment:
        """One comment."""
        return wire.comment_from(self._api.get(f"comment/{comment_id}"))

    def of_item(self, item_id: int, *, state: str | None = PUBLISHED) -> tuple[WireComment, ...]:
        """The comments of an item, newest first; `state` None: whatever their state."""
        return tuple(_in_state(self._existing(self.ids_of(item_id)), state))

    def all(self, *, state: str | None = PUBLISHED) -> Iterator[WireComment]:
        """All comments of the gallery, oldest first."""
        return _in_state(self._existing(self.ids()), state)

    def add(self, item_id: int, text: str) -> int:
        """Write a comment as this user, who must be allowed to edit the item; its id."""
        if not text:
            raise Invalid("a comment needs a text")
        check_long_text(text, "the comment")
        entity = {"item": self._api.url_of("item", item_id), "text": text}
        reply = self._api.post("comments", entity, denied=self._rights.no_edit(item_id))
        return wire.created_id_from(reply)

    def delete(self, comment_id: int) -> None:
        """Delete a comment (administrators). Editing does not work on any known server."""
        self._api.delete(f"comment/{comment_id}", denied=self._rights.no_admin())

    def _existing(self, ids: Iterable[int]) -> Iterator[WireComment]:
        for comment_id in ids:
            try:
                yield self.get(comment_id)
            except NotFound:
                continue  # deleted since it was listed


def _in_state(comments: Iterable[WireComment], state: str | None) -> Iterator[WireComment]:
    return (comment for comment in comments if state is None or comment.state == state)
