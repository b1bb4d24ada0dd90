"""Typed access to one JSON object, as PHP writes them; every failure names the field."""

from collections.abc import Mapping, Sequence

from g3fs.clients.gallery3.address import id_in, pair_in
from g3fs.gallery.errors import BadReply

_MAX_NUMBER = 2**63 - 1


class Fields:
    """A JSON object; an empty list counts as an empty object, a missing key as null."""

    def __init__(self, value: object, what: str) -> None:
        if value is None or (isinstance(value, list) and not value):
            value = {}
        if not isinstance(value, dict):
            raise BadReply(f"{what} is no object in the answer")
        self._fields: Mapping[str, object] = value

    def has(self, name: str) -> bool:
        return name in self._fields

    def inner(self, name: str) -> "Fields":
        """The object in a field."""
        return Fields(self._fields.get(name), name)

    def text(self, name: str) -> str | None:
        value = self._fields.get(name)
        if value is None or isinstance(value, str):
            return value
        if isinstance(value, int | float):
            return str(value)
        raise BadReply(f"{name} is no text in the answer")

    def required_text(self, name: str) -> str:
        value = self.text(name)
        if value is None:
            raise BadReply(f"{name} is missing in the answer")
        return value

    def number(self, name: str) -> int | None:
        """A whole number; None also for what is none, or out of any range."""
        value = self._fields.get(name)
        if isinstance(value, bool) or not isinstance(value, int | float | str):
            return None
        try:
            number = int(value)
        except (ValueError, OverflowError):
            return None
        return number if abs(number) <= _MAX_NUMBER else None

    def count(self, name: str) -> int | None:
        """A number of something: what is negative is unknown."""
        number = self.number(name)
        return None if number is None or number < 0 else number

    def flag(self, name: str) -> bool | None:
        """True and false, 1 and 0, as JSON or as text; None for anything else."""
        value = self._fields.get(name)
        if isinstance(value, str):
            return {"1": True, "true": True, "0": False, "false": False, "": False}.get(value)
        return bool(value) if isinstance(value, int) else None

    def is_false(self, name: str) -> bool:
        """Exactly `false`: how PHP says that a file is not there."""
        return self._fields.get(name) is False

    def id(self, name: str) -> int:
        """An id of its own, always there."""
        number = self.number(name)
        if number is None or number < 1:
            raise BadReply(f"{name} is no id in the answer")
        return number

    def link(self, name: str) -> int | None:
        """The id in an address; None when there is no address."""
        value = self._fields.get(name)
        return None if value in (None, "", False) else _linked(value, name)

    def required_link(self, name: str) -> int:
        return _linked(self._fields.get(name), name)

    def links(self, name: str) -> tuple[int, ...]:
        """The ids in a list of addresses."""
        return tuple(_linked(value, name) for value in self.list(name))

    def pairs(self, name: str) -> tuple[tuple[int, int], ...]:
        """The pairs of ids in a list of addresses."""
        return tuple(_paired(value, name) for value in self.list(name))

    def list(self, name: str) -> Sequence[object]:
        return listed(self._fields.get(name, []), name)


def listed(value: object, what: str) -> Sequence[object]:
    """A JSON list."""
    if not isinstance(value, list):
        raise BadReply(f"{what} is no list in the answer")
    return value


def _linked(value: object, name: str) -> int:
    found = id_in(value) if isinstance(value, str) else None
    if found is None:
        raise BadReply(f"{name} is no address with an id in the answer")
    return found


def _paired(value: object, name: str) -> tuple[int, int]:
    found = pair_in(value) if isinstance(value, str) else None
    if found is None:
        raise BadReply(f"{name} is no address with two ids in the answer")
    return found
