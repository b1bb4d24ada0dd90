"""What is asked for: selections of fields, and the operations that give them.

`documents.py` makes GraphQL of them, with the fields that the server has.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Literal

_NO_ARGUMENTS: Mapping[str, str] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Branch:
    """A field that is an object, or a list of them."""

    name: str
    what: "Selection"
    instead: str | None = None
    """The plain field that older servers have in its place."""


@dataclass(frozen=True, slots=True)
class Selection:
    """Fields of one type."""

    on: str
    """The type in the schema."""
    fields: tuple[str | Branch, ...]
    variants: tuple["Selection", ...] = ()
    """Further fields where the object is of one of these types."""
    needed: frozenset[str] = frozenset({"id"})
    """Fields without which the answer cannot be read."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Operation:
    """One root field of the API."""

    kind: Literal["query", "mutation"] = "query"
    name: str
    arguments: Mapping[str, str] = field(default_factory=lambda: _NO_ARGUMENTS)
    """Name and GraphQL type."""
    result: Selection | None = None
    """None: a plain value."""
    repeatable: bool = True
    """Doing it twice is the same as once: a lost answer is asked for again."""


def page_of(on: str, name: str, what: Selection) -> Selection:
    """What a search gives: the number of all matches, and those on the page."""
    return Selection(on, ("count", Branch(name, what)), needed=frozenset({"count", name}))


def making(name: str, input_type: str, result: Selection | None = None) -> Operation:
    """A mutation with one input, which must not be sent twice."""
    return Operation(
        kind="mutation",
        name=name,
        arguments={"input": input_type},
        result=result,
        repeatable=False,
    )


def setting(name: str, input_type: str, result: Selection | None = None) -> Operation:
    """A mutation with one input that may be sent twice: it says how things shall be."""
    return Operation(
        kind="mutation", name=name, arguments={"input": input_type}, result=result, repeatable=True
    )
