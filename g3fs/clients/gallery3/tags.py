"""Tags: the resources `tags`, `tag`, `item_tags`, `tag_items` and `tag_item`."""

from collections.abc import Iterator

from g3fs.clients.gallery3 import wire
from g3fs.clients.gallery3.api import Api
from g3fs.clients.gallery3.pages import paged_ids
from g3fs.clients.gallery3.rights import Rights
from g3fs.clients.gallery3.texts import check_text
from g3fs.clients.gallery3.wire import WireTag
from g3fs.gallery.errors import Invalid, NotFound, ValueTooLong

_MAX_NAME = 128


class Tags:
    """Reading and writing tags. Names are equal whatever their case and accents."""

    def __init__(self, api: Api, rights: Rights) -> None:
        self._api = api
        self._rights = rights

    def ids(self) -> Iterator[int]:
        """The ids of all tags, ascending, page by page."""
        return paged_ids(self._api, "tags")

    def all(self) -> tuple[WireTag, ...]:
        """All tags with the items that carry them: one request each."""
        return tuple(tag for tag in map(self._get_or_none, self.ids()) if tag is not None)

    def get(self, tag_id: int) -> WireTag:
        """One tag and the visible items that carry it."""
        return wire.tag_from(self._api.get(f"tag/{tag_id}"))

    def of_item(self, item_id: int) -> tuple[int, ...]:
        """The ids of the tags of an item; `items.get` and `items.many` tell them as well."""
        return tuple(tag for tag, _ in wire.pairs_from(self._api.get(f"item_tags/{item_id}")))

    def items_of(self, tag_id: int) -> tuple[int, ...]:
        """The visible items that carry a tag; none when there is no such tag."""
        return tuple(item for _, item in wire.pairs_from(self._api.get(f"tag_items/{tag_id}")))

    def is_attached(self, tag_id: int, item_id: int) -> bool:
        """Whether an item carries a tag."""
        try:
            return wire.pair_from(self._api.get(_pair(tag_id, item_id))) == (tag_id, item_id)
        except NotFound:
            return False

    def create(self, name: str) -> int:
        """The id of the tag of this name, which is made if there is none.

        Unattached tags are swept away whenever any item is deleted: use `attach`.

        Raises:
            AccessDenied: this user may edit nothing.
        """
        entity = {"name": checked_name(name)}
        reply = self._api.post("tags", entity, denied=self._rights.no_admin())
        return wire.created_id_from(reply)

    def attach(self, name: str, item_id: int) -> int:
        """Put a tag on an item, making the tag if need be; its id. Repeating is harmless."""
        tag_id = self.create(name)
        try:
            self.attach_id(tag_id, item_id)
        except NotFound:
            tag_id = self.create(name)  # somebody deleted an item, and the new tag went with it
            self.attach_id(tag_id, item_id)
        return tag_id

    def attach_id(self, tag_id: int, item_id: int) -> None:
        """Put an existing tag on an item; needs only the right to view it."""
        entity = {
            "tag": self._api.url_of("tag", tag_id),
            "item": self._api.url_of("item", item_id),
        }
        self._api.post(f"item_tags/{item_id}", entity)

    def detach(self, tag_id: int, item_id: int) -> None:
        """Take a tag off an item; NotFound when it is not on it."""
        self._api.delete(_pair(tag_id, item_id), denied=self._rights.no_edit(item_id))

    def detach_all(self, item_id: int) -> None:
        """Take all tags off an item."""
        self._api.delete(f"item_tags/{item_id}", denied=self._rights.no_edit(item_id))

    def clear(self, tag_id: int) -> None:
        """Take a tag off all visible items, one by one: the server's own call for it is broken."""
        for item_id in self.items_of(tag_id):
            self.detach(tag_id, item_id)

    def rename(self, tag_id: int, name: str) -> None:
        """Rename a tag everywhere (administrators); to another tag's name, it swallows that tag."""
        entity = {"name": checked_name(name)}
        self._api.put(f"tag/{tag_id}", entity, denied=self._rights.no_admin())

    def delete(self, tag_id: int) -> None:
        """Delete a tag everywhere (administrators)."""
        self._api.delete(f"tag/{tag_id}", denied=self._rights.no_admin())

    def _get_or_none(self, tag_id: int) -> WireTag | None:
        try:
            return self.get(tag_id)
        except NotFound:
            return None


def checked_name(name: str) -> str:
    """The name of a tag, if the server can store it.

    Raises:
        Invalid: nothing, or characters that it cannot store. ValueTooLong: over 128 characters.
    """
    if not name.strip() or name == "0":
        raise Invalid("a tag needs a name")
    check_text(name, "the name of the tag")
    if len(name) > _MAX_NAME:
        raise ValueTooLong(f"the name of a tag has at most {_MAX_NAME} characters")
    return name


def _pair(tag_id: int, item_id: int) -> str:
    return f"tag_item/{tag_id},{item_id}"
