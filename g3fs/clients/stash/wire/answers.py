"""The envelope of every answer: data, or errors, or both."""

import json
from collections.abc import Mapping
from dataclasses import dataclass

from g3fs.clients.stash.wire.fields import Fields
from g3fs.gallery.errors import BadReply


@dataclass(frozen=True, slots=True)
class Problem:
    """One error of an answer; there are no codes beside those of invalid documents."""

    message: str
    """An English sentence, partly raw SQL."""
    path: tuple[str | int, ...] = ()
    """Which part of the answer it spoiled: response keys and places in lists."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back."""

    data: Mapping[str, object] | None
    problems: tuple[Problem, ...]


def answer_from(body: bytes) -> Answer:
    """Read an answer.

    File names that are not UTF-8 stand in it as raw bytes; they become what os.fsdecode would make
    of them.

    Raises:
        BadReply: this is no answer of a GraphQL server.
    """
    try:
        value = json.loads(body.decode("utf-8", "surrogateescape"))
    except (ValueError, RecursionError):
        start = body[:40].decode("ascii", "replace")
        raise BadReply(f"the answer is no JSON, {len(body)} bytes: {start!r}") from None
    fields = Fields(value, "the answer")
    data = fields.raw("data")
    problems = fields.objects("errors", _problem)
    if data is not None and not isinstance(data, dict):
        raise BadReply("data is no object in the answer")
    if data is None and not problems:
        raise BadReply("the answer has neither data nor errors")
    return Answer(data, problems)


def _problem(fields: Fields) -> Problem:
    path = fields.raw("path")
    parts = path if isinstance(path, list) else []
    return Problem(
        fields.text("message"),
        tuple(part for part in parts if isinstance(part, str | int)),
    )
