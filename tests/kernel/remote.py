"""Changing the gallery behind the mount's back, as somebody in a browser would."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import requests

from g3fs.demo.server import DemoServer
from tests.kernel.support import Ran, run


class Remote:
    """The REST API of a demo server, by paths of names; shares no code with the client."""

    def __init__(self, server: DemoServer) -> None:
        self._rest = f"{server.url.rstrip('/')}/rest"
        self._key = {"X-Gallery-Request-Key": server.api_key}

    def get(self, resource: str, **parameters: str) -> Any:
        """The JSON of one resource."""
        answer = requests.get(
            f"{self._rest}/{resource}", params=parameters, headers=self._key, timeout=10
        )
        answer.raise_for_status()
        return answer.json()

    def send(self, verb: str, resource: str, *, file: bytes | None = None, **entity: object) -> Any:
        """One writing request."""
        files = {"file": ("upload.jpg", file, "image/jpeg")} if file is not None else None
        answer = requests.post(
            f"{self._rest}/{resource}",
            data={"entity": json.dumps(entity)},
            files=files,
            headers={**self._key, "X-Gallery-Request-Method": verb},
            timeout=10,
        )
        answer.raise_for_status()
        return answer.json()

    def id_of(self, path: str) -> int:
        """The id behind names joined by slashes, from the root."""
        item = 1
        for name in path.split("/"):
            tree = self.get(f"tree/{item}", depth="1", fields="id,name")
            found = [e["entity"]["id"] for e in tree["entity"][1:] if e["entity"]["name"] == name]
            item = int(found[0])
        return item

    def entity(self, path: str) -> dict[str, Any]:
        """What the server says of an item."""
        return dict(self.get(f"item/{self.id_of(path)}")["entity"])

    def rename(self, path: str, name: str) -> None:
        """Give an item another name, and a slug that fits it."""
        self.send("put", f"item/{self.id_of(path)}", name=name, slug=f"renamed-{len(name)}")

    def retitle(self, path: str, title: str) -> None:
        """Give an item another title; its bytes stay."""
        self.send("put", f"item/{self.id_of(path)}", title=title)

    def replace(self, path: str, data: bytes) -> None:
        """Put other bytes in the place of a photo's."""
        self.send("put", f"item/{self.id_of(path)}", file=data)

    def add(self, album: str, name: str, data: bytes) -> None:
        """Upload a photo; the empty path is the root."""
        item = self.id_of(album) if album else 1
        self.send("post", f"item/{item}", file=data, type="photo", name=name)

    def delete(self, path: str) -> None:
        """Remove an item."""
        self.send("delete", f"item/{self.id_of(path)}")


def set_name(server: DemoServer, item: int, name: str) -> None:
    """Let an item have a name that the server itself would not give it."""
    with server.site.gallery.lock:
        server.site.gallery.items[item].name = name


def lose_original(server: DemoServer, item: int) -> None:
    """Let the server lose the file of a photo."""
    server.site.harm({"kind": "lost_original", "item": item})


def make_hostile(server: DemoServer) -> None:
    """Let the root album hold every kind of item that no honest server would list."""
    server.site.harm({"kind": "hostile", "item": 1})


def library_bytes(server: DemoServer, path: str) -> bytes:
    """The original as the library has it; `path` is names joined by slashes."""
    wanted = tuple(path.split("/"))
    return next(m.content.read() for names, m in server.library.media() if names == wanted)


def python(script: str, *argv: str | Path, timeout: float = 30.0) -> Ran:
    """A few lines of Python in a process of their own: system calls that no tool makes alone."""
    return run(sys.executable, "-c", script, *argv, timeout=timeout)


def conversation(script: str, *argv: str | Path) -> subprocess.Popen[str]:
    """A few lines of Python that wait for a word between two system calls."""
    return subprocess.Popen(
        [sys.executable, "-c", script, *argv],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )


ERRNO_OF = """
import errno, os, sys
def errno_of(call, *args, **options):
    try:
        call(*args, **options)
    except OSError as error:
        return errno.errorcode[error.errno]
    return "OK"
"""
"""For scripts: the name of the error of a call."""
