"""A server that answers by a table: method and path to an answer, or to what makes one."""

import json
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qsl, urlsplit

from g3fs.clients.photoprism import Client, Login, open_client
from g3fs.http.options import HttpOptions
from g3fs.http.retry import Pace

KEY = "012345-012345-012345-012345"
USER = "utouhix8nk6l9kt4"
PHOTO = "ptouhlub1nl2t7gk"
ALBUM = "atouipcoaig8r03k"
HASH = "5f1d98ba691a79048ef749f17ecfd8b356ced9b5"


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    method: str
    path: str
    query: Mapping[str, str]
    headers: Mapping[str, str]
    body: bytes

    @property
    def json(self) -> object:
        return json.loads(self.body)


@dataclass(frozen=True, slots=True)
class Answer:
    status: int = 200
    body: bytes = b"{}"
    media_type: str = "application/json"
    headers: Mapping[str, str] = field(default_factory=dict)


Respond = Callable[[Asked], Answer]
Rule = Answer | Respond | list[Answer]


def said(value: object, status: int = 200, **headers: str) -> Answer:
    """An answer in JSON."""
    named = {name.replace("_", "-"): text for name, text in headers.items()}
    return Answer(status, json.dumps(value).encode(), "application/json", named)


REFUSED = said({"code": 401, "error": "Please log in to your account"}, 401)
DENIED = said({"code": 403, "error": "Permission denied"}, 403)
UNKNOWN = said({"code": 404, "error": "Entity not found"}, 404)
NO_CALL = Answer(404, b"<!DOCTYPE html>", "text/html; charset=utf-8")
ICON = Answer(200, b"<svg/>", "image/svg+xml")
NO_TOKEN = Answer(403, b"<svg/>", "image/svg+xml")

CONFIG = {"version": "241213-x", "apiUri": "/api/v1", "public": False, "downloadToken": "public"}
SESSION = {
    "access_token": KEY,
    "token_type": "Bearer",
    "user": {"UID": USER, "Name": "admin", "WebDAV": True},
    "config": {**CONFIG, "mode": "user", "downloadToken": "dltoken1", "previewToken": "pvtoken1"},
}


class Site(ThreadingHTTPServer):
    """What is not in the table is an address that the router does not know."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.rules: dict[tuple[str, str], Rule] = {}
        self.asked: list[Asked] = []
        self.on("GET", "/api/v1/config", said(CONFIG))
        self.on("GET", "/api/v1/session", said(SESSION))

    @property
    def origin(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}"

    def on(self, method: str, path: str, rule: Rule) -> None:
        """Answer so; of a list one after the other, the last for ever."""
        self.rules[method, path] = rule

    def api(self, method: str, path: str, rule: Rule) -> None:
        """The same below `api/v1`."""
        self.on(method, f"/api/v1/{path}", rule)

    def respond(self, asked: Asked) -> Answer:
        self.asked.append(asked)
        rule = self.rules.get((asked.method, asked.path), NO_CALL)
        if isinstance(rule, list):
            return rule.pop(0) if len(rule) > 1 else rule[0]
        return rule if isinstance(rule, Answer) else rule(asked)

    def calls(self) -> list[tuple[str, str]]:
        """What was asked, but for the questions of connecting."""
        asked = [(one.method, one.path) for one in self.asked]
        return [one for one in asked if one[1] not in ("/api/v1/config", "/api/v1/session")]

    def last(self, method: str, path: str) -> Asked:
        return [one for one in self.asked if (one.method, one.path) == (method, path)][-1]


class _Handler(BaseHTTPRequestHandler):
    server: Site
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True

    def answer(self) -> None:
        parts = urlsplit(self.path)
        asked = Asked(
            method=self.command,
            path=parts.path,
            query=dict(parse_qsl(parts.query, keep_blank_values=True)),
            headers=dict(self.headers),
            body=self.rfile.read(int(self.headers.get("Content-Length", 0))),
        )
        answer = self.server.respond(asked)
        self.send_response(answer.status)
        self.send_header("Content-Type", answer.media_type)
        for name, value in answer.headers.items():
            self.send_header(name, value)
        bodiless = answer.status in (204, 304)
        if "Content-Length" not in answer.headers and not bodiless:
            self.send_header("Content-Length", str(len(answer.body)))
        self.end_headers()
        if self.command != "HEAD" and not bodiless:
            self.wfile.write(answer.body)

    do_GET = do_HEAD = do_POST = do_PUT = do_DELETE = answer  # noqa: N815 - as inherited
    do_PROPFIND = do_MKCOL = do_MOVE = do_COPY = answer  # noqa: N815 - as inherited

    def log_message(self, *_: object) -> None:
        """Quiet."""


class Clock:
    """Time that passes only when somebody sleeps."""

    def __init__(self) -> None:
        self.now_s = 1000.0
        self.slept: list[float] = []

    def __call__(self) -> float:
        return self.now_s

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.now_s += seconds


@contextmanager
def running() -> Iterator[Site]:
    site = Site()
    thread = threading.Thread(target=site.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield site
    finally:
        site.shutdown()
        thread.join()
        site.server_close()


def pace(clock: Clock) -> Pace:
    return Pace(clock=clock, sleep=clock.sleep)


def opened(site: Site, login: Login | None = None, clock: Clock | None = None) -> Client:
    """A client with an app password, unless told otherwise."""
    login = login or Login(username="admin", api_key=KEY)
    options = HttpOptions(timeout_s=20)
    return open_client(site.origin, login, options=options, pace=pace(clock or Clock()))
