"""Labels, folders, people and links."""

import pytest

from g3fs.clients.photoprism import Client
from g3fs.gallery.errors import BadName, NotFound
from tests.unit.clients.photoprism.site import ALBUM, Answer, Site, said


def test_a_label_is_liked_although_the_answer_is_junk(site: Site, prism: Client):
    site.api("POST", "labels/l1/like", Answer(200, b"junk", "text/plain"))
    site.api("DELETE", "labels/l1/like", Answer(200, b"", "text/plain"))
    prism.labels.like("l1")
    prism.labels.unlike("l1")
    assert [one.method for one in site.asked] == ["POST", "DELETE"]


def test_only_what_is_given_of_a_label_is_changed(site, prism):
    site.api("PUT", "labels/l1", said({"UID": "l1", "ID": 3}))
    assert prism.labels.set_priority("l1", -1).label_id == 3
    assert site.asked[-1].json == {"Priority": -1}


def test_a_folder_is_asked_for_by_its_encoded_path(site, prism):
    found = {"folders": [], "files": [{"UID": "f1", "Name": "a b/ü & %/x.jpg", "ModTime": 5}]}
    site.api("GET", "folders/originals/a%20b/%C3%BC%20%26%20%25", said(found))
    listing = prism.folders.list("/a b/ü & %/")
    assert listing.files[0].modified_s == 5
    assert site.asked[-1].query == {"files": "true", "count": "100000"}


@pytest.mark.parametrize("path", ["a|b", "a*", 'a"b', "a\\b", "../x"])
def test_a_folder_that_cannot_be_asked_for_is_refused(site, prism, path):
    with pytest.raises(BadName):
        prism.folders.list(path)
    assert site.asked == []


def test_an_empty_folder_is_told_from_an_unknown_one(site, prism):
    site.api("GET", "folders/import", said({"root": "/", "folders": []}))
    site.api("GET", "folders/import/none", said({"root": "/", "folders": None}))
    assert prism.folders.list(root="import").files == ()
    with pytest.raises(NotFound):
        prism.folders.list("none", root="import")


def test_folders_without_files_are_asked_for_afresh_and_all_at_once(site, prism):
    folder = {"UID": "d1", "Path": "2016/05", "ModifiedAt": "2026-11-21T09:33:29Z"}
    site.api("GET", "folders/originals", said({"folders": [folder]}))
    assert prism.folders.list(files=False, recursive=True).folders[0].path == "2016/05"
    assert site.asked[-1].query == {"uncached": "true", "recursive": "true"}


def test_people_and_faces_and_the_server_log_are_read(site, prism):
    person = {"UID": "j1", "Type": "person", "Name": "Ann", "PhotoCount": 3, "Favorite": True}
    site.api("GET", "subjects", said([person]))
    site.api("GET", "faces", said([{"ID": "F1", "SubjUID": "j1", "Samples": 4}]))
    line = {"ID": 1, "Time": "2026-11-21T09:33:29Z", "Level": "error", "Message": "index: x"}
    site.api("GET", "errors", said([line]))
    assert [(one.name, one.photo_count) for one in prism.subjects.search(q="an")] == [("Ann", 3)]
    assert site.asked[-1].query == {"count": "100000", "q": "an"}
    assert prism.subjects.faces()[0].subject_uid == "j1"
    assert prism.subjects.server_log()[0].message == "index: x"


def test_the_token_of_a_share_link_is_a_secret(site, prism):
    link = {"UID": "s1", "ShareUID": ALBUM, "Token": "linktoken1", "Expires": 3600}
    site.api("GET", f"albums/{ALBUM}/links", said([link]))
    site.api("PUT", f"albums/{ALBUM}/links/s1", said(link))
    (found,) = prism.links.all(ALBUM)
    assert found.token not in repr(found)
    assert prism.api.http.options.redactor.text(f"/s/{found.token}/x") == "/s/***/x"
    assert prism.links.update(ALBUM, "s1", expires_s=3600, max_views=2).expires_s == 3600
    assert site.asked[-1].json == {"Expires": 3600, "MaxViews": 2}
