"""Which fields the server has: asked once per connection, so that no document has unknown ones."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from g3fs.clients.stash.wire import files, galleries, images, jobs, named, scenes, system
from g3fs.clients.stash.wire.fields import Fields
from g3fs.clients.stash.wire.shapes import Branch, Operation, Selection
from g3fs.gallery.errors import NotSupported

OPERATIONS: tuple[Operation, ...] = (
    *galleries.OPERATIONS,
    *images.OPERATIONS,
    *scenes.OPERATIONS,
    *named.OPERATIONS,
    *files.OPERATIONS,
    *jobs.OPERATIONS,
    *system.OPERATIONS,
)

_ROOTS = {"query": "Query", "mutation": "Mutation"}
_FIELD_NAMES = "fields(includeDeprecated: true) { name } inputFields { name }"


@dataclass(frozen=True, slots=True)
class Schema:
    """Names of fields by type; of a type that the server does not name, all are taken to be."""

    types: Mapping[str, frozenset[str]]

    def has(self, on: str, name: str) -> bool:
        """Whether a type has a field."""
        names = self.types.get(on)
        return names is None or name in names

    def offers(self, operation: Operation) -> bool:
        """Whether there is such a call."""
        return self.has(_ROOTS[operation.kind], operation.name)

    def check(self, operation: Operation) -> None:
        """NotSupported unless there is such a call."""
        if not self.offers(operation):
            raise NotSupported(f"this Stash is too old: it has no {operation.name}")

    def check_input(self, type_text: str, value: object) -> None:
        """NotSupported when an input has fields that the server does not know."""
        names = self.types.get(type_text.strip("[]!"))
        if names is None:
            return
        entries = value if isinstance(value, list | tuple) else [value]
        for entry in entries:
            unknown = set(entry).difference(names) if isinstance(entry, Mapping) else set()
            if unknown:
                words = ", ".join(sorted(unknown))
                raise NotSupported(f"this Stash does not know {words} of {type_text.strip('[]!')}")


def introspection() -> str:
    """The part of the first query that asks for all types that we use."""
    return " ".join(f'{name}: __type(name: "{name}") {{ {_FIELD_NAMES} }}' for name in _types())


def schema_from(fields: Fields) -> Schema:
    """Read what the introspection gave."""
    types: dict[str, frozenset[str]] = {}
    for name in _types():
        inner = fields.inner(name)
        if inner is not None:
            given = (*inner.objects("fields", _name), *inner.objects("inputFields", _name))
            if given:  # unions have none
                types[name] = frozenset(given)
    return Schema(types)


def _name(fields: Fields) -> str:
    return fields.required("name")


def _types() -> tuple[str, ...]:
    found = set(_ROOTS.values())
    for operation in OPERATIONS:
        found.update(_scalars_out(text.strip("[]!") for text in operation.arguments.values()))
        if operation.result is not None:
            found.update(_selected(operation.result))
    return tuple(sorted(found))


def _scalars_out(names: Iterable[str]) -> Iterator[str]:
    return (name for name in names if name not in ("ID", "String"))


def _selected(selection: Selection) -> Iterator[str]:
    yield selection.on
    for entry in selection.fields:
        if isinstance(entry, Branch):
            yield from _selected(entry.what)
    for variant in selection.variants:
        yield from _selected(variant)
