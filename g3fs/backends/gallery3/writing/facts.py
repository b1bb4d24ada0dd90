"""Title, description, time of capture, sort order and cover: attributes that can be set."""

import re
from collections.abc import Sequence
from datetime import datetime
from functools import partial

from g3fs.backends.calls import ChangingCalls
from g3fs.backends.gallery3 import attributes
from g3fs.backends.gallery3.ids import number_of
from g3fs.backends.gallery3.writing.naming import file_name, takes
from g3fs.clients.gallery3.client import Client
from g3fs.clients.gallery3.edits import (
    CLEAR,
    SORT_COLUMNS,
    Properties,
    SortOrder,
    Unset,
)
from g3fs.clients.gallery3.names import album_name
from g3fs.clients.gallery3.texts import check_long_text, check_title
from g3fs.clients.gallery3.wire import WireItem
from g3fs.gallery.attributes import Form, On
from g3fs.gallery.errors import AccessDenied, Invalid, NotPermitted
from g3fs.gallery.ids import parse_numbered
from g3fs.gallery.items import Album, Item, Link

_WRITABLE = {
    attribute.name: attribute
    for attribute in attributes.ATTRIBUTES
    if attribute.writable and attribute.form in {Form.FACT, Form.TIME}
}
_DEFAULT_SORT = "created ASC"
_ORDERS: dict[str, SortOrder] = {"ASC": "ASC", "DESC": "DESC"}
_ID = re.compile(r"id:([0-9]{1,18})")


def check(item: Item | None, name: str, value: str | None) -> None:
    """As the port's `checked_fact`.

    Raises:
        NotPermitted: this is nothing that can be set here, or cleared.
        Invalid, ValueTooLong, BadName: the value cannot be stored.
    """
    on = On.ALBUMS if isinstance(item, Album) else On.MEDIA
    attribute = _WRITABLE.get(name)
    if attribute is None or on not in attribute.on or isinstance(item, Link):
        raise NotPermitted(f"{name} cannot be set here")
    match name:
        case attributes.TITLE:
            check_title(value or "-")
        case attributes.COMMENT:
            check_long_text(value or "", "the description")
        case attributes.SORT:
            _sort_of(value or _DEFAULT_SORT)
        case attributes.CAPTURED:
            Properties(captured_s=_seconds_of(value)).entity()
        case attributes.ORDER if value is None:
            raise NotPermitted(f"an order by hand goes when {attributes.SORT} is set")
        case attributes.COVER if not value:
            raise NotPermitted("a cover can be changed, but not taken back")


class FactWriter:
    """Sets facts; several may at once, the last one wins."""

    def __init__(self, client: Client, do: ChangingCalls) -> None:
        self._client = client
        self._do = do

    async def set(self, item: Item, name: str, value: str | None) -> WireItem:
        """The item with the new value; errors as `check`."""
        check(item, name, value)
        if not isinstance(item, Link) and not item.can_edit:
            raise AccessDenied(f"this user may not change item {item.id}")
        return await self._do(partial(self._set, number_of(item.id), name, value))

    def _set(self, number: int, name: str, value: str | None) -> WireItem:
        match name:
            case attributes.TITLE:
                properties = Properties(title=value or self._name(number))
            case attributes.COMMENT:
                properties = Properties(description=value or CLEAR)
            case attributes.SORT:
                column, order = _sort_of(value or _DEFAULT_SORT)
                properties = Properties(sort_column=column, sort_order=order)
            case attributes.CAPTURED:
                properties = Properties(captured_s=_seconds_of(value))
            case attributes.ORDER:
                return self._client.edits.reorder(number, self._order(number, value or ""))
            case _:
                return self._client.edits.set_cover(number, self._cover(number, value or ""))
        return self._client.edits.update(number, properties)

    def _name(self, number: int) -> str:
        """What the title is when nobody chose one."""
        return self._client.tree.one(number, ("name",)).name or "Gallery"

    def _cover(self, album: int, value: str) -> int:
        found = _ID.fullmatch(value)
        if found is not None:
            return int(found[1])
        number = _Children(self._client.tree.naming(album)[1:]).find(value)
        if number is None:
            raise Invalid(f"the album has no {value!r}: give its name in the album, or id:NUMBER")
        return number

    def _order(self, album: int, value: str) -> list[int]:
        """All children: first those that are named, then the others as they are."""
        children = _Children(self._client.tree.naming(album)[1:])
        named: list[int] = []
        for name in filter(None, value.split("\n")):
            number = children.find(name)
            if number is None:
                raise Invalid(f"the album has no {name!r}: give the names in the album, one a line")
            named.append(number)
        return list(dict.fromkeys([*named, *children.ids]))


class _Children:
    """What is in an album, by the names that people know."""

    def __init__(self, children: Sequence[WireItem]) -> None:
        self.ids = [child.id for child in children]
        """In the order of the album."""
        by_age = sorted(children, key=lambda child: child.id, reverse=True)
        self._by_name = {child.name: child.id for child in by_age}

    def find(self, name: str) -> int | None:
        """By its name on the server, or the one that it was given, or one with its id."""
        given = file_name(name) if takes(name) else album_name(name)
        number = self._by_name.get(name) or self._by_name.get(given)
        if number is None and (parsed := parse_numbered(name)) is not None:
            return next((child for child in self.ids if str(child) == parsed[1]), None)
        return number


def _seconds_of(value: str | None) -> int | Unset:
    if not value:
        return CLEAR
    try:
        moment = datetime.fromisoformat(value.strip())
    except ValueError:
        moment = None
    if moment is None or moment.tzinfo is None:
        raise Invalid("a time and its zone are wanted, such as 2023-07-14T18:30:00Z")
    seconds = round(moment.timestamp())
    if seconds <= 0:
        raise Invalid("a time after 1970 is wanted: what was before is not shown")
    return seconds


def _sort_of(value: str) -> tuple[str, SortOrder]:
    column, _, order = value.strip().partition(" ")
    direction = _ORDERS.get(order.strip().upper() or "ASC")
    if column not in SORT_COLUMNS or direction is None:
        raise Invalid("an album is sorted by a column and a direction, such as: captured ASC")
    return column, direction
