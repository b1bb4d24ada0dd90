import trio
import trio.testing

from g3fs.gallery.errors import (
    NotFound,
    ServerError,
    Unreachable,
)
from tests.unit.vfs.tagviews.tagging import RED, TAGS, tag
from tests.unit.vfs.writing.disks import refusal


async def test_a_change_that_failed_shows_as_the_server_has_it(disk, backend, picture):
    text = "../../../../album/a.jpg"
    async with disk() as d:
        backend.fail_next("change_tags", ServerError("broken"))
        assert await refusal(d.symlink, f"{RED}/a.jpg", text) is ServerError
        assert await d.names(RED) == []
        backend.fail_after("change_tags", ServerError("broken"))
        assert await refusal(d.symlink, f"{RED}/a.jpg", text) is ServerError
        assert await d.names(RED) == ["a.jpg"], "it was done all the same"
        backend.fail_after("rename_tag", ServerError("broken"))
        assert await refusal(d.rename, RED, f"{TAGS}/Pink") is ServerError
        assert await d.names(TAGS) == ["Blue", "Pink"]
        backend.fail_after("delete_tag", ServerError("broken"))
        assert await refusal(d.rmdir, f"{TAGS}/Pink") is ServerError
        assert await d.names(TAGS) == ["Blue"]


async def test_an_answer_from_before_an_own_change_is_not_believed(disk, backend, picture):
    async with disk(ttl_s=0.0) as d:
        await d.names("album")
        await d.names(RED)
        gate = backend.hold("tagged")
        await d.names(RED)
        await trio.testing.wait_all_tasks_blocked()
        await d.symlink(f"{RED}/a.jpg", "../../../../album/a.jpg")
        tag(backend, picture)  # as the server was when the question was asked
        gate.set()
        await trio.testing.wait_all_tasks_blocked()
        assert await d.names(RED) == ["a.jpg"]


async def test_nothing_is_changed_while_the_server_is_away(disk, backend, picture):
    async with disk() as d:
        await d.names(RED)
        await d.names("album")
        backend.down = Unreachable("nobody there")
        text = "../../../../album/a.jpg"
        assert await refusal(d.symlink, f"{RED}/a.jpg", text) is Unreachable
        assert await refusal(d.mkdir, f"{TAGS}/New") is Unreachable
        backend.down = None
        assert await d.names(TAGS) == ["Blue", "Red"]
        assert await d.names(RED) == []


async def test_a_directory_of_a_tag_that_others_deleted_is_gone(disk, backend, picture):
    async with disk() as d:
        red = await d.ino(RED)
        backend.tag_viewer.empty.clear()
        assert await refusal(d.fs.opendir, red) is NotFound
        assert await refusal(d.fs.changing(red).symlink, red, "a.jpg", "x") is NotFound
        with trio.fail_after(5):
            while await d.names(TAGS) != ["Blue"]:
                await trio.lowlevel.checkpoint()
