"""A server that answers recorded answers in a given order, and a client that talks to it."""

import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from g3fs.clients.photoprism.api import Api
from g3fs.clients.photoprism.client import Client, Facts
from g3fs.clients.photoprism.locks import ThreadChanges
from g3fs.clients.photoprism.login import BearerAuth, Login
from g3fs.clients.photoprism.tokens import Tokens
from g3fs.clients.photoprism.wire.sessions import WireUser, config_from
from g3fs.http.auth import KeyAuth
from g3fs.http.exchange import Http
from g3fs.http.options import HttpOptions
from g3fs.http.retry import Pace
from tests.recorded.photoprism.recording import Exchange

APP_PASSWORD = "012345-012345-012345-012345"
USER = "utouhix8nk6l9kt4"

_NOT_SENT = ("content-length", "transfer-encoding")
"""Lengths are those of what is sent here: JSON was shortened in the recordings."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What the client sent."""

    method: str
    target: str
    headers: dict[str, str]
    body: bytes


class Stage(ThreadingHTTPServer):
    """Answers each request with the next exchange of the script, whatever was asked."""

    daemon_threads = True

    def __init__(self, script: Sequence[Exchange]) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.asked: list[Asked] = []
        self.script = list(script)

    @property
    def origin(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}"


class _Handler(BaseHTTPRequestHandler):
    server: Stage
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True

    def answer(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        self.server.asked.append(
            Asked(method=self.command, target=self.path, headers=dict(self.headers), body=body)
        )
        if self.server.script:
            self._play(self.server.script.pop(0))
        else:
            self.send_error(599, "nothing is left in the script")

    do_GET = do_HEAD = do_POST = do_PUT = do_DELETE = answer  # noqa: N815 - as inherited
    do_PROPFIND = do_MKCOL = do_MOVE = do_COPY = answer  # noqa: N815 - as inherited

    def log_message(self, *_: object) -> None:
        """Quiet."""

    def _play(self, exchange: Exchange) -> None:
        content = exchange.content()
        length = str(len(content))
        if self.command == "HEAD":
            content, length = b"", exchange.headers.get("Content-Length", "0")
        self.send_response(exchange.status)
        for name, value in exchange.headers.items():
            if name.lower() not in _NOT_SENT:
                self.send_header(name, value)
        if exchange.status not in (204, 304):
            self.send_header("Content-Length", length)
        self.end_headers()
        self.wfile.write(content)


@contextmanager
def serving(stage: Stage) -> Iterator[Stage]:
    """The stage, answering."""
    thread = threading.Thread(target=stage.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield stage
    finally:
        stage.shutdown()
        thread.join()
        stage.server_close()


class Clock:
    """Time that passes only when somebody sleeps."""

    def __init__(self) -> None:
        self.now_s = 1000.0

    def __call__(self) -> float:
        return self.now_s

    def sleep(self, seconds: float) -> None:
        self.now_s += seconds


@contextmanager
def playing(
    script: Sequence[Exchange], *, key: str = APP_PASSWORD, readonly: bool = False
) -> Iterator[tuple[Client, Stage]]:
    """A client with this key, as it is after its first questions, before a stage."""
    with serving(Stage(script)) as stage:
        clock = Clock()
        pace = Pace(clock=clock, sleep=clock.sleep)
        options = HttpOptions()
        http = Http(stage.origin, options, refused=frozenset({401}))
        tokens = Tokens(options.redactor)
        tokens.learn({"X-Download-Token": "dltoken1", "X-Preview-Token": "pvtoken1"})
        api = Api(http, "", tokens, ThreadChanges())
        config = config_from({"version": "241213", "apiUri": "/api/v1", "readonly": readonly})
        client = Client(api, config, Login(username="admin", api_key=key), pace)
        client.facts = Facts(config=config, user=WireUser(uid=USER, webdav=True), scope="*")
        api.readonly = readonly
        inner = KeyAuth(
            "Authorization", key=key, login=None, redactor=options.redactor, scheme="Bearer"
        )
        http.auth = BearerAuth(inner)
        with client:
            yield client, stage
