"""Websockets: subscriptions, in both protocols that the server knows."""

import json
import queue
import threading
from collections.abc import Iterator, Mapping
from contextlib import ExitStack
from typing import Any, Self, cast

from simple_websocket import ConnectionClosed, Server
from werkzeug.wrappers import Request

from g3fs.demo.delivery import HangUp
from g3fs.demo.httpd import ENTRY
from g3fs.demo.stash.answers import Answer, plain
from g3fs.demo.stash.context import Context
from g3fs.demo.stash.documents import Invalid
from g3fs.demo.stash.endpoint import Endless, body_of_message, execute, scalars_of
from g3fs.demo.stash.execution import Execution
from g3fs.demo.stash.jobs import Update
from g3fs.demo.stash.objects import OBJECTS
from g3fs.demo.stash.schema import schema_of
from g3fs.demo.stash.world import World

OLD, NEW = "graphql-ws", "graphql-transport-ws"
ALIVE_S = 10.0
"""The older protocol says so often that it is still there."""
PROTOCOL_ERROR = 1002
SCANS = ("Scanning...", "Cleaning...")


def serve_socket(world: World, request: Request, base: str) -> Answer:
    """Speak until one of the two hangs up.

    Raises:
        HangUp: it is over.
    """
    if world.options.sockets == "refused":
        return plain(400, b"Bad Request\n", "text/plain; charset=utf-8")
    offered = request.headers.get("Sec-WebSocket-Protocol", "")
    names = [name.strip() for name in offered.split(",") if name.strip()]
    chosen = next((name for name in (OLD, NEW) if name in names), None)
    socket = Server(cast("dict[str, str]", request.environ), subprotocols=chosen)
    request.environ[ENTRY].status = 101
    with Session(Context(world, base), socket, chosen or OLD) as session:
        session.run()
    raise HangUp(reset=False)


class Session:
    """One connection. What other threads have to say goes through a queue and one writer."""

    def __init__(self, context: Context, socket: Server, protocol: str) -> None:
        self._context, self._socket, self._old = context, socket, protocol == OLD
        self._outbox: queue.SimpleQueue[str | None] = queue.SimpleQueue()
        self._subscribed: dict[str, ExitStack] = {}
        self._writer = threading.Thread(target=self._write, name="g3fs-socket", daemon=True)
        self._greeted = False

    def __enter__(self) -> Self:
        self._writer.start()
        return self

    def __exit__(self, *_exc: object) -> None:
        for subscription in self._subscribed.values():
            subscription.close()
        self._outbox.put(None)
        self._writer.join()

    def run(self) -> None:
        """Until the client leaves."""
        try:
            while True:
                told = self._socket.receive(timeout=ALIVE_S)
                if told is None:
                    self._still_here()
                elif self._context.options.sockets != "silent":
                    self._hear(json.loads(told))
        except ConnectionClosed:
            return

    def _still_here(self) -> None:
        if self._old and self._greeted:
            self._say({"type": "ka"})

    def _hear(self, message: Mapping[str, Any]) -> None:
        match message.get("type"):
            case "connection_init":
                self._say({"type": "connection_ack"})
                self._greeted = True
                self._still_here()
            case "ping":
                self._say({"type": "pong"})
            case "subscribe" | "start" if not self._greeted:
                self._socket.close(PROTOCOL_ERROR, "unexpected message")
                raise ConnectionClosed(PROTOCOL_ERROR)
            case "subscribe" | "start":
                self._begin(message["id"], message.get("payload") or {})
            case "complete" | "stop":
                subscription = self._subscribed.pop(message["id"], None)
                if subscription is not None:
                    subscription.close()
                self._say({"id": message["id"], "type": "complete"})
            case "connection_terminate":
                self._socket.close()
                raise ConnectionClosed

    def _begin(self, ident: str, payload: Mapping[str, Any]) -> None:
        kind = "data" if self._old else "next"
        try:
            result = execute(self._context, body_of_message(payload), {})
        except Invalid as exc:
            errors = list(exc.errors)
            shown: object = {"errors": errors, "data": None} if self._old else errors
            self._say({"payload": shown, "id": ident, "type": "error"})
        except Endless as endless:
            self._subscribe(ident, endless, kind)
            return
        else:
            self._say({"payload": result, "id": ident, "type": kind})
        self._say({"id": ident, "type": "complete"})

    def _subscribe(self, ident: str, endless: Endless, kind: str) -> None:
        def told(update: Update) -> None:
            for root in _events(update):
                data = self._data(endless, root)
                if data is not None:
                    self._say({"payload": {"data": data}, "id": ident, "type": kind})

        subscription = ExitStack()
        subscription.enter_context(self._context.world.jobs.listening(told))
        self._subscribed[ident] = subscription

    def _data(self, endless: Endless, root: Mapping[str, object]) -> object:
        """What one event means to one subscription; None: nothing."""
        if endless.field not in root:
            return None
        schema = schema_of(self._context.options.release)
        fields = {name: _constant(value) for name, value in root.items()}
        resolvers = {**OBJECTS, "Subscription": fields, "JobStatusUpdate": _UPDATE}
        execution = Execution(schema, resolvers, scalars_of(self._context), self._context)
        return execution.run(endless.operation, endless.values)

    def _say(self, message: Mapping[str, object]) -> None:
        self._outbox.put(json.dumps(message, separators=(",", ":")))

    def _write(self) -> None:
        while (text := self._outbox.get()) is not None:
            try:
                self._socket.send(text)
            except (ConnectionClosed, OSError):
                return


def _constant(value: object) -> Any:  # noqa: ANN401 - a resolver
    return lambda _root, _context, _arguments: value


def _events(update: Update) -> Iterator[Mapping[str, object]]:
    """What the fields of Subscription give, one event after the other."""
    kind, job = update
    yield {"jobsSubscribe": update}
    if kind == "REMOVE" and job.description in SCANS and job.status == "FINISHED":
        yield {"scanCompleteSubscribe": True}


_UPDATE = {
    "type": lambda update, _context, _arguments: update[0],
    "job": lambda update, _context, _arguments: update[1],
}
