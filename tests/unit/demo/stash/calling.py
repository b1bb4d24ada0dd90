"""Calls a stand-in Stash without a network."""

import json
import zipfile
from collections.abc import Mapping
from io import BytesIO

from werkzeug.test import Client, TestResponse

from g3fs.demo.library import Content, Library
from g3fs.demo.stash.options import Options
from g3fs.demo.stash.site import StashSite
from g3fs.demo.synthetic import tiny_jpeg

PICTURES = "/data/pictures"


class Caller:
    """Whoever has the key of a site."""

    def __init__(self, library: Library | None = None, **options: object) -> None:
        self.site = StashSite(library or Library(), Options(**options))
        self.world = self.site.world
        self._client = Client(self.site.wsgi)

    def send(self, method: str, path: str, headers: Mapping[str, str] | None = None, **more):
        own = {"ApiKey": self.world.settings.api_key, "Accept": "application/json"}
        return self._client.open(path, method=method, headers={**own, **(headers or {})}, **more)

    def get(self, path: str, **headers: str) -> TestResponse:
        return self.send("GET", path, {n.replace("_", "-"): v for n, v in headers.items()})

    def reply(self, query: str, **variables: object) -> TestResponse:
        return self.send("POST", "/graphql", json={"query": query, "variables": variables})

    def ask(self, query: str, **variables: object):
        """The data of an answer without errors."""
        answer = json.loads(self.reply(query, **variables).get_data())
        assert "errors" not in answer, answer
        return answer["data"]

    def refusal(self, query: str, **variables: object) -> str:
        """The first message of an answer with errors."""
        return json.loads(self.reply(query, **variables).get_data())["errors"][0]["message"]

    # The disk of the server.

    def put(self, path: str, mark: str = "", modified: int = 1) -> None:
        """A picture; equal marks are equal content."""
        data = tiny_jpeg() + mark.encode()
        self.world.disk.write(f"{PICTURES}/{path}", Content(lambda: data), modified)

    def put_zip(self, path: str, *names: str) -> None:
        out = BytesIO()
        with zipfile.ZipFile(out, "w") as opened:
            for name in names:
                opened.writestr(name, tiny_jpeg() + name.encode())
        self.world.disk.write(f"{PICTURES}/{path}", Content(out.getvalue), 1)

    def scan(self, *paths: str) -> None:
        self.world.scan_now([f"{PICTURES}/{path}" for path in paths] or None)

    def image(self, path: str):
        """The image of a file, with what scans change; None: there is none."""
        found = self.ask(
            "query($p: String!) { findImages(image_filter: {path: {value: $p, modifier: EQUALS}})"
            " { images { id updated_at galleries { id } visual_files"
            " { ... on BaseFile { id path size } } } } }",
            p=f"{PICTURES}/{path}",
        )["findImages"]["images"]
        return found[0] if found else None

    def gallery(self, path: str):
        """The gallery of a folder; None: there is none."""
        found = self.ask(
            "{ findGalleries(filter: {per_page: -1})"
            " { galleries { id image_count folder { path } } } }"
        )["findGalleries"]["galleries"]
        wanted = {"path": f"{PICTURES}/{path}"}
        return next((gallery for gallery in found if gallery["folder"] == wanted), None)
