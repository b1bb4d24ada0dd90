"""Attributes and times that are on their way when somebody looks, or sets others."""

import json
import os

import trio

from g3fs.gallery.errors import Unreachable
from g3fs.gallery.items import Details, Group, Media
from g3fs.vfs.writing.changes import NewTimes
from g3fs.vfs.xattrs import NoSuchAttribute
from tests.unit.vfs.writing.disks import refusal

COMMENT, TAGS = "user.xdg.comment", "user.xdg.tags"
NEW_COMMENT = "user.g3fs.comment.new"


async def test_attributes_are_seen_while_they_are_sent_behind_their_data(disk, backend, photo):
    backend.add_media("b.jpg", photo(1))
    gate = backend.hold("set_fact")
    async with disk(background=True) as here:
        for name in ("a.jpg", "b.jpg"):
            await here.write("x.tmp", photo(2))
            await here.set("x.tmp", COMMENT, "early")
            await here.set("x.tmp", TAGS, "one,two")
            await here.rename("x.tmp", name)
        await here.changes.settle()
        for name in ("a.jpg", "b.jpg"):
            assert await here.get(name, COMMENT) == "early"
            assert await here.get(name, TAGS) == "one,two"
            assert json.loads(await here.get(name, "user.g3fs.tags")) == ["one", "two"]
            listed = await here.fs.listxattr(await here.ino(name))
            assert {COMMENT, TAGS} <= set(listed)
        gate.set()
        await here.sent()
        assert await here.get("a.jpg", COMMENT) == "early"


async def test_what_is_set_later_is_not_undone_by_what_was_set_before(disk, backend, photo):
    item = backend.add_media("a.jpg", photo(1))
    backend.details_of[item.id, Group.TAGS] = Details(tags=("old",))
    async with disk(background=True, sends=False) as here:
        await here.write("x.tmp", photo(2))
        await here.set("x.tmp", COMMENT, "early")
        await here.rename("x.tmp", "a.jpg")
        await here.set("a.jpg", COMMENT, "late")
        await here.set("a.jpg", "user.g3fs.tags.add", '["new"]')
        assert await here.get("a.jpg", COMMENT) == "late"
    async with disk() as here:
        await here.sent()
        assert await here.get("a.jpg", COMMENT) == "late"
        assert await here.get("a.jpg", TAGS) == "new,old"


async def test_tags_that_are_added_early_join_those_that_the_server_finds_in_the_file(
    disk, backend, photo
):
    gate = backend.hold("change_tags")
    async with disk(background=True) as here:
        await here.write("x.tmp", photo(2))
        for change, tags in (("add", '["new","odd"]'), ("remove", '["odd","old"]')):
            await here.set("x.tmp", f"user.g3fs.tags.{change}", tags)
        assert await here.get("x.tmp", TAGS) == "new"
        assert json.loads(await here.get("x.tmp", "user.g3fs.tags")) == ["new"]
        assert await refusal(here.get, "x.tmp", "user.g3fs.tags.add") is NoSuchAttribute
        await here.rename("x.tmp", "a.jpg")
        with trio.fail_after(5):
            while not backend.calls["change_tags"]:
                await trio.lowlevel.checkpoint()
        (item,) = [each for each in backend.items.values() if isinstance(each, Media)]
        backend.details_of[item.id, Group.TAGS] = Details(tags=("found", "old"))
        gate.set()
        await here.sent()
        assert await here.get("a.jpg", TAGS) == "found,new"


async def test_what_is_removed_while_it_is_on_its_way_is_gone(disk, backend, photo):
    async with disk(background=True) as here:
        backend.fail_next("set_fact", Unreachable("gone"))
        await here.write("x.tmp", photo(2))
        await here.set("x.tmp", COMMENT, "early")
        await here.rename("x.tmp", "a.jpg")
        await here.changes.settle()
        await here.changes.removexattr(await here.ino("a.jpg"), COMMENT)
        assert await refusal(here.get, "a.jpg", COMMENT) is NoSuchAttribute
    async with disk() as here:
        await here.sent()
        assert await refusal(here.get, "a.jpg", COMMENT) is NoSuchAttribute


async def test_one_of_two_times_is_set_and_the_other_stays_as_it_is_shown(disk, backend, photo):
    backend.add_media("a.jpg", photo(1))
    async with disk() as here:
        ino = await here.ino("a.jpg")
        before = here.fs.getattr(ino)
        after = await here.fs.setattr(ino, None, NewTimes(atime_ns=7))
        assert (after.atime_ns, after.mtime_ns) == (7, before.mtime_ns)
        after = await here.fs.setattr(ino, None, NewTimes(mtime_ns=9))
        assert (after.atime_ns, after.mtime_ns) == (7, 9)


async def test_times_set_on_a_file_that_arrives_at_that_moment_are_remembered(disk, backend, photo):
    stamp = 1_500_000_000_123_456_789
    gate = backend.hold("create")
    async with disk(background=True) as here:
        await here.write("a.jpg", photo(1))
        ino = await here.ino("a.jpg")
        await here.utimens("a.jpg", 5)
        gate.set()
        while (await here.attr("a.jpg")).ino == ino:  # the kernel still knows it by this number
            await here.changes.setattr(ino, None, NewTimes(atime_ns=stamp, mtime_ns=stamp))
        assert here.fs.getattr(ino).mtime_ns == stamp
        assert (await here.attr("a.jpg")).mtime_ns == stamp
    async with disk() as here:
        assert (await here.attr("a.jpg")).mtime_ns == stamp


async def test_times_set_between_the_arrival_and_the_end_of_the_upload_are_remembered(
    disk, backend, photo
):
    stamp = 1_500_000_000_123_456_789
    async with disk(background=True, sends=False) as here:
        fh = await here.create("a.jpg")
        await here.changes.write(fh, 0, photo(1))
        await here.fs.flush(fh)
        async with trio.open_nursery() as nursery:
            nursery.start_soon(here.changes.delivery.run)
            while any(draft.record.data for draft in here.changes.drafts):
                await trio.lowlevel.checkpoint()
            await here.utimens("a.jpg", stamp)
            await here.sent()
            nursery.cancel_scope.cancel()
        here.fs.release(fh)
        assert (await here.attr("a.jpg")).mtime_ns == stamp
    async with disk() as here:
        assert (await here.attr("a.jpg")).mtime_ns == stamp


async def test_attributes_are_seen_by_the_number_that_the_file_had_before_it_arrived(disk, photo):
    async with disk() as here:
        await here.write("x.tmp", photo(1))
        ino = await here.ino("x.tmp")
        await here.set("x.tmp", COMMENT, "early")
        await here.rename("x.tmp", "a.jpg")
        assert await here.fs.getxattr(ino, COMMENT) == b"early"
        assert COMMENT in await here.fs.listxattr(ino)
        await here.set("a.jpg", COMMENT, "late")
        assert await here.fs.getxattr(ino, COMMENT) == b"late"
        await here.changes.setxattr(ino, COMMENT, b"early")
        assert await here.get("a.jpg", COMMENT) == "early"


async def test_every_comment_on_a_file_that_waits_is_sent(disk, photo):
    async with disk(background=True, sends=False) as here:
        await here.write("a.jpg", photo(1))
        for text in ("one", "two", "three"):
            await here.set("a.jpg", NEW_COMMENT, text)
        for name in (NEW_COMMENT, f"{NEW_COMMENT}.2"):
            assert await refusal(here.get, "a.jpg", name) is NoSuchAttribute
    async with disk() as here:
        await here.sent()
        comments = json.loads(await here.get("a.jpg", "user.g3fs.comments"))
        assert [comment["text"] for comment in comments] == ["one", "two", "three"]


async def test_a_photo_that_is_written_anew_under_its_name_has_what_people_wrote_of_it(
    disk, backend, photo
):
    item = backend.add_media("a.jpg", photo(1))
    backend.details_of[item.id, Group.TAGS] = Details(tags=("one", "two"))
    async with disk() as here:
        await here.set("a.jpg", COMMENT, "early")
    async with disk(background=True, sends=False) as here:
        await here.rename("a.jpg", "a.jpg~")
        await here.write("a.jpg", photo(2))
        assert await here.get("a.jpg", TAGS) == "one,two"
        assert await here.get("a.jpg", COMMENT) == "early"
        await here.set("a.jpg", "user.g3fs.tags.add", '["new"]')
        await here.set("a.jpg", "user.g3fs.tags.remove", '["two"]')
        assert await here.get("a.jpg", TAGS) == "one,new"
        await here.changes.removexattr(await here.ino("a.jpg"), COMMENT)
        assert await refusal(here.get, "a.jpg", COMMENT) is NoSuchAttribute
        assert await here.fs.listxattr(await here.ino("a.jpg")) == [TAGS]
    async with disk() as here:
        await here.sent()
        assert await here.names() == ["a.jpg", "a.jpg~"]
        assert await here.get("a.jpg", TAGS) == "new,one"
        assert await refusal(here.get, "a.jpg", COMMENT) is NoSuchAttribute
        assert await here.read("a.jpg") == photo(2)


async def test_tags_set_while_those_put_on_before_are_on_their_way_are_the_last_word(disk, backend):
    gate = backend.hold("set_fact")
    async with disk(background=True) as here:
        await here.write("x.tmp", b"data")
        await here.set("x.tmp", COMMENT, "early")
        await here.set("x.tmp", "user.g3fs.tags.add", '["one","two"]')
        await here.rename("x.tmp", "a.jpg")
        while not backend.calls["set_fact"]:
            await trio.lowlevel.checkpoint()
        assert await here.get("a.jpg", TAGS) == "one,two"
        await here.set("a.jpg", "user.g3fs.tags.remove", '["two"]')
        assert await here.get("a.jpg", TAGS) == "one"
        await here.set("a.jpg", TAGS, "three")
        gate.set()
        await here.sent()
        assert await here.get("a.jpg", TAGS) == "three"


async def test_times_set_while_somebody_has_what_was_sent_open_are_shown_at_once(
    disk, backend, photo
):
    backend.add_media("a.jpg", photo(1))
    async with disk() as here:
        for name in ("a.jpg", "new.jpg"):
            await here.write(name, photo(2))
            fh = await here.open(name, os.O_RDWR)
            await here.changes.write(fh, 0, photo(3))
            await here.fs.flush(fh)
            await here.sent()
            await here.utimens(name, 7)
            ino = await here.ino(name)
            assert here.fs.getattr(ino).mtime_ns == 7
            await here.fs.setattr(ino, None, NewTimes(atime_ns=9))
            await here.close(fh)
            attr = await here.attr(name)
            assert (attr.atime_ns, attr.mtime_ns) == (9, 7)
    async with disk() as here:
        for name in ("a.jpg", "new.jpg"):
            attr = await here.attr(name)
            assert (attr.atime_ns, attr.mtime_ns) == (9, 7)


async def test_times_set_while_attributes_are_sent_are_not_undone(disk, backend, photo):
    gate = backend.hold("set_fact")
    async with disk(background=True) as here:
        await here.write("x.tmp", photo(2))
        await here.set("x.tmp", COMMENT, "early")
        await here.utimens("x.tmp", 5)
        await here.rename("x.tmp", "a.jpg")
        with trio.fail_after(5):
            while not backend.calls["set_fact"]:
                await trio.lowlevel.checkpoint()
        await here.utimens("a.jpg", 7)
        gate.set()
        await here.sent()
        assert (await here.attr("a.jpg")).mtime_ns == 7
    async with disk() as here:
        assert (await here.attr("a.jpg")).mtime_ns == 7
