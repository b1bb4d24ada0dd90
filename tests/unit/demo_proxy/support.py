"""A server of scripted answers, and a client on a plain socket."""

import socket
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

# Longer than any correct answer takes; reached only when a test fails.
PATIENCE_S = 20.0
BIG = 8 * 1024 * 1024


@dataclass
class Origin:
    """What the server behind the proxy has seen."""

    port: int = 0
    heads: list[str] = field(default_factory=list)
    arrived: threading.Semaphore = field(default_factory=lambda: threading.Semaphore(0))


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    origin: Origin

    def do_GET(self) -> None:
        self._answer(b"x" * BIG if self.path.startswith("/big") else b"hello")

    def do_POST(self) -> None:
        size = int(self.headers["Content-Length"])
        self._answer(self.rfile.read(size))

    def _answer(self, body: bytes) -> None:
        self.origin.heads.append(f"{self.command} {self.path}")
        self.origin.arrived.release()
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *args: object) -> None:
        pass


class _Server(ThreadingHTTPServer):
    daemon_threads = False  # server_close() then waits for them: no thread outlives its test

    def handle_error(self, request: object, client_address: object) -> None:
        pass  # a connection that was reset is what these tests are about


@contextmanager
def running_origin() -> Iterator[Origin]:
    origin = Origin()
    handler = type("Handler", (_Handler,), {"origin": origin})
    server = _Server(("127.0.0.1", 0), handler)
    origin.port = server.server_address[1]
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield origin
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@contextmanager
def connected(port: int, receive_buffer: int | None = None) -> Iterator[socket.socket]:
    with closing(socket.socket()) as client:
        if receive_buffer is not None:
            client.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, receive_buffer)
        client.settimeout(PATIENCE_S)
        client.connect(("127.0.0.1", port))
        yield client


def ask(client: socket.socket, method: str, target: str, body: bytes = b"") -> bytes:
    """Sends a request and returns the body of the answer."""
    send(client, method, target, body)
    return answer(client)


def send(client: socket.socket, method: str, target: str, body: bytes = b"") -> None:
    head = f"{method} {target} HTTP/1.1\r\nHost: x\r\nContent-Length: {len(body)}\r\n\r\n"
    client.sendall(head.encode() + body)


def answer(client: socket.socket) -> bytes:
    head, body = first_bytes_of_body(client)
    fields = dict(line.split(": ", 1) for line in head.decode().split("\r\n")[1:])
    while len(body) < int(fields["Content-Length"]):
        body += client.recv(65536)
    return body


def first_bytes_of_body(client: socket.socket) -> tuple[bytes, bytes]:
    data = b""
    while b"\r\n\r\n" not in data:
        more = client.recv(65536)
        assert more, f"closed after {data!r}"
        data += more
    head, _, body = data.partition(b"\r\n\r\n")
    return head, body
