"""WebDAV: who may enter, and which method does what."""

import base64
import binascii
from collections.abc import Callable, Mapping
from urllib.parse import unquote, urlsplit

from werkzeug.wrappers import Request

from g3fs.demo.photoprism.accounts import Session
from g3fs.demo.photoprism.dav.listing import propfind
from g3fs.demo.photoprism.dav.moving import copy, move
from g3fs.demo.photoprism.dav.reading import get
from g3fs.demo.photoprism.dav.requests import DavRequest, Place, plain_status
from g3fs.demo.photoprism.dav.writing import delete, lock, mkcol, put, unlock
from g3fs.demo.photoprism.replies import Answer, not_found, plain
from g3fs.demo.photoprism.state import State

DAV_ROOTS = ("originals", "import")
REALM = {"Www-Authenticate": 'Basic realm="WebDAV Authorization Required"'}
ALLOWED = "OPTIONS, LOCK, DELETE, PROPPATCH, COPY, MOVE, UNLOCK, PROPFIND"
WRITES = frozenset(("PUT", "MKCOL", "MOVE", "COPY", "DELETE", "PROPPATCH", "LOCK", "UNLOCK"))


def answer_dav(state: State, request: Request, path: str) -> Answer:
    """Any request below originals or import; `path` is decoded, below the base path."""
    if state.options.public or not state.options.webdav:
        return not_found(request.headers.get("Accept", ""))
    with state.lock:
        if not _may_enter(state, request.headers.get("Authorization", "")):
            return plain(401, b"", "", REALM)
    if request.method in WRITES and state.options.read_only:
        return plain(403, b"", "")
    handler = _METHODS.get(request.method)
    if handler is None:
        return plain_status(405)
    place = _place(state, path)
    if place is None:
        return plain_status(404)
    target = request.headers.get("Destination")
    destination = None if target is None else _destination(state, target)
    return handler(DavRequest(state, request, place, destination))


def _may_enter(state: State, header: str) -> bool:
    kind, _, text = header.partition(" ")
    if kind.lower() == "bearer":
        return _good(state.accounts.of_key(text.strip()))
    if kind.lower() != "basic":
        return False
    try:
        name, _, password = base64.b64decode(text).decode().partition(":")
    except (binascii.Error, UnicodeDecodeError):
        return False
    user = state.accounts.users.get(name.lower())
    if user is not None and user.webdav and user.password == password:
        return True
    session = state.accounts.of_key(password)
    return _good(session) and session is not None and session.user is user


def _good(session: Session | None) -> bool:
    user = None if session is None else session.user
    return session is not None and user is not None and user.webdav and session.covers("webdav")


def _place(state: State, path: str) -> Place | None:
    """None: the name is none that the disk takes."""
    _, word, *parts = path.split("/")
    names = [part for part in parts if part]
    if any(name in (".", "..") or len(name.encode(errors="surrogateescape")) > 255
           or "\0" in name for name in names):  # fmt: skip
        return None
    disk = state.originals if word == "originals" else state.imports
    return Place(disk=disk, root=word, path="/".join(names))


def _destination(state: State, target: str) -> Place | None:
    path = unquote(urlsplit(target).path, errors="surrogateescape")
    base = state.options.base_path
    below = path[len(base) :]
    if not path.startswith(base) or below.split("/")[1:2] not in ([w] for w in DAV_ROOTS):
        return None
    return _place(state, below)


def _options(dav: DavRequest) -> Answer:
    return plain(200, b"", "", {"Dav": "1, 2", "Allow": ALLOWED})


def _proppatch(dav: DavRequest) -> Answer:
    """Properties are accepted and forgotten."""
    return propfind(dav) if dav.stat is not None else plain_status(404)


_METHODS: Mapping[str, Callable[[DavRequest], Answer]] = {
    "OPTIONS": _options,
    "PROPFIND": propfind,
    "PROPPATCH": _proppatch,
    "GET": get,
    "HEAD": get,
    "PUT": put,
    "MKCOL": mkcol,
    "MOVE": move,
    "COPY": copy,
    "DELETE": delete,
    "LOCK": lock,
    "UNLOCK": unlock,
}
