"""Scans and cleans of the stand-in Stash: what happens on the disk, and what becomes of records."""

import pytest

from tests.unit.demo.stash.calling import PICTURES, Caller


@pytest.fixture
def server() -> Caller:
    caller = Caller()
    caller.put("Sea/one.jpg", "1")
    caller.put("Sea/two.jpg", "2")
    caller.put("Hills/three.jpg", "3")
    caller.scan()
    return caller


def test_a_folder_with_pictures_is_a_gallery_and_its_parents_are_folders(server):
    assert server.gallery("Sea")["image_count"] == 2
    folders = server.ask("{ findFolders { folders { path parent_folder { path } } } }")
    found = {f["path"]: f["parent_folder"] for f in folders["findFolders"]["folders"]}
    assert found[f"{PICTURES}/Sea"] == {"path": PICTURES}
    assert found[PICTURES] is None


def test_galleries_of_folders_can_be_switched_off_and_forced():
    server = Caller(folder_galleries=False)
    server.put("Plain/one.jpg", "1")
    server.put("Forced/two.jpg", "2")
    server.put("Forced/.forcegallery", "x")
    server.scan()
    assert server.gallery("Plain") is None
    assert server.gallery("Forced")["image_count"] == 1


def test_a_renamed_file_keeps_its_ids_and_its_gallery(server):
    before = server.image("Sea/one.jpg")
    server.world.disk.move(f"{PICTURES}/Sea/one.jpg", f"{PICTURES}/Sea/uno.jpg")
    server.scan()
    after = server.image("Sea/uno.jpg")
    assert after["id"] == before["id"]
    assert after["visual_files"][0]["id"] == before["visual_files"][0]["id"]
    assert after["galleries"] == before["galleries"]


def test_a_file_moved_to_another_folder_stays_in_the_old_gallery_and_joins_the_new(server):
    image = server.image("Sea/one.jpg")["id"]
    server.world.disk.move(f"{PICTURES}/Sea/one.jpg", f"{PICTURES}/Hills/one.jpg")
    server.scan()
    after = server.image("Hills/one.jpg")
    assert after["id"] == image
    wanted = {server.gallery("Sea")["id"], server.gallery("Hills")["id"]}
    assert {gallery["id"] for gallery in after["galleries"]} == wanted


def test_a_renamed_directory_keeps_folder_gallery_and_images(server):
    gallery, image = server.gallery("Sea")["id"], server.image("Sea/one.jpg")["id"]
    server.world.disk.move(f"{PICTURES}/Sea", f"{PICTURES}/Ocean")
    server.scan()
    assert server.gallery("Ocean")["id"] == gallery
    assert server.image("Ocean/one.jpg")["id"] == image
    assert server.gallery("Sea") is None


def test_replaced_content_is_seen_only_with_a_new_time_or_a_rescan(server):
    before = server.image("Sea/one.jpg")
    server.put("Sea/one.jpg", "longer than before")
    server.scan()
    assert server.image("Sea/one.jpg") == before
    server.world.scan(rescan=True)
    assert server.world.jobs.wait()
    after = server.image("Sea/one.jpg")
    assert after["id"] == before["id"]
    assert after["visual_files"][0]["size"] > before["visual_files"][0]["size"]
    server.put("Sea/one.jpg", "longer than before, and later", modified=2)
    server.scan()
    assert server.image("Sea/one.jpg")["visual_files"] != after["visual_files"]


def test_a_copy_is_a_second_file_of_the_same_image(server):
    server.put("Hills/copy.jpg", "1")
    server.scan()
    image = server.image("Hills/copy.jpg")
    assert [f["path"].removeprefix(PICTURES) for f in image["visual_files"]] == [
        "/Sea/one.jpg",
        "/Hills/copy.jpg",
    ]
    assert {"id": server.gallery("Hills")["id"]} in image["galleries"]


def test_a_deleted_file_stays_listed_until_a_clean(server):
    image = server.image("Sea/one.jpg")["id"]
    server.world.disk.remove(f"{PICTURES}/Sea/one.jpg")
    server.scan()
    assert server.image("Sea/one.jpg")["id"] == image
    assert server.get(f"/image/{image}/image").status_code == 500
    server.ask("mutation { metadataClean(input: {dryRun: true}) }")
    assert server.world.jobs.wait()
    assert server.image("Sea/one.jpg") is not None
    server.ask("mutation { metadataClean(input: {dryRun: false}) }")
    assert server.world.jobs.wait()
    assert server.image("Sea/one.jpg") is None
    assert server.gallery("Sea")["image_count"] == 1


def test_a_record_destroyed_without_its_file_comes_back_under_another_id(server):
    image = server.image("Sea/one.jpg")["id"]
    server.ask("mutation($i: ID!) { imageDestroy(input: {id: $i}) }", i=image)
    assert server.image("Sea/one.jpg") is None
    server.scan()
    assert int(server.image("Sea/one.jpg")["id"]) > int(image)


def test_a_destroyed_folder_gallery_leaves_its_images_and_comes_back(server):
    gallery, image = server.gallery("Sea")["id"], server.image("Sea/one.jpg")["id"]
    server.ask("mutation($g: ID!) { galleryDestroy(input: {ids: [$g]}) }", g=gallery)
    assert server.gallery("Sea") is None
    assert server.image("Sea/one.jpg")["galleries"] == []
    server.scan()
    assert server.gallery("Sea")["id"] != gallery
    assert server.image("Sea/one.jpg")["id"] == image


def test_a_gallery_destroyed_with_its_files_spares_an_image_that_is_elsewhere(server):
    kept = server.image("Sea/one.jpg")["id"]
    made = server.ask('mutation { galleryCreate(input: {title: "Keep"}) { id } }')
    server.ask(
        "mutation($g: ID!, $i: ID!) { addGalleryImages(input: {gallery_id: $g, image_ids: [$i]}) }",
        g=made["galleryCreate"]["id"],
        i=kept,
    )
    gone = server.gallery("Sea")["id"]
    server.ask(
        "mutation($g: ID!) { galleryDestroy(input: {ids: [$g], delete_file: true}) }", g=gone
    )
    assert server.image("Sea/one.jpg")["id"] == kept
    assert server.world.disk.look(f"{PICTURES}/Sea/one.jpg") is not None
    assert server.world.disk.look(f"{PICTURES}/Sea/two.jpg") is None


def test_a_zip_is_a_gallery_whose_images_go_with_it(server):
    server.put_zip("Zips/a.zip", "one.jpg", "inner/two.jpg")
    server.scan()
    inside = server.image("Zips/a.zip/inner/two.jpg")
    gallery = inside["galleries"][0]["id"]
    assert server.get(f"/image/{inside['id']}/image").data.endswith(b"inner/two.jpg")
    server.ask("mutation($g: ID!) { galleryDestroy(input: {ids: [$g]}) }", g=gallery)
    assert server.image("Zips/a.zip/one.jpg") is None
    assert server.world.disk.look(f"{PICTURES}/Zips/a.zip") is not None
    server.scan()
    assert server.image("Zips/a.zip/one.jpg")["galleries"][0]["id"] != gallery


def test_paths_outside_of_the_libraries_are_not_scanned(server):
    before = server.ask("{ stats { image_count } }")
    server.world.scan_now(["/etc", f"{PICTURES}/nowhere"])
    assert server.ask("{ stats { image_count } }") == before


def test_a_name_that_is_not_utf_8_is_sent_as_its_bytes(server):
    server.put(b"Sea/caf\xe9.jpg".decode("utf-8", "surrogateescape"), "4")
    server.scan("Sea")
    answer = server.reply("{ findImages { images { visual_files { ... on BaseFile { path } } } } }")
    assert b"/Sea/caf\xe9.jpg" in answer.data
