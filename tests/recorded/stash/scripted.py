"""A client that talks to nobody: it gets recorded answers, and its requests are kept."""

import json
from collections.abc import Mapping
from typing import Any

from graphql import (
    FieldNode,
    OperationDefinitionNode,
    parse,
    value_from_ast_untyped,
)
from requests.structures import CaseInsensitiveDict

from g3fs.clients.stash.client import Client
from g3fs.clients.stash.detect import Facts
from g3fs.clients.stash.wire.schema import Schema
from g3fs.clients.stash.wire.system import WireStatus, WireVersion
from g3fs.gallery.errors import GalleryError
from g3fs.http.messages import Reply, Request
from g3fs.http.options import HttpOptions
from g3fs.http.retry import Pace

EVERYTHING = Schema({})
"""Of a server that has all fields."""

Asked = tuple[str, str, Mapping[str, Any]]
"""Query or mutation, root field, arguments."""


class Wire:
    """In the place of Http: keeps what is asked, and answers from a list, then with null."""

    def __init__(self, *answers: object) -> None:
        self.options = HttpOptions()
        self.origin = "http://stash.example"
        self.requests: list[Request] = []
        self._answers = list(answers)

    def request(self, request: Request, cancel: object = None) -> Reply:
        self.requests.append(request)
        data = self._answers.pop(0) if self._answers else None
        names = [name for _, name, _ in asked_by(request)]
        body = data if data is not None else {"data": dict.fromkeys(names)}
        return Reply(status=200, headers=CaseInsensitiveDict(), body=json.dumps(body).encode())

    def asked(self) -> list[Asked]:
        return [one for request in self.requests for one in asked_by(request)]


def client_on(wire: Wire, schema: Schema = EVERYTHING, app_schema: int = 75) -> Client:
    facts = Facts(
        version=WireVersion(version="v0.30.1"),
        status=WireStatus(state="OK", app_schema=app_schema),
        schema=schema,
        open_server=True,
    )
    return Client(wire, "", facts, Pace())


def asked_by(request: Request) -> list[Asked]:
    """What a request of the client asks for."""
    assert isinstance(request.body, bytes)
    return asked_in(request.body.decode())


def asked_in(body: str) -> list[Asked]:
    """What a body asks for, no matter whether values stand in the document or beside it."""
    asked = json.loads(body)
    variables = asked.get("variables") or {}
    found: list[Asked] = []
    for operation in parse(asked["query"]).definitions:
        if not isinstance(operation, OperationDefinitionNode):
            continue
        for field in operation.selection_set.selections:
            assert isinstance(field, FieldNode)
            arguments = {
                one.name.value: value_from_ast_untyped(one.value, variables)
                for one in field.arguments or ()
            }
            found.append((operation.operation.value, field.name.value, arguments))
    return found


def call(action: Any, wire: Wire) -> None:
    """Do something with a client whose answers may be none that it can use."""
    try:
        action(client_on(wire))
    except GalleryError:
        assert wire.requests, "refused before anything was asked"
