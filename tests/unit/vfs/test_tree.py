from dataclasses import replace

import trio

from g3fs.gallery.items import ORIGINAL, Rendition
from g3fs.vfs.nodes import ROOT, AlbumNode, Ino
from tests.fakes import ROOT as ROOT_ALBUM

THUMB = Rendition("thumb")


async def test_a_directory_has_the_names_of_its_album(planted, backend):
    backend.add_media("a.jpg", b"1")
    backend.add_album("b")
    async with planted() as gallery:
        assert await gallery.names() == ["a.jpg", "b"]


async def test_it_is_built_once_while_the_listing_is_the_same(planted, backend):
    backend.add_media("a.jpg", b"1")
    async with planted() as gallery:
        assert await gallery.directory() is await gallery.directory()


async def test_inode_numbers_and_names_survive_a_remount(planted, backend):
    first = backend.add_media("v.jpg", b"1")
    async with planted() as gallery:
        before = {child.name: child.ino for child in await gallery.directory()}
    # A newcomer sorts first by its id, and still does not take the name away.
    newcomer = replace(first, id=type(first.id)("m"))
    backend.bytes[newcomer.id, ORIGINAL, newcomer.version] = b"2"
    backend.items[newcomer.id] = newcomer
    backend.place(newcomer.id, ROOT_ALBUM, name="v.jpg")
    async with planted() as gallery:
        after = {child.name: child.ino for child in await gallery.directory()}
    assert after["v.jpg"] == before["v.jpg"]
    assert set(after) == {"v.jpg", "v (m).jpg"}


async def test_a_name_follows_when_the_server_renames_the_item(planted, backend):
    media = backend.add_media("old.jpg", b"1")
    async with planted() as gallery:
        await gallery.directory()
        backend.rename(media.id, "new.jpg")
        await gallery.refresh()
        assert await gallery.names() == ["new.jpg"]


async def test_a_name_with_its_id_is_found_though_it_is_not_listed(planted, backend):
    media = backend.add_media("a.jpg", b"1")
    async with planted() as gallery:
        directory = await gallery.directory()
        found = directory.find(f"a ({media.id}).jpg")
        assert found == directory.find("a.jpg")
        assert directory.find(f"b ({media.id}).jpg") is None
        assert directory.find("a (nobody).jpg") is None


async def test_a_name_is_found_composed_and_decomposed(planted, backend):
    backend.add_media("e\N{COMBINING ACUTE ACCENT}.jpg", b"1")
    async with planted() as gallery:
        directory = await gallery.directory()
        assert directory.find("\N{LATIN SMALL LETTER E WITH ACUTE}.jpg") is not None
        assert directory.find("e\N{COMBINING ACUTE ACCENT}.jpg") is not None


async def test_an_album_never_shows_itself_below_itself(planted, backend):
    backend.place(ROOT_ALBUM, ROOT_ALBUM, name="loop")
    backend.add_media("a.jpg", b"1")
    async with planted() as gallery:
        assert await gallery.names() == ["a.jpg"]


async def test_a_view_of_smaller_pictures_shows_what_has_one(planted, backend):
    backend.add_media("clip.mp4", b"1", thumb=b"t", media_type="video/mp4")
    backend.add_media("none.jpg", b"1")
    backend.add_album("album")
    async with planted() as gallery:
        node = AlbumNode(gallery.root.item, THUMB)
        thumbs = await gallery.tree.directory(Ino(2000), node)
        originals = await gallery.directory()
        assert sorted(child.name for child in thumbs) == ["album", "clip.jpg"]
        inos = {child.ino for child in thumbs} & {child.ino for child in originals}
        assert not inos, "a smaller picture is another file than the original"


async def test_the_kernel_is_told_of_names_that_come_and_go(planted, backend):
    gone = backend.add_media("gone.jpg", b"1")
    async with planted() as gallery:
        await gallery.directory()
        backend.remove(gone.id)
        backend.add_media("new.jpg", b"1")
        await gallery.refresh()
        told = {notice for notice in gallery.notices.told if notice[0] == "entry"}
        assert told == {("entry", ROOT, "gone.jpg"), ("entry", ROOT, "new.jpg")}


async def test_the_kernel_is_told_whether_the_bytes_or_only_the_facts_changed(planted, backend):
    one = backend.add_media("one.jpg", b"1")
    two = backend.add_media("two.jpg", b"1")
    async with planted() as gallery:
        for child in await gallery.directory():
            gallery.inodes.looked_up(child, ROOT)
        backend.new_version(one, b"22")
        backend.change(replace(two, title="Two"))
        await gallery.refresh()
        inos = {child.name: child.ino for child in await gallery.directory()}
        assert ("content", inos["one.jpg"]) in gallery.notices.told
        assert ("attributes", inos["two.jpg"]) in gallery.notices.told
        assert ("content", inos["two.jpg"]) not in gallery.notices.told
        assert gallery.inodes[inos["one.jpg"]].node.item.size_bytes == 2


async def test_what_a_revalidation_behind_the_scenes_finds_is_told(planted, backend):
    gone = backend.add_media("gone.jpg", b"1")
    async with planted() as gallery, trio.open_nursery() as nursery:
        await nursery.start(gallery.tree.follow, [ORIGINAL])
        await gallery.directory()
        backend.remove(gone.id)
        await gallery.catalog.refresh(gallery.root.item.id)
        with trio.fail_after(5):
            while ("entry", ROOT, "gone.jpg") not in gallery.notices.told:
                await trio.lowlevel.checkpoint()
        nursery.cancel_scope.cancel()
