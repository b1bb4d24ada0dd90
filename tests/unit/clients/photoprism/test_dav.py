"""WebDAV: lists that may be hostile, files that arrive whole or not at all, who may."""

import base64
import io
from urllib.parse import unquote, urlsplit

import pytest

from g3fs.clients.photoprism import Client, Login, Part
from g3fs.clients.photoprism.wire.dav import entries_from
from g3fs.gallery.errors import (
    AccessDenied,
    AlreadyExists,
    BadName,
    BadReply,
    Invalid,
    LoginRefused,
    NameTooLong,
    NoSpace,
    NotEmpty,
    NotFound,
    NotSupported,
    ReadOnly,
    ServerError,
    Stale,
)
from tests.recorded.photoprism.recording import exchanges
from tests.unit.clients.photoprism.site import (
    KEY,
    NO_CALL,
    REFUSED,
    SESSION,
    Answer,
    Asked,
    Site,
    opened,
    said,
)

MISSING = Answer(404, b"Not Found", "text/plain; charset=utf-8")
NO_DAV = Answer(401, b"", "text/plain", {"WWW-Authenticate": "Basic"})


class Disk:
    """The part of WebDAV that the client uses, over a dictionary; None is a directory."""

    def __init__(self, site: Site, **files: bytes | None) -> None:
        self.files: dict[str, bytes | None] = {"": None, **files}
        self.cuts = 0
        self.fails: dict[str, Answer] = {}
        known = site.respond

        def respond(asked: Asked) -> Answer:
            if not asked.path.startswith("/originals"):
                return known(asked)
            site.asked.append(asked)
            path = unquote(asked.path.removeprefix("/originals")).strip("/")
            return self.fails.get(asked.method) or getattr(self, asked.method.lower())(path, asked)

        site.respond = respond  # type: ignore[method-assign]  # this site answers whole folders

    def head(self, path: str, _asked: Asked) -> Answer:
        if path not in self.files:
            return MISSING
        data = self.files[path]
        if data is None:
            return Answer(405)
        return Answer(200, b"", "image/jpeg", {"Content-Length": str(len(data))})

    def get(self, path: str, _asked: Asked) -> Answer:
        data = self.files.get(path)
        return self.head(path, _asked) if data is None else Answer(200, data, "image/jpeg")

    def put(self, path: str, asked: Asked) -> Answer:
        if path.rpartition("/")[0] not in self.files:
            return Answer(409)
        self.files[path] = asked.body[: len(asked.body) - self.cuts]
        return Answer(201)

    def move(self, path: str, asked: Asked) -> Answer:
        target = unquote(urlsplit(asked.headers["Destination"]).path).removeprefix("/originals/")
        if target in self.files and asked.headers["Overwrite"] == "F":
            return Answer(412)
        self.files[target] = self.files.pop(path)
        return Answer(201)

    def delete(self, path: str, _asked: Asked) -> Answer:
        return Answer(204) if self.files.pop(path, MISSING) is not MISSING else MISSING

    def propfind(self, path: str, asked: Asked) -> Answer:
        if path not in self.files:
            return MISSING
        below = f"{path}/" if path else ""
        inner = [name for name in self.files if name.startswith(below) and name != path]
        deep = asked.headers["Depth"]
        shown = [] if deep == "0" else [n for n in inner if "/" not in n.removeprefix(below)]
        return Answer(207, _listing([path, *shown], self.files), "text/xml; charset=utf-8")


def _listing(paths: list[str], files: dict[str, bytes | None]) -> bytes:
    return _xml("".join(_response(f"/originals/{path}", files[path]) for path in paths))


def _response(href: str, data: bytes | None) -> str:
    kind = "<D:collection/>" if data is None else ""
    size = "" if data is None else f"<D:getcontentlength>{len(data)}</D:getcontentlength>"
    props = f"<D:prop>{size}<D:resourcetype>{kind}</D:resourcetype></D:prop>"
    return f"<D:response><D:href>{href}</D:href><D:propstat>{props}</D:propstat></D:response>"


def _xml(inner: str) -> bytes:
    text = f'<?xml version="1.0" encoding="UTF-8"?><D:multistatus xmlns:D="DAV:">{inner}'
    return f"{text}</D:multistatus>".encode()


def test_a_recorded_list_is_understood():
    recorded = next(one for one in exchanges() if one.key == "13-webdav/2")
    whole = recorded.body[: recorded.body.rindex("</D:response>")] + "</D:response>"
    found = entries_from(f"{whole}</D:multistatus>".encode(), "/originals")
    assert [(one.path, one.directory, one.size_bytes) for one in found] == [
        ("2023/summer", True, None),
        ("2023/summer/IMG_0001.jpg", False, 37633),
    ]
    assert found[1].modified_s == 1795252342
    assert found[1].etag == '"18ea047e7a6810de9301"'
    assert found[1].media_type == "image/jpeg"


def test_names_come_decoded_and_bytes_that_are_no_utf8_survive():
    xml = _xml(_response("/pics/originals/a%20%26%20b/%ff%C3%BC.jpg", b""))
    (found,) = entries_from(xml, "/pics/originals")
    assert found.path == "a & b/\udcffü.jpg"


def test_entries_outside_of_the_root_are_left_out():
    inside = _response("http://other.example/originals/a.jpg", b"x")
    xml = _xml(_response("/etc/passwd", b"x") + _response("/originalsx/a", b"x") + inside)
    assert [one.path for one in entries_from(xml, "/originals")] == ["a.jpg"]


@pytest.mark.parametrize(
    "xml",
    [
        b"",
        b"<html>",
        b'<!DOCTYPE x [<!ENTITY a "aaaa">]><x>&a;</x>',
        b'<!DOCTYPE x SYSTEM "file:///etc/passwd"><x/>',
        _xml("")[:-5],
    ],
)
def test_what_is_no_plain_list_is_a_bad_reply(xml):
    with pytest.raises(BadReply):
        entries_from(xml, "/originals")


def test_a_directory_is_listed_without_itself(site: Site, prism: Client):
    Disk(site, trip=None, **{"trip/a.jpg": b"aa", "trip/sub": None, "b.jpg": b"b"})
    found = prism.dav.list("trip")
    assert [(one.path, one.directory) for one in found] == [
        ("trip/a.jpg", False),
        ("trip/sub", True),
    ]
    assert site.asked[-1].path == "/originals/trip/"
    assert {one.path for one in prism.dav.list()} == {"trip", "b.jpg"}
    assert site.asked[-1].headers["Authorization"] == f"Bearer {KEY}"


def test_a_file_is_put_aside_compared_and_moved_into_place(site, prism):
    disk = Disk(site, trip=None)
    entry = prism.dav.put("trip/my view.jpg", io.BytesIO(b"12345"), modified_s=1600000000)
    assert (entry.path, entry.size_bytes) == ("trip/my view.jpg", 5)
    assert disk.files == {"": None, "trip": None, "trip/my view.jpg": b"12345"}
    methods = [one.method for one in site.asked]
    assert methods == ["HEAD", "PUT", "HEAD", "MOVE", "PROPFIND"]
    put = site.asked[1]
    assert put.headers["X-OC-MTime"] == "1600000000"
    assert put.path.startswith("/originals/trip/.")


def test_a_file_that_is_cut_on_the_way_replaces_nothing(site, prism):
    disk = Disk(site, **{"a.jpg": b"old"})
    disk.cuts = 2
    with pytest.raises(BadReply):
        prism.dav.put("a.jpg", io.BytesIO(b"12345"), overwrite=True)
    assert disk.files == {"": None, "a.jpg": b"old"}


def test_a_name_that_is_taken_stays(site, prism):
    disk = Disk(site, **{"a.jpg": b"old"})
    with pytest.raises(AlreadyExists):
        prism.dav.put("a.jpg", io.BytesIO(b"12345"))
    assert [one.method for one in site.asked] == ["HEAD"]
    prism.dav.put("a.jpg", io.BytesIO(b"12345"), overwrite=True)
    assert disk.files["a.jpg"] == b"12345"


@pytest.mark.parametrize(
    ("answer", "error"),
    [(Answer(507), NoSpace), (Answer(412), AlreadyExists), (Answer(502), ServerError)],
)
def test_what_fails_at_the_last_step_leaves_nothing_behind(site, prism, answer, error):
    disk = Disk(site)
    disk.fails["MOVE"] = answer
    with pytest.raises(error):
        prism.dav.put("a.jpg", io.BytesIO(b"12345"))
    assert disk.files == {"": None}


def test_a_move_whose_answer_was_lost_is_looked_for_before_it_fails(site, prism):
    disk = Disk(site)
    moved = disk.move

    def lost(path: str, asked: Asked) -> Answer:
        moved(path, asked)
        return Answer(504)

    disk.move = lost
    assert prism.dav.put("a.jpg", io.BytesIO(b"12345")).size_bytes == 5


def test_a_missing_directory_is_named(site, prism):
    Disk(site)
    with pytest.raises(NotFound, match="no directory"):
        prism.dav.put("none/a.jpg", io.BytesIO(b"1"), overwrite=True)


@pytest.mark.parametrize("path", ["é" * 128, "a/" + "x" * 256 + "/b"])
def test_a_name_that_is_too_long_is_refused_before_anything_is_sent(site, prism, path):
    for call in (
        lambda: prism.dav.put(path, io.BytesIO(b"1")),
        lambda: prism.dav.mkdir(path),
        lambda: prism.dav.move("a", path),
    ):
        with pytest.raises(NameTooLong):
            call()
    assert site.asked == []


@pytest.mark.parametrize("path", ["../config", "a/../../x", "a//b", "./a"])
def test_a_path_cannot_lead_elsewhere(site, prism, path):
    for call in (prism.dav.stat, prism.dav.open, prism.dav.delete_tree, prism.dav.list):
        with pytest.raises(BadName):
            call(path)
    assert site.asked == []


def test_a_directory_is_removed_only_when_it_is_empty(site, prism):
    disk = Disk(site, full=None, empty=None, **{"full/.hidden": b"", "a.jpg": b"a"})
    with pytest.raises(NotEmpty):
        prism.dav.rmdir("full")
    for path in ("a.jpg", ""):
        with pytest.raises(Invalid):
            prism.dav.rmdir(path)
    with pytest.raises(NotFound):
        prism.dav.rmdir("none")
    prism.dav.rmdir("empty")
    assert set(disk.files) == {"", "full", "full/.hidden", "a.jpg"}


def test_a_directory_is_not_deleted_as_a_file(site, prism):
    disk = Disk(site, full=None, **{"full/a": b"", "a.jpg": b"a"})
    with pytest.raises(Invalid):
        prism.dav.delete_file("full")
    with pytest.raises(NotFound):
        prism.dav.delete_file("none")
    with pytest.raises(Invalid):
        prism.dav.delete_tree("/")
    prism.dav.delete_file("a.jpg")
    assert set(disk.files) == {"", "full", "full/a"}


def test_a_file_that_was_replaced_is_not_read(site, prism):
    Disk(site, full=None, **{"a.jpg": b"12345"})
    assert prism.dav.open("a.jpg", Part(size_bytes=5)).read() == b"12345"
    with pytest.raises(Stale):
        prism.dav.open("a.jpg", Part(size_bytes=6))
    with pytest.raises(Invalid):
        prism.dav.open("full")


def test_name_and_password_serve_where_the_key_does_not(site, prism):
    disk = Disk(site, **{"a.jpg": b"a"})
    pair = base64.b64encode(f"admin:{KEY}".encode()).decode()
    basic = f"Basic {pair}"
    allowed = disk.propfind

    def propfind(path: str, asked: Asked) -> Answer:
        return allowed(path, asked) if asked.headers.get("Authorization") == basic else NO_DAV

    disk.propfind = propfind
    assert prism.dav.stat("a.jpg").size_bytes == 1
    site.asked.clear()
    assert prism.dav.stat("a.jpg").size_bytes == 1
    assert len(site.asked) == 1


def test_a_key_that_expired_is_renewed_for_webdav_too(site):
    fresh = {**SESSION, "access_token": "fresh-key"}
    site.api("POST", "session", [said(SESSION), said(fresh)])
    with opened(site, Login(username="admin", password="correct horse")) as prism:
        disk = Disk(site, **{"a.jpg": b"a"})
        allowed = disk.propfind

        def only_fresh(asked: Asked) -> bool:
            return asked.headers.get("Authorization") == "Bearer fresh-key"

        disk.propfind = lambda path, asked: allowed(path, asked) if only_fresh(asked) else NO_DAV
        site.api("GET", "session", lambda asked: said(fresh) if only_fresh(asked) else REFUSED)
        assert prism.dav.stat("a.jpg").size_bytes == 1


def test_a_key_without_webdav_is_told_so(site, prism):
    disk = Disk(site)
    disk.fails["PROPFIND"] = NO_DAV
    with pytest.raises(AccessDenied) as caught:
        prism.dav.list()
    assert caught.type is not LoginRefused
    assert len(site.asked) == 3


def test_a_site_without_webdav_is_told_so(site, prism):
    disk = Disk(site)
    disk.fails["PROPFIND"] = NO_CALL
    with pytest.raises(NotSupported):
        prism.dav.list()


def test_a_read_only_site_takes_no_file(site, prism):
    prism.api.readonly = True
    disk = Disk(site)
    disk.fails["PUT"] = Answer(403, b"")
    with pytest.raises(ReadOnly):
        prism.dav.put("a.jpg", io.BytesIO(b"1"))
    prism.api.readonly = False
    with pytest.raises(AccessDenied):
        prism.dav.put("a.jpg", io.BytesIO(b"1"))


def test_the_import_area_is_a_root_of_its_own(site, prism):
    site.on("MKCOL", "/import/scan", Answer(201))
    prism.import_dav.mkdir("scan")
    assert site.calls() == [("MKCOL", "/import/scan")]
