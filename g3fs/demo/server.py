"""Starts and stops a demo server; what tests, benchmarks and `g3fs demo` use."""

import socket
import threading
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from g3fs.demo.control import control_app
from g3fs.demo.faults import FaultPlan
from g3fs.demo.faulty import Faulty, app_with_control
from g3fs.demo.gallery3.accounts import Account
from g3fs.demo.httpd import Httpd
from g3fs.demo.kinds import KINDS, Site
from g3fs.demo.library import Library
from g3fs.demo.requestlog import RequestLog


class DemoServer:
    """A gallery server on 127.0.0.1, in a thread of this process.

    A context manager: it answers from the first line of the block, and is gone, with all its
    connections, behind the last. `data` keeps the gallery in a directory; without it the gallery
    ends with the server. A directory that holds a gallery already is served as it is.
    """

    def __init__(
        self,
        kind: str = "gallery3",
        *,
        library: Library | None = None,
        data: Path | None = None,
        port: int = 0,
        options: object | None = None,
    ) -> None:
        """`options` are those of the kind: `Options` in the package of its name."""
        if kind not in KINDS:
            raise ValueError(f"no demo server of kind {kind!r}; known: {', '.join(KINDS)}")
        self.kind = kind
        self._library = KINDS[kind].sample() if library is None else library
        self._options = options
        self._data, self._port = data, port
        self.faults = FaultPlan()
        self.requests = RequestLog()
        self._site: Site | None = None
        self._httpd: Httpd | None = None
        self._thread: threading.Thread | None = None
        self._closed = True
        self._holder: socket.socket | None = None

    def start(self) -> Self:
        """Make or open the gallery and start answering. OSError if the port is taken."""
        self._site = KINDS[self.kind].build(self._library, self._options, self._data)
        try:
            self.listen()
        except OSError:
            self._site.close()
            raise
        return self

    def stop(self) -> None:
        """Hang up on everybody and give everything back. Harmless when it is stopped."""
        self.hang_up()
        self._let_port_go()
        if not self._closed:
            self.site.close()
            self._closed = True

    def listen(self) -> None:
        """Start answering, again on the old port after `hang_up`. OSError if it is taken."""
        control = control_app(self.faults, self.requests, self._known().harm)
        app = app_with_control(Faulty(self._known(), self.faults), control)
        self._httpd = Httpd(self._port, app, self.requests)
        self._let_port_go()
        self._port = self._httpd.port
        self._closed = False
        self._thread = threading.Thread(target=self._httpd.serve, name="g3fs-demo", daemon=True)
        self._thread.start()

    def hang_up(self) -> None:
        """End all connections and refuse new ones, as a server that went away; the state stays."""
        if self._httpd is not None and self._thread is not None:
            self._httpd.finish()
            self._thread.join()
            self._httpd = self._thread = None
            self._hold_port()

    def _hold_port(self) -> None:
        """Keep the port ours while nobody listens on it; connecting to it is refused."""
        self._holder = socket.socket()
        self._holder.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        with suppress(OSError):  # somebody was faster
            self._holder.bind(("127.0.0.1", self._port))

    def _let_port_go(self) -> None:
        if self._holder is not None:
            self._holder.close()
            self._holder = None

    def __enter__(self) -> Self:
        """Start."""
        return self.start()

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Stop."""
        self.stop()

    @property
    def site(self) -> Any:  # noqa: ANN401 - tests look into what only one kind has
        """The gallery behind the server, for tests that look or meddle. Stays after the end."""
        return self._known()

    def _known(self) -> Site:
        assert self._site is not None, "the server was never started"
        return self._site

    @property
    def library(self) -> Library:
        """What the gallery held when it was new."""
        return self._library

    @property
    def origin(self) -> str:
        """Scheme, host and port; the control addresses are below `origin`/demo."""
        assert self._port, "the server was never started"
        return f"http://127.0.0.1:{self._port}"

    @property
    def url(self) -> str:
        """What a user would type."""
        return self.origin + self._known().path

    @property
    def username(self) -> str:
        """The administrator."""
        return self._known().admin.username

    @property
    def password(self) -> str:
        """The administrator's."""
        return self._known().admin.password

    @property
    def api_key(self) -> str:
        """The administrator's."""
        return self._known().admin.api_key

    def account(self, username: str) -> Account:
        """Any user's name, password and key, on a Gallery 3."""
        account: Account = self.site.accounts[username]
        return account

    def describe(self) -> dict[str, str]:
        """What someone needs to use the server, as JSON-ready data. Not for logs."""
        return {
            "kind": self.kind,
            "url": self.url,
            "username": self.username,
            "password": self.password,
            "api_key": self.api_key,
        }
