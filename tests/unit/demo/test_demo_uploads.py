"""Requests that change something: faults on their way in, the log, several at once."""

import gc
import hashlib
import http.client
import json
import socket
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from urllib.parse import urlsplit

import pytest
import requests

from g3fs.demo.gallery3.rest import Limits
from g3fs.demo.gallery3.site import Options
from g3fs.demo.library import Album, Content, Library, Media, Remark
from g3fs.demo.server import DemoServer
from g3fs.demo.synthetic import TINY, tiny_jpeg

ALBUM, PHOTO, OTHER, EMPTY = 2, 3, 4, 5
"""Items of the library below, as they are numbered."""
BIG = tiny_jpeg() + bytes(3_000_000)


def _photo(name: str, **more: object) -> Media:
    return Media(name=name, content=Content(tiny_jpeg), width=TINY[0], height=TINY[1], **more)


LIBRARY = Library(
    children=(
        Album(
            name="album",
            children=(
                _photo("a.jpg", tags=("old",), remarks=(Remark(text="seen"),)),
                _photo("b.jpg"),
            ),
        ),
        Album(name="empty"),
    )
)


class Client:
    """Makes one call after another, on a connection of its own each."""

    def __init__(self, server: DemoServer) -> None:
        self.server = server

    def call(self, verb: str, path: str, entity: object = None, data: bytes | None = None):
        """As clients must: a POST that says what it is, with the entity in a form."""
        headers = {
            "X-Gallery-Request-Key": self.server.api_key,
            "X-Gallery-Request-Method": verb,
            "Connection": "close",
        }
        form = {"entity": json.dumps(entity)}
        files = None if data is None else {"file": ("upload.jpg", data)}
        url = f"{self.server.url}/rest/{path}"
        return requests.post(url, data=form, files=files, headers=headers, timeout=10)

    def upload(self, name: str, data: bytes, album: int = ALBUM):
        return self.call("post", f"item/{album}", {"type": "photo", "name": name}, data)

    def url(self, path: str) -> str:
        return f"{self.server.url}/rest/{path}"


def _state(server: DemoServer) -> object:
    return server.site.snapshot(), sorted(tag.name for tag in server.site.gallery.tags)


@pytest.fixture
def server() -> Iterator[DemoServer]:
    with DemoServer(library=LIBRARY) as running:
        yield running


@pytest.fixture
def client(server) -> Client:
    return Client(server)


WRITES: Mapping[str, Callable[[Client], requests.Response]] = {
    "make an album": lambda c: c.call("post", f"item/{ALBUM}", {"type": "album", "name": "new"}),
    "upload": lambda c: c.upload("new.jpg", tiny_jpeg()),
    "change a title": lambda c: c.call("put", f"item/{OTHER}", {"title": "new"}),
    "rename": lambda c: c.call("put", f"item/{OTHER}", {"name": "c.jpg", "slug": "c"}),
    "move": lambda c: c.call("put", f"item/{OTHER}", {"parent": c.url(f"item/{EMPTY}")}),
    "replace data": lambda c: c.call("put", f"item/{OTHER}", {}, tiny_jpeg() + b"new"),
    "delete a photo": lambda c: c.call("delete", f"item/{OTHER}"),
    "delete an album": lambda c: c.call("delete", f"item/{EMPTY}"),
    "make a tag": lambda c: c.call("post", "tags", {"name": "new"}),
    "attach a tag": lambda c: c.call(
        "post", f"item_tags/{OTHER}", {"tag": c.url("tag/1"), "item": c.url(f"item/{OTHER}")}
    ),
    "detach a tag": lambda c: c.call("delete", f"tag_item/1,{PHOTO}"),
    "rename a tag": lambda c: c.call("put", "tag/1", {"name": "new"}),
    "delete a tag": lambda c: c.call("delete", "tag/1"),
    "comment": lambda c: c.call("post", "comments", {"item": c.url("item/3"), "text": "new"}),
    "delete a comment": lambda c: c.call("delete", "comment/1"),
}
UNSEEN = [
    {"action": "status", "status": 503},
    {"action": "status", "status": 413},
    {"action": "maintenance"},
    {"action": "too_large"},
    {"action": "redirect", "location": "http://127.0.0.1:1/"},
    {"action": "reset_before"},
    {"action": "upload_reset"},
    {"action": "upload_refused", "status": 413},
]
"""The gallery never hears of the request."""
DONE = [
    {"action": "status_after", "status": 500},
    {"action": "status_after", "status": 400, "body": '{"album_cover_item_id":"invalid_item"}'},
    {"action": "reset_after"},
    {"action": "truncate_json"},
    {"action": "cut", "size": 1},
    {"action": "upload_throttle", "rate": 10_000_000},
]
"""The gallery does what it is asked; only the answer suffers, or the patience."""


def _try(write: Callable[[Client], object], client: Client) -> None:
    try:
        write(client)
    except requests.RequestException:
        return


@pytest.mark.parametrize("name", WRITES)
def test_every_write_changes_something_and_counts_as_one(server, client, name):
    before = _state(server)
    assert WRITES[name](client).status_code in (200, 201)
    assert _state(server) != before
    assert len(server.requests.writes()) == 1
    assert server.site.complaints() == []


@pytest.mark.parametrize("rule", UNSEEN, ids=lambda rule: rule["action"])
def test_no_write_is_done_that_a_fault_keeps_from_the_gallery(server, client, rule):
    planted = server.faults.plant(**rule)
    before = _state(server)
    for write in WRITES.values():
        _try(write, client)
    assert planted.hits == len(WRITES)
    assert _state(server) == before


@pytest.mark.parametrize("rule", DONE, ids=lambda rule: rule["action"])
@pytest.mark.parametrize("name", WRITES)
def test_every_write_is_done_although_a_fault_spoils_the_answer(name, rule):
    with DemoServer(library=LIBRARY) as server:
        planted = server.faults.plant(**rule)
        before = _state(server)
        _try(WRITES[name], Client(server))
        assert planted.hits == 1
        assert _state(server) != before
        assert server.site.complaints() == []


def test_reads_and_logins_are_no_writes(server, client):
    requests.post(f"{server.url}/rest", data={"user": "x"}, timeout=10)
    requests.get(f"{server.url}/rest/item/1", timeout=10)
    assert client.call("get", "item/1").status_code == 200
    assert server.requests.writes() == []


def test_a_native_put_is_a_write_although_it_changes_nothing(server):
    headers = {"X-Gallery-Request-Key": server.api_key}
    requests.put(f"{server.url}/rest/item/1", headers=headers, timeout=10)
    assert [entry.verb for entry in server.requests.writes()] == ["PUT"]


# The body on its way.


def test_an_upload_is_reset_after_so_many_bytes_and_not_stored(server, client):
    server.faults.plant("upload_reset", size=100_000)
    with pytest.raises(requests.ConnectionError):
        client.upload("new.jpg", BIG)
    server.stop()
    (entry,) = server.requests.entries()
    assert (entry.received, entry.status) == (100_000, None)
    assert "album/new.jpg" not in server.site.snapshot()


def test_an_upload_is_refused_in_the_middle_and_the_client_reads_why(server, client):
    server.faults.plant("upload_refused", size=100_000, status=413, body="too large")
    answer = client.upload("new.jpg", BIG)
    assert (answer.status_code, answer.text) == (413, "too large")
    assert server.requests.entries()[0].received == 100_000


def test_an_upload_that_stalls_lets_the_client_go_and_stores_nothing(server):
    server.faults.plant("upload_stall", size=1000)
    raw = http.client.HTTPConnection(urlsplit(server.origin).netloc, timeout=10)
    raw.request("POST", "/index.php/rest/item/1", body=bytes(5000))
    assert server.requests.wait_for(1)
    raw.close()
    server.stop()
    (entry,) = server.requests.entries()
    assert (entry.received <= 1000, entry.done, entry.status) == (True, True, None)


def test_a_throttled_upload_arrives_whole(server, client):
    server.faults.plant("upload_throttle", rate=30_000_000)
    assert client.upload("new.jpg", BIG).status_code == 201
    shown = server.site.snapshot()["album/new.jpg"]
    assert shown.sha256 == hashlib.sha256(BIG).hexdigest()


def test_the_gallery_answers_others_while_the_body_of_an_upload_travels(server, client):
    prepared = requests.Request(
        "POST",
        client.url(f"item/{ALBUM}"),
        data={"entity": json.dumps({"type": "photo", "name": "new.jpg"})},
        files={"file": ("upload.jpg", BIG)},
        headers={"X-Gallery-Request-Key": server.api_key},
    ).prepare()
    lines = [f"POST {prepared.path_url} HTTP/1.1", "Host: x"]
    lines += [f"{name}: {value}" for name, value in prepared.headers.items()]
    with socket.create_connection(urlsplit(server.origin).netloc.split(":"), timeout=10) as raw:
        raw.sendall("\r\n".join([*lines, "", ""]).encode() + prepared.body[:-10])
        assert client.call("get", f"tree/{ALBUM}").status_code == 200
        assert client.upload("other.jpg", tiny_jpeg()).status_code == 201
        raw.sendall(prepared.body[-10:])
        assert raw.recv(1000).startswith(b"HTTP/1.1 201")
    assert {"album/new.jpg", "album/other.jpg"} <= server.site.snapshot().keys()


def test_a_client_that_leaves_in_the_middle_of_a_file_leaves_nothing_behind(server, client):
    head = (
        b'--B\r\nContent-Disposition: form-data; name="entity"\r\n\r\n'
        b'{"type":"photo","name":"c.jpg"}\r\n--B\r\n'
        b'Content-Disposition: form-data; name="file"; filename="c.jpg"\r\n\r\n'
    )
    lines = [
        *("POST /index.php/rest/item/1 HTTP/1.1", "Host: x", f"Content-Length: {len(BIG)}"),
        *("Content-Type: multipart/form-data; boundary=B", "", ""),
    ]
    with socket.create_connection(urlsplit(server.origin).netloc.split(":"), timeout=10) as raw:
        raw.sendall("\r\n".join(lines).encode() + head + BIG[:-9000])
        raw.shutdown(socket.SHUT_WR)
        assert raw.recv(1) == b""
    gc.collect()
    assert "c.jpg" not in server.site.snapshot()


# Several at once.


@pytest.mark.parametrize("albums", [[ALBUM], [1, ALBUM, EMPTY]])
def test_four_that_upload_at_once_all_find_their_files(server, client, albums):
    wanted = {f"n{number}.jpg": tiny_jpeg() + b"%d" % number * 70_000 for number in range(40)}

    def upload(order: tuple[int, str]) -> int:
        number, name = order
        album = albums[number % len(albums)]
        return client.upload(name, wanted[name], album).status_code

    with ThreadPoolExecutor(4) as pool:
        assert set(pool.map(upload, enumerate(wanted))) == {201}
    found = {
        path.rpartition("/")[2]: shown.sha256 for path, shown in server.site.snapshot().items()
    }
    for name, data in wanted.items():
        assert found[name] == hashlib.sha256(data).hexdigest()
    assert server.site.complaints() == []


# Limits of the site itself.


@pytest.mark.parametrize(
    ("limits", "create", "replace"),
    [
        (Limits(body=2_000_000), (413, None), 413),
        (Limits(post=2_000_000), (400, {"errors": {"type": "invalid"}}), 200),
        (Limits(file=2_000_000), (400, {"errors": {"file": {}}}), 200),
    ],
)
def test_what_is_too_large_is_refused_or_dropped_in_silence(limits, create, replace):
    with DemoServer(library=LIBRARY, options=Options(limits=limits)) as server:
        client, before = Client(server), server.site.snapshot()
        answer = client.upload("new.jpg", BIG)
        told = answer.json() if answer.status_code == 400 else None
        assert (answer.status_code, told) == create
        assert client.call("put", f"item/{OTHER}", {}, BIG).status_code == replace
        assert server.site.snapshot() == before
