"""Brings a demo server into the state of the recordings, and sends it the recorded requests."""

import http.client
import io
import json
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from urllib.parse import urlencode, urlsplit

from PIL import Image

from g3fs.demo.gallery3.rights import set_right
from g3fs.demo.gallery3.rows import Comment
from g3fs.demo.gallery3.site import Options
from g3fs.demo.library import Library
from g3fs.demo.metadata import with_capture_time, with_iptc
from g3fs.demo.movies import movie
from g3fs.demo.server import DemoServer
from tests.recorded.gallery3.recording import Exchange, exchanges

SITE = "http://gallery.example/index.php"
KEYS = {"admin": "0123456789abcdef0123456789abcdef", "bob": "fedcba9876543210fedcba9876543210"}
OPTIONS = Options(own_site=SITE, keys=KEYS, passwords={"admin": "secret"})


@dataclass(frozen=True, slots=True)
class Answer:
    status: int
    headers: Mapping[str, str]
    body: bytes


def _picture(width: int, height: int, kind: str = "JPEG") -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (width, height), (40, 110, 160)).save(out, kind)
    return out.getvalue()


def _movie() -> bytes:
    return movie([_picture(320, 240)] * 2, 320, 240)


def _beach() -> bytes:
    dated = with_capture_time(_picture(1200, 800), 1720974000)
    return with_iptc(dated, ["Sea", "Summer"], "A day at the sea")


CONTENTS: Mapping[int, Callable[[], bytes]] = {
    0: bytes,
    5: lambda: b"hello",
    12: lambda: b"hello world\n",
    3452: lambda: _picture(120, 90, "PNG"),
    9356: lambda: _picture(60, 50, "TIFF"),
    9870: lambda: _picture(640, 480),
    20288: lambda: _picture(1200, 800),
    20543: _movie,
    20821: _beach,
}
"""What stood where a recording says "<20821 bytes>"; anything may follow the end of a picture."""


def content(size: int) -> bytes:
    """An upload of the recorded kind and size."""
    data = CONTENTS[size]()
    assert len(data) <= size
    return data.ljust(size, b"\0")


class Player:
    """Sends requests to one demo server, recorded ones and those that went unrecorded."""

    def __init__(self, server: DemoServer) -> None:
        self.server = server
        self._connection = http.client.HTTPConnection(urlsplit(server.origin).netloc, timeout=20)

    def close(self) -> None:
        self._connection.close()

    def send(self, method: str, target: str, headers: Mapping[str, str], body: bytes) -> Answer:
        self._connection.request(method, target, body or None, dict(headers))
        answer = self._connection.getresponse()
        return Answer(answer.status, dict(answer.getheaders()), answer.read())

    def play(self, exchange: Exchange) -> Answer:
        headers = {k: v for k, v in exchange.request_headers.items() if k != "Host"}
        return self.send(exchange.method, exchange.target, headers, _body(exchange))

    def call(self, verb: str, path: str, entity: object = None, file: bytes | None = None) -> None:
        """A call of the administrator's that must succeed."""
        headers = {"X-Gallery-Request-Key": KEYS["admin"], "X-Gallery-Request-Method": verb}
        body = urlencode({"entity": json.dumps(entity)}).encode()
        headers["Content-Type"] = "application/x-www-form-urlencoded"
        if file is not None:
            headers["Content-Type"] = "multipart/form-data; boundary=BOUNDARY"
            body = _multipart(json.dumps(entity), "upload.jpg", file)
        answer = self.send("POST", f"/index.php/rest/{path}", headers, body)
        assert answer.status in (200, 201), (verb, path, answer)

    def photo(self, album: int, name: str, size: int, **more: str) -> None:
        entity = {"type": "photo", "name": name, **more}
        self.call("post", f"item/{album}", entity, content(size))

    def album(self, parent: int, name: str, **more: str) -> None:
        self.call("post", f"item/{parent}", {"type": "album", "name": name, **more})


def _body(exchange: Exchange) -> bytes:
    if "<" not in exchange.request_body:
        return exchange.request_body.encode()
    text = exchange.request_body.replace("\n", "\r\n") + "\r\n"
    before, size, after = re.split(r"<(\d+) bytes>", text)
    return before.encode() + content(int(size)) + after.encode()


def _multipart(entity: str, filename: str, data: bytes) -> bytes:
    disposition = "--BOUNDARY\r\nContent-Disposition: form-data; name="
    head = f'{disposition}"entity"\r\n\r\n{entity}\r\n{disposition}"file"; filename="{filename}"'
    return head.encode() + b"\r\n\r\n" + data + b"\r\n--BOUNDARY--\r\n"


# What happened between the recorded requests.


def _guests(player: Player, *, welcome: bool) -> None:
    gallery = player.server.site.gallery
    gallery.rules = replace(gallery.rules, guest_access=welcome)


def _before_two_names(player: Player) -> None:
    player.call("delete", "item/3")
    player.album(2, "day-1", title="Day 1")


def _before_reading(player: Player) -> None:
    for item in (5, 6, 8):
        player.call("delete", f"item/{item}")
    player.photo(2, "dusk.jpg", 9870, title="Dusk")
    player.photo(4, "hill.jpg", 20288, title="Hill")


def _before_deleting(player: Player) -> None:
    for name in ("one", "two", "three"):
        player.album(13, name)


def _before_loss(player: Player) -> None:
    player.server.site.harm({"kind": "lost_thumb", "item": 10})


def _before_visitor(player: Player) -> None:
    gallery = player.server.site.gallery
    gallery.comments.put(
        Comment(
            id=2,
            item_id=7,
            author_id=1,
            text="Hello from a visitor",
            created=1720980000,
            updated=1720980000,
            state="unpublished",
            guest_name="Ann Visitor",
            guest_email="ann@example.org",
            guest_url="http://ann.example/",
        )
    )


def _before_bob(player: Player) -> None:
    player.call("post", "tags", {"name": "Visitors"})
    player.album(1, "hidden")
    player.photo(17, "h.jpg", 20288)
    player.album(1, "previews")
    player.photo(19, "n.jpg", 20288)
    gallery = player.server.site.gallery
    set_right(gallery, gallery.item(17), "guests", "view", allowed=False)
    set_right(gallery, gallery.item(17), "members", "view", allowed=False)
    set_right(gallery, gallery.item(19), "guests", "view_full", allowed=False)
    set_right(gallery, gallery.item(19), "members", "view_full", allowed=False)


BEFORE: Mapping[str, Callable[[Player], object]] = {
    "02-auth/4": lambda player: _guests(player, welcome=True),
    "03-create-album/1": lambda player: _guests(player, welcome=False),
    "03-create-album/4": _before_two_names,
    "05-item-get/1": _before_reading,
    "05-item-get/5": lambda player: player.album(1, "empty"),
    "07-item-put/26": lambda player: player.call(
        "put", "item/2", {"album_cover": f"{SITE}/rest/item/7"}
    ),
    "08-delete/1": _before_deleting,
    "09-tree/6": _before_loss,
    "13-comments/8": _before_visitor,
    "14-permissions/1": _before_bob,
    "15-errors/7": lambda player: player.server.faults.plant("maintenance"),
    "15-errors/9": lambda player: player.server.faults.clear(),
}
"""By the exchange that comes next."""


def replay(skipped: frozenset[str]) -> Iterator[tuple[Exchange, Answer]]:
    """Everything that was recorded, with what a demo server answers."""
    with DemoServer(library=Library(), options=OPTIONS) as server:
        player = Player(server)
        try:
            for exchange in exchanges():
                if exchange.key in BEFORE:
                    BEFORE[exchange.key](player)
                if exchange.key not in skipped:
                    yield exchange, player.play(exchange)
        finally:
            player.close()
