"""Documents have the fields that the server has, and only those."""

import json

import pytest
from graphql import parse

from g3fs.clients.stash import Client, IdList, ImageFilter, TreeIds
from g3fs.clients.stash.documents import Call, document, selected, without
from g3fs.clients.stash.wire import files, galleries, images, jobs, named
from g3fs.clients.stash.wire.fields import Fields
from g3fs.clients.stash.wire.schema import OPERATIONS, Schema, introspection, schema_from
from g3fs.gallery.errors import NotSupported
from tests.recorded.stash.recording import exchanges
from tests.recorded.stash.scripted import EVERYTHING, Wire, client_on

OLD_FILE = (
    *("id", "path", "basename", "parent_folder_id", "zip_file_id", "mod_time", "size"),
    *("fingerprints", "width"),
)
OLD = Schema(
    {
        "Query": frozenset({"findImages", "findGallery", "findGalleries", "version"}),
        "Mutation": frozenset({"imageUpdate", "bulkImageUpdate", "metadataScan"}),
        "BaseFile": frozenset(OLD_FILE),
        "ImageFile": frozenset(OLD_FILE),
        "ImageFilterType": frozenset({"galleries", "path", "title"}),
        "ScanMetadataInput": frozenset({"paths", "scanGenerateCovers", "scanGenerateThumbnails"}),
    }
)
"""A server of 2024, as far as it matters here."""


def old_client() -> Client:
    return client_on(Wire(), OLD, app_schema=68)


def test_an_old_server_is_asked_for_ids_of_folders_and_for_nothing_new():
    text = document([Call(images.FIND_IMAGES, {})], OLD).text
    assert "parent_folder_id" in text
    assert "zip_file_id" in text
    assert "parent_folder {" not in text
    assert "... on ImageFile { width }" in text
    parse(text)


def test_a_new_server_is_asked_for_the_folders_themselves():
    text = document([Call(images.FIND_IMAGES, {})], EVERYTHING).text
    assert "parent_folder { id }" in text
    assert "parent_folder_id" not in text


def test_folders_are_never_asked_for_their_time_which_zips_lack():
    assert "mod_time" not in selected(files.FOLDER, EVERYTHING)


@pytest.mark.parametrize("operation", OPERATIONS, ids=lambda one: one.name)
def test_no_document_asks_for_addresses_passwords_or_the_deprecated_files_of_images(operation):
    text = document([Call(operation, {})], EVERYTHING).text
    assert "paths" not in text
    assert "sceneStreams" not in text
    assert "password" not in text
    parse(text)


def test_the_key_is_asked_for_by_one_call_only():
    asking = [o for o in OPERATIONS if "apiKey" in document([Call(o, {})], EVERYTHING).text]
    assert len(asking) == 1


@pytest.mark.parametrize(
    "action",
    [
        lambda c: c.folders.all(),
        lambda c: c.folders.children(1),
        lambda c: c.files.get(1),
        lambda c: c.covers.set(1, 2),
        lambda c: c.images.in_folder(7),
        lambda c: c.places.in_folder(7),
        lambda c: c.images.find(ImageFilter(tags=TreeIds((1,)))),
        lambda c: c.library.scan(None, rescan=True),
    ],
)
def test_what_an_old_server_cannot_do_is_refused_before_it_is_asked(action):
    client = old_client()
    with pytest.raises(NotSupported):
        action(client)
    assert client.api.http.requests == []


def test_untitled_images_of_an_old_server_have_no_title():
    file = {"id": "1", "path": "/p/big.jpg", "basename": "big.jpg", "size": 1}
    record = {
        "id": "32",
        "title": "big.jpg",
        "created_at": "2026-11-21T09:57:38Z",
        "updated_at": "2026-11-21T09:57:38Z",
        "visual_files": [
            {**file, "mod_time": "2026-11-21T09:11:42Z", "parent_folder_id": "6"},
        ],
    }
    page = {"data": {"findImages": {"count": 1, "images": [record]}}}
    (image,) = client_on(Wire(page), app_schema=68).images.in_gallery(7)
    assert image.title == ""
    assert image.files[0].folder_id == 6
    (image,) = client_on(Wire(page), app_schema=75).images.in_gallery(7)
    assert image.title == "big.jpg"


def test_one_question_asks_for_all_types_and_its_answer_is_understood():
    parse(f"{{ {introspection()} }}")
    recorded = next(one for one in exchanges() if one.title.startswith("Introspection: what"))
    answer = recorded.answer()["data"]
    schema = schema_from(Fields({"Gallery": answer["gallery"], "ImageFile": answer["file"]}, "x"))
    assert schema.has("Gallery", "cover")
    assert not schema.has("ImageFile", "parent_folder")
    assert schema.has("Unknown", "anything")


def test_several_questions_share_one_document_and_what_they_select():
    calls = [Call(images.FIND_IMAGE, {"id": str(number)}) for number in (1, 2)]
    made = document(calls, EVERYTHING)
    assert made.keys == ("r0", "r1")
    assert made.variables == {"id0": "1", "id1": "2"}
    assert made.text.count("fragment") == 1
    parse(made.text)


def test_values_stand_beside_the_document_never_in_it():
    wire = Wire({"data": {"findTags": {"count": 0, "tags": []}}})
    client_on(wire).tags.named('"} evil { "')
    body = json.loads(wire.requests[0].body)
    assert "evil" not in body["query"]
    assert "evil" in json.dumps(body["variables"])


@pytest.mark.parametrize(
    ("selection", "path", "left"),
    [
        (named.TAG, ["created_at"], True),
        (images.IMAGE, ["visual_files", 0, "parent_folder", "id"], True),
        (images.IMAGE, ["studio", "name"], True),
        (galleries.GALLERY, ["chapters", 3, "title"], True),
        (images.IMAGE, ["visual_files", 0, "size"], False),
        (images.IMAGE, ["id"], False),
        (images.IMAGE, [], False),
        (jobs.JOB, ["status"], False),
    ],
)
def test_a_field_can_be_left_out_unless_nothing_works_without_it(selection, path, left):
    less = without(selection, path)
    assert (less is not None) is left
    if less is not None:
        assert selected(less, EVERYTHING) != selected(selection, EVERYTHING)
        parse(selected(less, EVERYTHING))


def test_an_input_that_the_server_does_not_know_is_refused():
    known = Schema({"BulkImageUpdateInput": frozenset({"ids", "tag_ids"})})
    client = client_on(Wire(), known)
    with pytest.raises(NotSupported, match="rating100"):
        client.images.bulk_update([1], rating=3, tag_ids=IdList("ADD", (1,)))
