"""Uploads, index and import: silent drops, lost answers, work that somebody else does."""

import io
from hashlib import sha1
from pathlib import Path

import pytest

from g3fs.clients.photoprism import Client, Patience
from g3fs.clients.photoprism.sniff import digest
from g3fs.gallery.errors import (
    AccessDenied,
    BadName,
    BadReply,
    Busy,
    Cancelled,
    Invalid,
    NoSpace,
    ReadOnly,
    ServerError,
)
from g3fs.http.cancel import Cancel
from tests.unit.clients.photoprism.site import (
    DENIED,
    UNKNOWN,
    USER,
    Answer,
    Asked,
    Clock,
    Site,
    opened,
    said,
)

JPEG = b"\xff\xd8\xff\xe0" + b"data" * 1000
NAME = sha1(JPEG, usedforsecurity=False).hexdigest()
FILE = {"UID": "f1", "PhotoUID": "p1", "Name": "2024/05/x.jpg", "Hash": NAME, "Size": len(JPEG)}
RUNNING = said({"error": "Already running"}, 500)
DONE = said({"code": 200, "message": "done"})


class _Import:
    """The server's side of an upload: files wait aside until they are imported."""

    def __init__(self, site: Site, answer: Answer = DONE, *, keeps: bool = True) -> None:
        self.site = site
        self.answer = answer
        self.keeps = keeps

    def __call__(self, asked: Asked) -> Answer:
        token = asked.path.rpartition("/")[2]
        if asked.method == "POST":
            self.site.api("PUT", f"users/{USER}/upload/{token}", self)
            return DONE
        if self.keeps:
            self.site.api("GET", f"files/{NAME}", said(FILE))
        return self.answer


@pytest.fixture
def tokens(site: Site, prism: Client) -> None:
    """No upload token is known before: any address below `upload` is answered."""
    site.api("GET", f"files/{NAME}", UNKNOWN)


def _uploads(site: Site, imported: _Import) -> None:
    known = site.respond

    def respond(asked: Asked) -> Answer:
        if asked.path.startswith(f"/api/v1/users/{USER}/upload/"):
            site.asked.append(asked)
            return imported(asked)
        return known(asked)

    site.respond = respond  # type: ignore[method-assign]  # this site answers whole folders


@pytest.mark.usefixtures("tokens")
def test_a_file_is_sent_imported_and_found_by_its_content(site, prism):
    _uploads(site, _Import(site))
    seen: list[int] = []
    up = prism.uploads.add(io.BytesIO(JPEG), "snap.jpg", albums=["Trip"], progress=seen.append)
    assert (up.file.photo_uid, up.known) == ("p1", False)
    find, post, put, again = site.asked
    assert [one.method for one in site.asked] == ["GET", "POST", "PUT", "GET"]
    assert b'name="files"; filename="snap.jpg"' in post.body
    assert JPEG in post.body
    assert put.json == {"albums": ["Trip"]}
    assert (put.path, again.path) == (post.path, find.path)
    assert seen[-1] == len(post.body)


@pytest.mark.usefixtures("tokens")
def test_each_batch_has_a_word_of_its_own(site, prism):
    _uploads(site, _Import(site))
    prism.uploads.add(io.BytesIO(JPEG), "a.jpg")
    prism.uploads.add(io.BytesIO(JPEG), "a.jpg")
    assert len({one.path for one in site.asked if one.method == "PUT"}) == 2


def test_content_that_the_server_has_is_said_to_be_known(site, prism):
    _uploads(site, _Import(site))
    site.api("GET", f"files/{NAME}", said(FILE))
    assert prism.uploads.add(io.BytesIO(JPEG), "a.jpg").known


@pytest.mark.usefixtures("tokens")
def test_a_file_that_the_server_drops_in_silence_is_an_error(site, prism):
    _uploads(site, _Import(site, keeps=False))
    with pytest.raises(Invalid, match="dropped"):
        prism.uploads.add(io.BytesIO(JPEG), "a.jpg")


@pytest.mark.usefixtures("tokens")
def test_an_import_whose_answer_was_lost_is_looked_for_before_it_fails(site, prism):
    lost = said({"code": 500, "error": "x"}, 500)
    _uploads(site, _Import(site, lost))
    assert prism.uploads.add(io.BytesIO(JPEG), "a.jpg").file.uid == "f1"
    site.api("GET", f"files/{NAME}", UNKNOWN)
    _uploads(site, _Import(site, lost, keeps=False))
    with pytest.raises(ServerError):
        prism.uploads.add(io.BytesIO(JPEG), "a.jpg")


@pytest.mark.usefixtures("tokens")
def test_a_file_of_another_size_on_the_server_is_an_error(site, prism):
    _uploads(site, _Import(site, keeps=False))
    short = said({**FILE, "Size": 3})
    site.api("GET", f"files/{NAME}", [UNKNOWN, short])
    with pytest.raises(BadReply):
        prism.uploads.add(io.BytesIO(JPEG), "a.jpg")


@pytest.mark.parametrize(
    ("head", "name"),
    [
        (JPEG, "x.png"),
        (JPEG, "noextension"),
        (b"\x89PNG\r\n\x1a\n", "x.jpg"),
        (b"GIF89a", "x.jpeg"),
        (b"RIFF\0\0\0\0WEBP", "x.jpg"),
        (b"\0\0\0\x18ftypheic", "x.jpg"),
        (b"\0\0\0\x14ftypqt  ", "x.jpg"),
    ],
)
def test_an_extension_that_does_not_fit_the_data_is_refused(site, prism, head, name):
    with pytest.raises(BadName):
        prism.uploads.add(io.BytesIO(head), name)
    assert site.asked == []


@pytest.mark.usefixtures("tokens")
@pytest.mark.parametrize("name", ["x.jpg", "X.JPEG", "x.JPE"])
def test_an_extension_that_fits_is_sent_as_it_is(site, prism, name):
    _uploads(site, _Import(site))
    prism.uploads.add(io.BytesIO(JPEG), name)
    assert any(f'filename="{name}"'.encode() in one.body for one in site.asked)


def test_the_digest_counts_from_where_the_file_stands(tmp_path: Path):
    path = tmp_path / "a"
    path.write_bytes(b"xxhello")
    with path.open("rb") as file:
        file.seek(2)
        assert digest(file) == ("aaf4c61ddcc5e8a2dabede0f3b482cd9aea9434d", 5)
        assert file.tell() == 2
    assert digest(path)[1] == 7
    with pytest.raises(Invalid):
        digest(tmp_path / "missing")


@pytest.mark.parametrize(
    ("answer", "readonly", "error"),
    [(DENIED, True, ReadOnly), (DENIED, False, AccessDenied), (said({}, 507), False, NoSpace)],
)
def test_what_forbids_an_upload_is_named(site, prism, answer, readonly, error):
    prism.api.readonly = readonly
    site.api("POST", f"users/{USER}/upload/word", answer)
    with pytest.raises(error) as caught:
        prism.uploads.send("word", io.BytesIO(JPEG), "a.jpg")
    assert caught.type is error


def test_a_page_of_a_proxy_is_not_taken_for_a_success(site, prism):
    site.api("POST", f"users/{USER}/upload/word", Answer(200, b"<html>log in", "text/html"))
    with pytest.raises(BadReply, match="web page"):
        prism.uploads.send("word", io.BytesIO(JPEG), "a.jpg")


def test_an_index_waits_until_another_one_is_done(site):
    clock = Clock()
    site.api("POST", "index", [RUNNING, RUNNING, DONE])
    with opened(site, clock=clock) as prism:
        prism.index.run("2023")
    assert clock.slept == [0.3, 0.3]
    assert site.asked[-1].json == {"path": "2023", "rescan": False, "cleanup": False}


def test_an_index_gives_up_when_another_one_does_not_end(site):
    clock = Clock()
    site.api("POST", "index", RUNNING)
    with opened(site, clock=clock) as prism, pytest.raises(Busy):
        prism.index.run(patience=Patience(busy_s=2))
    assert 1 < sum(clock.slept) <= 2


def test_waiting_for_another_index_can_be_given_up(site):
    cancel = Cancel()

    def running(_asked: Asked) -> Answer:
        cancel.cancel()
        return RUNNING

    site.api("POST", "index", running)
    with opened(site) as prism, pytest.raises(Cancelled):
        prism.index.run(cancel=cancel)


def test_a_failed_index_is_not_taken_for_a_busy_one(site, prism):
    site.api("POST", "index", said({"code": 500, "error": "Unexpected"}, 500))
    with pytest.raises(ServerError):
        prism.index.run()
    assert len(site.asked) == 1


def test_a_read_only_site_indexes_but_does_not_import(site, prism):
    prism.api.readonly = True
    site.api("POST", "index", DENIED)
    site.api("POST", "import/", DENIED)
    with pytest.raises(AccessDenied) as index:
        prism.index.run()
    with pytest.raises(ReadOnly):
        prism.imports.run("scan")
    assert index.type is AccessDenied
