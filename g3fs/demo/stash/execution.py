"""Executes GraphQL operations: compiled once per request, then plain loops over rows.

The general engine of the library resolves some 30,000 fields a second; a listing of 2,000 images
has 80,000. What it does not show: errors and nulls follow the server's rules (gqlgen).
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from operator import attrgetter
from types import SimpleNamespace
from typing import Any

from graphql import (
    FieldNode,
    FragmentSpreadNode,
    GraphQLEnumType,
    GraphQLField,
    GraphQLInterfaceType,
    GraphQLList,
    GraphQLNonNull,
    GraphQLObjectType,
    GraphQLOutputType,
    GraphQLSchema,
    GraphQLUnionType,
    InlineFragmentNode,
    SchemaMetaFieldDef,
    SelectionSetNode,
    TypeMetaFieldDef,
    is_object_type,
)

from g3fs.demo.stash.documents import Operation
from g3fs.demo.stash.variables import MISSING, Values, literal

Resolver = Callable[[Any, Any, Any], object]
"""From the row, the context of the request, and the arguments."""
Resolvers = Mapping[str, Mapping[str, Resolver]]
"""By type and field; what is not here is an attribute of the row."""
Scalars = Mapping[str, Callable[[Any], object]]
"""How values of a scalar become JSON; None: as they are."""
Finish = Callable[[Any, "Path"], object]
Path = tuple[Any, object] | None
Plan = list[tuple[str, Callable[[Any], object], Finish | None, bool]]
INVALID = object()
"""Stands for a value that is lost, and whose loss was told."""
NULL_REFUSED = "the requested element is null which the schema does not allow"
_META = {"__schema": SchemaMetaFieldDef, "__type": TypeMetaFieldDef}


class Refusal(Exception):
    """A resolver fails; its field becomes null, the message goes into `errors`."""


class Execution:
    """One operation on one state of the server."""

    def __init__(
        self, schema: GraphQLSchema, resolvers: Resolvers, scalars: Scalars, context: object
    ) -> None:
        self._schema, self._resolvers, self._scalars = schema, resolvers, scalars
        self._context = context
        self._info = SimpleNamespace(schema=schema)
        self.errors: list[dict[str, object]] = []
        self._fragments: Mapping[str, Any] = {}
        self._variables: Values = {}

    def run(self, operation: Operation, variables: Values, root: object = None) -> object:
        """The data, None when it is lost; see `errors`."""
        self._fragments, self._variables = operation.fragments, variables
        kind = self._schema.get_root_type(operation.node.operation)
        assert kind is not None, "the document was validated"
        complete = self._object(kind, [operation.node.selection_set])
        data = complete(root, None)
        return None if data is INVALID else data

    # From selections to plans.

    def _object(self, kind: GraphQLObjectType, selections: Sequence[SelectionSetNode]) -> Finish:
        fields: dict[str, list[FieldNode]] = {}
        for selection in selections:
            self._collect(kind, selection, fields)
        plan = [self._field(kind, key, nodes) for key, nodes in fields.items()]
        return lambda source, path: self._complete(plan, source, path)

    def _collect(
        self,
        kind: GraphQLObjectType,
        selection: SelectionSetNode,
        into: dict[str, list[FieldNode]],
    ) -> None:
        for node in selection.selections:
            if not self._included(node):
                continue
            if isinstance(node, FieldNode):
                into.setdefault((node.alias or node.name).value, []).append(node)
            elif isinstance(node, InlineFragmentNode):
                if node.type_condition is None or self._is(kind, node.type_condition.name.value):
                    self._collect(kind, node.selection_set, into)
            elif isinstance(node, FragmentSpreadNode):
                fragment = self._fragments[node.name.value]
                if self._is(kind, fragment.type_condition.name.value):
                    self._collect(kind, fragment.selection_set, into)

    def _included(self, node: Any) -> bool:  # noqa: ANN401 - three node types without a common one
        for directive in node.directives or ():
            condition = bool(_arguments(self._schema, directive, self._variables).get("if"))
            if condition is (directive.name.value == "skip"):
                return False
        return True

    def _is(self, kind: GraphQLObjectType, condition: str) -> bool:
        wanted = self._schema.type_map[condition]
        if isinstance(wanted, GraphQLInterfaceType | GraphQLUnionType):
            return self._schema.is_sub_type(wanted, kind)
        return wanted is kind

    def _field(
        self, kind: GraphQLObjectType, key: str, nodes: list[FieldNode]
    ) -> tuple[str, Callable[[Any], object], Finish | None, bool]:
        name = nodes[0].name.value
        if name == "__typename":
            return key, lambda _source: kind.name, None, True
        field = _META.get(name) or kind.fields[name]
        required = isinstance(field.type, GraphQLNonNull)
        inner = field.type.of_type if isinstance(field.type, GraphQLNonNull) else field.type
        selections = [node.selection_set for node in nodes if node.selection_set is not None]
        return (
            key,
            self._getter(kind, name, field, nodes[0]),
            self._finish(inner, selections),
            required,
        )

    def _getter(
        self, kind: GraphQLObjectType, name: str, field: GraphQLField, node: FieldNode
    ) -> Callable[[Any], object]:
        arguments = _field_arguments(field, node, self._variables)
        if name in _META or kind.name.startswith("__"):
            resolve, info = field.resolve, self._info
            if resolve is None:
                return attrgetter(name)
            return lambda source: resolve(source, info, **arguments)
        resolver = self._resolvers.get(kind.name, {}).get(name)
        if resolver is None:
            return attrgetter(name)
        context, known = self._context, resolver
        return lambda source: known(source, context, arguments)

    def _finish(
        self, kind: GraphQLOutputType, selections: Sequence[SelectionSetNode]
    ) -> Finish | None:
        if isinstance(kind, GraphQLList):
            required = isinstance(kind.of_type, GraphQLNonNull)
            inner = kind.of_type.of_type if required else kind.of_type
            return self._list(self._finish(inner, selections), required=required)
        if is_object_type(kind):
            return self._object(kind, selections)
        if isinstance(kind, GraphQLInterfaceType | GraphQLUnionType):
            return self._abstract(selections)
        if isinstance(kind, GraphQLEnumType):
            return lambda value, _path: getattr(value, "name", value)
        convert = self._scalars.get(getattr(kind, "name", ""))
        return None if convert is None else (lambda value, _path: convert(value))

    def _abstract(self, selections: Sequence[SelectionSetNode]) -> Finish:
        finishes: dict[str, Finish] = {}

        def finish(source: Any, path: Path) -> object:  # noqa: ANN401 - any row
            name = source.typename
            known = finishes.get(name)
            if known is None:
                kind = self._schema.type_map[name]
                assert isinstance(kind, GraphQLObjectType)
                known = finishes[name] = self._object(kind, selections)
            return known(source, path)

        return finish

    # From rows to JSON.

    def _complete(self, plan: Plan, source: object, path: Path) -> object:
        result: dict[str, object] = {}
        whole = True
        for key, get, finish, required in plan:
            try:
                value = get(source)
                if value is not None and finish is not None:
                    value = finish(value, (path, key))
            except Refusal as exc:
                value = self._lost(str(exc), (path, key))
            if value is None and required:
                value = self._lost(NULL_REFUSED, (path, key))
            if value is INVALID:
                whole = whole and not required
                value = None
            result[key] = value
        return result if whole else INVALID

    def _list(self, inner: Finish | None, *, required: bool) -> Finish:
        def finish(items: Iterable[object], path: Path) -> object:
            result: list[object] = []
            whole = True
            for number, item in enumerate(items):
                value = item
                if item is not None and inner is not None:
                    value = inner(item, (path, number))
                if value is None and required:
                    value = self._lost(NULL_REFUSED, (path, number))
                if value is INVALID:
                    whole = whole and not required
                    value = None
                result.append(value)
            return result if whole else INVALID

        return finish

    def _lost(self, message: str, path: Path) -> object:
        steps: list[object] = []
        while path is not None:
            path, step = path
            steps.insert(0, step)
        self.errors.append({"message": message, "path": steps})
        return INVALID


def _field_arguments(field: GraphQLField, node: FieldNode, variables: Values) -> dict[str, Any]:
    result: dict[str, Any] = {}
    for given in node.arguments or ():
        argument = field.args[given.name.value]
        value = literal(argument.type, given.value, variables)
        if value is not MISSING:
            result[argument.out_name or given.name.value] = value
    return result


def _arguments(schema: GraphQLSchema, node: Any, variables: Values) -> dict[str, Any]:  # noqa: ANN401 - a directive
    known = schema.get_directive(node.name.value)
    assert known is not None, "the document was validated"
    return {
        given.name.value: literal(known.args[given.name.value].type, given.value, variables)
        for given in node.arguments or ()
    }
