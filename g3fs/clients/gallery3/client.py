"""The client: one gallery, seen by one user, with the resources as attributes."""

import contextlib
from dataclasses import dataclass
from types import TracebackType
from typing import Self

from g3fs.clients.gallery3 import wire
from g3fs.clients.gallery3.albums import Albums
from g3fs.clients.gallery3.api import KEY_HEADER, ROOT_ID, Api
from g3fs.clients.gallery3.bytes import Bytes
from g3fs.clients.gallery3.changes import Changes
from g3fs.clients.gallery3.comments import Comments
from g3fs.clients.gallery3.deletes import Deletes
from g3fs.clients.gallery3.detect import Detected, detect
from g3fs.clients.gallery3.edits import Edits
from g3fs.clients.gallery3.items import Items
from g3fs.clients.gallery3.lock import Structure, ThreadStructure
from g3fs.clients.gallery3.parts import Parts
from g3fs.clients.gallery3.places import Places
from g3fs.clients.gallery3.repairs import Repairs
from g3fs.clients.gallery3.rights import Rights
from g3fs.clients.gallery3.stored import StoredFiles
from g3fs.clients.gallery3.tags import Tags
from g3fs.clients.gallery3.tree import Tree
from g3fs.clients.gallery3.uploads import Uploads
from g3fs.clients.gallery3.wire import WireItem
from g3fs.gallery.errors import LoginRefused, NotFound
from g3fs.http.auth import KeyAuth
from g3fs.http.exchange import Http
from g3fs.http.options import HttpOptions
from g3fs.http.redact import masked


@dataclass(frozen=True, slots=True, kw_only=True)
class Login:
    """Who we are; nothing at all is a guest. The key wins, the password is for when it is gone."""

    username: str | None = None
    password: str | None = None
    api_key: str | None = None

    def __repr__(self) -> str:
        password, key = masked(self.password), masked(self.api_key)
        return f"Login(username={self.username!r}, password={password}, api_key={key})"


GUEST = Login()

_NO_NAME = "/"
"""In no name: spares the list of members."""


class Client:
    """All calls of the API, typed; for several threads. Close it when done."""

    def __init__(self, http: Http, detected: Detected, structure: Structure) -> None:
        self._http = http
        self.api = Api(http, detected.base, structure)
        self.items = Items(self.api)
        self.tree = Tree(self.api, self.items)
        self.bytes = Bytes(self.api, self.tree)
        rights = Rights(self.tree)
        self.tags = Tags(self.api, rights)
        self.comments = Comments(self.api, rights)
        changes = Changes(self.api, self.items, self.tree)
        self.places = Places(self.tree, self.items)
        files = StoredFiles(self.bytes)
        parts = Parts(
            places=self.places,
            changes=changes,
            files=files,
            repairs=Repairs(self.api, self.tree, changes, files),
        )
        self.albums = Albums(self.api, self.tree, rights, parts)
        self.uploads = Uploads(self.api, self.tree, rights, parts)
        self.edits = Edits(self.api, rights, changes)
        self.deletes = Deletes(self.api, self.tree, self.items, rights, files)

    @property
    def url(self) -> str:
        """Where the gallery is, as it was found: with `index.php` if it needs that."""
        return f"{self._http.origin}{self.api.base}"

    def registry(self) -> frozenset[str]:
        """The names of all resources: `tags` and `comments` are missing where the module is off."""
        return wire.names_from(self.api.get("registry"))

    def root(self) -> WireItem:
        """The root album."""
        return self.items.get(ROOT_ID)

    def check_access(self) -> None:
        """Ask for the root album; LoginRefused when the key, or a guest, may ask nothing."""
        with contextlib.suppress(NotFound):  # hidden from this user, who may see albums below
            self.items.get(ROOT_ID, kinds=("album",), name=_NO_NAME)

    def close(self) -> None:
        """Close the connections."""
        self._http.close()

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


def open_client(
    url: str,
    login: Login = GUEST,
    *,
    options: HttpOptions | None = None,
    structure: Structure | None = None,
) -> Client:
    """Find the gallery, log in, and see that the key is accepted.

    `url` is what one sees in the browser; `structure` excludes other writers (see lock.py).

    Raises:
        LoginRefused: the key, or name and password, are not accepted, or none were given and the
            gallery has no guests.
        Others: as `detect`.
    """
    options = options or HttpOptions()
    options.redactor.add(login.password, login.api_key)
    http = Http(url, options)
    try:
        detected = detect(http, url)
        _check_guest(login, detected)
        client = Client(http, detected, structure or ThreadStructure(options.timeout_s))
        http.auth = _auth(client.api, login, options)
        client.check_access()
    except BaseException:
        http.close()
        raise
    return client


def detect_at(url: str, options: HttpOptions | None = None) -> Detected:
    """Only look whether there is a Gallery 3; errors as of `detect`."""
    http = Http(url, options or HttpOptions())
    try:
        return detect(http, url)
    finally:
        http.close()


def _check_guest(login: Login, detected: Detected) -> None:
    if login == GUEST and not detected.guests:
        raise LoginRefused("this gallery shows nothing to guests: a name or key is needed")


def _auth(api: Api, login: Login, options: HttpOptions) -> KeyAuth:
    def log_in() -> str:
        return api.login(login.username or "", login.password or "")

    can_log_in = login.username is not None and login.password is not None
    return KeyAuth(
        KEY_HEADER,
        key=login.api_key,
        login=log_in if can_log_in else None,
        redactor=options.redactor,
    )
