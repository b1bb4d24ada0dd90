"""A whole Gallery 3 site: what the web server would answer for any address."""

import secrets
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO
from wsgiref.types import StartResponse, WSGIEnvironment

from flask import Flask, Request, request

from g3fs.demo.faults import Facts
from g3fs.demo.faulty import RULES, Page
from g3fs.demo.gallery3.accounts import Account, Accounts
from g3fs.demo.gallery3.damage import lose
from g3fs.demo.gallery3.gallery import Gallery, Rules
from g3fs.demo.gallery3.hostile import infest
from g3fs.demo.gallery3.public import Openness, get_public, web_page
from g3fs.demo.gallery3.refusals import error_page, login_page
from g3fs.demo.gallery3.replies import HTML, NOT_KEPT, Answer, dynamic
from g3fs.demo.gallery3.rest import Limits, RestEntrance
from g3fs.demo.gallery3.rights import DEFAULTS, set_right
from g3fs.demo.gallery3.seeding import seed
from g3fs.demo.gallery3.snapshot import Shown, snapshot
from g3fs.demo.gallery3.soundness import complaints
from g3fs.demo.gallery3.targets import facts_of, target_of
from g3fs.demo.library import Library

REQUEST_LINE_MAX = 8190
"""Bytes of method, address and version together; nginx takes 8 kB with the line end."""
FRONT_PAGE = (
    b"<!DOCTYPE html>\n<html><head><title>Gallery</title></head><body>Gallery</body></html>\n"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """How the site is set up."""

    base_path: str = ""
    """Where it is mounted: "" or "/gallery3"."""
    own_site: str | None = None
    """The address that it believes to have, `index.php` included; None: what the client used."""
    rules: Rules = field(default_factory=Rules)
    limits: Limits = field(default_factory=Limits)
    public_files: Openness = "all"
    passwords: Mapping[str, str] = field(default_factory=dict, repr=False)
    """By user name; random ones for the others."""
    keys: Mapping[str, str] = field(default_factory=dict, repr=False)


class SiteRequest(Request):
    """A request whose files are closed even if its form ends in the middle."""

    def __init__(self, environ: WSGIEnvironment) -> None:
        super().__init__(environ)
        self._opened: list[IO[bytes]] = []

    def _get_file_stream(
        self,
        total_content_length: int | None,
        content_type: str | None,
        filename: str | None = None,
        content_length: int | None = None,
    ) -> IO[bytes]:
        stream = super()._get_file_stream(
            total_content_length, content_type, filename, content_length
        )
        self._opened.append(stream)
        return stream

    def close(self) -> None:
        super().close()
        for stream in self._opened:
            stream.close()


class Gallery3Site:
    """State and WSGI application of one site."""

    def __init__(self, library: Library, options: Options, data: Path | None = None) -> None:
        if data is not None:
            data.mkdir(parents=True, exist_ok=True)
        self.options = options
        self.gallery = Gallery(options.rules, data)
        names = ("admin", *library.users)
        self.accounts = Accounts(self.gallery, names, options.passwords, options.keys)
        if not len(self.gallery.items):
            seed(self.gallery, library, self.accounts)
        self.gallery.save()
        self._rest = RestEntrance(self.gallery, self.accounts, options.limits)
        self._cookie = f"g3sid={secrets.token_hex(13)}; path=/; HttpOnly"
        kept_out = (*NOT_KEPT, ("Set-Cookie", self._cookie))
        self.pages: Mapping[str, Page] = {
            "maintenance": Page(status=200, body=login_page(), headers=kept_out),
            "rest_off": Page(status=404, body=error_page("404 Not Found", 1200), headers=kept_out),
            "too_large": _page_of(413, "Request Entity Too Large"),
            "uri_too_long": _page_of(414, "Request-URI Too Large"),
        }
        self._app = self._flask_app()

    @property
    def admin(self) -> Account:
        """The administrator."""
        return self.accounts["admin"]

    @property
    def path(self) -> str:
        """What a user would type behind host and port."""
        return self.options.base_path + "/index.php"

    def close(self) -> None:
        """Write everything down and give the files back."""
        self.gallery.close()

    # What the fault layer asks.

    def facts(self, environ: WSGIEnvironment) -> Facts:
        """What the request is."""
        override = environ.get("HTTP_X_GALLERY_REQUEST_METHOD", "")
        uri = environ["REQUEST_URI"]
        return facts_of(uri, self.options.base_path, environ["REQUEST_METHOD"], override)

    def wsgi(self, environ: WSGIEnvironment, start: StartResponse) -> Iterable[bytes]:
        """Answer."""
        return self._app.wsgi_app(environ, start)

    def harm(self, data: Mapping[str, object]) -> object:
        """Damage an item, change a right in an album, or put a hostile album into one.

        {"kind": "lost_thumb", "item": 7}, or `lost_original`, `misplaced`, `crippled`;
        {"kind": "right", "item": 2, "audience": "members", "right": "view", "allowed": false};
        {"kind": "hostile", "item": 1}. What comes back is the item that was touched or made.

        Raises:
            ValueError: what is asked for makes no sense.
        """
        with self.gallery.lock:
            item = self.gallery.items.get(int(str(data.get("item", 0))))
            if item is None:
                raise ValueError(f"no item {data.get('item')!r}")
            match data.get("kind"):
                case "right":
                    self._set_right(item.id, data)
                case "hostile":
                    item = infest(self.gallery, item)
                case kind:
                    lose(self.gallery, item, str(kind))
            self.gallery.save()
        return {"item": item.id}

    def _set_right(self, album_id: int, data: Mapping[str, object]) -> None:
        audience, right, allowed = (data.get(name) for name in ("audience", "right", "allowed"))
        known = next((one for one in DEFAULTS if one == right), None)
        if audience not in ("guests", "members") or known is None:
            raise ValueError(f"no such right: {audience!r} {right!r}")
        if allowed is not None and not isinstance(allowed, bool):
            raise ValueError("allowed is true, false or null")
        set_right(self.gallery, self.gallery.item(album_id), audience, known, allowed=allowed)

    # What tests look at.

    def snapshot(self) -> Mapping[str, Shown]:
        """Everything that the gallery holds, by path; see `snapshot.py`."""
        with self.gallery.lock:
            return snapshot(self.gallery)

    def complaints(self) -> list[str]:
        """What is broken in the gallery itself; nothing, as long as nobody harmed it."""
        with self.gallery.lock:
            return complaints(self.gallery)

    # What browsers and clients ask.

    def _flask_app(self) -> Flask:
        app = Flask(__name__, static_folder=None)
        app.request_class = SiteRequest
        app.url_map.merge_slashes = False
        app.config["MAX_FORM_MEMORY_SIZE"] = None
        # A client that left in the middle of its body is no error, and gets no answer.
        app.config["PROPAGATE_EXCEPTIONS"] = True
        methods = ["GET", "HEAD", "POST", "PUT", "DELETE", "PATCH", "OPTIONS"]
        for rule in ("/", "/<path:path>"):
            app.add_url_rule(
                rule, view_func=self._serve, methods=methods, provide_automatic_options=False
            )
        return app

    def _serve(self, path: str = "") -> Answer:
        uri = request.environ["REQUEST_URI"]
        if len(f"{request.method} {uri} HTTP/1.1") > REQUEST_LINE_MAX:
            return web_page(414, "Request-URI Too Large")
        limit = self.options.limits.body
        if limit is not None and (request.content_length or 0) > limit:
            return web_page(413, "Request Entity Too Large")
        target = target_of(uri, self.options.base_path)
        if target.area == "public" and self.options.public_files == "all":
            headers = {name.lower(): value for name, value in request.headers.items()}
            return get_public(self.gallery, target.path, headers)
        if target.area == "rest":
            damage = request.environ.get(RULES, {})
            answer = self._rest.answer(target, request, self._site(), damage)
            answer.headers.add("Set-Cookie", self._cookie)
            return answer
        if target.area == "page" and target.path in ("", "/"):
            return dynamic(200, FRONT_PAGE, HTML)
        return web_page(404, "Not Found")

    def _site(self) -> str:
        own = self.options.own_site
        return own or f"http://{request.host}{self.options.base_path}/index.php"


def _page_of(status: int, reason: str) -> Page:
    return Page(status=status, body=web_page(status, reason).get_data(), content_type="text/html")
