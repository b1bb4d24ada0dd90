"""Albums: identity by slug, revival, what adding and removing do, stored searches."""

import pytest

from tests.unit.demo.photoprism.calling import caller, jpeg


@pytest.mark.parametrize(
    ("sent", "stored", "slug"),
    [
        ("Ümläut Größe", "Ümläut Größe", "umlaut-grosse"),
        ("日本", "日本", "ri-ben"),
        ("😀 emoji", "😀 emoji", "emoji"),
        ("a/b", "a/b", "a-b"),
        ("a*b?", "a*b?", "a-b"),
        ("..", "..", "-"),
        (".", ".", "-"),
        ("100%", "100%", "100"),
        ("<b>&\"'", "b>&“'", "b-and"),
        ("  padded\t", "padded", "padded"),
        ("x" * 200, "x" * 157 + "…", "x" * 80),
        ("", "January 2027", "january-2027"),
    ],
)
def test_a_title_is_cleaned_and_makes_the_slug(sent, stored, slug):
    album = caller().post("albums", {"Title": sent})
    assert (album["Title"], album["Slug"]) == (stored, slug)


def test_titles_of_one_slug_are_one_album():
    admin = caller()
    uids = {admin.album(title) for title in ("Trip to Rome", "trip to ROME", "Trip-to-Rome!")}
    assert len(uids) == 1


def test_a_deleted_album_comes_back_with_its_photos():
    admin = caller()
    photo = admin.photo("a.jpg")
    album = admin.album("Trip", photo)
    admin.delete(f"albums/{album}")
    admin.get(f"albums/{album}", 404)
    assert admin.album("Trip") == album
    assert list(admin.files(s=album)) == [photo]


def test_a_change_checks_neither_duplicates_nor_emptiness():
    admin = caller()
    one, two = admin.album("One"), admin.album("Two")
    assert admin.put(f"albums/{two}", {"Title": "One"})["Slug"] == "one"
    emptied = admin.put(f"albums/{two}", {"Title": ""})
    assert (emptied["Title"], emptied["Slug"]) == ("", "one")
    assert admin.get(f"albums/{one}")["Title"] == "One"


def test_one_album_is_stale_after_adding_but_lists_are_not():
    admin = caller()
    album = admin.album("Trip")
    before = admin.get(f"albums/{album}")
    admin.state.clock.pass_by(5)
    admin.post(f"albums/{album}/photos", {"photos": [admin.photo("a.jpg")]})
    assert admin.get(f"albums/{album}")["UpdatedAt"] == before["UpdatedAt"]
    listed = admin.listed_album(album)
    assert listed["UpdatedAt"] != before["UpdatedAt"]
    assert listed["PhotoCount"] == 1


def test_adding_skips_unknown_photos_in_silence():
    admin = caller()
    album, photo = admin.album("Trip"), admin.photo("a.jpg")
    answer = admin.post(f"albums/{album}/photos", {"photos": [photo, "ptouhzzzzzzzzzzz"]})
    assert [entry["PhotoUID"] for entry in answer["added"]] == [photo]


def test_removing_needs_a_body_and_forgives_everything_else():
    admin = caller()
    album, photo = admin.album("Trip"), admin.photo("a.jpg")
    admin.delete(f"albums/{album}/photos", None, 400)
    answer = admin.delete(f"albums/{album}/photos", {"photos": [photo]})
    assert answer["removed"][0]["Hidden"]


def test_a_folder_makes_an_album_that_swallows_additions_and_hides_private_photos():
    admin = caller()
    inside, outside = admin.photo("2023/summer/a.jpg"), admin.photo("b.jpg")
    folder = admin.get("albums?count=10&type=folder")[0]
    assert (folder["Path"], folder["PhotoCount"]) == ("2023/summer", 0)
    assert folder["Filter"] == "path:2023/summer public:true"
    admin.post(f"albums/{folder['UID']}/photos", {"photos": [outside]})
    assert list(admin.files(s=folder["UID"])) == [inside]
    admin.put(f"photos/{inside}", {"Private": True})
    assert not admin.files(s=folder["UID"])


def test_removing_from_a_month_hides_a_photo_there_only():
    admin = caller()
    photo = admin.photo("a.jpg")
    admin.post(f"photos/{photo}/approve")
    admin.index()
    (month,) = admin.get("albums?count=10&type=month")
    assert list(admin.files(s=month["UID"])) == [photo]
    admin.delete(f"albums/{month['UID']}/photos", {"photos": [photo]})
    assert not admin.files(s=month["UID"])
    assert list(admin.files()) == [photo]


def test_a_deleted_folder_album_stays_away_until_a_rescan():
    admin = caller()
    admin.photo("2023/a.jpg")
    (folder,) = admin.get("albums?count=10&type=folder")
    admin.delete(f"albums/{folder['UID']}")
    admin.index()
    assert not admin.get("albums?count=10&type=folder")
    admin.index(rescan=True)
    assert [a["UID"] for a in admin.get("albums?count=10&type=folder")] == [folder["UID"]]


def test_cloning_copies_photos_and_names_those_that_were_there():
    admin = caller()
    photos = [admin.photo(f"{n}.jpg") for n in "ab"]
    source, target = admin.album("Source", *photos), admin.album("Target", photos[0])
    added = admin.post(f"albums/{target}/clone", {"albums": [source]})["added"]
    known = [entry["PhotoUID"] for entry in added if entry["CreatedAt"].startswith("0001")]
    assert known == [photos[0]]
    assert admin.post(f"albums/{target}/clone", {"albums": ["atouhzzzzzzzzzzz"]})["added"] is None


def test_albums_are_found_by_type_and_words_but_not_by_title_parameter():
    admin = caller()
    admin.album("Rome"), admin.album("Vienna"), admin.photo("Rome/a.jpg", jpeg("x"))
    assert len(admin.get("albums?count=10")) == 3
    assert [a["Title"] for a in admin.get("albums?count=10&type=album&q=rom")] == ["Rome"]
    assert len(admin.get("albums?count=10&type=album&title=Rome")) == 2


def test_a_cover_is_automatic_until_one_is_set():
    admin = caller()
    old = admin.photo("a.jpg", jpeg("a", 1_600_000_000))
    new = admin.photo("b.jpg", jpeg("b", 1_700_000_000))
    album = admin.album("Trip", old, new)
    hashes = {uid: admin.get(f"photos/{uid}")["Files"][0]["Hash"] for uid in (old, new)}
    assert admin.listed_album(album)["Thumb"] == hashes[new]
    admin.put(f"albums/{album}", {"Thumb": hashes[old], "ThumbSrc": "manual"})
    assert admin.listed_album(album)["Thumb"] == hashes[old]
