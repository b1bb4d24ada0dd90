"""Calls a stand-in PhotoPrism without a network: a WSGI client with one key."""

import hashlib
import io
from dataclasses import dataclass
from urllib.parse import quote

from werkzeug.test import Client, TestResponse

from g3fs.demo.library import Library
from g3fs.demo.metadata import with_capture_time
from g3fs.demo.photoprism.options import Options
from g3fs.demo.photoprism.site import PhotoPrismSite
from g3fs.demo.synthetic import tiny_jpeg

API = "/api/v1"
SECOND = 1_000_000_000
TAKEN = 1_714_653_296
"""2024-05-02 12:34:56."""


def jpeg(mark: str = "", taken: int | None = TAKEN) -> bytes:
    """A picture; another mark makes another file."""
    data = tiny_jpeg() if taken is None else with_capture_time(tiny_jpeg(), taken)
    return data + mark.encode()


def sha1(data: bytes) -> str:
    return hashlib.sha1(data).hexdigest()


@dataclass
class Time:
    """A clock that goes on only when told, but never stands quite still."""

    now: int = 1_800_000_000 * SECOND

    def __call__(self) -> int:
        self.now += 1000
        return self.now

    def pass_by(self, seconds: float) -> None:
        self.now += int(seconds * SECOND)


class Caller:
    """One key on one site."""

    def __init__(self, site: PhotoPrismSite, key: str | None = None) -> None:
        self.site, self.state = site, site.state
        self.key = site.admin.api_key if key is None else key
        self.client = Client(site.wsgi)

    def send(self, method: str, path: str, **more) -> TestResponse:
        headers = {"Authorization": f"Bearer {self.key}"} if self.key else {}
        headers |= more.pop("headers", {})
        path = quote(path, safe="/?&=%|*:;@,+")  # as a server gets it
        return self.client.open(path, method=method, headers=headers, **more)

    def call(self, method: str, path: str, entity: object = None, **more) -> TestResponse:
        if entity is not None:
            more["json"] = entity
        base = self.site.options.base_path
        return self.send(method, f"{base}{API}/{path}", **more)

    def get(self, path: str, status: int = 200):
        return self._json("GET", path, None, status)

    def post(self, path: str, data: object = None, status: int = 200):
        return self._json("POST", path, data, status)

    def put(self, path: str, data: object, status: int = 200):
        return self._json("PUT", path, data, status)

    def delete(self, path: str, data: object = None, status: int = 200):
        return self._json("DELETE", path, data, status)

    def _json(self, method: str, path: str, data: object, status: int):
        answer = self.call(method, path, data)
        assert answer.status_code == status, (method, path, answer.get_data(as_text=True))
        # Some answers are JSON that is typed as text.
        return answer.get_json(force=True, silent=True)

    # Shorter words for what tests need often.

    def place(self, path: str, data: bytes, mtime: int | None = None) -> None:
        """A file on the disk, made by WebDAV."""
        for end in [at for at, letter in enumerate(path) if letter == "/"]:
            self.send("MKCOL", f"/originals/{path[:end]}")
        headers = {} if mtime is None else {"X-OC-MTime": str(mtime)}
        answer = self.send("PUT", f"/originals/{path}", data=data, headers=headers)
        assert answer.status_code == 201

    def index(self, path: str = "/", **more: bool) -> None:
        self.post("index", {"path": path, **more})

    def move(self, source: str, target: str, **headers: str) -> int:
        headers = {"Destination": f"http://localhost/originals/{target}", **headers}
        return self.send("MOVE", f"/originals/{source}", headers=headers).status_code

    def photo(self, path: str, data: bytes | None = None, **placing) -> str:
        """A photo made by WebDAV and index; its uid."""
        data = jpeg(path) if data is None else data
        self.place(path, data, **placing)
        self.index(path.rpartition("/")[0])
        return self.get(f"files/{sha1(data)}")["PhotoUID"]

    def upload(self, name: str, data: bytes, *albums: str, token: str = "t1") -> None:
        address = f"users/{self.state.accounts.admin.uid}/upload/{token}"
        sent = {"files": (io.BytesIO(data), name)}
        assert self.call("POST", address, None, data=sent).status_code == 200
        self.put(address, {"albums": list(albums)})

    def files(self, **query: str) -> dict[str, list[str]]:
        """What a merged list shows: names of files by photo."""
        words = "".join(f"&{name}={value}" for name, value in query.items())
        rows = self.get(f"photos?count=1000&merged=true{words}")
        return {row["UID"]: [file["Name"] for file in row["Files"]] for row in rows}

    def album(self, title: str, *photos: str) -> str:
        uid = self.post("albums", {"Title": title})["UID"]
        if photos:
            self.post(f"albums/{uid}/photos", {"photos": list(photos)})
        return uid

    def listed_album(self, uid: str) -> dict[str, object]:
        return self.get(f"albums?count=1&uid={uid}")[0]

    def download(self, sha: str, **headers: str) -> TestResponse:
        token = self.state.accounts.admin.download_token
        return self.send("GET", f"{API}/dl/{sha}?t={token}", headers=headers)

    def download_without_key(self, sha: str) -> TestResponse:
        token = self.state.accounts.admin.download_token
        return self.client.get(f"{API}/dl/{sha}?t={token}")


def caller(library: Library | None = None, **options) -> Caller:
    """The administrator of a site, empty unless told otherwise."""
    empty = Library(users=("guest",)) if library is None else library
    site = PhotoPrismSite(empty, Options(**options))
    site.state.clock = Time()
    return Caller(site)
