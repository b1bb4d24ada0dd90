"""The client: one Stash, with the resources as attributes."""

import logging
from types import TracebackType
from typing import Self, Unpack

from g3fs.clients.stash.api import Api
from g3fs.clients.stash.bytes import Bytes
from g3fs.clients.stash.contents import Chapters, Contents, Covers
from g3fs.clients.stash.detect import Detected, Facts, detect, learn
from g3fs.clients.stash.directories import Directories, Finders
from g3fs.clients.stash.finding import Finder
from g3fs.clients.stash.folders import Files, Folders
from g3fs.clients.stash.galleries import Galleries
from g3fs.clients.stash.images import Images
from g3fs.clients.stash.jobs import Jobs, Library
from g3fs.clients.stash.login import (
    NEW_CREDENTIALS,
    NOBODY,
    Login,
    LoginWords,
    auth_for,
    session_cookie,
)
from g3fs.clients.stash.members import Places
from g3fs.clients.stash.scenes import Scenes
from g3fs.clients.stash.server import Server
from g3fs.clients.stash.tags import Tags
from g3fs.clients.stash.wire.families import PERFORMERS, STUDIOS
from g3fs.gallery.errors import LoginRefused
from g3fs.http.exchange import Http
from g3fs.http.options import HttpOptions
from g3fs.http.retry import Pace

log = logging.getLogger(__name__)


class Client:
    """All calls of the API, typed; for several threads. Close it when done."""

    def __init__(self, http: Http, base: str, facts: Facts, pace: Pace) -> None:
        self.facts = facts
        self.api = api = Api(http, base, facts.schema)
        self.server = Server(api)
        self.galleries = Galleries(api)
        self.contents = Contents(api)
        self.covers = Covers(api)
        self.chapters = Chapters(api)
        self.images = Images(api, titles_are_names=facts.titles_are_names)
        self.scenes = Scenes(api)
        self.places = Places(api, self.galleries, self.images, self.scenes)
        self.tags = Tags(api)
        self.performers = Finder(api, PERFORMERS)
        self.studios = Finder(api, STUDIOS)
        self.folders = Folders(api)
        self.directories = Directories(
            api,
            Finders(
                galleries=self.galleries.finder,
                images=self.images.finder,
                scenes=self.scenes.finder,
                folders=self.folders.finder,
                tags=self.tags.finder,
                performers=self.performers,
                studios=self.studios,
            ),
        )
        self.files = Files(api)
        self.jobs = Jobs(api, pace)
        self.library = Library(api)
        self.bytes = Bytes(api)

    @property
    def url(self) -> str:
        """Where the site is, without a slash at the end."""
        return f"{self.api.http.origin}{self.api.base}"

    def close(self) -> None:
        """Close the connections."""
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


def connect(url: str, *, options: HttpOptions | None = None, **words: Unpack[LoginWords]) -> Client:
    """Find the site and log in: `connect(url, api_key="...")`.

    The words are the fields of Login. Errors as of open_client.
    """
    return open_client(url, Login(**words), options=options)


def open_client(
    url: str,
    login: Login = NOBODY,
    *,
    options: HttpOptions | None = None,
    pace: Pace | None = None,
) -> Client:
    """Find the site, log in, and see that the login is accepted and the server usable.

    `url` is what one sees in the browser. A server without a login refuses any key: it is asked
    without one, and gets none.

    Raises:
        LoginRefused: the key, or name and password, are not accepted, or none were given.
        Maintenance: the server is not set up, or waits for a migration.
        NotSupported: it is older than v0.24.
        Others: as `detect`.
    """
    options, pace = options or HttpOptions(), pace or Pace()
    options.redactor.add(*login.secrets)
    http = _http(url, options, pace)
    try:
        detected = detect(http, url)
        _compare(login, detected)
        http.auth = auth_for(
            login,
            lambda: session_cookie(http, detected.base, login),
            options.redactor,
            open_server=detected.open_server,
        )
        return Client(http, detected.base, learn(http, detected), pace)
    except BaseException:
        http.close()
        raise


def detect_at(url: str, options: HttpOptions | None = None) -> Detected:
    """Only look whether there is a Stash; errors as of `detect`."""
    http = _http(url, options or HttpOptions(), Pace())
    try:
        return detect(http, url)
    finally:
        http.close()


def _compare(login: Login, detected: Detected) -> None:
    """See that the server wants what we have."""
    if detected.open_server and login != NOBODY:
        log.warning("this Stash is open to everybody: the login is not needed, and not sent")
    if not detected.open_server and login == NOBODY:
        raise LoginRefused("this Stash wants a login: give its API key, or name and password")


def _http(url: str, options: HttpOptions, pace: Pace) -> Http:
    return Http(url, options, pace=pace, refused=NEW_CREDENTIALS, redirects=0)
