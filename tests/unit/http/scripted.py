"""A server of a few lines, for what a real one would never do: each connection follows a script."""

import contextlib
import socket
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from g3fs.http.exchange import Http
from g3fs.http.options import HttpOptions
from g3fs.http.retry import Pace

OK = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"


def reply(status: int, body: bytes = b"", *headers: str) -> bytes:
    """A whole answer with the right length."""
    lines = [f"HTTP/1.1 {status} Status", f"Content-Length: {len(body)}", *headers]
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + body


class Peer:
    """The server's end of one connection."""

    def __init__(self, sock: socket.socket, number: int, stopped: threading.Event) -> None:
        self.number = number
        self.stopped = stopped
        self._sock = sock
        self._file = sock.makefile("rb")

    def read_head(self) -> bytes:
        """The head of the next request; b"" when the client hung up."""
        head = b""
        while not head.endswith(b"\r\n\r\n"):
            line = self._file.readline()
            if not line:
                return b""
            head += line
        return head

    def request(self) -> bytes:
        """The next request, head and body; b"" when the client hung up."""
        head = self.read_head()
        length = next(
            (
                int(line[15:])
                for line in head.split(b"\r\n")
                if line[:15].lower() == b"content-length:"
            ),
            0,
        )
        return head + self._file.read(length)

    def close(self) -> None:
        self._file.close()

    def send(self, data: bytes) -> None:
        self._sock.sendall(data)

    def wait_for_hang_up(self) -> None:
        """Until the client closes the connection, or the test ends."""
        with contextlib.suppress(OSError):
            while self._sock.recv(65536):
                pass

    def drip(self, data: bytes, every_s: float) -> None:
        """One byte at a time, until the client hangs up or the test ends."""
        with contextlib.suppress(OSError):
            for byte in data:
                self.send(bytes([byte]))
                if self.stopped.wait(every_s):
                    return


Script = Callable[[Peer], None]


Wrap = Callable[[socket.socket], socket.socket]


class Scripted:
    """A listening server that runs `script` for each connection, in threads that `stop` ends."""

    def __init__(self, script: Script, wrap: Wrap | None) -> None:
        self._script = script
        self._wrap = wrap
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._stopped = threading.Event()
        self._socks = [self._listener]
        self._threads: list[threading.Thread] = []
        self._acceptor = threading.Thread(target=self._accept)
        self._acceptor.start()
        self.connections = 0
        self.port: int = self._listener.getsockname()[1]

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def stop(self) -> None:
        self._stopped.set()
        for sock in self._socks:
            with contextlib.suppress(OSError):
                socket.socket.shutdown(sock, socket.SHUT_RDWR)
        self._acceptor.join()
        for thread in self._threads:
            thread.join()
        self._listener.close()

    def _accept(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                sock, _ = self._listener.accept()
                self._socks.append(sock)
                self.connections += 1
                thread = threading.Thread(target=self._serve, args=(sock, self.connections))
                self._threads.append(thread)
                thread.start()

    def _serve(self, sock: socket.socket, number: int) -> None:
        with contextlib.suppress(OSError), sock, self._wrap(sock) if self._wrap else sock as end:
            self._socks.append(end)
            with contextlib.closing(Peer(end, number, self._stopped)) as peer:
                self._script(peer)


@contextlib.contextmanager
def serving(script: Script, wrap: Wrap | None = None) -> Iterator[Scripted]:
    """A server for the length of a block."""
    server = Scripted(script, wrap)
    try:
        yield server
    finally:
        server.stop()


def answering(*answers: bytes) -> Script:
    """Answer the first request of a connection with the first, and so on; then hang up."""

    def script(peer: Peer) -> None:
        for answer in answers:
            if not peer.request():
                return
            peer.send(answer)

    return script


def always(answer: Callable[[bytes], bytes]) -> Script:
    """Answer every request of every connection with what `answer` makes of it."""

    def script(peer: Peer) -> None:
        while request := peer.request():
            peer.send(answer(request))

    return script


@dataclass
class Naps:
    """A sleep that takes no time, and a clock that it moves on."""

    now: float = 1000.0
    taken: list[float] = field(default_factory=list)

    def clock(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.taken.append(seconds)
        self.now += seconds

    def pace(self) -> Pace:
        return Pace(clock=self.clock, wall_clock=self.clock, sleep=self.sleep, chance=lambda: 1.0)


@contextlib.contextmanager
def http_to(server: Scripted, options: HttpOptions | None = None, **more: object) -> Iterator[Http]:
    """A client of the server, closed at the end."""
    http = Http(server.url, options or HttpOptions(), **more)  # type: ignore[arg-type]  # a test
    try:
        yield http
    finally:
        http.close()
