import pytest
import trio
import trio.testing

from g3fs.gallery.errors import (
    AlreadyExists,
    Invalid,
)
from g3fs.vfs.names import LOOKALIKES
from g3fs.vfs.writing.changes import NOREPLACE
from tests.unit.vfs.tagviews.tagging import BLUE, RED, TAGS, tag, tags_of
from tests.unit.vfs.writing.disks import refusal


async def test_mkdir_makes_a_tag(disk, backend):
    async with disk() as d:
        await d.mkdir(BLUE)
        assert backend.tag_viewer.empty == {"Blue"}
        assert await d.names(TAGS) == ["Blue"]
        assert await d.names(BLUE) == []
        assert await refusal(d.mkdir, BLUE) is AlreadyExists
        assert await refusal(d.mkdir, f"{TAGS}/BLUE") is AlreadyExists


async def test_a_made_tag_is_shown_although_the_server_forgets_it(disk, backend, picture):
    async with disk(ttl_s=0.0) as d:
        await d.mkdir(f"{TAGS}/New")
        backend.tag_viewer.empty.discard("New")
        await d.names(TAGS)
        await trio.testing.wait_all_tasks_blocked()
        assert "New" in await d.names(TAGS)
        assert await d.names(f"{TAGS}/New") == []
        await d.rename(f"{TAGS}/New", f"{TAGS}/Newer")
        backend.tag_viewer.empty.discard("Newer")
        await d.symlink(f"{TAGS}/Newer/a.jpg", "../../../../album/a.jpg")
        assert tags_of(backend, picture) == {"Newer"}
        tag(backend, picture)
        with trio.fail_after(5):
            while "Newer" in await d.names(TAGS):
                await trio.lowlevel.checkpoint()


async def test_a_look_alike_of_a_slash_means_a_slash(disk, backend):
    slash = LOOKALIKES[ord("/")]
    async with disk() as d:
        await d.mkdir(f"{TAGS}/a{slash}b")
        assert backend.tag_viewer.empty == {"a/b"}
        assert await d.names(TAGS) == [f"a{slash}b"]
        await d.rename(f"{TAGS}/a{slash}b", f"{TAGS}/c{slash}d")
        assert backend.tag_viewer.empty == {"c/d"}


@pytest.mark.parametrize("name", [" ", "a\nb", "\x01"])
async def test_a_name_that_would_be_shown_otherwise_is_refused(disk, backend, name):
    async with disk() as d:
        assert await refusal(d.mkdir, f"{TAGS}/{name}") is Invalid
        await d.mkdir(BLUE)
        assert await refusal(d.rename, BLUE, f"{TAGS}/{name}") is Invalid
        assert await d.names(TAGS) == ["Blue"]
    assert backend.calls["make_tag"] == 1


async def test_rmdir_takes_a_tag_off_everything(disk, backend, picture):
    tag(backend, picture, "Blue", "Green")
    async with disk() as d:
        await d.names(BLUE)
        assert await d.get("album/a.jpg", "user.xdg.tags") == "Blue,Green"
        await d.rmdir(BLUE)
        assert await d.names(TAGS) == ["Green", "Red"]
        assert await d.get("album/a.jpg", "user.xdg.tags") == "Green"
        assert await d.attr(BLUE) is None
    assert tags_of(backend, picture) == {"Green"}
    assert backend.calls["delete"] == 0


async def test_a_tag_that_is_gone_already_is_removed_all_the_same(disk, backend, picture):
    async with disk() as d:
        await d.names(TAGS)
        backend.tag_viewer.empty.clear()
        await d.rmdir(RED)
        assert await d.names(TAGS) == ["Blue"]


async def test_a_tag_is_renamed_with_all_that_it_is_on(disk, backend, picture):
    tag(backend, picture, "Blue")
    async with disk() as d:
        names = await d.names(BLUE)
        before = await d.ino(BLUE)
        assert await d.get("album/a.jpg", "user.xdg.tags") == "Blue"
        await d.rename(BLUE, f"{TAGS}/Navy", NOREPLACE)
        assert await d.names(TAGS) == ["Navy", "Red"]
        assert await d.names(f"{TAGS}/Navy") == names
        assert await d.get("album/a.jpg", "user.xdg.tags") == "Navy"
        fh = await d.fs.opendir(before)  # as the kernel, which has moved what it knew
        d.fs.release(fh)
        await d.rename(f"{TAGS}/Navy", f"{TAGS}/navy")
        assert await d.names(TAGS) == ["Red", "navy"]


async def test_two_tags_never_become_one(disk, backend, picture):
    tag(backend, picture, "Green")
    async with disk() as d:
        for flags in (0, NOREPLACE):
            assert await refusal(d.rename, BLUE, f"{TAGS}/Green", flags) is AlreadyExists
        assert await refusal(d.rename, BLUE, f"{TAGS}/GREEN") is AlreadyExists
        assert await d.names(TAGS) == ["Blue", "Green", "Red"]
    assert tags_of(backend, picture) == {"Green"}
