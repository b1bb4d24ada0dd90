"""GraphQL documents: operations written with the fields that the server has.

One unknown field would make the whole document invalid.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from g3fs.clients.stash.wire.schema import Schema
from g3fs.clients.stash.wire.shapes import Branch, Operation, Selection


@dataclass(frozen=True, slots=True)
class Call:
    """An operation with what it is told; arguments that are not given are left out."""

    operation: Operation
    arguments: Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Document:
    """What is sent."""

    text: str
    variables: Mapping[str, object]
    keys: tuple[str, ...]
    """Under which each call is answered."""


def document(calls: Sequence[Call], schema: Schema) -> Document:
    """Several calls of one kind as one document: mutations run in their order.

    Raises:
        NotSupported: the server has no such call, or does not know what it is told.
    """
    writer = _Writer(schema, several=len(calls) > 1)
    roots = [writer.root(place, call) for place, call in enumerate(calls)]
    declared = f"({', '.join(writer.declared)})" if writer.declared else ""
    kind = calls[0].operation.kind
    parts = [f"{kind}{declared} {{ {' '.join(roots)} }}", *writer.fragments]
    return Document(" ".join(parts), writer.variables, tuple(writer.keys))


def selected(selection: Selection, schema: Schema) -> str:
    """The fields in braces."""
    return f"{{ {' '.join(_fields(selection, schema))} }}"


def without(selection: Selection, path: Sequence[str | int]) -> Selection | None:
    """The selection without the field that a path of an answer leads to; None: it is needed."""
    names = [part for part in path if isinstance(part, str)]
    if not names:
        return None
    return _without(selection, names)


class _Writer:
    def __init__(self, schema: Schema, *, several: bool) -> None:
        self._schema = schema
        self._several = several
        self.declared: list[str] = []
        self.variables: dict[str, object] = {}
        self.keys: list[str] = []
        self.fragments: list[str] = []
        self._names: dict[Selection, str] = {}
        """Of fragments; only where a selection may be repeated."""

    def root(self, place: int, call: Call) -> str:
        operation = call.operation
        self._schema.check(operation)
        given = [self._argument(place, call, name) for name in call.arguments]
        arguments = f"({', '.join(given)})" if given else ""
        key = f"r{place}" if self._several else operation.name
        self.keys.append(key)
        alias = f"{key}: " if self._several else ""
        return f"{alias}{operation.name}{arguments}{self._result(operation)}"

    def _argument(self, place: int, call: Call, name: str) -> str:
        type_text, value = call.operation.arguments[name], call.arguments[name]
        self._schema.check_input(type_text, value)
        variable = f"{name}{place}" if self._several else name
        self.declared.append(f"${variable}: {type_text}")
        self.variables[variable] = value
        return f"{name}: ${variable}"

    def _result(self, operation: Operation) -> str:
        if operation.result is None:
            return ""
        if not self._several:
            return f" {selected(operation.result, self._schema)}"
        return f" {{ ...{self._fragment(operation.result)} }}"

    def _fragment(self, what: Selection) -> str:
        if what not in self._names:
            self._names[what] = f"F{len(self._names)}"
            fields = selected(what, self._schema)
            self.fragments.append(f"fragment {self._names[what]} on {what.on} {fields}")
        return self._names[what]


def _fields(selection: Selection, schema: Schema) -> Iterator[str]:
    for entry in selection.fields:
        if isinstance(entry, str):
            if entry == "__typename" or schema.has(selection.on, entry):
                yield entry
        elif schema.has(selection.on, entry.name):
            yield f"{entry.name} {selected(entry.what, schema)}"
        elif entry.instead is not None and schema.has(selection.on, entry.instead):
            yield entry.instead
    for variant in selection.variants:
        yield f"... on {variant.on} {selected(variant, schema)}"


def _without(selection: Selection, names: Sequence[str]) -> Selection | None:
    first, rest = names[0], names[1:]
    changed: list[str | Branch] = []
    for entry in selection.fields:
        name = entry if isinstance(entry, str) else entry.name
        if name != first:
            changed.append(entry)
            continue
        inner = _without(entry.what, rest) if rest and isinstance(entry, Branch) else None
        if isinstance(entry, Branch) and inner is not None:
            changed.append(Branch(entry.name, inner, entry.instead))
        elif first in selection.needed:
            return None
    variants = [_without(variant, names) for variant in selection.variants]
    if any(variant is None for variant in variants):
        return None
    return Selection(
        selection.on,
        tuple(changed),
        tuple(variant for variant in variants if variant is not None),
        selection.needed,
    )
