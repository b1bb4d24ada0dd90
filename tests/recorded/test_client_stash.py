"""The client reads every answer that was recorded from a real Stash."""

import json
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from graphql import DocumentNode, FieldNode, OperationDefinitionNode, parse

from g3fs.clients.stash.replies import checked, error_of, problem_error
from g3fs.clients.stash.wire import files, galleries, images, jobs, named, scenes, system
from g3fs.clients.stash.wire.answers import answer_from
from g3fs.clients.stash.wire.families import FILES, FOLDERS, GALLERIES, IMAGES, SCENES, TAGS
from g3fs.clients.stash.wire.fields import Fields, Stamp
from g3fs.gallery import errors
from g3fs.http.messages import Reply
from tests.recorded.stash.recording import Exchange, exchanges
from tests.recorded.stash.refusals import PROBLEMS

ALL = list(exchanges())
GRAPHQL = [one for one in ALL if one.asks_graphql and one.status == 200]

T = "2026-11-21T09:00:00Z"
ALWAYS: dict[str, dict[str, object]] = {
    "gallery": {"id": "1", "created_at": T, "updated_at": T, "image_count": 0, "files": []},
    "image": {"id": "1", "created_at": T, "updated_at": T, "visual_files": []},
    "scene": {"id": "1", "created_at": T, "updated_at": T, "files": []},
    "file": {"id": "1", "path": "/p/f.jpg", "basename": "f.jpg", "size": 0, "mod_time": T},
    "folder": {"id": "1", "path": "/p"},
    "tag": {"id": "1", "name": "t"},
    "chapter": {"id": "1", "image_index": 1},
    "job": {"id": "1", "status": "RUNNING"},
}
"""Fields that the client always asks for, where a recording left them out."""

READERS: dict[str, Callable[[Fields], object]] = {
    "gallery": galleries.gallery_from,
    "image": images.image_from,
    "scene": scenes.scene_from,
    "file": files.file_from,
    "folder": files.folder_from,
    "tag": named.tag_from,
    "chapter": galleries.chapter_from,
    "job": jobs.job_from,
    "version": system.version_from,
    "stats": system.stats_from,
}

RECORDS: dict[str, str] = {
    "findGallery": "gallery",
    "galleryCreate": "gallery",
    "galleryUpdate": "gallery",
    "galleriesUpdate": "gallery",
    "bulkGalleryUpdate": "gallery",
    "findImage": "image",
    "imageUpdate": "image",
    "imagesUpdate": "image",
    "bulkImageUpdate": "image",
    "findScene": "scene",
    "sceneUpdate": "scene",
    "bulkSceneUpdate": "scene",
    "findTag": "tag",
    "tagCreate": "tag",
    "tagUpdate": "tag",
    "tagsMerge": "tag",
    "bulkTagUpdate": "tag",
    "findFolder": "folder",
    "galleryChapterCreate": "chapter",
    "galleryChapterUpdate": "chapter",
    "findJob": "job",
    "jobQueue": "job",
    "version": "version",
    "stats": "stats",
}
"""What a root field gives: one record, a list of them, or null."""

PAGES: dict[str, tuple[str, Any]] = {
    "findGalleries": ("gallery", GALLERIES),
    "findImages": ("image", IMAGES),
    "findScenes": ("scene", SCENES),
    "findTags": ("tag", TAGS),
    "findFolders": ("folder", FOLDERS),
    "findFiles": ("file", FILES),
}

PLAIN: dict[str, type] = {
    "addGalleryImages": bool,
    "removeGalleryImages": bool,
    "setGalleryCover": bool,
    "resetGalleryCover": bool,
    "galleryDestroy": bool,
    "galleryChapterDestroy": bool,
    "imageDestroy": bool,
    "imagesDestroy": bool,
    "tagDestroy": bool,
    "tagsDestroy": bool,
    "moveFiles": bool,
    "deleteFiles": bool,
    "stopJob": bool,
    "metadataScan": str,
    "metadataClean": str,
    "imageIncrementO": int,
    "imageDecrementO": int,
    "imageResetO": int,
    "generateAPIKey": str,
}

NOT_ASKED = {
    "setup": "a person does that in the browser",
    "configureGeneral": "a person does that in the browser",
    "__schema": "the client asks for single types",
    "__type": "asked for together with other types: see test_documents.py",
    "findFile": "recorded as an error only",
    "sceneStreams": "its addresses hold the key",
    "importObjects": "takes no pictures",
    "exportObjects": "gives no pictures",
    "fileSetFingerprints": "not a client's business",
    "stopAllJobs": "not a client's business",
}
"""Root fields that the client never uses, and why."""

NAMES = {
    "o_counter": "o_count",
    "rating100": "rating",
    "created_at": "created",
    "updated_at": "updated",
    "mod_time": "modified",
    "size": "size_bytes",
    "duration": "duration_s",
    "resume_time": "resume_s",
    "parent_folder_id": "folder_id",
    "image_index": "image_index",
    "status": "state",
    "subTasks": "sub_tasks",
    "addTime": "added",
    "startTime": "started",
    "endTime": "ended",
    "images_size": "images_bytes",
    "scenes_size": "scenes_bytes",
    "hash": "build_hash",
}
"""Recorded field and the attribute that holds it, where they differ."""

LINKS = {
    "galleries": "gallery_ids",
    "scenes": "scene_ids",
    "cover": "cover_id",
    "folder": "folder_id",
    "parent_folder": "folder_id",
    "zip_file": "zip_file_id",
}

INNER = {
    "files": "file",
    "visual_files": "file",
    "chapters": "chapter",
    "tags": "named",
    "performers": "named",
    "studio": "named",
}
"""Fields with records inside, and what these are."""

NOT_TAKEN = {
    "paths": "addresses in answers are never used",
    "sceneStreams": "addresses in answers are never used",
    "image_path": "addresses in answers are never used",
    "image": "the listing has all images",
    "url": "deprecated: urls has it",
    "gallery": "known to whoever asks",
    "__typename": "becomes the kind",
    "files of image": "deprecated, and empty for animated ones: visual_files has them",
    "mod_time of folder": "one folder without it would spoil all",
}
"""Recorded fields that the client drops, and why."""


def roots(exchange: Exchange) -> Iterator[tuple[str, str]]:
    """Response key and name of each root field."""
    asked = json.loads(exchange.request_body)
    document: DocumentNode = parse(asked["query"])
    for operation in document.definitions:
        assert isinstance(operation, OperationDefinitionNode)
        wanted = asked.get("operationName")
        if wanted and (operation.name is None or operation.name.value != wanted):
            continue
        for field in operation.selection_set.selections:
            assert isinstance(field, FieldNode)
            key = field.alias.value if field.alias else field.name.value
            yield key, field.name.value


def answered(*names: str) -> list[Any]:
    """Each value that some of the root fields gave, with the exchange it is from."""
    return [
        pytest.param(name, value, id=f"{one.key}-{key}")
        for one in GRAPHQL
        for key, name in roots(one)
        if name in names and (value := (one.answer()["data"] or {}).get(key)) is not None
    ]


def whole(kind: str, record: dict[str, Any]) -> dict[str, Any]:
    """The record with what the client always asks for."""
    full = {**ALWAYS.get(kind, {}), **record}
    for name in ("files", "visual_files"):
        full[name] = [{**ALWAYS["file"], **file} for file in full.get(name, [])]
    full["chapters"] = [{**ALWAYS["chapter"], **one} for one in full.get("chapters", [])]
    full["folder"] = full.get("folder") and {**ALWAYS["folder"], **full["folder"]}
    for name in ("galleries", "tags", "performers", "scenes"):
        full[name] = [{"id": "1", **one} for one in full.get(name, [])]
    return full


def check_facts(kind: str, record: dict[str, Any], made: Any) -> None:
    """Every recorded fact is taken, or dropped for a reason."""
    for name, value in record.items():
        if name in NOT_TAKEN or f"{name} of {kind}" in NOT_TAKEN:
            continue
        if name == "folder" and value:
            assert made.folder_path == value.get("path", made.folder_path)
            assert str(made.folder_id) == value.get("id", str(made.folder_id))
        elif name in LINKS:
            attribute = "parent_id" if (kind, name) == ("folder", "parent_folder") else LINKS[name]
            assert getattr(made, attribute) == _ids(value), name
        elif name in INNER:
            inner = made.files if name == "visual_files" else getattr(made, name)
            _check_each(INNER[name], _several(value), _several(inner))
        else:
            assert _plain(getattr(made, NAMES.get(name, name))) == _plain(value), name


def _several(value: Any) -> Any:
    """A list, where there may be one thing or none."""
    if isinstance(value, list | tuple):
        return value
    return [] if value is None else [value]


def _check_each(kind: str, records: list[dict[str, Any]], made: Any) -> None:
    for record, one in zip(records, made, strict=True):
        check_facts(kind, record, one)


def _ids(value: Any) -> object:
    if isinstance(value, list):
        return tuple(int(one["id"]) for one in value)
    return None if value is None else int(value["id"])


def _plain(value: Any) -> Any:
    """Both sides of a comparison in the same dress."""
    if value in (None, "", [], ()):
        return None
    if isinstance(value, Stamp):
        return value.text
    if isinstance(value, list | tuple):
        return [_plain(one) for one in value]
    if isinstance(value, dict):
        return list(value.values())
    if isinstance(value, int | float):
        return float(value)
    # Ids are texts on one side.
    return float(value) if value.isdigit() else value


@pytest.mark.parametrize(("name", "value"), answered(*RECORDS))
def test_every_recorded_record_is_read_with_all_its_facts(name, value):
    kind = RECORDS[name]
    for record in value if isinstance(value, list) else [value]:
        made = READERS[kind](Fields(whole(kind, record), kind))
        check_facts(kind, record, made)


@pytest.mark.parametrize(("name", "value"), answered(*PAGES))
def test_every_recorded_page_is_read_with_all_its_facts(name, value):
    kind, family = PAGES[name]
    records = value.get(family.list_name, [])
    page = {"count": len(records), **value, family.list_name: [whole(kind, r) for r in records]}
    count, made = family.page(page)
    assert count == page["count"]
    for record, one in zip(records, made, strict=True):
        check_facts(kind, record, one)


@pytest.mark.parametrize(("name", "value"), answered(*PLAIN))
def test_every_recorded_plain_value_is_of_the_type_that_is_expected(name, value):
    assert type(value) is PLAIN[name]


@pytest.mark.parametrize(("name", "value"), answered("systemStatus"))
def test_every_recorded_status_is_read(name, value):
    assert system.status_from(Fields(value, name)).state == value["status"]


@pytest.mark.parametrize(("name", "value"), answered("configuration"))
def test_every_recorded_configuration_is_read_but_for_its_secrets(name, value):
    general = value["general"]
    made = system.configuration_from(Fields({"general": {"stashes": [], **general}}, name))
    assert [one.path for one in made.libraries] == [o["path"] for o in general.get("stashes", [])]
    assert made.username == general.get("username", "")
    assert "BCRYPT" not in repr(made)
    if "apiKey" in general:
        assert system.api_key_from(Fields(value, name)) == general["apiKey"]


def test_every_recorded_root_field_is_read_or_unused_for_a_reason():
    known = {*RECORDS, *PAGES, *PLAIN, *NOT_ASKED, "systemStatus", "configuration"}
    assert {name for one in GRAPHQL for _, name in roots(one)} <= known


def problems() -> list[Any]:
    """Every error beside or instead of data."""
    return [
        pytest.param(one.key, problem, id=f"{one.key}-{number}")
        for one in GRAPHQL
        for number, problem in enumerate(answer_from(one.body.encode()).problems)
    ]


@pytest.mark.parametrize(("key", "problem"), problems())
def test_every_recorded_error_of_a_resolver_is_the_right_gallery_error(key, problem):
    assert type(problem_error(problem, "it")) is PROBLEMS[key]


BY_STATUS: dict[int, type[errors.GalleryError]] = {
    302: errors.LoginRefused,
    400: errors.BadReply,
    401: errors.LoginRefused,
    403: errors.AccessDenied,
    404: errors.NotFound,
    405: errors.BadReply,
    406: errors.BadReply,
    416: errors.BadReply,
    422: errors.NotSupported,
    500: errors.BytesLost,
}

REFUSED = [one for one in ALL if one.status is not None and one.status not in (200, 206, 304)]


@pytest.mark.parametrize("exchange", REFUSED, ids=lambda one: one.key)
def test_every_recorded_status_is_the_right_gallery_error(exchange):
    error = error_of(exchange.status, exchange.body.encode(), "it")
    assert type(error) is BY_STATUS[exchange.status]


def test_a_server_that_locked_itself_says_what_to_do():
    locked = [one for one in ALL if one.status == 403]
    assert locked
    for one in locked:
        text = one.body.replace(
            "(text: accessed over the internet without authentication ...)",
            "You are attempting to access Stash over the internet without authentication",
        ).replace("(text: exposed to the", "Your stash is exposed to the")
        assert "config.yml" in str(error_of(403, text.encode(), "it"))


WEB_PAGES = [
    one
    for one in ALL
    if one.status == 200 and one.headers.get("Content-Type", "").startswith("text/html")
]


@pytest.mark.parametrize("exchange", WEB_PAGES, ids=lambda one: one.key)
def test_a_page_is_never_data(exchange):
    reply = Reply(status=200, headers=exchange.headers, body=exchange.body.encode())
    with pytest.raises(errors.BadReply, match="web page"):
        checked(reply, "it")


def test_an_image_is_known_by_the_file_that_belongs_to_the_place():
    equal = next(one for one in ALL if one.key == "05-images/2").answer()["data"]["findImage"]
    image = images.image_from(Fields(whole("image", equal), "image"))
    assert image.files[0].basename == "dup-copy.jpg"
    assert image.file_in(folder_id=14).path == "/data/pictures/Shapes/dup.jpg"
    assert image.file_in(folder_id=99).basename == "dup-copy.jpg"


def test_the_kinds_of_galleries_and_their_names_are_told():
    found = {}
    for number in (1, 2, 3):
        one = next(one for one in ALL if one.key == f"04-galleries/{number}")
        fields = Fields(whole("gallery", one.answer()["data"]["findGallery"]), "gallery")
        gallery = galleries.gallery_from(fields)
        found[gallery.kind] = gallery.name
    assert found == {"folder": "Alps", "zip": "set one.zip", "manual": "One"}
