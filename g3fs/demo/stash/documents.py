"""Takes GraphQL documents apart and refuses bad ones in the words and form of the server."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from graphql import (
    FragmentDefinitionNode,
    GraphQLError,
    GraphQLInputObjectType,
    GraphQLSchema,
    GraphQLSyntaxError,
    OperationDefinitionNode,
    parse,
    validate,
)

PARSE, VALIDATION = "GRAPHQL_PARSE_FAILED", "GRAPHQL_VALIDATION_FAILED"
_MISSING = re.compile(r'Expected value of type "(\w+)" to include required field "(\w+)"')
_UNKNOWN = re.compile(
    r'Expected value of type "(\w+)" not to include unknown field "(\w+)"'
    r"\.?(?: (Did you mean .*?\?))?"
)
_QUOTED = re.compile(r"'([^']*)'")


class Invalid(Exception):
    """The document or its variables are refused as a whole: status 422."""

    def __init__(self, *errors: Mapping[str, object]) -> None:
        super().__init__(str(errors))
        self.errors = errors


@dataclass(frozen=True, slots=True, kw_only=True)
class Operation:
    """What is to be executed."""

    node: OperationDefinitionNode
    fragments: Mapping[str, FragmentDefinitionNode]

    @property
    def kind(self) -> str:
        """`query`, `mutation` or `subscription`."""
        return self.node.operation.value


def invalid(message: str, code: str = VALIDATION, **where: object) -> Invalid:
    """One refusal; `where` is `locations` or `path`."""
    return Invalid({"message": message, **where, "extensions": {"code": code}})


def read_document(schema: GraphQLSchema, text: str, operation_name: str | None) -> Operation:
    """The chosen operation of a valid document.

    Raises:
        Invalid: syntax, an unknown field, type or argument, or no such operation.
    """
    if not text.strip():
        raise invalid("no operation provided")
    try:
        document = parse(text, no_location=False)
    except GraphQLSyntaxError as exc:
        places = _places(exc)
        for place in places if "<EOF>" in exc.message else ():
            place["column"] += 1
        raise invalid(_syntax(exc), PARSE, locations=places) from exc
    faults = validate(schema, document)
    if faults:
        raise Invalid(*(_fault(schema, error) for error in faults))
    fragments = {
        node.name.value: node
        for node in document.definitions
        if isinstance(node, FragmentDefinitionNode)
    }
    operations = [n for n in document.definitions if isinstance(n, OperationDefinitionNode)]
    return Operation(node=_chosen(operations, operation_name), fragments=fragments)


def _chosen(operations: list[OperationDefinitionNode], name: str | None) -> OperationDefinitionNode:
    if not name and len(operations) == 1:
        return operations[0]
    for node in operations:
        if node.name is not None and node.name.value == name:
            return node
    raise invalid(f"operation {name or ''} not found")


def _syntax(error: GraphQLSyntaxError) -> str:
    found = error.message.partition("found ")[2].rstrip(".")
    return (
        f"Unexpected {found}" if found else error.message.removeprefix("Syntax Error: ").rstrip(".")
    )


def _fault(schema: GraphQLSchema, error: GraphQLError) -> Mapping[str, object]:
    return {
        "message": _in_its_words(schema, _QUOTED.sub(r'"\1"', error.message)),
        "locations": _places(error),
        "extensions": {"code": VALIDATION},
    }


def _in_its_words(schema: GraphQLSchema, message: str) -> str:
    """What the two validators say differently about input objects."""
    missing = _MISSING.match(message)
    if missing:
        kind = schema.type_map[missing[1]]
        assert isinstance(kind, GraphQLInputObjectType)
        needed = kind.fields[missing[2]].type
        return f'Field "{missing[1]}.{missing[2]}" of required type "{needed}" was not provided.'
    unknown = _UNKNOWN.match(message)
    if unknown:
        meant = f" {unknown[3]}" if unknown[3] else ""
        return f'Field "{unknown[2]}" is not defined by type "{unknown[1]}".{meant}'
    return message


def _places(error: GraphQLError) -> list[dict[str, int]]:
    return [{"line": spot.line, "column": spot.column} for spot in error.locations or []]
