"""Values of variables and arguments: the server is lenient with the former, strict with neither.

Absent and null are different things: what was not sent is not in the mapping that comes out.
"""

import re
from collections.abc import Callable, Mapping, Sequence

from graphql import (
    GraphQLEnumType,
    GraphQLInputObjectType,
    GraphQLInputType,
    GraphQLList,
    GraphQLNonNull,
    GraphQLSchema,
    ListValueNode,
    NullValueNode,
    ObjectValueNode,
    ValueNode,
    VariableNode,
    is_input_type,
    type_from_ast,
    value_from_ast_untyped,
)

from g3fs.demo.stash.documents import Invalid, Operation, invalid

Values = Mapping[str, object]
Path = tuple[object, ...]
_INTEGER = re.compile(r"[+-]?\d+", re.ASCII)
MISSING = object()


def variables_of(schema: GraphQLSchema, operation: Operation, given: Values) -> Values:
    """The variables that the operation declares, as its types want them.

    Raises:
        Invalid: one is missing or does not fit.
    """
    values: dict[str, object] = {}
    for node in operation.node.variable_definitions or ():
        name = node.variable.name.value
        kind = type_from_ast(schema, node.type)
        assert kind is not None, "the document was validated"
        assert is_input_type(kind), "the document was validated"
        path = ("variable", name)
        if name in given:
            values[name] = coerced(kind, given[name], path)
        elif node.default_value is not None:
            values[name] = literal(kind, node.default_value, {})
        elif isinstance(kind, GraphQLNonNull):
            raise _bad("must be defined", path)
    return values


def coerced(kind: GraphQLInputType, value: object, path: Path) -> object:
    """One value out of JSON.

    Raises:
        Invalid: it does not fit.
    """
    if isinstance(kind, GraphQLNonNull):
        if value is None:
            raise _bad("cannot be null", path)
        return coerced(kind.of_type, value, path)
    if value is None:
        return None
    if isinstance(kind, GraphQLList):
        items = value if isinstance(value, list) else [value]
        return [coerced(kind.of_type, item, (*path, n)) for n, item in enumerate(items)]
    if isinstance(kind, GraphQLInputObjectType):
        return _record(kind, value, path)
    if isinstance(kind, GraphQLEnumType):
        if not isinstance(value, str) or value not in kind.values:
            raise _bad(f"{value} is not a valid {kind.name}", path)
        return value
    scalar = _SCALARS.get(kind.name)
    return value if scalar is None else scalar(value, path)


def _record(kind: GraphQLInputObjectType, value: object, path: Path) -> Values:
    if not isinstance(value, dict):
        raise _bad(f"must be a {kind.name}", path)
    for name in value:
        if name not in kind.fields:
            raise _bad("unknown field", (*path, name))
    result: dict[str, object] = {}
    for name, field in kind.fields.items():
        if name in value:
            result[name] = coerced(field.type, value[name], (*path, name))
        elif isinstance(field.type, GraphQLNonNull):
            raise _bad("must be defined", (*path, name))
    return result


def literal(kind: GraphQLInputType, node: ValueNode, variables: Values) -> object:
    """One value out of a valid document; `MISSING` for a variable that was not sent."""
    if isinstance(node, VariableNode):
        return variables.get(node.name.value, MISSING)
    if isinstance(node, NullValueNode):
        return None
    if isinstance(kind, GraphQLNonNull):
        return literal(kind.of_type, node, variables)
    if isinstance(kind, GraphQLList):
        nodes: Sequence[ValueNode] = node.values if isinstance(node, ListValueNode) else (node,)
        return [literal(kind.of_type, item, variables) for item in nodes]
    if isinstance(kind, GraphQLInputObjectType) and isinstance(node, ObjectValueNode):
        named = (
            (f.name.value, literal(kind.fields[f.name.value].type, f.value, variables))
            for f in node.fields
        )
        return {name: value for name, value in named if value is not MISSING}
    value = value_from_ast_untyped(node)
    return str(value) if getattr(kind, "name", "") == "ID" else value


def _integer(value: object, path: Path) -> object:
    if isinstance(value, bool):
        raise _bad("cannot use bool as Int", path)
    if isinstance(value, int):
        return value
    if isinstance(value, str) and _INTEGER.fullmatch(value):
        return int(value)
    raise _bad(f"cannot use {_go_kind(value)} as Int", path)


def _number(value: object, path: Path) -> object:
    if isinstance(value, int | float) and not isinstance(value, bool):
        return float(value)
    raise _bad(f"cannot use {_go_kind(value)} as Float", path)


def _boolean(value: object, path: Path) -> object:
    if isinstance(value, bool):
        return value
    raise _bad(f"cannot use {_go_kind(value)} as Boolean", path)


def _text(value: object, path: Path) -> object:
    if isinstance(value, str):
        return value
    if isinstance(value, int | float) and not isinstance(value, bool):
        return str(value)
    raise _bad(f"cannot use {_go_kind(value)} as String", path)


_SCALARS: Mapping[str, Callable[[object, Path], object]] = {
    "Int": _integer,
    "Float": _number,
    "Boolean": _boolean,
    "String": _text,
    "ID": _text,
}


def _go_kind(value: object) -> str:
    """What the server's language calls it; its JSON numbers are texts."""
    if isinstance(value, bool):
        return "bool"
    if isinstance(value, dict):
        return "map"
    return "slice" if isinstance(value, list) else "string"


def _bad(message: str, path: Path) -> Invalid:
    return invalid(message, path=list(path))
