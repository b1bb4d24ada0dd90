"""Brings a demo server into the state of the recordings, and sends it the recorded requests."""

import http.client
import json
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from urllib.parse import urlsplit

from g3fs.demo.photoprism.accounts import Session
from g3fs.demo.photoprism.disk import put
from g3fs.demo.server import DemoServer
from tests.recorded.photoprism.recording import Exchange, exchanges
from tests.recorded.photoprism.world import KEY, OPTIONS, content, library, names, prepare

BYTES = re.compile(r"<(\d+) bytes>")
NAME = re.compile(r"[a-z][a-z0-9]{15}|[0-9a-f]{40}|[0-9a-f]{48}|linktoken1|photoprism-down.*zip")
LEARNED = frozenset(
    ("UID", "PhotoUID", "AlbumUID", "Hash", "access_token", "Token", "filename", "LabelID")
)


@dataclass(frozen=True, slots=True)
class Answer:
    status: int
    headers: Mapping[str, str]
    body: bytes


@dataclass
class Player:
    """Sends recorded requests to one demo server, under the names that things have here."""

    server: DemoServer
    names: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.state = self.server.site.state
        self.names = names(self.state)
        self.connection = http.client.HTTPConnection(urlsplit(self.server.origin).netloc)

    def play(self, exchange: Exchange) -> Answer:
        headers = {
            name: self.named(value)
            for name, value in exchange.request_headers.items()
            if name != "Host"
        }
        answer = self.send(
            exchange.method, self.named(exchange.target), headers, self.body(exchange)
        )
        self.learn(exchange, answer)
        return answer

    def send(self, method: str, target: str, headers: Mapping[str, str], body: bytes) -> Answer:
        self.connection.request(method, target, body or None, dict(headers))
        answer = self.connection.getresponse()
        return Answer(answer.status, dict(answer.getheaders()), answer.read())

    def call(self, method: str, path: str, data: object = None) -> dict[str, object]:
        """A call of the administrator's that must succeed."""
        headers = {"Authorization": f"Bearer {KEY}", "Content-Type": "application/json"}
        body = b"" if data is None else json.dumps(data).encode()
        answer = self.send(method, f"/api/v1/{path}", headers, body)
        assert answer.status == 200, (method, path, answer)
        return json.loads(answer.body)

    def body(self, exchange: Exchange) -> bytes:
        text = self.named(exchange.request_body)
        if not BYTES.search(text):
            return text.encode()
        if "--BOUNDARY" not in text:
            return content(int(BYTES.fullmatch(text).group(1)))
        before, size, after = BYTES.split(text.replace("\n", "\r\n") + "\r\n")
        return before.encode() + content(int(size)) + after.encode()

    def named(self, text: str) -> str:
        for recorded, here in self.names.items():
            text = text.replace(recorded, here)
        return text

    def learn(self, exchange: Exchange, answer: Answer) -> None:
        """From answers about one thing, names of what was made."""
        if exchange.body.startswith("{") and answer.body.startswith(b"{"):
            self._compare(json.loads(exchange.body), json.loads(answer.body))

    def _compare(self, recorded: object, here: object) -> None:
        if isinstance(recorded, dict) and isinstance(here, dict):
            for name in recorded.keys() & here.keys():
                old, new = recorded[name], here[name]
                if name == "LabelID":
                    self.names[f"/label/{old}"] = f"/label/{new}"
                elif name in LEARNED and isinstance(old, str) and NAME.fullmatch(old):
                    self.names.setdefault(old, new)
                self._compare(old, new)
        if isinstance(recorded, list) and isinstance(here, list):
            for old, new in zip(recorded, here, strict=False):
                self._compare(old, new)


# What happened between the recorded requests.


def _stale_album(player: Player) -> None:
    album = player.call("POST", "albums", {"Title": "Stale"})
    player.names["atoujxp2zf916jvt"] = str(album["UID"])
    photo = _uid_of(player, "odd/日本 写真.jpg")
    player.call("POST", f"albums/{album['UID']}/photos", {"photos": [photo]})


def _changed_photo(player: Player) -> None:
    """Since when something is new: the last edit, which is this one."""
    name = "2023/summer/IMG_0006.jpg"
    uid = player.state.catalog.file_named(name).photo_uid
    changes = {"Title": "Evening", "TitleSrc": "manual", "Description": "D24"}
    photo = player.call("PUT", f"photos/{uid}", {**changes, "DescriptionSrc": "manual"})
    player.names["2026-11-21T10:02:49Z"] = str(photo["EditedAt"])
    for other in player.state.catalog.photos.values():
        if other.uid != uid:
            other.updated = other.created


def _view_in_album(player: Player) -> None:
    photo = player.names["ptouitvcavk2kdvx"] = _uid_of(player, "trip/my view.jpg")
    player.call("PUT", f"photos/{photo}", {"Title": "View", "TitleSrc": "manual"})
    album = player.names["atouipcoaig8r03k"]
    player.call("POST", f"albums/{album}/photos", {"photos": [photo]})


def _second_file(player: Player) -> None:
    put(player.state.originals, "trip/second.jpg", content(20899) + b"other")


def _swap_target(player: Player) -> None:
    put(player.state.originals, "trip/swap.jpg", content(20640) + b"swap", 1_600_000_000 * 10**9)
    player.call("POST", "index", {"path": "/trip"})


def _uid_of(player: Player, name: str) -> str:
    return player.state.catalog.file_named(name).photo_uid


def _import_folder(player: Player) -> None:
    put(player.state.imports, "scan/card one.jpg", content(21054))


def _log_in_again(player: Player) -> None:
    key = player.names["0123456789abcdef0123456789abcdef0123456789abcdef"]
    admin = player.state.accounts.admin
    player.state.accounts.keep(Session(key=key, user=admin, provider="local"))


def _public(player: Player) -> None:
    player.server.site.options.public = True


def _read_only(player: Player) -> None:
    player.server.site.options.public = False
    player.server.site.options.read_only = True


def _harm(kind: str) -> Callable[[Player], object]:
    return lambda player: player.server.site.harm({"kind": kind})


BEFORE: Mapping[str, Callable[[Player], object]] = {
    "02-session/8": _harm("limit_logins"),
    "02-session/9": _harm("release_logins"),
    "06-album-photos/10": _stale_album,
    "07-photos-list/12": _changed_photo,
    "10-bytes/9": _harm("restart"),
    "13-webdav/12": _view_in_album,
    "13-webdav/20": _second_file,
    "13-webdav/21": _swap_target,
    "14-index-import/2": lambda player: player.state.work.busy.acquire(),
    "14-index-import/3": lambda player: player.state.work.busy.release(),
    "14-index-import/7": _import_folder,
    "15-guest-errors/12": _log_in_again,
    "16-labels-folders/5": lambda player: player.call("GET", "folders/originals"),
    "18-public-readonly/1": _public,
    "18-public-readonly/9": _read_only,
}
"""By the exchange that comes next."""


def replay(skipped: frozenset[str]) -> Iterator[tuple[Exchange, Answer]]:
    """Everything that was recorded, with what a demo server answers."""
    with DemoServer("photoprism", library=library(), options=replace(OPTIONS)) as server:
        prepare(server.site.state)
        player = Player(server)
        try:
            for exchange in exchanges():
                if exchange.key in BEFORE:
                    BEFORE[exchange.key](player)
                if exchange.key not in skipped:
                    yield exchange, player.play(exchange)
        finally:
            player.connection.close()
