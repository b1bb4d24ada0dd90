"""Changes: what the server would ignore, crash on or store as nonsense is refused before."""

import pytest

from g3fs.clients.stash import IdList, TextList
from g3fs.clients.stash.wire import inputs
from g3fs.clients.stash.wire.changes import changes_json
from g3fs.clients.stash.wire.files import folder_of, last_part
from g3fs.clients.stash.wire.jobs import clean_input, scan_input
from g3fs.gallery.errors import BadName, Invalid
from tests.recorded.test_client_stash_requests import FILE


@pytest.mark.parametrize(
    "changes",
    [
        {"organized": None},
        {"primary_file_id": None},
        {"rating": 0},
        {"rating": 101},
        {"rating": -5},
        {"date": "06.05.2024"},
        {"date": "2024-05-06T12:00:00Z"},
    ],
)
def test_what_cannot_be_stored_is_refused(changes):
    with pytest.raises(Invalid):
        changes_json(changes)


def test_none_clears_and_lists_of_ids_become_texts():
    assert changes_json(
        {
            "rating": None,
            "date": "",
            "tag_ids": (3, 4),
            "studio_id": 1,
            "gallery_ids": None,
            "urls": ("a",),
        }
    ) == {
        "rating100": None,
        "date": "",
        "tag_ids": ["3", "4"],
        "studio_id": "1",
        "gallery_ids": None,
        "urls": ["a"],
    }


def test_lists_of_bulk_updates_say_how():
    assert changes_json({"tag_ids": IdList("ADD", (3,)), "urls": TextList("SET", ())}) == {
        "tag_ids": {"mode": "ADD", "ids": ["3"]},
        "urls": {"mode": "SET", "values": []},
    }


@pytest.mark.parametrize("title", ["", "   ", "\n"])
def test_a_gallery_needs_a_title(title):
    with pytest.raises(Invalid):
        inputs.new_gallery(title, {})


def test_blanks_around_a_title_or_tag_are_not_stored():
    assert inputs.new_gallery(" Trip ", {})["title"] == "Trip"
    assert inputs.new_tag(" Sea ", {})["name"] == "Sea"


@pytest.mark.parametrize("name", ["", ".", "..", "../x.png", "a/b.png", "a\\b.png", "a\0.png"])
def test_a_name_that_leads_elsewhere_is_refused(name):
    with pytest.raises(BadName):
        inputs.renaming(1, "/data", name)


@pytest.mark.parametrize("paths", [[], [""], "/data"])
def test_an_empty_list_of_paths_never_means_everything(paths):
    with pytest.raises(Invalid):
        scan_input(paths, rescan=False, generate=False)
    with pytest.raises(Invalid):
        clean_input(paths, dry_run=True)


def test_everything_is_said_with_none():
    assert clean_input(None, dry_run=True) == {"dryRun": True}
    assert "paths" not in scan_input(None, rescan=True, generate=False)


@pytest.mark.parametrize(
    ("path", "name"),
    [
        ("/data/pictures", "pictures"),
        ("/data/back\\slash", "back\\slash"),
        ("C:\\data\\pictures", "pictures"),
        ("/", ""),
    ],
)
def test_the_name_of_a_folder_is_the_end_of_its_path(path, name):
    assert last_part(path) == name


def test_the_folder_of_a_file_is_the_rest_of_its_path():
    assert folder_of(FILE) == "/data/pictures/Move/C"
