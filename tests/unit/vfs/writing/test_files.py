"""What is written becomes an item, replaces one, or stays here."""

import os
from dataclasses import replace

import trio

from g3fs.gallery.errors import (
    AccessDenied,
    AlreadyExists,
    BadName,
    Invalid,
    NoSpace,
    NotPermitted,
    ServerError,
    TimedOut,
    TooLarge,
    Unreachable,
)
from g3fs.gallery.items import ORIGINAL
from tests.fakes import ROOT
from tests.unit.vfs.writing.disks import refusal


def stored(backend, name, parent=None):
    """The bytes that the server has under a name; None when it has no such item."""
    for entries in backend.children.values():
        for entry in entries:
            if entry.name == name:
                return backend.bytes[entry.item.id, ORIGINAL, entry.item.version]
    return None


async def test_a_new_file_is_an_item_when_it_is_closed(disk, backend, photo):
    async with disk() as here:
        await here.write("a.jpg", photo(1))
        assert stored(backend, "a.jpg") == photo(1)
        assert await here.read("a.jpg") == photo(1)
        assert await here.names() == ["a.jpg"]
    assert backend.calls["create"] == 1


async def test_nothing_of_an_uploaded_file_is_fetched_or_left_in_the_journal(disk, backend, photo):
    async with disk() as here:
        await here.write("a.jpg", photo(1))
        await here.changes.settle()
        assert await here.read("a.jpg") == photo(1)
        assert backend.calls["open"] == 0
        assert here.changes.drafts.get("x") is None
        assert list(here.changes.drafts) == []


async def test_what_is_written_after_a_close_does_not_reach_what_was_sent(disk, backend, photo):
    async with disk() as here:
        fh = await here.create("a.jpg")
        await here.changes.write(fh, 0, photo(1))
        await here.fs.flush(fh)
        await here.changes.settle()
        await here.changes.write(fh, 10, b"not this")
        backend.fail_next("replace", TooLarge("5 MB at most"))
        assert await refusal(here.close, fh) is TooLarge
        await here.changes.settle()
        assert await here.read("a.jpg") == photo(1)
        assert await here.read(".g3fs/failed/a.jpg") != photo(1)
    assert backend.calls["open"] == 0


async def test_an_open_file_is_read_through_its_handle_before_and_after_it_arrives(
    disk, backend, photo
):
    async with disk() as here:
        fh = await here.create("a.jpg")
        await here.changes.write(fh, 0, photo(1))
        assert await here.fs.read(fh, 0, 10) == photo(1)[:10]
        await here.fs.flush(fh)
        assert stored(backend, "a.jpg") == photo(1)
        assert await here.fs.read(fh, 0, 10) == photo(1)[:10]
        here.fs.release(fh)


async def test_an_empty_file_is_never_uploaded_and_waits_for_its_data(disk, backend, photo):
    async with disk() as here:
        await here.close(await here.create("a.jpg"))
        await here.changes.settle()
        assert (await here.attr("a.jpg")).size_bytes == 0
        assert backend.calls["create"] == 0
        await here.write("a.jpg", photo(1))
        assert stored(backend, "a.jpg") == photo(1)


async def test_replacing_keeps_the_item(disk, backend, photo):
    old = backend.add_media("a.jpg", photo(1))
    async with disk() as here:
        await here.write("a.jpg", photo(2))
        assert stored(backend, "a.jpg") == photo(2)
        assert await here.read("a.jpg") == photo(2)
    assert [entry.item.id for entry in backend.children[ROOT]] == [old.id]


async def test_a_part_of_an_item_is_changed_after_the_rest_was_fetched(disk, backend, photo):
    backend.add_media("a.jpg", photo(1))
    async with disk() as here:
        fh = await here.open("a.jpg", os.O_RDWR)
        assert await here.fs.read(fh, 0, 4) == photo(1)[:4]
        await here.changes.write(fh, 100, b"!")
        await here.close(fh)
    changed = bytearray(photo(1))
    changed[100:101] = b"!"
    assert stored(backend, "a.jpg") == bytes(changed)


async def test_opening_for_writing_alone_costs_nothing(disk, backend, photo):
    backend.add_media("a.jpg", photo(1))
    async with disk() as here:
        await here.close(await here.open("a.jpg", os.O_RDWR))
    assert backend.calls["open"] == 0
    assert backend.calls["replace"] == 0


async def test_an_item_emptied_and_closed_is_the_old_file_again(disk, backend, photo):
    backend.add_media("a.jpg", photo(1))
    async with disk() as here:
        await here.close(await here.open("a.jpg", os.O_WRONLY | os.O_TRUNC))
        await here.changes.settle()
        assert (await here.attr("a.jpg")).size_bytes == len(photo(1))
        assert await here.read("a.jpg") == photo(1)
    assert backend.calls["replace"] == 0


async def test_data_cut_short_replaces_nothing_and_is_kept(disk, backend, photo):
    backend.add_media("a.jpg", photo(1))
    async with disk() as here:
        assert issubclass(await refusal(here.write, "a.jpg", photo(2)[:-100]), ServerError)
        await here.changes.settle()
        assert await here.read("a.jpg") == photo(1)
        assert here.failed() == ["a.jpg"]
        assert await here.read(".g3fs/failed/a.jpg") == photo(2)[:-100]


async def test_what_the_server_refuses_is_reported_kept_and_not_sent_again(disk, backend, photo):
    backend.fail_next("create", TooLarge("5 MB at most"))
    async with disk() as here:
        assert await refusal(here.write, "a.jpg", photo(1)) is TooLarge
        await here.changes.settle()
        assert await here.attr("a.jpg") is None
        assert await here.read(".g3fs/failed/a.jpg") == photo(1)
    async with disk() as here:
        assert here.failed() == ["a.jpg"]
        assert await here.attr("a.jpg") is None
    assert backend.calls["create"] == 1


async def test_a_refused_file_can_be_read_again_and_again_after_a_remount(disk, backend, photo):
    backend.fail_next("create", TooLarge("5 MB at most"))
    async with disk() as here:
        assert await refusal(here.write, "a.jpg", photo(1)) is TooLarge
    async with disk() as here:
        for _ in range(2):
            assert await here.read(".g3fs/failed/a.jpg") == photo(1)
            await here.changes.settle()
        assert here.failed() == ["a.jpg"]


async def test_a_new_file_of_a_refused_name_takes_its_place(disk, backend, photo):
    backend.fail_next("create", TimedOut("no answer"))
    async with disk() as here:
        assert await refusal(here.write, "a.jpg", photo(1)) is TimedOut
        await here.write("a.jpg", photo(1))
        await here.changes.settle()
        assert here.failed() == []
    assert stored(backend, "a.jpg") == photo(1)


async def test_an_upload_whose_answer_was_lost_is_not_sent_twice(disk, backend, photo):
    backend.fail_after("create", TimedOut("no answer"))
    async with disk() as here:
        await refusal(here.write, "a.jpg", photo(1))
        there = await here.attr("a.jpg")
        if there is None:
            await here.write("a.jpg", photo(1))
    assert [entry.name for entry in backend.children[ROOT]] == ["a.jpg"]


async def test_a_name_that_the_server_spells_otherwise_is_an_alias(disk, backend, photo):
    async with disk() as here:
        await here.write("a__b.jpg", photo(1))
        assert stored(backend, "a_b.jpg") == photo(1)
        assert await here.names() == ["a__b.jpg"]
        assert await here.read("a__b.jpg") == photo(1)
    async with disk() as here:
        assert await here.names() == ["a__b.jpg"]
        assert await here.read("a_b.jpg") == photo(1)


async def test_names_that_cannot_be_had_are_refused_when_the_file_is_made(disk, backend, photo):
    backend.add_media("taken.jpg", photo(1))
    async with disk() as here:
        assert await refusal(here.create, "a.txt") is Invalid
        assert await refusal(here.create, "\N{SEEDLING}.jpg") is BadName
        assert await refusal(here.create, "taken.png") is AlreadyExists
        assert await refusal(here.create, "taken.jpg") is AlreadyExists
    assert backend.calls["create"] == 0


async def test_two_files_that_would_clash_are_not_both_begun(disk, photo):
    async with disk() as here:
        fh = await here.create("a.jpg")
        assert await refusal(here.create, "a.png") is AlreadyExists
        await here.close(fh)


async def test_without_rights_nothing_is_sent(disk, backend, photo):
    backend.change(replace(backend.items[ROOT], can_add=False, can_edit=False))
    backend.change(replace(backend.add_media("old.jpg", photo(1)), can_edit=False))
    async with disk() as here:
        assert await refusal(here.create, "a.jpg") is AccessDenied
        assert await refusal(here.open, "old.jpg", os.O_WRONLY) is AccessDenied
        assert await refusal(here.unlink, "old.jpg") is AccessDenied
        assert await refusal(here.mkdir, "album") is AccessDenied


async def test_deny_refuses_to_delete_and_to_replace(disk, backend, photo):
    backend.add_media("old.jpg", photo(1))
    async with disk(may_delete=False) as here:
        assert await refusal(here.unlink, "old.jpg") is NotPermitted
        assert await refusal(here.open, "old.jpg", os.O_WRONLY | os.O_TRUNC) is NotPermitted
        await here.write("new.jpg", photo(2))
        assert await refusal(here.rename, "new.jpg", "old.jpg") is NotPermitted
    assert stored(backend, "old.jpg") == photo(1)


async def test_a_file_that_could_not_be_written_is_never_sent(disk, backend, photo):
    backend.add_media("a.jpg", photo(1))
    async with disk() as here:
        fh = await here.open("a.jpg", os.O_WRONLY | os.O_TRUNC)
        await here.changes.write(fh, 0, photo(2))
        draft = next(iter(here.changes.drafts))
        draft.fault = NoSpace("the disk is full")
        assert await refusal(here.close, fh) is NoSpace
        await here.changes.settle()
        assert await here.read("a.jpg") == photo(1)
        assert list(here.changes.drafts) == []


async def test_times_are_remembered_until_the_data_changes(disk, backend, photo):
    stamp = 1_500_000_000_123_456_789
    async with disk() as here:
        fh = await here.create("a.jpg")
        await here.changes.write(fh, 0, photo(1))
        await here.utimens("a.jpg", stamp)
        await here.close(fh)
        assert (await here.attr("a.jpg")).mtime_ns == stamp
    async with disk() as here:
        assert (await here.attr("a.jpg")).mtime_ns == stamp
        await here.write("a.jpg", photo(2))
        assert (await here.attr("a.jpg")).mtime_ns != stamp


async def test_attributes_that_come_before_the_upload_are_applied_after_it(disk, backend, photo):
    async with disk() as here:
        fh = await here.create("a.jpg")
        await here.set("a.jpg", "user.xdg.tags", "sea,sun")
        await here.set("a.jpg", "user.g3fs.title", "The sea")
        assert await here.get("a.jpg", "user.xdg.tags") == "sea,sun"
        await here.changes.write(fh, 0, photo(1))
        await here.close(fh)
        assert await here.get("a.jpg", "user.xdg.tags") == "sea,sun"
        assert await here.get("a.jpg", "user.g3fs.title") == "The sea"


async def test_background_answers_at_once_and_sends_behind(disk, backend, photo):
    gate = backend.hold("create")
    async with disk(background=True) as here:
        await here.write("a.jpg", photo(1))
        await here.write("b.jpg", photo(2))
        assert await here.read("a.jpg") == photo(1)
        assert await here.names() == ["a.jpg", "b.jpg"]
        assert stored(backend, "a.jpg") is None
        gate.set()
        while here.changes.delivery.waiting:
            await here.changes.delivery.sent.wait()
        assert stored(backend, "a.jpg") == photo(1)
        assert stored(backend, "b.jpg") == photo(2)


async def test_what_waits_is_sent_at_once_when_the_server_is_back(disk, backend, photo):
    async with disk(background=True, first_pause_s=1000.0) as here:
        await here.names()
        backend.down = Unreachable("gone")
        for name in ("a.jpg", "b.jpg"):
            await here.write(name, photo(1))
        with trio.fail_after(10):
            while not any(draft.upload.attempts for draft in here.changes.drafts):
                await trio.lowlevel.checkpoint()
        backend.down = None
        here.changes.delivery.hurry()
        with trio.fail_after(10):
            await here.sent()
        assert stored(backend, "a.jpg") == stored(backend, "b.jpg") == photo(1)


async def test_what_waits_is_sent_after_a_remount(disk, backend, photo):
    gate = backend.hold("create")
    async with disk(background=True) as here:
        await here.write("a.jpg", photo(1))
    gate.set()
    async with disk() as here:
        assert await here.read("a.jpg") == photo(1)
        while here.changes.delivery.waiting:
            await here.changes.delivery.sent.wait()
    assert stored(backend, "a.jpg") == photo(1)
    assert [entry.name for entry in backend.children[ROOT]] == ["a.jpg"]
