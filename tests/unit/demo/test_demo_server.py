"""The demo server over real connections: life, faults on the wire, log, control, persistence."""

import http.client
import json
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest
import requests

from g3fs.demo.gallery3.site import Options
from g3fs.demo.library import Library
from g3fs.demo.server import DemoServer
from g3fs.demo.synthetic import album_of, big_file, tiny_jpeg

PHOTO = 3
"""Id of the first photo of an `album_of`."""


@pytest.fixture
def server() -> Iterator[DemoServer]:
    with DemoServer(library=album_of(3)) as running:
        yield running


@pytest.fixture
def session(server) -> Iterator[requests.Session]:
    with requests.Session() as opened:
        opened.headers["X-Gallery-Request-Key"] = server.api_key
        yield opened


def _data(server: DemoServer) -> str:
    return f"{server.url}/rest/data/{PHOTO}?size=full"


def test_the_url_is_what_a_user_would_type_and_the_password_gets_the_key(server):
    answer = requests.post(
        f"{server.url}/rest",
        data={"user": server.username.upper(), "password": server.password},
        timeout=10,
    )
    assert answer.json() == server.api_key
    assert server.url.endswith("/index.php")


def test_a_second_user_is_no_administrator(server):
    bob = server.account("bob")
    answer = requests.get(
        f"{server.url}/rest/item/1", headers={"X-Gallery-Request-Key": bob.api_key}, timeout=10
    )
    assert answer.json()["entity"]["can_edit"] is False


def test_connections_are_kept_and_counted(server, session):
    for _ in range(3):
        assert session.get(f"{server.url}/rest/item/1", timeout=10).status_code == 200
    assert (server.requests.connections, len(server.requests)) == (1, 3)


def test_a_body_that_nobody_reads_does_not_spoil_the_connection(server, session):
    answer = session.put(f"{server.url}/rest/item/1", data=b"x" * 300_000, timeout=10)
    assert (answer.status_code, answer.text) == (200, "null")
    assert session.get(f"{server.url}/rest/item/1", timeout=10).status_code == 200
    assert server.requests.connections == 1


def test_chunked_uploads_are_taken(server, session):
    head = (
        b'--B\r\nContent-Disposition: form-data; name="entity"\r\n\r\n'
        b'{"type":"photo","name":"c.jpg"}\r\n--B\r\n'
        b'Content-Disposition: form-data; name="file"; filename="c.jpg"\r\n\r\n'
    )
    answer = session.post(
        f"{server.url}/rest/item/2",
        data=iter((head, tiny_jpeg(), b"\r\n--B--\r\n")),
        headers={"Content-Type": "multipart/form-data; boundary=B"},
        timeout=10,
    )
    assert answer.status_code == 201


def test_an_upload_that_breaks_off_is_not_stored(server):
    with socket.create_connection(urlsplit(server.origin).netloc.split(":"), timeout=10) as raw:
        raw.sendall(
            b"POST /index.php/rest/item/1 HTTP/1.1\r\nHost: x\r\n"
            b"X-Gallery-Request-Key: " + server.api_key.encode() + b"\r\n"
            b"Content-Type: application/x-www-form-urlencoded\r\nContent-Length: 100\r\n\r\n"
            b"entity=%7B%22type%22%3A%22album%22%2C%22name%22%3A%22a%22%7D"
        )
        raw.shutdown(socket.SHUT_WR)
        assert raw.recv(1) == b""
    assert [item.name for item in server.site.gallery.items][-1] != "a"


def test_a_server_that_stops_closes_every_connection(server):
    netloc = urlsplit(server.origin).netloc
    idle = http.client.HTTPConnection(netloc, timeout=10)
    idle.request("GET", "/index.php")
    idle.getresponse().read()
    server.stop()
    assert idle.sock.recv(1) == b""
    idle.close()
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection(netloc.split(":"), timeout=10)


def test_a_server_that_hung_up_comes_back_at_the_same_address_with_its_state(server, session):
    url, key = server.url, server.api_key
    server.hang_up()
    with pytest.raises(requests.ConnectionError):
        session.get(f"{url}/rest/item/1", timeout=10)
    server.listen()
    assert (server.url, server.api_key) == (url, key)
    assert session.get(f"{url}/rest/item/{PHOTO}", timeout=10).status_code == 200


def test_a_taken_port_is_an_os_error(server):
    port = urlsplit(server.origin).port
    with pytest.raises(OSError, match="in use"):
        DemoServer(library=Library(), port=port).start()


def test_only_this_machine_is_served(server):
    assert urlsplit(server.origin).hostname == "127.0.0.1"


# Faults on the wire.


@pytest.mark.parametrize("status", [401, 403, 404, 409, 413, 500, 502, 503, 504])
def test_any_status_can_be_answered_without_the_gallery(server, session, status):
    server.faults.plant("status", status=status, body="no", times=1)
    answer = session.get(_data(server), timeout=10)
    assert (answer.status_code, answer.text) == (status, "no")
    assert session.get(_data(server), timeout=10).status_code == 200


def test_too_many_requests_say_when_to_come_again(server, session):
    server.faults.plant("status", status=429, retry_after="7")
    assert session.get(_data(server), timeout=10).headers["Retry-After"] == "7"


def test_maintenance_is_200_and_html_for_bytes_too(server, session):
    server.faults.plant("maintenance")
    answer = session.get(_data(server), timeout=10)
    assert answer.status_code == 200
    assert answer.headers["Content-Type"].startswith("text/html")


def test_a_redirect_leads_to_the_same_path_at_another_origin(server, session):
    server.faults.plant("redirect", location="http://127.0.0.2:1")
    answer = session.get(_data(server), timeout=10, allow_redirects=False)
    assert answer.status_code == 302
    path = _data(server).removeprefix(server.origin)
    assert answer.headers["Location"] == f"http://127.0.0.2:1{path}"


def test_truncated_json_is_complete_as_http(server, session):
    server.faults.plant("truncate_json")
    answer = session.get(f"{server.url}/rest/item/1", timeout=10)
    with pytest.raises(ValueError, match=r"Expecting|Unterminated"):
        json.loads(answer.content)


@pytest.mark.parametrize("action", ["reset_before", "reset_after"])
def test_a_reset_is_seen_as_one_and_after_it_the_work_is_done_or_not(server, session, action):
    server.faults.plant(action, method="DELETE")
    with pytest.raises(requests.ConnectionError, match="reset"):
        session.delete(f"{server.url}/rest/item/{PHOTO}", timeout=10)
    stored = server.site.gallery.items.get(PHOTO)
    assert (stored is None) is (action == "reset_after")


def test_a_500_after_the_work_is_done_leaves_the_work_done(server, session):
    server.faults.plant("status_after", status=500, method="POST")
    entity = json.dumps({"type": "album", "name": "a"})
    answer = session.post(f"{server.url}/rest/item/1", data={"entity": entity}, timeout=10)
    assert answer.status_code == 500
    assert "a" in [item.name for item in server.site.gallery.items]


@pytest.mark.parametrize("action", ["cut", "cut_clean"])
def test_a_body_can_be_cut_in_the_middle(server, session, action):
    server.faults.plant(action, size=100)
    answer = session.get(_data(server), timeout=10, stream=True)
    assert answer.status_code == 200
    with pytest.raises((requests.ConnectionError, requests.exceptions.ChunkedEncodingError)):
        _ = answer.content
    assert server.requests.entries(resource="data")[0].sent == 100


def test_a_body_can_be_shorter_than_promised(server, session):
    server.faults.plant("short", size=5)
    with pytest.raises(requests.exceptions.ChunkedEncodingError):
        session.get(_data(server), timeout=10)


def test_a_body_can_be_longer_than_promised(server):
    server.faults.plant("long", size=5)
    with socket.create_connection(urlsplit(server.origin).netloc.split(":"), timeout=10) as raw:
        raw.sendall(b"GET /index.php HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
        received = b"".join(iter(lambda: raw.recv(65536), b""))
    head, _, body = received.partition(b"\r\n\r\n")
    promised = int(head.split(b"Content-Length: ")[1].split(b"\r\n")[0])
    assert len(body) == promised + 5


def test_a_dripping_body_starts_and_a_client_that_leaves_ends_it(server, session):
    server.faults.plant("drip", rate=1)
    with session.get(_data(server), timeout=10, stream=True) as answer:
        assert answer.raw.read(1) == tiny_jpeg()[:1]
        server.stop()
    (entry,) = server.requests.entries(resource="data")
    assert 0 < entry.sent < len(tiny_jpeg())


def test_a_throttled_body_arrives_whole(server, session):
    server.faults.plant("throttle", rate=1_000_000)
    assert len(session.get(_data(server), timeout=10).content) > 900


@pytest.mark.parametrize("action", ["stall", "stall_after"])
def test_a_server_that_never_answers_can_still_be_stopped(server, action):
    server.faults.plant(action)
    raw = http.client.HTTPConnection(urlsplit(server.origin).netloc, timeout=10)
    raw.request("GET", f"/index.php/rest/data/{PHOTO}?size=full")
    assert server.requests.wait_for(1)
    server.stop()
    with pytest.raises((http.client.RemoteDisconnected, ConnectionResetError)):
        raw.getresponse()
    raw.close()
    assert server.requests.entries()[0].status is None


def test_a_delay_is_over_some_time(server, session):
    planted = server.faults.plant("delay", seconds=0.01)
    assert session.get(_data(server), timeout=10).status_code == 200
    assert planted.hits == 1


def test_a_site_without_the_rest_module_answers_404_and_html(server, session):
    server.faults.plant("rest_off")
    answer = session.get(f"{server.url}/rest/item/1", timeout=10)
    assert answer.status_code == 404
    assert answer.headers["Content-Type"].startswith("text/html")


# Log and control.


def test_the_log_knows_the_method_that_counts_and_blanks_keys(server, session):
    headers = {"X-Gallery-Request-Method": "delete"}
    session.post(f"{server.url}/rest/item/99?access_key=secret", headers=headers, timeout=10)
    (entry,) = server.requests.entries()
    assert (entry.method, entry.verb, entry.resource) == ("POST", "DELETE", "item")
    assert "secret" not in json.dumps(server.requests.describe())
    assert server.api_key not in json.dumps(server.requests.describe())


def test_the_log_counts_bytes_both_ways(server, session):
    size = len(session.get(_data(server), timeout=10).content)
    session.post(f"{server.url}/rest", data={"user": "x"}, timeout=10)
    data, login = server.requests.entries()
    assert (data.sent, data.received, data.status) == (size, 0, 200)
    assert (login.received, login.status) == (len("user=x"), 403)


def test_faults_and_log_can_be_reached_from_other_processes(server, session):
    control = f"{server.origin}/demo"
    planted = requests.post(
        f"{control}/faults", json={"action": "status", "status": 503}, timeout=9
    )
    assert planted.json()[0]["status"] == 503
    assert session.get(_data(server), timeout=10).status_code == 503
    assert requests.delete(f"{control}/faults", timeout=10).json() == []
    log = requests.get(f"{control}/requests", timeout=10).json()
    assert (log["count"], log["counts"]) == (1, {"GET data": 1})
    assert requests.delete(f"{control}/requests", timeout=10).json()["count"] == 0


def test_a_bad_rule_plants_none_of_its_list(server):
    rules = [{"action": "stall"}, {"action": "explode"}]
    answer = requests.post(f"{server.origin}/demo/faults", json=rules, timeout=10)
    assert answer.status_code == 400
    assert "explode" in answer.json()["error"]
    assert server.faults.describe() == []


def test_items_can_be_damaged_from_other_processes(server, session):
    order = {"kind": "lost_original", "item": PHOTO}
    requests.post(f"{server.origin}/demo/damage", json=order, timeout=10)
    assert session.get(_data(server), timeout=10).status_code == 404


# Persistence.


def test_a_gallery_in_a_directory_survives_with_keys_and_files(tmp_path: Path):
    with DemoServer(library=album_of(2), data=tmp_path) as first:
        key, password = first.api_key, first.password
        headers = {"X-Gallery-Request-Key": key}
        data = {"entity": json.dumps({"type": "photo", "name": "neu é.jpg", "title": "Neu"})}
        files = {"file": ("u.jpg", tiny_jpeg() + b"tail")}
        answer = requests.post(
            f"{first.url}/rest/item/2", data=data, files=files, headers=headers, timeout=10
        )
        new = answer.headers["Location"].rpartition("/")[2]
        requests.delete(f"{first.url}/rest/item/{PHOTO}", headers=headers, timeout=10)
    with DemoServer(data=tmp_path) as second:
        assert (second.api_key, second.password == password) == (key, False)
        entity = requests.get(f"{second.url}/rest/item/{new}", headers=headers, timeout=10).json()
        assert entity["entity"]["title"] == "Neu"
        full = f"{second.url}/rest/data/{new}?size=full"
        assert requests.get(full, headers=headers, timeout=10).content == tiny_jpeg() + b"tail"
        gone = requests.get(f"{second.url}/rest/item/{PHOTO}", headers=headers, timeout=10)
        assert gone.status_code == 404
    stored = tmp_path / "var" / "albums" / "many" / "neu é.jpg"
    assert stored.read_bytes() == tiny_jpeg() + b"tail"


def test_a_kept_gallery_moves_its_files_with_its_albums(tmp_path: Path):
    with DemoServer(library=album_of(1), data=tmp_path) as server:
        headers = {"X-Gallery-Request-Key": server.api_key, "X-Gallery-Request-Method": "put"}
        data = {"entity": json.dumps({"name": "moved", "slug": "moved"})}
        requests.post(f"{server.url}/rest/item/2", data=data, headers=headers, timeout=10)
    names = {str(p.relative_to(tmp_path / "var")) for p in tmp_path.rglob("*.jpg")}
    assert names == {
        "albums/moved/photo-00000.jpg",
        "resizes/moved/photo-00000.jpg",
        "thumbs/moved/photo-00000.jpg",
        "thumbs/moved/.album.jpg",
        "thumbs/.album.jpg",
    }


def test_a_big_file_is_sent_whole_and_in_ranges():
    with DemoServer(library=big_file(3_000_000), options=Options(base_path="/gallery3")) as server:
        url = f"{server.origin}/gallery3/var/albums/big/big.jpg"
        assert len(requests.get(url, timeout=10).content) == 3_000_000
        part = requests.get(url, headers={"Range": "bytes=2999990-"}, timeout=10)
        assert (part.status_code, len(part.content)) == (206, 10)


def test_the_server_alone_says_in_one_line_how_to_reach_it_and_ends_quietly(tmp_path: Path):
    command = [sys.executable, "-m", "g3fs.demo", "--data", str(tmp_path / "kept")]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        told = json.loads(process.stdout.readline())
        headers = {"X-Gallery-Request-Key": told["api_key"]}
        answer = requests.get(f"{told['url']}/rest/item/1", headers=headers, timeout=30)
        process.terminate()
        rest, noise = process.communicate(timeout=30)
    assert answer.status_code == 200
    assert told.keys() == {"kind", "url", "username", "password", "api_key"}
    assert (process.returncode, rest, noise) == (0, b"", b"")
