"""What the Stash client promises who reads, on the stand-in and, if named, on a real Stash."""

import hashlib
import secrets

import pytest

from g3fs.clients.stash import (
    GalleryFilter,
    IdList,
    Ids,
    ImageFilter,
    Moment,
    Paging,
    Part,
    Text,
)
from g3fs.gallery.errors import (
    BadName,
    Invalid,
    NotFound,
    Stale,
)
from tests.contract.stash_servers import KINDS, NOBODY, absent, scratch, server

TRICKY = "<b>x</b> & 'q' = \"on\" / %_ \\ é 日本 {a} $v\nsecond line"


@pytest.fixture(scope="module", params=KINDS)
def client(request):
    reason = absent(request.param)
    if reason is not None:
        pytest.skip(reason)
    with server(request.param) as opened:
        yield opened


@pytest.fixture
def place(client):
    with scratch(client) as made:
        yield made


def test_the_server_is_known(client):
    assert client.facts.has_folders
    assert client.server.version() == client.facts.version
    assert client.server.status().state == "OK"
    stats = client.server.stats()
    assert stats.image_count == client.images.count() > 10
    assert stats.scene_count == client.scenes.count() > 0
    assert stats.gallery_count == client.galleries.count()
    configuration = client.server.configuration()
    roots = {folder.path for folder in client.folders.all() if folder.parent_id is None}
    assert roots <= {library.path for library in configuration.libraries}
    assert "jpg" in configuration.image_extensions


def test_each_listing_of_a_gallery_has_all_its_images_with_sizes_and_places(client):
    for gallery in client.galleries.all():
        images = client.images.in_gallery(gallery.id)
        assert len(images) == gallery.image_count
        for image in images:
            file = image.file_in(folder_id=gallery.folder_id)
            assert file.size_bytes > 0
            assert file.modified.seconds > 0
            assert (file.zip_file_id is not None) == (gallery.kind == "zip") or (
                gallery.kind == "manual"
            )
            assert gallery.id in image.gallery_ids
            assert gallery.kind != "folder" or file.folder_id == gallery.folder_id


def test_the_tree_of_folders_holds_every_file(client):
    folders = {folder.id: folder for folder in client.folders.all()}
    for folder in folders.values():
        assert folder.parent_id is None or folder.parent_id in folders
        members = client.places.in_folder(folder.id)
        assert members.images == client.images.in_folder(folder.id)
        assert members.scenes == client.scenes.in_folder(folder.id)
        for one in (*members.images, *members.scenes):
            assert any(file.folder_id == folder.id for file in one.files)
    places = {file.folder_id for image in client.images.all() for file in image.files}
    assert places <= set(folders)


def test_a_folder_is_found_by_its_path_and_from_above(client):
    below = next(one for one in client.folders.all() if one.parent_id is not None)
    assert client.folders.at_path(below.path) == client.folders.get(below.id) == below
    assert below in client.folders.children(below.parent_id)
    with pytest.raises(NotFound):
        client.folders.at_path("/no/such/folder")
    with pytest.raises(NotFound):
        client.folders.get(NOBODY)


def test_originals_come_byte_for_byte_also_out_of_zips(client):
    for gallery in client.galleries.all():
        for image in client.images.in_gallery(gallery.id)[:2]:
            file = image.files[0]
            with client.bytes.image(image.id, Part(size_bytes=file.size_bytes)) as stream:
                data = stream.read()
            assert len(data) == file.size_bytes
            assert hashlib.md5(data, usedforsecurity=False).hexdigest() == file.fingerprint("md5")


def test_any_part_of_a_scene_is_read(client):
    scene = client.scenes.all()[0]
    size = scene.files[0].size_bytes
    with client.bytes.scene(scene.id, Part(size_bytes=size)) as stream:
        whole = stream.read()
    assert len(whole) == size
    with client.bytes.scene(scene.id, Part(offset=size - 9, size_bytes=size)) as stream:
        assert (stream.offset, stream.size_bytes, stream.read()) == (size - 9, size, whole[-9:])
    with client.bytes.scene(scene.id, Part(offset=5, end=8)) as stream:
        assert stream.read() == whole[5:8]


def test_bytes_that_do_not_fit_are_refused(place):
    image = place.images[0]
    size = image.files[0].size_bytes
    for part, kind in (
        (Part(size_bytes=size + 1), Stale),
        (Part(offset=size + 10, size_bytes=size), Invalid),
        (Part(offset=size + 10, size_bytes=size + 20), Stale),
    ):
        with pytest.raises(kind):
            place.client.bytes.image(image.id, part)
    for get in (place.client.bytes.image, place.client.bytes.scene, place.client.bytes.thumbnail):
        with pytest.raises(NotFound):
            get(NOBODY)


def test_a_thumbnail_is_a_picture_and_an_empty_gallery_has_no_cover(place):
    with place.client.bytes.thumbnail(place.images[0].id) as stream:
        assert stream.media_type.startswith("image/")
        assert stream.read()
    with pytest.raises(NotFound):
        place.client.bytes.cover(place.gallery.id)
    place.client.contents.add(place.gallery.id, place.ids)
    with place.client.bytes.cover(place.gallery.id) as stream:
        assert stream.media_type.startswith("image/")
    with pytest.raises(NotFound):
        place.client.bytes.gallery_preview(place.gallery.id, 99)


def test_what_has_a_tag_is_listed_at_once(place):
    add = IdList("ADD", (place.tag.id,))
    scene = place.client.scenes.all()[0].id
    place.client.images.bulk_update(place.ids[:2], tag_ids=add)
    place.client.scenes.bulk_update([scene], tag_ids=add)
    place.client.galleries.bulk_update([place.gallery.id], tag_ids=add)
    found = place.client.places.with_tag(place.tag.id, depth=-1)
    assert sorted(image.id for image in found.images) == sorted(place.ids[:2])
    assert [one.id for one in found.scenes] == [scene]
    assert [one.id for one in found.galleries] == [place.gallery.id]
    used = {tag.id: tag for tag in place.client.tags.in_use()}[place.tag.id]
    assert (used.image_count, used.scene_count, used.gallery_count) == (2, 1, 1)


def test_performers_and_studios_are_listed_with_what_they_have(client):
    for finder, members in (
        (client.performers, client.places.with_performer),
        (client.studios, client.places.of_studio),
    ):
        for one in finder.all():
            found = members(one.id)
            assert len(found.images) == one.image_count
            assert len(found.galleries) == one.gallery_count
            assert finder.get(one.id) == one
        with pytest.raises(NotFound):
            finder.get(NOBODY)


def test_many_are_had_by_their_ids_and_unknown_ones_are_missing(place):
    found = place.client.images.get_many([*place.ids, NOBODY])
    assert sorted(found) == sorted(place.ids)
    assert found[place.ids[0]] == place.images[0]


def test_a_title_with_wildcards_finds_only_itself(place):
    galleries = place.client.galleries
    mark = secrets.token_hex(4)
    other = galleries.create(f"{mark} 50xx off")
    galleries.update(place.gallery.id, title=f"{mark} 50%_ off")
    found = galleries.find(GalleryFilter(title=Text(f"{mark} 50%_ off")))
    assert [one.id for one in found.items] == [place.gallery.id]
    found = galleries.find(GalleryFilter(title=Text(f"{mark} 50", "INCLUDES")))
    assert len(found.items) == 2
    galleries.destroy([other.id])


def test_filters_and_pages_agree_with_the_whole(client):
    whole = client.images.find(None, Paging(sort="path")).items
    paged = [
        image
        for page in range(1, 20)
        for image in client.images.find(None, Paging(sort="path", per_page=7, page=page)).items
    ]
    assert paged == list(whole)[: len(paged)]
    assert client.images.find(None, Paging(sort="path", per_page=7)).count == len(whole)
    backwards = client.images.find(None, Paging(descending=True)).items
    assert [image.id for image in backwards] == sorted((i.id for i in whole), reverse=True)
    gallery = next(one for one in client.galleries.all() if one.image_count)
    inside = client.images.count(ImageFilter(galleries=Ids((gallery.id,))))
    outside = client.images.count(ImageFilter(galleries=Ids((gallery.id,), "EXCLUDES")))
    assert (inside, inside + outside) == (gallery.image_count, len(whole))
    with pytest.raises(Invalid):
        client.images.find(None, Paging(sort="nosuch"))


def test_a_path_finds_its_image_and_no_other(client):
    for image in client.images.all():
        path = image.files[0].path
        if path.isprintable() and not any("\udc80" <= char <= "\udcff" for char in path):
            assert client.images.at_path(path).id == image.id
            break
    parts = ImageFilter(path=Text("peak 1", "INCLUDES"))
    found = client.images.find(parts).items
    assert found
    assert all(any("peak 1" in file.path for file in image.files) for image in found)


def test_names_that_are_not_utf8_can_be_listed_and_read_but_not_asked_for(client):
    odd = [
        image
        for image in client.images.all()
        if any("\udc80" <= char <= "\udcff" for char in image.files[0].basename)
    ]
    if not odd:
        pytest.skip("this server has no such name")
    with client.bytes.image(odd[0].id) as stream:
        assert len(stream.read()) == odd[0].files[0].size_bytes
    with pytest.raises(BadName):
        client.images.at_path(odd[0].files[0].path)


def test_changes_are_found_by_the_time_of_the_server(place):
    changed = place.client.galleries.update(place.gallery.id, details="new")
    at = GalleryFilter(updated=Moment(changed.updated, "EQUALS"))
    after = GalleryFilter(updated=Moment(changed.updated, "GREATER_THAN"))
    assert changed.id in [one.id for one in place.client.galleries.find(at).items]
    assert changed.id not in [one.id for one in place.client.galleries.find(after).items]


def test_a_scan_and_a_dry_clean_run_to_their_end(client):
    told = []
    library = client.server.configuration().libraries[0].path
    job = client.jobs.wait(client.library.scan([library]), progress=told.append, timeout_s=120)
    assert job.state == "FINISHED"
    assert told[-1].over
    count = client.images.count()
    client.jobs.wait(client.library.clean(None, dry_run=True), timeout_s=120)
    assert client.images.count() == count
    assert client.jobs.queue() == ()
    client.jobs.stop(NOBODY)
    with pytest.raises(NotFound):
        client.jobs.get(NOBODY)


def test_the_key_is_told_to_those_who_are_logged_in(client):
    if client.facts.open_server:
        pytest.skip("an open server has no key, or one that it refuses")
    assert client.server.api_key()
