"""Changing photos and albums: whole blocks, sources, batches, one at a time."""

import threading
from datetime import UTC, datetime

import pytest

from g3fs.clients.photoprism import Client, Taken, ThreadChanges
from g3fs.clients.photoprism.wire import bodies
from g3fs.gallery.errors import (
    Invalid,
    NotFound,
    NotPermitted,
    ServerError,
    TimedOut,
    ValueTooLong,
)
from tests.unit.clients.photoprism.site import ALBUM, HASH, PHOTO, Site, said

BLOCK = {"PhotoID": 7, "Keywords": "a, b", "KeywordsSrc": "meta", "Artist": "Ann", "ArtistSrc": ""}
DETAILS = {"UID": PHOTO, "ID": 7, "Details": BLOCK, "TitleSrc": "manual", "CaptionSrc": "manual"}
LOCAL = datetime.fromisoformat("2023-07-07T18:30:00")


@pytest.fixture
def editable(site: Site) -> Site:
    site.api("GET", f"photos/{PHOTO}", said(DETAILS))
    site.api("PUT", f"photos/{PHOTO}", said(DETAILS))
    return site


def test_one_text_of_the_block_is_sent_with_all_the_others(editable: Site, prism: Client):
    prism.edits.update(PHOTO, artist="Bea")
    block = editable.asked[-1].json["Details"]
    assert (block["PhotoID"], block["Artist"], block["ArtistSrc"]) == (7, "Bea", "manual")
    assert (block["Keywords"], block["KeywordsSrc"]) == ("a, b", "meta")
    assert (block["Notes"], block["NotesSrc"]) == ("", "")
    assert len(block) == 15


def test_what_is_outside_of_the_block_needs_no_question_before(editable, prism):
    prism.edits.update(PHOTO, title="T", caption="C", favorite=True, private=False)
    assert [one.method for one in editable.asked] == ["PUT"]
    assert editable.asked[-1].json == {
        "Title": "T",
        "TitleSrc": "manual",
        "Description": "C",
        "DescriptionSrc": "manual",
        "Caption": "C",
        "CaptionSrc": "manual",
        "Favorite": True,
        "Private": False,
    }


@pytest.mark.parametrize(
    ("zone", "utc"),
    [
        ("Europe/Vienna", "2023-07-07T16:30:00Z"),
        ("UTC", "2023-07-07T18:30:00Z"),
        ("", "2023-07-07T18:30:00Z"),
        ("UTC+1", "2023-07-07T17:30:00Z"),
        ("UTC-03:30", "2023-07-07T22:00:00Z"),
    ],
)
def test_a_time_is_sent_by_both_clocks(editable, prism, zone, utc):
    prism.edits.update(PHOTO, taken=Taken(LOCAL, zone))
    assert editable.asked[-1].json == {
        "TakenAt": utc,
        "TakenAtLocal": "2023-07-07T18:30:00Z",
        "TimeZone": zone,
        "TakenSrc": "manual",
    }


def test_place_and_type_say_who_set_them(editable, prism):
    prism.edits.update(PHOTO, latitude=48.2, longitude=16.4, kind="raw")
    assert editable.asked[-1].json == {
        "Lat": 48.2,
        "Lng": 16.4,
        "PlaceSrc": "manual",
        "Type": "raw",
        "TypeSrc": "manual",
    }


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"title": "x" * 201}, ValueTooLong),
        ({"caption": "x" * 4097}, ValueTooLong),
        ({"taken": Taken(LOCAL, "Mars/Olympus")}, Invalid),
        ({"taken": Taken(LOCAL, "../../etc/passwd")}, Invalid),
        ({"taken": Taken(LOCAL, "UTC+99")}, Invalid),
        ({"taken": Taken(datetime(2023, 7, 7, tzinfo=UTC), "UTC")}, Invalid),
    ],
)
def test_what_cannot_be_stored_is_refused_before_anything_is_sent(editable, prism, changes, error):
    with pytest.raises(error):
        prism.edits.update(PHOTO, **changes)
    assert editable.asked == []


@pytest.mark.parametrize("field", ["title", "caption"])
def test_a_text_that_the_server_drops_in_silence_is_an_error(editable, prism, field):
    editable.api("PUT", f"photos/{PHOTO}", said({"UID": PHOTO}))
    with pytest.raises(ServerError):
        prism.edits.update(PHOTO, **{field: "x"})
    prism.edits.update(PHOTO, **{field: ""})


def test_parallel_changes_of_one_photo_wait_for_each_other(editable, prism):
    threads = [
        threading.Thread(target=prism.edits.update, args=(PHOTO,), kwargs={"artist": str(n)})
        for n in range(8)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [one.method for one in editable.asked] == ["GET", "PUT"] * 8


def test_a_change_that_takes_too_long_does_not_hold_up_others_for_ever():
    changes = ThreadChanges(wait_s=0)
    with changes.of("p1"):
        with pytest.raises(TimedOut), changes.of("p1"):
            pass
        with changes.of("p2"):
            pass
    with changes.of("p1"):
        pass


def test_the_primary_file_is_not_deleted_and_the_reason_is_said(site, prism):
    refusal = said({"code": 500, "error": "Could not be deleted"}, 500)
    files = [{"UID": "f1", "Name": "a.jpg", "Primary": True}, {"UID": "f2", "Name": "a.png"}]
    site.api("GET", f"photos/{PHOTO}", said({"UID": PHOTO, "Files": files}))
    site.api("DELETE", f"photos/{PHOTO}/files/f1", refusal)
    site.api("DELETE", f"photos/{PHOTO}/files/f2", refusal)
    with pytest.raises(NotPermitted):
        prism.edits.delete_file(PHOTO, "f1")
    with pytest.raises(ServerError):
        prism.edits.delete_file(PHOTO, "f2")


def test_files_are_turned_and_split_and_the_photo_read_back(site, prism):
    site.api("GET", f"photos/{PHOTO}", said(DETAILS))
    site.api("PUT", f"photos/{PHOTO}/files/f1/orientation", said({}))
    site.api("POST", f"photos/{PHOTO}/files/f2/unstack", said({}))
    assert prism.edits.set_orientation(PHOTO, "f1", 6).row_id == 7
    assert site.last("PUT", f"/api/v1/photos/{PHOTO}/files/f1/orientation").json == {
        "Orientation": 6
    }
    assert prism.edits.unstack(PHOTO, "f2").row_id == 7


def test_many_photos_are_handled_in_parts_that_take_seconds(site, prism):
    site.api("POST", "batch/photos/archive", said({"code": 200}))
    prism.edits.archive(f"p{number}" for number in range(1100))
    assert [len(one.json["photos"]) for one in site.asked] == [500, 500, 100]


def test_nothing_is_asked_for_no_photos(site, prism):
    prism.edits.archive([])
    prism.edits.delete([])
    assert prism.albums.add(ALBUM, []).uids == ()
    assert prism.albums.remove(ALBUM, []) == ()
    assert site.asked == []


def test_the_archive_is_cleared_by_the_names_of_what_was_in_it(site, prism):
    site.api("GET", "photos", said([{"UID": "p1"}, {"UID": "p2"}]))
    site.api("POST", "batch/photos/delete", said({"code": 200}))
    assert prism.edits.clear_archive() == ("p1", "p2")
    assert site.asked[0].query["archived"] == "true"
    assert site.asked[-1].json == {"photos": ["p1", "p2"]}


def test_a_label_needs_a_name(site, prism):
    with pytest.raises(Invalid):
        prism.edits.add_label(PHOTO, " ")
    assert site.asked == []


def test_an_album_that_was_there_before_is_told_from_a_new_one_and_a_revived_one(site, prism):
    def album(uid: str, updated: str) -> dict[str, str]:
        return {"UID": uid, "CreatedAt": "2026-01-01T00:00:00Z", "UpdatedAt": updated}

    site.api("GET", "albums", said([album("a1", "2026-01-01T00:00:00Z")]))
    outcomes = []
    for made in (
        album("a1", "2026-01-01T00:00:00Z"),
        album("a2", "2026-01-01T00:00:00Z"),
        album("a3", "2026-02-01T00:00:00.5Z"),
    ):
        site.api("POST", "albums", said(made))
        outcomes.append(prism.albums.create("x").outcome)
    assert outcomes == ["existing", "new", "revived"]


def test_an_album_title_that_would_be_cut_is_refused(site, prism):
    with pytest.raises(ValueTooLong):
        prism.albums.create("x" * 159)
    with pytest.raises(ValueTooLong):
        prism.albums.update(ALBUM, title="x" * 159)
    assert site.asked == []


def test_an_album_that_is_gone_is_not_found_in_the_list(site, prism):
    site.api("GET", "albums", said([]))
    with pytest.raises(NotFound):
        prism.albums.current(ALBUM)


def test_a_cover_is_given_back_to_the_server(site, prism):
    site.api("PUT", f"albums/{ALBUM}", said({"UID": ALBUM}))
    prism.albums.set_cover(ALBUM, None)
    assert site.asked[-1].json == {"Thumb": "", "ThumbSrc": ""}
    prism.albums.set_cover(ALBUM, HASH)
    assert site.asked[-1].json == {"Thumb": HASH, "ThumbSrc": "manual"}


def test_every_change_of_a_photo_that_is_offered_is_sent():
    offered = bodies.PhotoChanges.__annotations__.keys() | bodies.TextChanges.__annotations__.keys()
    texts = bodies.WireTexts(photo_id=1)
    empty = bodies.photo_body({}, texts)
    values = {"taken": Taken(LOCAL, "UTC")}
    for name in offered:
        assert bodies.photo_body({name: values.get(name, "x")}, texts) != empty, name


def test_every_change_of_an_album_that_is_offered_is_sent():
    for name in bodies.AlbumChanges.__annotations__:
        assert bodies.album_body({name: "x"}), name
