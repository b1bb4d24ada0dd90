"""A server of a few lines that answers like a Stash, for what a real one does rarely."""

import contextlib
import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from tests.unit.http.scripted import always, reply, serving

JSON = "Content-Type: application/json"
CHALLENGE = "WWW-Authenticate: FormBased"
VERSION = {"version": "v0.30.1", "hash": "x", "build_time": "x"}
STATUS = {"status": "OK", "appSchema": 75, "databaseSchema": 75}


@dataclass(frozen=True)
class Asked:
    """One request."""

    method: str
    target: str
    headers: Mapping[str, str]
    body: str

    @property
    def logged_in_by(self) -> str:
        """The credentials that came along."""
        return self.headers.get("apikey") or self.headers.get("cookie") or ""


Answer = Callable[[Asked], bytes]


def data(value: Any) -> bytes:
    """A GraphQL answer."""
    return reply(200, json.dumps({"data": value}, ensure_ascii=False).encode(), JSON)


def unauthorised() -> bytes:
    return reply(401, b"", CHALLENGE)


def to_login() -> bytes:
    return reply(
        302, b"<a href>Found</a>", "Location: /login?returnURL=x", "Content-Type: text/html"
    )


def hello(asked: Asked, *, version: Any = VERSION, status: Any = STATUS) -> bytes:
    """What a server says at the beginning, whatever is asked: it has all fields."""
    known = {"version": version, "systemStatus": status}
    return data({**known, "findGalleries": {"count": 0, "galleries": []}})


def _parsed(request: bytes) -> Asked:
    head, _, body = request.decode("utf-8", "surrogateescape").partition("\r\n\r\n")
    first, *lines = head.split("\r\n")
    method, target, _ = first.split(" ")
    pairs = (line.split(": ", 1) for line in lines)
    return Asked(method, target, {name.lower(): value for name, value in pairs}, body)


@dataclass
class Talk:
    """A running server, and what it was asked."""

    url: str
    answer: Answer
    """May be another one from some moment on."""
    asked: list[Asked]


@contextlib.contextmanager
def talking(answer: Answer) -> Iterator[Talk]:
    """A server for the length of a block."""
    talk = Talk("", answer, [])

    def respond(request: bytes) -> bytes:
        one = _parsed(request)
        talk.asked.append(one)
        return talk.answer(one)

    with serving(always(respond)) as server:
        talk.url = server.url
        yield talk
