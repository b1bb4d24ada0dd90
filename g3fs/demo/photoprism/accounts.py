"""Users, sessions, app passwords, tokens for bytes, and the brake on failed logins."""

import hashlib
import hmac
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field

from g3fs.demo.photoprism.brake import Brake
from g3fs.demo.photoprism.catalog import Catalog
from g3fs.demo.photoprism.options import Options
from g3fs.demo.photoprism.times import SECOND
from g3fs.demo.photoprism.uids import DIGITS

YEAR_S = 31_536_000
PUBLIC_KEY = "2342".ljust(48, "0")


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """Someone who can log in, as tests and users need to know."""

    username: str
    password: str = field(repr=False)
    api_key: str = field(repr=False)


@dataclass(slots=True, kw_only=True)
class User:
    """A row of the users."""

    id: int
    uid: str
    name: str
    role: str
    password: str = field(repr=False)
    download_token: str = field(repr=False)
    preview_token: str = field(repr=False)
    webdav: bool = False
    display_name: str = ""


@dataclass(slots=True, kw_only=True)
class Session:
    """A key and what it opens."""

    key: str = field(repr=False)
    user: User | None
    """None: an OAuth2 client without a user."""
    provider: str
    scope: str = ""
    created: int = 0
    lifetime_s: int = YEAR_S
    client_name: str = ""
    shares: tuple[str, ...] = ()
    link_tokens: tuple[str, ...] = ()

    @property
    def session_id(self) -> str:
        """No key."""
        return hashlib.sha256(self.key.encode()).hexdigest()

    @property
    def role(self) -> str:
        return "client" if self.user is None else self.user.role

    def covers(self, resource: str) -> bool:
        """Whether the scope of the key includes a resource."""
        return self.scope in ("", "*") or resource in self.scope.split()


@dataclass(frozen=True, slots=True, kw_only=True)
class Client:
    """An OAuth2 client."""

    id: str
    secret: str = field(repr=False)
    name: str
    scope: str
    user: str | None


class Accounts:
    """Who may do what. Callers hold the site's lock."""

    def __init__(self, catalog: Catalog, options: Options, names: tuple[str, ...]) -> None:
        self._catalog, self._options = catalog, options
        self.users: dict[str, User] = {}
        self.sessions: dict[str, Session] = {}
        self.clients: dict[str, Client] = {}
        self.known_tokens: dict[str, str] = {}
        """Token to kind (download, preview); empty after a restart."""
        self.brake = Brake(catalog.clock)
        self.by_name: dict[str, Account] = {}
        for number, name in enumerate(names):
            self._add(number, name)

    def _add(self, number: int, name: str) -> None:
        download, preview = self._options.tokens.get(name, (_token(), _token()))
        user = User(
            id=number + 1,
            uid=self._catalog.uid("u"),
            name=name,
            display_name=name.capitalize(),
            role="guest" if number else "admin",
            password=self._options.passwords.get(name) or secrets.token_urlsafe(12),
            download_token=download,
            preview_token=preview,
            webdav=number == 0,
        )
        self.users[name] = user
        key = self._options.keys.get(name) or new_app_password()
        self.make_app_password(user, "*", "g3fs", key=key)
        self.learn_tokens(user)
        self.by_name[name] = Account(username=name, password=user.password, api_key=key)

    def __getitem__(self, name: str) -> Account:
        """Name, password and app password of a user."""
        return self.by_name[name]

    def restore(self, name: str, uid: str, key: str) -> None:
        """Give a user the uid and the app password of an earlier run, unless others are set."""
        user = self.users.get(name)
        if user is None:
            return
        user.uid = uid
        if name not in self._options.keys:
            account = self.by_name[name]
            del self.sessions[account.api_key]
            self.make_app_password(user, "*", "g3fs", key=key)
            self.by_name[name] = Account(username=name, password=account.password, api_key=key)

    @property
    def admin(self) -> User:
        """The first user."""
        return next(iter(self.users.values()))

    # Keys.

    def make_app_password(
        self, user: User, scope: str = "*", name: str = "", *, key: str | None = None
    ) -> Session:
        """A key that needs no login; `key` only to have a known one."""
        return self.keep(
            Session(
                key=key or new_app_password(),
                user=user,
                provider="application",
                scope=scope,
                client_name=name,
            )
        )

    def make_client(
        self, name: str, scope: str = "*", user: str | None = None, **known: str
    ) -> Client:
        """An OAuth2 client; `id` and `secret` may be given."""
        client = Client(
            id=known.get("id") or self._catalog.uid("c"),
            secret=known.get("secret") or secrets.token_hex(16),
            name=name,
            scope=scope,
            user=user,
        )
        self.clients[client.id] = client
        return client

    def keep(self, session: Session) -> Session:
        """Let a session count from now on."""
        session.created = session.created or self._catalog.clock()
        self.sessions[session.key] = session
        if session.user is not None:
            self.learn_tokens(session.user)
        return session

    def of_key(self, key: str) -> Session | None:
        """The session of a key, unless it has expired; its user's tokens are known from now on."""
        session = self.sessions.get(key)
        if session is None or self.left_s(session) <= 0:
            return None
        if session.user is not None:
            self.learn_tokens(session.user)
        return session

    def left_s(self, session: Session) -> int:
        """Seconds until the session expires."""
        return session.lifetime_s - (self._catalog.clock() - session.created) // SECOND

    # Passwords.

    def check_password(self, name: str, password: str) -> User | None:
        """The user, by login password or by an app password of scope *."""
        user = self.users.get(name.strip().lower())
        if user is None:
            return None
        if hmac.compare_digest(user.password.encode(), password.encode("utf-8", "replace")):
            return user
        session = self.of_key(password)
        fits = session is not None and session.user is user and session.scope == "*"
        return user if fits else None

    # Tokens.

    def learn_tokens(self, user: User) -> None:
        """From now on the user's tokens open bytes."""
        self.known_tokens[user.download_token] = "download"
        self.known_tokens[user.preview_token] = "preview"

    def forget_tokens(self) -> None:
        """As a restart does."""
        self.known_tokens.clear()

    def renew_tokens(self) -> None:
        """All users get other tokens; the old ones are dead."""
        self.known_tokens.clear()
        for user in self.users.values():
            user.download_token, user.preview_token = _token(), _token()

    def opens(self, token: str, kind: str) -> bool:
        """Whether a token is good for downloads or previews; a download token is for both."""
        if self._options.public:
            return True
        known = self.known_tokens.get(token)
        return known == "download" or (known == "preview" and kind == "preview")


def new_app_password() -> str:
    """Four groups of six."""
    return "-".join("".join(secrets.choice(DIGITS) for _ in range(6)) for _ in range(4))


def new_key() -> str:
    """The key of a login."""
    return secrets.token_hex(24)


def _token() -> str:
    return "".join(secrets.choice(DIGITS) for _ in range(8))


def tokens_of(session: Session | None, options: Options) -> Mapping[str, str]:
    """Download and preview token as an answer tells them."""
    if options.public or session is None or session.user is None:
        return {"downloadToken": "public", "previewToken": "public"}
    user = session.user
    return {"downloadToken": user.download_token, "previewToken": user.preview_token}
