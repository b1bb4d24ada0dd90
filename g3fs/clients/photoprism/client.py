"""The client: one PhotoPrism, seen by one user, with the resources as attributes."""

import logging
from dataclasses import dataclass, replace
from types import TracebackType
from typing import Self, Unpack

from g3fs.clients.photoprism.albums import Albums
from g3fs.clients.photoprism.api import Api
from g3fs.clients.photoprism.bytes import Bytes
from g3fs.clients.photoprism.dav import Dav
from g3fs.clients.photoprism.detect import detect
from g3fs.clients.photoprism.edits import Edits
from g3fs.clients.photoprism.folders import Folders
from g3fs.clients.photoprism.index import Imports, Index
from g3fs.clients.photoprism.labels import Labels
from g3fs.clients.photoprism.links import Links
from g3fs.clients.photoprism.locks import Changes, ThreadChanges
from g3fs.clients.photoprism.login import NOBODY, BearerAuth, Login, LoginWords
from g3fs.clients.photoprism.photos import Photos
from g3fs.clients.photoprism.sessions import Sessions
from g3fs.clients.photoprism.subjects import Subjects
from g3fs.clients.photoprism.tokens import Tokens
from g3fs.clients.photoprism.uploads import Uploads
from g3fs.clients.photoprism.wire.sessions import (
    WireConfig,
    WireSession,
    WireSettings,
    WireUser,
    settings_from,
    status_from,
)
from g3fs.gallery.errors import AccessDenied, GalleryError, LoginRefused
from g3fs.http.auth import KeyAuth
from g3fs.http.exchange import Http
from g3fs.http.options import HttpOptions
from g3fs.http.retry import Pace

log = logging.getLogger(__name__)

_REFUSED = frozenset({401})
"""403 means a missing right, which no new login cures."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """What was learned when the connection was opened."""

    config: WireConfig
    user: WireUser | None
    """None: the key may not ask (its scope has no sessions), or belongs to nobody."""
    scope: str
    """Of the key; "" for everything, or where the key may not ask."""

    @property
    def webdav(self) -> bool:
        """Whether `dav` can be expected to work."""
        allowed = self.user is None or self.user.webdav
        return allowed and not self.config.public and "webdav" not in self.config.disabled

    def may(self, feature: str) -> bool:
        """Whether the settings and the role allow a feature such as `upload` or `delete`."""
        settings = self.config.settings
        return settings is None or settings.features.get(feature, True)


class Client:
    """All calls of the API, typed; for several threads. Close it when done."""

    def __init__(self, api: Api, config: WireConfig, login: Login, pace: Pace) -> None:
        self.api = api
        self.sessions = Sessions(api)
        self.albums = Albums(api)
        self.links = Links(api)
        self.photos = Photos(api)
        self.edits = Edits(api, self.photos)
        self.bytes = Bytes(api, self.sessions)
        self.labels = Labels(api)
        self.folders = Folders(api)
        self.subjects = Subjects(api)
        self.index = Index(api, pace)
        self.imports = Imports(api, pace)
        self.uploads = Uploads(api, self.photos, self.user_uid)
        self.dav = Dav(api, self.sessions, login)
        self.import_dav = Dav(api, self.sessions, login, "import")
        self.facts = Facts(config=config, user=None, scope="")
        self._own_session = False

    @property
    def url(self) -> str:
        """Where the site is, without a slash at the end."""
        return f"{self.api.http.origin}{self.api.base}"

    def status(self) -> str:
        """GET status: `operational`; needs no key and is the cheapest call (1 ms)."""
        return status_from(self.api.get("status"))

    def config(self) -> WireConfig:
        """GET config, which has the counts that tell whether anything changed (6 ms)."""
        return self.sessions.config()

    def settings(self) -> WireSettings:
        """GET settings, reduced by the role; AccessDenied where the scope has none."""
        return settings_from(self.api.get("settings"))

    def user_uid(self) -> str:
        """The uid of our account, which uploads are addressed by.

        Raises:
            AccessDenied: the key belongs to nobody, or its scope has no sessions.
        """
        user = self.facts.user
        if user is None and self.facts.config.public:
            # Any name will do, everybody is the administrator.
            user = self.sessions.login("admin", "").user
            self.facts = replace(self.facts, user=user)
        if user is None:
            raise AccessDenied("this key does not tell its user: its scope needs `sessions`")
        return user.uid

    def learn_facts(self) -> None:
        """Ask who we are, test the key, and get the byte tokens.

        Raises:
            LoginRefused: the key, or name and password, are not accepted.
        """
        if self.facts.config.public:
            self.api.tokens.learn_from(self.facts.config)
            return
        session: WireSession | None
        try:
            session = self.sessions.get()
        except LoginRefused:
            raise
        except AccessDenied:
            session = None
        self._keep(session)

    def log_out_at_close(self) -> None:
        """The key was made by this client: nobody else needs it."""
        self._own_session = True

    def keep_session(self) -> str:
        """Do not log out at the end, because somebody else takes the key, which is returned."""
        self._own_session = False
        return self.api.http.auth.headers().get("Authorization", "").partition(" ")[2]

    def close(self) -> None:
        """Log out if this client had logged in, and close the connections."""
        if self._own_session:
            self._own_session = False
            try:
                self.sessions.logout()
            except GalleryError as exc:
                log.debug("no logout: %s", exc)
        self.api.http.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        exc: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def __repr__(self) -> str:
        return f"<Client of {self.url}>"

    def _keep(self, session: WireSession | None) -> None:
        config = session.config if session is not None else None
        if config is None or not config.download_token:
            config = self.sessions.config()
        self.facts = Facts(
            config=config,
            user=session.user if session is not None else None,
            scope=session.scope if session is not None else "",
        )
        self.api.readonly = config.readonly


def connect(url: str, *, options: HttpOptions | None = None, **words: Unpack[LoginWords]) -> Client:
    """Find the site and log in: `connect(url, username="admin", password="...")`.

    The words are the fields of Login. Errors as of open_client.
    """
    return open_client(url, Login(**words), options=options)


def open_client(
    url: str,
    login: Login = NOBODY,
    *,
    options: HttpOptions | None = None,
    changes: Changes | None = None,
    pace: Pace | None = None,
) -> Client:
    """Find the site, log in, and see that the key is accepted.

    `url` is what one sees in the browser; `changes` excludes other writers (see locks.py).

    Raises:
        LoginRefused: the key, or name and password, are not accepted, or none were given and the
            site is not in public mode.
        Busy: too many failed logins from this address.
        Others: as `detect`.
    """
    options, pace = options or HttpOptions(), pace or Pace()
    options.redactor.add(*login.secrets)
    http = Http(url, options, pace=pace, refused=_REFUSED)
    try:
        config = detect(http, url)
        api = Api(
            http,
            config.base_uri,
            Tokens(options.redactor),
            changes or ThreadChanges(options.timeout_s),
        )
        client = Client(api, config, login, pace)
        _authenticate(client, login, pace)
        client.learn_facts()
    except BaseException:
        http.close()
        raise
    return client


def detect_at(url: str, options: HttpOptions | None = None) -> WireConfig:
    """Only look whether there is a PhotoPrism; errors as of `detect`."""
    http = Http(url, options or HttpOptions())
    try:
        return detect(http, url)
    finally:
        http.close()


def _authenticate(client: Client, login: Login, pace: Pace) -> None:
    """Hand the connection its credentials; nothing is asked yet."""
    if client.facts.config.public:
        return
    if login.api_key is None and not login.can_log_in:
        raise LoginRefused("this PhotoPrism needs a login: name and password, or an app password")
    keys = _Keys(client, login)
    inner = KeyAuth(
        "Authorization",
        key=login.api_key,
        login=keys.get if login.can_log_in else None,
        redactor=client.api.http.options.redactor,
        clock=pace.clock,
        scheme="Bearer",
    )
    keys.auth = BearerAuth(inner)
    client.api.http.auth = keys.auth


class _Keys:
    """Gets a new key, in the way that the login allows."""

    def __init__(self, client: Client, login: Login) -> None:
        self._client = client
        self._login = login
        self._passcode = login.passcode
        self.auth: BearerAuth | None = None

    def get(self) -> str:
        login, sessions = self._login, self._client.sessions
        if login.client_id is not None and login.client_secret is not None:
            return sessions.client_access(login.client_id, login.client_secret).key
        if login.share_token is not None:
            return self._opened(sessions.visit(login.share_token))
        assert login.username is not None
        assert login.password is not None
        passcode, self._passcode = self._passcode, None
        return self._opened(sessions.login(login.username, login.password, passcode))

    def _opened(self, session: WireSession) -> str:
        if self.auth is not None:
            self.auth.old = session.old
        self._client.log_out_at_close()
        return session.key
