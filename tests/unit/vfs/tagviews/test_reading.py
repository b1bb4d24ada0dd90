import os
import stat
from dataclasses import replace

import pytest
import trio
import trio.testing

from g3fs.gallery.errors import Unreachable
from g3fs.gallery.items import Step
from g3fs.vfs.control import Control, Views
from g3fs.vfs.filesystem import NoEntry
from g3fs.vfs.names import LOOKALIKES
from g3fs.vfs.nodes import ROOT, TAG_VIEW, AlbumNode
from g3fs.vfs.tagviews.gallery import TaggedGallery
from g3fs.vfs.tagviews.ids import TAGS as ALL_TAGS
from g3fs.vfs.tagviews.ids import album_of, is_of_views, item_of, link_of, tag_of
from g3fs.vfs.xattrs import NoSuchAttribute
from tests.unit.vfs.tagviews.tagging import OPTIONS, TAGS, led_to, tag, target


async def test_tags_are_directories_of_links_to_photos_and_albums(disk, backend):
    album = backend.add_album("sea")
    photo = backend.add_media("wave.jpg", b"x", parent=album.id)
    tag(backend, photo, "Blue", "Water")
    tag(backend, album, "Water")
    async with disk() as d:
        assert await d.names(TAGS) == ["Blue", "Water"]
        assert await d.names(f"{TAGS}/Water") == ["sea", "wave.jpg"]
        assert await led_to(d, f"{TAGS}/Blue/wave.jpg") == await d.ino("sea/wave.jpg")
        assert await led_to(d, f"{TAGS}/Water/sea") == await d.ino("sea")


async def test_a_way_that_nobody_has_looked_at_is_told_with_ids_and_looks_up(disk, backend):
    album = backend.add_album("sea")
    photo = backend.add_media("wave", b"x", parent=album.id)
    tag(backend, photo, "Blue")
    async with disk() as d:
        link = f"{TAGS}/Blue/wave"
        assert await target(d, link) == f"../../../../sea ({album.id})/wave ({photo.id})"
        assert await led_to(d, link) == await d.ino("sea/wave.jpg"), "with the extension it needs"
        assert await target(d, link) == "../../../../sea/wave.jpg"


async def test_links_lead_by_the_names_that_the_mount_shows(disk, backend):
    first = backend.add_album("sea")
    second = backend.add_album("sea")
    photo = backend.add_media("a.jpg", b"x", parent=second.id)
    tag(backend, photo, "Blue")
    async with disk() as d:
        shown = f"sea ({second.id})"
        assert await d.names() == ["sea", shown]
        assert await d.names(shown) == ["a.jpg"]
        link = f"{TAGS}/Blue/a.jpg"
        assert await target(d, link) == f"../../../../{shown}/a.jpg"
        await d.rename(f"{shown}/a.jpg", f"{shown}/b__c.jpg")  # the server spells it b_c.jpg
        link = f"{TAGS}/Blue/b_c.jpg"
        assert await led_to(d, link) == await d.ino(f"{shown}/b__c.jpg")
        assert await target(d, link) == f"../../../../{shown}/b__c.jpg"
        await d.rename(f"{shown}/b__c.jpg", "sea/d.jpg")
        link = f"{TAGS}/Blue/d.jpg"
        assert await led_to(d, link) == await d.ino("sea/d.jpg")
        assert await target(d, link) == "../../../../sea/d.jpg"
        assert first.id in backend.items


async def test_items_of_one_name_are_told_apart_by_their_ids(disk, backend):
    photos = [backend.add_media("a.jpg", b"x", parent=backend.add_album(name).id) for name in "xyz"]
    for photo in photos:
        tag(backend, photo, "Blue")
    async with disk() as d:
        names = ["a.jpg", *sorted(f"a ({photo.id}).jpg" for photo in photos[1:])]
        assert sorted(await d.names(f"{TAGS}/Blue")) == sorted(names)
        for name, place in zip(names, "xyz", strict=True):
            assert await led_to(d, f"{TAGS}/Blue/{name}") == await d.ino(f"{place}/a.jpg")


async def test_names_of_tags_become_legal(disk, backend):
    slash = LOOKALIKES[ord("/")]
    photo = backend.add_media("a.jpg", b"x")
    tag(backend, photo, "a/b", f"a{slash}b", "..", "new\nline")
    async with disk() as d:
        names = await d.names(TAGS)
        assert len(names) == 4
        assert f"a{slash}b" in names
        assert not {"..", "a/b"} & set(names)
        for name in names:
            assert await led_to(d, f"{TAGS}/{name}/a.jpg") == await d.ino("a.jpg")


async def test_looking_again_within_the_time_to_live_costs_nothing(disk, backend):
    for number in range(50):
        tag(backend, backend.add_media(f"{number}.jpg", b"x"), "Blue")
    async with disk() as d:
        await d.names(f"{TAGS}/Blue")
        before = backend.calls.copy()
        for name in await d.names(f"{TAGS}/Blue"):
            await target(d, f"{TAGS}/Blue/{name}")
        assert backend.calls == before
        assert before["tags"] == before["tagged"] == 1


async def test_whoever_looks_at_the_same_time_waits_for_one_answer(disk, backend):
    tag(backend, backend.add_media("a.jpg", b"x"), "Blue")
    async with disk() as d:
        ino = await d.ino(f"{TAGS}/Blue")
        gate = backend.hold("tagged")
        async with trio.open_nursery() as nursery:
            for _ in range(5):
                nursery.start_soon(d.fs.opendir, ino)
            await trio.testing.wait_all_tasks_blocked()
            gate.set()
        assert backend.calls["tagged"] == 1


async def test_what_changes_on_the_server_shows_after_the_time_to_live(disk, backend):
    photo = backend.add_media("a.jpg", b"x")
    tag(backend, photo, "Blue")
    async with disk(ttl_s=0.0) as d:
        assert await d.names(f"{TAGS}/Blue") == ["a.jpg"]
        tag(backend, photo, "Red")
        with trio.fail_after(5):
            while await d.names(TAGS) != ["Red"]:
                await trio.lowlevel.checkpoint()
        assert await d.names(f"{TAGS}/Red") == ["a.jpg"]
        assert await d.attr(f"{TAGS}/Blue") is None


async def test_what_is_known_is_shown_while_the_server_is_down(disk, backend):
    tag(backend, backend.add_media("a.jpg", b"x"), "Blue")
    async with disk(ttl_s=0.0) as d:
        await d.names(f"{TAGS}/Blue")
        backend.down = Unreachable("nobody there")
        assert await d.names(f"{TAGS}/Blue") == ["a.jpg"]
        assert await target(d, f"{TAGS}/Blue/a.jpg")


async def test_every_link_has_an_inode_of_its_own_that_stays(disk, backend):
    photo = backend.add_media("a.jpg", b"x")
    tag(backend, photo, "Blue", "Red")
    paths = [f"{TAGS}/{path}" for path in ("Blue", "Red", "Blue/a.jpg", "Red/a.jpg")]
    async with disk() as d:
        before = [await d.ino(path) for path in [*paths, "a.jpg", TAGS]]
    assert len(set(before)) == 6
    async with disk() as d:
        assert [await d.ino(path) for path in reversed(paths)] == before[3::-1]


async def test_attributes_are_those_of_directories_and_links(disk, backend):
    photo = backend.add_media("höhe.jpg", b"x")
    tag(backend, photo, "Blue")
    async with disk() as d:
        for path in (TAGS, f"{TAGS}/Blue"):
            attr = await d.attr(path)
            assert stat.S_ISDIR(attr.mode)
            assert stat.S_IMODE(attr.mode) == 0o755
            assert attr.mtime_ns == OPTIONS.started_s * 10**9
            assert await d.fs.listxattr(attr.ino) == []
            for name in ("user.xdg.tags", "user.g3fs.id", "user.g3fs.info"):
                with pytest.raises(NoSuchAttribute):
                    await d.fs.getxattr(attr.ino, name)
        attr = await d.attr(f"{TAGS}/Blue/höhe.jpg")
        assert stat.S_ISLNK(attr.mode)
        assert attr.size_bytes == len(os.fsencode(d.fs.readlink(attr.ino)))
        assert attr.mtime_ns == photo.times.created_s * 10**9


async def test_that_there_is_no_such_tag_is_not_remembered_by_the_kernel(disk):
    async with disk() as d:
        answer = await d.fs.lookup(await d.ino(TAGS), "Blue")
        assert isinstance(answer, NoEntry)
        assert answer.timeout_s == 0


async def test_tags_set_as_attributes_show_at_once(disk, backend):
    photo = backend.add_media("a.jpg", b"x")
    tag(backend, photo, "Blue")
    async with disk() as d:
        assert await d.names(f"{TAGS}/Blue") == ["a.jpg"]
        await d.set("a.jpg", "user.xdg.tags", "Red")
        assert await d.names(f"{TAGS}/Red") == ["a.jpg"]
        assert await d.names(TAGS) == ["Red"]
        await d.set("a.jpg", "user.g3fs.tags.add", '["Blue"]')
        assert await d.names(f"{TAGS}/Blue") == ["a.jpg"]


async def test_links_to_what_is_deleted_are_gone_at_once(disk, backend):
    for name in ("a.jpg", "b.jpg"):
        tag(backend, backend.add_media(name, b"x"), "Blue")
    async with disk() as d:
        assert await d.names(f"{TAGS}/Blue") == ["a.jpg", "b.jpg"]
        await d.unlink("a.jpg")
        assert await d.names(f"{TAGS}/Blue") == ["b.jpg"]


async def test_what_others_moved_is_asked_for_behind(disk, backend):
    album = backend.add_album("album")
    photo = backend.add_media("a.jpg", b"x")
    tag(backend, photo, "Blue")
    async with disk() as d:
        await d.names()
        assert await d.names(f"{TAGS}/Blue") == ["a.jpg"]
        backend.remove(photo.id)
        backend.add(photo, album.id, "b.jpg")
        await d.refresh()
        with trio.fail_after(5):
            while await d.names(f"{TAGS}/Blue") != ["b.jpg"]:
                await trio.lowlevel.checkpoint()
        assert await led_to(d, f"{TAGS}/Blue/b.jpg") == await d.ino("album/b.jpg")


async def test_uploads_and_titles_do_not_make_tags_asked_for_anew(disk, backend, photo):
    tag(backend, backend.add_media("a.jpg", b"x"), "Blue")
    async with disk() as d:
        await d.names(f"{TAGS}/Blue")
        before = backend.calls["tagged"]
        await d.write("new.jpg", photo(1))
        assert await d.names(f"{TAGS}/Blue") == ["a.jpg"]
        assert backend.calls["tagged"] == before


async def test_what_lies_outside_a_mounted_part_is_not_shown(backend):
    inside, outside = backend.add_album("inside"), backend.add_album("outside")
    deep = backend.add_album("deep", parent=inside.id)
    photos = [backend.add_media("a.jpg", b"x", parent=each.id) for each in (inside, deep, outside)]
    for item in (*photos, inside, deep):
        tag(backend, item, "Blue")
    options = replace(OPTIONS, below=inside.id)
    gallery = TaggedGallery(backend, backend.tag_viewer, options)
    listing = await gallery.list(album_of("Blue"))
    paths = {tuple(step.name for step in entry.item.path) for entry in listing.entries}
    assert paths == {("a.jpg",), ("deep", "a.jpg"), ("deep",)}
    assert all(isinstance(entry.item.path[0], Step) for entry in listing.entries)


async def test_where_nothing_can_be_changed_the_modes_say_so(backend, tmp_path):
    options = replace(OPTIONS, writable=False)
    gallery = TaggedGallery(backend, backend.tag_viewer, options)
    assert not gallery.top().can_edit
    assert not gallery.top().can_add


def test_views_can_be_switched_off(backend):
    root = backend.items["album-1"]
    tags = TaggedGallery(backend, backend.tag_viewer, OPTIONS).top()
    shown = {}
    for views in Views:
        control = Control({}, views)
        control.show_tags(AlbumNode(tags, TAG_VIEW))
        control.open(root, (), {})
        shown[views] = [child.name for child in control.children(control.entrance.node)]
    assert shown == {Views.HIDDEN: ["views"], Views.SHOWN: ["views"], Views.OFF: []}
    assert root.id != ROOT


@pytest.mark.parametrize("name", ["sea", "a:b", "a/b", "%3A", "", "é", "\udcff"])
def test_ids_tell_tag_and_item_whatever_they_hold(name):
    for item in ("17", "media:5", "a:b/c"):
        link = link_of(name, item)
        assert (tag_of(link), item_of(link)) == (name, item)
    assert tag_of(album_of(name)) == name
    assert is_of_views(album_of(name))


def test_ids_of_servers_are_not_taken_for_those_of_views():
    assert is_of_views(ALL_TAGS)
    assert not any(map(is_of_views, ["17", "tag:5", "view:tagsea", ""]))
