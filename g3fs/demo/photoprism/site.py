"""A whole PhotoPrism site: what it would answer for any address."""

from collections.abc import Iterable, Mapping
from pathlib import Path
from urllib.parse import unquote
from wsgiref.types import StartResponse, WSGIEnvironment

from werkzeug.wrappers import Request

from g3fs.demo.faults import Facts
from g3fs.demo.faulty import Page
from g3fs.demo.library import Library
from g3fs.demo.photoprism import harming
from g3fs.demo.photoprism.accounts import Account, Session
from g3fs.demo.photoprism.calls import Call, Route, Table
from g3fs.demo.photoprism.dav.entrance import DAV_ROOTS, answer_dav
from g3fs.demo.photoprism.options import Options
from g3fs.demo.photoprism.pages import PAGES, front_page
from g3fs.demo.photoprism.persisting import load, save
from g3fs.demo.photoprism.replies import (
    NOT_KEPT,
    TEXT,
    Answer,
    Refused,
    forbidden,
    not_found,
    plain,
    redirect,
    refused,
)
from g3fs.demo.photoprism.resources.session import public_session
from g3fs.demo.photoprism.resources.table import all_routes
from g3fs.demo.photoprism.running import index_if_due, run_index
from g3fs.demo.photoprism.seeding import seed
from g3fs.demo.photoprism.state import State
from g3fs.demo.photoprism.websocket import Websocket

API = "/api/v1"
FOR_CDNS = ("status", "config")


class PhotoPrismSite:
    """State and WSGI application of one site."""

    pages: Mapping[str, Page] = PAGES

    def __init__(self, library: Library, options: Options, data: Path | None = None) -> None:
        self.options = options
        self._data = data
        self.state = State(options, ("admin", *library.users), data)
        self._table = Table(all_routes())
        self._websocket = Websocket(self.state)
        known = data is not None and load(self.state, data)
        if known or (data is not None and self.state.originals.names("")):
            run_index(self.state, "")
        else:
            seed(self.state, library)

    @property
    def admin(self) -> Account:
        """The administrator."""
        return self.state.accounts["admin"]

    @property
    def accounts(self) -> Mapping[str, Account]:
        """Everybody."""
        return self.state.accounts.by_name

    @property
    def path(self) -> str:
        """What a user would type behind host and port."""
        return self.options.base_path

    def close(self) -> None:
        """Write everything down, and let listeners go."""
        self.state.events.close()
        if self._data is not None:
            with self.state.lock:
                save(self.state, self._data)

    def harm(self, data: Mapping[str, object]) -> object:
        """Do something to the site that no client can do; ValueError if it makes no sense."""
        return harming.harm(self.state, data)

    # What the fault layer asks.

    def facts(self, environ: WSGIEnvironment) -> Facts:
        """What the request is."""
        method = environ["REQUEST_METHOD"]
        path = self._below(environ)
        kind = ""
        if path is not None and path.startswith(API + "/"):
            found = self._table.find(method, path[len(API) + 1 :])
            kind = "" if found is None else found[0].kind
        elif path is not None and path.split("/")[1] in DAV_ROOTS:
            kind = "dav"
        return Facts(method=method, resource=kind, item=None, target=environ["REQUEST_URI"])

    def wsgi(self, environ: WSGIEnvironment, start: StartResponse) -> Iterable[bytes]:
        """Answer."""
        upgrade = environ.get("HTTP_UPGRADE", "").lower()
        if upgrade == "websocket" and self._below(environ) == f"{API}/ws":
            self._websocket.run(environ, start)
        request = Request(environ)
        with request:
            try:
                answer = self._answer(request)
            except Refused as exc:
                answer = exc.answer
        return answer(environ, start)

    def _below(self, environ: WSGIEnvironment) -> str | None:
        """The decoded path below the base path; None: outside of it."""
        raw: str = environ["REQUEST_URI"]
        path = unquote(raw.partition("?")[0], errors="surrogateescape")
        base = self.options.base_path
        if path != base and not path.startswith(base + "/"):
            return None
        return path[len(base) :] or "/"

    def _answer(self, request: Request) -> Answer:
        path = self._below(request.environ)
        accept = request.headers.get("Accept", "")
        if path is None:
            return not_found(accept)
        with self.state.lock:
            index_if_due(self.state)
        if path.split("/")[1] in DAV_ROOTS:
            return answer_dav(self.state, request, path)
        if path.startswith(API + "/"):
            return self._api(request, path[len(API) + 1 :], accept)
        return (self._page(path) if request.method == "GET" else None) or not_found(accept)

    def _page(self, path: str) -> Answer | None:
        if path == "/":
            return redirect(307, f"{self.options.base_path}/library/login")
        if path == "/health":
            return plain(200, b"OK", TEXT)
        return front_page() if (path + "/").startswith("/library/") else None

    def _api(self, request: Request, path: str, accept: str) -> Answer:
        found = self._table.find(request.method, path)
        if found is None:
            return self._elsewhere(request, path) or not_found(accept)
        if "Cdn-Host" in request.headers and path not in FOR_CDNS:
            return not_found("application/json")
        route, args = found
        with self.state.lock:
            session = self._session(request)
        call = Call(self.state, request, args, session)
        self._check(route, session)
        try:
            answer = self._viewed(route, call)
        except Refused as exc:
            answer = exc.answer
        if session is not None and route.scope is not None:
            answer.headers.setdefault("Cache-Control", NOT_KEPT["Cache-Control"])
        return answer

    def _viewed(self, route: Route, call: Call) -> Answer:
        if not route.locked:
            return route.view(call)
        call.request.get_data()  # before the lock: a slow client must hold up nobody else
        with self.state.lock:
            return route.view(call)

    def _elsewhere(self, request: Request, path: str) -> Answer | None:
        """Where the address lies that was meant: one slash more or less."""
        other = path[:-1] if path.endswith("/") else f"{path}/"
        if self._table.find(request.method, other) is None or "//" in path:
            return None
        status = 301 if request.method == "GET" else 307
        location = f"{self.options.base_path}{API}/{other}"
        return redirect(status, location, page=request.method == "GET")

    def _session(self, request: Request) -> Session | None:
        if self.options.public:
            return public_session(Call(self.state, request, {}, None))
        key = request.headers.get("X-Auth-Token") or request.headers.get("X-Session-ID", "")
        kind, _, bearer = request.headers.get("Authorization", "").partition(" ")
        if kind.lower() == "bearer" and not self.options.old_sessions:
            key = bearer.strip()
        return self.state.accounts.of_key(key)

    def _check(self, route: Route, session: Session | None) -> None:
        if route.scope is None:
            return
        if session is None:
            raise refused(401, "Please log in to your account")
        if not session.covers(route.scope) or session.role not in route.roles:
            refusal = forbidden()
            refusal.answer.headers.extend(NOT_KEPT)
            raise refusal
