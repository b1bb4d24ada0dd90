from dataclasses import replace

import pytest

from g3fs.gallery.errors import (
    AccessDenied,
    AlreadyExists,
    Invalid,
    NotFound,
    NotPermitted,
    NotSupported,
)
from g3fs.vfs.writing.changes import NOREPLACE, NewTimes
from tests.unit.vfs.tagviews.tagging import BLUE, OTHER_TOP, RED, TAGS, TOP, led_to, tag, tags_of
from tests.unit.vfs.writing.disks import refusal


@pytest.mark.parametrize(
    "text",
    [
        "../../../../album/a.jpg",
        "../../../../album/../album/./a.jpg",
        "../../../views/../../album//a.jpg",
        "../Green/a.jpg",
        f"{TOP}/album/a.jpg",
        f"{OTHER_TOP}/album/a.jpg",
        f"{TOP}/.g3fs/views/tags/Green/a.jpg",
        "../../../../album (album-2)/a.jpg",
    ],
)
async def test_a_new_link_tags_what_it_leads_to(disk, backend, album, picture, text):
    tag(backend, picture, "Green")
    async with disk() as d:
        await d.symlink(f"{BLUE}/a.jpg", text)
        assert tags_of(backend, picture) == {"Green", "Blue"}
        assert await d.names(BLUE) == ["a.jpg", "other.jpg"]
        assert await led_to(d, f"{BLUE}/a.jpg") == await d.ino("album/a.jpg")
        assert await d.get("album/a.jpg", "user.xdg.tags") == "Blue,Green"
        assert album.id == "album-2"


async def test_albums_are_tagged_too(disk, backend, album):
    backend.tag_viewer.empty.add("Red")
    async with disk() as d:
        await d.symlink(f"{RED}/album", "../../../../album")
        assert await led_to(d, f"{RED}/album") == await d.ino("album")
    assert tags_of(backend, album) == {"Red"}


@pytest.mark.parametrize(
    "text",
    [
        "/etc/passwd",
        f"{TOP}",
        f"{TOP}2/album/a.jpg",
        "a.jpg",
        ".",
        "../../../..",
        "../../../../nothing.jpg",
        "../../../../album/nothing/a.jpg",
        "../../../../album/a.jpg/b.jpg",
        "../../../../../album/a.jpg",
        "../Blue",
        "../../tags",
        "../../../failed",
        "album/a.jpg",
        "../../../../album/new.jpg.part",
    ],
)
async def test_what_leads_to_no_item_of_this_mount_is_refused(disk, backend, picture, photo, text):
    async with disk() as d:
        await d.write("album/new.jpg.part", photo(1))
        assert await refusal(d.symlink, f"{RED}/a.jpg", text) is Invalid
        assert await d.names(RED) == []
    assert backend.calls["change_tags"] == 0
    assert tags_of(backend, picture) == set()


async def test_a_link_keeps_the_name_that_the_user_gave_it(disk, backend, picture):
    async with disk() as d:
        await d.symlink(f"{RED}/mine", "../../../../album/a.jpg")
        assert await d.names(RED) == ["mine"]
        await d.rename(RED, f"{TAGS}/Pink")
        assert await d.names(f"{TAGS}/Pink") == ["mine"]
    async with disk() as d:
        assert await d.names(f"{TAGS}/Pink") == ["mine"]
        await d.unlink(f"{TAGS}/Pink/mine")
        await d.symlink(f"{TAGS}/Pink/a.jpg", "../../../../album/a.jpg")
        assert await d.names(f"{TAGS}/Pink") == ["a.jpg"]


async def test_a_name_that_an_id_told_apart_is_plain_again_when_asked_for(disk, backend, picture):
    twin = backend.add_media("a.jpg", b"y")
    tag(backend, picture, "Red")
    tag(backend, twin, "Red")
    async with disk() as d:
        assert await d.names(RED) == sorted(["a.jpg", f"a ({twin.id}).jpg"])
        await d.unlink(f"{RED}/a.jpg")
        await d.unlink(f"{RED}/a ({twin.id}).jpg")
        await d.symlink(f"{RED}/a.jpg", "../../../../a.jpg")
        assert await d.names(RED) == ["a.jpg"]
        assert await led_to(d, f"{RED}/a.jpg") == await d.ino("a.jpg")


async def test_an_item_has_one_link_for_each_tag(disk, backend, picture):
    async with disk() as d:
        await d.symlink(f"{RED}/a.jpg", "../../../../album/a.jpg")
        again = await refusal(d.symlink, f"{RED}/b.jpg", "../../../../album/a.jpg")
        assert again is AlreadyExists
        assert await d.names(RED) == ["a.jpg"]


async def test_removing_a_link_takes_the_tag_off(disk, backend, picture):
    tag(backend, picture, "Blue", "Red")
    async with disk() as d:
        assert await d.get("album/a.jpg", "user.xdg.tags") == "Blue,Red"
        await d.unlink(f"{BLUE}/a.jpg")
        assert await d.names(BLUE) == ["other.jpg"]
        assert await d.get("album/a.jpg", "user.xdg.tags") == "Red"
        assert await refusal(d.unlink, f"{BLUE}/a.jpg") is NotFound
    assert tags_of(backend, picture) == {"Red"}
    assert picture.id in backend.items


async def test_removing_links_asks_for_no_listing_again(disk, backend):
    photos = [backend.add_media(f"{number}.jpg", b"x") for number in range(20)]
    for each in photos:
        tag(backend, each, "Blue")
    async with disk() as d:
        for name in await d.names(BLUE):
            await d.unlink(f"{BLUE}/{name}")
        await d.rmdir(BLUE)
        assert await d.names(TAGS) == []
    assert backend.calls["tagged"] == backend.calls["tags"] == 1


async def test_a_link_to_what_is_gone_is_removed(disk, backend, picture):
    tag(backend, picture, "Blue")
    async with disk() as d:
        await d.names(BLUE)
        backend.remove(picture.id)
        backend.fail_next("change_tags", NotFound("no such item"))
        await d.unlink(f"{BLUE}/a.jpg")
        assert await d.names(BLUE) == ["other.jpg"]


async def test_moving_a_link_puts_one_tag_in_the_place_of_another(disk, backend, picture):
    tag(backend, picture, "Blue")
    async with disk() as d:
        await d.rename(f"{BLUE}/a.jpg", f"{RED}/b.jpg", NOREPLACE)
        assert await d.names(BLUE) == ["other.jpg"]
        assert await d.names(RED) == ["b.jpg"]
        assert await led_to(d, f"{RED}/b.jpg") == await d.ino("album/a.jpg")
    assert tags_of(backend, picture) == {"Red"}
    assert backend.calls["change_tags"] == 1


async def test_moving_a_link_onto_one_to_the_same_item_only_untags(disk, backend, picture):
    tag(backend, picture, "Blue", "Red")
    async with disk() as d:
        move = f"{BLUE}/a.jpg", f"{RED}/a.jpg"
        assert await refusal(d.rename, *move, NOREPLACE) is AlreadyExists
        await d.rename(*move)
        assert await d.names(BLUE) == ["other.jpg"]
        assert await d.names(RED) == ["a.jpg"]
    assert tags_of(backend, picture) == {"Red"}


async def test_moving_a_link_never_replaces_another(disk, backend, picture):
    twin = backend.add_media("a.jpg", b"y")
    tag(backend, picture, "Blue")
    tag(backend, twin, "Red")
    async with disk() as d:
        assert await refusal(d.rename, f"{BLUE}/a.jpg", f"{RED}/a.jpg") is AlreadyExists
    assert (tags_of(backend, picture), tags_of(backend, twin)) == ({"Blue"}, {"Red"})


async def test_what_has_no_meaning_is_not_permitted(disk, backend, picture):
    tag(backend, picture, "Blue")
    async with disk() as d:
        tags, blue = await d.ino(TAGS), await d.ino(BLUE)
        link = await d.ino(f"{BLUE}/a.jpg")
        changes = d.fs.changing(blue)
        refused = [
            (d.mkdir, f"{BLUE}/below"),
            (d.symlink, f"{TAGS}/a.jpg", "../../../album/a.jpg"),
            (d.symlink, "album/link", "a.jpg"),
            (d.rename, f"{BLUE}/a.jpg", f"{BLUE}/b.jpg"),
            (d.rename, f"{BLUE}/a.jpg", f"{TAGS}/a.jpg"),
            (d.rename, f"{BLUE}/a.jpg", "album/b.jpg"),
            (d.rename, "album/a.jpg", f"{BLUE}/b.jpg"),
            (d.rename, RED, f"{BLUE}/Red"),
            (d.rename, "album", f"{TAGS}/album"),
            (d.create, f"{BLUE}/new.jpg"),
            (d.create, f"{TAGS}/new.jpg"),
            (changes.mknod, blue, "new.jpg", 0o100644),
            (changes.setattr, link, None, NewTimes(size_bytes=0)),
        ]
        for call, *args in refused:
            assert await refusal(call, *args) is NotPermitted, args
        assert await refusal(d.rename, f"{BLUE}/a.jpg", f"{RED}/a.jpg", 2) is Invalid
        assert await refusal(d.rename, f"{BLUE}/b.jpg", f"{RED}/b.jpg") is NotFound
        assert await refusal(changes.setxattr, blue, "user.xdg.tags", b"x") is NotSupported
        assert await refusal(changes.removexattr, tags, "user.xdg.tags") is NotSupported
        await changes.setattr(blue, None, NewTimes(mtime_ns=1))
        await changes.setattr(link, None, NewTimes(atime_ns=1, mtime_ns=1))
    assert tags_of(backend, picture) == {"Blue"}
    changes = ("change_tags", "set_tags", "make_tag", "rename_tag", "delete_tag", "move")
    assert not any(backend.calls[name] for name in changes)


async def test_without_the_right_to_edit_nothing_is_sent(disk, backend, picture):
    tag(backend, picture, "Blue")
    backend.change(replace(picture, can_edit=False))
    async with disk() as d:
        await d.names("album")
        assert await refusal(d.unlink, f"{BLUE}/a.jpg") is AccessDenied
        target_text = "../../../../album/a.jpg"
        assert await refusal(d.symlink, f"{RED}/a.jpg", target_text) is AccessDenied
        assert await d.names(BLUE) == ["a.jpg", "other.jpg"]
    assert backend.calls["change_tags"] == 0
