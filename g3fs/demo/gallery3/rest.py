"""The REST entrance: method, key, parameters, and which function answers what."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import BinaryIO, cast
from urllib.parse import unquote

from flask import Request

from g3fs.demo.faults import FaultRule
from g3fs.demo.gallery3 import comments, items, tags
from g3fs.demo.gallery3.accounts import Accounts
from g3fs.demo.gallery3.data import get_data
from g3fs.demo.gallery3.entity import Lens, escaped_url
from g3fs.demo.gallery3.gallery import Gallery
from g3fs.demo.gallery3.incoming import Call, Upload
from g3fs.demo.gallery3.inputfilter import filtered
from g3fs.demo.gallery3.refusals import Refusal, ServerError, bad_request
from g3fs.demo.gallery3.replies import Answer, Reply, failed, refused, written
from g3fs.demo.gallery3.rights import Viewer
from g3fs.demo.gallery3.rows import User
from g3fs.demo.gallery3.targets import Target

Handler = Callable[[Call], Reply]

HANDLERS: Mapping[str, Mapping[str, Handler]] = {
    "comment": {
        "get": comments.get_comment,
        "put": comments.put_comment,
        "delete": comments.delete_comment,
    },
    "comments": {"get": comments.get_comments, "post": comments.post_comments},
    "item_comments": {"get": comments.get_item_comments},
    "item_tags": {
        "get": tags.get_item_tags,
        "post": tags.post_item_tags,
        "delete": tags.delete_item_tags,
    },
    "tag_item": {"get": tags.get_tag_item, "delete": tags.delete_tag_item},
    "tag_items": {
        "get": tags.get_tag_items,
        "post": tags.post_tag_items,
        "delete": tags.delete_tag_items,
    },
    "tag": {"get": tags.get_tag, "put": tags.put_tag, "delete": tags.delete_tag},
    "tags": {"get": tags.get_tags, "post": tags.post_tags},
    "registry": {"get": lambda _: Reply(data=list(HANDLERS))},
    "data": {},
    "item": {
        "get": items.get_item,
        "post": items.post_item,
        "put": items.put_item,
        "delete": items.delete_item,
    },
    "items": {"get": items.get_items},
    "tree": {"get": items.get_tree},
}
"""Resource, then method; the order is that of `registry`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """How much an upload may weigh, in bytes; None: any amount."""

    body: int | None = None
    """The web server's limit for a request: 413."""
    post: int | None = None
    """PHP's limit for a form: the whole form is lost."""
    file: int | None = None
    """PHP's limit for a file: the file is lost."""


class RestEntrance:
    """Answers everything below /rest."""

    def __init__(self, gallery: Gallery, accounts: Accounts, limits: Limits) -> None:
        self._gallery, self._accounts, self._limits = gallery, accounts, limits

    def answer(
        self, target: Target, request: Request, site: str, damage: Mapping[str, FaultRule]
    ) -> Answer:
        """Answer one request. The body is read before the gallery's lock is taken."""
        params, upload = self._form(request)
        with self._gallery.lock:
            try:
                if not target.resource:
                    return self._log_in(request.method, params)
                user = self._user(request, params)
            except Refusal as refusal:
                return refused(refusal.status, refusal.body)
            viewer = Viewer(self._gallery, user)
            method = request.headers.get("X-Gallery-Request-Method", request.method).lower()
            lens = Lens(self._gallery, viewer, site)
            query = f"?{unquote(target.query)}" if target.query else ""
            call = Call(
                lens=lens,
                method=method,
                ident=target.ident,
                url=escaped_url(f"{lens.rest}/{target.path.strip('/')}{query}"),
                params=params,
                upload=upload,
                damage=damage,
            )
            try:
                return _dispatch(call, target.resource, request)
            except Refusal as refusal:
                return refused(refusal.status, refusal.body)
            except (ServerError, OSError):
                return failed(admin=viewer.is_admin)
            finally:
                self._gallery.save()

    def _form(self, request: Request) -> tuple[Mapping[str, str], Upload | None]:
        """The parameters by the method on the request line, whatever overrides it."""
        if request.method == "GET":
            return {k: filtered(v) for k, v in request.args.items()}, None
        too_long = (
            self._limits.post is not None and (request.content_length or 0) > self._limits.post
        )
        if request.method != "POST" or too_long:
            return {}, None
        params = {k: filtered(v) for k, v in request.form.items()}
        part = request.files.get("file")
        if part is None or not part.filename:
            return params, None
        size = part.stream.seek(0, 2)
        part.stream.seek(0)
        if self._limits.file is not None and size > self._limits.file:
            return params, None
        return params, Upload(name=part.filename, source=cast("BinaryIO", part.stream), size=size)

    def _log_in(self, method: str, params: Mapping[str, str]) -> Answer:
        key = None
        if method == "POST":
            key = self._accounts.log_in(params.get("user", ""), params.get("password", ""))
        if key is None:
            return refused(403, [])
        return written(Reply(data=key), "json", "")

    def _user(self, request: Request, params: Mapping[str, str]) -> User | None:
        """Who asks; None for the guest. The refusal 403 without a valid key."""
        key = request.headers.get("X-Gallery-Request-Key") or params.get("access_key")
        if not key:
            if self._gallery.rules.guest_access:
                return None
            raise Refusal(403)
        user = self._accounts.of_key(key)
        if user is None:
            raise Refusal(403)
        return user


def _dispatch(call: Call, resource: str, request: Request) -> Answer:
    handlers = HANDLERS.get(resource)
    if handlers is None:
        raise bad_request()
    if resource == "data" and call.method == "get":
        return get_data(call, request.headers.get("If-Modified-Since"))
    handler = handlers.get(call.method)
    if handler is None:
        raise bad_request()
    reply = handler(call)
    return written(reply, request.args.get("output", "json"), request.args.get("callback", ""))
