"""Names that a user gave, and that the server spells otherwise."""

from g3fs.cache.statetables import Alias
from g3fs.gallery.errors import NoSpace
from g3fs.gallery.items import ORIGINAL, Entry, Rendition
from g3fs.vfs.nodes import AlbumNode, Ino, key_in
from tests.fakes import ROOT as ROOT_ALBUM

THUMB = Rendition("thumb")


def entry_of(backend, item):
    return next(one for one in backend.children[ROOT_ALBUM] if one.item.id == item.id)


async def test_an_alias_is_shown_and_the_servers_name_looks_up_as_well(planted, backend):
    photo = backend.add_media("a_b.jpg", b"1")
    async with planted() as gallery:
        await gallery.tree.set_alias(ROOT_ALBUM, entry_of(backend, photo), "a.b.jpg")
        directory = await gallery.directory()
        assert [child.name for child in directory] == ["a.b.jpg"]
        assert directory.find("a_b.jpg") is directory.find("a.b.jpg") is directory.of_item(photo.id)
        assert directory.find(f"a_b ({photo.id}).jpg") is directory.find("a.b.jpg")
        assert directory.find(f"a.b ({photo.id}).jpg") is directory.find("a.b.jpg")


async def test_an_alias_survives_a_remount(planted, backend):
    photo = backend.add_media("x.jpg", b"1")
    async with planted() as gallery:
        before = (await gallery.directory()).children[0].ino
        await gallery.tree.set_alias(ROOT_ALBUM, entry_of(backend, photo), "_x.jpg")
    async with planted() as gallery:
        assert [(child.name, child.ino) for child in await gallery.directory()] == [
            ("_x.jpg", before)
        ]


async def test_an_alias_shows_at_once_although_the_listing_is_the_same(planted, backend):
    photo = backend.add_media("x.jpg", b"1")
    backend.add_media("other.jpg", b"1")
    async with planted() as gallery:
        before = await gallery.directory()
        await gallery.tree.set_alias(ROOT_ALBUM, entry_of(backend, photo), "_x.jpg")
        after = await gallery.directory()
        assert [child.name for child in after] == ["_x.jpg", "other.jpg"]
        assert after.find("other.jpg") is before.find("other.jpg")
        assert await gallery.directory() is after


async def test_the_name_of_the_server_itself_ends_an_alias(planted, backend):
    photo = backend.add_media("x.jpg", b"1")
    async with planted() as gallery:
        for name in ("_x.jpg", "__x.jpg", "x.jpg"):
            await gallery.tree.set_alias(ROOT_ALBUM, entry_of(backend, photo), name)
            assert await gallery.names() == [name]
        assert await gallery.state.aliases(key_in(ORIGINAL, ROOT_ALBUM)) == {}
    async with planted() as gallery:
        assert await gallery.names() == ["x.jpg"]


async def test_an_alias_that_was_given_up_does_not_come_back_with_the_servers_name(
    planted, backend
):
    photo = backend.add_media("x.jpg", b"1")
    async with planted() as gallery:
        await gallery.tree.set_alias(ROOT_ALBUM, entry_of(backend, photo), "_x.jpg")
        for name in ("y.jpg", "x.jpg"):
            backend.rename(photo.id, name)
            await gallery.tree.set_alias(ROOT_ALBUM, entry_of(backend, photo), name)
            gallery.catalog.wrote(ROOT_ALBUM, entry_of(backend, photo))
            assert await gallery.names() == [name]


async def test_a_state_that_cannot_be_written_leaves_the_name_of_the_server(
    planted, backend, caplog
):
    photo = backend.add_media("x.jpg", b"1")
    async with planted() as gallery:

        async def full(*_):
            raise NoSpace("the disk is full")

        gallery.state.set_alias = full
        await gallery.tree.set_alias(ROOT_ALBUM, entry_of(backend, photo), "_x.jpg")
        assert await gallery.names() == ["x.jpg"]
    assert "_x.jpg may be shown as the server calls it, x.jpg: the disk is full" in caplog.text


async def test_an_alias_ends_when_the_server_renames_the_item(planted, backend):
    photo = backend.add_media("x.jpg", b"1")
    async with planted() as gallery:
        await gallery.tree.set_alias(ROOT_ALBUM, entry_of(backend, photo), "_x.jpg")
        assert await gallery.names() == ["_x.jpg"]
        backend.rename(photo.id, "y.jpg")
        await gallery.refresh()
        assert await gallery.names() == ["y.jpg"]
        assert (await gallery.directory()).find("_x.jpg") is None


async def test_an_alias_that_is_set_before_the_catalog_hears_of_the_item_is_its_first_name(
    planted, backend
):
    async with planted() as gallery:
        await gallery.directory()
        photo = backend.add_media("x.jpg", b"1")
        await gallery.tree.set_alias(ROOT_ALBUM, entry_of(backend, photo), "_x.jpg")
        gallery.catalog.wrote(ROOT_ALBUM, entry_of(backend, photo))
        assert await gallery.names() == ["_x.jpg"]
        assert ("entry", 1, "x.jpg") not in gallery.notices.told


async def test_an_item_that_is_called_so_has_its_name_before_one_with_an_alias(planted, backend):
    aliased = backend.add_media("x.jpg", b"1")
    async with planted() as gallery:
        await gallery.tree.set_alias(ROOT_ALBUM, entry_of(backend, aliased), "_x.jpg")
        await gallery.directory()
        other = backend.add_media("x.jpg", b"2")
        await gallery.refresh()
        directory = await gallery.directory()
        assert [child.name for child in directory] == ["_x.jpg", "x.jpg"]
        assert directory.find("x.jpg") is directory.of_item(other.id)
        backend.remove(other.id)
        await gallery.refresh()
        directory = await gallery.directory()
        assert directory.find("x.jpg") is directory.of_item(aliased.id)
        backend.remove(aliased.id)
        await gallery.refresh()
        assert (await gallery.directory()).find("x.jpg") is None


async def test_no_newcomer_takes_an_alias_away(planted, backend):
    aliased = backend.add_media("x.jpg", b"1")
    async with planted() as gallery:
        await gallery.tree.set_alias(ROOT_ALBUM, entry_of(backend, aliased), "_x.jpg")
        await gallery.directory()
        newcomer = backend.add_media("_x.jpg", b"2")
        await gallery.refresh()
        assert (await gallery.directory()).of_item(aliased.id).name == "_x.jpg"
        assert (await gallery.directory()).of_item(newcomer.id).name == f"_x ({newcomer.id}).jpg"


async def test_smaller_pictures_have_the_alias_with_their_own_extension(planted, backend):
    clip = backend.add_media("a_b.mp4", b"1", thumb=b"t", media_type="video/mp4")
    async with planted() as gallery:
        node = AlbumNode(gallery.root.item, THUMB)
        thumbs = await gallery.tree.directory(Ino(2000), node)
        assert [child.name for child in thumbs] == ["a_b.jpg"]
        await gallery.tree.set_alias(ROOT_ALBUM, entry_of(backend, clip), "a.b.mp4")
        thumbs = await gallery.tree.directory(Ino(2000), node)
        assert [child.name for child in thumbs] == ["a.b.jpg"]
        assert thumbs.find("a_b.jpg") is thumbs.find("a.b.jpg")


async def test_an_album_can_have_an_alias_too(planted, backend):
    album = backend.add_album("a_b")
    async with planted() as gallery:
        await gallery.state.set_alias(
            key_in(ORIGINAL, ROOT_ALBUM), album.id, Alias("a.b", server_name="a_b")
        )
        assert await gallery.names() == ["a.b"]
        gallery.catalog.wrote(ROOT_ALBUM, Entry(name="c", item=album))
        assert await gallery.names() == ["c"]
