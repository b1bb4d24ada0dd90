"""Typed access to one JSON object, as PhotoPrism writes them; every failure names the field.

A missing key and null are the same, and most fields are left out when they are zero.
"""

import json
import logging
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from typing import TypeVar, cast

from g3fs.gallery.errors import BadReply

log = logging.getLogger(__name__)

T = TypeVar("T")

_PAIR = 2
_NO_YEAR = 1
"""Go's zero time is the first of January of the year 1."""


def decoded(body: bytes) -> object:
    """Parse an answer, or raise BadReply."""
    try:
        return cast(object, json.loads(body))
    except (ValueError, RecursionError):
        start = body[:40].decode("ascii", "replace")
        raise BadReply(f"the answer is no JSON, {len(body)} bytes: {start!r}") from None


class Fields:
    """A JSON object."""

    def __init__(self, value: object, what: str) -> None:
        if not isinstance(value, dict):
            raise BadReply(f"{what} is no object in the answer")
        self._fields: Mapping[str, object] = value

    def has(self, name: str) -> bool:
        """Whether there is a value."""
        return self._fields.get(name) is not None

    def inner(self, name: str) -> "Fields":
        """The object in a field; an empty one when there is none."""
        value = self._fields.get(name)
        return Fields({} if value is None else value, name)

    def text(self, name: str) -> str:
        """A text; "" when there is none."""
        value = self._fields.get(name)
        if value is None or isinstance(value, str):
            return value or ""
        raise BadReply(f"{name} is no text in the answer")

    def required(self, name: str) -> str:
        """A text that must not be empty."""
        value = self.text(name)
        if not value:
            raise BadReply(f"{name} is missing in the answer")
        return value

    def first_text(self, *names: str) -> str:
        """The first of several fields that is there: names that changed between versions."""
        return next((self.text(name) for name in names if self.has(name)), "")

    def number(self, name: str) -> int:
        """A whole number; 0 when there is none."""
        value = self._fields.get(name)
        if value is None:
            return 0
        if isinstance(value, bool) or not isinstance(value, int | float):
            raise BadReply(f"{name} is no number in the answer")
        try:
            return int(value)
        except (ValueError, OverflowError):
            raise BadReply(f"{name} is no number in the answer") from None

    def count(self, name: str) -> int | None:
        """A number of something; None when the server does not say."""
        return self.number(name) if self.has(name) else None

    def real(self, name: str) -> float:
        """A number; 0 when there is none."""
        value = self._fields.get(name)
        if isinstance(value, bool) or not isinstance(value, int | float | None):
            raise BadReply(f"{name} is no number in the answer")
        return float(value or 0)

    def flag(self, name: str) -> bool:
        """A boolean; False when there is none."""
        value = self._fields.get(name)
        if value is None or isinstance(value, bool):
            return bool(value)
        raise BadReply(f"{name} is no boolean in the answer")

    def time_s(self, name: str) -> float | None:
        """A time as seconds since 1970 UTC; None for null and for the year 1: there is none."""
        text = self.text(name)
        if not text:
            return None
        moment = _moment(text, name)
        return None if moment.year == _NO_YEAR else moment.timestamp()

    def local_time(self, name: str) -> datetime | None:
        """A wall clock that is written with a Z although it is no UTC; without a zone here."""
        text = self.text(name)
        moment = _moment(text, name).replace(tzinfo=None) if text else None
        return None if moment is None or moment.year == _NO_YEAR else moment

    def objects(self, name: str, read: Callable[["Fields"], T]) -> tuple[T, ...]:
        """The objects of a list, each read by `read`; empty when there is no list."""
        value = self._fields.get(name)
        return () if value is None else objects_from(value, name, read)

    def texts(self, name: str) -> tuple[str, ...]:
        """The texts of a list."""
        value = self._fields.get(name)
        return tuple(t for t in listed(value or [], name) if isinstance(t, str))

    def pair(self, name: str) -> tuple[float, float]:
        """A list of two numbers."""
        values = listed(self._fields.get(name), name)
        numbers = [v for v in values if isinstance(v, int | float) and not isinstance(v, bool)]
        if len(numbers) < _PAIR:
            raise BadReply(f"{name} is no pair of numbers in the answer")
        return float(numbers[0]), float(numbers[1])

    def flags(self) -> Mapping[str, bool]:
        """All fields that are booleans."""
        return {name: value for name, value in self._fields.items() if isinstance(value, bool)}

    def inners(self) -> Mapping[str, "Fields"]:
        """All fields that are objects."""
        found = ((name, value) for name, value in self._fields.items() if isinstance(value, dict))
        return {name: Fields(value, name) for name, value in found}

    def numbers(self) -> Mapping[str, int]:
        """All fields that are whole numbers."""
        return {
            name: value
            for name, value in self._fields.items()
            if isinstance(value, int) and not isinstance(value, bool)
        }


def objects_from(value: object, what: str, read: Callable[[Fields], T]) -> tuple[T, ...]:
    """The objects of a JSON list."""
    return tuple(read(Fields(entry, what)) for entry in listed(value, what))


def readable_from(value: object, what: str, read: Callable[[Fields], T]) -> tuple[T, ...]:
    """The same; what cannot be read is left out, and logged, so that the others can be shown."""
    found: list[T] = []
    for entry in listed(value, what):
        try:
            found.append(read(Fields(entry, what)))
        except BadReply as exc:
            log.warning("a %s is left out of a list: %s", what, exc)
    return tuple(found)


def listed(value: object, what: str) -> Sequence[object]:
    """A JSON list."""
    if not isinstance(value, list):
        raise BadReply(f"{what} is no list in the answer")
    return value


def _moment(text: str, name: str) -> datetime:
    try:
        # Up to nine decimals come; datetime keeps six of them.
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise BadReply(f"{name} is no time in the answer") from None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
