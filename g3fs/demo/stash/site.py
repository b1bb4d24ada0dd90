"""A whole Stash: what the web server would answer for any address."""

import io
import json
import secrets
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from urllib.parse import unquote
from wsgiref.types import StartResponse, WSGIEnvironment

from graphql import FieldNode, GraphQLError, OperationDefinitionNode, parse
from werkzeug.wrappers import Request

from g3fs.demo.faults import Facts
from g3fs.demo.faulty import Page
from g3fs.demo.library import Library
from g3fs.demo.stash.answers import Answer, no_page, not_found, plain, web_page
from g3fs.demo.stash.damage import damage
from g3fs.demo.stash.endpoint import answer
from g3fs.demo.stash.gate import Gate
from g3fs.demo.stash.media import SUBJECTS, Media
from g3fs.demo.stash.options import Options
from g3fs.demo.stash.seeding import open_world
from g3fs.demo.stash.sockets import serve_socket

URI = "g3fs.demo.stash.uri"
"""Key in the WSGI environment: path and query behind the prefix, as they came."""


@dataclass(frozen=True, slots=True)
class Admin:
    """The one user."""

    username: str
    password: str
    api_key: str


class StashSite:
    """State and WSGI application of one server."""

    def __init__(self, library: Library, options: Options, data: Path | None = None) -> None:
        self.options = options
        password = secrets.token_urlsafe(9) if options.password is None else options.password
        key = secrets.token_urlsafe(24) if options.api_key is None else options.api_key
        self.keeper = open_world(library, options, data, (password, key))
        self.world = self.keeper.world
        self.gate = Gate(options, self.world.settings)
        self.pages: Mapping[str, Page] = {
            "maintenance": Page(status=503, body=b"<html><body>maintenance</body></html>"),
            "rest_off": Page(status=404, body=b"<html><body>404 Not Found</body></html>"),
            "too_large": Page(status=413, body=b"<html><body>413 Too Large</body></html>"),
            "uri_too_long": Page(status=414, body=b"<html><body>414 Too Large</body></html>"),
        }
        self._media = Media(self.world)

    @property
    def admin(self) -> Admin:
        """Whoever has the password; everything is empty on an open server."""
        settings = self.world.settings
        if not settings.username:
            return Admin("", "", "")
        return Admin(settings.username, settings.password, settings.api_key)

    @property
    def path(self) -> str:
        """What a user would type behind host and port."""
        return self.options.base_path

    def close(self) -> None:
        """End jobs, write everything down."""
        self.world.jobs.close()
        self.keeper.save()

    def harm(self, data: Mapping[str, object]) -> object:
        """See `damage`."""
        return damage(self.world, self.gate, data)

    # What the fault layer asks.

    def facts(self, environ: WSGIEnvironment) -> Facts:
        """What the request is; of a GraphQL request the body is read for its root fields."""
        uri = environ["REQUEST_URI"]
        path = self._inside(uri).partition("?")[0]
        method = environ["REQUEST_METHOD"]
        if path == "/graphql":
            upgrade = environ.get("HTTP_UPGRADE", "").lower() == "websocket"
            resource = "socket" if upgrade else _root_fields(environ)
            return Facts(method=method, resource=resource, item=None, target=uri)
        parts = [part for part in path.split("/") if part]
        item = int(parts[1]) if len(parts) > 1 and parts[1].isdigit() else None
        if len(parts) > 2 and parts[0] in SUBJECTS:
            return Facts(method=method, resource=parts[2], item=item, target=uri)
        resource = parts[0] if parts and parts[0] in ("login", "logout", "healthz") else ""
        return Facts(method=method, resource=resource, item=None, target=uri)

    def wsgi(self, environ: WSGIEnvironment, start: StartResponse) -> Iterable[bytes]:
        """Answer."""
        environ[URI] = self._inside(environ["REQUEST_URI"])
        environ["PATH_INFO"] = unquote(environ[URI].partition("?")[0], "latin-1")
        if self.options.base_path:
            environ.setdefault("HTTP_X_FORWARDED_PREFIX", self.options.base_path)
        request = Request(environ)
        return self._answer(request)(environ, start)

    def _inside(self, uri: str) -> str:
        """The address as the server sees it behind its proxy; "" outside of the prefix."""
        base = self.options.base_path
        if not base:
            return uri
        path = uri.partition("?")[0]
        if path != base and not path.startswith(base + "/"):
            return ""
        return uri[len(base) :] or "/"

    def _answer(self, request: Request) -> Answer:
        path = request.environ[URI].partition("?")[0]
        if not path:
            return not_found()
        if path == "/healthz":
            return plain(200, b".", "text/plain")
        if path == "/login" and not self.world.settings.locked:
            return self.gate.login(request)
        refused = self.gate.refusal(request)
        if refused is not None:
            return refused
        result = self._inner(request, [part for part in path.split("/") if part])
        if path != "/logout" and self.gate.has_session(request):
            self.gate.renew(result)
        return result

    def _inner(self, request: Request, parts: list[str]) -> Answer:
        if parts == ["graphql"] and request.method != "HEAD":
            if request.headers.get("Upgrade", "").lower() == "websocket":
                return serve_socket(self.world, request, self._base(request))
            return answer(self.world, request, self._base(request))
        if parts == ["logout"]:
            return self.gate.logout(request)
        if parts and (parts[0] in SUBJECTS or parts == ["graphql"]):
            return self._bytes(request, parts)
        last = parts[-1] if parts else ""
        return no_page() if "." in last else web_page()

    def _bytes(self, request: Request, parts: list[str]) -> Answer:
        known = len(parts) > 2 or parts == ["graphql"]
        if request.method == "HEAD" or (known and request.method != "GET"):
            return plain(405, b"") if known else not_found()
        return self._media.answer(request, parts)

    def _base(self, request: Request) -> str:
        """How addresses in answers begin."""
        prefix = request.headers.get("X-Forwarded-Prefix", "").rstrip("/")
        if self.options.external_host:
            return self.options.external_host.rstrip("/") + prefix
        scheme = request.headers.get("X-Forwarded-Proto", "http")
        return f"{scheme}://{request.headers.get('Host', '')}{prefix}"


def _root_fields(environ: WSGIEnvironment) -> str:
    """What a GraphQL request asks for, as `findImage+findTag`; `graphql` when that is unclear."""
    data = environ["wsgi.input"].read()
    environ["wsgi.input"] = io.BytesIO(data)
    try:
        body = json.loads(data.decode("utf-8", "surrogateescape"))
        return _fields_of(body["query"]) or "graphql"
    except (ValueError, KeyError, TypeError, GraphQLError):
        return "graphql"


@lru_cache(maxsize=256)
def _fields_of(document: str) -> str:
    names: list[str] = []
    for node in parse(document, no_location=True).definitions:
        if isinstance(node, OperationDefinitionNode):
            selected = node.selection_set.selections
            names += [one.name.value for one in selected if isinstance(one, FieldNode)]
    return "+".join(dict.fromkeys(names))
