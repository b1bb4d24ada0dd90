"""rename(2), unlink(2), mkdir(2) and rmdir(2), in the orders in which programs call them."""

import os

from g3fs.gallery.errors import (
    AlreadyExists,
    Invalid,
    NotEmpty,
    NotPermitted,
    ServerError,
    TooLarge,
)
from g3fs.vfs.writing.changes import NOREPLACE
from tests.fakes import ROOT
from tests.unit.vfs.writing.disks import refusal
from tests.unit.vfs.writing.test_files import stored


def ids(backend, album=ROOT):
    """The ids of what the server has in an album, by name."""
    return {entry.name: entry.item.id for entry in backend.children[album]}


async def test_a_temporary_file_renamed_over_a_photo_replaces_its_data(disk, backend, photo):
    old = backend.add_media("a.jpg", photo(1))
    async with disk() as here:
        await here.write(".a.jpg.Ab12Cd", photo(2))
        assert await here.names() == [".a.jpg.Ab12Cd", "a.jpg"]
        await here.rename(".a.jpg.Ab12Cd", "a.jpg")
        assert await here.names() == ["a.jpg"]
        assert await here.read("a.jpg") == photo(2)
    assert ids(backend) == {"a.jpg": old.id}
    assert stored(backend, "a.jpg") == photo(2)


async def test_a_temporary_file_renamed_to_a_free_name_is_a_new_item(disk, backend, photo):
    async with disk() as here:
        await here.write(".a.jpg.Ab12Cd", photo(2))
        await here.utimens(".a.jpg.Ab12Cd", 1_500_000_000_000_000_000)
        await here.rename(".a.jpg.Ab12Cd", "a.jpg")
        assert await here.names() == ["a.jpg"]
        assert (await here.attr("a.jpg")).mtime_ns == 1_500_000_000_000_000_000
    assert stored(backend, "a.jpg") == photo(2)


async def test_staged_files_survive_a_remount(disk, backend, photo):
    async with disk() as here:
        await here.write("a.jpg.part", photo(2))
    async with disk() as here:
        assert await here.names() == ["a.jpg.part"]
        assert await here.read("a.jpg.part") == photo(2)
        await here.rename("a.jpg.part", "a.jpg")
        assert await here.names() == ["a.jpg"]
    assert stored(backend, "a.jpg") == photo(2)


async def test_a_rename_that_the_server_refuses_leaves_the_temporary_file(disk, backend, photo):
    backend.add_media("a.jpg", photo(1))
    async with disk() as here:
        await here.write(".a.jpg.Ab12Cd", photo(2))
        backend.fail_next("replace", TooLarge("5 MB at most"))
        assert await refusal(here.rename, ".a.jpg.Ab12Cd", "a.jpg") is TooLarge
        assert await here.names() == [".a.jpg.Ab12Cd", "a.jpg"]
        assert await here.read("a.jpg") == photo(1)
        assert await here.read(".a.jpg.Ab12Cd") == photo(2)
        assert here.failed() == []
    async with disk() as here:
        assert await here.names() == [".a.jpg.Ab12Cd", "a.jpg"]


async def test_a_cut_short_temporary_file_replaces_nothing(disk, backend, photo):
    backend.add_media("a.jpg", photo(1))
    async with disk() as here:
        await here.write(".a.jpg.Ab12Cd", photo(2)[:-50])
        kind = await refusal(here.rename, ".a.jpg.Ab12Cd", "a.jpg")
        assert issubclass(kind, ServerError)
        assert await here.read("a.jpg") == photo(1)


async def test_a_file_renamed_while_it_is_written_is_sent_when_it_is_closed(disk, backend, photo):
    old = backend.add_media("a.jpg", photo(1))
    async with disk() as here:
        fh = await here.create(".goutputstream-ABC123")
        await here.changes.write(fh, 0, photo(2))
        await here.changes.fsync(fh)
        await here.rename(".goutputstream-ABC123", "a.jpg")
        assert stored(backend, "a.jpg") == photo(1)
        await here.close(fh)
        assert stored(backend, "a.jpg") == photo(2)
        assert await here.read("a.jpg") == photo(2)
    assert ids(backend) == {"a.jpg": old.id}


async def test_kde_overwrites_by_unlinking_before_the_rename(disk, backend, photo):
    old = backend.add_media("a.jpg", photo(1))
    async with disk(hold_s=600) as here:
        await here.write("a.jpg.part", photo(2))
        await here.unlink("a.jpg")
        assert await here.names() == ["a.jpg.part"]
        await here.rename("a.jpg.part", "a.jpg")
        assert await here.read("a.jpg") == photo(2)
        here.changes.drafts  # noqa: B018
        assert ids(backend) == {"a.jpg": old.id}
        assert backend.calls["delete"] == 0


async def test_a_deletion_that_was_held_back_is_done_when_no_rename_follows(disk, backend, photo):
    backend.add_media("a.jpg", photo(1))
    async with disk(hold_s=0) as here:
        await here.write("a.jpg.part", photo(2))
        await here.unlink("a.jpg")
        await here.changes.settle()
        assert await here.names() == ["a.jpg.part"]
    assert ids(backend) == {}


async def test_mogrify_renames_the_photo_away_and_writes_it_anew(disk, backend, photo):
    old = backend.add_media("a.jpg", photo(1))
    async with disk() as here:
        await here.rename("a.jpg", "a.jpg~")
        assert await here.names() == ["a.jpg~"]
        assert await here.read("a.jpg~") == photo(1)
        await here.write("a.jpg", photo(2))
        assert await here.names() == ["a.jpg", "a.jpg~"]
        assert await here.read("a.jpg~") == photo(1)
        await here.unlink("a.jpg~")
        assert await here.names() == ["a.jpg"]
        assert await here.read("a.jpg") == photo(2)
    assert ids(backend) == {"a.jpg": old.id}


async def test_exiftool_keeps_the_photo_as_it_was_beside_the_new_one(disk, backend, photo):
    old = backend.add_media("a.jpg", photo(1))
    async with disk() as here:
        await here.write("a.jpg_exiftool_tmp", photo(2))
        await here.rename("a.jpg", "a.jpg_original")
        await here.rename("a.jpg_exiftool_tmp", "a.jpg")
        assert await here.read("a.jpg") == photo(2)
        assert await here.read("a.jpg_original") == photo(1)
    async with disk() as here:
        assert await here.names() == ["a.jpg", "a.jpg_original"]
        assert await here.read("a.jpg_original") == photo(1)
        await here.rename("a.jpg_original", "a.jpg")
        assert await here.names() == ["a.jpg"]
    assert ids(backend) == {"a.jpg": old.id}
    assert stored(backend, "a.jpg") == photo(1)


async def test_a_photo_renamed_away_and_back_is_what_it_was(disk, backend, photo):
    old = backend.add_media("a.jpg", photo(1))
    async with disk() as here:
        await here.rename("a.jpg", "a.jpg~")
    async with disk() as here:
        assert await here.names() == ["a.jpg~"]
        await here.rename("a.jpg~", "a.jpg")
        assert await here.names() == ["a.jpg"]
    async with disk() as here:
        assert await here.names() == ["a.jpg"]
    assert ids(backend) == {"a.jpg": old.id}
    assert backend.calls["move"] == 0


async def test_a_photo_renamed_away_and_deleted_is_deleted(disk, backend, photo):
    backend.add_media("a.jpg", photo(1))
    async with disk() as here:
        await here.rename("a.jpg", "a.jpg~")
        await here.unlink("a.jpg~")
        assert await here.names() == []
    assert ids(backend) == {}


async def test_a_photo_is_renamed_and_moved_with_one_call(disk, backend, photo):
    album = backend.add_album("album")
    old = backend.add_media("a.jpg", photo(1))
    async with disk() as here:
        await here.rename("a.jpg", "album/b.jpg", NOREPLACE)
        assert await here.names() == ["album"]
        assert await here.names("album") == ["b.jpg"]
        assert await here.read("album/b.jpg") == photo(1)
    assert ids(backend, album.id) == {"b.jpg": old.id}
    assert backend.calls["move"] == 1


async def test_flags_other_than_noreplace_are_invalid(disk, backend, photo):
    backend.add_media("a.jpg", photo(1))
    backend.add_media("b.jpg", photo(2))
    async with disk() as here:
        assert await refusal(here.rename, "a.jpg", "b.jpg", 2) is Invalid
        assert await refusal(here.rename, "a.jpg", "c.jpg", 4) is Invalid


async def test_a_photo_cannot_become_what_no_gallery_takes(disk, backend, photo):
    backend.add_media("a.jpg", photo(1))
    async with disk() as here:
        assert await refusal(here.rename, "a.jpg", "a.txt") is Invalid


async def test_an_extension_that_does_not_fit_becomes_an_alias(disk, backend, photo):
    backend.add_media("a.jpg", photo(1))
    async with disk() as here:
        await here.rename("a.jpg", "b.png")
        assert await here.names() == ["b.png"]
        assert await here.read("b.png") == photo(1)
    assert list(ids(backend)) == ["b.jpg"]


async def test_albums_are_made_renamed_moved_and_removed(disk, backend, photo):
    async with disk() as here:
        await here.mkdir("one")
        await here.mkdir("one/two")
        await here.write("one/two/a.jpg", photo(1))
        lists = backend.calls["list"]
        await here.rename("one/two", "three")
        assert await here.names() == ["one", "three"]
        assert await here.read("three/a.jpg") == photo(1)
        assert await refusal(here.rmdir, "three") is NotEmpty
        await here.rmdir("one")
        await here.unlink("three/a.jpg")
        await here.rmdir("three")
        assert await here.names() == []
        assert backend.calls["list"] == lists
    assert backend.children[ROOT] == []


async def test_an_album_takes_the_place_of_an_empty_one_only(disk, backend, photo):
    full = backend.add_album("full")
    backend.add_media("a.jpg", photo(1), parent=full.id)
    backend.add_album("empty")
    source = backend.add_album("source")
    async with disk() as here:
        assert await refusal(here.rename, "source", "full") is NotEmpty
        await here.rename("source", "empty")
        assert await here.names() == ["empty", "full"]
    assert ids(backend)["empty"] == source.id


async def test_an_album_with_staged_files_is_not_empty(disk, photo):
    async with disk() as here:
        await here.mkdir("album")
        await here.write("album/a.jpg.part", photo(1))
        assert await refusal(here.rmdir, "album") is NotEmpty
        await here.unlink("album/a.jpg.part")
        await here.rmdir("album")


async def test_bins_are_not_made(disk):
    async with disk() as here:
        assert await refusal(here.mkdir, ".Trash-1000") is NotPermitted


async def test_an_unlinked_file_that_is_open_can_be_read_and_is_gone_when_closed(
    disk, backend, photo
):
    async with disk() as here:
        fh = await here.create("a.jpg.part")
        await here.changes.write(fh, 0, photo(1))
        await here.unlink("a.jpg.part")
        assert await here.fs.read(fh, 0, 4) == photo(1)[:4]
        await here.close(fh)
        await here.changes.settle()
        assert list(here.changes.drafts) == []
    assert backend.calls["create"] == 0


async def test_tar_unlinks_before_it_writes_and_makes_new_items(disk, backend, photo):
    old = backend.add_media("a.jpg", photo(1))
    async with disk() as here:
        await here.unlink("a.jpg")
        await here.write("a.jpg", photo(2))
    assert ids(backend)["a.jpg"] != old.id
    assert stored(backend, "a.jpg") == photo(2)


async def test_a_queued_file_can_be_moved_replaced_and_deleted(disk, backend, photo):
    gate = backend.hold("create")
    backend.add_album("album")
    async with disk(background=True) as here:
        for name in ("a.jpg", "b.jpg", "c.jpg"):
            await here.write(name, photo(1))
        await here.write("b.jpg", photo(2))
        await here.rename("b.jpg", "album/b.jpg")
        await here.unlink("c.jpg")
        gate.set()
        while here.changes.delivery.waiting:
            await here.changes.delivery.sent.wait()
        assert await here.names() == ["a.jpg", "album"]
        assert await here.read("album/b.jpg") == photo(2)
    assert stored(backend, "b.jpg") == photo(2)
    assert stored(backend, "c.jpg") is None


async def test_opening_exclusively_what_is_there_is_refused(disk, backend, photo):
    backend.add_media("a.jpg", photo(1))
    async with disk() as here:
        assert await refusal(here.create, "a.jpg", os.O_EXCL) is AlreadyExists
        fh = await here.create("a.jpg", 0)
        await here.close(fh)
