"""ws: events, after the client has said who it is."""

import json
import queue
import socket
from typing import Protocol
from wsgiref.types import StartResponse, WSGIEnvironment

from flask import Flask
from flask_sock import Sock
from wsproto import WSConnection
from wsproto.events import TextMessage

from g3fs.demo.delivery import HangUp
from g3fs.demo.photoprism.accounts import PUBLIC_KEY, Session
from g3fs.demo.photoprism.resources.config import config_of
from g3fs.demo.photoprism.state import State

FRAME = 4096
"""Longer messages come in several frames."""
LOOK_S = 0.25
"""How often it is noticed that a client has gone."""


class Talker(Protocol):
    """What flask-sock hands out."""

    connected: bool
    sock: socket.socket
    ws: WSConnection

    def receive(self) -> object:
        """The next message."""
        ...


class Websocket:
    """Answers one kind of request: the one that becomes a websocket."""

    def __init__(self, state: State) -> None:
        self._state = state
        self._app = Flask(__name__, static_folder=None)
        Sock(self._app).route("/<path:_any>")(self._serve)

    def run(self, environ: WSGIEnvironment, start: StartResponse) -> None:
        """Talk until one side has enough.

        Raises:
            HangUp: always; nothing that HTTP knows may follow on this connection.
        """
        for _ in self._app.wsgi_app(environ, start):
            pass
        raise HangUp(reset=False)

    def _serve(self, talker: Talker, _any: str) -> None:
        session = None
        while session is None:
            session = self._greeted(talker.receive())
        config = config_of(self._state, session, "http://localhost")
        with self._state.events.listening() as inbox:
            _send(talker, {"event": "config.updated", "data": {"config": config}})
            while talker.connected:
                try:
                    event = inbox.get(timeout=LOOK_S)
                except queue.Empty:
                    continue
                if event is None:
                    return
                _send(talker, event)

    def _greeted(self, text: object) -> Session | None:
        """Who the client is; None: nothing is told to this one yet."""
        try:
            data = json.loads(str(text))
        except ValueError:
            return None
        key = str(data.get("session", "")) if isinstance(data, dict) else ""
        with self._state.lock:
            if self._state.options.public:
                admin = self._state.accounts.admin
                return Session(key=PUBLIC_KEY, user=admin, provider="default")
            return self._state.accounts.of_key(key)


def _send(talker: Talker, message: object) -> None:
    text = json.dumps(message)
    for at in range(0, len(text), FRAME):
        last = at + FRAME >= len(text)
        frame = TextMessage(data=text[at : at + FRAME], message_finished=last)
        talker.sock.sendall(talker.ws.send(frame))
