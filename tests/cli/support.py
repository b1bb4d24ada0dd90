"""The commands as users run them, and servers that are no galleries."""

import contextlib
import os
import socket
import ssl
import subprocess
import sys
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

from g3fs.demo.server import DemoServer
from tests.kernel.support import Ran, assert_no_traceback, run
from tests.ports import refused_port


@dataclass(frozen=True)
class G3fs:
    """Runs `g3fs` with a home directory of its own."""

    home: Path
    scratch: Path

    @property
    def environment(self) -> dict[str, str]:
        """What every command of this test sees."""
        return {
            "HOME": str(self.home),
            "XDG_CONFIG_HOME": str(self.home / "config"),
            "XDG_STATE_HOME": str(self.home / "state"),
            "XDG_CACHE_HOME": str(self.home / "cache"),
            "XDG_DATA_HOME": str(self.home / "data"),
            "TMPDIR": str(self.scratch),
            "LC_ALL": "C.UTF-8",
        }

    def argv(self, *words: str | os.PathLike[str]) -> list[str]:
        """The command line."""
        return [sys.executable, "-m", "g3fs", *map(os.fspath, words)]

    def __call__(
        self, *words: str | os.PathLike[str], stdin: str = "", timeout: float = 30.0, **env: str
    ) -> Ran:
        """Run one command to its end."""
        environment = {**self.environment, **env}
        return run(*self.argv(*words), timeout=timeout, env=environment, stdin=stdin)

    def start(self, *words: str | os.PathLike[str], **env: str) -> subprocess.Popen[str]:
        """Start one command that stays."""
        return subprocess.Popen(
            self.argv(*words),
            env={**os.environ, **self.environment, **env},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )


def key_of(server: DemoServer) -> dict[str, str]:
    """The environment of a user who has the administrator's key."""
    return {"G3FS_USERNAME": server.username, "G3FS_API_KEY": server.api_key}


def daemons(below: Path) -> list[int]:
    """The g3fs processes whose command line names something below this directory."""
    found = []
    for process in Path("/proc").iterdir():
        with contextlib.suppress(OSError):
            command = (process / "cmdline").read_bytes().decode(errors="replace")
            if process.name.isdigit() and "g3fs" in command and f"{below}/" in command:
                found.append(int(process.name))
    return [pid for pid in found if pid != os.getpid()]


def assert_one_line(done: Ran, words: str, code: int) -> None:
    """The command failed as promised: an exit code and one line that says why."""
    assert done.returncode == code, done
    assert done.stdout == ""
    lines = done.stderr.splitlines()
    assert len(lines) == 1, done.stderr
    assert lines[0].startswith("g3fs: ")
    assert words in lines[0]
    assert_no_traceback(done.stderr)


class _Page(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        body = b"<html><body>A shop for garden furniture</body></html>"
        self.send_response(200)
        self.send_header("Content-Type", "text/html")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    do_POST = do_GET  # noqa: N815 - the base class asks for this name

    def log_message(self, *args: object) -> None:
        """Nothing: the test is not about this server."""


@contextlib.contextmanager
def web_server(certificate: Path | None = None) -> Iterator[str]:
    """A web server that is no gallery; with a file of key and certificate it speaks TLS."""
    server = HTTPServer(("127.0.0.1", 0), _Page)
    scheme = "http"
    if certificate is not None:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate)
        server.socket = context.wrap_socket(server.socket, server_side=True)
        scheme = "https"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    try:
        yield f"{scheme}://localhost:{server.server_port}/gallery3"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@contextlib.contextmanager
def silent_server() -> Iterator[str]:
    """Takes connections and never says a word."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        yield f"http://127.0.0.1:{listening.getsockname()[1]}/gallery3"


def refused_url() -> str:
    """An address where nobody listens."""
    return f"http://127.0.0.1:{refused_port()}/gallery3"


def self_signed(directory: Path) -> Path:
    """Key and certificate of `localhost` that nobody vouches for."""
    file = directory / "server.pem"
    key, certificate = directory / "key.pem", directory / "certificate.pem"
    run(
        *("openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2"),
        *("-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost"),
        *("-keyout", key, "-out", certificate),
    ).ok()
    file.write_text(key.read_text() + certificate.read_text())
    return file
