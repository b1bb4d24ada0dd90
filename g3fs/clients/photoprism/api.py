"""Calls of the API: addresses, JSON in and out, and answers that were checked."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import quote, urlencode

from g3fs.clients.photoprism.locks import Changes
from g3fs.clients.photoprism.replies import checked
from g3fs.clients.photoprism.tokens import Tokens
from g3fs.clients.photoprism.wire.fields import decoded
from g3fs.gallery.errors import BadName, Invalid
from g3fs.http.cancel import Cancel
from g3fs.http.exchange import Http
from g3fs.http.messages import Reply, Request, Upload

JSON_TYPE = "application/json"
FORM_TYPE = "application/x-www-form-urlencoded"

_UID = re.compile(r"[0-9A-Za-z]{1,64}", re.ASCII)
_HASH = re.compile(r"[0-9a-f]{40}", re.ASCII)


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """How a call is made; the defaults suit a change that is not to be sent twice."""

    repeatable: bool = False
    """Doing it twice is the same as once."""
    changes_files: bool = False
    """A read-only site refuses it."""
    credentials: bool = True
    timeout_s: float | None = None
    """For calls that answer when they are done; None: as the options say."""
    cancel: Cancel | None = None


AGAIN = Call(repeatable=True)
ONCE = Call()


class Api:
    """One server, seen by one user; for several threads."""

    def __init__(self, http: Http, base: str, tokens: Tokens, changes: Changes) -> None:
        """`base`: the path that the site lies under, such as `/pics`; "" for none."""
        self.http = http
        self.base = base
        self.tokens = tokens
        self.changes = changes
        self.readonly = False
        """The site is in read-only mode; learned at the login."""

    def get(self, path: str, params: Mapping[str, str] | None = None) -> object:
        """Read a resource."""
        return decoded(self.get_reply(path, params).body)

    def get_reply(self, path: str, params: Mapping[str, str] | None = None) -> Reply:
        """Read a resource, with the headers."""
        target = self.target(path, params)
        return self._asked(Request(method="GET", target=target, headers=_headers()), path, AGAIN)

    def send(
        self, method: str, path: str, body: Mapping[str, object] | None = None, call: Call = ONCE
    ) -> object:
        """POST, PUT or DELETE, with a JSON body or without any."""
        data = None if body is None else json.dumps(body, ensure_ascii=False).encode()
        reply = self.send_data(method, path, data, JSON_TYPE, call)
        return decoded(reply.body)

    def send_data(
        self, method: str, path: str, data: bytes | Upload | None, media_type: str, call: Call
    ) -> Reply:
        """The same with a body of another type; the answer is checked and not read."""
        request = Request(
            method=method,
            target=self.target(path),
            headers=_headers() if data is None else _headers(media_type),
            body=data,
        )
        return self._asked(request, path, call)

    def target(self, path: str, params: Mapping[str, str] | None = None) -> str:
        """The target of a call below `api/v1`."""
        target = f"{self.base}/api/v1/{path}"
        return f"{target}?{urlencode(params, quote_via=quote, safe='|*/')}" if params else target

    def _asked(self, request: Request, path: str, call: Call) -> Reply:
        full = Request(
            method=request.method,
            target=request.target,
            headers=request.headers,
            body=request.body,
            repeatable=call.repeatable,
            credentials=call.credentials,
            timeout_s=call.timeout_s,
            wait_s=call.timeout_s,
        )
        reply = self.http.request(full, call.cancel)
        self.tokens.learn(reply.headers)
        readonly = self.readonly and call.changes_files
        return checked(reply, _named(path), readonly=readonly)


def uid(text: str) -> str:
    """A uid as part of an address.

    Raises:
        Invalid: no uid has such characters.
    """
    if not _UID.fullmatch(text):
        raise Invalid(f"{text!r} is no uid")
    return text


def sha1(text: str) -> str:
    """A hash as part of an address: the server knows lower case only."""
    lower = text.lower()
    if not _HASH.fullmatch(lower):
        raise Invalid(f"{text!r} is no SHA-1")
    return lower


def quoted(path: str) -> str:
    """A path of names as part of an address, without slashes at its ends.

    Raises:
        BadName: `.`, `..` or nothing between two slashes would lead elsewhere.
    """
    names = path.strip("/").split("/") if path.strip("/") else []
    if any(name in ("", ".", "..") for name in names):
        raise BadName(f"{path!r} is no path that can be asked for")
    return "/".join(quote(name.encode("utf-8", "surrogateescape"), safe="") for name in names)


def _headers(media_type: str | None = None) -> Mapping[str, str]:
    # With it the router answers unknown addresses in JSON, not with a page of 7 kB.
    accept = {"Accept": JSON_TYPE}
    return accept if media_type is None else {**accept, "Content-Type": media_type}


def _named(path: str) -> str:
    return path.partition("?")[0].replace("/", " ", 1)
