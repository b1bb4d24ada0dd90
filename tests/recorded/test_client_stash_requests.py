"""What the client asks is what was recorded: the same fields with the same arguments."""

import json
from collections.abc import Callable
from typing import Any

import pytest

from g3fs.clients.stash import (
    Client,
    Date,
    FileFilter,
    FolderFilter,
    GalleryFilter,
    IdList,
    Ids,
    ImageFilter,
    Moment,
    Number,
    Paging,
    Stamp,
    TagFilter,
    Text,
    TextList,
    TreeIds,
    WireFile,
)
from tests.recorded.stash.recording import exchanges
from tests.recorded.stash.scripted import Wire, asked_in, call

RECORDED = {one.key: one for one in exchanges()}

FILE = WireFile(
    id=2085,
    kind="image",
    path="/data/pictures/Move/C/c5.png",
    basename="c5.png",
    size_bytes=1,
    modified=Stamp("2026-11-21T09:30:12Z"),
)

CALLS: dict[str, Callable[[Client], object]] = {
    "01-system/5": lambda c: c.server.status(),
    "02-auth/6": lambda c: c.server.make_api_key(),
    "03-errors/3": lambda c: c.images.get(9999),
    "03-errors/16": lambda c: c.galleries.destroy([9999]),
    "03-errors/21": lambda c: c.files.get(99999),
    "03-errors/22": lambda c: c.folders.at_path("/data/nosuch"),
    "04-galleries/1": lambda c: c.galleries.get(6),
    "04-galleries/4": lambda c: c.galleries.all(),
    "04-galleries/6": lambda c: c.galleries.find(
        GalleryFilter(folder=FolderFilter(parent_folder=TreeIds((9,))))
    ),
    "04-galleries/9": lambda c: c.galleries.find(GalleryFilter(path=Text("", "IS_NULL"))),
    "04-galleries/8": lambda c: c.galleries.find(
        GalleryFilter(path=Text("/data/pictures/Holidays/", "INCLUDES")), Paging(sort="path")
    ),
    "04-galleries/10": lambda c: c.galleries.find(GalleryFilter(title=Text("one"))),
    "04-galleries/14": lambda c: c.galleries.find(
        GalleryFilter(updated=Moment(Stamp("2026-11-21T09:25:00Z"))), Paging(sort="updated_at")
    ),
    "04-galleries/15": lambda c: c.galleries.find(None, Paging(sort="random_4711", per_page=3)),
    "04-galleries/16": lambda c: c.galleries.find(
        GalleryFilter(tags=TreeIds((3,), "INCLUDES_ALL"))
    ),
    "05-images/6": lambda c: c.images.in_gallery(7),
    "05-images/7": lambda c: c.images.in_gallery(10),
    "05-images/8": lambda c: c.contents.ids(5),
    "05-images/9": lambda c: c.images.find(
        ImageFilter(galleries=Ids((3,))), Paging(per_page=2, page=2)
    ),
    "05-images/12": lambda c: c.images.find(ImageFilter(galleries=Ids((), "IS_NULL"))),
    "05-images/13": lambda c: c.images.at_path("/data/pictures/Shapes/dup.jpg"),
    "05-images/15": lambda c: c.places.in_folder(9),
    "05-images/18": lambda c: c.images.find(
        ImageFilter(path=Text("peak 1", "INCLUDES")), Paging(per_page=25)
    ),
    "05-images/19": lambda c: c.images.find(None, Paging(search='"peak 1"')),
    "05-images/20": lambda c: c.images.find(
        ImageFilter(updated=Moment(Stamp("2026-11-21T09:20:00Z")))
    ),
    "05-images/22": lambda c: c.images.by_checksum("87081ff811e2d5d68f5ca3222ac100c8"),
    "06-gallery-create-update/1": lambda c: c.galleries.create("My album"),
    "06-gallery-create-update/7": lambda c: c.galleries.update(15, title="Trip"),
    "06-gallery-create-update/9": lambda c: c.galleries.update(
        15, code="", details="", date="", tag_ids=[], urls=[]
    ),
    "06-gallery-create-update/10": lambda c: c.galleries.update(15, title=""),
    "06-gallery-create-update/13": lambda c: c.galleries.update(15, date="2024-05"),
    "06-gallery-create-update/23": lambda c: c.galleries.update(15, tag_ids=[9999]),
    "06-gallery-create-update/29": lambda c: c.galleries.update_many(
        {12: {"title": "changed"}, 9999: {"title": "z"}}
    ),
    "06-gallery-create-update/31": lambda c: c.galleries.update_many(
        {12: {"title": "One", "rating": 20}, 13: {"title": "Two"}}
    ),
    "06-gallery-create-update/33": lambda c: c.galleries.bulk_update(
        [12, 13],
        rating=60,
        organized=True,
        tag_ids=IdList("ADD", (3,)),
        urls=TextList("ADD", ("http://c.example/",)),
    ),
    "06-gallery-create-update/34": lambda c: c.galleries.bulk_update(
        [12, 13], tag_ids=IdList("REMOVE", (3, 4))
    ),
    "06-gallery-create-update/35": lambda c: c.galleries.bulk_update(
        [12], tag_ids=IdList("SET", ()), urls=TextList("SET", ())
    ),
    "06-gallery-create-update/40": lambda c: c.galleries.update(12, primary_file_id=1),
    "07-gallery-images/2": lambda c: c.contents.add(12, [2021, 2040, 2013]),
    "07-gallery-images/11": lambda c: c.contents.remove(12, [2022]),
    "07-gallery-images/19": lambda c: c.images.bulk_update(
        [2024, 2025], gallery_ids=IdList("ADD", (13,))
    ),
    "07-gallery-images/15": lambda c: c.images.update(2021, gallery_ids=[7, 13]),
    "07-gallery-images/24": lambda c: c.covers.get(12),
    "07-gallery-images/31": lambda c: c.covers.reset(12),
    "07-gallery-images/34": lambda c: c.chapters.create(7, "Second", 5),
    "07-gallery-images/42": lambda c: c.chapters.update(1, title="Second part"),
    "07-gallery-images/43": lambda c: c.chapters.update(1, image_index=6),
    "07-gallery-images/45": lambda c: c.chapters.update(1, gallery=10, image_index=2),
    "07-gallery-images/49": lambda c: c.chapters.destroy(1),
    "08-image-update/1": lambda c: c.images.update(
        2022,
        title="Waves",
        code="C1",
        date="2024-07-01",
        details="two\nlines ü",
        photographer="Ann",
        rating=40,
        urls=["http://a.example/x"],
        organized=True,
        studio_id=1,
        tag_ids=[3, 4],
        performer_ids=[1],
    ),
    "08-image-update/3": lambda c: c.images.update(
        2022,
        title=None,
        code=None,
        date=None,
        details=None,
        photographer=None,
        rating=None,
        urls=None,
        studio_id=None,
        tag_ids=None,
        performer_ids=None,
    ),
    "08-image-update/5": lambda c: c.images.update(2022, gallery_ids=None),
    "08-image-update/8": lambda c: c.images.update_many(
        {2022: {"title": "W"}, 2023: {"rating": 20}}
    ),
    "08-image-update/11": lambda c: c.images.bulk_update(
        [2022, 2023], title="same", rating=60, tag_ids=IdList("ADD", (3,))
    ),
    "08-image-update/14": lambda c: c.images.o_counter.increment(2022),
    "08-image-update/16": lambda c: c.images.update(2009, primary_file_id=2048),
    "09-tags/1": lambda c: c.tags.create("Mountain", aliases=["Peak", "Hill"], description="high"),
    "09-tags/2": lambda c: c.tags.create("Mountain"),
    "09-tags/18": lambda c: c.tags.find(TagFilter(name=Text("MOUNTAIN"))),
    "09-tags/21": lambda c: c.tags.find(TagFilter(aliases=Text("peak"))),
    "09-tags/22": lambda c: c.tags.named("Peak"),
    "09-tags/23": lambda c: c.tags.find(None, Paging(search="mount")),
    "09-tags/24": lambda c: c.tags.find(
        TagFilter(
            image_count=Number(0, "GREATER_THAN"),
            either=TagFilter(gallery_count=Number(0, "GREATER_THAN")),
        ),
        Paging(sort="name"),
    ),
    "09-tags/25": lambda c: c.tags.update(5, name="Mountains"),
    "09-tags/30": lambda c: c.tags.merge([15], 5),
    "09-tags/37": lambda c: c.tags.destroy([9999]),
    "09-tags/38": lambda c: c.images.find(ImageFilter(tags=TreeIds((3, 4), "INCLUDES_ALL", -1))),
    "10-destroy/1": lambda c: c.galleries.destroy([21], delete_file=True, delete_generated=True),
    "10-destroy/2": lambda c: c.galleries.destroy([16]),
    "10-destroy/13": lambda c: c.images.destroy([2047], delete_file=True),
    "10-destroy/16": lambda c: c.files.delete(2074),
    "11-scan-and-files/1": lambda c: c.library.scan(["/data/pictures/Move"]),
    "11-scan-and-files/2": lambda c: c.jobs.get(15),
    "11-scan-and-files/3": lambda c: c.jobs.queue(),
    "11-scan-and-files/7": lambda c: c.jobs.stop(9999),
    "11-scan-and-files/8": lambda c: c.server.configuration(),
    "11-scan-and-files/10": lambda c: c.library.clean(["/data/pictures/Move"], dry_run=True),
    "11-scan-and-files/11": lambda c: c.library.clean(["/data/pictures/Move"]),
    "11-scan-and-files/13": lambda c: c.files.rename(FILE, "neu ü.png"),
    "16-scenes/1": lambda c: c.scenes.get(1),
    "16-scenes/2": lambda c: c.scenes.find(None, Paging(sort="path")),
    "16-scenes/3": lambda c: c.scenes.in_gallery(15),
    "16-scenes/4": lambda c: c.scenes.update(
        2, title="Test film", rating=60, date="2024-03-01", gallery_ids=[15]
    ),
    "16-scenes/5": lambda c: c.scenes.bulk_update(
        [2], tag_ids=IdList("ADD", (3,)), gallery_ids=IdList("REMOVE", (15,))
    ),
    "16-scenes/7": lambda c: c.server.stats(),
}
"""By recording: what makes the client ask the same."""

MORE = {
    ("filter", "per_page"): (-1,),
    ("filter", "page"): (1,),
    ("filter", "sort"): ("id", "path"),
    ("input", "delete_file"): (False,),
    ("input", "delete_generated"): (False,),
    ("input", "scanGenerateCovers"): (False,),
    ("depth",): (0,),
}
"""What the client says although it was not said in the recording: the server's default, or a fixed
order."""


def surplus(asked: Any, recorded: Any, path: tuple[str, ...] = ()) -> list[tuple[str, ...]]:
    """Where `asked` differs from `recorded`, but for what is in MORE."""
    if isinstance(asked, dict) and isinstance(recorded, dict):
        found = [(*path, name) for name in recorded if name not in asked]
        for name, value in asked.items():
            if name in recorded:
                found += surplus(value, recorded[name], (*path, name))
            elif not _harmless((*path, name), value, recorded):
                found.append((*path, name))
        return found
    same = _texts(asked) == _texts(recorded)
    return [] if same else [path]


def _harmless(path: tuple[str, ...], value: Any, recorded: Any) -> bool:
    if path == ("filter",):
        return all(_harmless(("filter", name), one, recorded) for name, one in value.items())
    return value in MORE.get(path[-2:], MORE.get(path[-1:], ()))


def _texts(value: Any) -> Any:
    """Ids are texts, and were sometimes recorded as numbers."""
    if isinstance(value, list | tuple):
        return [_texts(one) for one in value]
    return str(value)


@pytest.mark.parametrize("key", CALLS)
def test_the_client_asks_what_was_recorded(key):
    exchange = RECORDED[key]
    wire = Wire()
    call(CALLS[key], wire)
    wanted = asked_in(exchange.request_body)
    kind, name, arguments = wire.asked()[0]
    near = [one for one in wanted if one[:2] == (kind, name)]
    assert near, f"{kind} {name} is not in {wanted}"
    differences = [surplus(arguments, one[2]) for one in near]
    assert [] in differences


def test_all_of_a_folder_is_asked_for_at_once():
    wire = Wire()
    call(CALLS["05-images/15"], wire)
    assert len(wire.requests) == 1
    assert [name for _, name, _ in wire.asked()] == ["findImages", "findScenes"]


def test_a_document_says_what_it_is_and_what_it_wants_back():
    wire = Wire()
    call(lambda client: client.server.version(), wire)
    request = wire.requests[0]
    assert (request.method, request.target) == ("POST", "/graphql")
    assert request.headers == {"Content-Type": "application/json", "Accept": "application/json"}
    assert json.loads(request.body) == {"query": "query { version { version hash build_time } }"}


def test_only_what_may_be_done_twice_is_repeated():
    twice = {
        "06-gallery-create-update/1": False,
        "06-gallery-create-update/7": True,
        "07-gallery-images/2": True,
        "07-gallery-images/34": False,
        "08-image-update/14": False,
        "10-destroy/2": False,
        "11-scan-and-files/1": True,
        "04-galleries/4": True,
    }
    for key, repeatable in twice.items():
        wire = Wire()
        call(CALLS[key], wire)
        assert wire.requests[0].repeatable is repeatable, key


def test_files_of_a_zip_can_be_asked_for():
    wire = Wire()
    call(lambda c: c.images.find(ImageFilter(files=FileFilter(zip_file=Ids((7,))))), wire)
    _, _, arguments = wire.asked()[0]
    assert arguments["image_filter"] == {
        "files_filter": {"zip_file": {"value": ["7"], "modifier": "INCLUDES"}}
    }


def test_a_year_can_be_asked_for():
    wire = Wire()
    year = Date("2024-01-01", "BETWEEN", "2024-12-31")
    call(lambda c: c.galleries.find(GalleryFilter(date=year)), wire)
    _, _, arguments = wire.asked()[0]
    recorded = [one[2] for one in asked_in(RECORDED["04-galleries/16"].request_body)]
    assert arguments["gallery_filter"] in [one["gallery_filter"] for one in recorded]
