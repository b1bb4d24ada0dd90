"""Changes that leave an item where it is: properties, order, cover."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from typing import Literal

from g3fs.clients.gallery3.api import Api
from g3fs.clients.gallery3.changes import Changes
from g3fs.clients.gallery3.rights import Rights, check_may_edit
from g3fs.clients.gallery3.texts import check_long_text, check_title
from g3fs.clients.gallery3.wire import WireItem
from g3fs.gallery.errors import Invalid

SortOrder = Literal["ASC", "DESC"]

_MAX_TIME = 2**31 - 1
"""The server stores a signed 32 bit number, and fails with 500 beyond."""

BY_HAND = "weight"
"""The sort column of an album whose order `reorder` sets."""


SORT_COLUMNS = frozenset(
    {
        *("weight", "title", "name", "slug", "created", "updated", "captured", "view_count"),
        *("rand_key", "id", "type", "width", "height", "mime_type", "owner_id", "description"),
    }
)
"""By which an album can be sorted."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Unset:
    """A property that is to be cleared on the server."""


CLEAR = Unset()


@dataclass(frozen=True, slots=True, kw_only=True)
class Properties:
    """What is to be changed; None stays as it is."""

    title: str | None = None
    description: str | Unset | None = None
    captured_s: int | Unset | None = None
    """Seconds since 1970 UTC; uploading data with EXIF overwrites it."""
    sort_column: str | None = None
    """`weight`, `title`, `name`, `created`, `updated`, `captured`, `view_count`, `rand_key`..."""
    sort_order: SortOrder | None = None
    view_count: int | None = None

    def entity(self) -> dict[str, object]:
        """As the server wants it.

        Raises:
            Invalid, BadName, ValueTooLong: the server cannot store this.
        """
        entity: dict[str, object] = {}
        if self.title is not None:
            entity["title"] = check_title(self.title)
        if self.description is not None:
            entity["description"] = _cleared(self.description)
            if isinstance(self.description, str):
                check_long_text(self.description, "the description")
        if self.captured_s is not None:
            entity["captured"] = _cleared(self.captured_s)
            if isinstance(self.captured_s, int) and abs(self.captured_s) > _MAX_TIME:
                raise Invalid("the gallery stores times from 1901 to 2038 only")
        plain = ("sort_column", "sort_order", "view_count")
        entity.update(
            {name: getattr(self, name) for name in plain if getattr(self, name) is not None}
        )
        return entity

    def are_of(self, item: WireItem) -> bool:
        """Whether an item has them."""
        wanted = (
            (self.title, item.title),
            (self.description, item.description or ""),
            (self.captured_s, item.captured_s),
            (self.sort_column, item.sort_column),
            (self.sort_order, (item.sort_order or "").upper()),
            (self.view_count, item.view_count),
        )
        return all(_is(value, actual) for value, actual in wanted if value is not None)


class Edits:
    """Changes properties; several threads may, the last one wins."""

    def __init__(self, api: Api, rights: Rights, changes: Changes) -> None:
        self._api = api
        self._rights = rights
        self._changes = changes

    def update(self, item: int | WireItem, properties: Properties) -> WireItem:
        """Change properties; the item read back.

        Raises:
            AccessDenied: this user may not (asked beforehand if `item` tells, else afterwards).
            Invalid, ValueTooLong, BadName: a value cannot be stored.
        """
        item_id = _checked_id(item)
        entity = properties.entity()
        if not entity:
            return self._changes.current(item_id)
        denied = self._rights.no_edit(item_id)
        send = partial(self._api.put, f"item/{item_id}", entity, denied=denied)
        return self._changes.apply(item_id, send, properties.are_of)

    def reorder(self, album: int | WireItem, item_ids: Sequence[int]) -> WireItem:
        """Put the children of an album into this order, by hand; the album read back.

        An album with another order is switched to order by hand first. Children that are not named
        keep their weight.

        Items of other albums are skipped.

        Raises:
            NotFound: one of the ids is unknown.
        """
        item_id = _checked_id(album)
        by_hand = Properties(sort_column=BY_HAND, sort_order="ASC")
        if not by_hand.are_of(self._changes.current(item_id)):
            self.update(album, by_hand)
        denied = self._rights.no_edit(item_id)
        members = [self._api.url_of("item", number) for number in item_ids]
        send = partial(self._api.put, f"item/{item_id}", None, members=members, denied=denied)
        return self._changes.apply(item_id, send, partial(_is_ordered, item_ids))

    def set_cover(self, album: int | WireItem, photo_id: int) -> WireItem:
        """Make a photo or movie, from anywhere, the cover of an album; the album read back.

        The album then has no thumbnail until an administrator rebuilds images; and it cannot be
        taken back, only changed.
        """
        item_id = _checked_id(album)
        entity = {"album_cover": self._api.url_of("item", photo_id)}
        denied = self._rights.no_edit(item_id)
        send = partial(self._api.put, f"item/{item_id}", entity, denied=denied)
        return self._changes.apply(item_id, send, lambda now: now.cover_id == photo_id)

    def revive(self, item_id: int) -> WireItem:
        """Make an item readable again whose thumbnail is lost (`items.get`: NotFound)."""
        self._api.put(f"item/{item_id}", {"thumb_width": 0, "thumb_height": 0})
        return self._changes.current(item_id)


def _checked_id(item: int | WireItem) -> int:
    if isinstance(item, int):
        return item
    check_may_edit(item)
    return item.id


def _cleared(value: str | int | Unset) -> str | int | None:
    return None if isinstance(value, Unset) else value


def _is(value: object, actual: object) -> bool:
    return actual in (None, "") if isinstance(value, Unset) else value == actual


def _is_ordered(item_ids: Sequence[int], album: WireItem) -> bool:
    members = set(album.member_ids or ())
    wanted = [number for number in dict.fromkeys(item_ids) if number in members]
    named = set(wanted)
    return [number for number in album.member_ids or () if number in named] == wanted
