"""Starts and stops a demo server; what tests, benchmarks and `g3fs demo` use."""

import threading
from collections.abc import Callable, Mapping
from pathlib import Path
from types import TracebackType
from typing import Self

from g3fs.demo.control import control_app
from g3fs.demo.faults import FaultPlan
from g3fs.demo.faulty import Faulty, app_with_control
from g3fs.demo.gallery3.accounts import Account
from g3fs.demo.gallery3.site import Gallery3Site, Options
from g3fs.demo.httpd import Httpd
from g3fs.demo.library import Library
from g3fs.demo.requestlog import RequestLog
from g3fs.demo.samples import sample_library

Builder = Callable[[Library, Options, Path | None], Gallery3Site]
KINDS: Mapping[str, Builder] = {"gallery3": Gallery3Site}
"""The servers that can be imitated."""


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
        options: Options | None = None,
    ) -> None:
        if kind not in KINDS:
            raise ValueError(f"no demo server of kind {kind!r}; known: {', '.join(KINDS)}")
        self.kind = kind
        self._library = sample_library() if library is None else library
        self._options = options or Options()
        self._data, self._port = data, port
        self.faults = FaultPlan()
        self.requests = RequestLog()
        self._site: Gallery3Site | None = None
        self._httpd: Httpd | None = None
        self._thread: threading.Thread | None = None
        self._closed = True

    def start(self) -> Self:
        """Make or open the gallery and start answering. OSError if the port is taken."""
        self._site = KINDS[self.kind](self._library, self._options, self._data)
        try:
            self.listen()
        except OSError:
            self._site.close()
            raise
        return self

    def stop(self) -> None:
        """Hang up on everybody and give everything back. Harmless when it is stopped."""
        self.hang_up()
        if not self._closed:
            self.site.close()
            self._closed = True

    def listen(self) -> None:
        """Start answering, again on the old port after `hang_up`. OSError if it is taken."""
        control = control_app(self.faults, self.requests, self.site.harm)
        app = app_with_control(Faulty(self.site, self.faults), control)
        self._httpd = Httpd(self._port, app, self.requests)
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
    def site(self) -> Gallery3Site:
        """The gallery behind the server, for tests that look or meddle. Stays after the end."""
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
        return self.origin + self.site.path

    @property
    def username(self) -> str:
        """The administrator."""
        return self.site.admin.username

    @property
    def password(self) -> str:
        """The administrator's."""
        return self.site.admin.password

    @property
    def api_key(self) -> str:
        """The administrator's."""
        return self.site.admin.api_key

    def account(self, username: str) -> Account:
        """Any user's name, password and key."""
        return self.site.accounts[username]

    def describe(self) -> dict[str, str]:
        """What someone needs to use the server, as JSON-ready data. Not for logs."""
        return {
            "kind": self.kind,
            "url": self.url,
            "username": self.username,
            "password": self.password,
            "api_key": self.api_key,
        }
