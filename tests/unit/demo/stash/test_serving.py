"""Bytes, doors and damage of the stand-in Stash."""

import json

import pytest
import requests

from g3fs.demo.server import DemoServer
from g3fs.demo.stash.options import Options
from g3fs.demo.stash.samples import stash_library
from tests.unit.demo.stash.calling import PICTURES, Caller


@pytest.fixture
def server() -> Caller:
    caller = Caller()
    caller.put("Sea/one.jpg", "0123456789")
    caller.put_zip("Sea/all.zip", "in.jpg")
    caller.scan()
    return caller


def _address(server: Caller, path: str) -> str:
    return f"/image/{server.image(path)['id']}/image"


@pytest.mark.parametrize("path", ["Sea/one.jpg", "Sea/all.zip/in.jpg"])
def test_ranges_of_files_and_of_entries_of_zips(server, path):
    address = _address(server, path)
    whole = server.get(address)
    size = len(whole.data)
    assert whole.headers["Content-Length"] == str(size)
    tail = server.get(address, Range="bytes=-4")
    assert (tail.status_code, tail.data) == (206, whole.data[-4:])
    assert tail.headers["Content-Range"] == f"bytes {size - 4}-{size - 1}/{size}"
    assert server.get(address, Range=f"bytes={size}-").status_code == 416
    assert server.get(address, Range="lines=1-2").status_code == 416
    several = server.get(address, Range="bytes=0-1,3-4")
    assert several.status_code == 206
    assert several.headers["Content-Type"].startswith("multipart/byteranges")


def test_a_range_holds_only_for_the_version_it_names(server):
    address = _address(server, "Sea/one.jpg")
    stamp = server.get(address).headers["Last-Modified"]
    assert server.get(address, Range="bytes=0-1", If_Range=stamp).status_code == 206
    assert server.get(address, Range="bytes=0-1", If_Range="another").status_code == 200
    assert server.get(address, If_Modified_Since=stamp).status_code == 304


def test_the_disk_is_read_at_the_moment_of_the_request(server):
    listed = server.image("Sea/one.jpg")["visual_files"][0]["size"]
    server.put("Sea/one.jpg", "0123456789 and more")
    assert len(server.get(_address(server, "Sea/one.jpg")).data) == listed + len(" and more")


def test_thumbnails_are_what_the_server_sends_not_what_one_expects():
    server = Caller(stash_library())
    kinds = {}
    for image in server.world.store.images:
        answer = server.get(f"/image/{image.id}/thumbnail")
        kinds.setdefault(image.files[0].format, set()).add(answer.headers["Content-Type"])
    assert kinds["mjpeg"] == kinds["png"] == kinds["gif"] == {"image/jpeg"}
    assert kinds["mp4"] == {"video/mp4"}


def test_a_new_key_shuts_out_the_old_one(server):
    old = server.world.settings.api_key
    server.site.harm({"kind": "new_key"})
    assert server.get("/graphql", ApiKey=old).status_code == 401


def test_an_open_server_takes_no_key_and_locks_itself_after_a_public_visitor():
    server = Caller(username="")
    body = {"json": {"query": "{ version { version } }"}}
    assert server.send("POST", "/graphql", **body).status_code == 200
    assert server.send("POST", "/graphql", {"ApiKey": "any"}, **body).status_code == 401
    visitor = {"X-Forwarded-For": "8.8.8.8"}
    assert server.send("POST", "/graphql", visitor, **body).status_code == 403
    assert server.send("POST", "/graphql", **body).status_code == 403
    assert server.get("/healthz").status_code == 200
    server.site.harm({"kind": "unlock"})
    assert server.send("POST", "/graphql", **body).status_code == 200


def test_a_cookie_opens_until_sessions_are_forgotten(server):
    form = {"username": "admin", "password": server.world.settings.password}
    assert server.send("POST", "/login", {"ApiKey": ""}, data=form).status_code == 200
    ask = {"json": {"query": "{ version { version } }"}}
    assert server.send("POST", "/graphql", {"ApiKey": ""}, **ask).status_code == 200
    server.site.harm({"kind": "new_sessions"})
    assert server.send("POST", "/graphql", {"ApiKey": ""}, **ask).status_code == 401


def test_damage_to_a_file(server):
    file = server.image("Sea/one.jpg")["visual_files"][0]
    server.site.harm({"kind": "stale_size", "file": file["id"], "by": 7})
    assert server.image("Sea/one.jpg")["visual_files"][0]["size"] == file["size"] + 7
    server.site.harm({"kind": "lost_file", "file": file["id"]})
    gone = server.get(_address(server, "Sea/one.jpg"))
    assert (gone.status_code, gone.text.strip()) == (
        500,
        f"open {PICTURES}/Sea/one.jpg: no such file or directory",
    )
    with pytest.raises(ValueError, match="no such damage"):
        server.site.harm({"kind": "nothing"})
    with pytest.raises(ValueError, match="no file"):
        server.site.harm({"kind": "lost_file", "file": 999})


def test_behind_a_proxy_with_a_prefix():
    server = Caller(base_path="/stash")
    server.put("a/b.jpg")
    server.scan()
    key = {"ApiKey": server.world.settings.api_key}
    asked = {"query": "{ findImage(id: 1) { paths { image } } }"}
    answer = server.send("POST", "/stash/graphql", key, json=asked)
    address = answer.json["data"]["findImage"]["paths"]["image"]
    assert address.startswith("http://localhost/stash/image/1/image?t=")
    assert server.send("POST", "/graphql", key, json=asked).status_code == 404
    away = server.send("GET", "/stash/image/1/image", {"ApiKey": ""})
    assert away.headers["Location"].startswith("/stash/login?returnURL=%2Fstash%2Fimage")


@pytest.mark.parametrize(("trouble", "status"), [("fail", "FAILED"), ("hang", "CANCELLED")])
def test_jobs_that_fail_or_never_end(trouble, status):
    server = Caller(job_trouble=trouble)
    job = server.ask("mutation { metadataScan(input: {}) }")["metadataScan"]
    if trouble == "hang":
        assert server.ask("{ jobQueue { id } }")["jobQueue"] == [{"id": job}]
        server.ask("mutation($j: ID!) { stopJob(job_id: $j) }", j=job)
    assert server.world.jobs.wait()
    found = server.ask("query($j: ID!) { findJob(input: {id: $j}) { status } }", j=job)
    assert found["findJob"]["status"] == status
    server.site.close()


def test_faults_over_http():
    with DemoServer("stash", options=Options(api_key="key")) as server:

        def ask(query):
            return requests.post(
                f"{server.url}/graphql",
                json={"query": query},
                headers={"ApiKey": "key"},
                timeout=10,
            )

        server.faults.plant("resolver_error", resource="findTags", body="broken")
        answer = json.loads(ask("{ findTags { count } }").content)
        assert answer == {"errors": [{"message": "broken", "path": ["findTags"]}], "data": None}
        server.faults.plant("partial_data", resource="version", body="odd")
        answer = ask("{ version { hash } }").json()
        assert answer["errors"][0]["message"] == "odd"
        assert answer["data"] is not None
        server.faults.plant("html", resource="stats")
        assert ask("{ stats { image_count } }").text.startswith("<html>")
        server.faults.plant("reset_after", resource="galleryCreate")
        with pytest.raises(requests.ConnectionError):
            ask('mutation { galleryCreate(input: {title: "done"}) { id } }')
        made = [row.title for row in server.site.world.store.galleries]
        assert made[-1] == "done"


def test_a_directory_keeps_the_server_and_its_library(tmp_path):
    with DemoServer("stash", data=tmp_path) as server:
        before = server.describe() | {"url": ""}
        files = {p.name for p in (tmp_path / "library" / "pictures" / "Holidays").iterdir()}
        assert "beach-01.jpg" in files
        titles = [row.title for row in server.site.world.store.galleries]
    with DemoServer("stash", data=tmp_path) as server:
        assert server.describe() | {"url": ""} == before
        assert [row.title for row in server.site.world.store.galleries] == titles
        best = next(g for g in server.site.world.store.galleries if g.label == "Best of")
        assert best.chosen_cover in best.images
