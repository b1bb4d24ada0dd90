"""Calls a stand-in Gallery 3 without a network: a WSGI client that speaks its dialect."""

import io
import json
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlencode

from werkzeug.test import Client, TestResponse

from g3fs.demo.gallery3.site import Gallery3Site, Options
from g3fs.demo.library import Library
from g3fs.demo.synthetic import tiny_jpeg

SITE = "http://localhost/index.php/rest"


class Caller:
    """One user of one site."""

    def __init__(self, site: Gallery3Site, user: str = "admin") -> None:
        self.site = site
        self.gallery = site.gallery
        self._client = Client(site.wsgi)
        self._key = site.accounts[user].api_key

    def as_user(self, name: str) -> "Caller":
        return Caller(self.site, name)

    def call(self, verb: str, path: str, data: Mapping[str, object] | None = None, **more):
        """Any call; `verb` overrides POST."""
        headers = {
            "X-Gallery-Request-Key": self._key,
            "X-Gallery-Request-Method": verb,
            **more.pop("headers", {}),
        }
        method = more.pop("method", "POST")
        return self._client.open(
            f"/index.php/rest/{path}", method=method, data=data or {}, headers=headers, **more
        )

    def get(self, path: str, **params: str) -> TestResponse:
        query = f"?{urlencode(params)}" if params else ""
        headers = {"X-Gallery-Request-Key": self._key}
        return self._client.get(f"/index.php/rest/{path}{query}", headers=headers)

    def put(self, item: int, damage=None, **fields: object) -> TestResponse:
        data = {"entity": json.dumps(fields)}
        return self.call("put", f"item/{item}", data, **_damaged(damage))

    def put_file(self, item: int, content: bytes, filename: str = "u.jpg", damage=None):
        data = {"entity": "{}", "file": (io.BytesIO(content), filename)}
        return self.call("put", f"item/{item}", data, **_damaged(damage))

    def delete(self, item: int) -> TestResponse:
        return self.call("delete", f"item/{item}")

    def post(self, parent: int, kind: str, name: str, damage=None, **more) -> TestResponse:
        """Create; `content` and `filename` may be given."""
        content = more.pop("content", None if kind == "album" else tiny_jpeg())
        filename = more.pop("filename", "upload.jpg")
        data: dict[str, object] = {"entity": json.dumps({"type": kind, "name": name, **more})}
        if content is not None:
            data["file"] = (io.BytesIO(content), filename)
        return self.call("post", f"item/{parent}", data, **_damaged(damage))

    def create(self, parent: int, kind: str, name: str, **more) -> int:
        """Create, and return the id."""
        answer = self.post(parent, kind, name, **more)
        assert answer.status_code == 201, answer.get_data(as_text=True)
        return int(answer.headers["Location"].rpartition("/")[2])

    def entity(self, item: int) -> dict[str, object]:
        return self.get(f"item/{item}").get_json()["entity"]

    def fields(self, item: int, *names: str) -> dict[str, object]:
        """Some fields, asked for in a way that survives broken items."""
        answer = self.get(f"tree/{item}", depth="0", fields=",".join(names))
        assert answer.status_code == 200
        return answer.get_json()["entity"][0]["entity"]

    def names(self, item: int) -> tuple[object, object]:
        found = self.fields(item, "name", "slug")
        return found["name"], found["slug"]

    def members(self, album: int, **params: str) -> list[int]:
        answer = self.get(f"item/{album}", **params)
        return [int(url.rpartition("/")[2]) for url in answer.get_json()["members"]]


def _damaged(rule) -> dict[str, object]:
    return {"environ_overrides": {"g3fs.demo.damage": {rule.action: rule}}} if rule else {}


@dataclass(frozen=True)
class Time:
    """A clock that stands."""

    now: float = 1_800_000_000

    def __call__(self) -> float:
        return self.now


def empty_site(**options) -> Gallery3Site:
    site = Gallery3Site(Library(), Options(**options))
    site.gallery.clock = Time()
    return site


def caller(**options) -> Caller:
    return Caller(empty_site(**options))


def item_url(item: int) -> str:
    return f"{SITE}/item/{item}"
