"""What the resources make of the calls that the server has."""

from typing import Any

import pytest

from g3fs.clients.stash import GalleryFilter, ImageFilter, Paging, Text
from g3fs.gallery import errors
from tests.recorded.stash.scripted import Wire, asked_by, client_on
from tests.recorded.test_client_stash import ALWAYS


def data(**roots: Any) -> dict[str, Any]:
    return {"data": roots}


def problem(message: str, *path: str | int, **roots: Any) -> dict[str, Any]:
    return {"errors": [{"message": message, "path": list(path)}], "data": roots or None}


def ids_page(*numbers: int) -> dict[str, Any]:
    return data(findImages={"count": len(numbers), "images": [{"id": str(n)} for n in numbers]})


def gallery(number: int, title: str) -> dict[str, Any]:
    return {**ALWAYS["gallery"], "id": str(number), "title": title}


def galleries(*titles: str) -> dict[str, Any]:
    found = [gallery(number, title) for number, title in enumerate(titles, 1)]
    return data(findGalleries={"count": len(found), "galleries": found})


def names(wire: Wire) -> list[str]:
    return [name for _, name, _ in wire.asked()]


def test_empty_lists_ask_for_nothing():
    wire = Wire()
    client = client_on(wire)
    assert client.images.get_many([]) == {}
    assert client.images.update_many({}) == ()
    assert client.galleries.bulk_update([], rating=1) == ()
    client.galleries.destroy([])
    client.images.destroy([], delete_file=True)
    client.scenes.destroy([])
    client.tags.destroy([])
    client.contents.add(1, [])
    client.contents.remove(1, [])
    assert wire.requests == []


def test_many_are_asked_for_at_once_and_unknown_ones_do_not_disturb():
    known = {**ALWAYS["image"], "id": "7"}
    wire = Wire(data(r0=known, r1=None))
    found = client_on(wire).images.get_many([7, 9999, 7])
    assert list(found) == [7]
    assert len(wire.requests) == 1


def test_one_that_is_not_there_is_not_found():
    with pytest.raises(errors.NotFound, match="no gallery 9"):
        client_on(Wire(data(findGallery=None))).galleries.get(9)


def test_a_listing_that_is_shorter_than_announced_is_refused():
    short = data(findGalleries={"count": 2, "galleries": [gallery(1, "a")]})
    with pytest.raises(errors.BadReply, match="2 galleries were announced, 1 came"):
        client_on(Wire(short)).galleries.all()


def test_wildcards_are_compared_again_and_pages_are_cut_afterwards():
    wire = Wire(galleries("50%_a", "50xxa", "50%_A", "50%_a"))
    wanted = GalleryFilter(title=Text("50%_a"))
    found = client_on(wire).galleries.find(wanted, Paging(per_page=2, page=2))
    assert found.count == 3
    assert [one.id for one in found.items] == [4]
    _, _, arguments = asked_by(wire.requests[0])[0]
    assert arguments["filter"]["per_page"] == -1


def test_what_was_compared_again_is_counted_so():
    wire = Wire(galleries("a b", "a_b"))
    assert client_on(wire).galleries.count(GalleryFilter(title=Text("a_b"))) == 1


def test_counting_asks_for_no_records():
    wire = Wire(data(findImages={"count": 2054, "images": []}))
    assert client_on(wire).images.count(ImageFilter(organized=True)) == 2054
    _, _, arguments = asked_by(wire.requests[0])[0]
    assert arguments["filter"] == {"per_page": 0}


NULL = "the requested element is null which the schema does not allow"


def test_a_bad_record_costs_one_field_and_not_the_listing():
    wire = Wire(
        problem(NULL, "findGalleries", "galleries", 4, "studio", "name"), galleries("a", "b")
    )
    assert len(client_on(wire).galleries.all()) == 2
    first, second = (request.body.decode() for request in wire.requests)
    assert "studio { id name }" in first
    assert "studio" not in second


BAD = problem(NULL, "findImages", "images", 1, "visual_files", 0, "size")


def test_a_bad_record_without_what_is_needed_is_left_out_and_the_others_are_not(caplog):
    good = {**ALWAYS["image"], "id": "7"}
    each = {
        "errors": [{"message": NULL, "path": ["r1", "visual_files", 0, "size"]}],
        "data": {"r0": good, "r1": None},
    }
    wire = Wire(BAD, ids_page(7, 8), each)
    assert [image.id for image in client_on(wire).images.in_gallery(7)] == [7]
    assert "image 8 is left out" in caplog.text
    (_, _, first), (_, _, second), *_ = wire.asked()
    assert first == second


def test_a_bad_record_in_a_place_of_several_kinds_costs_only_itself():
    scenes = data(findScenes={"count": 0, "scenes": []})
    bad = problem(NULL, "r0", "images", 1, "visual_files", 0, "size")
    images = data(findImages={"count": 1, "images": [{**ALWAYS["image"], "id": "7"}]})
    members = client_on(Wire(bad, images, scenes)).places.in_folder(9)
    assert [image.id for image in members.images] == [7]


def test_a_bad_folder_is_named_because_nothing_can_be_had_without_it():
    wire = Wire(problem(NULL, "findFolders", "folders", 4, "path"))
    with pytest.raises(errors.BadReply, match=r"findFolders\.folders\.4\.path"):
        client_on(wire).folders.all()


def test_bad_records_without_end_are_given_up():
    bad = [
        problem(NULL, "findFolders", "folders", 1, name)
        for name in ("created_at", "updated_at", "parent_folder", "zip_file", "path")
    ]
    wire = Wire(*bad)
    with pytest.raises(errors.BadReply):
        client_on(wire).folders.all()
    assert len(wire.requests) == 4


def test_another_error_among_single_records_is_told():
    refused = {"errors": [{"message": "Internal system error. Error <x>", "path": ["r0"]}]}
    with pytest.raises(errors.ServerError):
        client_on(Wire(refused)).images.get_many([1, 2])


def test_setting_the_images_of_a_gallery_adds_first_and_then_removes():
    wire = Wire(ids_page(1, 2, 3), data(addGalleryImages=True), data(removeGalleryImages=True))
    client_on(wire).contents.set(12, [3, 4, 5, 4])
    assert names(wire) == ["findImages", "addGalleryImages", "removeGalleryImages"]
    (_, _, added), (_, _, removed) = wire.asked()[1:]
    assert added["input"]["image_ids"] == ["4", "5"]
    assert removed["input"]["image_ids"] == ["1", "2"]


def test_nothing_is_removed_when_the_adding_failed():
    refusal = problem('cannot change contents of folder-based gallery "X"', "addGalleryImages")
    wire = Wire(ids_page(1), refusal)
    with pytest.raises(errors.NotPermitted):
        client_on(wire).contents.set(12, [2])
    assert "removeGalleryImages" not in names(wire)


def test_setting_to_nothing_only_removes():
    wire = Wire(ids_page(1, 2), data(removeGalleryImages=True))
    client_on(wire).contents.set(12, [])
    assert names(wire) == ["findImages", "removeGalleryImages"]


def test_a_foreign_image_never_becomes_a_cover():
    wire = Wire(ids_page())
    with pytest.raises(errors.NotFound, match="not in gallery"):
        client_on(wire).covers.set(12, 2040)
    assert names(wire) == ["findImages"]


def cover(number: int | None) -> dict[str, Any]:
    found = None if number is None else {"id": str(number)}
    return data(findGallery={"id": "12", "cover": found})


def test_a_cover_is_read_back():
    client_on(Wire(ids_page(7), data(setGalleryCover=True), cover(7))).covers.set(12, 7)
    wire = Wire(ids_page(7), data(setGalleryCover=True), cover(8))
    with pytest.raises(errors.ServerError):
        client_on(wire).covers.set(12, 7)


def test_an_old_server_that_ignores_organized_is_told_again():
    made = {**gallery(9, "x"), "organized": False}
    done = {**made, "organized": True}
    wire = Wire(data(galleryCreate=made), data(galleryUpdate=done))
    assert client_on(wire).galleries.create("x", organized=True).organized


def test_a_chapter_needs_a_change():
    with pytest.raises(errors.Invalid):
        client_on(Wire()).chapters.update(1)
    with pytest.raises(errors.Invalid):
        client_on(Wire()).chapters.create(1, "x", 0)


def tags(*found: tuple[int, str, list[str]]) -> dict[str, Any]:
    records = [{"id": str(number), "name": n, "aliases": a} for number, n, a in found]
    return data(findTags={"count": len(records), "tags": records})


def test_a_tag_is_found_by_its_name_before_an_alias():
    wire = Wire(tags((1, "Hill", ["sea"]), (2, "SEA", []), (3, "sea", []), (4, "sexa", [])))
    assert client_on(wire).tags.named(" sea ").id == 3
    wire = Wire(tags((1, "Hill", ["Sea"]), (4, "sexa", [])))
    assert client_on(wire).tags.named("sea").id == 1
    assert client_on(Wire(tags((4, "sexa", [])))).tags.named("se_a") is None


TAKEN = problem("tag with name 'sea' already exists", "tagCreate", tagCreate=None)


def test_a_tag_that_somebody_else_made_meanwhile_is_taken():
    wire = Wire(tags(), TAKEN, tags((9, "Sea", [])))
    assert client_on(wire).tags.ensure("sea").id == 9


def test_a_name_that_the_server_takes_for_another_is_reported():
    wire = Wire(tags(), TAKEN, tags())
    with pytest.raises(errors.AlreadyExists):
        client_on(wire).tags.ensure("sea")


def test_merging_nothing_and_blank_names_are_refused():
    client = client_on(Wire())
    with pytest.raises(errors.Invalid):
        client.tags.merge([], 5)
    with pytest.raises(errors.Invalid):
        client.tags.update(5, name="  ")
    with pytest.raises(errors.Invalid):
        client.tags.named("")


def test_a_path_is_compared_with_its_case():
    record = {**ALWAYS["image"], "visual_files": [{**ALWAYS["file"], "path": "/p/A.jpg"}]}
    found = data(findImages={"count": 1, "images": [record]})
    assert client_on(Wire(found)).images.at_path("/p/A.jpg").id == 1
    with pytest.raises(errors.NotFound):
        client_on(Wire(found)).images.at_path("/p/a.jpg")


def test_a_file_in_a_zip_keeps_its_name():
    file = {**ALWAYS["file"], "zip_file": {"id": "7"}, "parent_folder": {"id": "8"}}
    wire = Wire(data(findFile=file))
    client = client_on(wire)
    with pytest.raises(errors.NotPermitted):
        client.files.rename(client.files.get(1), "x.jpg")
    assert names(wire) == ["findFile"]


@pytest.mark.parametrize("answer", [False, None, "yes"])
def test_what_was_not_done_is_not_taken_for_done(answer):
    with pytest.raises(errors.BadReply):
        client_on(Wire(data(stopJob=answer))).jobs.stop(1)


def test_a_counter_gives_a_number():
    with pytest.raises(errors.BadReply):
        client_on(Wire(data(imageResetO=None))).images.o_counter.reset(1)


def test_a_new_key_of_an_open_server_is_none():
    with pytest.raises(errors.NotSupported):
        client_on(Wire(data(generateAPIKey=""))).server.make_api_key()


def test_half_characters_do_not_break_names():
    folder = {"id": "1", "path": "/p/\ud83d"}
    wire = Wire(data(findFolder=folder))
    assert client_on(wire).folders.get(1).name == "?"
