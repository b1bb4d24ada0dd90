"""Who may come in: API key, cookie, an open server, and the lock after a public visitor."""

import hashlib
import hmac
import ipaddress
import secrets
import time
from email.utils import formatdate
from urllib.parse import parse_qs, quote

from werkzeug.wrappers import Request

from g3fs.demo.stash.answers import (
    Answer,
    plain,
    redirect,
    text,
    unauthorized,
    web_page,
)
from g3fs.demo.stash.options import Options, Settings

EXPOSED = (
    "Stash is exposed to the public internet without authentication, and is not serving any"
    " more content to protect your privacy. More information and fixes are available in the"
    " documentation of authentication: it was accessed over the internet."
)
VISITED = (
    "You have attempted to access Stash over the internet, and authentication is not enabled."
    " This is extremely dangerous! The whole world can see your stash page and browse your"
    " files! Stash is not answering any other requests to protect your privacy. Please read"
    " the log entry or visit the documentation of authentication without credentials."
)
LOGIN_PAGE = b'<!DOCTYPE html>\n<html lang="en">\n<head><title>Login</title></head></html>\n'
WRONG = "Username or password is invalid"
PLAIN_LOGIN = 29
"""Since this release the login answers 200 and 401; before 302 and a page."""


class Gate:
    """Checks credentials and hands out cookies."""

    def __init__(self, options: Options, settings: Settings) -> None:
        self._options, self._settings = options, settings
        self._secret = secrets.token_bytes(32)

    def refusal(self, request: Request) -> Answer | None:
        """The answer for someone who may not come in; None: welcome."""
        if self._settings.locked:
            return text(403, EXPOSED)
        given = request.headers.get("ApiKey") or request.args.get("apikey") or ""
        if given and not hmac.compare_digest(given.encode(), self._settings.api_key.encode()):
            return unauthorized()
        if not self._settings.username:
            return self._visitor(request)
        if given or self.has_session(request):
            return None
        last = request.path.rpartition("/")[2]
        if request.path == "/graphql" or "." in last:
            return unauthorized()
        prefix = request.headers.get("X-Forwarded-Prefix", "").rstrip("/")
        wanted = quote(prefix + request.environ["g3fs.demo.stash.uri"], safe="")
        return redirect(f"{prefix}/login?returnURL={wanted}")

    def _visitor(self, request: Request) -> Answer | None:
        """Someone without credentials on an open server: fine from a private address."""
        for hop in request.headers.get("X-Forwarded-For", "").split(","):
            try:
                public = ipaddress.ip_address(hop.strip()).is_global
            except ValueError:
                continue
            if public:
                self._settings.locked = True
                return text(403, VISITED)
        return None

    def has_session(self, request: Request) -> bool:
        """Whether a cookie that was handed out came back in time."""
        expires, _, mark = request.cookies.get("session", "").partition(".")
        if not expires.isdigit() or int(expires) < time.time():
            return False
        return hmac.compare_digest(mark, self._mark(expires))

    def renew(self, answer: Answer) -> None:
        """Put a fresh cookie into an answer."""
        age = self._options.session_s
        until = formatdate(int(time.time()) + age, usegmt=True)
        cookie = f"session={self.cookie()}; Path=/; Expires={until}; Max-Age={age}; SameSite=Lax"
        answer.headers.add("Set-Cookie", cookie)

    def cookie(self) -> str:
        """A value that opens the door for as long as a session lasts."""
        expires = str(int(time.time()) + self._options.session_s)
        return f"{expires}.{self._mark(expires)}"

    def _mark(self, expires: str) -> str:
        words = f"{expires}/{self._settings.username}".encode()
        return hmac.new(self._secret, words, hashlib.sha256).hexdigest()

    def forget_sessions(self) -> None:
        """No cookie that was handed out so far is good any more."""
        self._secret = secrets.token_bytes(32)

    # The addresses of the login.

    def login(self, request: Request) -> Answer:
        """GET shows a page, POST takes a form."""
        if not self._settings.username:
            return redirect("/")
        if request.method != "POST":
            return web_page(LOGIN_PAGE)
        form = parse_qs(request.get_data(as_text=True), keep_blank_values=True)
        if request.mimetype != "application/x-www-form-urlencoded":
            form = {}
        given = tuple(form.get(name, [""])[0] for name in ("username", "password"))
        modern = self._options.release >= PLAIN_LOGIN
        if given != (self._settings.username, self._settings.password):
            return text(401, WRONG) if modern else web_page(LOGIN_PAGE)
        onward = {} if modern else {"Location": form.get("returnURL", ["/"])[0]}
        answer = plain(200 if modern else 302, b"", "", onward)
        self.renew(answer)
        return answer

    def logout(self, request: Request) -> Answer:
        """Clears the cookie in the browser; its value stays good until it expires."""
        prefix = request.headers.get("X-Forwarded-Prefix", "").rstrip("/")
        answer = redirect(f"{prefix}/login")
        if self.has_session(request):
            self.renew(answer)
        past = formatdate(1, usegmt=True)
        cleared = f"session=; Path=/; Expires={past}; Max-Age=0; SameSite=Lax"
        answer.headers.add("Set-Cookie", cleared)
        return answer
