"""Lists of photos: pages without loss, filters, both generations of servers."""

from datetime import UTC, date, datetime

import pytest

from g3fs.clients.photoprism import Client, WirePhoto
from g3fs.clients.photoprism.wire.photos import details_from, photos_from
from g3fs.clients.photoprism.wire.queries import album_params, photo_params
from g3fs.gallery.errors import BadReply, Invalid, ServerError
from tests.unit.clients.photoprism.site import HASH, PHOTO, Answer, Asked, Site, said

Rows = list[tuple[str, str]]
"""Photo and file, as the server counts them."""


def _photos(rows: Rows) -> list[dict[str, object]]:
    """Neighbouring rows of one photo are one entry, as with merged=true."""
    entries: list[dict[str, object]] = []
    for photo, file in rows:
        entry = {"UID": file, "PhotoUID": photo, "Name": f"{file}.jpg", "Root": "/", "Size": 1}
        if entries and entries[-1]["UID"] == photo:
            entries[-1]["Files"].append(entry)  # type: ignore[attr-defined]  # a list it is
        else:
            entries.append({"UID": photo, "Files": [entry]})
    return entries


class _List:
    """A list of the server that may change between two pages."""

    def __init__(self, rows: Rows) -> None:
        self.rows = rows
        self.before_page: dict[int, Rows] = {}
        self.pages = 0

    def __call__(self, asked: Asked) -> Answer:
        self.pages += 1
        self.rows = self.before_page.get(self.pages, self.rows)
        count, offset = int(asked.query["count"]), int(asked.query.get("offset", 0))
        part = self.rows[offset : offset + count]
        return said(_photos(part), X_Count=str(len(part)))


def _serve(site: Site, rows: Rows) -> _List:
    found = _List(rows)
    site.api("GET", "photos", found)
    return found


def _singles(count: int) -> Rows:
    return [(f"p{number}", f"f{number}") for number in range(count)]


def _uids(photos: list[WirePhoto]) -> list[str]:
    return [photo.uid for photo in photos]


@pytest.mark.parametrize("per_request", [2, 3, 4, 9, 10, 11])
def test_pages_join_to_the_whole_list(site: Site, prism: Client, per_request: int):
    _serve(site, _singles(10))
    found = list(prism.photos.iterate(rows_per_request=per_request))
    assert _uids(found) == [f"p{number}" for number in range(10)]


@pytest.mark.parametrize("per_request", [2, 3, 4, 5, 100])
def test_a_photo_that_a_page_cuts_in_two_comes_once_with_all_its_files(site, prism, per_request):
    rows = [("pA", "f1"), ("pB", "f2"), ("pB", "f3"), ("pB", "f4"), ("pC", "f5"), ("pC", "f6")]
    _serve(site, rows)
    found = list(prism.photos.iterate(rows_per_request=per_request))
    assert [(one.uid, [file.uid for file in one.files or ()]) for one in found] == [
        ("pA", ["f1"]),
        ("pB", ["f2", "f3", "f4"]),
        ("pC", ["f5", "f6"]),
    ]


def test_what_is_removed_while_paging_makes_no_other_photo_vanish(site, prism):
    served = _serve(site, _singles(12))
    served.before_page[2] = _singles(12)[3:]
    found = _uids(list(prism.photos.iterate(rows_per_request=4)))
    assert set(found) >= {f"p{number}" for number in range(3, 12)}
    assert len(found) == len(set(found))


def test_what_is_added_in_front_while_paging_makes_no_photo_come_twice(site, prism):
    served = _serve(site, _singles(8))
    served.before_page[2] = [("pN", "fN"), *_singles(8)]
    found = _uids(list(prism.photos.iterate(rows_per_request=4)))
    assert sorted(found) == sorted(["pN", *(f"p{number}" for number in range(8))])


def test_a_list_that_changes_all_the_time_is_asked_for_as_a_whole(site, prism):
    served = _serve(site, _singles(20))
    served.before_page = {page: _singles(20)[page:] for page in range(1, 7)}
    found = _uids(list(prism.photos.iterate(rows_per_request=4)))
    assert set(found) >= {f"p{number}" for number in range(7, 20)}
    assert site.asked[-1].query["count"] == "100000"


def test_pages_of_one_file_are_refused(prism):
    with pytest.raises(Invalid):
        list(prism.photos.iterate(rows_per_request=1))


def test_a_page_says_whether_there_is_more(site, prism):
    _serve(site, _singles(5))
    assert not prism.photos.page(count=5).complete
    assert prism.photos.page(count=6).complete


@pytest.mark.parametrize(
    ("filters", "params"),
    [
        ({"scope": "a1"}, {"s": "a1"}),
        ({"kind": "video"}, {"type": "video"}),
        ({"kind": ["image", "raw"]}, {"type": "image|raw"}),
        ({"year": [2022, 2023], "month": 7}, {"year": "2022|2023", "month": "7"}),
        ({"favorite": True, "private": False}, {"favorite": "true", "private": "false"}),
        ({"before": date(2024, 2, 1)}, {"before": "2024-02-01"}),
        ({"added": datetime(2024, 2, 1, tzinfo=UTC)}, {"added": "2024-02-01T00:00:00Z"}),
        ({"updated": 1700000000.9}, {"updated": "2023-11-14T22:13:20Z"}),
        (
            {"latitude": 1.5, "longitude": 2, "distance_km": 3},
            {"lat": "1.5", "lng": "2", "dist": "3"},
        ),
        ({"q": "a&b=c #|*"}, {"q": "a&b=c #|*"}),
        ({"uid": iter(["p1", "p2"])}, {"uid": "p1|p2"}),
    ],
)
def test_filters_are_written_as_the_server_reads_them(filters, params):
    assert photo_params(filters) == params


def test_a_filter_arrives_whatever_characters_it_has(site, prism):
    _serve(site, [])
    prism.photos.search(path="2023/a&b=c #+ü/*", title="1+1 = 2?")
    assert site.asked[-1].query["path"] == "2023/a&b=c #+ü/*"
    assert site.asked[-1].query["title"] == "1+1 = 2?"


@pytest.mark.parametrize("path", ["", "/", " "])
def test_a_path_that_would_mean_everything_is_refused(site, prism, path):
    with pytest.raises(Invalid):
        prism.photos.search(path=path)
    assert site.asked == []


def test_a_time_without_a_zone_is_refused(prism):
    with pytest.raises(Invalid):
        prism.photos.search(added=datetime.fromisoformat("2024-02-01T00:00:00"))


def test_albums_of_several_kinds_are_asked_for_at_once():
    assert album_params({"kind": ["month", "moment"]}) == {"type": "month|moment"}


def test_newer_servers_say_caption_where_older_ones_say_description():
    entry = {"UID": "p1", "Caption": "new", "CaptionSrc": "manual", "ID": 3}
    details = details_from(entry)
    assert (details.photo.caption, details.caption_src) == ("new", "manual")
    older = details_from({"UID": "p1", "Description": "old", "DescriptionSrc": "meta"})
    assert (older.photo.caption, older.caption_src) == ("old", "meta")


def test_an_entry_that_cannot_be_read_does_not_hide_the_others(caplog):
    reply = [{"UID": "p1"}, {"UID": 5}, {"Title": "no uid"}, {"UID": "p4", "Year": "2023"}]
    assert [photo.uid for photo in photos_from(reply)] == ["p1"]
    assert "UID is missing" in caplog.text
    caplog.clear()


@pytest.mark.parametrize("reply", [{}, None, "text", {"photos": []}])
def test_a_list_that_is_none_is_a_bad_reply(site, prism, reply):
    site.api("GET", "photos", said(reply))
    with pytest.raises(BadReply):
        prism.photos.search()


@pytest.mark.parametrize("body", [b"", b"{", b"<html>", b"[1" * 100_000])
def test_an_answer_that_is_no_json_is_a_bad_reply(site, prism, body):
    site.api("GET", f"photos/{PHOTO}", Answer(200, body))
    with pytest.raises(BadReply):
        prism.photos.get(PHOTO)


def test_both_ways_to_say_no_time_are_understood():
    never = details_from({"UID": "p", "EditedAt": "0001-01-01T00:00:00Z", "DeletedAt": None})
    assert (never.photo.edited_s, never.photo.deleted_s) == (None, None)
    exact = details_from({"UID": "p", "CreatedAt": "2026-11-21T09:13:06.324651442Z"})
    assert exact.photo.created_s == pytest.approx(1795252386.324651)


def test_the_photo_of_a_file_is_found_in_two_requests(site, prism):
    site.api("GET", f"files/{HASH}", said({"UID": "f1", "PhotoUID": PHOTO, "Name": "a.jpg"}))
    site.api("GET", f"photos/{PHOTO}", said({"UID": PHOTO, "ID": 1}))
    assert prism.photos.get_by_hash(HASH).photo.uid == PHOTO


def test_points_on_the_map_have_their_place(site, prism):
    point = {
        "geometry": {"type": "Point", "coordinates": [13.4, 52.5]},
        "properties": {"UID": PHOTO, "Hash": HASH, "Title": "t", "TakenAt": "2020-06-07T08:00:00Z"},
    }
    site.api("GET", "geo", said({"type": "FeatureCollection", "features": [point]}))
    assert [(p.latitude, p.longitude) for p in prism.photos.map_points()] == [(52.5, 13.4)]


@pytest.mark.parametrize("uid", ["", "..", "p/../x", "p?x"])
def test_a_uid_cannot_lead_elsewhere(site, prism, uid):
    with pytest.raises(Invalid):
        prism.photos.get(uid)
    assert site.asked == []


@pytest.mark.parametrize("status", [500, 502, 503, 504])
def test_a_failing_server_is_a_server_error(site, prism, status):
    site.api("GET", f"photos/{PHOTO}", said({"code": status, "error": "x"}, status))
    with pytest.raises(ServerError):
        prism.photos.get(PHOTO)
