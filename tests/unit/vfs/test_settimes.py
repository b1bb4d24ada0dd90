"""Times that utimensat(2) was told: shown to the nanosecond while the data is the same."""

from dataclasses import replace

import pytest
import trio
from trio.testing import wait_all_tasks_blocked

from g3fs.cache.statetables import RememberedTimes
from g3fs.gallery.errors import NoSpace, Unreachable
from g3fs.gallery.items import ORIGINAL, Entry, Rendition, Step
from g3fs.vfs.inodes import Inode
from g3fs.vfs.nodes import ROOT, AlbumNode, Ino, MediaNode, key_in
from g3fs.vfs.settimes import ASKED_AT_ONCE
from tests.fakes import ROOT as ROOT_ALBUM

ATIME_NS, MTIME_NS = 1_111_111_111_111_111_111, 1_222_222_222_222_222_222
SET = (ATIME_NS, MTIME_NS)


def shown(child_or_inode):
    times = child_or_inode.times
    return None if times is None else (times.atime_ns, times.mtime_ns)


async def looked_up(gallery, item):
    """The inode of an item in the root directory, as the kernel knows it."""
    child = (await gallery.directory()).of_item(item.id)
    return gallery.inodes.looked_up(child, ROOT)


async def shown_of(gallery, item):
    """What the directory says, once and again: what was built is not built anew for nothing."""
    directory = await gallery.directory()
    assert await gallery.directory() is directory
    return shown(directory.of_item(item.id))


async def test_times_are_shown_by_the_inode_and_its_directory_at_once(planted, backend):
    photo, other = backend.add_media("a.jpg", b"1"), backend.add_media("b.jpg", b"1")
    async with planted() as gallery:
        inode = await looked_up(gallery, photo)
        await gallery.tree.remember_times(inode, *SET)
        assert shown(inode) == SET
        assert await shown_of(gallery, photo) == SET
        assert await shown_of(gallery, other) is None
        assert shown(inode) == SET
        gallery.inodes.forget(inode.ino, 1)
        assert shown(await looked_up(gallery, photo)) == SET


async def test_times_survive_a_remount_and_cost_no_question(planted, backend):
    photo = backend.add_media("a.jpg", b"1")
    async with planted() as gallery:
        await gallery.tree.remember_times(await looked_up(gallery, photo), *SET)
    async with planted() as gallery:
        assert await shown_of(gallery, photo) == SET
    assert backend.calls["same_bytes"] == 0


async def test_a_smaller_picture_has_times_of_its_own(planted, backend):
    photo = backend.add_media("a.jpg", b"1", thumb=b"t")
    view = Rendition("thumb")
    async with planted() as gallery:
        node = AlbumNode(gallery.root.item, view)
        thumbs = await gallery.tree.directory(Ino(2000), node)
        inode = gallery.inodes.looked_up(thumbs.of_item(photo.id), Ino(2000))
        await gallery.tree.remember_times(inode, *SET)
        assert await shown_of(gallery, photo) is None
        thumbs = await gallery.tree.directory(Ino(2000), node)
        assert shown(thumbs.of_item(photo.id)) == SET


async def test_times_can_be_set_of_what_the_kernel_does_not_know_yet(planted, backend):
    async with planted() as gallery:
        await gallery.directory()
        photo = backend.add_media("a.jpg", b"1")
        gallery.catalog.wrote(ROOT_ALBUM, Entry(name="a.jpg", item=photo))
        await gallery.tree.remember_times(Inode(Ino(0), MediaNode(photo)), *SET)
        assert await shown_of(gallery, photo) == SET


async def test_another_title_keeps_times_for_one_question(planted, backend):
    photo = backend.add_media("a.jpg", b"1")
    async with planted() as gallery:
        inode = await looked_up(gallery, photo)
        await gallery.tree.remember_times(inode, *SET)
        renamed = backend.new_version(photo, b"1")
        await gallery.refresh()
        assert await shown_of(gallery, photo) == SET
        assert shown(inode) == SET
        assert inode.times.version == renamed.version
    async with planted() as gallery:
        assert await shown_of(gallery, photo) == SET
    assert backend.calls["same_bytes"] == 1


async def test_other_bytes_end_times_for_good(planted, backend):
    photo = backend.add_media("a.jpg", b"1")
    async with planted() as gallery:
        inode = await looked_up(gallery, photo)
        await gallery.tree.remember_times(inode, *SET)
        backend.new_version(photo, b"2")
        await gallery.refresh()
        assert await shown_of(gallery, photo) is None
        assert shown(inode) is None
        assert await gallery.state.times([key_in(ORIGINAL, photo.id)]) == {}
    async with planted() as gallery:
        assert await shown_of(gallery, photo) is None


async def test_the_server_is_asked_of_what_has_times_only_and_a_few_at_once(planted, backend):
    photos = [backend.add_media(f"{n}.jpg", b"1") for n in range(3 * ASKED_AT_ONCE)]
    for n in range(10):
        backend.add_media(f"other {n}.jpg", b"1")
    async with planted() as gallery, trio.open_nursery() as nursery:
        for photo in photos:
            await gallery.tree.remember_times(await looked_up(gallery, photo), *SET)
        for item in list(backend.items.values()):
            if item.id != ROOT_ALBUM:
                backend.new_version(item, b"1")
        gate = backend.hold("same_bytes")
        nursery.start_soon(gallery.refresh)
        with trio.fail_after(5):
            while backend.calls["same_bytes"] < ASKED_AT_ONCE:
                await trio.lowlevel.checkpoint()
        await wait_all_tasks_blocked()
        assert backend.calls["same_bytes"] == ASKED_AT_ONCE
        gate.set()
        with trio.fail_after(5):
            for photo in photos:
                assert await shown_of(gallery, photo) == SET
    assert backend.calls["same_bytes"] == len(photos)


async def test_while_the_server_does_not_say_times_are_shown_and_asked_for_the_next_time(
    planted, backend
):
    photo = backend.add_media("a.jpg", b"1")
    async with planted() as gallery:
        await gallery.tree.remember_times(await looked_up(gallery, photo), *SET)
        backend.new_version(photo, b"2")
        backend.fail_next("same_bytes", Unreachable("down"))
        await gallery.refresh()
        assert await shown_of(gallery, photo) == SET
        backend.add_media("b.jpg", b"1")
        await gallery.refresh()
        assert await shown_of(gallery, photo) is None
    assert backend.calls["same_bytes"] == 2


async def test_a_server_that_does_not_answer_keeps_nobody_waiting_for_long(
    planted, backend, autojump_clock
):
    photo = backend.add_media("a.jpg", b"1")
    async with planted() as gallery:
        await gallery.tree.remember_times(await looked_up(gallery, photo), *SET)
        backend.new_version(photo, b"1")
        backend.hold("same_bytes")
        began_s = trio.current_time()
        await gallery.refresh()
        assert await shown_of(gallery, photo) == SET
        assert trio.current_time() - began_s == 5


async def test_an_own_write_that_keeps_the_bytes_costs_no_question(planted, backend):
    photo = backend.add_media("a.jpg", b"1")
    async with planted() as gallery:
        await gallery.tree.remember_times(await looked_up(gallery, photo), *SET)
        renamed = backend.new_version(photo, b"1")
        await gallery.tree.rewritten(photo, renamed, same_bytes=True)
        gallery.catalog.wrote(ROOT_ALBUM, Entry(name="b.jpg", item=renamed))
        assert await shown_of(gallery, photo) == SET
    assert backend.calls["same_bytes"] == 0


async def test_an_own_write_of_other_bytes_ends_times_without_a_question(planted, backend):
    photo = backend.add_media("a.jpg", b"1")
    async with planted() as gallery:
        inode = await looked_up(gallery, photo)
        await gallery.tree.remember_times(inode, *SET)
        replaced = backend.new_version(photo, b"2")
        await gallery.tree.rewritten(photo, replaced, same_bytes=False)
        gallery.catalog.wrote(ROOT_ALBUM, Entry(name="a.jpg", item=replaced))
        assert await shown_of(gallery, photo) is None
        assert shown(inode) is None
    assert backend.calls["same_bytes"] == 0


async def test_times_hold_for_the_newest_version_though_the_inode_has_not_heard_of_it(
    planted, backend
):
    photo = backend.add_media("a.jpg", b"1")
    async with planted() as gallery:
        inode = await looked_up(gallery, photo)
        replaced = backend.new_version(photo, b"2")
        gallery.catalog.wrote(ROOT_ALBUM, Entry(name="a.jpg", item=replaced))
        await gallery.tree.remember_times(inode, *SET)
        assert await shown_of(gallery, photo) == SET
    assert backend.calls["same_bytes"] == 0


async def test_times_that_are_set_while_the_server_is_asked_are_the_ones_that_count(
    planted, backend
):
    photo = backend.add_media("a.jpg", b"1")
    async with planted() as gallery, trio.open_nursery() as nursery:
        inode = await looked_up(gallery, photo)
        await gallery.tree.remember_times(inode, 3, 4)
        backend.new_version(photo, b"2")
        gate = backend.hold("same_bytes")
        nursery.start_soon(gallery.refresh)
        with trio.fail_after(5):
            while backend.calls["same_bytes"] < 1:
                await trio.lowlevel.checkpoint()
        inode.node = MediaNode(backend.items[photo.id])
        for one in (inode, gallery.inodes[ROOT]):
            await gallery.tree.remember_times(one, *SET)
        del gallery.notices.told[:]
        gate.set()
        with trio.fail_after(5):
            assert await shown_of(gallery, photo) == SET
        assert shown(inode) == shown(gallery.inodes[ROOT]) == SET
        assert gallery.notices.told == [], "the older times were not even shown for a moment"
    assert backend.calls["same_bytes"] == 1


async def test_a_full_disk_keeps_nobody_from_setting_times(planted, backend, caplog):
    photo = backend.add_media("a.jpg", b"1")
    async with planted() as gallery:
        inode = await looked_up(gallery, photo)

        async def full(_):
            raise NoSpace("the disk is full")

        gallery.state.remember_times = full
        await gallery.tree.remember_times(inode, *SET)
        assert shown(inode) == SET
    assert "times that are set now may be others after a remount: the disk is full" in caplog.text


async def test_a_link_keeps_the_times_that_were_set(planted, backend):
    link = backend.add_link("link", Step("album"))
    async with planted() as gallery:
        await gallery.tree.remember_times(await looked_up(gallery, link), *SET)
    async with planted() as gallery:
        assert await shown_of(gallery, link) == SET


# Directories


@pytest.fixture
def album(backend):
    album = backend.add_album("album")
    backend.add_media("a.jpg", b"1", parent=album.id)
    return album


def inside(gallery, inode):
    return gallery.tree.directory(inode.ino, inode.node)


async def test_a_directory_keeps_its_times_over_a_remount_listed_or_not(planted, backend, album):
    async with planted() as gallery:
        inode = await looked_up(gallery, album)
        await inside(gallery, inode)
        await gallery.tree.remember_times(inode, *SET)
        assert shown(inode) == SET
    async with planted() as gallery:
        inode = await looked_up(gallery, album)
        assert shown(inode) == SET
        assert shown(await inside(gallery, inode)) == SET
        assert shown(inode) == SET
        assert await shown_of(gallery, album) == SET


@pytest.mark.parametrize("change", ["comes", "goes"])
async def test_a_directory_loses_its_times_when_something_comes_or_goes(
    planted, backend, album, change
):
    async with planted() as gallery:
        inode = await looked_up(gallery, album)
        await inside(gallery, inode)
        await gallery.tree.remember_times(inode, *SET)
        if change == "comes":
            backend.add_media("b.jpg", b"1", parent=album.id)
        else:
            backend.remove(backend.children[album.id][0].item.id)
        await gallery.tree.refresh(inode.ino, inode.node)
        assert shown(inode) is None
        assert ("attributes", inode.ino) in gallery.notices.told
        assert await shown_of(gallery, album) is None
    async with planted() as gallery:
        assert await shown_of(gallery, album) is None


async def test_a_directory_keeps_its_times_when_only_something_about_it_changes(
    planted, backend, album
):
    async with planted() as gallery:
        inode = await looked_up(gallery, album)
        await inside(gallery, inode)
        await gallery.tree.remember_times(inode, *SET)
        for title in ("one", "two"):
            backend.change(replace(album, title=title))
            photo = backend.children[album.id][0].item
            backend.change(replace(photo, title=title))
            await gallery.refresh()
            await gallery.tree.refresh(inode.ino, inode.node)
            assert shown(inode) == SET


async def test_a_change_that_was_made_while_nothing_was_mounted_ends_times_too(
    planted, backend, album
):
    async with planted() as gallery:
        inode = await looked_up(gallery, album)
        await inside(gallery, inode)
        await gallery.tree.remember_times(inode, *SET)
    backend.add_media("b.jpg", b"1", parent=album.id)
    async with planted() as gallery:
        inode = await looked_up(gallery, album)
        assert shown(inode) == SET, "nobody has listed it"
        await inside(gallery, inode)
        assert shown(inode) is None
        assert await shown_of(gallery, album) is None


async def test_times_of_a_directory_that_nobody_has_listed_hold_from_its_first_listing(
    planted, backend, album
):
    async with planted() as gallery:
        inode = await looked_up(gallery, album)
        await gallery.tree.remember_times(inode, *SET)
        await inside(gallery, inode)
        assert shown(inode) == SET
        backend.add_media("b.jpg", b"1", parent=album.id)
        await gallery.tree.refresh(inode.ino, inode.node)
        assert shown(inode) is None


async def test_the_root_has_times_too(planted, backend):
    backend.add_media("a.jpg", b"1")
    async with planted() as gallery:
        await gallery.directory()
        await gallery.tree.remember_times(gallery.inodes[ROOT], *SET)
    async with planted() as gallery:
        await gallery.directory()
        assert shown(gallery.inodes[ROOT]) == SET


async def test_what_another_mount_has_set_is_shown_when_the_directory_is_built(planted, backend):
    photo = backend.add_media("a.jpg", b"1")
    async with planted() as gallery:
        times = RememberedTimes(version=photo.version, atime_ns=ATIME_NS, mtime_ns=MTIME_NS)
        await gallery.state.remember_times({key_in(ORIGINAL, photo.id): times})
        assert await shown_of(gallery, photo) == SET
