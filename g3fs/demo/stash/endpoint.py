"""The GraphQL endpoint: requests in, answers and errors out, in the server's manner."""

import gzip
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from graphql import FieldNode
from werkzeug.wrappers import Request

from g3fs.demo.delivery import HangUp
from g3fs.demo.faults import FaultRule
from g3fs.demo.faulty import RULES
from g3fs.demo.httpd import STOP
from g3fs.demo.stash.answers import JSON, RESPONSE_JSON, TEXT, Answer, as_json, plain
from g3fs.demo.stash.context import Context
from g3fs.demo.stash.documents import Invalid, Operation, read_document
from g3fs.demo.stash.execution import Execution, Refusal
from g3fs.demo.stash.modifiers import crash
from g3fs.demo.stash.mutations import MUTATIONS
from g3fs.demo.stash.objects import OBJECTS
from g3fs.demo.stash.queries import QUERIES
from g3fs.demo.stash.schema import schema_of
from g3fs.demo.stash.variables import Values, variables_of
from g3fs.demo.stash.world import World

CHOOSES_TYPE = 29
"""Since this release the type of answers follows `Accept`."""
WITHOUT_DATABASE = frozenset({"version", "systemStatus", "latestversion", "setup", "configuration"})
NO_DATABASE = "runtime error: invalid memory address or nil pointer dereference"


@dataclass(frozen=True, slots=True, kw_only=True)
class Body:
    """One request."""

    query: str
    variables: Mapping[str, Any]
    operation: str | None


class Unreadable(Exception):
    """The body is no request: status 400."""


def execute(context: Context, body: Body, damage: Mapping[str, FaultRule]) -> dict[str, object]:
    """Errors, if any, and data.

    Raises:
        Invalid: the document or its variables are refused.
    """
    world = context.world
    schema = schema_of(world.options.release)
    operation = read_document(schema, body.query, body.operation)
    values = variables_of(schema, operation, body.variables)
    if operation.kind == "subscription":
        raise Endless(operation, values)
    resolvers = {
        **OBJECTS,
        "Query": _guarded(QUERIES, world, damage),
        "Mutation": _guarded(MUTATIONS, world, damage),
    }
    execution = Execution(schema, resolvers, scalars_of(context), context)
    with world.store.lock:
        data = execution.run(operation, values)
    if "partial_data" in damage:
        told = damage["partial_data"].body or "something went wrong on the way"
        execution.errors.append({"message": told, "path": []})
    errors = {"errors": execution.errors} if execution.errors else {}
    return {**errors, "data": data}


class Endless(Exception):
    """A subscription: it needs a websocket."""

    def __init__(self, operation: Operation, values: Values) -> None:
        super().__init__("a subscription")
        self.operation, self.values = operation, values

    @property
    def field(self) -> str:
        """What is subscribed to."""
        first = self.operation.node.selection_set.selections[0]
        assert isinstance(first, FieldNode), "a subscription is a field"
        return first.name.value


def scalars_of(context: Context) -> Mapping[str, Any]:
    """How scalars become JSON."""
    return {"Time": context.time, "Timestamp": context.time, "ID": str, "Float": _number}


def _number(value: float) -> float:
    """Whole numbers are written without a point."""
    return int(value) if value == int(value) else value


def _guarded(
    fields: Mapping[str, Any], world: World, damage: Mapping[str, FaultRule]
) -> Mapping[str, Any]:
    """The root fields, as the state of the server and the fault plan let them work."""
    if world.options.status == "SETUP":
        return {
            name: resolve if name in WITHOUT_DATABASE else _failing(crash(NO_DATABASE))
            for name, resolve in fields.items()
        }
    if "resolver_error" in damage:
        told = Refusal(damage["resolver_error"].body or "something went wrong")
        return {name: _failing(told) for name in fields}
    return fields


def _failing(refusal: Refusal) -> Any:  # noqa: ANN401 - a resolver
    def resolve(_root: object, _context: object, _arguments: object) -> object:
        raise Refusal(str(refusal))

    return resolve


def answer(world: World, request: Request, base: str) -> Answer:
    """What goes back over HTTP."""
    try:
        body = _body_of(request)
    except Unreadable as exc:
        kind = TEXT if str(exc) == "transport not supported" else _kind(world, request)
        return _reply(400, {"errors": [{"message": str(exc)}], "data": None}, kind, request)
    kind = _kind(world, request)
    damage: Mapping[str, FaultRule] = request.environ.get(RULES, {})
    try:
        if request.method == "GET" and _is_mutation(world, body):
            told = "GET requests only allow query operations"
            return _reply(406, {"errors": [{"message": told}], "data": None}, kind, request)
        return _reply(200, execute(Context(world, base), body, damage), kind, request)
    except Invalid as exc:
        return _reply(422, {"errors": list(exc.errors), "data": None}, kind, request)
    except Endless:
        request.environ[STOP].wait(None, request.environ["werkzeug.socket"])
        raise HangUp(reset=False) from None


def _is_mutation(world: World, body: Body) -> bool:
    schema = schema_of(world.options.release)
    return read_document(schema, body.query, body.operation).kind == "mutation"


def _body_of(request: Request) -> Body:
    if request.method == "GET":
        variables = request.args.get("variables")
        return Body(
            query=request.args.get("query", ""),
            variables=json.loads(variables) if variables else {},
            operation=request.args.get("operationName"),
        )
    if request.method != "POST" or request.mimetype != "application/json":
        raise Unreadable("transport not supported")
    return body_from(request.get_data().decode("utf-8", "surrogateescape"))


def body_from(raw: str) -> Body:
    """A request out of JSON.

    Raises:
        Unreadable: it is none.
    """
    failed = "json request body could not be decoded: "
    if not raw:
        raise Unreadable(f"{failed}EOF body:")
    try:
        data = json.loads(raw)
    except ValueError:
        told = f"invalid character '{raw[0]}' looking for beginning of value"
        raise Unreadable(f"{failed}{told} body:{raw}") from None
    if not isinstance(data, dict):
        kind = "array" if isinstance(data, list) else type(data).__name__
        told = f"json: cannot unmarshal {kind} into Go value of type graphql.RawParams"
        raise Unreadable(f"{failed}{told} body:{raw}")
    return body_of_message(data)


def body_of_message(data: Mapping[str, Any]) -> Body:
    """A request out of an object."""
    return Body(
        query=str(data.get("query") or ""),
        variables=data.get("variables") or {},
        operation=data.get("operationName"),
    )


def _kind(world: World, request: Request) -> str:
    accepted = request.headers.get("Accept", "")
    if not accepted or world.options.release < CHOOSES_TYPE:
        return JSON
    named = (part.partition(";")[0].strip() for part in accepted.split(","))
    return next((kind for kind in named if kind in (JSON, RESPONSE_JSON)), RESPONSE_JSON)


def _reply(status: int, data: Mapping[str, object], kind: str, request: Request) -> Answer:
    body = as_json(data)
    headers = {"Cache-Control": "no-store"}
    if kind == JSON and "gzip" in request.headers.get("Accept-Encoding", ""):
        body = gzip.compress(body, 5)
        headers["Content-Encoding"] = "gzip"
    return plain(status, body, kind, headers)
