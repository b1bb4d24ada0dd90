"""What is kept of items that are gone: bytes go, the rest when this program deleted them."""

from contextlib import asynccontextmanager
from dataclasses import replace

import pytest
import trio

from g3fs.cache.content import ContentOptions, open_content
from g3fs.cache.statetables import Alias, PinnedName, RememberedTimes
from g3fs.gallery.errors import NoSpace
from g3fs.gallery.ids import ItemId
from g3fs.gallery.items import ORIGINAL, Entry, Rendition
from g3fs.tasks.threads import Threads
from g3fs.vfs.cleaning import clean_up
from g3fs.vfs.handles import FileHandle, HandleTable
from g3fs.vfs.inodes import Inode
from g3fs.vfs.nodes import MediaNode, key_in
from tests.fakes import ROOT

THUMB = Rendition("thumb")
VIEWS = (ORIGINAL, THUMB)


@pytest.fixture
def kept(planted, backend, tmp_path):
    """A tree with a cleaner beside it, and one photo of which everything is kept."""

    @asynccontextmanager
    async def keep():
        backend.add_album("album")
        photo = backend.add_media("a.jpg", b"data")
        options = ContentOptions(directory=tmp_path / "cache")
        async with planted() as gallery, open_content(backend, options, Threads()) as content:
            gallery.content, gallery.photo = content, photo
            await gallery.directory()
            reader = content.open(photo, ORIGINAL)
            assert await reader.read(0, 10) == b"data"
            reader.close()
            await bytes_stored(content)
            for view in VIEWS:
                times = RememberedTimes(version=photo.version, atime_ns=1, mtime_ns=2)
                await gallery.state.remember_times({key_in(view, photo.id): times})
                pin = PinnedName("a.jpg", "a.jpg")
                await gallery.state.pin_names(key_in(view, ROOT), {photo.id: pin})
            alias = Alias("_a.jpg", "a.jpg")
            await gallery.state.set_alias(key_in(ORIGINAL, ROOT), photo.id, alias)
            gallery.handles = HandleTable()
            arguments = (gallery.catalog, content, gallery.state, gallery.handles, VIEWS)
            await gallery.nursery.start(clean_up, *arguments)
            yield gallery

    return keep


async def bytes_stored(content):
    with trio.fail_after(5):
        while not content.statistics().blocks:
            await trio.lowlevel.checkpoint()


async def cleaned_up(gallery):
    """Wait until the cleaner has come to this: it goes through the changes in their order."""
    place, marker = key_in(ORIGINAL, ROOT), replace(gallery.photo, id=ItemId("marker"))
    await gallery.state.pin_names(place, {marker.id: PinnedName("marker", "marker")})
    gallery.catalog.wrote(ROOT, Entry(name="marker", item=marker))
    gallery.catalog.removed(ROOT, marker.id)
    with trio.fail_after(5):
        while marker.id in await gallery.state.names(place):
            await trio.lowlevel.checkpoint()


async def left(gallery):
    """What there is of the photo: blocks, pins, aliases, times."""
    await cleaned_up(gallery)
    places = [key_in(view, ROOT) for view in VIEWS]
    return (
        gallery.content.statistics().blocks,
        sum([gallery.photo.id in await gallery.state.names(place) for place in places]),
        len(await gallery.state.aliases(places[0])),
        len(await gallery.state.times([key_in(view, gallery.photo.id) for view in VIEWS])),
    )


async def test_of_what_was_deleted_here_only_the_inode_number_is_kept(kept, backend):
    async with kept() as gallery:
        key = key_in(ORIGINAL, gallery.photo.id)
        number = await gallery.state.inodes([key])
        assert await left(gallery) == (1, 2, 1, 2)
        backend.remove(gallery.photo.id)
        gallery.catalog.removed(ROOT, gallery.photo.id)
        assert await left(gallery) == (0, 0, 0, 0)
        assert await gallery.state.inodes([key]) == number


async def test_what_the_server_does_not_show_any_more_loses_its_bytes_only(kept, backend):
    async with kept() as gallery:
        backend.remove(gallery.photo.id)
        await gallery.refresh()
        assert await left(gallery) == (0, 2, 1, 2)


async def test_what_was_moved_keeps_its_bytes_and_times(kept, backend):
    async with kept() as gallery:
        album = gallery.catalog.known(ROOT).entries[0].item
        await gallery.catalog.listing(album.id)
        gallery.catalog.wrote(album.id, Entry(name="a.jpg", item=gallery.photo))
        gallery.catalog.removed(ROOT, gallery.photo.id)
        assert await left(gallery) == (1, 0, 0, 2)


async def test_what_is_back_already_keeps_everything(kept, backend):
    async with kept() as gallery:
        gallery.catalog.removed(ROOT, gallery.photo.id)
        gallery.catalog.wrote(ROOT, Entry(name="a.jpg", item=gallery.photo))
        assert await left(gallery) == (1, 2, 1, 2)


async def test_what_somebody_reads_keeps_its_bytes(kept, backend):
    async with kept() as gallery:
        reader = gallery.content.open(gallery.photo, ORIGINAL)
        await reader.read(0, 1)
        backend.remove(gallery.photo.id)
        gallery.catalog.removed(ROOT, gallery.photo.id)
        assert await left(gallery) == (1, 0, 0, 0)
        assert await reader.read(0, 10) == b"data"
        reader.close()


async def test_what_somebody_has_open_keeps_its_bytes(kept, backend):
    async with kept() as gallery:
        gallery.handles.add(FileHandle(Inode(7, MediaNode(gallery.photo))))
        backend.remove(gallery.photo.id)
        gallery.catalog.removed(ROOT, gallery.photo.id)
        assert await left(gallery) == (1, 0, 0, 0)
        assert await gallery.content.open(gallery.photo, ORIGINAL).read(0, 10) == b"data"


async def test_a_state_that_cannot_be_written_ends_nothing(kept):
    async with kept() as gallery:
        forget = gallery.state.forget

        async def full(item, **places):
            if item == gallery.photo.id:
                raise NoSpace("the disk is full")
            await forget(item, **places)

        gallery.state.forget = full
        gallery.catalog.removed(ROOT, gallery.photo.id)
        assert await left(gallery) == (0, 2, 1, 2)
