"""Typed access to one JSON object, as Stash writes them; every failure names the field.

Texts that are empty come as "" or null, and mean the same here. Ids are decimal numbers in strings.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TypeVar

from g3fs.gallery.errors import BadReply

T = TypeVar("T")

_ID = re.compile(r"\d{1,18}", re.ASCII)


@dataclass(frozen=True, slots=True)
class Stamp:
    """A moment as the server writes it: its filters compare such texts letter by letter."""

    text: str
    """RFC 3339 in the zone of the server."""

    @property
    def moment(self) -> datetime:
        """The same, with a zone."""
        return _moment(self.text, "a time")

    @property
    def seconds(self) -> float:
        """Since 1970 UTC."""
        return self.moment.timestamp()


class Fields:
    """A JSON object."""

    def __init__(self, value: object, what: str) -> None:
        if not isinstance(value, dict):
            raise BadReply(f"{what} is no object in the answer")
        self._fields: Mapping[str, object] = value

    def has(self, name: str) -> bool:
        """Whether there is a value."""
        return self._fields.get(name) is not None

    def raw(self, name: str) -> object:
        """The value as it came; None when there is none."""
        return self._fields.get(name)

    def inner(self, name: str) -> "Fields | None":
        """The object in a field; None when there is none."""
        value = self._fields.get(name)
        return None if value is None else Fields(value, name)

    def text(self, name: str) -> str:
        """A text; "" when there is none."""
        value = self._fields.get(name)
        if value is None:
            return ""
        if isinstance(value, str):
            return value if value.isascii() else _encodable(value)
        raise BadReply(f"{name} is no text in the answer")

    def required(self, name: str) -> str:
        """A text that must not be empty."""
        value = self.text(name)
        if not value:
            raise BadReply(f"{name} is missing in the answer")
        return value

    def id(self, name: str = "id") -> int:
        """An id that is always there."""
        return id_from(self._fields.get(name), name)

    def optional_id(self, name: str) -> int | None:
        """An id; None when there is none."""
        return self.id(name) if self.has(name) else None

    def number(self, name: str) -> int | None:
        """A whole number; None when there is none."""
        value = self._fields.get(name)
        if value is None:
            return None
        if isinstance(value, bool) or not isinstance(value, int | float) or value != int(value):
            raise BadReply(f"{name} is no whole number in the answer")
        return int(value)

    def count(self, name: str) -> int:
        """A number that is always there, and never negative."""
        value = self.number(name)
        if value is None or value < 0:
            raise BadReply(f"{name} is no count in the answer")
        return value

    def real(self, name: str) -> float | None:
        """A number; None when there is none."""
        value = self._fields.get(name)
        if isinstance(value, bool) or not isinstance(value, int | float | None):
            raise BadReply(f"{name} is no number in the answer")
        return None if value is None else float(value)

    def flag(self, name: str) -> bool:
        """A boolean; False when there is none."""
        value = self._fields.get(name)
        if value is None or isinstance(value, bool):
            return bool(value)
        raise BadReply(f"{name} is no boolean in the answer")

    def stamp(self, name: str) -> Stamp:
        """A moment that is always there."""
        found = self.optional_stamp(name)
        if found is None:
            raise BadReply(f"{name} is missing in the answer")
        return found

    def optional_stamp(self, name: str) -> Stamp | None:
        """A moment; None when there is none."""
        text = self.text(name)
        if not text:
            return None
        _moment(text, name)
        return Stamp(text)

    def objects(self, name: str, read: Callable[["Fields"], T]) -> tuple[T, ...]:
        """The objects of a list, each read by `read`; empty when there is no list."""
        value = self._fields.get(name)
        return () if value is None else objects_from(value, name, read)

    def texts(self, name: str) -> tuple[str, ...]:
        """The texts of a list; empty when there is no list."""
        values = listed(self._fields.get(name) or [], name)
        return tuple(Fields({name: value}, name).text(name) for value in values)

    def ids(self, name: str) -> tuple[int, ...]:
        """The ids of a list of objects."""
        return self.objects(name, Fields.id)


def objects_from(value: object, what: str, read: Callable[[Fields], T]) -> tuple[T, ...]:
    """The objects of a JSON list."""
    return tuple(read(Fields(entry, what)) for entry in listed(value, what))


def listed(value: object, what: str) -> Sequence[object]:
    """A JSON list."""
    if not isinstance(value, list):
        raise BadReply(f"{what} is no list in the answer")
    return value


def id_from(value: object, what: str) -> int:
    """An id, or raise BadReply."""
    if isinstance(value, str) and _ID.fullmatch(value):
        return int(value)
    raise BadReply(f"{what} is no id in the answer")


def count_from(value: object, what: str) -> int:
    """A count, plain or inside an object."""
    fields = value if isinstance(value, dict) else {"count": value}
    return Fields(fields, what).count("count")


def _moment(text: str, name: str) -> datetime:
    try:
        # Jobs have nine decimals; datetime keeps six of them.
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise BadReply(f"{name} is no time in the answer") from None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _encodable(text: str) -> str:
    """The text, which os.fsencode takes: escapes in JSON can make halves of characters."""
    try:
        text.encode("utf-8", "surrogateescape")
    except UnicodeEncodeError:
        return text.encode("utf-8", "replace").decode()
    return text
