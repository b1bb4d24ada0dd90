"""Calls of the API: documents out, answers in, checked."""

import json
import logging
from collections.abc import Sequence
from dataclasses import dataclass, replace

from g3fs.clients.stash.documents import Call, document, without
from g3fs.clients.stash.replies import checked, problem_error, spoiled_by_null
from g3fs.clients.stash.wire.answers import Answer, Problem
from g3fs.clients.stash.wire.fields import Fields, objects_from
from g3fs.clients.stash.wire.schema import Schema
from g3fs.clients.stash.wire.shapes import Operation
from g3fs.gallery.errors import BadName, BadReply
from g3fs.http.cancel import Cancel
from g3fs.http.exchange import Http
from g3fs.http.messages import Request

log = logging.getLogger(__name__)

_MENDINGS = 3
"""How many fields may be left out of one call because a bad record spoils the answer."""


@dataclass(frozen=True, slots=True)
class Ending:
    """How a call is bounded."""

    cancel: Cancel | None = None
    timeout_s: float | None = None
    """None: as the options say."""


NORMALLY = Ending()


class Api:
    """One server; for several threads."""

    def __init__(self, http: Http, base: str, schema: Schema) -> None:
        """`base`: the path that the site lies under, such as `/stash`; "" for none."""
        self.http = http
        self.base = base
        self.schema = schema

    def maybe(self, operation: Operation, **arguments: object) -> Fields | None:
        """A call that gives an object, or null."""
        value = self.value(operation, **arguments)
        return None if value is None else Fields(value, operation.name)

    def record(self, operation: Operation, **arguments: object) -> Fields:
        """A call that gives an object."""
        return Fields(self.value(operation, **arguments), operation.name)

    def records(self, operation: Operation, **arguments: object) -> tuple[Fields, ...]:
        """A call that gives a list; null is an empty one."""
        value = self.value(operation, **arguments)
        return () if value is None else objects_from(value, operation.name, _itself)

    def value(self, operation: Operation, **arguments: object) -> object:
        """A call, and what it gave."""
        return self.values([Call(operation, arguments)])[0]

    def done(self, operation: Operation, **arguments: object) -> None:
        """A call that gives true."""
        if self.value(operation, **arguments) is not True:
            raise BadReply(f"Stash did not say that {operation.name} was done")

    def values(self, calls: Sequence[Call], ending: Ending = NORMALLY) -> Sequence[object]:
        """Several queries, or one mutation, in one request; what each of them gave.

        Raises:
            NotSupported: the server has no such call.
            Others: the first error of the answer, as in the table of replies.py.
        """
        found = self.values_or_problem(calls, ending)
        if isinstance(found, Problem):
            raise problem_error(found, _named(calls))
        return found

    def values_or_problem(
        self, calls: Sequence[Call], ending: Ending = NORMALLY
    ) -> Sequence[object] | Problem:
        """The same; or where a bad record is, which spoils the answer beyond repair.

        One null that the schema forbids empties whole lists. The field that is to blame is left
        out, if it can be, and the question asked again.
        """
        wanted = list(calls)
        mendings = 0
        while True:
            answer, keys = self._answered(wanted, ending)
            if not answer.problems:
                return [_root(answer, key) for key in keys]
            spoiled = spoiled_by_null(answer.problems)
            if spoiled is None:
                raise problem_error(answer.problems[0], _named(wanted))
            if mendings == _MENDINGS or not _mend(wanted, keys, spoiled):
                return spoiled
            mendings += 1

    def salvaged(self, calls: Sequence[Call], ending: Ending = NORMALLY) -> Sequence[object]:
        """Queries that may give null; what of them can be had, None where a bad record is."""
        answer, keys = self._answered(calls, ending)
        if answer.problems and spoiled_by_null(answer.problems) is None:
            raise problem_error(answer.problems[0], _named(calls))
        return [_root(answer, key) for key in keys]

    def _answered(self, calls: Sequence[Call], ending: Ending) -> tuple[Answer, tuple[str, ...]]:
        sent = document(calls, self.schema)
        request = question(self.base, sent.text, sent.variables, ending)
        repeatable = all(call.operation.repeatable for call in calls)
        reply = self.http.request(replace(request, repeatable=repeatable), ending.cancel)
        return checked(reply, _named(calls)), sent.keys


def question(base: str, text: str, variables: object, ending: Ending = NORMALLY) -> Request:
    """A request with a document.

    Raises:
        BadName: a text is not UTF-8, which JSON cannot say.
    """
    body = {"query": text, "variables": variables} if variables else {"query": text}
    try:
        data = json.dumps(body, ensure_ascii=False).encode()
    except UnicodeEncodeError:
        raise BadName("a text that is not UTF-8 cannot be sent to Stash") from None
    return Request(
        method="POST",
        target=f"{base}/graphql",
        # With another Accept it answers in a type that it does not compress.
        headers={"Content-Type": "application/json", "Accept": "application/json"},
        body=data,
        repeatable=True,
        timeout_s=ending.timeout_s,
    )


def _mend(calls: list[Call], keys: Sequence[str], problem: Problem) -> bool:
    """Leave out the field that a null spoiled; whether there is a point in asking again."""
    if not problem.path or problem.path[0] not in keys:
        return False
    place = keys.index(str(problem.path[0]))
    operation = calls[place].operation
    if operation.kind != "query" or operation.result is None:
        return False
    less = without(operation.result, problem.path[1:])
    if less is None or less == operation.result:
        return False
    path = ".".join(str(part) for part in problem.path)
    log.warning("Stash has a bad record at %s: asking again without that field", path)
    calls[place] = Call(replace(operation, result=less), calls[place].arguments)
    return True


def _root(answer: Answer, key: str) -> object:
    if answer.data is None or key not in answer.data:
        raise BadReply(f"{key} is missing in the answer")
    return answer.data[key]


def _named(calls: Sequence[Call]) -> str:
    return ", ".join(dict.fromkeys(call.operation.name for call in calls))


def _itself(fields: Fields) -> Fields:
    return fields
