"""The web server under the demo galleries: werkzeug's threads, kept-alive connections, clean stop.

Werkzeug closes every connection after one answer and hides the socket; a stand-in for a real
gallery must keep connections, and must be able to drop one in the middle of a body.
"""

import logging
import socket
import struct
import sys
import threading
from typing import BinaryIO, cast
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

from werkzeug.serving import ThreadedWSGIServer, WSGIRequestHandler

from g3fs.demo.delivery import Delivery, HangUp, RequestBody, Stop, Wire
from g3fs.demo.requestlog import LoggedRequest, RequestLog

log = logging.getLogger(__name__)

CONTROL = "/demo/"
"""Addresses below this steer the server; they are no part of the gallery and are not logged."""
POLL_S = 0.05
"""How often the accepting thread looks whether it should end."""
STOP, DELIVERY, ENTRY = "g3fs.demo.stop", "g3fs.demo.delivery", "g3fs.demo.entry"
BODY = "g3fs.demo.body"
"""Keys in the WSGI environment; the application may replace the delivery."""


class Handler(WSGIRequestHandler):
    """One connection: reads requests, runs the application, writes answers."""

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    server: "Httpd"

    def run_wsgi(self) -> None:
        environ = self.make_environ()
        headers = {name.lower(): value for name, value in self.headers.items()}
        entry = self.server.requests.begin(
            self.command, self.path, headers, kept=not self.path.startswith(CONTROL)
        )
        body = self._request_body(environ, entry)
        environ |= {STOP: self.server.stop, DELIVERY: Delivery(), ENTRY: entry}
        environ |= {BODY: body, "wsgi.input": body, "wsgi.input_terminated": True}
        try:
            self._answer(environ, entry)
            if not body.drain():
                self.close_connection = True
        except HangUp as end:
            self._end_with(reset=end.reset)
        except (ConnectionError, TimeoutError) as exc:
            log.debug("%s %s: %s", self.command, self.path, exc)
            self.close_connection = True
        finally:
            entry.done = True

    def _request_body(self, environ: WSGIEnvironment, entry: LoggedRequest) -> RequestBody:
        source = cast("BinaryIO", environ["wsgi.input"])
        chunked = environ.get("wsgi.input_terminated")
        length = None if chunked else int(environ.get("CONTENT_LENGTH") or 0)
        stop, client = self.server.stop, self.connection
        return RequestBody(source, length, entry, lambda seconds: stop.wait(seconds, client))

    def _answer(self, environ: WSGIEnvironment, entry: LoggedRequest) -> None:
        begun: list[tuple[str, list[tuple[str, str]]]] = []

        def start(status: str, headers: list[tuple[str, str]], _exc: object = None) -> object:
            begun[:] = [(status, headers)]
            return None

        result = self.server.app(environ, cast("StartResponse", start))
        try:
            pieces = iter(result)
            first = next(pieces, b"")
            status, headers = begun[0]
            entry.status = int(status[:3])
            wire = Wire(self.connection, self.server.stop, entry, environ[DELIVERY])
            wire.begin(self._head(status, headers), _promised(headers))
            if self.command != "HEAD":
                wire.send(first)
                for piece in pieces:
                    wire.send(piece)
            wire.finish()
            if entry.sent < _promised(headers) and self.command != "HEAD" and entry.status != 304:
                self.close_connection = True
        finally:
            if hasattr(result, "close"):
                result.close()

    def _head(self, status: str, headers: list[tuple[str, str]]) -> bytes:
        names = {name.lower() for name, _ in headers}
        lines = [f"HTTP/1.1 {status}", f"Date: {self.date_time_string()}"]
        lines += [f"{name}: {value}" for name, value in headers]
        if "content-length" not in names and self.command != "HEAD":
            self.close_connection = True
        if self.close_connection:
            lines.append("Connection: close")
        return ("\r\n".join(lines) + "\r\n\r\n").encode("latin-1")

    def _end_with(self, *, reset: bool) -> None:
        self.close_connection = True
        if reset:
            # Linger 0 makes close(2) send RST; the server must then not shut down in order first.
            self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            self.server.no_farewell(self.connection)

    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        """Nothing: the request log has it."""

    def log_error(self, format: str, *args: object) -> None:  # noqa: A002 - the name is inherited
        log.debug(format, *args)


def _promised(headers: list[tuple[str, str]]) -> int:
    """Content-Length; a client waits for so many bytes, or for the end of the connection."""
    return next((int(value) for name, value in headers if name.lower() == "content-length"), 0)


class Httpd(ThreadedWSGIServer):
    """A threaded server on 127.0.0.1 that knows its connections and can end them all."""

    daemon_threads = True

    def __init__(self, port: int, app: WSGIApplication, requests: RequestLog) -> None:
        # Werkzeug ends the process when a port is taken; so the socket is made here.
        with socket.create_server(("127.0.0.1", port), backlog=128) as listening:
            super().__init__("127.0.0.1", port, app, Handler, fd=listening.fileno())
        self.requests = requests
        self.stop = Stop()
        self._open: set[socket.socket] = set()
        self._abrupt: set[socket.socket] = set()
        self._changed = threading.Condition()

    def serve(self) -> None:
        """Answer until `finish`; it takes up to a poll to notice."""
        self.serve_forever(poll_interval=POLL_S)

    def process_request(self, request: object, client_address: object) -> None:
        assert isinstance(request, socket.socket)
        self.requests.connected()
        with self._changed:
            self._open.add(request)
        super().process_request(request, cast("tuple[str, int]", client_address))

    def no_farewell(self, connection: socket.socket) -> None:
        """This connection is to be closed without an orderly shutdown."""
        self._abrupt.add(connection)

    def shutdown_request(self, request: object) -> None:
        assert isinstance(request, socket.socket)
        try:
            if request in self._abrupt:
                self._abrupt.discard(request)
                self.close_request(request)
            else:
                super().shutdown_request(request)
        finally:
            with self._changed:
                self._open.discard(request)
                self._changed.notify_all()

    def handle_error(self, request: object, client_address: object) -> None:
        log.error("error while serving %s", client_address, exc_info=sys.exception())

    def finish(self, patience_s: float = 10.0) -> None:
        """End all connections and wait until their threads have let go of them.

        The loop of `serve` must be running or over.
        """
        self.shutdown()
        self.stop.set()
        with self._changed:
            for connection in self._open:
                _shut(connection)
            self._changed.wait_for(lambda: not self._open, patience_s)
        self.server_close()
        self.stop.close()


def _shut(connection: socket.socket) -> None:
    try:
        connection.shutdown(socket.SHUT_RDWR)
    except OSError as exc:
        log.debug("already gone: %s", exc)
