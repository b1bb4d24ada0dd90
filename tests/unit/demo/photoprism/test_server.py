"""Over a real connection: faults, events, real files, many callers at once."""

import json
import os
import socket
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

import pytest
import requests
from simple_websocket import Client

from g3fs.demo.library import Album, Content, Library, Media
from g3fs.demo.photoprism.options import Options
from g3fs.demo.server import DemoServer
from tests.unit.demo.photoprism.calling import jpeg, sha1

NAMES = tuple(f"{n}.jpg" for n in range(6))
LIBRARY = Library(
    children=(
        Album(
            name="d",
            children=tuple(
                Media(name=n, content=Content(lambda n=n: jpeg(n)), title=n) for n in NAMES
            ),
        ),
    ),
    users=("guest",),
)


@dataclass
class Remote:
    server: DemoServer

    def call(self, method: str, path: str, data: object = None) -> requests.Response:
        headers = {"Authorization": f"Bearer {self.server.api_key}"}
        return requests.request(
            method, f"{self.server.url}/api/v1/{path}", headers=headers, json=data, timeout=20
        )

    def uids(self) -> list[str]:
        return [row["UID"] for row in self.call("GET", "photos?count=100").json()]


@pytest.fixture
def remote():
    with DemoServer("photoprism", library=LIBRARY) as server:
        yield Remote(server)


def test_an_index_that_takes_long_refuses_another_and_can_be_cancelled(remote):
    remote.server.faults.plant("slow_index", resource="index", seconds=30, times=1)
    with ThreadPoolExecutor(1) as pool, remote.server.site.state.events.listening() as inbox:
        running = pool.submit(remote.call, "POST", "index", {"path": "/"})
        assert inbox.get(timeout=20)["event"] == "notify.info"
        refused = remote.call("POST", "index", {"path": "/"})
        assert (refused.status_code, refused.json()) == (500, {"error": "Already running"})
        assert remote.call("GET", "photos?count=1").status_code == 200
        assert remote.call("DELETE", "index").status_code == 200
        assert running.result().status_code == 200


def test_an_index_may_do_nothing_and_say_that_it_is_done(remote):
    remote.server.faults.plant("cancelled_index", resource="index", times=1)
    remote.server.site.state.originals.remove("d/0.jpg")
    for left in (6, 5):
        assert remote.call("POST", "index", {"path": "/"}).status_code == 200
        assert len(remote.uids()) == left


def test_an_album_changes_between_two_pages(remote):
    album = remote.call("POST", "albums", {"Title": "Trip"}).json()["UID"]
    remote.call("POST", f"albums/{album}/photos", {"photos": remote.uids()})
    remote.server.faults.plant("page_shift", resource="photos", size=2, times=1)
    pages = [
        remote.call("GET", f"photos?count=2&offset={at}&s={album}&order=name").json()
        for at in (0, 2, 4)
    ]
    names = [row["Name"] for page in pages for row in page]
    assert names == ["0", "1", "4", "5"]


def test_an_upload_may_be_dropped_by_the_import(remote):
    remote.server.faults.plant("dropped_upload", resource="upload", method="PUT")
    user = remote.call("GET", "session").json()["user"]["UID"]
    address = f"{remote.server.url}/api/v1/users/{user}/upload/t"
    headers = {"Authorization": f"Bearer {remote.server.api_key}"}
    data = jpeg("new")
    requests.post(address, headers=headers, files={"files": ("n.jpg", data)}, timeout=20)
    assert remote.call("PUT", f"users/{user}/upload/t", {"albums": []}).status_code == 200
    assert remote.call("GET", f"files/{sha1(data)}").status_code == 404


@pytest.mark.parametrize(
    ("action", "status", "kind"),
    [
        ("login_limited", 429, "application/json"),
        ("already_running", 500, "application/json"),
        ("busy", 429, "application/json"),
        ("no_storage", 507, "application/json"),
        ("icon", 200, "image/svg+xml"),
        ("login_page", 200, "text/html"),
    ],
)
def test_a_whole_answer_can_be_asked_for(remote, action, status, kind):
    remote.server.faults.plant(action, resource="albums")
    answer = remote.call("GET", "albums?count=1")
    assert (answer.status_code, answer.headers["Content-Type"].split(";")[0]) == (status, kind)


def test_a_put_that_breaks_off_leaves_a_file_cut_short(remote):
    place = urlsplit(remote.server.origin)
    head = (
        f"PUT /originals/d/0.jpg HTTP/1.1\r\nHost: x\r\nContent-Length: 100000\r\n"
        f"Authorization: Bearer {remote.server.api_key}\r\n\r\n"
    )
    with socket.create_connection((place.hostname, place.port), timeout=20) as connection:
        connection.sendall(head.encode() + b"x" * 1000)
        connection.shutdown(socket.SHUT_WR)
        assert connection.recv(100) == b""
    assert remote.server.site.state.originals.stat("d/0.jpg").size == 1000


def test_requests_are_logged_without_tokens(remote):
    user = remote.server.site.state.accounts.admin
    sha = sha1(jpeg("0.jpg"))
    for address in (
        f"dl/{sha}?t={user.download_token}",
        f"t/{sha}/{user.preview_token}/tile_50",
        f"albums/atouhzzzzzzzzzzz/t/{user.preview_token}/tile_50",
        f"videos/{sha}/{user.preview_token}/avc",
    ):
        remote.call("GET", address)
    log = json.dumps(remote.server.requests.describe())
    assert sha in log
    assert user.preview_token not in log
    assert user.download_token not in log


def test_events_are_told_after_the_first_message_only(remote):
    listener = Client(remote.server.url.replace("http", "ws", 1) + "/api/v1/ws")
    try:
        listener.send("{}")
        listener.send(json.dumps({"session": remote.server.api_key, "version": "x"}))
        greeting = json.loads(listener.receive(10))
        assert greeting["event"] == "config.updated"
        assert greeting["data"]["config"]["mode"] == "user"
        uid = remote.uids()[0]
        remote.call("POST", "batch/photos/archive", {"photos": [uid]})
        expected = {"event": "photos.archived", "data": {"entities": [uid]}}
        assert json.loads(listener.receive(10)) == expected
        remote.call("POST", f"photos/{uid}/like")
        told = json.loads(listener.receive(10))
        assert told["event"] == "photos.updated"
        assert told["data"]["entities"][0]["UID"] == uid
    finally:
        listener.close()


def test_originals_are_real_files_and_a_restart_remembers_everything(tmp_path: Path):
    with DemoServer("photoprism", library=LIBRARY, data=tmp_path) as server:
        remote = Remote(server)
        (tmp_path / "originals" / "d" / "mine.jpg").write_bytes(jpeg("mine"))
        remote.call("POST", "index", {"path": "/d"})
        uids, key = remote.uids(), server.api_key
        assert len(uids) == 7
        remote.call("POST", "albums", {"Title": "Trip"})
        remote.call("POST", f"photos/{uids[0]}/label", {"Name": "sea"})
        before = remote.call("GET", f"photos/{uids[0]}").json()
    (tmp_path / "originals" / "d" / "5.jpg").unlink()
    with DemoServer("photoprism", library=LIBRARY, data=tmp_path) as server:
        remote = Remote(server)
        assert server.api_key == key
        assert len(remote.uids()) == 6
        assert set(remote.uids()) < set(uids)
        after = remote.call("GET", f"photos/{uids[0]}").json()
        assert (after["Labels"], after["Title"]) == (before["Labels"], before["Title"])
        albums = remote.call("GET", "albums?count=10&type=album").json()
        assert [a["Title"] for a in albums] == ["Trip"]


def test_a_directory_with_files_is_indexed_at_the_start(tmp_path: Path):
    (tmp_path / "originals").mkdir()
    (tmp_path / "originals" / "a.jpg").write_bytes(jpeg("a"))
    os.utime(tmp_path / "originals" / "a.jpg", (1_600_000_000, 1_600_000_000))
    with DemoServer("photoprism", data=tmp_path) as server:
        assert len(Remote(server).uids()) == 1


def test_many_callers_at_once_lose_nothing(remote):
    def work(number: int) -> list[int]:
        data = jpeg(f"w{number}")
        headers = {"Authorization": f"Bearer {remote.server.api_key}"}
        place = f"{remote.server.url}/originals/d/w{number}.jpg"
        title = {"Title": f"t{number}", "TitleSrc": "manual"}
        return [
            requests.put(place, data=data, headers=headers, timeout=20).status_code,
            remote.call("POST", "albums", {"Title": f"A {number % 3}"}).status_code,
            remote.call("GET", "photos?count=100&merged=true").status_code,
            remote.call("PUT", f"photos/{uids[number % 6]}", title).status_code,
        ]

    uids = remote.uids()
    with ThreadPoolExecutor(8) as pool:
        statuses = list(pool.map(work, range(24)))
    assert {tuple(s) for s in statuses} == {(201, 200, 200, 200)}
    assert len(remote.call("GET", "albums?count=100&type=album").json()) == 3
    assert remote.call("POST", "index", {"path": "/d"}).status_code == 200
    assert len(remote.uids()) == 30


def test_the_sample_library_has_what_a_gallery_needs():
    with DemoServer("photoprism", options=Options(uid_seed="x")) as server:
        remote = Remote(server)
        counts = remote.call("GET", "config").json()["count"]
        assert all(
            counts[name] for name in ("live", "videos", "archived", "favorites", "private",
                                      "review", "moments", "states", "labels", "people")
        )  # fmt: skip
        titles = [a["Title"] for a in remote.call("GET", "albums?count=99&type=album").json()]
        assert len(titles) > len(set(titles))
        assert ".." in titles
        assert any("/" in title for title in titles)
        kinds = {row["Type"] for row in remote.call("GET", "photos?count=999").json()}
        assert kinds == {"image", "live", "video", "animated"}
        assert server.account("guest").username == "guest"
