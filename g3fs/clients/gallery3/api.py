"""Calls of the REST API: addresses, forms, the method override, and answers that were checked."""

import logging
import threading
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager, nullcontext
from urllib.parse import quote, urlencode

from g3fs.clients.gallery3 import wire
from g3fs.clients.gallery3.address import server_prefix
from g3fs.clients.gallery3.escape import escaped_json
from g3fs.clients.gallery3.lock import Structure
from g3fs.clients.gallery3.replies import FAILED, checked
from g3fs.gallery.errors import AccessDenied, LoginRefused, NotFound
from g3fs.http.exchange import Http
from g3fs.http.messages import Reply, Request
from g3fs.http.multipart import Multipart

log = logging.getLogger(__name__)

Denied = Callable[[], bool]
"""Asked after a 500: whether this user surely lacks the right."""

Params = Mapping[str, str | int | None]

KEY_HEADER = "X-Gallery-Request-Key"
METHOD_HEADER = "X-Gallery-Request-Method"
ROOT_ID = 1

_LOGIN_REFUSED = 403
_FORM = "application/x-www-form-urlencoded"
_MAX_QUERY = 4000
"""Web servers take addresses of 8 kB and more; the path and a proxy's own additions count too."""


class Api:
    """One gallery, seen by one user; for several threads."""

    def __init__(self, http: Http, base: str, structure: Structure) -> None:
        """`base`: our path above `rest`, such as `/gallery3/index.php`."""
        self.http = http
        self.base = base
        self.structure = structure
        self._prefix: str | None = None
        self._prefix_lock = threading.Lock()

    def login(self, user: str, password: str) -> str:
        """Get the key of a user; it is the same at every login.

        Raises:
            LoginRefused: a wrong name or password, or too many failed logins on the web page.
        """
        request = Request(
            method="POST",
            target=f"{self.base}/rest",
            headers={"Content-Type": _FORM},
            body=urlencode({"user": user, "password": password}).encode("ascii"),
            repeatable=True,
            credentials=False,
        )
        reply = self.http.request(request)
        if reply.status == _LOGIN_REFUSED:
            raise LoginRefused(
                "wrong name or password (or locked for a minute after failed logins on the site)"
            )
        return wire.key_from(_json(checked(reply, "the login")))

    def get(self, path: str, params: Params | None = None, *, paths: bool = False) -> object:
        """Read a resource; a long list of parameters goes into the body.

        `paths`: the server computes paths for it, which must not meet a structural write.
        """
        query = _query(params)
        request = Request(method="GET", target=self._target(path, query), repeatable=True)
        if len(query) > _MAX_QUERY:
            request = self._form("get", path, query)
        with self._reading(paths):
            return _json(checked(self.http.request(request), _named(path)))

    def post(
        self, path: str, entity: Mapping[str, object], *, denied: Denied | None = None
    ) -> object:
        """Create something. `denied` tells, after a 500, whether the rights are missing."""
        form = urlencode({"entity": escaped_json(entity)})
        return _json(self._change(self._form("post", path, form), path, denied))

    def put(
        self,
        path: str,
        entity: Mapping[str, object] | None,
        *,
        members: list[str] | None = None,
        denied: Denied | None = None,
    ) -> None:
        """Change something. That it was taken is not in the answer: read it back."""
        fields = {"entity": escaped_json(entity)} if entity is not None else {}
        if members is not None:
            fields["members"] = escaped_json(members)
        self._change(self._form("put", path, urlencode(fields)), path, denied)

    def send(self, method: str, path: str, body: Multipart, denied: Denied | None = None) -> object:
        """POST or PUT with a file."""
        request = Request(
            method="POST",
            target=self._target(path),
            headers={"Content-Type": body.content_type, METHOD_HEADER: method},
            body=body,
        )
        return _json(self._change(request, path, denied, uploading=True))

    def delete(self, path: str, *, denied: Denied | None = None) -> None:
        """Remove something."""
        self._change(self._form("delete", path, ""), path, denied)

    def url_of(self, resource: str, number: int) -> str:
        """The server's own address of an object, as it wants it in `parent`, `tag` and the like.

        The server cuts off as many characters as its own prefix has, without comparing them.
        """
        return f"{self.prefix}/{resource}/{number}"

    @property
    def prefix(self) -> str:
        """What the server puts before `/item/1`; asked once."""
        with self._prefix_lock:
            if self._prefix is None:
                self._prefix = self._asked_prefix()
            return self._prefix

    def learn_prefix(self, reply: object) -> None:
        """Take the prefix from an answer to GET item/1, which somebody needed anyway."""
        prefix = server_prefix(wire.url_from(reply), ROOT_ID)
        if prefix is not None:
            with self._prefix_lock:
                self._prefix = prefix

    def _asked_prefix(self) -> str:
        try:
            reply = self.get(f"item/{ROOT_ID}", {"random": "true"}, paths=True)
        except NotFound:
            prefix = None  # the root is hidden from this user
        else:
            prefix = server_prefix(wire.url_from(reply), ROOT_ID)
        return prefix or f"{self.http.origin}{self.base}/rest"

    def _change(
        self,
        request: Request,
        path: str,
        denied: Denied | None,
        *,
        uploading: bool = False,
    ) -> Reply:
        reply = self.http.request(request)
        if reply.status == FAILED and denied is not None and denied():
            raise AccessDenied(f"this user may not change {_named(path)}")
        return checked(reply, _named(path), uploading=uploading)

    def _form(self, method: str, path: str, form: str) -> Request:
        return Request(
            method="POST",
            target=self._target(path),
            headers={"Content-Type": _FORM, METHOD_HEADER: method},
            body=form.encode("ascii"),
            repeatable=method == "get",
        )

    def _target(self, path: str, query: str = "") -> str:
        target = f"{self.base}/rest/{path}"
        return f"{target}?{query}" if query else target

    def _reading(self, paths: bool) -> AbstractContextManager[None]:
        return self.structure.reading() if paths else nullcontext()


def _query(params: Params | None) -> str:
    given = {name: value for name, value in (params or {}).items() if value is not None}
    return urlencode(given, quote_via=quote, safe=",")


def _json(reply: Reply) -> object:
    return wire.decoded(reply.body)


def _named(path: str) -> str:
    return path.replace("/", " ", 1)
